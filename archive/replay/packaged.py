"""The whole collection as one WACZ that exists only while it is read.

The viewer asks for byte ranges of a package. Nearly all of those bytes are WARC files as they lie on the
disk; so the package is a plan: headers of a few bytes, a compressed index of its own, and ranges of WARC
files between them::

    local header | WARC file | local header | WARC file | … | index.idx | index.cdx.gz | … | central directory

Nothing is copied and nothing is read before it is asked for. The index is cut into blocks, so that the viewer
fetches one block for a page, however many captures there are. Checksums of the WARC files are left out: this
package is for a viewer that does not check them, never for keeping (``warkat wacz`` makes such).
"""

from __future__ import annotations

import gzip
import json
import os
import struct
import tempfile
import threading
import zlib
from bisect import bisect_right
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from archive.catalog.cdxj import cdxj_line
from archive.catalog.moments import Moments
from archive.catalog.rows import CaptureRow
from archive.replay.shelf import Shelf

BLOCK_LINES = 500
"""Lines of one block of the index."""
_STEP = 1 << 18
_LOCAL = struct.Struct("<IHHHHHIIIHH")
_CENTRAL = struct.Struct("<IHHHHHHIIIHHHHHII")
_END64 = struct.Struct("<IQHHIIQQQQ")
_LOCATOR64 = struct.Struct("<IIQI")
_END = struct.Struct("<IHHHHIIH")
_DAY = 33  # 1 January 1980, the first day that the format knows


class _Held:
    """A file without a name, there as long as someone may read it."""

    def __init__(self) -> None:
        with tempfile.TemporaryFile() as file:
            self.fd = os.dup(file.fileno())

    def __del__(self) -> None:
        os.close(self.fd)


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of the package."""

    start: int
    size: int
    source: bytes | Path | _Held


@dataclass(frozen=True, slots=True)
class _Entry:
    """A file of the package."""

    name: bytes
    start: int
    size: int
    crc: int


class Plan:
    """Where each byte of a package comes from."""

    def __init__(self) -> None:
        self._parts: list[_Part] = []
        self._starts: list[int] = []
        self._entries: list[_Entry] = []
        self.size = 0

    def add_file(self, name: str, path: Path, size: int) -> None:
        """A file on the disk, as far as it reaches now; its checksum is left out."""
        self._begin(name.encode(), size, 0)
        self._put(size, path)

    def add_held(self, name: str, held: _Held, size: int, crc: int) -> None:
        """A file of ours that has no name."""
        self._begin(name.encode(), size, crc)
        self._put(size, held)

    def add_bytes(self, name: str, data: bytes) -> None:
        """A small file."""
        self._begin(name.encode(), len(data), zlib.crc32(data))
        self._put(len(data), data)

    def _begin(self, name: bytes, size: int, crc: int) -> None:
        self._entries.append(_Entry(name, self.size, size, crc))
        extra = struct.pack("<HHQQ", 1, 16, size, size)
        head = _LOCAL.pack(0x04034B50, 45, 0x800, 0, 0, _DAY, crc, 0xFFFFFFFF, 0xFFFFFFFF, len(name), len(extra))
        self._put(len(head) + len(name) + len(extra), head + name + extra)

    def _put(self, size: int, source: bytes | Path | _Held) -> None:
        if size:
            self._parts.append(_Part(self.size, size, source))
            self._starts.append(self.size)
            self.size += size

    def finish(self) -> None:
        """The directory, in the form for large packages throughout (APPNOTE 4.3.14)."""
        start, made = self.size, []
        for one in self._entries:
            extra = struct.pack("<HHQQQ", 1, 24, one.size, one.size, one.start)
            made.append(
                _CENTRAL.pack(
                    0x02014B50, 45, 45, 0x800, 0, 0, _DAY, one.crc, 0xFFFFFFFF, 0xFFFFFFFF, len(one.name), len(extra),
                    0, 0, 0, 0, 0xFFFFFFFF,
                ) + one.name + extra
            )  # fmt: skip
        directory = b"".join(made)
        count = len(self._entries)
        end = _END64.pack(0x06064B50, 44, 45, 45, 0, 0, count, count, len(directory), start)
        end += _LOCATOR64.pack(0x07064B50, 0, start + len(directory), 1)
        end += _END.pack(0x06054B50, 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
        self._put(len(directory) + len(end), directory + end)

    def read(self, start: int, end: int) -> Iterator[bytes]:
        """Bytes of the package, in pieces.

        Raises:
            OSError: a WARC file is gone, or shorter than it was.
        """
        at = start
        while at < end:
            part = self._parts[bisect_right(self._starts, at) - 1]
            inside, left = at - part.start, min(part.start + part.size, end) - at
            if isinstance(part.source, bytes):
                yield part.source[inside : inside + left]
            elif isinstance(part.source, Path):
                yield from _stretch(part.source, inside, left)
            else:
                yield os.pread(part.source.fd, left, inside)
            at += left


def _stretch(path: Path, start: int, left: int) -> Iterator[bytes]:
    place = path if path.exists() else path.with_name(path.name.removesuffix(".open"))
    with place.open("rb") as file:
        file.seek(start)
        while left:
            data = file.read(min(_STEP, left))
            if not data:
                raise OSError(f"{place} became shorter while it was shown")
            left -= len(data)
            yield data


class Packaged:
    """The package of a collection; made anew when there are more captures.

    Args:
        shelf: the collection.
    """

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._lock = threading.Lock()
        self._made: tuple[int, Plan] | None = None

    def plan(self) -> tuple[int, Plan]:
        """The plan, and the number of the catalog's state that it is of."""
        with self._lock, Moments(self._shelf.collection.catalog) as moments:
            state = moments.state()
            if self._made is None or self._made[0] != state:
                self._made = (state, self._plan(moments))
            return self._made

    def _plan(self, moments: Moments) -> Plan:
        plan = Plan()
        collection = self._shelf.collection
        for path in collection.warc_files():
            name = f"archive/{path.parent.name}/{path.name.removesuffix('.open')}"
            plan.add_file(name, path, path.stat().st_size)
        index = _Held()
        headings, size, crc = write_blocks(index.fd, moments, self._shelf.is_taken_down)
        title = json.dumps({"format": "json-pages-1.0", "id": "pages", "title": collection.about.title})
        described = {
            "profile": "data-package", "wacz_version": "1.1.1", "title": collection.about.title, "software": "warkat",
            "resources": [],
        }  # fmt: skip
        plan.add_bytes("pages/pages.jsonl", title.encode() + b"\n")
        plan.add_held("indexes/index.cdx.gz", index, size, crc)
        plan.add_bytes("indexes/index.idx", headings)
        plan.add_bytes("datapackage.json", json.dumps(described).encode())
        plan.finish()
        return plan


def write_blocks(fd: int, moments: Moments, hidden: Callable[[str], bool]) -> tuple[bytes, int, int]:
    """Write the compressed index; the headings of its blocks, its size and its CRC-32."""
    headings = [b'!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}\n']
    size = crc = 0
    for lines in _blocks(moments, hidden):
        data = gzip.compress("".join(lines).encode(), 6, mtime=0)
        place = {"offset": size, "length": len(data), "filename": "index.cdx.gz"}
        key, stamp, _ = lines[0].split(" ", 2)
        headings.append(f"{key} {stamp} {json.dumps(place)}\n".encode())
        os.write(fd, data)
        size, crc = size + len(data), zlib.crc32(data, crc)
    return b"".join(headings), size, crc


def _blocks(moments: Moments, hidden: Callable[[str], bool]) -> Iterator[list[str]]:
    held: list[str] = []
    for row in moments.replayable():
        if hidden(row.url):
            continue
        held.append(cdxj_line(*_pointing(moments, row)) + "\n")
        if len(held) == BLOCK_LINES:
            yield held
            held = []
    if held:
        yield held


def _pointing(moments: Moments, row: CaptureRow) -> tuple[CaptureRow, str]:
    """A capture as one that holds its payload: the viewer need not look for originals."""
    if row.record_type == "revisit" and (original := moments.original(row)):
        row = replace(original, url=row.url, fetched_at=row.fetched_at)
    return row, f"{row.source_id}/{row.locator.filename}"


async def package_response(packaged: Packaged, request: Request) -> Response:
    """A range of the package (RFC 9110 section 14), or all of it."""
    state, plan = await run_in_threadpool(packaged.plan)
    headers = {"accept-ranges": "bytes", "etag": f'"{state}"', "cache-control": "no-store"}
    start, end, status = 0, plan.size, 200
    wanted = request.headers.get("range", "")
    if wanted:
        found = _range(wanted, plan.size)
        if found is None:
            return Response(status_code=416, headers={"content-range": f"bytes */{plan.size}"})
        (start, end), status = found, 206
        headers["content-range"] = f"bytes {start}-{end - 1}/{plan.size}"
    headers["content-length"] = str(end - start)
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type="application/wacz")
    return StreamingResponse(_pieces(plan, start, end), status, headers, "application/wacz")


async def _pieces(plan: Plan, start: int, end: int) -> AsyncIterator[bytes]:
    pieces = plan.read(start, end)
    while (piece := await run_in_threadpool(next, pieces, None)) is not None:
        yield piece


def _range(wanted: str, size: int) -> tuple[int, int] | None:
    """One range of bytes as first byte and the byte behind the last; None where it cannot be satisfied."""
    unit, _, told = wanted.partition("=")
    first, dash, last = told.partition("-")
    if unit.strip() != "bytes" or not dash or "," in told or not (first + last).strip().isdigit():
        return None
    if not first.strip():
        return (max(0, size - int(last)), size) if int(last) else None
    start, end = int(first), min(int(last) + 1, size) if last.strip() else size
    return (start, end) if start < end else None
