"""One article, one id: addresses that change, links that lie, copies on other sites; through the real ledger."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.capture import Capture, Locator
from archive.catalog import CaptureRow, Catalog, ReadingRow
from archive.catalog.kin import by_address, same_text_as
from archive.feed import RecordFiles
from archive.record import Article, article_id
from crawler.archived import capture_row
from crawler.kinship import is_related
from crawler.recording import Ledger, make_record
from crawler.sources import Discovery, Source
from crawler.sources.identity import article_number, canonical_address

TEXT = "Bupati meninjau panen raya padi di Desa Sumberagung bersama petani dan penyuluh dari tiga kecamatan. " * 4
OTHER = (
    "Jalan penghubung tiga desa selesai diperbaiki dan sudah dapat dilalui kendaraan roda empat sejak pekan lalu. " * 4
)


def source(name: str = "contohkab") -> Source:
    return Source(
        id=name,
        name=name,
        level="regency",
        timezone="WIB",
        hosts=(f"{name}.go.id",),
        discovery=(Discovery(kind="listing", url="/"),),
        article=(r"^/berita/(?P<id>\d+)/[^/?]+$", r"^/berita/[^/?]+$", r"[?&]p=\d+"),
    )


class Desk:
    """Enters readings of pages as the reader does, one after the other."""

    def __init__(self, root: Path) -> None:
        self.sources = {name: source(name) for name in ("contohkab", "lainkab")}
        self.catalog = Catalog(root / "catalog.sqlite3")
        self.files = RecordFiles(root)
        self.ledger = Ledger(self.catalog, self.files, self.sources)
        self.count = 0

    def enter(
        self, path: str, title: str = "Panen Raya", text: str = TEXT, canonical: str | None = None,
        shortlink: str | None = None, day: str | None = "2026-01-31", of: str = "contohkab", via: str | None = None,
    ) -> ReadingRow:  # fmt: skip
        one = self.sources[of]
        url = one.base_url + path
        row, capture = self._row(one, url, via and one.base_url + via)
        article = Article(
            canonical_url=canonical_address(one.base_url + canonical if canonical else url, one), title=title,
            published_at=day, published_precision="day" if day else "none", published_raw=day,
            published_from="meta" if day else "none", body_text=text, body_html=f"<p>{text}</p>", body_kind="text",
            extractor="uji/1", shortlink=shortlink and canonical_address(one.base_url + shortlink, one),
        )  # fmt: skip
        with self.catalog.transaction():
            entered = self.ledger.enter(row, make_record(article, row, capture, one))
            self.catalog.add_reading(entered)
            self.files.sync()
        return entered

    def _row(self, one: Source, url: str, via: str | None) -> tuple[CaptureRow, Capture]:
        self.count += 1
        capture = Capture(
            url=url, fetched_at=datetime(2026, 2, 1, tzinfo=UTC) + timedelta(minutes=self.count), request=b"",
            response_head=b"HTTP/1.1 200 OK\r\n\r\n", body=f"{self.count}".encode(), role="article",
            via=via, hops="R" if via else "",
        )  # fmt: skip
        row = capture_row(
            one, capture, record_id=f"urn:uuid:{self.count}", record_type="response",
            locator=Locator("a.warc.gz", self.count * 100, 50), end=self.count * 100 + 90,
            payload_digest=capture.payload_digest, refers_to=None,
        )  # fmt: skip
        self.catalog.add_captures([row])
        return row, capture

    def ids(self) -> list[str]:
        return [row[0] for row in self.catalog._db.execute("SELECT canonical_url FROM article ORDER BY canonical_url")]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


BASE = "https://contohkab.go.id"


def test_a_page_that_claims_another_s_link_first_takes_nothing_from_it(desk: Desk) -> None:
    """Both are articles of their own, whichever comes first; neither is a version of the other."""
    liar = desk.enter("/berita/jalan-desa", "Jalan Desa", OTHER, canonical="/berita/panen-raya")
    honest = desk.enter("/berita/panen-raya")
    assert [one.version and one.version.version for one in (liar, honest)] == [1, 1]
    assert desk.ids() == [f"{BASE}/berita/jalan-desa", f"{BASE}/berita/panen-raya"]


def test_a_page_that_claims_another_s_link_later_is_its_own_article(desk: Desk) -> None:
    """The other one gets no version out of it."""
    desk.enter("/berita/panen-raya")
    liar = desk.enter("/berita/jalan-desa", "Jalan Desa", OTHER, canonical="/berita/panen-raya")
    assert (liar.outcome, liar.canonical_url) == ("record", f"{BASE}/berita/jalan-desa")


def test_a_slug_that_changes_keeps_the_article_by_its_number(desk: Desk) -> None:
    """``/berita/12/…`` with another slug and another text is the next version of the same article."""
    first = desk.enter("/berita/12/panen-raya")
    second = desk.enter("/berita/12/panen-raya-padi", "Panen Raya Padi", TEXT + " Ralat.")
    assert second.version is not None
    assert first.version is not None
    assert (second.outcome, second.version.version) == ("record", 2)
    assert second.version.article_id == first.version.article_id
    assert f"{BASE}/berita/12/panen-raya-padi" in second.aliases


def test_a_slug_that_changes_keeps_the_article_by_its_short_link(desk: Desk) -> None:
    """WordPress states ``?p=12`` on the page: title, text and address may all change."""
    first = desk.enter("/berita/panen-raya", shortlink="/?p=12")
    second = desk.enter("/berita/judul-baru", "Judul Baru", OTHER, shortlink="/?p=12")
    assert (second.version and second.version.version, second.canonical_url) == (2, first.canonical_url)
    assert desk.ids() == [f"{BASE}/berita/panen-raya"]


def test_a_slug_that_changes_keeps_the_article_by_its_words(desk: Desk) -> None:
    """The same title, text and day under a new address is an alias, not a second article."""
    first = desk.enter("/berita/panen-raya")
    again = desk.enter("/berita/panen-raya-2026")
    assert (again.outcome, again.version) == ("unchanged", first.version)
    found = by_address(desk.catalog, "contohkab", f"{BASE}/berita/panen-raya-2026")
    assert found is not None
    assert first.version is not None
    assert found.article_id == first.version.article_id


@pytest.mark.parametrize(
    ("title", "text", "day"),
    [("Panen Raya", TEXT, "2025-01-31"), ("Foto", "Foto kegiatan.", "2026-01-31"), ("Lain", TEXT, "2026-01-31")],
)
def test_what_only_looks_alike_stays_apart(desk: Desk, title: str, text: str, day: str) -> None:
    """Another day, another title, or words too few to tell: two articles."""
    desk.enter("/berita/satu", title if text != TEXT else "Panen Raya", text)
    assert desk.enter("/berita/dua", title, text, day=day).outcome == "record"
    assert len(desk.ids()) == 2


def test_a_twin_with_the_same_slug_is_one_article(desk: Desk) -> None:
    """A page under two paths says by its canonical link which is the right one, seen or not."""
    twin = desk.enter("/berita/7/panen-raya", canonical="/berita/panen-raya")
    assert twin.canonical_url == f"{BASE}/berita/panen-raya"
    assert desk.enter("/berita/panen-raya").outcome == "unchanged"
    assert desk.ids() == [f"{BASE}/berita/panen-raya"]


def test_a_page_known_by_number_is_kept_under_its_slug(desk: Desk) -> None:
    """``/?p=12`` names the slug by its canonical link: one article, under the slug, whichever comes first."""
    twin = desk.enter("/?p=12", canonical="/berita/panen-raya")
    assert twin.canonical_url == f"{BASE}/berita/panen-raya"
    assert desk.enter("/berita/panen-raya").outcome == "unchanged"


def test_an_address_that_redirects_to_the_new_slug_keeps_the_article(desk: Desk) -> None:
    """The text was edited when the slug changed; an unrelated target of a redirect is another article."""
    first = desk.enter("/berita/panen-raya")
    moved = desk.enter("/berita/panen-raya-padi", "Panen Raya Padi", OTHER, via="/berita/panen-raya")
    assert (moved.version and moved.version.version, moved.canonical_url) == (2, first.canonical_url)
    other = desk.enter("/berita/jalan-desa", "Jalan Desa", OTHER + " Lagi.", via="/berita/panen-raya")
    assert (other.version and other.version.version, other.canonical_url) == (1, f"{BASE}/berita/jalan-desa")


def test_a_copied_press_release_is_an_article_of_each_site(desk: Desk) -> None:
    """Two sources, two ids, and the catalog knows that the words are the same."""
    first = desk.enter("/berita/panen-raya")
    copy = desk.enter("/berita/rilis", "Rilis: Panen Raya", of="lainkab")
    assert copy.outcome == "record"
    assert first.version is not None
    assert copy.version is not None
    assert same_text_as(desk.catalog, first.version.article_id) == [("lainkab", copy.version.article_id)]
    assert same_text_as(desk.catalog, article_id("x", "y")) == []


@pytest.mark.parametrize(
    ("own", "claimed", "related"),
    [
        ("/berita/panen", "/2026/01/31/panen", True),
        ("/berita/panen.html", "/panen", True),
        ("/baca?p=3&id=42", "/berita/42/panen", True),
        ("/berita/panen", "/berita/panen-raya", True),
        ("/?p=12", "/berita/panen", True),
        ("/berita/jalan", "/berita/panen", False),
        ("/2026/01/31/jalan", "/2026/01/31/panen", False),
        ("/berita/5-langkah", "/berita/5-resep", False),
    ],
)
def test_addresses_are_related_by_slug_or_number(own: str, claimed: str, related: bool) -> None:
    """A day that two share is no kinship."""
    assert is_related(BASE + own, BASE + claimed) is related


def test_the_number_of_an_article_is_all_up_to_its_group() -> None:
    """The slug behind it does not count; without such a group there is none."""
    one = source()
    assert article_number(f"{BASE}/index.php/berita/12/panen/", one) == "number:/berita/12"
    assert article_number(f"{BASE}/berita/panen", one) is None
