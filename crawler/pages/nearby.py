"""What stands around the title and the body: printed dates, the lead picture, section, tags, authors.

"Near" is measured in the tree: between title and text, or just above the title in the same box. What stands in a"
" sidebar,
a footer, a list of other articles or the bar with today's date on top of the page is never near.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from .blocks import Picture
from .letters import plain
from .media import lead_picture
from .survey import Survey
from .tree import BLOCK_TAGS, Element, text_of

MAX_LINE = 160
LINES = 12
"""Lines between title and text that are looked at."""

LONG_LINE = 220
"""A longer line is a paragraph."""

_LOOK_BACK = 14
"""Elements above the title among which its date may stand."""

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_DATED = re.compile(r"(?:di)?(?:posting|posted|terbit|publikasi|publish|unggah|tanggal|tgl|rilis|tulis)", re.IGNORECASE)


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
    places = range(start, page.last[box] + 1)
    text = next((at for at in places if at != title and _begins_text(page, at)), page.last[box] + 1)
    return Region(title, box, text)


def _begins_text(page: Survey, at: int) -> bool:
    """Whether a block is prose, not a line with name, date and counter that is as long as a sentence."""
    if page.good[at] < 60:
        return False
    return page.own[at] > MAX_LINE or not _YEAR.search(text_of(page.nodes[at])[: MAX_LINE * 2])


def printed_dates(page: Survey, region: Region, selected: list[Element]) -> list[Printed]:
    """Texts that may be the date: those that selectors found, then those near the title, nearest first."""
    found = [printed for element in selected if element in page.position for printed in _printed(element)]
    nodes = page.nodes
    end = nodes[region.text] if region.text <= page.last[region.box] else None
    box_end = nodes[region.box] if end is None else None
    if region.title is None:
        top = _around(page, region.box, max(1, region.box - _LOOK_BACK), 2)
        return found + _lines(page, nodes[top], None, end, box_end)[-LINES:]
    top = region.title
    while top > 0 and page.last[top] < min(region.text, page.last[region.box]):
        top = page.parent[top]
    found += _lines(page, nodes[top], nodes[region.title], end, box_end)[:LINES]
    above = _around(page, region.title, max(1, region.title - _LOOK_BACK), 3)
    found += reversed(_lines(page, nodes[above], None, nodes[region.title], None)[-5:])
    return found + _below(page, region)


def _printed(element: Element) -> Iterator[Printed]:
    text = text_of(element)
    machine = element.get("datetime") or element.get("content") or ""
    if not machine and len(times := list(element.iter("time"))) == 1:
        machine = times[0].get("datetime") or ""
    if len(text) <= MAX_LINE and (text or machine):
        yield Printed(text, plain(machine))


def _around(page: Survey, at: int, first: int, steps: int) -> int:
    """The box around a position: some elements up, but not so far that it begins long before."""
    for _ in range(steps):
        up = page.parent[at]
        if up < first or page.nodes[up].tag in ("body", "main"):
            break
        at = up
    return at


def _lines(
    page: Survey, top: Element, start: Element | None, end: Element | None, last: Element | None
) -> list[Printed]:
    """Short lines with a digit below an element, from behind ``start`` up to ``end`` or the end of ``last``."""
    found: list[Printed] = []
    pieces: list[str] = []
    collecting = start is None

    def close() -> bool:
        line = plain("".join(pieces))
        pieces.clear()
        if start is not None and len(line) > LONG_LINE:
            return True  # the text has begun
        if 0 < len(line) <= MAX_LINE and any(c.isdigit() for c in line):
            found.append(Printed(line))
        return False

    walk = etree.iterwalk(top, events=("start", "end"))
    for event, element in walk:
        if element is end or (event == "end" and element is last):
            break
        breaks = element.tag == "br" or element.tag in BLOCK_TAGS
        if collecting and breaks and close():
            return found
        if event == "start":
            if page.position.get(element) in page.dropped or element.tag == "time":
                walk.skip_subtree()
                found.extend(_printed(element) if element.tag == "time" and collecting else ())
            elif collecting:
                # A blank at each border: "2021" and "5:03pm" stand in spans of their own on diskominfo.kaltimprov.
                pieces.append(f" {element.text or ''}")
        else:
            collecting = collecting or element is start
            pieces.append(f" {element.tail or ''}" if collecting and element is not top else "")
    close()
    return found


def _below(page: Survey, region: Region) -> list[Printed]:
    """Dates behind the text that say that they are the day of publishing (never bare ones: other items have them)."""
    up = page.parent[region.box]
    if up <= 0 or page.nodes[up].tag in ("body", "main"):
        return []
    lines = _lines(page, page.nodes[up], page.nodes[region.box], None, page.nodes[up])[:LINES]
    return [line for line in lines if not line.machine and _DATED.match(line.text)]


def lead_pictures(page: Survey, region: Region, selected: list[Element], base_url: str) -> list[Picture]:
    """Pictures between title and box, or where a selector finds them."""
    first = region.title if region.title is not None else max(1, region.box - 6)
    places = range(region.box, first) if region.box < first <= page.last[region.box] else range(first + 1, region.box)
    between: list[Element] = []
    skip_to = -1
    for at in places:
        if at in page.dropped:
            skip_to = page.last[at]
        elif at > skip_to and page.nodes[at].tag == "img":
            between.append(page.nodes[at])
    elements = list(dict.fromkeys([*selected, *between]))
    return [picture for element in elements if element.tag == "img" and (picture := lead_picture(element, base_url))]
