"""The page as a tree: parsing with every limit set, selections, and text out of elements.

The only module of the reader that knows how lxml is called. Selectors are CSS and are compiled once. A selection
is a list: what a page must have exactly once is asked for where it is used.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, TypeAlias

from cssselect import SelectorError
from lxml import etree
from lxml.cssselect import CSSSelector

from .letters import listed, plain

Element: TypeAlias = Any
"""An lxml element; lxml carries no types."""

MAX_CHARACTERS = 10 * 1024 * 1024
"""Longest page that is parsed; real articles stay below a tenth of it."""

MAX_TAG_ATTRIBUTES = 1_000
"""More on one tag stall the parser, which compares each with all before it: 40,000 take over a second."""

MAX_DEPTH = 180
"""Nesting that the cleaning stage is given; deeper markup is flattened first."""

BLOCK_TAGS = listed(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form"
    " h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section summary table tbody td tfoot th thead tr ul"
)
"""Elements that begin a line of their own."""

_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{8000,}>?")
_NAME = re.compile(r"[.#]([\w~-]+)")
_STATED = re.compile(r"\[(itemprop|rel)~=['\"]([\w-]+)['\"]\]")
_QUALIFIED = re.compile(r"\[[^\]]*\]|:(?:not|is|where|has)\([^)]*\)|:[\w-]+\([^)]*\)")
_INVISIBLE = ("script", "style", "template", "svg", "math", "button", "select", "textarea", "input", "link", "canvas")


def parse(text: str) -> Element | None:
    """The document element of a page, or None where there is no element at all."""
    text = _LONG_TAG.sub(_without_attributes, text.replace("\0", ""))
    # Bytes, because lxml refuses text that declares an encoding. Without huge_tree the parser gives up at depth 256
    # and loses all that follows; with it the limit is 2,048, and the length is limited by the caller.
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.LxmlError:
        return None


def parse_fragment(text: str) -> Element | None:
    """A ``div`` that holds a fragment of HTML, or None where there is nothing in it."""
    root = parse(f"<html><body><div>{text}</div></body></html>")
    found = select(root, "body > div") if root is not None else []
    return found[0] if found else None


def _without_attributes(match: re.Match[str]) -> str:
    tag = match[0]
    if len(tag.split(None, MAX_TAG_ATTRIBUTES)) <= MAX_TAG_ATTRIBUTES and tag.count("=") <= MAX_TAG_ATTRIBUTES * 4:
        return tag
    name = re.match(r"<[a-zA-Z][\w-]{0,20}", tag)
    return f"{name[0] if name else '<div'}>"


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


def select(element: Element, selector: str, names: frozenset[str] | None = None) -> list[Element]:
    """All descendants that a CSS selector finds, in page order; a selector that is none finds nothing.

    Args:
        element: where to look.
        selector: CSS; may hold several, parted by commas.
        names: all classes and ids of the page, where they are known: spares most searches.
    """
    if names is not None and not may_find(selector, names):
        return []
    compiled = _compiled(selector)
    return list(compiled(element)) if compiled is not None else []


def remove_invisible(root: Element) -> None:
    """Drop what never is text: scripts, styles, form controls. Structured data must have been read before."""
    etree.strip_elements(root, *_INVISIBLE, with_tail=False)


def remove(element: Element) -> None:
    """Empty an element; the text behind it stays, on a line of its own where the element was a block.

    The element stays in the tree as a mark: moving the text behind it would fail on characters that XML forbids.
    """
    is_block = element.tag in BLOCK_TAGS
    element.clear(keep_tail=True)
    element.tag = "hr" if is_block else "wbr"


def remove_from_here(element: Element, box: Element) -> None:
    """Take an element and all that follows it inside a box out of the tree."""
    current = element
    while current is not None and current is not box:
        parent = current.getparent()
        if parent is None:
            return
        for later in list(current.itersiblings()):
            parent.remove(later)
        if current is element:
            current.tail = None
            parent.remove(current)
        else:
            current.tail = None
        current = parent


def text_of(element: Element) -> str:
    """All text of an element on one line, with a blank wherever a block or a line break stands."""
    pieces: list[str] = []
    for event, item in etree.iterwalk(element, events=("start", "end")):
        if item.tag == "br" or item.tag in BLOCK_TAGS:
            pieces.append(" ")
        if event == "start":
            pieces.append(item.text or "")
        elif item is not element:
            pieces.append(item.tail or "")
    return plain("".join(pieces))


def class_and_id(element: Element) -> str:
    """Class and id of an element as one text."""
    return f"{element.get('class', '')} {element.get('id', '')}".strip()


def depth_of(element: Element) -> int:
    """How deep the markup below an element is nested."""
    deepest = depth = 0
    for event, _ in etree.iterwalk(element, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def markup_of(element: Element) -> str:
    """The element as HTML, without the text behind it; markup that is nested too deep keeps its blocks only."""
    if depth_of(element) > MAX_DEPTH:
        etree.strip_tags(element, "span", "font", "b", "i", "u", "strong", "em", "a", "div", "section", "center", "ul")
    if depth_of(element) > MAX_DEPTH:
        etree.strip_tags(element, "*")
    markup: str = etree.tostring(element, encoding="unicode", method="html", with_tail=False)
    return markup
