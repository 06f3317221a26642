"""Records out: the JSON Lines files of a collection, written by one reader and read by everyone.

``records/<source>/<YYYY-MM>.jsonl`` grows by one line per new version of an article; the month is
that of the capture, in UTC. A line counts once the catalog vouches for the size of its file:
``heal`` after a crash takes whole lines beyond that size in, and cuts a half one off.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from archive.collection import Collection
from archive.disk import keep_aside, make_folder, sync_folder
from archive.record import SCHEMA, Record, RecordInvalid, from_line
from archive.warc.damage import ArchiveDamaged


def record_file(shelf: str, source_id: str, instant: str) -> str:
    """Name below the collection of the file that a line goes to.

    Args:
        shelf: ``records`` or ``set-aside``.
        source_id: whose line it is.
        instant: ISO 8601, UTC; its month counts.
    """
    return f"{shelf}/{source_id}/{instant[:7]}.jsonl"


class RecordFiles:
    """Appends lines to the files below a collection.

    Args:
        root: folder of the collection.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._waiting: dict[Path, list[bytes]] = {}
        self._safe: set[Path] = set()
        """Files whose names are known to be on the disk."""

    def append(self, name: str, line: str) -> tuple[str, int]:
        """Take a line in; returns its file's name and the size that it will have once ``sync`` has returned."""
        path = self._root / name
        lines = self._waiting.setdefault(path, [])
        lines.append(line.encode() + b"\n")
        size = path.stat().st_size if path.exists() else 0
        return name, size + sum(map(len, lines))

    def sync(self) -> None:
        """Write what was taken in and have it on the disk before returning.

        Raises:
            OSError: the disk took no more; each file ends with a whole line.
        """
        for path, lines in self._waiting.items():
            make_folder(path.parent)
            _append(path, b"".join(lines))
            if path not in self._safe:  # also of one that is there: who made it may have been killed before this
                sync_folder(path.parent)
                sync_folder(path.parent.parent)
                self._safe.add(path)
        self._waiting.clear()

    def forget(self) -> None:
        """Drop what was taken in and not written."""
        self._waiting.clear()


def _append(path: Path, data: bytes) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
    try:
        size = os.fstat(fd).st_size
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(fd, view) :]
            os.fsync(fd)
        except OSError:
            os.ftruncate(fd, size)
            raise
    finally:
        os.close(fd)


def heal(root: Path, vouched: Callable[[str], int], adopt: Callable[[Record, str, int], None]) -> list[Path]:
    """After a crash: take in whole records that the catalog does not vouch for, cut half ones off.

    Lines set aside are cut off instead: the captures they came from are read once more.

    Args:
        root: folder of the collection.
        vouched: size that the catalog vouches for, by name.
        adopt: told of each record beyond it, with its file's name and the size including its line.

    Returns:
        Files whose end was cut off; the bytes are kept beside them with the suffix ``.cut``.

    Raises:
        ArchiveDamaged: a file is shorter than the catalog vouches for: lines are lost that no crash can take.
    """
    cut = []
    for path in sorted([*root.glob("records/*/*.jsonl"), *root.glob("set-aside/*/*.jsonl")]):
        name = path.relative_to(root).as_posix()
        size, known = path.stat().st_size, vouched(name)
        if size < known:
            lost = f"the catalog vouches for {known:,} bytes of it; make all records again with: warkat rebuild"
            raise ArchiveDamaged(path, size, lost)
        if size > known and _heal_file(path, name, known, adopt if name.startswith("records/") else None):
            cut.append(path)
    return cut


def _heal_file(path: Path, name: str, known: int, adopt: Callable[[Record, str, int], None] | None) -> bool:
    with path.open("rb") as file:
        file.seek(known)
        tail = file.read()
    good = 0
    for line in tail.splitlines(keepends=True):
        try:
            if adopt is None or not line.endswith(b"\n"):
                break
            record = from_line(line.decode())
        except (RecordInvalid, UnicodeDecodeError):
            break
        good += len(line)
        adopt(record, name, known + good)
    if good == len(tail):
        return False
    keep_aside(path.with_suffix(".jsonl.cut"), [tail[good:]])
    os.truncate(path, known + good)
    return True


CLEAN = b'"integrity":"clean"'
"""In a line this stands for the field and nothing else: inside a text the quotes would be escaped."""


def lines(collection: Collection, source_id: str | None = None, *, clean_only: bool = True) -> Iterator[bytes]:
    """Lines of a collection, or of one source: by source, then in the order in which they were written.

    Args:
        collection: whose.
        source_id: one source, or None for all.
        clean_only: leave out records of pages that look hacked.
    """
    for path in sorted(collection.records.glob(f"{source_id or '*'}/*.jsonl")):
        with path.open("rb") as file:
            for line in file:
                # A line that is being written at this moment is not there yet.
                if line.endswith(b"\n") and (not clean_only or CLEAN in line):
                    yield line


def line_faults(collection: Collection) -> list[str]:
    """What is wrong with the record files, each fault with file and line; empty when nothing is."""
    faults = []
    for path in sorted(collection.records.glob("*/*.jsonl")):
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if fault := _line_fault(collection, line):
                    faults.append(f"{path}:{number}: {fault}")
    return faults


def _line_fault(collection: Collection, line: bytes) -> str | None:
    if not line.endswith(b"\n"):
        return "half a line; the next crawl heals it"
    try:
        record = from_line(line.decode())
    except (RecordInvalid, UnicodeDecodeError) as fault:
        return f"no record of {SCHEMA}: {' '.join(str(fault).split())}"
    warc = collection.warc_file(record.source_id, record.warc_filename)
    if not warc.exists():
        return f"{record.warc_filename} is not in the archive"
    if warc.stat().st_size < record.warc_record_offset + record.warc_record_length:
        return f"{record.warc_filename} ends before offset {record.warc_record_offset + record.warc_record_length}"
    return None
