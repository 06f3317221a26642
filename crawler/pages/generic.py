"""The fallback that finds the article box on a page frame nobody has described.

Every block of text that reads like sentences gives its weight to the elements around it, less with each step outwards;
names of classes and tags raise or lower it. From the heaviest element the search climbs while its parents add text of
the same kind, so an article that is split into sections is found whole.
"""

from __future__ import annotations

import re

from .survey import Survey
from .tree import Element, text_of
from .words import asks_consent

DECAY = (1.0, 0.65, 0.3, 0.15, 0.08)
"""Share of its weight that a block gives to its parent, the parent of that, and so on."""

_TAG_FACTOR = {
    "article": 1.3,
    "main": 1.15,
    "section": 1.0,
    "td": 1.0,
    "li": 0.6,
    "form": 0.9,
    "figure": 0.3,
    "header": 0.5,
    "blockquote": 0.6,
    "ul": 0.6,
    "ol": 0.6,
    "table": 0.9,
    "tr": 0.8,
    "a": 0.2,
    "p": 0.8,
}
_VERDICT_FACTOR = {"drop": 0.25, "weak": 0.8, "plain": 1.0, "good": 1.3}


MIN_BEHIND = 60
"""Characters of the first prose behind a title."""

FARTHEST = 60
"""Elements behind a title among which that stands."""

LONGER = 3
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")

MIN_ARTICLE = 500
"""Characters of prose that speak against dropping a box whose name says that it is none of the article."""


def dropped_boxes(page: Survey, keep: Element | None, boxes: list[int]) -> list[int]:
    """Outermost elements whose names say frame, not article, unless they hold most of the page or the title."""
    kept = [*boxes, page.position.get(keep, -1) if keep is not None else -1]
    found: list[int] = []
    at, count = 1, len(page.nodes)
    while at < count:
        if page.verdict(at) == "drop" and not _is_needed(page, at, kept):
            found.append(at)
            at = page.last[at] + 1
        else:
            at += 1
    return found


def _is_needed(page: Survey, at: int, kept: list[int]) -> bool:
    if any(at <= needed <= page.last[at] for needed in kept):
        return True
    if asks_consent(page.naming[at]):
        return False
    held = max(page.prose[at], page.own[at])
    return held > MIN_ARTICLE and held > 0.5 * page.prose[0]


def find_box(page: Survey) -> int | None:
    """Position of the element that holds the body of the article, or None where no text reads like one."""
    scores: dict[int, float] = {}
    for at, good in enumerate(page.good):
        if good:
            _give(page, at, good, scores)
    best, best_score = None, 0.0
    for at, score in scores.items():
        weighed = score * _factor(page, at)
        if weighed > best_score:
            best, best_score = at, weighed
    return _climbed(page, best) if best is not None else None


def _give(page: Survey, at: int, good: int, scores: dict[int, float]) -> None:
    weight = 1 + min(page.commas(at), good / 40) + good / 100
    # A block with several lines of its own (a div full of br) is box and paragraph in one.
    around = at if page.tags[at] not in ("p", "li", "blockquote", "pre") else page.parent[at]
    for share in DECAY:
        if around < 0:
            return
        scores[around] = scores.get(around, 0.0) + weight * share
        around = page.parent[around]


def _factor(page: Survey, at: int) -> float:
    element = page.nodes[at]
    factor = _TAG_FACTOR.get(element.tag, 1.0) * _VERDICT_FACTOR[page.verdict(at)]
    if "articlebody" in (element.get("itemprop") or "").lower():
        factor *= 2
    return factor * (1 - page.link_share(at))


def _climbed(page: Survey, at: int) -> int:
    best, around = at, page.parent[at]
    while around > 0:
        added = page.prose[around] - page.prose[best]
        added_all = page.total[around] - page.total[best]
        if added >= 0.1 * page.prose[best] and added >= 0.55 * added_all and page.verdict(around) != "drop":
            best = around
        around = page.parent[around]
    return best


def box_behind(page: Survey, title: int, box: int) -> int:
    """The box of the first prose behind a title that is sure, where the heaviest one is another thing.

    A speech above the title is none of the article, however long; nor is what has a heading of its own behind a text
    that is not much shorter. A text that is much longer than what stands right behind the title follows a standfirst.
    """
    places = range(title + 1, min(len(page.nodes), title + FARTHEST))
    first = next((at for at in places if page.good[at] >= MIN_BEHIND and not _is_dated_line(page, at)), None)
    if first is None or box <= first <= page.last[box]:
        return box
    own = _climbed(page, page.parent[first] if page.tags[first] in ("p", "li", "blockquote") else first)
    if box < title:
        return own if not box <= title <= page.last[box] else box
    has_heading = any(tag in _HEADINGS for tag in page.tags[first + 1 : page.last[box] + 1])
    return (
        own if has_heading and page.prose[box] < LONGER * page.prose[own] and not own <= box <= page.last[own] else box
    )


def _is_dated_line(page: Survey, at: int) -> bool:
    """Whether a block is a line with name, date and counter that is as long as a sentence."""
    return page.own[at] <= 160 and _YEAR.search(text_of(page.nodes[at])[:320]) is not None
