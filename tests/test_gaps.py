"""The gap map: what archived listings named, and what became of it, day by day."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from archive.catalog import Catalog, CatalogUnusable
from archive.collection import Collection, make_collection
from crawler.cli import main
from crawler.gaps import GapMap, gap_map
from tests.collections import SITE, SOURCE, article_page, exchange, made_collection, sources_of

FEED = """<rss version="2.0"><channel>
<item><link>{site}/berita/satu</link><pubDate>Tue, 30 Apr 2024 10:00:00 +0800</pubDate></item>
<item><link>{site}/berita/belum</link><pubDate>Wed, 01 May 2024 01:00:00 +0800</pubDate></item>
</channel></rss>"""
LISTING = "".join(
    f'<a href="/berita/{name}">Judul yang panjang</a>'
    for name in ("satu", "hilang", "rusak", "profil", "2024/05/02/mati", "pindah", "tolak")
)
MORE_FEED = """

[[discovery]]
kind = "feed"
url = "/feed"
"""


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    captures = [
        replace(exchange("/berita", f"<html><body>{LISTING}</body></html>".encode()), role="listing"),
        replace(exchange("/feed", FEED.format(site=SITE).encode(), minutes=1), role="feed"),
        replace(exchange("/feed?rusak", b"<html>", minutes=1), role="feed"),
        exchange("/berita/satu", article_page("Panen Raya di Desa Sumberagung"), minutes=2),
        exchange("/berita/hilang", b"tiada", status="404 Not Found", minutes=3),
        exchange("/berita/rusak", b"rusak", status="500 Oops", minutes=4),
        exchange("/berita/profil", b"<html><body><p>Bukan berita.</p></body></html>", minutes=5),
        exchange("/berita/pindah", b"x", status="301 Moved", lines=("Location: /berita/baru",), minutes=6),
        exchange("/berita/baru", article_page("Jalan Desa Selesai Diperbaiki"), minutes=7),
        exchange("/berita/tak-terdaftar", article_page("Layanan Kependudukan Buka Sabtu"), minutes=8),
    ]
    made = made_collection(tmp_path_factory.mktemp("gaps") / "c", captures, SOURCE + MORE_FEED)
    report = {"failed_pages": [{"url": f"{SITE}/berita/tolak", "reason": "robots-disallowed"}]}
    with Catalog(made.catalog) as catalog:
        catalog.add_visit("r1", "contoh", "2024-05-04T00:00:00+00:00", "", "fine", json.dumps(report))
    return made


def map_of(collection: Collection, since: date | None = None, until: date | None = None) -> GapMap:
    return gap_map(collection, sources_of(collection)["contoh"], since, until)


def test_every_listed_address_has_its_fate(collection: Collection) -> None:
    """Fetched, failed with its cause, no article, never seen; a redirect counts as what it leads to."""
    found = {one.url.removeprefix(f"{SITE}/berita/"): (one.state, one.reason) for one in map_of(collection).listed}
    assert found["satu"] == found["pindah"] == ("fetched", "")
    assert found["hilang"] == ("failed", "http-404")
    assert found["rusak"] == ("failed", "http-500")
    assert found["tolak"] == ("failed", "robots-disallowed")
    assert found["profil"][0] == "no_article"
    assert found["belum"] == found["2024/05/02/mati"] == ("never_seen", "")
    assert len(found) == 8


def test_days_come_from_the_best_that_is_known(collection: Collection) -> None:
    """The claim of a feed in the site's zone, the address, or else the first listing that named it."""
    days = {
        one.url.removeprefix(f"{SITE}/berita/"): (one.day.isoformat(), one.dated_by)
        for one in map_of(collection).listed
    }
    assert days["belum"] == ("2024-05-01", "claim")
    assert days["2024/05/02/mati"] == ("2024-05-02", "address")
    assert days["hilang"] == ("2024-05-04", "listing")


def test_counts_of_days_add_up_and_can_be_bounded(collection: Collection) -> None:
    """Each address stands on one day; a window leaves the others out."""
    whole = map_of(collection)
    assert sum(day.listed for day in whole.days()) == len(whole.listed)
    assert (whole.documents, dict(whole.problems), whole.unlisted) == (3, {"html-instead-of-feed": 1}, 1)
    bounded = map_of(collection, date(2024, 5, 1), date(2024, 5, 2))
    assert [(day.day.isoformat(), day.listed, day.counts["never_seen"]) for day in bounded.days()] == [
        ("2024-05-01", 1, 1),
        ("2024-05-02", 1, 1),
    ]


def test_the_command_tells_days_silences_and_what_is_missing(collection: Collection) -> None:
    """Text for people, JSON for tools, from the same map."""
    words = ["-C", str(collection.root), "gaps", "contoh"]
    text = CliRunner().invoke(main, [*words, "--missing"])
    assert text.exit_code == 0, text.output
    assert "1 days with nothing listed" in text.output
    assert f"never-seen {'':<24} {SITE}/berita/belum" in text.output
    told = json.loads(CliRunner().invoke(main, [*words, "--json", "--since", "2024-05-02"]).stdout)
    assert told["days"][0] == {
        "day": "2024-05-02", "listed": 1, "fetched": 0, "failed": 0, "set_aside": 0, "no_article": 0, "never_seen": 1,
    }  # fmt: skip
    assert {one["state"] for one in told["missing"]} == {"failed", "no_article", "never_seen"}


def test_a_file_that_is_gone_is_counted_and_a_missing_catalog_told(collection: Collection, tmp_path: Path) -> None:
    """The map says what it could not look through."""
    (warc,) = collection.warc_files()
    aside = tmp_path / "aside"
    warc.rename(aside)
    try:
        assert dict(map_of(collection).problems) == {"archive-damaged": 3}
    finally:
        aside.rename(warc)
    empty = make_collection(tmp_path / "leer", "Leer")
    with pytest.raises(CatalogUnusable):
        gap_map(empty, sources_of(collection)["contoh"])
