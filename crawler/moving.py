"""Record lines after a repair: they point to the new places; those whose capture is lost are set aside."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from archive.catalog import Catalog, VersionRow
from archive.catalog.mend import Place, set_version, vouch
from archive.collection import Collection
from archive.disk import write_whole
from archive.feed import RecordFiles, record_file
from archive.record import Record, RecordInvalid, fingerprint, from_line, to_line

LOST = "capture-lost"
"""The reason in ``set-aside/`` of a record whose capture no repair could save."""


def move_lines(
    collection: Collection, catalog: Catalog, source_id: str, filename: str, places: Mapping[str, Place],
    gone: Iterable[str | None] = (),
) -> tuple[int, int]:  # fmt: skip
    """Give the record lines of a WARC file the places of their captures in the repaired one.

    Call inside the catalog's ``transaction``. Done twice it does nothing the second time.

    Args:
        collection: whose.
        catalog: vouches for the sizes of the files.
        source_id: whose lines.
        filename: of the WARC file, without ``.open``.
        places: of the captures that are left, by record id.
        gone: ids of articles whose captures are lost.

    Returns:
        How many lines were changed, and how many were set aside.
    """
    moved = 0
    dropped: list[Record] = []
    changes: dict[Path, list[bytes]] = {}
    for path in sorted(collection.records.glob(f"{source_id}/*.jsonl")):
        old = path.read_bytes().splitlines(keepends=True)
        new = [_moved(line, filename, places, dropped) for line in old]
        if new != old:
            changes[path] = [line for line in new if line]
            moved += sum(1 for before, after in zip(old, new, strict=True) if after and after != before)
    _set_aside(collection, catalog, dropped)
    for path, lines in changes.items():
        write_whole(path, lines, ".jsonl.new")
        vouch(catalog, path.relative_to(collection.root).as_posix(), path.stat().st_size)
    _forget_versions(collection, catalog, source_id, {record.id for record in dropped} | {one for one in gone if one})
    return moved, len(dropped)


def _moved(line: bytes, filename: str, places: Mapping[str, Place], dropped: list[Record]) -> bytes:
    """A line as it should be; nothing for one whose capture is lost."""
    if filename.encode() not in line:
        return line
    try:
        record = from_line(line.decode())
    except (RecordInvalid, UnicodeDecodeError):
        return line  # verify tells of it
    if record.warc_filename != filename:
        return line
    place = places.get(record.warc_record_id)
    if place is None:
        dropped.append(record)
        return b""
    where = {"warc_record_offset": place.locator.offset, "warc_record_length": place.locator.length}
    moved = record.model_copy(update=where)
    return line if moved == record else to_line(moved).encode() + b"\n"


def _set_aside(collection: Collection, catalog: Catalog, dropped: list[Record]) -> None:
    """What a record said is kept although its proof is lost."""
    files = RecordFiles(collection.root)
    for record in dropped:
        told = {"reasons": [LOST], "record": json.loads(to_line(record))}
        place = {"warc_filename": record.warc_filename, "warc_record_offset": record.warc_record_offset}
        name = record_file("set-aside", record.source_id, record.fetched_at)
        vouch(catalog, *files.append(name, json.dumps(told | place, ensure_ascii=False)))
    files.sync()


def _forget_versions(collection: Collection, catalog: Catalog, source_id: str, ids: set[str]) -> None:
    """The newest version of an article is the newest whose line is left."""
    if not ids:
        return
    newest: dict[str, Record] = {}
    for path in sorted(collection.records.glob(f"{source_id}/*.jsonl")):
        for line in path.read_bytes().splitlines():
            try:
                record = from_line(line.decode())
            except (RecordInvalid, UnicodeDecodeError):
                continue
            if record.id in ids and (record.id not in newest or newest[record.id].version < record.version):
                newest[record.id] = record
    for article_id in ids:
        left = newest.get(article_id)
        row = VersionRow(article_id=article_id, version=left.version, fingerprint=fingerprint(left)) if left else None
        set_version(catalog, article_id, row)
