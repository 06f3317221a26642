"""The title: the heading of this article, not that of its category, of the site or of the next article.

What the page states for machines (JSON-LD, OpenGraph, ``title``) says which heading it is; the heading says how it is
printed. ALL CAPS stay. Seen: the category in ``h1`` and the title in ``h2`` (kesbang.tanjabtimkab.go.id), a ``title``
that is the same on every page of a site, a ``h1`` that is the logo.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from .headings import MAX_HEADINGS, MAX_TITLE, heading_text, headings_of
from .letters import folded, plain, unescaped
from .structured import Statements
from .survey import Survey
from .tree import Element
from .words import is_stop_heading

IsSeen = Callable[..., bool]
"""Whether a text, and the element that prints it, stand on other pages of the site too."""


PARTLY = 0.3
MIN_SPELT = 3
"""Words of a heading that an address must share for spelling it."""

_PARTED = re.compile(r"[\W_]+")
_BOLD = frozenset(("b", "strong", "big"))


_SEPARATOR = re.compile(r"\s+(?:[-|–—»«•·~/]|::|\|\|)\s+|\s*[|»]\s*|\s+:: ?")
_SITE_WORDS = re.compile(
    r"\b(?:pemerintah|pemkab|pemkot|pemprov|kabupaten|kota|provinsi|dinas|diskominfo\w*|kominfo\w*|website|situs"
    r"|portal|resmi"
    r"|official|badan|kecamatan|sekretariat|humas|prokopim|beranda|home)\b|\.(?:go\.id|com|id|org|net|co)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Title:
    """The title and the heading that prints it, where there is one."""

    text: str
    heading: Element | None
    sure: bool = True
    """Whether the page itself says elsewhere that this is its title."""


def find_title(
    page: Survey,
    stated: Statements,
    site_names: tuple[str, ...],
    selectors: tuple[str, ...],
    url: str,
    is_seen: IsSeen = lambda *_: False,
) -> Title | None:
    """The title of the article, or None where the page names none.

    Args:
        page: measures of the page.
        stated: what the page calls itself for machines.
        site_names: names of the site, which are no titles.
        selectors: where sites of this kind print it.
        url: address of the page, which often spells the title.
        is_seen: whether a text stands on other pages of the site too.
    """
    if (selected := _selected(page, selectors)) is not None:
        return selected
    names = frozenset(folded(name) for name in (*site_names, *stated.meta.get("og:site_name", ())) if name)
    claims = [claim for claim in _claims(stated, names, is_seen) if not is_seen(claim)]
    headings = [found for found in headings_of(page, names) if not is_seen(found[1], found[0])]
    best = max(headings, key=lambda found: (_agreement(found[1], claims), found[2]), default=None)
    if best is not None and _agreement(best[1], claims) >= 0.6:
        return Title(_without_kicker(best[1], claims), best[0])
    if best is None or _agreement(best[1], claims) < PARTLY:
        # Where claims fit a heading in part, the address would rather fit a subheading that repeats its words.
        spelt = spelt_in(url)
        if named := [found for found in headings if _is_spelt(found[1], spelt)]:
            best = max(named, key=lambda found: found[2])
            return Title(best[1], best[0])
    # A claim that no heading prints still beats a heading that contradicts it, unless it names the site on every page.
    if _is_stated_twice(claims) and not _SITE_WORDS.search(claims[0]):
        return Title(claims[0], None)
    own_claim = next((claim for claim in claims if len(claim) >= 15 or claim.count(" ") >= 2), None)
    if best is not None and best[2] >= 3 and (own_claim is None or _SITE_WORDS.search(own_claim)):
        return Title(best[1], best[0], sure=False)
    return Title(own_claim, None, sure=False) if own_claim else None


def _without_kicker(line: str, claims: list[str]) -> str:
    """A heading without the words set above the title in it, where the page calls itself by the rest alone."""
    own = folded(line)
    for claim in claims:
        rest = folded(claim)
        if rest != own and own.endswith(rest) and len(claim.split()) >= MIN_SPELT and len(rest) >= 0.4 * len(own):
            return claim
    return line


def _selected(page: Survey, selectors: tuple[str, ...]) -> Title | None:
    """The title where sites of a kind print it."""
    for selector in selectors:
        for element in page.index.select(page.nodes[0], selector):
            if text := heading_text(element):
                return Title(text, element)
    return None


def spelt_in(url: str) -> frozenset[str]:
    """The words that the last part of an address spells, as ``/berita/12-panen-raya-di-sukamaju.html`` does."""
    path = url.partition("://")[2].partition("#")[0]
    parts = (
        frozenset(word for word in _PARTED.split(part.lower()) if len(word) > 1) for part in re.split("[/?=&]", path)
    )
    return max(parts, key=len, default=frozenset())


def _is_spelt(line: str, spelt: frozenset[str]) -> bool:
    """Whether an address spells a line: addresses drop short words and are cut, so most words will do."""
    words = {word for word in _PARTED.split(line.lower()) if len(word) > 1}
    return len(words) >= MIN_SPELT and len(words & spelt) >= max(MIN_SPELT, 0.7 * len(words))


def title_above(
    names: tuple[str, ...],
    page: Survey,
    text: int,
    unsure: Title | None,
    is_seen: IsSeen = lambda *_: False,
) -> Title | None:
    """The heading that stands above the text, for pages that do not say what they are called.

    Args:
        names: names of the site, which are no titles.
        page: its measures.
        text: position of the first sentence of the article.
        unsure: what was found without knowing where the text is.
    """
    above: list[tuple[float, Title]] = []
    if text < len(page.nodes) and (inside := list(page.nodes[text].iter("h1", "h2", "h3", "h4"))):
        # The text stands bare in the box that also holds the heading, parted by br only.
        text = page.position.get(inside[0], text) + 1
    for element, line, form in headings_of(page, frozenset(folded(name) for name in names)):
        at = page.position.get(element)
        if at is not None and at <= text and not _is_dropped(page, at) and form > -1 and not is_seen(line, element):
            above.append((form - (text - at) * 0.02, Title(line, element, sure=False)))
    best = max(above, key=lambda found: found[0], default=None)
    if best is None and unsure is None:
        return _bold_line(page, text, is_seen)
    if best is None or (unsure is not None and unsure.heading is None and not _SITE_WORDS.search(unsure.text)):
        return unsure
    return best[1]


def _bold_line(page: Survey, text: int, is_seen: IsSeen) -> Title | None:
    """The nearest line in bold or large type above the text, for pages of the time before headings."""
    for at in range(min(text, len(page.nodes)) - 1, max(0, text - MAX_HEADINGS), -1):
        if page.tags[at] not in _BOLD or page.own[at] > MAX_TITLE or _is_dropped(page, at):
            continue
        line = heading_text(page.nodes[at])
        if (
            len(line) >= 15
            and len(line.split()) >= MIN_SPELT
            and not is_stop_heading(line)
            and not is_seen(line, page.nodes[at])
        ):
            return Title(line, page.nodes[at], sure=False)
    return None


def _is_dropped(page: Survey, at: int) -> bool:
    while at >= 0:
        if at in page.dropped:
            return True
        at = page.parent[at]
    return False


def _claims(stated: Statements, names: frozenset[str], is_seen: IsSeen) -> list[str]:
    """What the page calls itself, most trusted first, names of the site cut off."""
    raw = [
        stated.article.headline if stated.article else "",
        stated.first("og:title"),
        stated.first("twitter:title"),
        stated.first("dc.title", "dcterms.title", "headline"),
        stated.page_title,
    ]
    claims = [without_site_name(text, names) for text in raw if text and not is_seen(text)]
    return [
        claim for claim in dict.fromkeys(claims) if claim and folded(claim) not in names and len(claim) <= MAX_TITLE
    ]


def _is_stated_twice(claims: list[str]) -> bool:
    return len(claims) > 1 and any(folded(claims[0]) == folded(claim) for claim in claims[1:])


def without_site_name(text: str, names: frozenset[str] = frozenset()) -> str:
    """A ``title`` without the site names that stand before or behind the title proper."""
    text = plain(unescaped(text))
    parts = [part for part in _SEPARATOR.split(text) if part.strip()]
    if len(parts) < 2:
        return text
    first, final = parts[0], parts[-1]
    if folded(final) in names or _is_site_like(final, first):
        return plain(text[: text.rindex(final)].rstrip(" -|–—»«•·~/:"))
    if folded(first) in names or _is_site_like(first, final):
        return plain(text[text.index(first) + len(first) :].lstrip(" -|–—»«•·~/:"))
    return text


def _is_site_like(part: str, other: str) -> bool:
    """Whether one end of a title is the name of a site: it says so, or it is a short name beside a long title."""
    if len(part) >= len(other) * 1.5:
        return False
    return bool(_SITE_WORDS.search(part)) or (len(part.split()) <= 4 and len(other.split()) > len(part.split()))


def _agreement(text: str, claims: list[str]) -> float:
    """How well a heading fits what the page calls itself: 1 the same, 0 nothing in common."""
    own = folded(text)
    best = 0.0
    for rank, claim in enumerate(claims):
        other = folded(claim)
        if not own or not other:
            continue
        if own == other:
            score = 1.0
        elif len(own) >= 12 and (other.startswith(own) or own.startswith(other) or own in other):
            score = 0.5 + 0.45 * min(len(own), len(other)) / max(len(own), len(other))
        else:
            score = _shared_words(text, claim)
        best = max(best, score - 0.02 * rank)
    return best


def _shared_words(one: str, other: str) -> float:
    a, b = set(one.casefold().split()), set(other.casefold().split())
    return len(a & b) / max(len(a | b), 1) * 0.9
