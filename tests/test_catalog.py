"""The catalog's answers: what is known of a page, what is owed, what was read, and what a broken file is called."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive import schema
from archive.capture import Digest, Locator
from archive.catalog import (
    CaptureRow,
    Catalog,
    CatalogOutdated,
    CatalogUnusable,
    Counts,
    ReadingRow,
    Readings,
    VersionRow,
)
from archive.catalog.hints import claims, drop_claim, is_superseded, record_files

NOW = datetime(2026, 11, 23, 19, 45, 18, 123456, tzinfo=UTC)
A, B = "https://uji.go.id/a", "https://uji.go.id/b"


def row(number: int, **changes: Any) -> CaptureRow:
    told: dict[str, Any] = {
        "source_id": "uji", "url": A, "identity": A, "fetched_at": NOW + timedelta(minutes=number), "status": 200,
        "media_type": "text/html", "payload_digest": Digest(f"sha1:{number}"), "record_id": f"urn:uuid:{number}",
        "record_type": "response", "locator": Locator("uji-1.warc.gz", number * 100, 50), "end": number * 100 + 100,
        "role": "article",
    }  # fmt: skip
    return CaptureRow(**(told | changes))


def reading(one: CaptureRow, outcome: Any, reason: str = "", version: int = 0, **more: Any) -> ReadingRow:
    made = VersionRow(article_id=f"id-{one.identity}", version=version, fingerprint=f"f{version}") if version else None
    return ReadingRow(
        locator=one.locator, extractor="uji", outcome=outcome, reason=reason, version=made, source_id=one.source_id,
        canonical_url=one.identity, **more,
    )  # fmt: skip


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog.sqlite3") as opened:
        yield opened


def numbers(rows: Any) -> list[str]:
    return [one.record_id.removeprefix("urn:uuid:") for one in rows]


def test_capture_comes_back_equal_and_once(catalog: Catalog) -> None:
    """Every field survives; the same place told twice is one capture."""
    one = row(
        1, via=B, etag='"e"', last_modified="Mon", location=B, refers_to="urn:uuid:0", truncated="time", status=302
    )
    catalog.add_captures([one])
    catalog.add_captures([one])
    (got,) = catalog.captures()
    assert (got.seq, catalog.last_seq()) == (1, 1)
    assert CaptureRow(**{slot: getattr(got, slot) for slot in one.__slots__ if slot != "seq"}) == one


def test_newest_comes_first_and_only_whole_ones_are_asked_with(catalog: Catalog) -> None:
    """Validators come from the newest 200 of the same address with a whole payload of its own."""
    catalog.add_captures([
        row(1), row(2, url=A + "?x"), row(3, status=404), row(4, truncated="time"), row(5, record_type="revisit"),
    ])  # fmt: skip
    assert numbers(catalog.recent("uji", A, 3)) == ["5", "4", "3"]
    found = catalog.latest_whole("uji", A, A)
    assert found is not None
    assert found.record_id == "urn:uuid:1"
    assert catalog.latest_whole("uji", B, B) is None
    assert catalog.recent("lain", A, 3) == []


def test_payload_is_found_where_it_lies_whole_first(catalog: Catalog) -> None:
    """A revisit, a cut payload and another source's are no originals."""
    same = Digest("sha1:same")
    catalog.add_captures([
        row(1, payload_digest=same, truncated="length"), row(2, payload_digest=same, record_type="revisit"),
        row(3, payload_digest=same), row(4, payload_digest=same), row(5, payload_digest=same, source_id="lain"),
    ])  # fmt: skip
    found = catalog.by_payload("uji", same)
    assert found is not None
    assert found.record_id == "urn:uuid:3"
    assert catalog.by_payload("uji", Digest("sha1:none")) is None
    assert catalog.by_record_id("urn:uuid:5") is not None
    assert catalog.by_record_id("urn:uuid:6") is None


def test_files_end_where_their_last_exchange_does(catalog: Catalog) -> None:
    """Told in any order; a file that nobody knows ends at 0."""
    other = Locator("uji-2.warc.gz", 700, 50)
    catalog.add_captures([row(3), row(1), row(2), row(7, locator=other, end=800), row(9, source_id="lain")])
    assert catalog.file_end("uji-1.warc.gz") == 1000
    assert catalog.file_end("uji-9.warc.gz") == 0
    assert catalog.file_ends("uji") == {"uji-1.warc.gz": 400, "uji-2.warc.gz": 800}


def test_articles_are_owed_until_they_are_read(catalog: Catalog) -> None:
    """Feeds and errors are not owed; what was read is not, whatever came of it."""
    rows = [row(1), row(2, role="feed"), row(3, status=404), row(4), row(5)]
    catalog.add_captures(rows)
    assert numbers(catalog.owed()) == ["1", "4", "5"]
    assert numbers(catalog.owed(after=1, limit=1)) == ["4"]
    with catalog.transaction():
        catalog.add_reading(reading(rows[0], "record", version=1))
        catalog.add_reading(reading(rows[3], "skip", "soft-error"))
    assert numbers(catalog.owed()) == ["5"]
    assert catalog.is_article(rows[0].locator)
    assert not catalog.is_article(rows[3].locator)


def test_readings_are_counted_by_what_came_of_them(catalog: Catalog) -> None:
    """New, changed, unchanged, skipped and set aside, with reasons, since a capture and in all."""
    rows = [row(number, identity=f"{A}{number % 2}") for number in range(1, 7)]
    catalog.add_captures(rows)
    with catalog.transaction():
        for one, (outcome, reason, version) in zip(rows, (
            ("record", "", 1), ("record", "", 1), ("record", "", 2), ("unchanged", "", 1), ("skip", "listing", 0),
            ("set-aside", "integrity-injected", 0),
        ), strict=True):  # fmt: skip
            catalog.add_reading(reading(one, outcome, reason, version))
    told = catalog.readings_since("uji", 0)
    assert told == Readings(
        outcomes={"changed": 1, "new": 2, "set-aside": 1, "skip": 1, "unchanged": 1},
        reasons={"integrity-injected": 1, "listing": 1},
    )
    assert catalog.readings_since("uji", 4).outcomes == {"set-aside": 1, "skip": 1}
    reasons = {"integrity-injected": 1, "listing": 1}
    assert catalog.counts("uji") == Counts(captures=6, articles=2, versions=3, skipped=reasons)
    assert catalog.counts() == catalog.counts("uji")
    assert catalog.counts("lain") == Counts(captures=0, articles=0, versions=0, skipped={})


def test_newest_version_and_its_line_are_known(catalog: Catalog) -> None:
    """The catalog vouches for the size of the record file as soon as the reading is told."""
    one = row(1)
    catalog.add_captures([one])
    assert catalog.version(f"id-{A}") is None
    with catalog.transaction():
        catalog.add_reading(reading(one, "record", version=3, aliases=(B,), line=("records/uji/2026-11.jsonl", 77)))
    assert catalog.version(f"id-{A}") == VersionRow(article_id=f"id-{A}", version=3, fingerprint="f3")
    assert catalog.record_size("records/uji/2026-11.jsonl") == 77
    assert catalog.record_size("records/uji/2026-10.jsonl") == 0
    assert record_files(catalog) == {"records/uji/2026-11.jsonl": 77}
    assert is_superseded(catalog, f"id-{A}", NOW)
    assert not is_superseded(catalog, f"id-{A}", one.fetched_at)


def test_claims_are_remembered_and_forgotten(catalog: Catalog) -> None:
    """The newer claim counts; each source has its own."""
    catalog.add_claims("uji", {"feed a": NOW, "rest a": NOW})
    catalog.add_claims("uji", {"feed a": NOW + timedelta(1)})
    assert catalog.claimed("uji", "feed a") == NOW + timedelta(1)
    assert catalog.claimed("lain", "feed a") is None
    assert claims(catalog, "uji", "feed ") == {"feed a": NOW + timedelta(1)}
    drop_claim(catalog, "uji", "feed a")
    assert catalog.claimed("uji", "feed a") is None


def test_transaction_is_all_or_nothing(catalog: Catalog) -> None:
    """A fault inside takes back what was told before it."""
    one = row(1)
    catalog.add_captures([one])
    unfit = reading(row(2), "record", version=1, line=("records/uji/2026-11.jsonl", object()))
    with catalog.transaction():
        pass
    with pytest.raises(sqlite3.Error), catalog.transaction():
        _ = [catalog.add_reading(told) for told in (reading(one, "record", version=1), unfit)]
    assert numbers(catalog.owed()) == ["1"]


def test_what_is_no_catalog_is_called_so(tmp_path: Path) -> None:
    """Other tables, other bytes, no folder: each says what to do, and none is overwritten."""
    old, text = tmp_path / "old.sqlite3", tmp_path / "text.sqlite3"
    with sqlite3.connect(old) as db:
        db.execute("PRAGMA user_version=99")
    db.close()
    with pytest.raises(CatalogOutdated, match="warkat rebuild"):
        Catalog(old)
    text.write_bytes(b"bukan pangkalan data" * 99)
    with pytest.raises(CatalogUnusable, match="warkat rebuild"):
        Catalog(text)
    assert text.read_bytes() == b"bukan pangkalan data" * 99
    with pytest.raises(CatalogUnusable):
        Catalog(tmp_path / "none" / "catalog.sqlite3")


def test_schema_file_is_what_the_code_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made anew it is byte for byte the one that is committed."""
    committed = schema.SCHEMA_FILE.read_bytes()
    monkeypatch.setattr(schema, "SCHEMA_FILE", tmp_path / "schema.json")
    schema.main()
    assert (tmp_path / "schema.json").read_bytes() == committed
