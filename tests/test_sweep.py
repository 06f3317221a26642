"""How far back a visit goes, what is looked at again, and when an article counts as gone: with injected time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.catalog import Catalog
from archive.catalog.pages import PageLife, page_lives
from archive.collection import Collection, open_collection
from crawler.process import crawl
from crawler.rebuild import rebuild
from crawler.report import VisitReport
from crawler.run import Run
from crawler.sources.load import load_sources
from crawler.sweep import choose_sweep, look_again_at, state_of, states, to_look_at
from tests.collections import BEGIN, article_page, exchange, made_collection, sources_of
from tests.servers import RawServer

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def test_a_year_has_daily_weekly_and_yearly_sweeps() -> None:
    """The first walk counts as all of them; then one of 31 days a week, and one of 400 days a year."""
    ended = {"weekly": NOW, "yearly": NOW}
    names = []
    for day in range(1, 731):
        now = NOW + day * DAY
        sweep = choose_sweep(now, ended, now - DAY)
        names.append(sweep.name)
        back = {"daily": 3, "weekly": 32, "yearly": 401}[sweep.name]
        assert sweep.since == now - back * DAY
        if sweep.name != "daily":
            ended |= dict.fromkeys(("weekly", "yearly") if sweep.name == "yearly" else ("weekly",), now)
    assert names.count("yearly") == 2
    assert names[6] == "weekly"
    assert 100 <= names.count("weekly") <= 104
    assert choose_sweep(NOW, {}, None).since is None


def test_after_a_silence_of_ours_the_window_reaches_to_the_last_visit() -> None:
    """Ten days without power leave no gap."""
    assert choose_sweep(NOW, {"weekly": NOW, "yearly": NOW}, NOW - 10 * DAY).since == NOW - 12 * DAY


def test_a_sweep_that_lies_ahead_of_the_clock_is_not_believed() -> None:
    """Else a clock that was wrong once would stop the weekly sweeps for years."""
    ahead = {"weekly": NOW + 900 * DAY, "yearly": NOW}
    assert choose_sweep(NOW, ahead, NOW - DAY).name == "weekly"


def life(first: datetime, last: datetime, *misses: datetime, versions: int = 1, name: str = "a") -> PageLife:
    return PageLife(
        identity=name, url=name, first_at=first, last_at=last, is_article=True, versions=versions, misses=misses
    )


def test_an_article_is_looked_at_after_1_7_30_and_180_days_and_then_no_more() -> None:
    """Each age once, however late the visit comes."""
    page, looked = life(NOW, NOW), []
    for day in range(400):
        now = NOW + day * DAY
        if to_look_at([page], now, 5):
            looked.append(day)
            page = life(NOW, now)
    assert looked == [1, 7, 30, 180]
    assert look_again_at(page) is None


def test_gone_takes_fourteen_days_and_never_one_failure() -> None:
    """Missing is looked for after 1, 3, 7 and 14 days; then it is gone and left alone."""
    assert state_of(life(NOW, NOW)) == "seen"
    assert state_of(life(NOW, NOW, versions=2)) == "changed"
    misses, looked = [NOW + 7 * DAY], []
    for day in range(8, 100):
        page = life(NOW, misses[-1], *misses)
        if state_of(page) == "gone":
            break
        assert state_of(page) == "missing"
        if to_look_at([page], NOW + day * DAY, 5):
            looked.append(day - 7)
            misses.append(NOW + day * DAY)
    assert looked == [1, 3, 7, 14]
    assert look_again_at(page) is None
    assert state_of(life(NOW, NOW + 99 * DAY, NOW + 99 * DAY)) == "missing"


def test_the_missing_come_first_then_the_newest_within_the_budget() -> None:
    """An archive of years does not eat the budget of this week's news."""
    old = [life(NOW - (200 + n) * DAY, NOW - (190 + n) * DAY, name=f"old{n}") for n in range(9)]
    new = life(NOW - 2 * DAY, NOW - 2 * DAY, name="new")
    lost = life(NOW - 300 * DAY, NOW - 2 * DAY, NOW - 2 * DAY, name="lost")
    assert [page.identity for page in to_look_at([*old, new, lost], NOW, 3)] == ["lost", "new", "old0"]


def test_states_come_from_the_captures_alone(tmp_path: Path) -> None:
    """A rebuild from the WARC files tells the same; other failures than 404 and 410 say nothing."""
    minutes = 24 * 60
    page = article_page("Bupati Membuka Pasar")
    captures = [
        exchange("/berita/ada", page),
        exchange("/berita/hilang", article_page("Panen Raya")),
        exchange("/berita/pergi", article_page("Jalan Desa")),
        exchange("/berita/lelah", article_page("Sekolah Baru")),
        exchange("/berita/kembali", article_page("Air Bersih")),
        exchange("/berita/tak-pernah", b"", status="404 Not Found"),
    ]
    for day in (2, 5, 9, 17):
        at = day * minutes
        captures += [
            exchange("/berita/pergi", b"x", minutes=at, status="410 Gone"),
            exchange("/berita/lelah", b"x", minutes=at, status="503 Service Unavailable"),
        ]
    captures.append(exchange("/berita/hilang", b"x", minutes=17 * minutes, status="404 Not Found"))
    captures.append(exchange("/berita/kembali", b"x", minutes=2 * minutes, status="404 Not Found"))
    captures.append(exchange("/berita/kembali", article_page("Air Bersih Lagi"), minutes=20 * minutes))
    collection = made_collection(tmp_path / "c", captures)
    assert lived(collection) == {"ada": "seen", "hilang": "missing", "pergi": "gone", "lelah": "seen",
                                 "kembali": "changed"}  # fmt: skip
    before = lived(collection)
    collection.catalog.unlink()
    rebuild(collection, sources_of(collection))
    assert lived(collection) == before
    with Catalog(collection.catalog) as catalog:
        assert states(catalog, "contoh") == {"seen": 2, "changed": 1, "missing": 1, "gone": 1}
        first = {one.identity.rsplit("/", 1)[1]: one.first_at for one in page_lives(catalog, "contoh")}
    assert first["kembali"] == BEGIN


def lived(collection: Collection) -> dict[str, str]:
    with Catalog(collection.catalog) as catalog:
        return {one.identity.rsplit("/", 1)[1]: state_of(one) for one in page_lives(catalog, "contoh")}


ARTICLES = 12


class Site:
    """A list of four pages with three articles each; validators on articles; every request noted."""

    def __init__(self) -> None:
        self.gone: set[str] = set()
        self.late: list[str] = []

    def __call__(self, request: bytes) -> bytes:
        path = request.split(b" ", 2)[1].decode()
        if path.startswith("/daftar"):
            number = int(path.partition("=")[2] or 1)
            names = [f"artikel-{n}" for n in range(ARTICLES)][(number - 1) * 3 : number * 3]
            names += self.late if number == 3 else []
            links = "".join(f'<a href="/berita/{name}">x</a>' for name in names if name not in self.gone)
            return answer("200 OK", links.encode())
        name = path.rsplit("/", 1)[1]
        if not path.startswith("/berita/") or name in self.gone:
            return answer("404 Not Found", b"")
        if b"if-none-match" in request.lower():
            return answer("304 Not Modified", b"", 'ETag: "1"')
        return answer("200 OK", article_page(f"Berita {name}"), 'ETag: "1"')


def answer(status: str, body: bytes, *lines: str) -> bytes:
    head = [f"HTTP/1.1 {status}", "Content-Type: text/html; charset=utf-8", f"Content-Length: {len(body)}", *lines]
    return "".join(f"{line}\r\n" for line in [*head, "Connection: close", ""]).encode() + body


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Site, RawServer, Collection]]:
    made = Site()
    with RawServer(made) as server:
        host = f"127.0.0.1:{server.port}"
        collection = made_collection(tmp_path / "c", [], DEFINITION.format(host=host))
        toml = collection.root / "collection.toml"
        toml.write_text(toml.read_text().replace("allow = []", f'allow = ["{host}"]'))
        yield made, server, open_collection(collection.root)


DEFINITION = """\
id = "contoh"
name = "Pemerintah Kabupaten Contoh"
level = "regency"
timezone = "WITA"
scheme = "http"
hosts = ["{host}"]
article = ['^/berita/']

[politeness]
delay_s = 0

[[discovery]]
kind = "listing"
url = "/daftar"
page = "/daftar?page={{n}}"
"""


def visit(collection: Collection, server: RawServer, **arguments: object) -> tuple[list[str], VisitReport]:
    """The paths asked for on one visit, and its report."""
    asked = len(server.requests)
    run = Run.enter(collection)
    crawl(run, [load_sources(collection.own_sources, packaged=False)["contoh"]], arguments=arguments)
    return [request.split(b" ", 2)[1].decode() for request in server.requests[asked:]], run.reports[0]


def age(collection: Collection, days: int) -> None:
    """Let days pass: all that the catalog knows moves back by so many."""
    with Catalog(collection.catalog) as catalog:
        for key, value in catalog._db.execute("SELECT rowid, fetched_at FROM capture").fetchall():
            moved = (datetime.fromisoformat(value) - days * DAY).isoformat(timespec="microseconds")
            catalog._db.execute("UPDATE capture SET fetched_at = ? WHERE rowid = ?", (moved, key))
        for source, claim, value in catalog._db.execute("SELECT source_id, claim, lastmod FROM claim").fetchall():
            moved = (datetime.fromisoformat(value) - days * DAY).isoformat()
            catalog._db.execute(
                "UPDATE claim SET lastmod = ? WHERE source_id = ? AND claim = ?", (moved, source, claim)
            )


def test_visits_look_as_far_back_as_their_sweep_and_again_at_what_is_published(
    site: tuple[Site, RawServer, Collection],
) -> None:
    """First all; then the first page alone; a day later the articles too, by 304; after a week the whole window."""
    made, server, collection = site
    asked, report = visit(collection, server)
    assert (report.sweep, report.read) == ("first", {"new": ARTICLES})
    asked, report = visit(collection, server)
    assert (asked, report.sweep) == (["/daftar"], "daily")  # robots.txt is a day old at most
    age(collection, 2)
    made.gone.add("artikel-4")
    made.late.append("terlambat")  # published late, deep in the list
    asked, report = visit(collection, server)
    assert report.looked_again == ARTICLES
    assert asked[:2] == ["/robots.txt", "/daftar"]
    assert sorted(asked[2:]) == sorted(f"/berita/artikel-{n}" for n in range(ARTICLES))
    assert dict(report.statuses) == {"404": 2, "200": 1, "304": ARTICLES - 1}
    assert lived(collection)["artikel-4"] == "missing"
    asked, report = visit(collection, server)
    assert asked == ["/daftar"]
    age(collection, 7)
    asked, report = visit(collection, server)
    assert report.sweep == "weekly"
    assert "/berita/terlambat" in asked
    assert {path for path in asked if path.startswith("/daftar")} >= {"/daftar", "/daftar?page=3"}
    age(collection, 8)
    asked, report = visit(collection, server)
    assert lived(collection)["artikel-4"] == "gone"
    age(collection, 30)
    assert "/berita/artikel-4" not in visit(collection, server)[0]


def test_a_back_fill_goes_through_all_pages(site: tuple[Site, RawServer, Collection]) -> None:
    """And looks at nothing again; a window that is no day is refused."""
    _, server, collection = site
    visit(collection, server, limit=3)
    asked, report = visit(collection, server, since="2020-01-01", until="2026-06-30")
    assert report.sweep == "back-fill"
    assert [path for path in asked if path.startswith("/daftar")] == [
        "/daftar",
        *(f"/daftar?page={n}" for n in range(2, 6)),
    ]
    assert sum(path.startswith("/berita") for path in asked) == ARTICLES - 3
    assert json.loads(json.dumps(report.as_json()))["sweep"] == "back-fill"
