"""How far the walk over a source's discovery documents came, remembered across visits that were cut short.

A listing is left at the first page that brings nothing new: what is behind it is known from the visit
before. That holds only if that visit came to its end. After one that was killed, stopped or had spent
its budget the walk is thorough: known pages do not end it. Documents that the cut-short walk has
archived within the hour are read from the archive, so that a restart asks the server for nothing twice.

Pages that did not come are remembered by address: the next visit asks for them again, however deep in
a listing they stand by then.

All this is kept as hints in the catalog; without them a walk is thorough once.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from archive.capture import Capture
from archive.catalog import Catalog
from archive.catalog.hints import claims, drop_claim
from archive.collection import Collection
from crawler.archived import load_capture

FRESH = timedelta(hours=1)
"""Age up to which a document of a walk cut short need not be asked for again."""
PATIENCE = timedelta(days=30)
"""Time after which a page that never came is no longer asked for."""

_BEGUN, _ENDED, _MISSED = "walk begun", "walk ended", "missed "
_LATER = ("timeout", "connection-failed", "connection-refused", "truncated", "host-unknown", "http-429", "http-5")
"""Reasons, or their beginnings, that may be gone by the next visit."""


class Walk:
    """The walk of one visit.

    Args:
        collection: where captures lie.
        catalog: keeps the hints; the visit's own connection.
        source_id: whose documents are walked.
        now: begin of the visit, aware.

    Attributes:
        thorough: whether documents that bring nothing new are gone beyond.
        ended: when a walk last came to its end; None where none did.
    """

    def __init__(self, collection: Collection, catalog: Catalog, source_id: str, now: datetime) -> None:
        self._collection, self._catalog, self._source_id = collection, catalog, source_id
        begun = catalog.claimed(source_id, _BEGUN)
        ended = catalog.claimed(source_id, _ENDED)
        self.thorough = begun is None or ended is None or ended < begun
        self.ended = ended
        if begun is None or not self.thorough or not timedelta() <= now - begun <= FRESH:
            begun = now
            catalog.add_claims(source_id, {_BEGUN: now})
        self._begun = begun
        self._is_whole = True
        self._missed = {
            name: since for name, since in claims(catalog, source_id, _MISSED).items() if now - since <= PATIENCE
        }

    def archived(self, url: str, identity: str) -> Capture | None:
        """The document at an address if this walk has fetched it already, before it was cut short.

        Raises:
            ArchiveDamaged: its capture cannot be read.
            FileNotFoundError: its WARC file is gone.
        """
        row = next((r for r in self._catalog.recent(self._source_id, identity, 1) if r.url == url), None)
        if row is None or row.fetched_at < self._begun or row.status not in (200, 304) or row.truncated:
            return None
        capture = load_capture(self._collection, self._catalog, row)
        return capture if capture.status == 200 else None

    def missed(self) -> Iterator[tuple[str, str]]:
        """Addresses of pages that earlier visits asked for in vain, each with the document that named it."""
        for name in self._missed:
            url, _, via = name.removeprefix(_MISSED).partition(" ")
            yield url, via

    def came(self, url: str, via: str) -> None:
        """A page that was asked for is archived now."""
        if self._missed.pop(_name(url, via), None):
            drop_claim(self._catalog, self._source_id, _name(url, via))

    def miss(self, url: str, via: str, reason: str, now: datetime) -> None:
        """A page did not come; it is asked for again where the reason may pass."""
        name = _name(url, via)
        if reason.startswith(_LATER) and name not in self._missed:
            self._missed[name] = now
            self._catalog.add_claims(self._source_id, {name: now})

    def cut_short(self) -> None:
        """Something that stands behind a document was left out: the next walk must be thorough."""
        self._is_whole = False

    def document_failed(self, reason: str) -> None:
        """A document did not come; where it may come next time, the walk has not reached its end."""
        if reason.startswith((*_LATER, "robots-unreachable", "host-resting")):
            self.cut_short()

    def end(self, now: datetime) -> bool:
        """The visit came to its end of its own accord; remember that the walk did so too, and whether it did."""
        if self._is_whole:
            self._catalog.add_claims(self._source_id, {_ENDED: max(now, self._begun)})
        return self._is_whole


def _name(url: str, via: str) -> str:
    return f"{_MISSED}{url} {via}"
