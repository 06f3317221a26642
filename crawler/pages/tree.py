"""The page as a tree: parsing with every limit set, selections, and text out of elements.

Selections have a module of their own, ``select``.
"""

from __future__ import annotations

import re
from typing import Any, TypeAlias

from lxml import etree

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

LONG_TAG = 8000
"""Characters of a tag that is looked at more closely before the parser sees it."""

_LONG_TAG = re.compile(rf"<[a-zA-Z][^<>]{{{LONG_TAG},}}>?")
_INVISIBLE = ("script", "style", "template", "svg", "math", "button", "select", "textarea", "input", "link", "canvas")


def parse(text: str) -> Element | None:
    """The document element of a page, or None where there is no element at all."""
    text = text.replace("\0", "")
    if _has_long_tag(text):
        text = _LONG_TAG.sub(_without_attributes, text)
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
    return next(root.iterfind("body/div"), None) if root is not None else None


def _has_long_tag(text: str) -> bool:
    """Whether a tag may be longer than the limit: each such tag lies around a multiple of it."""
    for middle in range(LONG_TAG, len(text), LONG_TAG):
        start = text.rfind("<", middle - LONG_TAG, middle)
        if start >= 0 and text.find(">", start, start + LONG_TAG) < 0:
            return True
    return False


def _without_attributes(match: re.Match[str]) -> str:
    tag = match[0]
    if len(tag.split(None, MAX_TAG_ATTRIBUTES)) <= MAX_TAG_ATTRIBUTES and tag.count("=") <= MAX_TAG_ATTRIBUTES * 4:
        return tag
    name = re.match(r"<[a-zA-Z][\w-]{0,20}", tag)
    return f"{name[0] if name else '<div'}>"


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
    if not len(element):
        return plain(element.text or "")
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
