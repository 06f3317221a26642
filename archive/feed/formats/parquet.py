"""Parquet by DuckDB: ``source_id=…/month=YYYY-MM/part-N.parquet``, lists and parts as nested types, Zstandard inside.

Lines are set down in pieces of bounded size, and DuckDB turns each piece into one file: memory stays flat however large
the collection is. ``month`` is that of the capture, as in the names of the record files.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable
from pathlib import Path

import duckdb

from archive.feed.formats import FIELDS, Setting
from archive.line import line_of, record_of, text_field

PIECE = 48_000_000
"""Bytes of lines that become one file."""
_PARTS = {
    "images": "STRUCT(url VARCHAR, caption VARCHAR, alt VARCHAR)[]",
    "attachments": "STRUCT(url VARCHAR, title VARCHAR, media_type VARCHAR)[]",
}
_KINDS = (
    dict.fromkeys(FIELDS, "VARCHAR")
    | dict.fromkeys(("aliases", "authors", "tags", "integrity_reasons", "warnings"), "VARCHAR[]")
    | {"version": "INTEGER", "warc_record_offset": "BIGINT", "warc_record_length": "BIGINT"}
    | {"fetched_at": "TIMESTAMPTZ"} | _PARTS
)  # fmt: skip


def write(lines: Iterable[bytes], folder: Path, setting: Setting) -> int:
    """Write the files, by source and month; how many records."""
    return write_parts(lines, folder, lambda source, month, n: f"source_id={source}/month={month}/part-{n}.parquet")


class _Pieces:
    """Turns lines into files, a piece at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._spool = folder, folder / ".lines"
        self._db = duckdb.connect(
            config={"memory_limit": "160MB", "threads": "1", "temp_directory": str(folder / ".spill")}
        )
        self._db.execute("SET TimeZone='UTC'")
        self._db.execute("SET enable_progress_bar=false")

    def close(self) -> None:
        self._db.close()
        self._spool.unlink(missing_ok=True)
        spill = self._folder / ".spill"
        if spill.exists():
            spill.rmdir()

    def make(self, lines: list[bytes], name: str) -> None:
        longest = max(map(len, lines))
        with self._spool.open("wb") as out:
            out.writelines(lines)
        target = self._folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        columns = ", ".join(f"'{field}': '{kind}'" for field, kind in _KINDS.items())
        # Names and types are ours; the two paths are quoted.
        try:
            self._copy(longest, target, columns)
        except duckdb.IOException as fault:
            is_full = "space" in str(fault).lower() or "too large" in str(fault).lower()
            raise OSError(errno.ENOSPC if is_full else errno.EIO, str(fault)) from fault

    def _copy(self, longest: int, target: Path, columns: str) -> None:
        self._db.execute(
            f"COPY (SELECT * FROM read_json({_quoted(self._spool)}, format='newline_delimited', "  # noqa: S608
            f"columns={{{columns}}}, maximum_object_size={max(longest * 2, 1 << 20)})) "
            f"TO {_quoted(target)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 4096)"
        )


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def write_parts(lines: Iterable[bytes], folder: Path, name_of: Callable[[str, str, int], str]) -> int:
    """Write one file for each piece of a source's month; ``name_of`` is given source, month and number."""
    pieces = _Pieces(folder)
    count, size, held, numbers = 0, 0, list[bytes](), dict[tuple[str, str], int]()
    place = ("", "")

    def put() -> None:
        number = numbers[place] = numbers.get(place, -1) + 1
        pieces.make(held, name_of(*place, number))
        held.clear()

    try:
        for count, line in enumerate(lines, 1):
            here = (text_field(line, b"source_id") or "", (text_field(line, b"fetched_at") or "")[:7])
            if held and (here != place or size > PIECE):
                put()
                size = 0
            place = here
            held.append(_clean(line))
            size += len(line)
        if held:
            put()
    finally:
        pieces.close()
    return count


def _clean(line: bytes) -> bytes:
    """DuckDB takes no half of a surrogate pair and no NUL."""
    if b"\\ud" in line or b"\\uD" in line or b"\\u0000" in line:
        return line_of(record_of(line)).replace(b"\\u0000", b"\\ufffd")
    return line
