"""How a listing numbers its pages, from the links below it.

::

    <a href="/berita?page=2">2</a> <a href="/berita?page=3">3</a>     page = "/berita?page={n}"    start 2  step 1
    <a href="/berita/index/15">2</a> <a href="/berita/index/30">3</a>  page = "/berita/index/{n}"   start 15 step 15
    <a href="/page/2/">Older posts</a>                                page = "/page/{n}/"          start 2  step 1

A calendar numbers its days just so; links that hold a month before their number are none of a listing's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urldefrag, urljoin

from crawler.sources.identity import canonical_address, is_article, on_host
from crawler.sources.source import Source

_NUMBER = re.compile(r"(?:halaman|page|hal\.?|hlm\.?)?\s*(\d{1,4})", re.IGNORECASE)
_NEXT = re.compile(
    r"[\s«»‹›<>→]*(?:(?:next|older|previous)(?:\s+(?:page|posts?|entries|articles))?"
    r"|(?:halaman\s+)?(?:berikut(?:nya)?|selanjutnya|lanjut|sesudahnya)"
    r"|(?:pos|berita|artikel)?\s*lebih lama|lama)[\s»›>→]*"
    r"|[›»→>]{1,2}",
    re.IGNORECASE,
)
"""Words of the link to the next page; ``Previous posts`` is what old WordPress themes call older ones."""
_LONGEST = 200
"""Characters, blanks of the markup included, of the text of such a link."""
_NEXT_CLASS = re.compile(r"(?:^|[\s_-])next(?:$|[\s_-])", re.IGNORECASE)
_CURRENT = re.compile(r"(?:^|[\s_-])(?:current|active|aktif|selected)(?:$|[\s_-])", re.IGNORECASE)
_DATED = re.compile(
    r"/\d{4}[/-]\d{1,2}(?:[/-]\d{1,2})?(?:/?$|[?#])|[?&](?:tgl|tanggal|date|bulan|month|m)=", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Pages:
    """The links of one page to others of the same listing."""

    current: int
    numbered: Mapping[int, str]
    """Absolute addresses by the number printed."""
    following: str | None
    """Absolute address of the next page."""

    def template(self) -> tuple[str, int, int] | None:
        """Address with ``{n}``, number of page 2, and how it grows; None where nothing tells."""
        later = {number: url for number, url in self.numbered.items() if number >= 2}
        for number, url in sorted(later.items()):
            if number + 1 in later and (found := _between(number, url, later[number + 1])):
                return found
        if later:
            number, url = min(later.items())
            return _alone(number, url)
        return _alone(self.current + 1, self.following) if self.following else None


def pages_of(tree: Any, base: str, address: str, source: Source) -> Pages:
    """What a listing page tells of its fellows.

    Args:
        tree: the page, parsed.
        base: what its links are relative to.
        address: the page's own.
        source: on whose hosts pages lie, and whose articles are none.
    """
    own = canonical_address(address, source)
    numbered: dict[int, str] = {}
    current = 0
    words: list[str] = []
    for link in tree.iter("a"):
        text = _short_text(link)
        href = (link.get("href") or "").strip()
        number = _NUMBER.fullmatch(text)
        url = _page_address(base, href, source) if href else None
        if number and _is_current(link):
            current = int(number[1])
        elif url is None or _DATED.search(url):
            continue
        elif number:
            numbered.setdefault(int(number[1]), url)
        elif _NEXT.fullmatch(text) or _says_next(link):
            words.append(url)
    current = next((n for n, url in numbered.items() if canonical_address(url, source) == own), current)
    current = current or _printed_current(tree, numbered) or 1
    behind = {canonical_address(url, source) for n, url in numbered.items() if n <= current} | {own}
    ahead = [url for url in words if canonical_address(url, source) not in behind and re.search(r"\d", url)]
    return Pages(current, numbered, numbered.get(current + 1) or next(iter(ahead), None))


def _short_text(element: Any) -> str:
    """The text of an element, blanks joined; empty where it is longer than that of any link to a page."""
    text = ""
    for part in element.itertext():
        text += part
        if len(text) > _LONGEST:
            return ""
    return " ".join(text.split())


def _page_address(base: str, href: str, source: Source) -> str | None:
    if href.startswith(("#", "javascript:", "mailto:", "tel:")):
        return None
    try:
        url = urldefrag(urljoin(base, href)).url
    except ValueError:
        return None
    return url if on_host(url, source) and not is_article(url, source) else None


def _is_current(link: Any) -> bool:
    around = link.getparent()
    names = f"{link.get('class') or ''} {around.get('class') or '' if around is not None else ''}"
    return link.get("aria-current") is not None or _CURRENT.search(names) is not None


def _says_next(link: Any) -> bool:
    label = link.get("aria-label") or link.get("title") or ""
    return _NEXT.fullmatch(label.strip()) is not None or _NEXT_CLASS.search(link.get("class") or "") is not None


def _printed_current(tree: Any, numbered: Mapping[int, str]) -> int:
    """The number printed without a link among the others, such as ``<span class="current">2</span>``."""
    if not numbered:
        return 0
    for element in tree.iter("span", "strong", "b", "li", "em"):
        number = _NUMBER.fullmatch(_short_text(element))
        if number and int(number[1]) not in numbered and _CURRENT.search(element.get("class") or ""):
            return int(number[1])
    return 0


def _between(number: int, url: str, later: str) -> tuple[str, int, int] | None:
    """The template that two pages in a row show: they differ in one number."""
    first, second = re.split(r"(\d+)", url), re.split(r"(\d+)", later)
    places = [at for at, (one, two) in enumerate(zip(first, second, strict=False)) if one != two]
    if len(first) != len(second) or len(places) != 1 or not first[places[0]].isdigit():
        return None
    shown, step = int(first[places[0]]), int(second[places[0]]) - int(first[places[0]])
    if step < 1:
        return None
    return _with_hole(first, places[0]), shown - (number - 2) * step, step


def _alone(number: int, url: str) -> tuple[str, int, int] | None:
    """The template that one page shows: its number, or else the items before it, as the last number."""
    parts = re.split(r"(\d+)", url)
    digits = [at for at in range(1, len(parts), 2) if "://" in "".join(parts[:at]) and "/" in "".join(parts[:at])[8:]]
    own = [at for at in digits if int(parts[at]) == number]
    if own:
        return _with_hole(parts, own[-1]), 2, 1
    if not digits or number != 2 or not 3 <= int(parts[digits[-1]]) <= 100:
        return None
    items = int(parts[digits[-1]])
    return _with_hole(parts, digits[-1]), items, items


def _with_hole(parts: Sequence[str], at: int) -> str:
    return "".join([*parts[:at], "{n}", *parts[at + 1 :]])
