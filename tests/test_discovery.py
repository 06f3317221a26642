"""Discovery documents, good and spoiled: what they give, what is passed over, what is named wrong."""

from __future__ import annotations

import gzip
import json
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.capture import Capture
from crawler.discovery import Discovered, Found, discover, instant, next_page, without_tokens
from crawler.discovery.dates import claimed_date
from crawler.sources import Discovery, Source

HERE = "https://contohkab.go.id"
SOURCE = Source(
    id="contohkab",
    name="Pemerintah Kabupaten Contoh",
    level="regency",
    timezone="WIB",
    hosts=("contohkab.go.id", "berita.contohkab.go.id"),
    discovery=(Discovery(kind="listing", url="/berita"),),
    article=(r"^/berita/[^/?]+$", r"[?&]id=\d+"),
    not_article=(r"^/berita/kanal",),
)
LISTING = Discovery(kind="listing", url="/berita")
FEED = Discovery(kind="feed", url="/feed/")
SITEMAP = Discovery(kind="sitemap", url="/sitemap.xml")
REST = Discovery(kind="rest", url="/wp-json/wp/v2/posts?per_page=100")


def capture(body: str | bytes, url: str = f"{HERE}/berita", status: str = "200 OK", **headers: str) -> Capture:
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    head = "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""])
    return Capture(
        url=url,
        fetched_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        request=b"GET /berita HTTP/1.1\r\n\r\n",
        response_head=head.encode(),
        body=body.encode() if isinstance(body, str) else body,
    )


def urls(discovered: Discovered) -> list[str]:
    return [found.url.removeprefix(HERE) for found in discovered.found]


# --- listings ----------------------------------------------------------------------------------------------


def test_a_listing_gives_its_articles_once_in_order() -> None:
    """Picture link, title link and "Selengkapnya" of one article are one find with the best title."""
    page = """<html><body><nav><a href="/">Beranda</a> <a href="/berita/kanal/umum">Umum</a></nav>
      <div class="item"><a href="/berita/panen-raya"><img src="a.jpg"></a>
        <h3><a href="/berita/panen-raya">Panen Raya Padi di Desa Sumberagung</a></h3>
        <a href="/berita/panen-raya/">Selengkapnya</a></div>
      <div class="item"><a href="berita/jalan-desa?utm_source=home">Jalan Desa Diperbaiki</a></div>
      <a href="https://www.contohkab.go.id/index.php/berita/jalan-desa">Baca juga</a>
      <a href="https://facebook.com/contohkab">FB</a> <a href="javascript:void(0)">Menu</a> <a href="#atas">Atas</a>
      <a href="mailto:humas@contohkab.go.id">Surat</a> <a href="http://[salah">x</a> <a name="tanpa-alamat">y</a>
      </body></html>"""
    given_ = discover(capture(page), SOURCE, LISTING)
    assert given_.found == (
        Found(f"{HERE}/berita/panen-raya", None, "Panen Raya Padi di Desa Sumberagung"),
        Found(f"{HERE}/berita/jalan-desa?utm_source=home", None, "Jalan Desa Diperbaiki"),
    )
    assert dict(given_.ignored) == {
        "off-pattern": 2, "duplicate": 3, "off-host": 1, "not-http": 2, "same-page": 1, "bad-url": 1
    }  # fmt: skip
    assert given_.problem is None


def test_links_are_relative_to_the_base_of_the_page() -> None:
    """``<base href>``, itself relative, counts before the page's own address."""
    page = '<base href="/berita/"><a href="satu">Satu</a><a href="?id=7">Tujuh</a>'
    assert urls(discover(capture(page, f"{HERE}/x/y/z"), SOURCE, LISTING)) == ["/berita/satu", "/berita/?id=7"]


@pytest.mark.parametrize("selector", [".daftar", ".daftar a", ".kartu", "a:has(> .kartu)"])
def test_a_selector_means_links_around_or_inside_it(selector: str) -> None:
    """The element may be a box of links, a link, or a card inside a link."""
    page = """<div class="daftar"><a href="/berita/satu"><div class="kartu">Satu</div></a>
      <a href="/berita/dua"><div class="kartu">Dua</div></a></div>
      <aside><a href="/berita/populer">Populer</a></aside>"""
    how = LISTING.model_copy(update={"links": selector})
    assert urls(discover(capture(page), SOURCE, how)) == ["/berita/satu", "/berita/dua"]


def test_the_next_page_that_a_listing_names_is_further() -> None:
    """``rel=next`` in head and body is one address; the "next article" of old themes is none."""
    page = """<head><link rel="next" href="/berita?page=2"></head><a rel="next" href="?page=2">»</a>
      <a rel="next" href="/berita/lama">Lama</a> <a rel="nofollow next" href="https://lain.id/">x</a>
      <a rel="next" href="/berita">sendiri</a>"""
    given_ = discover(capture(page), SOURCE, LISTING)
    assert given_.further == (f"{HERE}/berita?page=2",)
    assert urls(given_) == ["/berita/lama"]


def test_spoiled_markup_still_gives_its_links() -> None:
    """A thousand unclosed elements, NULs and a cp1252 page are everyday pages."""
    soup = b"<div><font>" * 600 + b'<a href="/berita/dalam">Jum\x92at \x00Bersih</a>'
    given_ = discover(capture(soup, Content_Type="text/html; charset=windows-1252"), SOURCE, LISTING)
    assert given_.found == (Found(f"{HERE}/berita/dalam", None, "Jum’at Bersih"),)


def test_markup_nested_without_end_is_read_in_part() -> None:
    """What lies too deep is counted, what stands before it is kept."""
    page = '<a href="/berita/awal">Awal</a>' + "<div>" * 100_000 + '<a href="/berita/dalam">Dalam</a>'
    given_ = discover(capture(page), SOURCE, LISTING)
    assert urls(given_) == ["/berita/awal"]
    assert given_.ignored["too-deep"] == 1


def test_a_flood_of_links_is_cut_and_counted() -> None:
    """A page with 20,000 links gives its first 5,000."""
    page = "".join(f'<a href="/berita/a{number}">x</a>' for number in range(20_000))
    given_ = discover(capture(page), SOURCE, LISTING)
    assert len(given_.found) == 5_000
    assert dict(given_.ignored) == {"link-flood": 15_000}


# --- feeds -------------------------------------------------------------------------------------------------

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>Kabupaten Contoh</title><link>https://contohkab.go.id</link>
<atom:link href="https://contohkab.go.id/feed/" rel="self"/>
<atom:link href="https://contohkab.go.id/feed/?paged=2" rel="next"/>
<image><link>https://contohkab.go.id/berita/logo</link></image>
<item><title>Bupati &amp;#8220;Tinjau&amp;#8221; Pasar &amp; Terminal</title>
  <link>
    https://contohkab.go.id/berita/tinjau-pasar/?utm_source=rss</link>
  <pubDate>Tue, 02 Jan 2024 10:15:00 +0700</pubDate>
  <content:encoded><![CDATA[<p>Isi &nbsp; <a href="/berita/bukan">bukan</a></p>]]></content:encoded></item>
<item><title><![CDATA[Tanggal Rusak]]></title><link>/berita/tanggal-rusak</link>
  <pubDate>05 Agustus 2019</pubDate></item>
<item><title>Hanya guid</title><guid>https://contohkab.go.id/berita/hanya-guid</guid><pubDate/></item>
<item><title>Bukan alamat</title><guid isPermaLink="false">https://contohkab.go.id/berita/bukan</guid></item>
<item><title>Dua parameter</title><link>https://contohkab.go.id/baca?p=3&id=42</link></item>
<item><title>Dua parameter</title><link><![CDATA[https://contohkab.go.id/baca?p=4&id=43]]></link></item>
<item><title>Di tempat lain</title><link>https://media-lain.id/berita/x</link></item>
</channel></rss>"""


def test_an_rss_feed_as_offices_write_them() -> None:
    """Blanks in the link, broken dates, guid instead of link, loose ampersands, titles escaped twice."""
    given_ = discover(capture(RSS, f"{HERE}/feed/"), SOURCE, FEED)
    assert given_.found == (
        Found(
            f"{HERE}/berita/tinjau-pasar/?utm_source=rss",
            datetime(2024, 1, 2, 3, 15, tzinfo=UTC),
            "Bupati “Tinjau” Pasar & Terminal",
        ),
        Found(f"{HERE}/berita/tanggal-rusak", datetime(2019, 8, 5, tzinfo=UTC), "Tanggal Rusak"),
        Found(f"{HERE}/berita/hanya-guid", None, "Hanya guid"),
        Found(f"{HERE}/baca?p=3&id=42", None, "Dua parameter"),
        Found(f"{HERE}/baca?p=4&id=43", None, "Dua parameter"),
    )
    assert given_.further == (f"{HERE}/feed/?paged=2",)
    assert dict(given_.ignored) == {"same-page": 1, "off-host": 1}
    assert given_.problem is None


def test_a_feed_after_blank_lines_and_php_warnings_is_a_feed() -> None:
    """What a plug-in prints before the XML declaration does no harm."""
    spoiled = "\n\n<br />\n<b>Warning</b>: Undefined variable $x in <b>feed.php</b><br />\n" + RSS
    assert len(discover(capture(spoiled, f"{HERE}/feed/"), SOURCE, FEED).found) == 5


def test_a_feed_that_breaks_off_gives_what_came() -> None:
    """A database error in the middle loses the rest, not the beginning."""
    cut = RSS[: RSS.index("<title>Hanya guid")] + "\n<p>Fatal error: Lost connection to MySQL server</p>"
    assert urls(discover(capture(cut, f"{HERE}/feed/"), SOURCE, FEED))[:2] == [
        "/berita/tinjau-pasar/?utm_source=rss",
        "/berita/tanggal-rusak",
    ]


def test_an_atom_feed_gives_page_addresses_and_changes() -> None:
    """``updated`` before ``published``; the page's link, not the comments' or the edit link."""
    feed = """<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title>
      <entry><title type="html">Vaksinasi &lt;b&gt;Ternak&lt;/b&gt;</title>
        <link rel="replies" href="/berita/balasan"/><link rel="alternate" type="application/json" href="/berita/j"/>
        <link rel="alternate" type="text/html" href="/berita/vaksinasi"/>
        <published>2024-01-01T08:00:00+07:00</published><updated>2024-01-02T08:00:00+07:00</updated></entry>
      <entry><title>Tanpa rel</title><link href="/berita/tanpa-rel"/><published>2024-01-01T08:00:00Z</published></entry>
      </feed>"""
    assert discover(capture(feed, f"{HERE}/feed/"), SOURCE, FEED).found == (
        Found(f"{HERE}/berita/vaksinasi", datetime(2024, 1, 2, 1, tzinfo=UTC), "Vaksinasi Ternak"),
        Found(f"{HERE}/berita/tanpa-rel", datetime(2024, 1, 1, 8, tzinfo=UTC), "Tanpa rel"),
    )


def test_an_rss_1_feed_has_its_items_beside_the_channel() -> None:
    """RDF items, with a Dublin Core date, and one that is known by ``rdf:about`` only."""
    feed = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
      xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel/>
      <item rdf:about="https://contohkab.go.id/berita/satu"><link>https://contohkab.go.id/berita/satu</link>
      <dc:date>2020-05-06</dc:date></item><item rdf:about="https://contohkab.go.id/berita/dua"/></rdf:RDF>"""
    given_ = discover(capture(feed, f"{HERE}/feed/"), SOURCE, FEED)
    assert given_.found == (
        Found(f"{HERE}/berita/satu", datetime(2020, 5, 6, tzinfo=UTC)),
        Found(f"{HERE}/berita/dua"),
    )


# --- sitemaps ----------------------------------------------------------------------------------------------


def test_a_sitemap_gives_articles_with_their_changes() -> None:
    """Days and instants of ``lastmod``, news titles; addresses of pictures are none of articles."""
    sitemap = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
      xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
      <url><image:image><image:loc>https://contohkab.go.id/berita/foto</image:loc></image:image>
        <loc> https://contohkab.go.id/berita/satu </loc><lastmod>2024-02-03</lastmod></url>
      <url><loc>https://contohkab.go.id/berita/dua</loc><lastmod>2024-02-03T10:00:00.123+07:00</lastmod></url>
      <url><loc>https://contohkab.go.id/berita/tiga</loc><news:news><news:publication_date>2024-02-04</news:publication_date>
        <news:title>Tiga &amp; Empat</news:title></news:news></url>
      <url><loc>https://contohkab.go.id/berita/lima</loc><lastmod>kemarin</lastmod></url>
      <url><loc>https://contohkab.go.id/profil</loc></url></urlset>"""
    given_ = discover(capture(sitemap, f"{HERE}/sitemap.xml"), SOURCE, SITEMAP)
    assert given_.found == (
        Found(f"{HERE}/berita/satu", datetime(2024, 2, 3, tzinfo=UTC)),
        Found(f"{HERE}/berita/dua", datetime(2024, 2, 3, 3, 0, 0, 123000, tzinfo=UTC)),
        Found(f"{HERE}/berita/tiga", datetime(2024, 2, 4, tzinfo=UTC), "Tiga & Empat"),
        Found(f"{HERE}/berita/lima"),
    )
    assert dict(given_.ignored) == {"off-pattern": 1, "broken-date": 1}


def test_an_index_of_sitemaps_names_further_documents() -> None:
    """Those of other hosts and the index itself are passed over."""
    index = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
      <sitemap><loc>https://contohkab.go.id/post-sitemap.xml</loc><lastmod>2024-02-03</lastmod></sitemap>
      <sitemap><loc>https://contohkab.go.id/post-sitemap2.xml.gz</loc></sitemap>
      <sitemap><loc>https://contohkab.go.id/sitemap.xml</loc></sitemap>
      <sitemap><loc>https://lain.id/sitemap.xml</loc></sitemap></sitemapindex>"""
    given_ = discover(capture(index, f"{HERE}/sitemap.xml"), SOURCE, SITEMAP)
    assert given_.further == (f"{HERE}/post-sitemap.xml", f"{HERE}/post-sitemap2.xml.gz")
    assert given_.found == ()
    assert dict(given_.ignored) == {"off-host": 1}


def test_a_gzip_file_is_a_sitemap_with_or_without_content_coding() -> None:
    """A .xml.gz is unpacked, also when the server packs it once more."""
    packed = gzip.compress(b"<urlset><url><loc>https://contohkab.go.id/berita/satu</loc></url></urlset>")
    assert urls(discover(capture(packed), SOURCE, SITEMAP)) == ["/berita/satu"]
    twice = capture(gzip.compress(packed), Content_Encoding="gzip")
    assert urls(discover(twice, SOURCE, SITEMAP)) == ["/berita/satu"]
    assert discover(capture(packed[:40]), SOURCE, SITEMAP).problem == "undecodable"


def test_the_plain_form_of_a_sitemap_and_a_feed_as_sitemap_are_read() -> None:
    """Both are allowed by the sitemap protocol."""
    assert urls(discover(capture(f"\ufeff{HERE}/berita/satu\r\n{HERE}/berita/dua\n"), SOURCE, SITEMAP)) == [
        "/berita/satu",
        "/berita/dua",
    ]
    assert len(discover(capture(RSS), SOURCE, SITEMAP).found) == 5


def test_a_full_sitemap_is_read_to_its_end() -> None:
    """50,000 addresses, as many as the protocol allows, are no flood; more are."""
    entry = "<url><loc>https://contohkab.go.id/berita/a{}</loc><lastmod>2024-02-03</lastmod></url>"
    sitemap = "<urlset>" + "".join(entry.format(number) for number in range(50_010)) + "</urlset>"
    given_ = discover(capture(sitemap), SOURCE, SITEMAP)
    assert len(given_.found) == 50_000
    assert dict(given_.ignored) == {"link-flood": 10}


# --- hostile and wrong documents -----------------------------------------------------------------------------


def test_entities_of_a_document_s_own_never_expand() -> None:
    """Neither a file of ours nor a billion laughs gets into an address, a title or the memory."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    feed = f"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "ha"><!ENTITY berkas SYSTEM "file:///etc/passwd">
      <!ENTITY % luar SYSTEM "http://127.0.0.1:9/x.dtd"> %luar; {laughs}]>
      <rss><channel><item><title>&l11;&berkas;</title><link>https://contohkab.go.id/berita/satu</link></item>
      <entry><title>x</title><link href="https://contohkab.go.id/berita/&l11;&berkas;"/></entry></channel></rss>"""
    started = time.process_time()
    given_ = discover(capture(feed), SOURCE, FEED)
    assert time.process_time() - started < 1
    assert given_.found[0].url == f"{HERE}/berita/satu"
    shown = " ".join(f"{found.url} {found.title}" for found in given_.found)
    assert "root:" not in shown
    assert "haha" not in shown


def test_a_flood_of_elements_ends_early() -> None:
    """A million empty elements are read in part, in seconds and little memory."""
    given_ = discover(capture("<rss><channel>" + "<a/>" * 1_100_000), SOURCE, FEED)
    assert given_.ignored["oversized"] == 1


@pytest.mark.parametrize(
    ("how", "body", "problem"),
    [
        (FEED, "<!DOCTYPE html><html><body><h1>404</h1></body></html>", "html-instead-of-feed"),
        (FEED, "\n<!-- x --><html lang=id><head><meta charset=utf-8><body><p>Tidak ada", "html-instead-of-feed"),
        (SITEMAP, "<!doctype html><html><div>Halaman", "html-instead-of-sitemap"),
        (FEED, "<div>Maintenance</div>", "not-a-feed"),
        (FEED, "Too many connections", "not-xml"),
        (FEED, '{"a": 1}', "not-xml"),
        (FEED, " \r\n", "empty"),
        (LISTING, "", "empty"),
        (LISTING, "<!-- -->", "empty"),
        (LISTING, "Too many connections", None),
        (REST, "<!DOCTYPE html><html>", "html-instead-of-rest"),
        (REST, "Error establishing a database connection", "not-json"),
        (REST, "[" * 100_000, "not-json"),
        (REST, '{"code":"rest_no_route"}', "not-posts"),
        (REST, "[]", None),
        (REST, "", "empty"),
        (REST, " " * (16 * 1024 * 1024) + "[]", "oversized"),
    ],
)
def test_a_document_of_another_kind_has_a_named_problem(how: Discovery, body: str, problem: str | None) -> None:
    """A wrong answer with status 200 is told from a document without articles."""
    given_ = discover(capture(body), SOURCE, how)
    assert (given_.found, given_.further, given_.problem) == ((), (), problem)


@pytest.mark.parametrize("status", ["404 Not Found", "304 Not Modified", "500 Error", "301 Moved", ""])
def test_only_a_success_is_read(status: str) -> None:
    """The links of an error page are not those of the listing."""
    given_ = discover(capture('<a href="/berita/x">x</a>', status=status), SOURCE, LISTING)
    assert (given_.found, given_.problem) == ((), "http-status")


def test_a_body_that_does_not_decode_is_named() -> None:
    """A wrong Content-Encoding ends in a problem, not in an exception."""
    assert discover(capture(b"\x00\x01", Content_Encoding="gzip"), SOURCE, FEED).problem == "undecodable"


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([LISTING, FEED, SITEMAP, REST]),
    st.binary(max_size=200)
    | st.lists(
        st.sampled_from(
            [
                *(
                    "<rss>",
                    "<item>",
                    "<link>",
                    "</link>",
                    "</item>",
                    "<entry>",
                    "<url>",
                    "<loc>",
                    "<sitemap>",
                    "<html>",
                ),
                *("<![CDATA[", "]]>", "<?xml version='1.0'?>", "<!DOCTYPE x [", "]>", "&x;", "&", "<a href='", "'>"),
                *("http://contohkab.go.id/berita/x", "http://[", "//", "<base href='", "[{", '"link":"', '"}]', "\0"),
                *("<a:b xmlns:a='", "\ufffe", "é", "<link rel='next' href='?p=2'/>", "</", "<!--", "\ud7ff", "\\ud800"),
            ]
        ),
        max_size=12,
    ).map(lambda parts: "".join(parts).encode()),
)
def test_no_body_makes_discovery_raise(how: Discovery, body: bytes) -> None:
    """Whatever bytes come, each find is an address on the source's hosts that can be written as UTF-8."""
    for found in discover(capture(body, X_WP_TotalPages="3"), SOURCE, how).found:
        assert "contohkab.go.id" in found.url
        (found.url + (found.title or "")).encode("utf-8")


# --- WordPress REST ----------------------------------------------------------------------------------------

POSTS = [
    {
        "link": f"{HERE}/berita/satu",
        "modified_gmt": "2024-02-03T04:05:06",
        "title": {"rendered": "Gotong Royong &#8211; Desa"},
    },
    {"link": f"{HERE}/berita/dua", "modified_gmt": "0000-00-00T00:00:00", "title": {"rendered": "\ud800"}},
    {"link": f"{HERE}/profil"},
    {"link": None},
    "x",
]


def test_posts_give_addresses_changes_and_titles() -> None:
    """``modified_gmt`` is UTC without saying so; entries that are no posts are counted."""
    given_ = discover(capture(json.dumps(POSTS), f"{HERE}/wp-json/wp/v2/posts"), SOURCE, REST)
    assert given_.found == (
        Found(f"{HERE}/berita/satu", datetime(2024, 2, 3, 4, 5, 6, tzinfo=UTC), "Gotong Royong – Desa"),
        Found(f"{HERE}/berita/dua", None, "?"),
    )
    assert dict(given_.ignored) == {"off-pattern": 1, "bad-url": 2, "broken-date": 1}
    assert given_.further == ()


def test_posts_after_a_php_warning_are_read() -> None:
    """A notice before the list costs nothing."""
    body = "<br />\n<b>Notice</b>: x in <b>[/var/www]</b><br />\n" + json.dumps(POSTS)
    assert len(discover(capture(body), SOURCE, REST).found) == 2


@pytest.mark.parametrize(
    ("url", "total", "expected"),
    [
        ("/wp-json/wp/v2/posts?per_page=100", "3", "/wp-json/wp/v2/posts?per_page=100&page=2"),
        ("/wp-json/wp/v2/posts?page=2&per_page=100", "3", "/wp-json/wp/v2/posts?per_page=100&page=3"),
        ("/wp-json/wp/v2/posts?page=3", "3", None),
        ("/wp-json/wp/v2/posts?page=50", "99", None),
        ("/wp-json/wp/v2/posts", "1", None),
        ("/wp-json/wp/v2/posts", "banyak", None),
        ("/?rest_route=/wp/v2/posts", "2", "/?rest_route=%2Fwp%2Fv2%2Fposts&page=2"),
    ],
)
def test_the_header_tells_whether_there_is_another_page(url: str, total: str, expected: str | None) -> None:
    """One page at a time, so that the crawl may stop at known posts; never beyond ``max_pages``."""
    given_ = discover(capture("[]", HERE + url, X_WP_TotalPages=total), SOURCE, REST)
    assert given_.further == ((HERE + expected,) if expected else ())


# --- pages and dates ---------------------------------------------------------------------------------------


def test_further_pages_are_counted_as_the_site_counts() -> None:
    """By number, by offset, on another host; none before the first and none beyond the budget."""
    pages = Discovery(kind="listing", url="/berita", page="/berita/page/{n}/", max_pages=3)
    assert [next_page(SOURCE, pages, number) for number in (1, 2, 3, 4)] == [
        None,
        f"{HERE}/berita/page/2/",
        f"{HERE}/berita/page/3/",
        None,
    ]
    offsets = Discovery(kind="listing", url="/b", page="https://berita.contohkab.go.id/b/{n}", start=15, step=15)
    assert next_page(SOURCE, offsets, 2) == "https://berita.contohkab.go.id/b/15"
    assert next_page(SOURCE, offsets, 4) == "https://berita.contohkab.go.id/b/45"
    assert next_page(SOURCE, LISTING, 2) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-02-03", "2024-02-03T00:00:00+00:00"),
        ("2024-02-03T04:05Z", "2024-02-03T04:05:00+00:00"),
        ("2024-02-03T04:05:06", "2024-02-03T04:05:06+00:00"),
        ("2024-02-03 04:05:06 +0700", "2024-02-02T21:05:06+00:00"),
        ("2024-02-03T04:05:06.123456789+07:00", "2024-02-02T21:05:06.123456+00:00"),
        ("Sat, 03 Feb 2024 04:05:06 +0700", "2024-02-02T21:05:06+00:00"),
        ("Sat, 03 Feb 2024 04:05:06 GMT", "2024-02-03T04:05:06+00:00"),
        ("Sat, 03 Feb 2024 04:05:06 WITA", "2024-02-02T20:05:06+00:00"),
        ("03 Feb 24 04:05 -0000", "2024-02-03T04:05:00+00:00"),
        ("05 Agustus 2019", None),
        ("2024-13-03", None),
        ("0000-00-00T00:00:00", None),
        ("0001-01-01T00:00:00+07:00", None),
        ("9999-12-31T23:59:59-07:00", None),
        ("kemarin", None),
        ("", None),
        (None, None),
    ],
)
def test_claimed_dates_are_read_or_left(text: str | None, expected: str | None) -> None:
    """Machine formats become UTC; everything else is no date."""
    moment = claimed_date(text)
    assert (moment.isoformat() if moment else None) == expected


# --- JSON of the site's own --------------------------------------------------------------------------------

JSON = Discovery(
    kind="json", url="/api/berita", items="data.berita", address="/berita/{slug}", changed="tgl", title="judul"
)
ITEMS = {
    "data": {
        "berita": [
            {"slug": "panen-raya", "tgl": "05 Agustus 2024 10:00", "judul": "Panen Raya"},
            {"slug": "jalan desa", "tgl": "2024-08-06T10:00:00+07:00", "judul": ["x"]},
            {"slug": "", "tgl": None},
            {"judul": "tanpa slug"},
            7,
        ]
    }
}


def test_items_of_a_json_document_become_addresses() -> None:
    """List, address, date and title are where the source says; an item without its fields is counted."""
    given_ = discover(capture(json.dumps(ITEMS), f"{HERE}/api/berita"), SOURCE, JSON)
    assert given_.found == (
        Found(f"{HERE}/berita/panen-raya", datetime(2024, 8, 5, 3, tzinfo=UTC), "Panen Raya"),
        Found(f"{HERE}/berita/jalan%20desa", datetime(2024, 8, 6, 3, tzinfo=UTC)),
    )
    assert (dict(given_.ignored), given_.problem) == ({"bad-url": 3}, None)


@pytest.mark.parametrize(
    ("body", "how", "found"),
    [
        ('[{"url": "https://contohkab.go.id/berita/satu"}]', {"items": None, "address": "{url}"}, ["/berita/satu"]),
        ('{"a": {"3": {"n": {"id": 5}}}}', {"items": "a", "address": "/x?id={n.id}"}, ["/x?id=5"]),
        ('<b>Warning</b>: x\n{"data": {"berita": [{"slug": "a"}]}}', {}, ["/berita/a"]),
        ('{"data": [[{"slug": "b"}]]}', {"items": "data.0"}, ["/berita/b"]),
    ],
)
def test_json_comes_in_many_shapes(body: str, how: dict[str, str | None], found: list[str]) -> None:
    """Bare lists, objects for lists, numbers, deep fields, warnings in front."""
    assert urls(discover(capture(body, f"{HERE}/api"), SOURCE, JSON.model_copy(update=how))) == found


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("<!doctype html><p>x", "html-instead-of-json"), ("{", "not-json"), ('{"data": {}}', "no-items"),
        ('{"data": {"berita": "x"}}', "no-items"), ("[" * 100_000, "not-json"),
    ],
)  # fmt: skip
def test_json_that_is_none_is_named(body: str, problem: str) -> None:
    """What stands in its place gives nothing, by name."""
    given_ = discover(capture(body, f"{HERE}/api"), SOURCE, JSON)
    assert (given_.found, given_.problem) == ((), problem)


# --- windows, clocks, traps --------------------------------------------------------------------------------


def test_what_changed_before_the_window_is_passed_over_whole_sitemaps_too() -> None:
    """What claims nothing is kept; the claims of further documents are handed on."""
    index = (
        "<sitemapindex><sitemap><loc>/s1.xml</loc><lastmod>2024-01-01</lastmod></sitemap>"
        "<sitemap><loc>/s2.xml</loc><lastmod>2025-12-01</lastmod></sitemap><sitemap><loc>/s3.xml</loc></sitemap>"
        "</sitemapindex>"
    )
    since = datetime(2025, 6, 1, tzinfo=UTC)
    given_ = discover(capture(index, f"{HERE}/sitemap.xml"), SOURCE, SITEMAP, since)
    assert given_.further == (f"{HERE}/s2.xml", f"{HERE}/s3.xml")
    assert given_.changed == {f"{HERE}/s2.xml": datetime(2025, 12, 1, tzinfo=UTC)}
    assert given_.ignored == {"before-window": 1}
    urlset = (
        "<urlset><url><loc>/berita/lama</loc><lastmod>2024-01-01</lastmod></url><url><loc>/berita/tanpa</loc></url>"
        "<url><loc>/berita/baru</loc><lastmod>2025-07-01</lastmod></url></urlset>"
    )
    given_ = discover(capture(urlset, f"{HERE}/s.xml"), SOURCE, SITEMAP, since)
    assert (urls(given_), dict(given_.ignored)) == (["/berita/tanpa", "/berita/baru"], {"before-window": 1})


def test_a_claim_from_the_future_is_counted_and_none() -> None:
    """A server whose clock is a year ahead has no article fetched for ever; half a day is let pass."""
    urlset = (
        "<urlset><url><loc>/berita/nanti</loc><lastmod>2027-01-01</lastmod></url>"
        "<url><loc>/berita/besok</loc><lastmod>2026-01-02T12:00:00Z</lastmod></url></urlset>"
    )
    given_ = discover(capture(urlset, f"{HERE}/s.xml"), SOURCE, SITEMAP)
    assert [one.lastmod for one in given_.found] == [None, datetime(2026, 1, 2, 12, tzinfo=UTC)]
    assert given_.ignored == {"future-date": 1}


ANY = SOURCE.model_copy(update={"article": ("^/berita/.+",), "not_article": ()})


@pytest.mark.parametrize(
    ("path", "trap"),
    [
        ("/berita/2026/01/31/panen", None),
        ("/berita/2026/02/agenda", None),
        ("/berita/2049/05/01", "calendar"),
        ("/berita/0019/05", "calendar"),
        ("/berita/7749-01-02/x", "calendar"),
        ("/berita/3573/77/slug", None),
        ("/berita/x/berita/x/berita/x", "growing-path"),
        ("/berita/" + "/".join(f"s{n}" for n in range(20)), "growing-path"),
        ("/berita/a/a/b", None),
    ],
)
def test_addresses_without_end_are_named(path: str, trap: str | None) -> None:
    """Calendars beyond our time and paths that grow are counted by name; ordinary addresses are not."""
    given_ = discover(capture(f'<a href="{path}">x</a>'), ANY, LISTING)
    assert (dict(given_.ignored), len(given_.found)) == (({trap: 1}, 0) if trap else ({}, 1))


def test_numbers_of_visitors_are_told_from_numbers_of_articles() -> None:
    """A token goes, unless its name says that it numbers articles."""
    token = "a1b2c3d4e5f6a7b8c9d0e1f2"
    assert without_tokens(f"{HERE}/berita/x?t={token}&h=2") == f"{HERE}/berita/x?h=2"
    assert without_tokens(f"{HERE}/berita/x?key_s={token}") == f"{HERE}/berita/x"
    assert without_tokens(f"{HERE}/berita?id={token}") == f"{HERE}/berita?id={token}"
    assert without_tokens(f"{HERE}/berita?judul=panen-raya-di-desa-sumberagung") == (
        f"{HERE}/berita?judul=panen-raya-di-desa-sumberagung"
    )


def test_a_listing_that_holds_whole_articles_gives_those_that_have_an_address() -> None:
    """Headings that are links are found by them; texts without an address of their own are counted."""
    text = "<p>" + "Bupati meninjau panen raya di desa. " * 20 + "</p>"
    linked = f'<div class="post"><h2><a href="/berita/satu">Satu</a></h2>{text}</div>'
    bare = f'<div class="post"><h2>Judul</h2>{text}</div>'
    given_ = discover(capture(linked + bare * 3), SOURCE, LISTING)
    assert (urls(given_), dict(given_.ignored)) == (["/berita/satu"], {"no-address": 3})
    teasers = '<div><h2>Judul</h2><p>Pendek.</p><a href="/berita/dua">Selengkapnya</a></div>'
    assert "no-address" not in discover(capture(teasers * 3), SOURCE, LISTING).ignored


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
        ("2026-01-31T08:00+07:00", datetime(2026, 1, 31, 1, tzinfo=UTC)),
    ],
)
def test_a_day_or_an_instant_of_a_person_is_read(text: str, wanted: datetime) -> None:
    """Both forms, as UTC; anything else is refused in words."""
    assert instant(text) == wanted
    with pytest.raises(ValueError, match="neither a day"):
        instant("31/1/2026")
