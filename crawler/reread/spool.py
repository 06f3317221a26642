"""What was read of each WARC file, in a file of its own: written aside, renamed when whole, so done = it is there.

::

    reread.tmp/<key>/<source>/<WARC file>@<end>.jsonl      [offset, "record" | "skip" | "invalid", …], one line a page
                                              .part        while it grows
                                              .damage      why the WARC file was read no further, if so

The key stands for reader, definition and window of time: another reader never takes these for its own.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.record import Record, RecordInvalid, Skip, to_line
from archive.warc import ArchiveDamaged
from archive.warc.writer import sync_folder
from crawler.pages import READER_VERSION
from crawler.reread.pages import Found, Job, records_of
from crawler.sources.digest import source_digest

TOLD_EVERY = 50
"""Pages between two notes of how far a file has been read."""


@dataclass(frozen=True, slots=True)
class Task:
    """A WARC file and where its spool goes."""

    job: Job
    spool: Path
    size: int
    """Bytes of the WARC file that are read."""


def key_of(job: Job) -> str:
    """What a spool depends on beside its WARC file."""
    window = [instant and instant.isoformat() for instant in (job.since, job.until)]
    told = json.dumps([READER_VERSION, source_digest(job.source), window])
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def task_of(job: Job, folder: Path, size: int) -> Task:
    """Where the spool of a file goes below a folder."""
    return Task(job, folder / key_of(job) / job.source.id / f"{job.path.name.removesuffix('.open')}@{size}.jsonl", size)


def is_done(task: Task) -> bool:
    """Whether a file has been read to its end."""
    return task.spool.exists() and not task.spool.with_suffix(".damage").exists()


def write_spool(task: Task) -> Task:
    """Read one WARC file; leaves its spool, or nothing that another attempt would mistake for it."""
    task.spool.parent.mkdir(parents=True, exist_ok=True)
    part, damage = task.spool.with_suffix(".part"), task.spool.with_suffix(".damage")
    damage.unlink(missing_ok=True)
    with part.open("wb") as out:
        try:
            for number, found in enumerate(records_of(task.job)):
                out.write(_line(found))
                if number % TOLD_EVERY == 0:
                    _progress_file(task).write_text(str(found.offset))
        except (ArchiveDamaged, FileNotFoundError) as fault:
            damage.write_text(str(fault))
        out.flush()
        os.fsync(out.fileno())
    part.replace(task.spool)
    sync_folder(task.spool.parent)
    _progress_file(task).unlink(missing_ok=True)
    return task


def damage_of(task: Task) -> str | None:
    """Why a file was read no further."""
    damage = task.spool.with_suffix(".damage")
    return damage.read_text() if damage.exists() else None


def bytes_read(tasks: Iterable[Task]) -> int:
    """How much of the files has been read so far."""
    total = 0
    for task in tasks:
        if task.spool.exists():
            total += task.size
        else:
            try:
                total += int(_progress_file(task).read_text() or 0)
            except OSError:
                continue  # not begun, or done since we looked
    return total


def spooled(task: Task) -> Iterator[tuple[int, Record | Skip | RecordInvalid]]:
    """Offsets with what was found there, in the order of the file."""
    with task.spool.open("rb") as file:
        for line in file:
            offset, kind, *rest = json.loads(line)
            yield offset, _told(kind, rest)


def _progress_file(task: Task) -> Path:
    return task.spool.with_suffix(".at")


def _line(found: Found) -> bytes:
    head: list[Any] = [found.offset]
    if isinstance(found.told, Record):
        return f'{json.dumps(head)[:-1]},"record",{to_line(found.told)}]\n'.encode()
    if isinstance(found.told, Skip):
        head += ["skip", found.told.reason, found.told.detail]
    else:
        head += ["invalid", str(found.told)]
    return json.dumps(head, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def _told(kind: str, rest: list[Any]) -> Record | Skip | RecordInvalid:
    if kind == "record":
        return Record.model_validate(rest[0])
    return Skip(rest[0], rest[1]) if kind == "skip" else RecordInvalid(rest[0])
