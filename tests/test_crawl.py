"""The whole way: a portal on loopback becomes WARC files and records, once each, whatever happens."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from archive.catalog import Catalog
from archive.collection import Collection
from archive.record import from_line, json_schema, to_line
from archive.schema import SCHEMA_FILE
from archive.warc import scan
from crawler.archived import load_capture
from crawler.pages import read
from crawler.recording import make_record
from crawler.sources.load import load_sources
from tests.demo import demo_collection
from tests.portal import Portal, expected, expected_absent

WARKAT = [sys.executable, "-m", "crawler.cli"]
QUICK = ["-s", "WARKAT_BACKOFF_BASE_S=0.05"]


def warkat(collection: Path, *words: str, check: int | None = 0) -> subprocess.CompletedProcess[str]:
    got = subprocess.run([*WARKAT, "-C", str(collection), *words], capture_output=True, text=True, check=False)
    assert check is None or got.returncode == check, got.stderr
    return got


def crawl(collection: Path, *words: str, check: int | None = 0) -> dict[str, Any]:
    got = warkat(collection, "crawl", "tirtasari", "--json", *QUICK, *words, check=check)
    told: dict[str, Any] = json.loads(got.stdout)["sources"][0]
    return told


def lines_of(collection: Path) -> list[str]:
    return [line for path in sorted(collection.glob("records/*/*.jsonl")) for line in path.read_text().splitlines()]


@dataclass
class Crawled:
    portal: Portal
    collection: Collection
    report: dict[str, Any]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """The portal after one visit, for tests that only look."""
    with Portal(slow_s=0.1) as portal:
        collection = demo_collection(tmp_path_factory.mktemp("crawl") / "c", portal.url)
        yield Crawled(portal, collection, crawl(collection.root))


def test_every_article_is_recorded_exactly_once(crawled: Crawled) -> None:
    """Each article of the portal has one record, and nothing else has one."""
    records = [from_line(line) for line in lines_of(crawled.collection.root)]
    wanted = {one.url for one in expected(crawled.portal.url) if one.integrity == "clean"}
    assert Counter(record.canonical_url for record in records) == Counter(wanted)
    assert len({record.id for record in records}) == len(records)


def test_records_say_what_a_careful_reader_would(crawled: Crawled) -> None:
    """Title, date, text and all else are as the portal's authors wrote them."""
    records = {r.canonical_url: r for r in map(from_line, lines_of(crawled.collection.root))}
    wrong = []
    for want in expected(crawled.portal.url):
        if want.integrity != "clean":
            continue
        got = records[want.url]
        for name in ("title", "published_at", "published_precision", "body_kind", "dateline", "credit_raw", "section"):
            if getattr(got, name) != getattr(want, name):
                wrong.append((want.url, name, getattr(want, name), getattr(got, name)))  # noqa: PERF401
        body = [p for p in got.body_text.split("\n\n") if p and p not in want.optional_paragraphs]
        plain = [line for p in body for line in p.split("\n") if " | " not in line]
        if plain != [p for p in want.body_paragraphs if p not in want.optional_paragraphs]:
            wrong.append((want.url, "body", want.body_paragraphs, plain))
    assert wrong == []


def test_pages_that_are_no_article_are_counted_with_their_reason(crawled: Crawled) -> None:
    """What gave no record is in the report by name, and the hacked page is set aside."""
    told = {**crawled.report["skipped"], **crawled.report["failures"]}
    assert told["robots-disallowed"] == told["http-404"] == told["http-500"] == told["integrity-injected"] == 1
    asked = [path for _, path, *_ in ((r.method, r.path) for r in crawled.portal.requests)]
    for absent in expected_absent(crawled.portal.url):
        if absent.reason == "robots-disallowed":
            assert absent.url.removeprefix(crawled.portal.url) not in asked
    aside = list(crawled.collection.root.glob("set-aside/tirtasari/*.jsonl"))
    assert len(aside) == 1
    assert json.loads(aside[0].read_text())["reasons"]


def test_archive_holds_every_exchange(crawled: Crawled) -> None:
    """Every request that the portal saw is in the WARC file, robots.txt, errors and redirects included."""
    kept = Counter(
        exchange.capture.url.removeprefix(crawled.portal.url)
        for path in crawled.collection.warc_files()
        for exchange in scan(path)
    )
    first_visit = [r.path for r in crawled.portal.requests][: kept.total()]
    assert Counter(first_visit) == kept
    assert kept["/robots.txt"] == 1


def test_record_leads_back_to_its_bytes(crawled: Crawled) -> None:
    """At a record's place lies its capture, and reading that again gives the identical line."""
    sources = load_sources(crawled.collection.own_sources)
    with Catalog(crawled.collection.catalog) as catalog:
        for line in lines_of(crawled.collection.root):
            record = from_line(line)
            path = crawled.collection.warc_file(record.source_id, record.warc_filename)
            exchange = next(scan(path, record.warc_record_offset))
            assert (exchange.record_id, exchange.locator.length) == (record.warc_record_id, record.warc_record_length)
            row = catalog.by_record_id(record.warc_record_id)
            assert row is not None
            capture = load_capture(crawled.collection, catalog, row)
            article = read(capture, sources[record.source_id])
            again = make_record(article, row, capture, sources[record.source_id])  # type: ignore[arg-type]
            assert to_line(again.model_copy(update={"version": record.version})) == line


def test_schema_is_the_committed_one() -> None:
    """The JSON Schema in the repository is the one that the code makes."""
    assert json.loads(SCHEMA_FILE.read_text()) == json_schema()


def test_second_visit_asks_for_discovery_documents_only(tmp_path: Path) -> None:
    """When nothing changed, no article page is asked for again, and no record is written."""
    with Portal(slow_s=0) as portal:
        collection = demo_collection(tmp_path / "c", portal.url).root
        crawl(collection)
        before, seen = lines_of(collection), len(portal.requests)
        report = crawl(collection)
        assert lines_of(collection) == before
        assert {r.path.split("?")[0] for r in portal.requests[seen:]} <= {
            "/robots.txt", "/feed", "/sitemap.xml", "/sitemap-berita.xml", "/sitemap-halaman.xml", "/berita",
        }  # fmt: skip
        assert report["captures"].get("article", 0) == 0
        assert report["statuses"]["304"] >= 2


def test_edited_article_gets_a_second_version_and_a_gone_one_stays(tmp_path: Path) -> None:
    """A change that the sitemap announces makes version 2; what disappears keeps its record."""
    with Portal(slow_s=0) as portal:
        collection = demo_collection(tmp_path / "c", portal.url).root
        crawl(collection)
        portal.visit = 2
        report = crawl(collection)
        records = [from_line(line) for line in lines_of(collection)]
        second = [r for r in records if r.version == 2]
        assert [r.url.rsplit("/", 1)[1][:7] for r in second] == [
            e.url.rsplit("/", 1)[1][:7] for e in expected(portal.url, 2) if e.key == "longsor"
        ]
        assert (report["read"]["changed"], report["read"]["new"]) == (1, 1)
        gone = {e.url for e in expected(portal.url, 1)} - {e.url for e in expected(portal.url, 2)}
        assert gone < {r.url for r in records}


def test_rebuild_makes_everything_again(tmp_path: Path) -> None:
    """Without catalog, index and records, the WARC files alone give them back, byte for byte."""
    with Portal(slow_s=0) as portal:
        collection = demo_collection(tmp_path / "c", portal.url)
        crawl(collection.root)
        portal.visit = 2
        crawl(collection.root)
    warkat(collection.root, "index")
    made = [*sorted(collection.root.glob("records/*/*.jsonl")), *collection.root.glob("set-aside/*/*.jsonl")]
    before = {path: path.read_bytes() for path in [*made, collection.index]}
    for path in [*before, *collection.root.glob("catalog.sqlite3*")]:
        path.unlink()
    warkat(collection.root, "rebuild")
    assert {path: path.read_bytes() for path in before} == before
    assert not (collection.root / "rebuild.tmp").exists()


def test_limit_is_kept(tmp_path: Path) -> None:
    """``--limit`` fetches so many articles, and the next visit goes on from there."""
    with Portal(slow_s=0) as portal:
        collection = demo_collection(tmp_path / "c", portal.url).root
        assert crawl(collection, "--limit", "5")["captures"]["article"] <= 6  # one may be redirected
        crawl(collection)
        assert len(lines_of(collection)) == sum(e.integrity == "clean" for e in expected(portal.url))


def test_export_prints_the_records(crawled: Crawled) -> None:
    """``warkat export`` prints the lines of the record files as they are."""
    got = warkat(crawled.collection.root, "export")
    assert got.stdout.splitlines() == lines_of(crawled.collection.root)


def test_verify_finds_nothing_wrong(crawled: Crawled) -> None:
    """What a crawl wrote is clean."""
    assert warkat(crawled.collection.root, "verify").returncode == 0


def test_scrapy_knows_the_sources(tmp_path: Path) -> None:
    """``scrapy list`` and ``scrapy crawl`` work as in any Scrapy project."""
    with Portal(slow_s=0) as portal:
        collection = demo_collection(tmp_path / "c", portal.url).root
        scrapy = [sys.executable, "-m", "scrapy"]
        environment = {**os.environ, "WARKAT_COLLECTION": str(collection)}
        named = subprocess.run([*scrapy, "list"], capture_output=True, text=True, env=environment, check=True)
        assert {"banyuwangikab", "tirtasari"} <= set(named.stdout.split())
        subprocess.run(
            [*scrapy, "crawl", "tirtasari", "-a", "limit=3", *QUICK, "-L", "ERROR"], env=environment, check=True
        )
        assert len(lines_of(collection)) == 3
        assert list(collection.glob("runs/*/report.json"))


def kill_soon(collection: Path, after_s: float, *, reader_too: bool) -> None:
    """One visit, killed without warning."""
    process = subprocess.Popen(
        [*WARKAT, "-C", str(collection), "crawl", "tirtasari", *QUICK],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    time.sleep(after_s)
    if reader_too:
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


def check_after_kills(portal: Portal, collection: Path) -> None:
    """Nothing lost, nothing twice, no half line, all files clean."""
    crawl(collection)
    records = [from_line(line) for line in lines_of(collection)]
    wanted = Counter(e.url for e in expected(portal.url) if e.integrity == "clean")
    assert Counter(r.canonical_url for r in records) == wanted
    urls = Counter(
        (e.capture.url, e.payload_digest)
        for path in collection.glob("archive/*/*.warc.gz*")
        for e in scan(path)
        if e.record_type == "response" and e.capture.status == 200 and e.capture.role == "article"
    )
    assert [url for url, count in urls.items() if count > 1] == []
    warkat(collection, "verify")
    before = lines_of(collection)
    warkat(collection, "rebuild")
    assert sorted(lines_of(collection)) == sorted(before)


def test_twenty_kills_lose_nothing(tmp_path: Path) -> None:
    """``kill -9`` at any moment, then the same command again: every article once."""
    chance = random.Random(20)
    with Portal(slow_s=0.02) as portal:
        collection = demo_collection(tmp_path / "c", portal.url).root
        for number in range(20):
            kill_soon(collection, 0.6 + chance.random() * 0.9, reader_too=number % 3 > 0)
        asked = len(portal.requests)
        check_after_kills(portal, collection)
        articles = len(expected(portal.url)) + len(expected_absent(portal.url))
        # Each visit asks for robots.txt and the discovery documents again, and for what was on its way.
        assert asked <= articles + 20 * (2 + 15)
