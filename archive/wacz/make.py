"""Making the package of a month."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.catalog import CaptureRow, Catalog
from archive.catalog.cdxj import cdxj_line, sort_lines
from archive.catalog.files import captures_in, referred_in
from archive.collection import Collection
from archive.disk import make_folder, sync_folder
from archive.feed import CLEAN, record_file
from archive.record import Record, from_line
from archive.takedown import Takedown
from archive.wacz.index import NAME, BlockIndex
from archive.wacz.package import Package
from archive.wacz.signature import SigningKey
from archive.warc import ArchiveDamaged
from archive.warc.writer import OPEN

_PIECE = 1 << 20
_PAGES = {"format": "json-pages-1.0", "id": "pages", "title": "All Pages", "hasText": True}


class MonthEmpty(ValueError):
    """The archive holds nothing of that source and month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """What went into a package."""

    path: Path
    bytes: int
    warc_files: int
    captures: int
    """Of the month."""
    referred: int
    """Exchanges of other months that came along."""
    pages: int
    digest: str
    """Of ``datapackage.json``, ``sha256:…``."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of bytes of a WARC file that goes into the package."""

    row: CaptureRow
    offset: int
    """Where it lies in the package's file."""


def write_wacz(
    collection: Collection, catalog: Catalog, source_id: str, month: str, path: Path, *, title: str, software: str,
    key: SigningKey | None = None,
) -> Packed:  # fmt: skip
    """Pack a month of a source; the file is there as a whole or not at all.

    Args:
        collection: whose files and records.
        catalog: what they hold.
        source_id: which source.
        month: ``YYYY-MM``, UTC.
        path: the new file; one of that name is replaced.
        title: what viewers call it.
        software: who made it.
        key: signs the package.

    Raises:
        MonthEmpty: there is nothing to pack.
        ArchiveDamaged: a WARC file is shorter than the catalog knows.
        OSError: the disk does not read or take the bytes.
    """
    month_of = _Month(collection, catalog, source_id, month)
    make_folder(path.parent)
    growing = path.with_name(path.name + ".new")
    with growing.open("wb") as out:
        package = Package(out)
        try:
            month_of.add_to(package)
            created = month_of.last.replace(microsecond=0, tzinfo=None).isoformat() + "Z"
            digest = package.close({"title": title, "software": software, "created": created})
            package.finish(digest, key.sign(digest, created, software) if key else None)
            out.flush()
            os.fsync(out.fileno())
        except BaseException:
            package.abandon()
            growing.unlink()
            raise
    growing.replace(path)
    sync_folder(path.parent)
    return month_of.told(path, digest)


class _Month:
    """The parts of a package, one after the other."""

    def __init__(self, collection: Collection, catalog: Catalog, source_id: str, month: str) -> None:
        self._collection, self._catalog, self._source_id, self._month = collection, catalog, source_id, month
        stamp = month.replace("-", "")
        ends = {path.name.removesuffix(OPEN): 0 for path in collection.warc_files(source_id)}
        self._ends = {name: catalog.file_end(name) for name in ends if _stamp(name) == stamp}
        self._ends = {name: end for name, end in self._ends.items() if end}
        self.names = sorted(self._ends)
        if not self.names:
            raise MonthEmpty(f"{source_id}: nothing was archived in {month}")
        self._referred_name = f"{source_id}-{stamp}-referred.warc.gz"
        self.referred = self._placed(referred_in(catalog, source_id, self.names))
        self.last = max(row.fetched_at for row in self._rows())
        self.captures = self.pages = 0
        self._taken = Takedown.of(collection.about.takedown).with_addresses(catalog.addresses)

    @staticmethod
    def _placed(rows: list[CaptureRow]) -> list[_Piece]:
        placed, at = [], 0
        for row in rows:
            placed.append(_Piece(row, at))
            at += row.end - row.locator.offset
        return placed

    def _rows(self) -> Iterator[CaptureRow]:
        return captures_in(self._catalog, self._source_id, self.names)

    def told(self, path: Path, digest: str) -> Packed:
        """What went in."""
        return Packed(
            path=path, bytes=path.stat().st_size, warc_files=len(self.names), captures=self.captures,
            referred=len(self.referred), pages=self.pages, digest=digest,
        )  # fmt: skip

    def add_to(self, package: Package) -> None:
        """Write all resources."""
        for name in self.names:
            path = self._collection.warc_file(self._source_id, name)
            # What a closed file holds beyond its last capture is part of it; what a growing one does may be torn.
            end = self._ends[name] if path.suffix == OPEN else path.stat().st_size
            package.add(f"archive/{name}", _bytes_of(path, 0, end), size=end)
        if self.referred:
            size = sum(piece.row.end - piece.row.locator.offset for piece in self.referred)
            package.add(f"archive/{self._referred_name}", self._referred_bytes(), size=size)
        index = BlockIndex()
        package.add(f"indexes/{NAME}", index.blocks(sort_lines(self._index_lines())))
        package.add("indexes/index.idx", [index.idx()])
        package.add("pages/pages.jsonl", self._page_lines(), fold=True)

    def _referred_bytes(self) -> Iterator[bytes]:
        for piece in self.referred:
            path = self._collection.warc_file(piece.row.source_id, piece.row.locator.filename)
            yield from _bytes_of(path, piece.row.locator.offset, piece.row.end)

    def _index_lines(self) -> Iterator[str]:
        for row in self._rows():
            if self._taken and self._taken.covers_url(row.url):
                continue  # in the WARC file, and found by no viewer
            self.captures += 1
            yield cdxj_line(row, row.locator.filename)
        for piece in self.referred:
            yield cdxj_line(piece.row, self._referred_name, piece.offset)

    def _page_lines(self) -> Iterator[bytes]:
        yield _json_line(_PAGES)
        path = self._collection.root / record_file("records", self._source_id, self._month)
        if not path.exists():
            return
        with path.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n") or CLEAN not in line:
                    continue
                if self._taken and self._taken.covers(line):
                    continue
                record = from_line(line.decode())
                if record.warc_filename in self._ends:
                    self.pages += 1
                    yield _json_line(_page(record))


def _page(record: Record) -> dict[str, Any]:
    """An article as viewers list it; ``ts`` in whole seconds, as the index has it."""
    return {
        "id": f"{record.id}-{record.version}",
        "url": record.url,
        "ts": f"{record.fetched_at[:19]}Z",
        "title": record.title,
        "text": record.body_text,
    }


def _json_line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def _stamp(name: str) -> str:
    """The month in a file's name, ``YYYYMM``."""
    return name.rsplit("-", 3)[1][:6] if name.count("-") >= 3 else ""


def _bytes_of(path: Path, start: int, end: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        left = end - start
        while left:
            piece = file.read(min(_PIECE, left))
            if not piece:
                raise ArchiveDamaged(path, end - left, f"the catalog knows this file to be {end} bytes or longer")
            left -= len(piece)
            yield piece
