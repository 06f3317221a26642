"""Dates that the markup calls dates: ``time`` elements, ``class="tanggal"``, ``itemprop="datePublished"``.

Looked for where no date is stated for machines and none is printed by the title. Many stand on a page: those of
comments and of other articles come in rows of one form, and are told apart by that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from .letters import listed, plain
from .nearby import MAX_LINE, Printed, Region
from .survey import Survey
from .tree import remove, text_of

NEAR = 60
"""Elements before the title, or behind the text, among which one of several dates may stand."""

MIN_ROW = 2
"""Elements of one form with different dates that are a list of other things."""

_FIELD_BOX = re.compile(r"(?<![\w-])(?:entry|post|article)-?(?:footer|meta|info)")
_INLINE = frozenset(("span", "small", "i", "em", "b", "strong", "time", "font", "abbr"))
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_DATE_WORDS = listed(
    "date dates datum datetime time timestamp tanggal tgl waktu jam pubdate pubtime published publish publishing"
    " publication publikasi posted posting postdate created submitted erstellt fecha calendar dateline postmetadata"
    " metadata meta byline"
)
_STATED = re.compile(r"(?:^|[\s:])(?:datePublished|dateCreated|published|pubdate|dcterms:(?:issued|created))(?:\s|$)")
_UPDATED = re.compile(r"modif|update|changed|geändert|edited|lastmod", re.IGNORECASE)


@lru_cache(maxsize=16384)
def _names_date(names: str) -> bool:
    words = {word.lower() for word in _WORDS.findall(names)}
    return not words.isdisjoint(_DATE_WORDS) and not _UPDATED.search(names)


def marked_dates(page: Survey, region: Region, day_of: Callable[[Printed], str | None]) -> Iterator[Printed]:
    """Texts that the page marks as dates, the surest first.

    Args:
        page: measures of the page.
        region: where title and text stand.
        day_of: the day that a text names, ``YYYY-MM-DD``, or None.
    """
    rows: dict[tuple[str, ...], dict[int, tuple[Printed, str]]] = {}
    head = _head(page, region)
    for at, printed in _candidates(page, head):
        if day := day_of(printed):
            rows.setdefault(_form(page, at), {})[at] = (printed, day)
    found = {at: one for row in rows.values() if not _is_list(row) for at, one in row.items()}
    days = {day for _, day in found.values()}
    for at in sorted(found, key=lambda at: (not _is_stated(page, at), _distance(at, region))):
        if len(days) == 1 or _is_stated(page, at) or _distance(at, region) <= NEAR:
            yield found[at][0]


def remove_marked(page: Survey, region: Region, words_of: Callable[[str], str | None]) -> None:
    """Take out of the box the dates that stand bare before its text: in a line with it they would be read as text."""
    for at in range(region.box + 1, min(page.last[region.box], region.box + NEAR) + 1):
        if page.tags[at] not in _INLINE or not _names_date(page.naming[at]):
            continue
        text = text_of(page.nodes[at])
        if len(text) <= MAX_LINE and (date := words_of(text)) and len(date) >= 0.8 * len(text):
            remove(page.nodes[at])


def _head(page: Survey, region: Region) -> range:
    """Places from the title down to the text: there a date counts in whatever box it stands."""
    if region.title is None:
        return range(0)
    return range(region.title + 1, min(region.text, len(page.nodes), region.title + 2 * NEAR))


def _candidates(page: Survey, head: range) -> Iterator[tuple[int, Printed]]:
    at, dropped_to = 1, 0
    while at < len(page.nodes):
        is_field_box = _FIELD_BOX.search(page.naming[at]) is not None
        if (at in page.dropped and not is_field_box) or (page.tags[at] == "header" and page.last[at] < head.start):
            dropped_to = max(dropped_to, page.last[at])
        is_marked = page.tags[at] == "time" or _names_date(page.naming[at])
        if _is_stated(page, at) or (is_marked and (at > dropped_to or at in head)):
            element = page.nodes[at]
            machine = element.get("datetime") or element.get("content") or element.get("title") or ""
            text = text_of(element) if page.total[at] + page.own[at] <= 2 * MAX_LINE else ""
            text = text if len(text) <= MAX_LINE else ""
            if machine or any(letter.isdigit() for letter in text):
                yield at, Printed(text, plain(machine))
        at += 1


def _is_stated(page: Survey, at: int) -> bool:
    element = page.nodes[at]
    return any(_STATED.search(element.get(name) or "") for name in ("itemprop", "property", "pubdate"))


def _form(page: Survey, at: int) -> tuple[str, ...]:
    """Tag and classes of an element and of the two around it, numbers left out: the same for all of a list."""
    form: list[str] = []
    for _ in range(3):
        form.append(page.tags[at] + re.sub(r"\d+", "", page.naming[at]))
        at = page.parent[at]
        if at < 0:
            break
    return tuple(form)


def _is_list(row: dict[int, tuple[Printed, str]]) -> bool:
    return len(row) > MIN_ROW and len({day for _, day in row.values()}) >= MIN_ROW


def _distance(at: int, region: Region) -> int:
    """Elements between a date and the title, or the beginning of the text, whichever is nearer."""
    return min(abs(at - place) for place in (region.title, region.text) if place is not None)
