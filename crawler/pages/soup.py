"""The article box as a tree of BeautifulSoup, grown from the tree that lxml already has.

Writing the box as markup for BeautifulSoup to parse once more would cost as much as finding it did. Only what the
cleaning stage asks for is taken over: tags, text, and a handful of attributes.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag

from .letters import unescape_twice
from .tree import MAX_DEPTH, Element, markup_of

_ATTRIBUTES = frozenset(
    ("class", "href", "src", "alt", "width", "height", "data-src", "data-lazy-src", "data-original", "data-orig-file")
)


_SAFE = "\"#$%&+,/:;<=>?@[\\]^`{|}!~*'()"


def _address(name: str, value: str) -> str:
    """Addresses with all but ASCII escaped, as lxml does where it writes markup."""
    if name not in ("href", "src") or (value.isascii() and value.isprintable() and " " not in value):
        return value
    return quote(value.lstrip(" \t\n\r"), safe=_SAFE)


def soup_of(markup: str) -> Tag:
    """A fragment of HTML as a soup."""
    return BeautifulSoup(markup, "lxml", multi_valued_attributes=None)


def soup_of_boxes(boxes: Iterable[Element]) -> Tag:
    """Elements of a page as one soup; a body that was HTML-escaped twice is unfolded, one nested too deep flattened."""
    boxes = list(boxes)
    growing = _Growing()
    if all(growing.add(box, growing.root, 1) for box in boxes) and not growing.has_markup_in_text:
        return growing.root
    markup = "\n".join(map(markup_of, boxes))
    return soup_of(unescape_twice(markup))


class _Growing:
    """A soup that is being grown.

    Attributes:
        root: its document.
        has_markup_in_text: whether some text holds what may be a tag, written as text.
    """

    def __init__(self) -> None:
        self.root = self._tag("[document]", {}, None)
        self.has_markup_in_text = False

    def add(self, element: Element, parent: Tag, depth: int) -> bool:
        """Take over an element with all in it; False, and only a part of it, where it is nested too deep."""
        if depth > MAX_DEPTH:
            return False
        kept = {name: _address(name, value) for name, value in element.items() if name in _ATTRIBUTES}
        tag = self._tag(element.tag, kept, parent)
        if element.text:
            self._add_text(element.text, tag)
        for child in element:
            if not self.add(child, tag, depth + 1):
                return False
            if child.tail:
                self._add_text(child.tail, tag)
        return True

    def _tag(self, name: str, attributes: dict[str, str], parent: Tag | None) -> Tag:
        tag = Tag(
            name=name, attrs=attributes, parent=parent, previous=self._last if parent else None, is_xml=False,
            interesting_string_types=Tag.MAIN_CONTENT_STRING_TYPES,
        )  # fmt: skip
        if parent is not None:
            parent.contents.append(tag)
        self._last: PageElement = tag
        return tag

    def _add_text(self, text: str, parent: Tag) -> None:
        string = NavigableString(text)
        string.setup(parent, self._last)
        parent.contents.append(string)
        self._last = string
        self.has_markup_in_text = self.has_markup_in_text or "<" in text
