"""An article and where it was read become a record, and what the catalog is told of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal, Protocol

from archive.capture import Capture, Digest, Locator, Truncation
from archive.catalog import CaptureRow, Catalog, ReadingRow, VersionRow
from archive.catalog.hints import is_superseded
from archive.feed import RecordFiles, record_file
from archive.record import SCHEMA, Article, Record, RecordInvalid, Skip, article_id, fingerprint, text_digest, to_line
from crawler.kinship import Kinship, text_of
from crawler.pages import READER_VERSION
from crawler.sources import Source
from crawler.sources.identity import is_article

_LISTS = ("authors", "tags", "images", "attachments", "integrity_reasons", "warnings")


class Place(Protocol):
    """Where a capture was read from."""

    @property
    def locator(self) -> Locator:
        """Of its response or revisit record."""

    @property
    def record_id(self) -> str:
        """``urn:uuid:…`` of that record."""

    @property
    def payload_digest(self) -> Digest | None:
        """As that record gives it."""


class Addressed(Protocol):
    """What decides whether a page is read at all."""

    @property
    def url(self) -> str:
        """The address that was asked."""

    @property
    def truncated(self) -> Truncation | None:
        """Why the body is not whole."""


def unreadable(page: Addressed, source: Source, identity: str | None = None) -> Skip | None:
    """Why a page is not even looked into; ``identity`` is its canonical address, where that is known."""
    if page.truncated:
        return Skip(f"truncated-{page.truncated}")
    return None if is_article(page.url, source, identity) else Skip("redirected-off-pattern", page.url)


def make_record(article: Article, place: Place, capture: Capture, source: Source) -> Record:
    """An article with its provenance: what the JSON line holds. Its version is 1 until a ``Ledger`` knows better.

    Raises:
        RecordInvalid: the reader made what the contract forbids.
    """
    told = {name: getattr(article, name) for name in Article.__slots__ if name != "shortlink"}
    told |= {name: list(told[name]) for name in _LISTS}
    provenance = {
        "schema": SCHEMA,
        "id": article_id(source.id, article.canonical_url),
        "version": 1,
        "source_id": source.id,
        "publisher": source.name,
        "region_code": source.region_code,
        "region_code_bps": source.region_code_bps,
        "province_code": source.province_code,
        "url": capture.url,
        "aliases": aliases(article, capture),
        "text_digest": text_digest(article.title, article.body_text),
        "fetched_at": capture.fetched_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "warc_filename": place.locator.filename,
        "warc_record_offset": place.locator.offset,
        "warc_record_length": place.locator.length,
        "warc_record_id": place.record_id,
        "payload_digest": place.payload_digest,
    }
    try:
        return Record.model_validate(told | provenance)
    except ValueError as fault:
        raise RecordInvalid(str(fault)) from fault


def aliases(article: Article, capture: Capture) -> list[str]:
    """Other addresses that this capture shows to be the article's: the one fetched, the one redirected from, and the
    one that the page states of itself."""
    led = [capture.via] if capture.via and capture.hops.endswith("R") else []
    stated = [article.shortlink] if article.shortlink else []
    return sorted({capture.url, *led, *stated} - {article.canonical_url})


def reading_row(
    record: Record, outcome: Literal["record", "unchanged"], known: VersionRow | None = None,
    line: tuple[str, int] | None = None, keys: tuple[str, ...] = (),
) -> ReadingRow:  # fmt: skip
    """What the catalog is told of a record."""
    return ReadingRow(
        locator=Locator(record.warc_filename, record.warc_record_offset, record.warc_record_length),
        extractor=record.extractor,
        outcome=outcome,
        version=known or VersionRow(article_id=record.id, version=record.version, fingerprint=fingerprint(record)),
        source_id=record.source_id,
        canonical_url=record.canonical_url,
        aliases=tuple(record.aliases),
        keys=keys,
        text=text_of(record) if outcome == "record" else None,
        line=line,
    )


class Ledger:
    """Enters what was read of each capture, in the order in which they were fetched.

    The only place that counts versions: reading live, a rebuild and a reread give the same lines
    because all three come through here.

    Args:
        catalog: what is known of the articles so far.
        files: where the lines of new versions go.
        sources: definitions by id, of all whose captures are entered.
    """

    def __init__(self, catalog: Catalog, files: RecordFiles, sources: Mapping[str, Source]) -> None:
        self._catalog, self.files = catalog, files
        self._kinship = Kinship(catalog, sources)

    def enter(self, row: CaptureRow, found: Record | Skip | RecordInvalid) -> ReadingRow:
        """What the catalog is to be told of a capture; a new version's line is with the files then."""
        if isinstance(found, Skip):
            return self._skip(row, found.reason)
        if isinstance(found, RecordInvalid):
            return self._set_aside(row, "record-invalid", {"reasons": str(found).splitlines(), "url": row.url})
        speaks_for_itself = found.canonical_url == row.identity
        is_twin = self._catalog.version(found.id) is None and self._is_twin(row)
        found = self._kinship.settled(row, found)
        keys = self._kinship.keys(row, found)
        known = self._catalog.version(found.id)
        record = found.model_copy(update={"version": (known.version if known else 0) + 1})
        if record.integrity == "injected":
            told = {"reasons": record.integrity_reasons, "record": json.loads(to_line(record))}
            return self._set_aside(row, "integrity-injected", told)
        if known and (
            known.fingerprint == fingerprint(record)
            # Read out of turn, because the catalog had lost its reading: what came later is there already.
            or is_superseded(self._catalog, known.article_id, row.fetched_at)
        ):
            entered = reading_row(record, "unchanged", known, keys=keys)
            return replace(entered, outcome="skip", reason="same-page") if is_twin else entered
        if is_twin:
            return self._skip(row, "same-page")
        if reason := self._is_anothers(row, record, speaks_for_itself=speaks_for_itself or known is None):
            return self._skip(row, reason)
        line = self.files.append(record_file("records", record.source_id, record.fetched_at), to_line(record))
        return reading_row(record, "record", line=line, keys=keys)

    def _is_twin(self, row: CaptureRow) -> bool:
        """Whether the very same bytes are an article under another address."""
        twin = self._catalog.by_record_id(row.refers_to) if row.refers_to else None
        return twin is not None and twin.identity != row.identity and self._catalog.is_article(twin.locator)

    def _is_anothers(self, row: CaptureRow, record: Record, *, speaks_for_itself: bool) -> str | None:
        """Why an article is none of its own: a page that would speak for another page."""
        if speaks_for_itself or row.identity == record.canonical_url:
            return None  # under its former address, it is that article all the same
        own = self._catalog.recent(row.source_id, record.canonical_url, 1)
        return "canonical-of-another" if own and own[0].status in (200, 304) else None

    @staticmethod
    def _skip(row: CaptureRow, reason: str) -> ReadingRow:
        return ReadingRow(
            locator=row.locator, extractor=READER_VERSION, outcome="skip", reason=reason, source_id=row.source_id
        )

    def _set_aside(self, row: CaptureRow, reason: str, told: dict[str, Any]) -> ReadingRow:
        place = {"warc_filename": row.locator.filename, "warc_record_offset": row.locator.offset}
        name = record_file("set-aside", row.source_id, row.fetched_at.isoformat())
        line = self.files.append(name, json.dumps(told | place, ensure_ascii=False))
        return ReadingRow(
            locator=row.locator, extractor=READER_VERSION, outcome="set-aside", reason=reason,
            source_id=row.source_id, line=line,
        )  # fmt: skip
