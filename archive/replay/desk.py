"""What the pages for people ask of a collection: sources, articles, versions, proofs."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from archive.capture import ContentUndecodable, Locator, sha1_digest
from archive.catalog import CatalogFault
from archive.catalog.rows import CaptureRow
from archive.catalog.search import LineRow, SearchIndex
from archive.collection import Collection
from archive.record import text_digest
from archive.replay.shelf import Shelf
from archive.warc.damage import ArchiveDamaged

LOOK_S = 5.0
"""Seconds between two looks for new record lines."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an article."""

    row: LineRow
    record: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison of stored bytes with what is said of them."""

    what: str
    matches: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a record was read from, as the archive tells it now."""

    capture: CaptureRow | None
    tls: str | None = None
    ip: str | None = None
    fetch_ms: int = 0
    fault: str | None = None
    """Why the bytes could not be read."""


class Desk:
    """A collection opened for reading.

    Args:
        shelf: its captures.
        names: official names of publishers by source id, where they are known.
    """

    def __init__(self, shelf: Shelf, names: Mapping[str, str]) -> None:
        self.shelf, self.names = shelf, names
        collection = shelf.collection
        self.index = SearchIndex(collection.root / "search.sqlite3", collection.records)
        self.progress: tuple[int, int] | None = None
        """Bytes of record lines taken into the search index, and all; None once it is whole."""
        self._days: tuple[int, dict[str, dict[str, int]]] = (-1, {})
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep_current, daemon=True, name="search index")

    def start(self) -> None:
        """Begin to keep the search index current, beside the server."""
        self._thread.start()

    def close(self) -> None:
        """Stop doing so."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(2 * LOOK_S)
        self.index.close()

    def _keep_current(self) -> None:
        mine = SearchIndex(self.collection.root / "search.sqlite3", self.collection.records)
        try:
            while not self._stop.is_set():
                try:
                    self._take_in(mine)
                except (CatalogFault, OSError) as fault:
                    self.progress = None
                    self.fault = str(fault)
                self._stop.wait(LOOK_S)
        finally:
            mine.close()

    fault: str | None = None
    """Why the search index could not be kept current."""

    def _take_in(self, mine: SearchIndex) -> None:
        if mine.is_current():
            return
        total = sum(path.stat().st_size for path in self.collection.records.glob("*/*.jsonl"))

        def tell(done: int) -> None:
            self.progress = (done, total)
            if self._stop.is_set():
                raise InterruptedError("the server ends")

        mine.update(tell)
        self.progress = self.fault = None

    @property
    def collection(self) -> Collection:
        """Whose desk it is."""
        return self.shelf.collection

    def days(self) -> dict[str, dict[str, int]]:
        """Captures by source and day; counted anew only when there are more."""
        moments = self.shelf.moments
        state = moments.state()
        if self._days[0] != state:
            self._days = (state, moments.days())
        return self._days[1]

    def name(self, source_id: str) -> str:
        """What a source is called."""
        return self.names.get(source_id, source_id)

    def versions(self, article_id: str) -> list[Version]:
        """All versions of an article, oldest first; those whose lines are being replaced are left out."""
        found = []
        for row in self.index.versions(article_id):
            try:
                found.append(Version(row, self.index.record(row)))
            except LookupError:
                continue
        return [] if any(self.is_taken_down(one.record) for one in found) else found

    def is_taken_down(self, record: Mapping[str, Any]) -> bool:
        """Whether an article is on the collection's takedown list."""
        takedown = self.shelf.takedown
        if not takedown:
            return False
        addresses = (record["url"], record["canonical_url"], *record["aliases"])
        return takedown.covers_id(record["id"]) or any(map(takedown.covers_url, addresses))

    def shown(self, rows: Iterable[LineRow]) -> list[LineRow]:
        """Lines without those of articles that were taken down."""
        if not self.shelf.takedown:
            return list(rows)
        kept = []
        for row in rows:
            try:
                if not self.is_taken_down(self.index.record(row)):
                    kept.append(row)
            except LookupError:
                continue
        return kept

    def provenance(self, record: Mapping[str, Any]) -> Provenance:
        """What the archive holds at the place that a record names."""
        row = self.shelf.moments.at(Locator(record["warc_filename"], record["warc_record_offset"], 0))
        if row is None:
            return Provenance(None, fault="the catalog knows no capture at this place")
        from archive.warc import read_exchange  # late: brings two libraries that the raw pages do without

        try:
            path = self.collection.warc_file(row.source_id, row.locator.filename)
            capture = read_exchange(path, row.locator.offset, row.end).capture
        except (ArchiveDamaged, OSError) as fault:
            return Provenance(row, fault=str(fault))
        return Provenance(row, capture.tls, capture.ip, capture.fetch_ms)

    def verify(self, record: Mapping[str, Any]) -> list[Check]:
        """Read the bytes again and compare them with what the record says of them."""
        row = self.shelf.moments.at(Locator(record["warc_filename"], record["warc_record_offset"], 0))
        if row is None:
            return [Check("the catalog knows the place", matches=False, detail="no capture there")]
        checks = [
            Check("WARC record", row.record_id == record["warc_record_id"], row.record_id),
            Check(
                "length in the file", row.locator.length == record["warc_record_length"], f"{row.locator.length} bytes"
            ),
        ]
        try:
            body = self._payload(row)
        except (ArchiveDamaged, OSError, LookupError, ContentUndecodable) as fault:
            return [*checks, Check("bytes can be read", matches=False, detail=str(fault))]
        digest = sha1_digest(body)
        text = text_digest(record["title"], record["body_text"])
        return [
            *checks,
            Check("payload digest", digest == record["payload_digest"], digest),
            Check("digest of title and text", text == record["text_digest"], text),
        ]

    def _payload(self, row: CaptureRow) -> bytes:
        memento = self.shelf.open(row)
        body = memento.stored.body
        return body if body is not None else b"".join(self.shelf.body_pieces(memento))
