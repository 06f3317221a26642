"""BeautifulSoup cleans the article box: what office software, chats and editors paste becomes plain blocks.

Only the box comes in here, never the page. The soup is walked once; every element is one of: dropped, a block of its
own, a container that only holds blocks, or inline. Handled on the way: runs of ``br``, paragraphs inside spans, spans
that split or glue words, layout tables, lazily loaded pictures, captions, soft hyphens, bodies that were HTML-escaped
twice (PopojiCMS).
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from bs4.element import NavigableString, PreformattedString, Tag

from .blocks import (
    Block,
    Grid,
    Item,
    Listing,
    Paragraph,
    Picture,
    Quote,
    Run,
    Runs,
    flattened,
    joined,
    list_item,
    merged_items,
    runs_text,
)
from .letters import are_glued, listed, plain, visible
from .media import MAX_CAPTION, picture_address, web_address
from .soup import soup_of

MAX_DEPTH = 250
"""Nesting below which the walk stops; the tree was flattened to less before."""

MAX_GRID_CELL = 600
"""A table with a longer cell holds the layout of the page, not data."""

_DROPPED = listed(
    "script style noscript template iframe object embed video audio form input button select textarea svg math"
    " canvas nav"
    " head title link meta map source track dialog applet"
)
_CONTAINERS = listed(
    "div section article main header footer aside center details summary address dl fieldset body html [document]"
    " hgroup"
    " picture form tbody thead tfoot tr td th caption"
)
_HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}
_BLOCKS = listed("p li dd dt ul ol table blockquote figure pre hr h1 h2 h3 h4 h5 h6") | _CONTAINERS
_CAPTION_CLASS = re.compile(
    r"(?:^|[\s_-])(?:wp-caption-text|(?:image|img|photo|foto|news|figure|gallery|media|picture|lead)?-?_?(?:caption|ket(?:erangan)?)"
    r"(?:[-_]?(?:text|inner|content|foto|gambar))?|(?:image|img|photo|foto|picture)-?_?credits?)(?:\s|$)",
    re.IGNORECASE,
)
_FIGURE_CLASS = re.compile(r"wp-caption|image-?caption|img-?caption|foto-?caption", re.IGNORECASE)
_SENTENCE_END = tuple(".!?:;”\"'’)]…")


def clean(markup: str, base_url: str) -> tuple[Block, ...]:
    """The blocks of an article box that is given as HTML."""
    return clean_soup(soup_of(markup), base_url)


def clean_soup(soup: Tag, base_url: str) -> tuple[Block, ...]:
    """The blocks of an article box.

    Args:
        soup: the box.
        base_url: address that links and pictures are relative to.
    """
    walk = _Walk(base_url)
    walk.visit(soup, 0)
    walk.end_paragraph()
    return tuple(walk.blocks)


class _Walk:
    """One walk through a soup: blocks that are finished and the paragraph that is being collected."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.blocks: list[Block] = []
        self.runs: list[Run] = []
        self.breaks = 0
        self.tag: str = "p"
        self.look = Run("")
        self.soft_border = False

    def inner(self) -> _Walk:
        """A walk for what is inside a block."""
        return _Walk(self.base_url)

    def visit(self, tag: Tag, depth: int) -> None:
        """Take in all children of an element."""
        for child in tag.children:
            if isinstance(child, NavigableString):
                if not isinstance(child, PreformattedString):
                    self.add_text(str(child))
            elif isinstance(child, Tag) and depth < MAX_DEPTH:
                self.visit_tag(child, depth + 1)

    def visit_tag(self, tag: Tag, depth: int) -> None:
        """Take in one element."""
        name = tag.name
        if name in _DROPPED:
            return
        if name == "br":
            self.breaks += 1
        elif name != "figure" and self._take_caption(tag):
            return
        elif name == "img":
            self.add_picture(tag, "")
        elif name in _BLOCKS:
            self.end_paragraph()
            self.visit_block(tag, name, depth)
            self.end_paragraph()
        else:
            self.visit_inline(tag, name, depth)

    def _take_caption(self, tag: Tag) -> bool:
        """Whether an element is the caption of a picture by its class; the last picture gets it."""
        classes = _classes(tag)
        if not classes or not _names_caption(classes) or tag.find(("img", "p")):
            return False
        caption = plain(tag.get_text(" "))
        if len(caption) > MAX_CAPTION:
            return False
        last = self.blocks[-1] if self.blocks else None
        if isinstance(last, Picture) and not last.caption:
            self.blocks[-1] = replace(last, caption=caption)
        return True

    def visit_block(self, tag: Tag, name: str, depth: int) -> None:
        """Take in an element that begins a new block."""
        if name in ("ul", "ol"):
            self.add_listing(tag, depth)
        elif name == "table":
            self.add_table(tag, depth)
        elif name == "blockquote":
            inner = self.inner()
            inner.visit(tag, depth)
            inner.end_paragraph()
            if inner.blocks:
                self.blocks.append(Quote(tuple(inner.blocks)))
        elif name == "figure" or (name == "div" and _FIGURE_CLASS.search(_classes(tag))):
            self.add_figure(tag, depth)
        else:
            self.tag = _HEADINGS.get(name, "p")
            self.visit(tag, depth)

    def visit_inline(self, tag: Tag, name: str, depth: int) -> None:
        """Take in an element inside a line; its look holds for all that is in it."""
        before = self.look
        if name in ("b", "strong"):
            self.look = Run("", True, before.em, before.href)
        elif name in ("i", "em"):
            self.look = Run("", before.strong, True, before.href)
        elif name == "a":
            self.look = Run("", before.strong, before.em, web_address(_attribute(tag, "href"), self.base_url))
        soft = name in ("span", "font")
        self.soft_border = self.soft_border or soft
        self.visit(tag, depth)
        self.soft_border = soft
        self.look = before

    def add_text(self, text: str) -> None:
        """Add text to the paragraph, or begin a new one where breaks stood before it."""
        text = visible(text)
        if not text:
            return
        if not text.strip():
            self.runs.append(Run(" "))
            return
        if self.breaks:
            self._settle_breaks(text)
        elif self.soft_border and self.runs and are_glued(self.runs[-1].text, text):
            self.runs.append(Run(" "))
        self.soft_border = False
        self.runs.append(Run(text, self.look.strong, self.look.em, self.look.href))

    def _settle_breaks(self, text: str) -> None:
        """Two breaks part paragraphs; one does too, unless a sentence goes on behind it (hard-wrapped lines)."""
        before = next((said for run in reversed(self.runs) if (said := run.text.rstrip())), "")
        goes_on = text.lstrip()[:1].islower() and not before.endswith(_SENTENCE_END)
        if before and (self.breaks == 1 and goes_on):
            self.runs.append(Run(" "))
        elif before:
            tag = self.tag
            self.end_paragraph()
            self.tag = tag
        self.breaks = 0

    def end_paragraph(self) -> None:
        """Finish the paragraph that is being collected."""
        if self.runs and (runs := joined(self.runs)):
            # A heading is known by its tag; paragraphs set in heading size are text all the same.
            tag = self.tag if self.tag != "p" and len(runs_text(runs)) <= 250 else "p"
            self.blocks.append(Paragraph(runs, tag))  # type: ignore[arg-type]
        self.runs, self.breaks, self.tag, self.soft_border = [], 0, "p", False

    def add_listing(self, tag: Tag, depth: int) -> None:
        """Add a list; items that hold long blocks stay lines of the list."""
        listing = self._listing(tag, depth)
        if listing.items:
            self.blocks.append(listing)

    def _listing(self, tag: Tag, depth: int) -> Listing:
        items: list[Item] = []
        for child in tag.children:
            inner = self.inner()
            if not isinstance(child, Tag):
                # Text that stands in a list but in no item of it.
                inner.add_text("" if isinstance(child, PreformattedString) else str(child))
                inner.end_paragraph()
                items.extend(Item(block.runs) for block in inner.blocks if isinstance(block, Paragraph))
                continue
            if child.name in ("ul", "ol") and depth < MAX_DEPTH:
                nested = self._listing(child, depth + 1)
                items.extend([Item((), (nested,))] if nested.items else [])
                continue
            inner.visit_tag(child, depth + 1)
            inner.end_paragraph()
            self.blocks.extend(block for block in inner.blocks if isinstance(block, Picture))
            item = list_item(inner.blocks)
            if item.runs or item.inner:
                items.append(item)
        return Listing(tuple(merged_items(items)), tag.name == "ol")

    def add_table(self, tag: Tag, depth: int) -> None:
        """Add a table of data, or walk through one that only arranges the page."""
        rows: list[tuple[Runs, ...]] = []
        header = False
        if not tag.find("table"):
            for number, row in enumerate(tag.find_all("tr")):
                cells = row.find_all(("td", "th"))
                header = header or (number == 0 and bool(cells) and all(cell.name == "th" for cell in cells))
                texts = tuple(self._cell(cell, depth) for cell in cells)
                if any(texts):
                    rows.append(texts)
        longest = max((len(runs_text(cell)) for row in rows for cell in row), default=0)
        filled = max((sum(1 for cell in row if cell) for row in rows), default=0)
        if len(rows) >= 2 and filled >= 2 and longest <= MAX_GRID_CELL:
            for picture in tag.find_all("img"):
                self.add_picture(picture, "")
            self.blocks.append(Grid(tuple(rows), header))
        else:
            self.visit(tag, depth)

    def _cell(self, tag: Tag, depth: int) -> Runs:
        inner = self.inner()
        inner.visit(tag, depth + 1)
        inner.end_paragraph()
        return flattened(inner.blocks)

    def add_figure(self, tag: Tag, depth: int) -> None:
        """Add the pictures of a figure with its caption; a figure around a table or text is a container."""
        pictures = [child for child in tag.find_all("img") if isinstance(child, Tag)]
        if not pictures or tag.find(("table", "blockquote")) or (len(pictures) > 1 and tag.find("figure")):
            # A gallery is a figure of figures, each with a caption of its own (WordPress block editor).
            self.visit(tag, depth)
            return
        captions = [child for child in tag.find_all(("figcaption", "p", "div", "span")) if _is_caption(child)]
        caption = plain(captions[0].get_text(" ")) if captions else plain(tag.get_text(" "))
        for number, picture in enumerate(pictures):
            self.add_picture(picture, caption if number == len(pictures) - 1 else "")

    def add_picture(self, tag: Tag, caption: str) -> None:
        """Add a picture in front of the paragraph it stands in."""
        src = picture_address(tag, self.base_url)
        if src:
            self.blocks.append(Picture(src, plain(_attribute(tag, "alt") or ""), caption[:MAX_CAPTION]))


@lru_cache(maxsize=4096)
def _names_caption(classes: str) -> bool:
    return _CAPTION_CLASS.search(classes) is not None


def _is_caption(tag: Tag) -> bool:
    return tag.name == "figcaption" or _names_caption(_classes(tag))


def _classes(tag: Tag) -> str:
    return _attribute(tag, "class") or ""


def _attribute(tag: Tag, name: str) -> str | None:
    value = tag.get(name)
    return value if isinstance(value, str) else None
