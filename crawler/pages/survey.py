"""One walk over the page that measures the text of every element: the figures on which boxes are found and cut.

Positions are page order, so the descendants of element ``i`` are ``i + 1`` up to ``last[i]``. Lengths are characters.

- own:   text of a block itself, inline elements in it included, blocks in it not
- good:  own text that reads like a sentence and is no link; 0 where it does not
- total, links, prose:  all text, link text and good text of the element with everything in it
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from lxml import etree

from .select import Index
from .tree import BLOCK_TAGS, Element
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
    tags: list[str]
    """Tags as the page has them, whatever was taken out since."""
    naming: list[str]
    """Class and id of each element as one text."""
    position: dict[Element, int]
    parent: list[int]
    last: list[int]
    own: list[int]
    good: list[int]
    total: list[int]
    links: list[int]
    prose: list[int]
    index: Index
    dropped: set[int]
    """Outermost elements that are none of the article; their text no longer counts in ``good`` and the sums."""

    def commas(self, at: int) -> int:
        """Commas and ends of sentences in the text of a block itself."""
        count = _pauses(self.nodes[at].text)
        inside = at + 1
        while inside <= self.last[at]:
            element = self.nodes[inside]
            count += _pauses(element.tail)
            if self.tags[inside] in BLOCK_TAGS:
                inside = self.last[inside] + 1
            else:
                count += _pauses(element.text)
                inside += 1
        return count

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
        element, tag = self.nodes[at], self.tags[at]
        if tag in _DROPPED_TAGS or element.get("role") in _ROLES or _is_hidden(element):
            return "drop"
        if tag == "p" and self.good[at] >= MIN_PARAGRAPH:
            return "plain"  # a whole paragraph is text, whatever a theme calls it
        names = self.naming[at]
        return verdict_on(names) if names else "plain"

    def link_share(self, at: int) -> float:
        """Share of the text that is link text."""
        return self.links[at] / self.total[at] if self.total[at] else 0.0


def _is_hidden(element: Element) -> bool:
    style = element.get("style")
    if style and "display" in style and "none" in style.replace(" ", "").partition("display:")[2][:5]:
        return True
    return element.get("hidden") is not None


def survey(body: Element) -> Survey:
    """Measure all elements below (and with) an element."""
    nodes: list[Element] = list(body.iter(etree.Element))
    tags = [element.tag for element in nodes]
    position = dict(zip(nodes, range(len(nodes)), strict=True))
    parent = [position.get(element.getparent(), -1) for element in nodes]
    own = [len(text.strip()) if (text := element.text) else 0 for element in nodes]
    own_links, last = _gather(nodes, tags, parent, own)
    blocks = [at for at, tag in enumerate(tags) if tag in BLOCK_TAGS or at == 0]
    texts, links, good = [0] * len(nodes), [0] * len(nodes), [0] * len(nodes)
    for at in blocks:
        if length := own[at]:
            texts[at], links[at] = length, own_links[at]
            good[at] = _good(tags[at], length, own_links[at]) if length >= MIN_SENTENCE else 0
    total, prose = _sums(texts, last), _sums(good, last)
    links = _link_sums(tags, parent, links, total)
    index = Index(body, nodes, position)
    return Survey(nodes, tags, index.naming, position, parent, last, own, good, total, links, prose, index, set())


def _gather(nodes: list[Element], tags: list[str], parent: list[int], own: list[int]) -> tuple[list[int], list[int]]:
    """Adds the text of inline elements, and what stands behind them, to the block around; link text and ends."""
    own_links, last = [0] * len(nodes), list(range(len(nodes)))
    for at in range(len(nodes) - 1, 0, -1):
        up, tag = parent[at], tags[at]
        if last[up] == up:
            last[up] = last[at]
        if tag not in BLOCK_TAGS:
            length = own[at]
            own[up] += length
            own_links[up] += length if tag == "a" else own_links[at]
        if tail := nodes[at].tail:
            own[up] += len(tail.strip())
    return own_links, last


def _sums(values: list[int], last: list[int]) -> list[int]:
    """For each element the sum over it and all in it."""
    before = [0, *accumulate(values)]
    return [before[end + 1] - before[at] for at, end in enumerate(last)]


def _link_sums(tags: list[str], parent: list[int], links: list[int], total: list[int]) -> list[int]:
    """The same for link text; a link around blocks makes all their text link text, seen from outside."""
    for at in range(len(tags) - 1, 0, -1):
        if tags[at] == "a":
            links[at] = total[at]
        if links[at]:
            links[parent[at]] += links[at]
    return links


def _pauses(text: str | None) -> int:
    return text.count(",") + text.count(". ") if text else 0


def _good(tag: str, own: int, own_links: int) -> int:
    if own < (MIN_CELL if tag in _CELLS else MIN_SENTENCE) or tag in _NO_TEXT:
        return 0
    share = own_links / own
    if share > 0.5 or (tag in ("li", "td", "dd", "figcaption") and share > 0.3):
        return 0
    plain_text = own - own_links
    return plain_text if plain_text >= MIN_SENTENCE else 0
