"""What stands around the title and the body: printed dates, the lead picture, section, tags, authors.

"Near" is measured in the tree: between title and text, or just above the title in the same box. What stands in a"
" sidebar,
a footer, a list of other articles or the bar with today's date on top of the page is never near.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .blocks import Picture
from .letters import plain
from .media import lead_picture
from .survey import Survey
from .tree import BLOCK_TAGS, Element, class_and_id, text_of

MAX_LINE = 160
_LOOK_BACK = 14
"""Elements above the title among which its date may stand."""

_DATED = re.compile(r"(?:di)?(?:posting|posted|terbit|publikasi|publish|unggah|tanggal|tgl|rilis|tulis)", re.IGNORECASE)
_DATE_CLASS = re.compile(r"date|tanggal|tgl|publish|posted|waktu|time|meta", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Printed:
    """A text near the title that may be the date of the article."""

    text: str
    machine: str = ""
    """The same date for machines: ``datetime`` of a ``time`` element."""


@dataclass(frozen=True, slots=True)
class Region:
    """Positions that matter: the title, the box and where its text begins."""

    title: int | None
    box: int
    text: int
    """First position with prose of the article; the end of the box where there is none."""


def region_of(page: Survey, heading: Element | None, box: int) -> Region:
    """Where title, box and text stand."""
    title = page.position.get(heading) if heading is not None else None
    start = max(box, title or 0) if title is None or title <= page.last[box] else box
    text = next(
        (at for at in range(start, page.last[box] + 1) if page.good[at] >= 60 and at != title), page.last[box] + 1
    )
    return Region(title, box, text)


def printed_dates(page: Survey, region: Region, selected: list[Element]) -> list[Printed]:
    """Texts that may be the date: those that selectors found, then those near the title, nearest first."""
    found = [printed for element in selected if element in page.position for printed in _printed(element)]
    if region.title is not None:
        found += _lines(page, range(region.title + 1, min(region.text, len(page.nodes))))
        found += _lines(page, reversed(_above(page, region.title)))
    else:
        found += _lines(page, range(max(1, region.box - _LOOK_BACK), min(region.text, len(page.nodes))))
    return found + _below(page, region)


def _printed(element: Element) -> Iterator[Printed]:
    text = text_of(element)
    machine = element.get("datetime") or element.get("content") or ""
    if not machine and len(times := list(element.iter("time"))) == 1:
        machine = times[0].get("datetime") or ""
    if len(text) <= MAX_LINE and (text or machine):
        yield Printed(text, plain(machine))


def _lines(page: Survey, positions: Iterator[int] | range | reversed[int]) -> list[Printed]:
    """Short lines with a digit at some positions, dropped boxes passed over."""
    found: list[Printed] = []
    skip_to = -1
    for at in positions:
        element = page.nodes[at]
        if at < skip_to or at in page.dropped:
            skip_to = max(skip_to, page.last[at] + 1 if at in page.dropped else -1)
            continue
        if element.tag == "time" or (element.get("itemprop") or "").lower() == "datepublished":
            found.extend(_printed(element))
        elif element.tag in BLOCK_TAGS and page.own[at] and page.total[at] <= MAX_LINE:
            text = text_of(element)
            if len(text) <= MAX_LINE and any(c.isdigit() for c in text):
                found.append(Printed(text))
    return found


def _above(page: Survey, title: int) -> list[int]:
    """Positions before the title inside the box that holds it, at most three elements up."""
    around = title
    for _ in range(3):
        up = page.parent[around]
        if up <= 0 or page.nodes[up].tag in ("body", "main"):
            break
        around = up
    return [at for at in range(max(around, title - _LOOK_BACK), title) if page.last[at] < title]


def _below(page: Survey, region: Region) -> list[Printed]:
    """Dates behind the text that say that they are the day of publishing (never bare ones: other items have them)."""
    end = page.last[region.box]
    up = page.parent[region.box]
    limit = min(page.last[up] if up > 0 else end, end + 30)
    behind = [at for at in range(end + 1, limit + 1) if at not in page.dropped]
    return [line for line in _lines(page, iter(behind)) if line.machine == "" and _DATED.match(line.text)]


def date_boxes(page: Survey, region: Region) -> list[Element]:
    """Elements between title and text whose class speaks of a date, inline ones too."""
    if region.title is None:
        return []
    nodes = page.nodes[region.title + 1 : region.text]
    return [
        element
        for element in nodes
        if element.tag in ("span", "small", "i", "em", "a", "b") and _DATE_CLASS.search(class_and_id(element))
    ]


def lead_pictures(page: Survey, region: Region, selected: list[Element], base_url: str) -> list[Picture]:
    """Pictures between title and box, or where a selector finds them."""
    first = region.title if region.title is not None else max(1, region.box - 6)
    between: list[Element] = []
    skip_to = -1
    for at in range(first + 1, region.box):
        if at in page.dropped:
            skip_to = page.last[at]
        elif at > skip_to and page.nodes[at].tag == "img":
            between.append(page.nodes[at])
    elements = list(dict.fromkeys([*selected, *between]))
    return [picture for element in elements if element.tag == "img" and (picture := lead_picture(element, base_url))]
