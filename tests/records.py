"""A record to try things with."""

from __future__ import annotations

from typing import Any

from archive.record import Record, article_id, text_digest


def record(**changes: Any) -> Record:
    """A right record, with some fields changed."""
    told: dict[str, Any] = {name: None for name in Record.model_fields if name != "schema_"}
    told |= {
        name: [] for name in ("aliases", "authors", "tags", "images", "attachments", "integrity_reasons", "warnings")
    }
    told |= {
        "schema": "warkat/article/1",
        "id": article_id("uji", "https://uji.go.id/a"),
        "version": 1,
        "source_id": "uji",
        "publisher": "Kabupaten Uji",
        "url": "https://uji.go.id/a",
        "canonical_url": "https://uji.go.id/a",
        "title": "Judul",
        "published_precision": "none",
        "published_from": "none",
        "body_text": "Isi.",
        "body_html": "<p>Isi.</p>",
        "body_kind": "text",
        "integrity": "clean",
        "text_digest": text_digest("Judul", "Isi."),
        "fetched_at": "2026-11-23T00:00:00.000000Z",
        "warc_filename": "uji-20261123000000-00000-00000000.warc.gz",
        "warc_record_offset": 10,
        "warc_record_length": 20,
        "warc_record_id": "urn:uuid:x",
        "payload_digest": "sha1:x",
        "extractor": "uji/1",
    }
    return Record.model_validate(told | changes)
