"""CSS selectors on one page: an index of its classes and ids answers the plain ones without a search.

Most selectors of the reader name a class or an id that most pages do not have, and a dictionary knows that at once.
Those made of tags, classes and ids (``article .post-meta time``) are answered from the index: XPath would compare the
class of every element on the page. All others are compiled by cssselect and searched for. A selection is a list in
page order: what a page must have exactly once is asked for where it is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from cssselect import SelectorError
from lxml import etree
from lxml.cssselect import CSSSelector

from .tree import Element

_NAME = re.compile(r"[.#]([\w~-]+)")
_STATED = re.compile(r"\[(itemprop|rel)~=['\"]([\w-]+)['\"]\]")
_QUALIFIED = re.compile(r"\[[^\]]*\]|:(?:not|is|where|has)\([^)]*\)|:[\w-]+\([^)]*\)")
_COMPOUND = re.compile(r"(?P<tag>[a-z][a-z0-9]*)?(?P<names>(?:[.#][a-zA-Z_][\w-]*)*)")
_MARK = re.compile(r"[.#][\w-]+")
_ITEMPROPS = etree.XPath("descendant-or-self::*/@itemprop", smart_strings=False)
_WITH_ID = etree.XPath("descendant-or-self::*[@id]")


@dataclass(frozen=True, slots=True)
class Compound:
    """``tag.class#id``: what one element must be."""

    tag: str
    classes: frozenset[str]
    ids: frozenset[str]
    parent_only: bool
    """Whether the compound before it must be its parent (``>``), not only around it."""

    def fits(self, element: Element) -> bool:
        """Whether an element is that."""
        if self.tag and element.tag != self.tag:
            return False
        if self.ids and element.get("id") not in self.ids:
            return False
        return not self.classes or self.classes <= set((element.get("class") or "").split())


Chain = tuple[Compound, ...]


class Index:
    """Where the classes and ids of a page are.

    Args:
        body: what is indexed.
        nodes: its elements in page order.
        position: their places in that order.

    Attributes:
        naming: class and id of each element as one text, in page order.
        names: classes and ids on the page, and ``itemprop~…`` and ``rel~…`` as ``may_find`` asks for them.
    """

    __slots__ = ("_ids", "_nodes", "_position", "_stated", "names", "naming")

    def __init__(self, body: Element, nodes: list[Element], position: dict[Element, int]) -> None:
        self._nodes, self._position = nodes, position
        self.naming: list[str] = [element.get("class") or "" for element in nodes]
        self._stated: dict[str, list[int]] = {}
        self._ids: dict[str, list[int]] = {}
        for element in _WITH_ID(body):
            at, own = position[element], element.get("id")
            self.naming[at] += f" {own}"
            self._ids.setdefault(own.strip(), []).append(at)
        self.names = frozenset((*" ".join(set(self.naming)).split(), *_stated_names(body)))

    def _with_class(self, name: str) -> list[int]:
        """Places of elements with a class."""
        if not self._stated:
            for at, names in enumerate(self.naming):
                if names:
                    self._stated.setdefault(names, []).append(at)
        fitting = [places for names, places in self._stated.items() if name in names and name in names.split()]
        return [at for places in fitting for at in places]

    def with_class(self, *names: str) -> list[Element]:
        """Elements with one of some classes, in page order."""
        places = {at for name in names if name in self.names for at in self._with_class(name)}
        return [self._nodes[at] for at in sorted(places)]

    def select(self, within: Element, selector: str) -> list[Element]:
        """All descendants of an element that a CSS selector finds; a selector that is none finds nothing."""
        if not may_find(selector, self.names):
            return []
        chains = _chains(selector)
        if chains is None:
            return select(within, selector)
        found: dict[Element, int] = {}
        for chain in chains:
            for element in self._candidates(within, chain[-1]):
                if element not in found and _is_end(element, chain, within):
                    found[element] = self._position.get(element, -1)
        return sorted(found, key=found.__getitem__)

    def _candidates(self, within: Element, last: Compound) -> Iterable[Element]:
        """Elements that have the id or rarest class of a compound and are still in the tree, or those with its tag."""
        if last.ids:
            places = [at for name in last.ids for at in self._ids.get(name, ())]
        elif last.classes:
            places = min(map(self._with_class, last.classes), key=len)
        else:
            return list(within.iter(last.tag))
        return [element for at in places if _is_inside(element := self._nodes[at], within)]


def _stated_names(body: Element) -> Iterator[str]:
    """What ``itemprop`` states, and ``rel`` of links."""
    for attribute, values in (("itemprop", _ITEMPROPS(body)), ("rel", (link.get("rel") for link in body.iter("a")))):
        for value in set(values):
            for name in (value or "").split():
                yield f"{attribute}~{name}"


def _is_inside(element: Element, within: Element) -> bool:
    """Whether an element is still in the tree: what is read may have been taken out since."""
    around = element
    while around is not None and around is not within:
        around = around.getparent()
    return around is within


def _is_end(element: Element, chain: Chain, within: Element) -> bool:
    """Whether an element ends a chain of compounds whose other members are around it."""
    if not chain[-1].fits(element):
        return False
    left = len(chain) - 1
    around = element
    while left and around is not within:
        around = around.getparent()
        if chain[left - 1].fits(around):
            left -= 1
        elif chain[left].parent_only:
            return False
    return not left


@lru_cache(maxsize=4096)
def _chains(selector: str) -> tuple[Chain, ...] | None:
    """The alternatives of a selector, or None where it asks for more than tags, classes and ids."""
    found = [_chain(part.strip()) for part in selector.split(",")]
    return None if None in found else tuple(chain for chain in found if chain)


def _chain(text: str) -> Chain | None:
    words = re.sub(r"\s*>\s*", " >", text).split()
    chain: list[Compound] = []
    for word in words:
        match = _COMPOUND.fullmatch(word.removeprefix(">"))
        if match is None or not match[0] or (word.startswith(">") and not chain):
            return None
        marks = _MARK.findall(match["names"])
        classes, ids = (frozenset(mark[1:] for mark in marks if mark[0] == kind) for kind in ".#")
        if len(ids) > 1:
            return None
        chain.append(Compound(match["tag"] or "", classes, ids, word.startswith(">")))
    if len(chain) > 2 and any(compound.parent_only for compound in chain):
        return None  # the nearest fitting ancestor need not be the right one
    return tuple(chain) or None


@lru_cache(maxsize=4096)
def _compiled(selector: str) -> CSSSelector | None:
    try:
        return CSSSelector(selector, translator="html")
    except SelectorError:
        return None


@lru_cache(maxsize=4096)
def _needed_names(selector: str) -> tuple[frozenset[str], ...]:
    """Classes and ids that an element somewhere must have, for each alternative of a selector."""
    selector = _STATED.sub(r".\1~\2", selector)
    return tuple(frozenset(_NAME.findall(part)) for part in _QUALIFIED.sub("", selector).split(","))


def may_find(selector: str, names: frozenset[str]) -> bool:
    """Whether a page with these classes and ids can hold what a selector looks for: cheaper than looking."""
    return any(needed <= names for needed in _needed_names(selector))


def select(element: Element, selector: str) -> list[Element]:
    """All descendants that a CSS selector finds, in page order; a selector that is none finds nothing."""
    compiled = _compiled(selector)
    return list(compiled(element)) if compiled is not None else []
