"""The lines of a source in the order in which they were written, each with how many bytes are read then.

Several files, one per month, count as one. The order of the lines is that of the captures they were read from, which is
the same after a rebuild.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from archive.feed.cursor import Position, check_of, shelf_key
from archive.line import text_field

_BLOCK = 65_536


@dataclass(frozen=True, slots=True)
class Shelf:
    """The record files of one source as they are now."""

    name: str
    """``records/<source>`` or ``set-aside/<source>``."""
    files: tuple[tuple[Path, int], ...]
    """Each with its size in bytes, by month."""
    inodes: tuple[int, ...] = ()
    """Of the files: a rebuild puts others in their place, which may be of the same size."""

    @property
    def source_id(self) -> str:
        """Whose they are."""
        return self.name.rpartition("/")[2]

    @property
    def key(self) -> int:
        """What a cursor calls it."""
        return shelf_key(self.name)

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(size for _, size in self.files)


def shelves(root: Path, *, also_set_aside: bool = False) -> Iterator[Shelf]:
    """All shelves of a collection, by name of the source; those set aside come last."""
    for name in ("records", "set-aside") if also_set_aside else ("records",):
        for folder in sorted((root / name).glob("*")):
            files = [(path, path.stat()) for path in sorted(folder.glob("*.jsonl"))]
            if files:
                sizes = tuple((path, told.st_size) for path, told in files)
                yield Shelf(f"{name}/{folder.name}", sizes, tuple(told.st_ino for _, told in files))


def walk(shelf: Shelf, read: int = 0) -> Iterator[tuple[bytes, int]]:
    """Whole lines behind the first ``read`` bytes, each with the bytes read including it.

    A line that is being written at this moment is not there yet.
    """
    before = 0
    for path, size in shelf.files:
        if before + size > read:
            with path.open("rb") as file:
                at = max(read - before, 0)
                file.seek(at)
                for line in file:
                    at += len(line)
                    if at > size or line[-1:] != b"\n":
                        break
                    yield line, before + at
        before += size


@lru_cache(maxsize=4096)
def begin(shelf: Shelf, position: Position | None) -> tuple[int, bool]:
    """Where reading goes on behind a position: bytes, and whether it was found where it was said to be.

    Where the files were made anew the line is looked for; where its capture gives no record any more, everything is
    read again: a receiver drops by id and version what it has.
    """
    if position is None or not position.read:
        return 0, True
    if position.read <= shelf.size and _check_before(shelf, position.read) == position.check:
        return position.read, True
    found = 0
    for line, read in walk(shelf):
        if check_of(record_id(line)) == position.check:
            found = read
    return found, False


def _check_before(shelf: Shelf, read: int) -> int | None:
    """The check of the line that ends at a place, or None if no line ends there."""
    before = 0
    for path, size in shelf.files:
        if before + size >= read:
            line = _line_before(path, read - before)
            return check_of(record_id(line)) if line else None
        before += size
    return None


def _line_before(path: Path, end: int) -> bytes:
    tail, at = b"", end
    with path.open("rb") as file:
        while at and b"\n" not in tail[:-1]:
            step = min(_BLOCK, at)
            at -= step
            file.seek(at)
            tail = file.read(step) + tail
    if not tail.endswith(b"\n"):
        return b""
    return tail[tail.rfind(b"\n", 0, -1) + 1 :]


def record_id(line: bytes) -> str:
    """WARC-Record-ID of the capture that a line was read from; of a line set aside, its place."""
    if line.startswith(b'{"schema":'):
        return text_field(line, b"warc_record_id") or ""
    told = as_object(line)
    record = told.get("record")
    if isinstance(record, dict):
        return str(record.get("warc_record_id"))
    return f"{told.get('warc_filename')}:{told.get('warc_record_offset')}"


def as_object(line: bytes) -> dict[str, Any]:
    """A line as JSON; empty if it is none, which ``warkat verify`` tells."""
    try:
        told = json.loads(line)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def set_aside_record(line: bytes) -> bytes | None:
    """The record in a line set aside, as a line of its own; None where there is none, because it was invalid."""
    record = as_object(line).get("record")
    if not isinstance(record, dict):
        return None
    told = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return told.replace(b"\xe2\x80\xa8", b"\\u2028").replace(b"\xe2\x80\xa9", b"\\u2029") + b"\n"
