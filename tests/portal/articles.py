"""The portal's articles: the content files read into checked values.

Pages and expectations both start from here, and neither looks at the other: what a page shows is rendered from
``Article``, what a reader should find is copied from it.

A body is plain text, its blocks apart by an empty line. A block is a paragraph unless its first characters say
otherwise: ``## `` heading, ``- `` list, ``1. `` numbered list, ``> `` quotation, ``| `` table row, and for the things
that editors leave among their paragraphs ``!img``, ``!caption``, ``!teksfoto``, ``!sumber``, ``!editor``, ``!tagar``.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any, Literal

WIB = timezone(timedelta(hours=7))
"""The regency's zone: Waktu Indonesia Barat, UTC+7, no summer time."""

REBUILT = datetime(2024, 7, 1, tzinfo=WIB)
"""From this day on articles are published in the new markup."""

DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
    *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
)

BlockKind = Literal["p", "h", "ul", "ol", "quote", "table", "img", "caption", "teksfoto", "sumber", "editor", "tagar"]
Precision = Literal["second", "minute", "day"]
ArticleKind = Literal["text", "image", "document", "table"]
Head = Literal["none", "og", "json-ld"]
Serving = Literal["plain", "slow", "flapping", "chunked", "cp1252", "latin1"]

_MARKED: dict[str, BlockKind] = {
    "!img ": "img",
    "!caption ": "caption",
    "!teksfoto ": "teksfoto",
    "!sumber ": "sumber",
    "!editor ": "editor",
    "!tagar ": "tagar",
    "## ": "h",
    "> ": "quote",
}


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a body, as clean text."""

    kind: BlockKind
    text: str = ""
    """Text of the block; empty for lists and tables."""
    rows: tuple[tuple[str, ...], ...] = ()
    """Table rows of cells, the first one the heading; a list has one cell in each row."""


PROSE: frozenset[BlockKind] = frozenset({"p", "h", "ul", "ol", "quote", "table"})
"""Blocks that the writer meant as the article; the end mark follows the last of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article as its writer meant it, and the accidents that its page suffers."""

    key: str
    """Short name, unique; pictures and documents are named after it."""
    title: str
    at: datetime
    """When it was published, in WIB; midnight for day precision."""
    precision: Precision
    """How precisely the page states ``at``."""
    section: str
    blocks: tuple[Block, ...]
    kind: ArticleKind = "text"
    tags: tuple[str, ...] = ()
    by: str | None = None
    """Name printed beside the date; ``Administrator`` is no person."""
    subtitle: str | None = None
    place: str | None = None
    """The dateline's place."""
    lead_rest: str = ""
    """What stands between the place and the first sentence, as printed."""
    credit: str | None = None
    """End mark as printed."""
    image: str | None = None
    """Caption of the leading picture; empty for a picture without one, None for no picture."""
    attachment: str | None = None
    """Title of the attached document."""
    printed: str | None = None
    """The date as printed, where it departs from the markup's usual form."""
    weekday_wrong: bool = False
    quirks: frozenset[str] = frozenset()
    """Accidents of markup; named in ``bodies``."""
    head: Head = "none"
    """What the page's head tells of the article; new markup only."""
    serve: Serving = "plain"
    """How the server hands the page over."""
    old_slug: str | None = None
    """Slug of an old address that redirects here."""
    edited: tuple[Block, ...] = ()
    """The body from the second visit on."""
    edited_at: datetime | None = None
    gone: bool = False
    """Whether the article has disappeared at the second visit."""
    first_visit: int = 1
    """The visit at which the article is there for the first time."""

    @property
    def slug(self) -> str:
        """The title in lower case, words joined by hyphens."""
        return slugify(self.title)

    @property
    def is_old(self) -> bool:
        """Whether it is shown in the markup from before the rebuild."""
        return self.at < REBUILT

    @property
    def path(self) -> str:
        """Its own address on the portal, from the root."""
        return f"/berita-{self.slug}.html" if self.is_old else f"/berita/{self.slug}"

    @property
    def alias(self) -> str | None:
        """An address that redirects to it."""
        return f"/berita-{self.old_slug}.html" if self.old_slug else None

    def is_there(self, visit: int) -> bool:
        """Whether the portal has the article at this visit."""
        return self.first_visit <= visit and not (self.gone and visit > 1)

    def is_edited(self, visit: int) -> bool:
        """Whether its text has been changed by this visit."""
        return visit > 1 and bool(self.edited)

    def body(self, visit: int) -> tuple[Block, ...]:
        """Its blocks at this visit."""
        return self.edited if self.is_edited(visit) else self.blocks

    def changed_at(self, visit: int) -> datetime:
        """When it was last changed, as sitemap and feed tell it at this visit."""
        return self.edited_at if self.edited_at and self.is_edited(visit) else self.at


def slugify(text: str) -> str:
    """Text as a part of an address: ASCII letters and digits in lower case, all else one hyphen."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def long_date(day: datetime) -> str:
    """A date in the long form of the new markup, e.g. ``Selasa, 4 Maret 2025``."""
    return f"{DAYS[day.weekday()]}, {day.day} {MONTHS[day.month - 1]} {day.year}"


def parse_blocks(text: str) -> tuple[Block, ...]:
    """The blocks of a body in the notation of the module docstring."""
    return tuple(_block(part.strip().split("\n")) for part in text.strip().split("\n\n") if part.strip())


def _block(lines: list[str]) -> Block:
    first = lines[0]
    if first.startswith("| "):
        return Block("table", rows=tuple(tuple(c.strip() for c in line.strip("| ").split(" | ")) for line in lines))
    if first.startswith("- "):
        return Block("ul", rows=tuple((line.removeprefix("- "),) for line in lines))
    if first.startswith("1. "):
        return Block("ol", rows=tuple((line.partition(". ")[2],) for line in lines))
    text = " ".join(lines)
    for mark, kind in _MARKED.items():
        if text.startswith(mark):
            return Block(kind, text.removeprefix(mark))
    return Block("p", text)


_FORMATS: tuple[tuple[str, Precision], ...] = (
    ("%Y-%m-%d %H:%M:%S", "second"),
    ("%Y-%m-%d %H.%M", "minute"),
    ("%Y-%m-%d", "day"),
)


def _when(text: str) -> tuple[datetime, Precision]:
    for form, precision in _FORMATS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=WIB), precision
        except ValueError:
            continue
    raise ValueError(text)


def _article(row: dict[str, Any]) -> Article:
    """An article from its table; an unknown key is a TypeError, so that a misspelt one cannot hide."""
    at, precision = _when(row.pop("at"))
    place, lead_rest = row.pop("lead", (None, ""))
    edited_at = row.pop("edited_at", None)
    return Article(
        at=at,
        precision=precision,
        place=place,
        lead_rest=lead_rest,
        tags=tuple(row.pop("tags", ())),
        quirks=frozenset(row.pop("quirks", ())),
        blocks=parse_blocks(row.pop("body")),
        edited=parse_blocks(row.pop("edited", "")),
        edited_at=_when(edited_at)[0] if edited_at else None,
        **row,
    )


@cache
def all_articles() -> tuple[Article, ...]:
    """Every article of the content files, newest first."""
    files = sorted((Path(__file__).parent / "content").glob("*.toml"))
    rows = [row for file in files for row in tomllib.loads(file.read_text("utf-8"))["article"]]
    return tuple(sorted((_article(row) for row in rows), key=lambda article: article.at, reverse=True))


def articles_at(visit: int) -> tuple[Article, ...]:
    """The articles that the portal has at this visit, newest first."""
    return tuple(article for article in all_articles() if article.is_there(visit))
