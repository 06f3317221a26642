"""Lines that may print the title of a page: headings, and what classes call a title, each with how much says so."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice

from .letters import folded, unescaped
from .survey import Survey
from .tree import Element, class_and_id, text_of
from .words import is_stop_heading, verdict_on

MAX_TITLE = 400
MAX_HEADINGS = 200
"""Headings that are looked at; pages with more are lists."""

MAX_ELEMENTS = 200
"""Elements that a heading holds at most."""

_CLASS = re.compile(r"title|judul|headline|titile", re.IGNORECASE)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5"))
_LINES = frozenset(("p", "div", "span", "strong", "td", "font", "a", "b"))
"""Elements that print a title where their class says so."""


def heading_text(element: Element) -> str:
    """The text of a heading; empty where it is too long for one."""
    # A heading that was never closed holds the rest of the page, and all the others that were not.
    if next(islice(element.iter(), MAX_ELEMENTS, None), None) is not None:
        return ""
    text = unescaped(text_of(element))
    return text if 0 < len(text) <= MAX_TITLE else ""


def headings_of(page: Survey, names: frozenset[str]) -> list[tuple[Element, str, float]]:
    """Elements that may print the title, each with its text and how much its form speaks for it."""
    found: list[tuple[Element, str, float]] = []
    stated = "headline" in " ".join(name for name in page.index.names if name.startswith("itemprop~"))
    titled = {names for names in set(page.naming) if _names_title(names)}
    for at, tag in enumerate(page.tags):
        is_heading, names_itself = tag in _HEADINGS, page.naming[at] in titled
        if not (is_heading or names_itself or stated) or not (is_heading or tag in _LINES):
            continue
        element = page.nodes[at]
        names_itself = names_itself or (stated and "headline" in (element.get("itemprop") or ""))
        if not is_heading and not names_itself:
            continue
        text = heading_text(element)
        if not text or folded(text) in names or is_stop_heading(text):
            continue
        found.append((element, text, _form(element, text, names_itself, is_heading, len(found))))
        if len(found) > MAX_HEADINGS:
            break
    return found


@lru_cache(maxsize=16384)
def _names_title(names: str) -> bool:
    return _CLASS.search(names) is not None


def _form(element: Element, text: str, names_itself: bool, is_heading: bool, rank: int) -> float:
    weight = {"h1": 4.0, "h2": 3.0, "h3": 2.0, "h4": 1.5, "h5": 1.0}.get(element.tag, 0.0)
    weight += 1.0 if names_itself else 0.0
    weight -= 3.0 if len(text.split()) < 3 else 0.0
    around = element.getparent()
    for _ in range(4):
        if around is None:
            break
        if around.tag in ("nav", "aside", "footer", "li") or verdict_on(class_and_id(around)) == "drop":
            weight -= 3.0
            break
        around = around.getparent()
    if is_heading and sum(1 for _ in islice(element.iter("a"), 2)) == 1:
        weight -= 1.5  # headings of cards link to their articles
    return weight - min(rank, 20) * 0.1
