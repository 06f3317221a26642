"""What the addresses of a site's articles have in common, as regular expressions. Pure.

::

    /berita/panen-raya, /berita/jalan-desa       ^/berita/[^/?]+$
    /berita/12/panen-raya, /berita/13/jalan      ^/berita/(?P<id>\\d+)/[^/?]+$
    /2026/01/31/panen-raya                       ^/\\d{4}/\\d{1,2}/\\d{1,2}/[^/?]+$
    /baca?p=3&id=42                              ^/baca\\?(?=.*\\bp=)(?=.*\\bid=)
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

FEW = 3
"""Addresses of one shape that are needed to believe in it when nobody has said that they are articles."""
COVERED = 0.9
"""Share of the addresses that the patterns are to fit."""

_FRAME = re.compile(
    r"/(?:kategori|category|kanal|tags?|topik|rubrik|page|halaman|profil|profile|tentang|about|kontak|contact|hubungi|unduh"
    r"|download|layanan|galeri|gallery|foto|album|video|agenda|login|register|search|pencarian|author|user|ppid|struktur"
    r"|visi-misi|sejarah|dokumen|regulasi|produk-hukum|link|peta|statistik|pejabat|dinas|opd|instansi|wp-[a-z]+)(?=[/?.]|$)",
    re.IGNORECASE,
)
"""Addresses of the frame around the news."""

Shape = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Patterns:
    """Patterns with the share of the addresses that they fit."""

    article: tuple[str, ...]
    share: float


def patterns_of(addresses: Iterable[str]) -> Patterns:
    """Patterns of addresses that are known to be articles: the commonest shapes, until most are covered."""
    paths = sorted({_tail(address) for address in addresses})
    groups = _grouped(paths)
    chosen: list[str] = []
    for shape, members in sorted(groups.items(), key=lambda entry: -len(entry[1])):
        if sum(_fits(chosen, path) for path in paths) >= COVERED * len(paths):
            break
        if len(members) > 1 or len(paths) < FEW:
            chosen.append(_pattern(shape))
    return Patterns(tuple(chosen), sum(_fits(chosen, path) for path in paths) / len(paths) if paths else 0.0)


def likely_articles(links: Sequence[tuple[str, str]]) -> list[str]:
    """Of links with their texts those of the shape that most reads like articles; empty where none does."""
    titles: dict[str, int] = {}
    for url, text in links:
        tail = _tail(url)
        if not _FRAME.search(tail) and tail != "/":
            titles[url] = max(titles.get(url, 0), _headline(text) + _slug_words(tail))
    by_tail = {_tail(url): url for url in titles}
    best: list[str] = []
    best_score = 0
    for members in _grouped(by_tail).values():
        urls = [by_tail[tail] for tail in members]
        score = sum(titles[url] for url in urls)
        if len(urls) >= FEW and score > best_score and score >= 2 * len(urls):
            best, best_score = urls, score
    return best


def _headline(text: str) -> int:
    """How much a link's text reads like a headline: 2 surely, 1 perhaps, 0 hardly."""
    words = len(text.split())
    return 2 if words >= 5 and len(text) >= 30 else 1 if words >= 3 else 0


def _slug_words(tail: str) -> int:
    words = max((segment.count("-") + segment.count("_") for segment in tail.split("/")), default=0)
    return 2 if words >= 3 else 1 if words >= 1 or re.search(r"\d", tail) else 0


def _grouped(paths: Iterable[str]) -> dict[Shape, list[str]]:
    groups: dict[Shape, list[str]] = defaultdict(list)
    for path in paths:
        groups[_shape(path)].append(path)
    return groups


def _tail(url: str) -> str:
    parts = urlsplit(url)
    path = re.sub(r"^/index\.php(?=/)", "", parts.path) or "/"
    path = path.rstrip("/") or "/"
    return path + (f"?{parts.query}" if parts.query else "")


def _shape(tail: str) -> Shape:
    """Each segment as what it is: ``=word`` literally, or the class of what varies."""
    path, _, query = tail.partition("?")
    segments = [segment for segment in path.split("/") if segment]
    classes = [
        _class(segment, is_last=at == len(segments) - 1, is_first=at == 0) for at, segment in enumerate(segments)
    ]
    names = tuple(f"?{name}" for name, _ in sorted(parse_qsl(query, keep_blank_values=True)))
    if names:  # what the query varies, the path does not
        classes = [f"={segment}" for segment in segments]
    return (*classes, *names)


def _class(segment: str, *, is_last: bool, is_first: bool) -> str:
    stem, dot, suffix = segment.rpartition(".")
    if dot and suffix.lower() in ("html", "htm", "php", "aspx"):
        prefix = re.match(r"[a-z]+(?=-?\d|-)", stem) if is_first else None
        return f"file:{prefix[0] if prefix else ''}:{suffix}"
    if re.fullmatch(r"(19|20)\d\d", segment) and not is_last:
        return "year"
    if segment.isdigit():
        return "number"
    if re.match(r"\d+[-_]", segment):
        return "numbered"
    if "-" in segment or (is_last and (not is_first or "_" in segment)):
        return "slug"
    return f"={segment}"


def _pattern(shape: Shape) -> str:
    parts: list[str] = []
    names = [one[1:] for one in shape if one.startswith("?")]
    segments = [one for one in shape if not one.startswith("?")]
    numbers = 0 if "year" in segments else segments.count("number")
    for at, one in enumerate(segments):
        parts.append(_segment(one, dated="year" in segments[:at], alone=numbers == 1, root=len(segments) == 1))
    path = "^/" + "/".join(parts)
    if not names:
        return path + "$"
    return path + r"/?\?" + "".join(rf"(?=.*\b{re.escape(name)}=)" for name in dict.fromkeys(names))


def _segment(one: str, *, dated: bool, alone: bool, root: bool) -> str:
    if one.startswith("="):
        return re.escape(one[1:]).replace(r"\-", "-")
    if one.startswith("file:"):
        _, prefix, suffix = one.split(":")
        return rf"{re.escape(prefix)}[^/?]+\.{suffix}"
    if one == "number":
        return r"\d{1,2}" if dated else r"(?P<id>\d+)" if alone else r"\d+"
    known = {"year": r"\d{4}", "numbered": r"(?P<id>\d+)[-_][^/?]*"}
    # A slug at the root could be any page; those of articles have words.
    return known.get(one) or (r"[^/?.]*-[^/?]*" if root else r"[^/?]+")


def _fits(patterns: Iterable[str], tail: str) -> bool:
    return any(re.search(pattern, tail) for pattern in patterns)
