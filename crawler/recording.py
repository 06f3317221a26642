"""An article and where it was read become a record, and what the catalog is told of it."""

from __future__ import annotations

from typing import Literal

from archive.capture import Capture, Locator
from archive.catalog import CaptureRow, ReadingRow, VersionRow
from archive.record import SCHEMA, Article, Record, RecordInvalid, article_id, fingerprint, text_digest
from crawler.sources import Source

_LISTS = ("authors", "tags", "images", "attachments", "integrity_reasons", "warnings")


def make_record(article: Article, row: CaptureRow, capture: Capture, source: Source, version: int) -> Record:
    """An article with its provenance: what the JSON line holds.

    Raises:
        RecordInvalid: the reader made what the contract forbids.
    """
    told = {name: getattr(article, name) for name in Article.__slots__}
    told |= {name: list(told[name]) for name in _LISTS}
    provenance = {
        "schema": SCHEMA,
        "id": article_id(source.id, article.canonical_url),
        "version": version,
        "source_id": source.id,
        "publisher": source.name,
        "region_code": source.region_code,
        "region_code_bps": source.region_code_bps,
        "province_code": source.province_code,
        "url": capture.url,
        "aliases": aliases(article, capture),
        "text_digest": text_digest(article.title, article.body_text),
        "fetched_at": capture.fetched_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "warc_filename": row.locator.filename,
        "warc_record_offset": row.locator.offset,
        "warc_record_length": row.locator.length,
        "warc_record_id": row.record_id,
        "payload_digest": row.payload_digest,
    }
    try:
        return Record.model_validate(told | provenance)
    except ValueError as fault:
        raise RecordInvalid(str(fault)) from fault


def aliases(article: Article, capture: Capture) -> list[str]:
    """Other addresses that this capture shows to be the article's: the one fetched, the one redirected from."""
    led = [capture.via] if capture.via and capture.hops.endswith("R") else []
    return sorted({capture.url, *led} - {article.canonical_url})


def reading_row(
    record: Record, outcome: Literal["record", "unchanged"], known: VersionRow | None = None,
    line: tuple[str, int] | None = None,
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
        line=line,
    )
