"""The shapes in which records leave: one small file each, loaded when it is asked for.

A module of this folder has one function, ``write(lines, out, setting)``, which takes the lines one at a time, keeps
none,
and returns how many records it wrote. ``out`` is an open file for a stream, a path for a file that a library opens by
itself, an empty folder for a folder.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from archive.record import Record


class FormatInvalid(ValueError):
    """What was asked for does not go together, or is not known; says what is."""


class ExtraMissing(RuntimeError):
    """A library that only some need is not installed; names the command that brings it."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs a library that is not installed; bring it with: pip install 'warkat[{extra}]'")


@dataclass(frozen=True, slots=True)
class Shape:
    """One format."""

    name: str
    kind: Literal["stream", "file", "folder"]
    module: str
    suffix: str = ""
    extra: str | None = None
    """What ``pip install 'warkat[…]'`` brings it."""


SHAPES = {
    shape.name: shape
    for shape in (
        Shape("jsonl", "stream", "json_lines", ".jsonl"),
        Shape("csv", "stream", "csv_table", ".csv"),
        Shape("jsonld", "stream", "json_ld", ".jsonld"),
        Shape("bulk", "stream", "bulk", ".ndjson"),
        Shape("sqlite", "file", "database", ".sqlite3"),
        Shape("parquet", "folder", "parquet", extra="parquet"),
        Shape("huggingface", "folder", "hugging_face", extra="parquet"),
        Shape("text", "folder", "plain_text"),
        Shape("feeds", "folder", "web_feeds"),
    )
}
"""All formats by name."""

FIELDS = tuple(info.alias or name for name, info in Record.model_fields.items())
"""Names of a record's fields, in the contract's order."""


def text(describes: str) -> str:
    """The description of a field, as the contract has it."""
    for name, info in Record.model_fields.items():
        if (info.alias or name) == describes:
            return info.description or ""
    raise FormatInvalid(f"no field {describes!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a format is told besides the lines."""

    title: str = "warkat"
    """Of the collection."""
    operator: str = ""
    contact: str = ""
    fields: tuple[str, ...] = FIELDS
    """Columns wanted, in this order."""
    per_feed: int = 50
    """Entries of each web feed."""
    base_url: str = ""
    """Where web feeds will be published, for their own links."""
    index: str = "warkat-articles"
    """Name of the search index."""
    told: Callable[[], dict[str, Any]] = dict
    """What the manifest says of the choice, for texts that are made of it."""


Write = Callable[[Iterable[bytes], Any, Setting], int]


def writer(shape: Shape) -> Write:
    """The function of a format.

    Raises:
        ExtraMissing: its library is not there.
    """
    try:
        module = importlib.import_module(f"archive.feed.formats.{shape.module}")
    except ModuleNotFoundError as fault:
        if shape.extra is None or (fault.name or "").startswith("archive"):
            raise
        raise ExtraMissing(f"--format {shape.name}", shape.extra) from None
    write: Write = module.write
    return write


def chosen_fields(names: str | None) -> tuple[str, ...]:
    """Fields from their names with commas between.

    Raises:
        FormatInvalid: one is unknown; says which are known.
    """
    if names is None:
        return FIELDS
    chosen = tuple(name.strip() for name in names.split(",") if name.strip())
    if unknown := [name for name in chosen if name not in FIELDS]:
        raise FormatInvalid(f"no field {', '.join(unknown)}; there are: {', '.join(FIELDS)}")
    if not chosen or len(set(chosen)) < len(chosen):
        raise FormatInvalid("name each field once, and at least one")
    return chosen
