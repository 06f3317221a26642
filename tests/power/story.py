"""Three visits to a small site as the rooms make them, without a network; and what must be true afterwards."""

from __future__ import annotations

import asyncio
import functools
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.capture import Capture
from archive.catalog import Catalog
from archive.collection import Collection, make_collection, open_collection
from archive.record import Reading, from_line
from archive.warc import WarcWriter, scan
from archive.warc.verify import exit_status, verify_files
from crawler.deposit import Depositor
from crawler.healing import heal_source
from crawler.pages import read
from crawler.reading import Reader
from crawler.sources import Source
from crawler.sources.identity import canonical_address
from tests.hostile.site import frame
from tests.kills.site import _WORDS as WORDS
from tests.power.disk import Disk

HOST = "contoh.go.id"
SOURCE = Source.model_validate(
    {"id": "contoh", "name": "Kabupaten Contoh", "level": "regency", "timezone": "WIB", "hosts": [HOST],
     "discovery": [{"kind": "listing", "url": "/berita"}], "article": ["^/berita/"]}
)  # fmt: skip
INFO = {"software": "warkat", "isPartOf": "uji", "source": "contoh", "robots": "obey", "operator": "uji " * 20}
EACH = 7
"""New articles of each visit."""
BEGAN = datetime(2026, 10, 31, 22, 0, tzinfo=UTC)
"""The second visit falls into another month, which has a file of its own."""


def page(number: int, version: int) -> bytes:
    """An article; its text changes with the version."""
    words = WORDS.split()
    text = "".join(f"<p>{' '.join(words[n:] + words[:n])} {number}, {version}.</p>" for n in range(5))
    return frame(f"Kabar {number} dari Contoh", f"{number % 28 + 1} Maret 2024", text).encode()


def fetched(visit: int, number: int, version: int) -> Capture:
    """What the wire would hand over."""
    body = page(number, version)
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    return Capture(
        url=f"https://{HOST}/berita/{number}", fetched_at=BEGAN + timedelta(hours=visit * 3, seconds=number),
        request=f"GET /berita/{number} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode(), response_head=head.encode(),
        body=body, role="article", via=f"https://{HOST}/berita", hops="L", ip="203.0.113.7", fetch_ms=1,
    )  # fmt: skip


def pages_of(visit: int) -> list[Capture]:
    """New articles, two old ones as they were, and from the second visit on one that was edited once."""
    new = [fetched(visit, number, 1) for number in range(visit * EACH, (visit + 1) * EACH)]
    return [*new, *(fetched(visit, n, 1) for n in (1, 2)), fetched(visit, 0, 2)] if visit else new


class Inline:
    """Reads pages in this process."""

    def read_all(self, loaded: Iterable[Any]) -> Iterator[tuple[Any, Reading]]:
        """As ``Workers`` does."""
        for one in loaded:
            yield one, one.reading or read(one.capture, SOURCE)


@dataclass
class Story:
    """What is done to a collection, and what was acknowledged while it was done."""

    collection: Collection
    kept: list[tuple[str, str]] = field(default_factory=list)
    """Address and record id of each capture that was acknowledged."""
    lines: list[str] = field(default_factory=list)
    """Record lines that could be read."""
    healed: list[str] = field(default_factory=list)

    def promised(self) -> tuple[int, int]:
        """How much had been acknowledged by now."""
        return len(self.kept), len(self.lines)

    def visit(self, captures: list[Capture]) -> None:
        """One visit from its beginning to its end, some captures at a time."""
        with Catalog(self.collection.catalog) as catalog:
            self.healed += heal_source(self.collection, catalog, SOURCE)
            depositor = Depositor(self.collection, SOURCE, INFO, 0, lambda: None)
            depositor.start()
            reader = Reader(self.collection, catalog, {SOURCE.id: SOURCE}, Inline())  # type: ignore[arg-type]
            reader.heal()
            try:
                for start in range(0, len(captures), 3):
                    asyncio.run(self._deposit(depositor, captures[start : start + 3]))
                    reader.read_owed()
                    self.lines = lines_of(self.collection)
                reader.read_owed()
            finally:
                depositor.close()
            assert depositor.stopped is None, depositor.stopped

    async def _deposit(self, depositor: Depositor, captures: list[Capture]) -> None:
        async def one(capture: Capture) -> None:
            row = await depositor.deposit(capture)
            self.kept.append((row.url, row.record_id))

        await asyncio.gather(*(one(capture) for capture in captures))


def lines_of(collection: Collection) -> list[str]:
    return [line for p in sorted(collection.records.glob("*/*.jsonl")) for line in p.read_text().splitlines()]


def told(root: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Disk, Story]:
    """The whole story, watched: files made, written, synced, rotated by size and by month, closed."""
    story = Story(make_collection(root, "uji"))
    monkeypatch.setattr("crawler.deposit.WarcWriter", functools.partial(WarcWriter, size_limit=9_000))
    disk = Disk(root, story.promised)
    with disk.watching(monkeypatch):
        monkeypatch.setattr("crawler.deposit.WarcWriter", functools.partial(WarcWriter, size_limit=9_000))
        for number in range(3):
            story.visit(pages_of(number))
        disk.note("the end")
    return disk, story


def start_again(root: Path, before: Story, promised: tuple[int, int]) -> None:
    """Visit once more after the power failed; whatever was promised must be there, once."""
    story = Story(open_collection(root))
    with Catalog(story.collection.catalog) as catalog:
        heal_source(story.collection, catalog, SOURCE)
        missing = [
            fetched(3, number, 1)
            for number in range(3 * EACH)
            if not catalog.recent(SOURCE.id, canonical_address(f"https://{HOST}/berita/{number}", SOURCE), 1)
        ]
    story.visit(missing)
    check_captures(story.collection, before.kept[: promised[0]])
    check_lines(story.collection, before.lines[: promised[1]])
    assert len(list(root.rglob("*.open"))) <= 1
    assert not list(root.rglob("*.tmp"))


def check_captures(collection: Collection, promised: list[tuple[str, str]]) -> None:
    """Every acknowledged capture is in a WARC file and in the catalog; every file is valid; no payload is twice."""
    assert [r.path.name for r in verify_files(collection.warc_files(), 1) if exit_status([r])] == []
    exchanges = [exchange for path in collection.warc_files() for exchange in scan(path)]
    assert {(e.capture.url, e.record_id) for e in exchanges} >= set(promised)
    payloads = Counter(e.payload_digest for e in exchanges if e.record_type == "response")
    assert max(payloads.values(), default=0) <= 1
    with Catalog(collection.catalog) as catalog:
        known = {row.record_id: (row.locator, row.end) for row in catalog.captures()}
        assert known == {e.record_id: (e.locator, e.end) for e in exchanges}
        assert catalog.owed() == []


def check_lines(collection: Collection, promised: list[str]) -> None:
    """Every line that could be read is there, each article once in each version, in the order of its versions."""
    lines = lines_of(collection)
    assert set(promised) <= set(lines)
    records = [from_line(line) for line in lines]
    assert {record.url for record in records} == {f"https://{HOST}/berita/{n}" for n in range(3 * EACH)}
    texts: dict[str, list[str]] = {}
    for record in records:
        texts.setdefault(record.id, []).append(record.text_digest)
        assert record.version == len(texts[record.id])
    assert all(len(set(found)) == len(found) for found in texts.values()), "a text came back as a later version"
    for record in records:
        path = collection.warc_file(record.source_id, record.warc_filename)
        exchange = next(scan(path, record.warc_record_offset))
        assert (exchange.record_id, exchange.capture.url) == (record.warc_record_id, record.url)
    assert json.loads(lines[0])["schema"]
