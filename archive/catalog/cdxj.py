"""The index that replay tools read: one line a capture, sorted bytewise by SURT and time.

``SURT timestamp {"url": …, "mime": …, "status": …, "digest": …, "length": …, "offset": …, "filename": …}``

Rules of this room: the lines are those that cdxj-indexer prints for the same WARC files, byte for
byte, so that an index may be made by either. Like that tool's defaults they name response and
revisit records only; the request and metadata records of an exchange have no line, and as we send
nothing but GET, no request body becomes part of a key. Every value is a JSON string, numbers too.

    rows, in any order -> lines -> sorted runs on disk when there are many -> merged -> index.cdxj
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from heapq import merge
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from archive.capture import Capture
from archive.catalog.rows import CaptureRow
from archive.catalog.surt import surt
from archive.disk import sync_folder

RUN_BYTES = 32 * 1024 * 1024
"""Lines held in memory at a time; more of them go through sorted runs in temporary files."""


def sort_key(row: CaptureRow) -> str:
    """The SURT of a capture: first column of its line."""
    return surt(row.url)


def index_mime(capture: Capture) -> str:
    """What the index calls the media type: as the server wrote it, up to the first ``;`` or blank.

    Other than ``Capture.media_type`` it keeps the case, because cdxj-indexer does. The empty text
    stands for no header.
    """
    written = (capture.header("content-type") or "").encode("latin-1")
    try:
        text = written.decode("utf-8")
    except UnicodeDecodeError:
        text = written.decode("latin-1")
    return re.split(r"[;\s]", text, maxsplit=1)[0]


def cdxj_line(row: CaptureRow, filename: str, offset: int | None = None) -> str:
    """The line of one capture, without line feed.

    Args:
        row: what the catalog knows; its ``media_type`` goes out as ``index_mime`` made it.
        filename: where the WARC file lies below the archive folder, ``<source>/<file>``, or its bare name.
        offset: where its record lies there; None for the place that the catalog knows.
    """
    url = row.url.replace(" ", "%20")  # as warcio reads an address that should never have had a blank
    fields = {
        "url": url,
        "mime": "warc/revisit" if row.record_type == "revisit" else row.media_type or None,
        "status": str(row.status) if row.status else None,
        "digest": row.payload_digest,
        "length": str(row.locator.length),
        "offset": str(row.locator.offset if offset is None else offset),
        "filename": filename,
    }
    known = {name: value for name, value in fields.items() if value is not None}
    return f"{surt(url)} {row.fetched_at:%Y%m%d%H%M%S} {json.dumps(known)}"


def sort_lines(lines: Iterable[str], run_bytes: int = RUN_BYTES, folder: Path | None = None) -> Iterator[bytes]:
    """Lines in bytewise order, as UTF-8 with line feed, with memory for ``run_bytes`` of them.

    Args:
        lines: without line feed, in any order; in order they cost no sorting.
        run_bytes: size at which a sorted run goes to a temporary file, which no name shows.
        folder: where those files are; None for the place that the system has for them.
    """
    with ExitStack() as files:
        runs: list[BinaryIO] = []
        held: list[bytes] = []
        size = 0
        for line in lines:
            held.append(line.encode() + b"\n")
            size += len(held[-1])
            if size >= run_bytes:
                held.sort()
                run = files.enter_context(TemporaryFile(dir=folder))
                run.writelines(held)
                run.seek(0)
                runs.append(run)
                held, size = [], 0
        held.sort()
        yield from merge(*runs, held)


def write_index(path: Path, rows: Iterable[CaptureRow], filename: Callable[[CaptureRow], str]) -> int:
    """Make the index new, whole or not at all: a reader finds the old file until the new one is synced.

    Args:
        path: ``indexes/index.cdxj``; its folder is made when it is missing.
        rows: captures in any order; sorted by ``sort_key`` and time is cheapest.
        filename: what to call the WARC file of a row.

    Returns:
        How many lines were written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    growing = path.with_name(path.name + ".new")
    count = 0
    with growing.open("wb") as out:
        for line in sort_lines((cdxj_line(row, filename(row)) for row in rows), folder=path.parent):
            out.write(line)
            count += 1
        out.flush()
        os.fsync(out.fileno())
    growing.replace(path)
    sync_folder(path.parent)
    return count
