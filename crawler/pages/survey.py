"""One walk over the page that measures the text of every element: the figures on which boxes are found and cut.

Positions are page order, so the descendants of element ``i`` are ``i + 1`` up to ``last[i]``. Lengths are characters.

- own:   text of a block itself, inline elements in it included, blocks in it not
- good:  own text that reads like a sentence and is no link; 0 where it does not
- total, links, prose:  all text, link text and good text of the element with everything in it
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from .tree import BLOCK_TAGS, Element, class_and_id
from .words import Verdict, verdict_on

MIN_SENTENCE = 25
"""Fewest characters of a block that may be a sentence."""

MIN_CELL = 60
"""The same for a cell of a table, which mostly holds a name or a number."""

MIN_PARAGRAPH = 100

_DROPPED_TAGS = frozenset(("nav", "footer", "aside", "menu", "dialog"))
_NO_TEXT = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "figcaption", "caption"))
_CELLS = frozenset(("td", "th"))
_ROLES = frozenset(
    ("navigation", "complementary", "search", "banner", "contentinfo", "dialog", "menu", "menubar", "alert")
)


@dataclass(frozen=True, slots=True)
class Survey:
    """Measures of every element below ``body``, by position in the page."""

    nodes: list[Element]
    position: dict[Element, int]
    parent: list[int]
    last: list[int]
    own: list[int]
    good: list[int]
    commas: list[int]
    total: list[int]
    links: list[int]
    prose: list[int]
    names: frozenset[str]
    """Classes and ids on the page, and what ``itemprop`` and ``rel`` state, as ``may_find`` asks for them."""
    dropped: set[int]
    """Outermost elements that are none of the article; their text no longer counts in ``good`` and the sums."""

    def drop(self, at: int) -> None:
        """Take an element out of all figures; it stays in the tree."""
        self.dropped.add(at)
        total, links, prose = self.total[at], self.links[at], self.prose[at]
        for inside in range(at, self.last[at] + 1):
            self.good[inside] = 0
        around = at
        while around >= 0:
            self.total[around] -= total
            self.links[around] -= links
            self.prose[around] -= prose
            around = self.parent[around]

    def verdict(self, at: int) -> Verdict:
        """What tag, role, class and id promise about the text of an element."""
        element = self.nodes[at]
        if element.tag in _DROPPED_TAGS or element.get("role") in _ROLES or _is_hidden(element):
            return "drop"
        if element.tag == "p" and self.good[at] >= MIN_PARAGRAPH:
            return "plain"  # a whole paragraph is text, whatever a theme calls it
        names = class_and_id(element)
        return verdict_on(names) if names else "plain"

    def link_share(self, at: int) -> float:
        """Share of the text that is link text."""
        return self.links[at] / self.total[at] if self.total[at] else 0.0


_NAMING = frozenset(("class", "id", "itemprop", "rel"))


def _is_hidden(element: Element) -> bool:
    style = element.get("style")
    if style and "display" in style and "none" in style.replace(" ", "").partition("display:")[2][:5]:
        return True
    return element.get("hidden") is not None


def survey(body: Element) -> Survey:
    """Measure all elements below (and with) an element."""
    nodes: list[Element] = list(body.iter(etree.Element))
    position = {element: at for at, element in enumerate(nodes)}
    count = len(nodes)
    parent, last = [-1] * count, list(range(count))
    own, own_links, commas = [0] * count, [0] * count, [0] * count
    for at in range(1, count):
        parent[at] = position[nodes[at].getparent()]
    total, links, good, prose = [0] * count, [0] * count, [0] * count, [0] * count
    for at in range(count - 1, -1, -1):
        element, up = nodes[at], parent[at]
        tag, text, tail = element.tag, element.text, element.tail
        if text and (length := len(text.strip())):
            own[at] += length
            commas[at] += text.count(",") + text.count(". ")
        total[at] += own[at] if tag in BLOCK_TAGS or up < 0 else 0
        if tag == "a":
            own_links[at] = own[at]
            links[at] = total[at]
        if tag in BLOCK_TAGS or up < 0:
            links[at] = min(total[at], links[at] + own_links[at])
            good[at] = _good(tag, own[at], own_links[at])
            prose[at] += good[at]
        elif up >= 0:
            own[up] += own[at]
            own_links[up] += own_links[at]
            commas[up] += commas[at]
        if up < 0:
            continue
        if tail and at and (length := len(tail.strip())):
            own[up] += length
            commas[up] += tail.count(",") + tail.count(". ")
        total[up] += total[at]
        links[up] += links[at]
        prose[up] += prose[at]
        last[up] = max(last[up], last[at])
    return Survey(nodes, position, parent, last, own, good, commas, total, links, prose, _names(nodes), set())


def _names(nodes: list[Element]) -> frozenset[str]:
    """Classes, ids and the like that occur on the page; each value is split once."""
    stated = {pair for element in nodes for pair in element.items() if pair[0] in _NAMING}
    names: set[str] = set()
    for attribute, value in stated:
        mark = "" if attribute in ("class", "id") else f"{attribute}~"
        names.update(mark + name for name in value.split())
    return frozenset(names)


def _good(tag: str, own: int, own_links: int) -> int:
    if own < (MIN_CELL if tag in _CELLS else MIN_SENTENCE) or tag in _NO_TEXT:
        return 0
    share = own_links / own
    if share > 0.5 or (tag in ("li", "td", "dd", "figcaption") and share > 0.3):
        return 0
    plain_text = own - own_links
    return plain_text if plain_text >= MIN_SENTENCE else 0
