"""The cleaned body as values: paragraphs, headings, lists, tables, quotes and pictures, and their text and HTML.

::

    Block  = Paragraph(tag p h2 h3 h4) | Listing(items) | Grid(rows) | Quote(blocks) | Picture
    Run    = a piece of text with one look: plain, strong, em, linked

All markup that leaves the reader is written here, from nothing but escaped text, the allowed tags and absolute
addresses: no attribute or element of the page can pass.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, TypeAlias

from .letters import plain


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text with one look."""

    text: str
    strong: bool = False
    em: bool = False
    href: str | None = None

    def alike(self, other: Run) -> bool:
        """Whether both look the same."""
        return (self.strong, self.em, self.href) == (other.strong, other.em, other.href)


Runs: TypeAlias = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph or a heading inside the body."""

    runs: Runs
    tag: Literal["p", "h2", "h3", "h4"] = "p"


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list with the lists inside it."""

    runs: Runs
    inner: tuple[Listing, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """A list."""

    items: tuple[Item, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of data; ``header`` tells whether the first row names the columns."""

    rows: tuple[tuple[Runs, ...], ...]
    header: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation set apart."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture with its caption."""

    src: str
    alt: str = ""
    caption: str = ""


Block: TypeAlias = Paragraph | Listing | Grid | Quote | Picture


def runs_text(runs: Iterable[Run]) -> str:
    """Text of runs on one line."""
    return plain("".join(run.text for run in runs))


def joined(runs: Iterable[Run]) -> Runs:
    """Runs in normal form: blanks collapsed over run borders, empty runs dropped, runs that look alike merged.

    A blank between two looks ends the run before it, so no run begins with one.
    """
    if isinstance(runs, list) and len(runs) == 1:
        only = runs[0]
        words = " ".join(only.text.split())
        return (Run(words, only.strong, only.em, only.href),) if words else ()
    looks: list[Run] = []
    texts: list[list[str]] = []
    blank = True  # whether a blank would be doubled, or stand at the beginning
    for run in runs:
        words = " ".join(run.text.split())
        if run.text[:1].isspace() and not blank:
            texts[-1].append(" ")
            blank = True
        if not words:
            continue
        if not looks or not looks[-1].alike(run):
            looks.append(run)
            texts.append([])
        texts[-1].append(words)
        blank = run.text[-1].isspace()
        if blank:
            texts[-1].append(" ")
    if texts and texts[-1][-1] == " ":
        texts[-1].pop()
    return tuple(
        Run("".join(pieces), look.strong, look.em, look.href) for look, pieces in zip(looks, texts, strict=True)
    )


def cut_start(runs: Runs, length: int) -> Runs:
    """Runs without their first characters."""
    kept: list[Run] = []
    for run in runs:
        if length >= len(run.text):
            length -= len(run.text)
            continue
        kept.append(replace(run, text=run.text[length:]))
        length = 0
    return joined(kept)


def cut_end(runs: Runs, length: int) -> Runs:
    """Runs without their last characters."""
    left = sum(len(run.text) for run in runs) - length
    kept: list[Run] = []
    for run in runs:
        if left <= 0:
            break
        kept.append(replace(run, text=run.text[:left]))
        left -= len(run.text)
    return joined(kept)


def list_item(blocks: list[Block]) -> Item:
    """The blocks of a list item as one line, with the lists inside it."""
    inner = tuple(block for block in blocks if isinstance(block, Listing))
    return Item(flattened([block for block in blocks if not isinstance(block, Listing)]), inner)


def merged_items(items: list[Item]) -> list[Item]:
    """A list that stands beside the items of another (invalid, and common) belongs to the item before it."""
    merged: list[Item] = []
    for item in items:
        if not item.runs and merged:
            merged[-1] = Item(merged[-1].runs, merged[-1].inner + item.inner)
        else:
            merged.append(item)
    return merged


def flattened(blocks: list[Block]) -> Runs:
    """All runs of some blocks as one line."""
    runs: list[Run] = []
    for block in blocks:
        if runs:
            runs.append(Run(" "))
        if isinstance(block, Paragraph):
            runs.extend(block.runs)
        elif isinstance(block, Listing):
            for item in block.items:
                runs.extend((*item.runs, Run(" "), *flattened(list(item.inner)), Run(" ")))
        elif isinstance(block, Grid):
            runs.extend(run for row in block.rows for cell in row for run in (*cell, Run(" ")))
        elif isinstance(block, Quote):
            runs.extend(flattened(list(block.blocks)))
    return joined(runs)


def block_text(block: Block) -> str:
    """Text of a block: items and rows on lines of their own, cells parted by ``|``; captions are no text."""
    if isinstance(block, Paragraph):
        if len(block.runs) > 1:
            return _line(block.runs)
        text = block.runs[0].text if block.runs else ""
        return text if text.isascii() else _plain(text)
    if isinstance(block, Listing):
        return "\n".join(_item_lines(block))
    if isinstance(block, Grid):
        rows = (" | ".join(runs_text(cell) for cell in row).strip(" |") for row in block.rows)
        return "\n".join(row for row in rows if row)
    if isinstance(block, Quote):
        return body_text(block.blocks)
    return ""


@lru_cache(maxsize=512)
def _line(runs: Runs) -> str:
    """The text of a paragraph, which each step of trimming asks for once more."""
    return runs_text(runs)


_plain = lru_cache(maxsize=2048)(plain)
"""The same for a paragraph of one look; blanks were collapsed when its run was made."""


def _item_lines(listing: Listing) -> Iterator[str]:
    for item in listing.items:
        if text := runs_text(item.runs):
            yield text
        for inner in item.inner:
            yield from _item_lines(inner)


def body_text(blocks: Iterable[Block]) -> str:
    """The text of a body: blocks joined by one empty line."""
    return "\n\n".join(text for block in blocks if (text := block_text(block)))


def body_html(blocks: Iterable[Block]) -> str:
    """The body as HTML, one block a line."""
    return "\n".join(_block_html(block) for block in blocks)


def _block_html(block: Block) -> str:
    if isinstance(block, Paragraph):
        return f"<{block.tag}>{_runs_html(block.runs)}</{block.tag}>"
    if isinstance(block, Listing):
        return _listing_html(block)
    if isinstance(block, Grid):
        return _grid_html(block)
    if isinstance(block, Quote):
        return f"<blockquote>{body_html(block.blocks)}</blockquote>"
    alt = f' alt="{html.escape(block.alt)}"' if block.alt else ""
    caption = f"<figcaption>{html.escape(block.caption, quote=False)}</figcaption>" if block.caption else ""
    return f'<figure><img src="{html.escape(block.src)}"{alt}>{caption}</figure>'


def _listing_html(listing: Listing) -> str:
    tag = "ol" if listing.ordered else "ul"
    items = (f"<li>{_runs_html(item.runs)}{''.join(map(_listing_html, item.inner))}</li>" for item in listing.items)
    return f"<{tag}>{''.join(items)}</{tag}>"


def _grid_html(grid: Grid) -> str:
    rows: list[str] = []
    for at, row in enumerate(grid.rows):
        tag = "th" if grid.header and at == 0 else "td"
        rows.append("<tr>" + "".join(f"<{tag}>{_runs_html(cell)}</{tag}>" for cell in row) + "</tr>")
    return f"<table>{''.join(rows)}</table>"


def _runs_html(runs: Runs) -> str:
    pieces: list[str] = []
    for run in runs:
        # Blanks stand outside of marks, so that text and HTML break at the same places.
        text = run.text.rstrip()
        piece = html.escape(text, quote=False)
        piece = f"<em>{piece}</em>" if run.em else piece
        piece = f"<strong>{piece}</strong>" if run.strong else piece
        piece = f'<a href="{html.escape(run.href)}">{piece}</a>' if run.href else piece
        pieces.append(piece + run.text[len(text) :])
    return "".join(pieces)
