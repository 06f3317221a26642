"""The spools of a source, in the order in which its pages were fetched, become its new record files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from archive.capture import Locator
from archive.catalog import CaptureRow, Catalog, ReadingRow
from archive.catalog.lookup import Lookup
from archive.collection import Collection
from archive.feed import RecordFiles, record_file
from archive.record import Record, RecordInvalid, Skip, from_line
from crawler.recording import Ledger
from crawler.reread.spool import Task, spooled
from crawler.sources import Source

BATCH = 500
"""Captures between two writings."""

Told = Record | Skip | RecordInvalid


def fold(
    collection: Collection, source: Source, tasks: Mapping[str, Task], catalog: Catalog, root: Path
) -> dict[str, int]:  # fmt: skip
    """Write what a source's records are now, below another folder, and tell another catalog.

    A capture that was not read again (outside the window of time, or behind damage) keeps what an
    earlier reading made of it.

    Args:
        collection: as it is; nothing of it is changed.
        source: whose records.
        tasks: spools by name of the WARC file.
        catalog: knows all captures and none of the source's readings.
        root: folder that ``records`` and ``set-aside`` are written below.

    Returns:
        Counts of captures by outcome, and ``kept`` for those that were not read again.
    """
    counts: dict[str, int] = {}
    files = RecordFiles(root)
    ledger = Ledger(catalog, files, {source.id: source})
    with Lookup(collection.catalog) as before:
        old = _OldLines(collection, source.id)
        batch: list[tuple[CaptureRow, Told | None]] = []
        for one in _in_order(before.article_captures(source.id), tasks):
            batch.append(one)
            if len(batch) == BATCH:
                _enter(batch, before, old, ledger, catalog, files, counts)
                batch = []
        _enter(batch, before, old, ledger, catalog, files, counts)
    return counts


def _in_order(rows: Iterator[CaptureRow], tasks: Mapping[str, Task]) -> Iterator[tuple[CaptureRow, Told | None]]:
    """Each capture with what was read of it; both come by file and offset, so one step forward is enough."""
    filename = ""
    ahead: Iterator[tuple[int, Told]] = iter(())
    at: tuple[int, Told] | None = None
    for row in rows:
        if row.locator.filename != filename:
            filename = row.locator.filename
            ahead = spooled(tasks[filename]) if filename in tasks else iter(())
            at = next(ahead, None)
        while at is not None and at[0] < row.locator.offset:
            at = next(ahead, None)
        yield row, at[1] if at is not None and at[0] == row.locator.offset else None


def _enter(
    batch: list[tuple[CaptureRow, Told | None]], before: Lookup, old: _OldLines, ledger: Ledger, catalog: Catalog,
    files: RecordFiles, counts: dict[str, int],
) -> None:  # fmt: skip
    with catalog.transaction():
        for row, told in batch:
            entered = ledger.enter(row, told) if told is not None else _kept(row, before, old, ledger, catalog)
            if entered is not None:
                catalog.add_reading(entered)
                counts[entered.outcome] = counts.get(entered.outcome, 0) + 1
            if told is None:
                counts["kept"] = counts.get("kept", 0) + 1
        files.sync()


def _kept(row: CaptureRow, before: Lookup, old: _OldLines, ledger: Ledger, catalog: Catalog) -> ReadingRow | None:
    """What an earlier reading made of a capture, entered again; None for one that is still owed."""
    was = before.reading(row.locator)
    if was is None:
        return None
    if was.outcome == "record" and (line := old.at("records", row.locator)):
        return ledger.enter(row, from_line(line.decode()))
    if was.outcome == "set-aside" and (line := old.at("set-aside", row.locator)):
        name = record_file("set-aside", row.source_id, row.fetched_at.isoformat())
        return replace(was, line=ledger.files.append(name, line.decode().rstrip("\n")))
    known = catalog.version(was.version.article_id) if was.version else None
    return replace(was, version=known) if known else replace(was, outcome="skip", version=None)


class _OldLines:
    """Lines of a source as they are, found by the capture that they come from."""

    def __init__(self, collection: Collection, source_id: str) -> None:
        self._root, self._source_id = collection.root, source_id
        self._places: dict[tuple[str, str, int], tuple[Path, int]] | None = None

    def at(self, shelf: str, locator: Locator) -> bytes | None:
        """The line that a capture gave."""
        if self._places is None:  # most rereads never ask
            self._places = dict(self._found())
        place = self._places.get((shelf, locator.filename, locator.offset))
        if place is None:
            return None
        with place[0].open("rb") as file:
            file.seek(place[1])
            return file.readline()

    def _found(self) -> Iterator[tuple[tuple[str, str, int], tuple[Path, int]]]:
        for shelf in ("records", "set-aside"):
            for path in sorted((self._root / shelf / self._source_id).glob("*.jsonl")):
                with path.open("rb") as file:
                    at = 0
                    for line in file:
                        told = json.loads(line)
                        yield (shelf, told["warc_filename"], told["warc_record_offset"]), (path, at)
                        at += len(line)
