"""The standfirst: the sentences between title and text that sum the article up. They are its first paragraph.

Most stand outside of the box of the text. A caption, a byline, a summary in bullet points is none.
"""

from __future__ import annotations

import re
from functools import lru_cache

from .blocks import Paragraph, Run
from .letters import folded, plain, unescaped
from .nearby import Region
from .structured import Statements
from .survey import Survey
from .tree import text_of

SHORTEST = 120
"""Characters; a shorter line sells the article rather than summing it up, and is no part of its text."""

LONGEST = 700
MIN_WORDS = 7
FARTHEST = 80
"""Elements behind the title among which it stands."""

_NAMED = re.compile(
    r"(?:^|[^a-z])(?:stand-?first|lead|leadtext|lede|intro\w*|teaser-?text|summary|abstract|dek|deck|sub-?title|sub-?head\w*"
    r"|sub-?judul|excerpt|description|synopsis|chapo|bajada|entradilla|ingress|preamble|sommario|spot)(?:[^a-z]|$)",
    re.IGNORECASE,
)
_APART = frozenset(("figure", "figcaption", "aside", "li", "button", "nav", "form", "time", "a", "blockquote", "table"))
_FRAME = re.compile(
    r"caption|byline|author|meta|credit|share|social|comment|related|breadcrumb|date|ads?\b|newsletter|copyright"
    r"|gallery|img|image|video|audio|player|promo|subscri|toc\b|cookie|tooltip|hidden",
    re.IGNORECASE,
)


@lru_cache(maxsize=8192)
def _is_named(names: str) -> bool:
    return _NAMED.search(names) is not None


def find_standfirst(page: Survey, region: Region, stated: Statements, title: str) -> list[Paragraph]:
    """Paragraphs between the title and the box of the text, before that box is cut down."""
    if region.title is None or region.title >= region.box:
        return []
    described = {
        folded(unescaped(text))[:80] for text in (stated.first("og:description"), stated.first("description")) if text
    } - {""}
    found: list[Paragraph] = []
    at, end = region.title + 1, min(region.box, region.title + FARTHEST)
    while at < end:
        inner = page.last[at]
        if page.tags[at] in _APART:
            at = inner + 1
            continue
        if page.own[at] >= SHORTEST and inner < region.box and (text := _sentences(page, at, described)):
            if folded(text) != folded(title):
                found.append(Paragraph((Run(text),)))
            at = inner
        at += 1
    return found[:2]


def _sentences(page: Survey, at: int, described: set[str]) -> str:
    """The text of a block if it is a standfirst; empty where it is anything else."""
    text = plain(text_of(page.nodes[at]))
    if not SHORTEST <= len(text) <= LONGEST or len(text.split()) < MIN_WORDS or page.link_share(at) > 0.3:
        return ""
    if folded(text)[:80] in described:
        return text
    around = [at]
    while len(around) < 3 and page.parent[around[-1]] > 0:
        around.append(page.parent[around[-1]])
    names = [page.naming[place] for place in around]
    if any(map(_is_named, names[:2])) and not _FRAME.search(names[0]):
        return text
    if any(_FRAME.search(name) for name in names) or _is_in_dropped(page, at):
        return ""
    return text if page.good[at] and text.rstrip("”\"'»)").endswith((".", "!", "?", "…")) else ""


def _is_in_dropped(page: Survey, at: int) -> bool:
    while at >= 0:
        if at in page.dropped:
            return True
        at = page.parent[at]
    return False
