"""What is no article, and what is not the government's: each by its name, and no news taken for either."""

# ruff: noqa: E501 - pages have long lines

from __future__ import annotations

import gzip

import pytest

from archive.record import Article
from crawler.pages import read
from tests.pages import LAST, LEAD, MORE, TEXT, TITLE, article, capture, page, skip, source

CARD = '<div class="col"><h3><a href="/berita/{n}">Kabar dari desa nomor {n}</a></h3><p>{lead}</p><small>{n} Mei 2022</small></div>'
CARDS = "".join(CARD.format(n=n, lead=LEAD[:150]) for n in range(1, 11))


@pytest.mark.parametrize("status", [301, 304, 403, 404, 410, 429, 500, 503, 0])
def test_other_statuses(status: int) -> None:
    """Only a good status brings an article."""
    assert skip(page(TEXT), status=status).reason == "http-status"


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b"", "text/html", "empty-page"),
        (b" \r\n\t ", "text/html", "empty-page"),
        (b"\xef\xbb\xbf", "text/html", "empty-page"),
        (b"just text", "text/html", "empty-page"),
        (b"<!-- nothing -->", "text/html", "empty-page"),
        (b"%PDF-1.7 ...", "text/html", "not-html"),
        (b"\x89PNG\r\n", "text/html", "not-html"),
        (b"PK\x03\x04", "application/octet-stream", "not-html"),
        (b"<html>", "application/pdf", "not-html"),
        (b"{}", "application/json", "not-html"),
        (b'<?xml version="1.0"?><rss version="2.0"></rss>', "text/html", "not-html"),
        (bytes(range(128, 160)) * 40 + b"<p>", "text/html; charset=utf-8", "undecodable"),
        (b"<html>" + b"x " * 6_000_000, "text/html", "too-large"),
    ],
)
def test_bodies_that_are_no_page(body: bytes, content_type: str, reason: str) -> None:
    """Each kind of body has its reason."""
    assert skip(body, content_type=content_type).reason == reason


def test_broken_compression_is_named() -> None:
    """A body that its head calls gzip and that is none."""
    broken = skip(b"no gzip", content_type="text/html\r\nContent-Encoding: gzip")
    assert broken.reason == "undecodable"
    whole = read(
        capture(
            gzip.compress(page(f"<h1>{TITLE}</h1>{TEXT}").encode()), content_type="text/html\r\nContent-Encoding: gzip"
        ),
        source(),
    )
    assert isinstance(whole, Article)


@pytest.mark.parametrize(
    ("title", "body", "reason"),
    [
        ("404 Not Found", "<h1>Not Found</h1><p>The requested URL was not found on this server.</p>", "soft-error"),
        (
            "Halaman tidak ditemukan - Kabupaten Contoh",
            "<h1>Halaman tidak ditemukan</h1><p>Maaf, halaman yang Anda cari tidak ada.</p>",
            "soft-error",
        ),
        (
            "Kabupaten Contoh",
            "<h1>A Database Error Occurred</h1><p>Unable to connect to your database server.</p>",
            "soft-error",
        ),
        ("Error", "<p>Error establishing a database connection</p>", "soft-error"),
        (
            "Kabupaten Contoh",
            "<p>SQLSTATE[HY000] [2002] Connection refused (SQL: select * from `posts`)</p>",
            "soft-error",
        ),
        (
            "Kabupaten Contoh",
            "<b>Fatal error</b>: Uncaught mysqli_sql_exception: Too many connections in /home/web/db.php on line 12",
            "soft-error",
        ),
        (
            "Sedang dalam perbaikan",
            "<p>Situs ini sedang dalam perbaikan. Silakan kembali lagi nanti.</p>",
            "soft-error",
        ),
        ("Just a moment...", "<p>Checking your browser before accessing contoh.go.id.</p>", "login-or-challenge"),
        ("Attention Required! | Cloudflare", "<h1>Sorry, you have been blocked</h1>", "login-or-challenge"),
        ("Login Administrator", "<form><input name=u><input type='password'></form>", "login-or-challenge"),
        ("Kabupaten Contoh", "<div id='root'></div><script src='/main.js'></script>", "javascript-shell"),
    ],
)
def test_walls_behind_status_200(title: str, body: str, reason: str) -> None:
    """Error texts, challenges and shells come with a good status."""
    assert skip(f"<html><head><title>{title}</title></head><body>{body}</body></html>").reason == reason


def test_texts_that_the_source_names_are_errors() -> None:
    """A site's own words for an error."""
    found = skip(
        page(f"<h1>Maaf</h1><p>Berita sudah diarsipkan oleh admin.</p>{TEXT}"),
        source(soft_errors=("sudah diarsipkan",)),
    )
    assert (found.reason, found.detail) == ("soft-error", "sudah diarsipkan")


def test_news_about_errors_is_news() -> None:
    """An article that speaks of maintenance is one."""
    found = article(
        f"<p>Situs ini sedang dalam perbaikan, kata kepala dinas. {LEAD}</p><p>{MORE}</p><p>{LAST}</p>{TEXT}{TEXT}"
    )
    assert found.title == TITLE


@pytest.mark.parametrize(
    ("html", "url"),
    [
        (page(f"<h1>Selamat datang</h1>{CARDS}"), "https://contoh.go.id/"),
        (page(f"<h1>Berita</h1><div class='row'>{CARDS}</div>"), "https://contoh.go.id/berita?page=2"),
        (page(f"<h1>Kategori: Pertanian</h1>{CARDS}", names="archive category"), "https://contoh.go.id/category/tani"),
        (page(f"<h1>Hasil pencarian</h1>{CARDS}", names="search search-results"), "https://contoh.go.id/?s=padi"),
        (
            page(
                "".join(
                    f"<article><h2><a href='/berita/{n}'>Kabar desa {n}</a></h2>{TEXT}</article>" for n in range(5)
                ),
                title="Berita",
            ),
            "https://contoh.go.id/berita",
        ),
    ],
)
def test_listings_are_no_articles(html: str, url: str) -> None:
    """Home, category, search, cards, and listings that carry whole articles."""
    assert skip(html, url=url).reason == "not-an-article"


def test_related_cards_make_no_listing() -> None:
    """An article with ten cards below it stays an article."""
    found = read(
        capture(page(f"<div class='isi'><h1>{TITLE}</h1><div>{TEXT}</div><div class='row'>{CARDS}</div></div>")),
        source(),
    )
    assert isinstance(found, Article)
    assert found.body_text.split("\n\n") == [LEAD, MORE, LAST]


SPAM = (
    "<h1>SLOT88 GACOR : Situs Slot Gacor Maxwin Hari Ini Dinas Pangan Kabupaten Contoh</h1><p>SLOT88 adalah situs slot gacor dengan RTP live"
    " tertinggi, daftar slot sekarang dan nikmati bonus new member, deposit dana tanpa potongan, scatter hitam, dan link alternatif resmi.</p>"
    "<p>Mainkan toto macau, togel, dan gates of olympus di bandar togel terpercaya. Anti rungkad, gampang menang, maxwin setiap hari.</p>"
)


def test_gambling_pages_are_injected() -> None:
    """The kit that was left on a regency office: keywords, a product type, a foreign AMP host."""
    head = (
        '<meta property="og:type" content="product"><meta property="product:price:amount" content="888.00"><link rel="amphtml"'
        ' href="https://slot.pages.example/"><meta name="keywords" content="login slot88, daftar slot, situs slot, rtp slot">'
    )
    found = read(
        capture(
            page(SPAM, head, title="SLOT88 Situs Slot Gacor Maxwin", lang="en-US"),
            "https://contoh.go.id/berita/slot88-gacor/",
        ),
        source(),
    )
    assert isinstance(found, Article)
    assert found.integrity == "injected"
    assert {"gambling-title", "gambling-words", "product-page", "amphtml-on-foreign-host"} <= set(
        found.integrity_reasons
    )


def test_words_alone_in_a_title_and_text_are_enough() -> None:
    """The same without any markup of a kit."""
    found = read(capture(page(SPAM, title="SLOT88 Situs Slot Gacor Maxwin")), source())
    assert isinstance(found, Article)
    assert found.integrity == "injected"


NEWS = (
    "<p>SUKAMAJU – Bupati mengimbau aparatur sipil negara agar tidak terlibat judi online dan judi slot. Imbauan itu disampaikan dalam apel pagi"
    " bersama kepala kepolisian resor.</p><p>Menurut polisi, situs judi menjerat korban lewat link alternatif dan iming-iming bonus new member."
    " Diskominfo sudah memblokir ratusan situs slot dan togel, serta menggelar sosialisasi bahaya judi online di sekolah.</p>"
)


@pytest.mark.parametrize(
    "body", [NEWS, NEWS.replace("judi slot", "slot gacor"), TEXT, TEXT.replace("bibit", "mesin slot penanam")]
)
def test_news_about_gambling_is_clean(body: str) -> None:
    """A government reports on gambling, and warns of it."""
    found = read(
        capture(page(f"<h1>Bupati Larang ASN Main Judi Online</h1>{body}", title="Bupati Larang ASN Main Judi Online")),
        source(),
    )
    assert isinstance(found, Article)
    assert (found.integrity, found.integrity_reasons) == ("clean", ())
