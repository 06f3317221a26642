"""What must hold for every page, however broken: no exception, clean markup, the same answer twice."""

# ruff: noqa: E501, SIM905 - pages have long lines, and lists of words read better as one text

from __future__ import annotations

import re
from datetime import UTC, datetime
from html.parser import HTMLParser

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.capture import Capture
from archive.record import Article, Skip
from crawler.pages import read
from crawler.pages.blocks import body_html, body_text
from crawler.pages.clean import clean
from crawler.sources.source import Discovery, Source

ALLOWED = {
    "p": set(),
    "h2": set(),
    "h3": set(),
    "h4": set(),
    "ul": set(),
    "ol": set(),
    "li": set(),
    "table": set(),
    "tr": set(),
    "td": set(),
    "th": set(),
    "blockquote": set(),
    "a": {"href"},
    "img": {"src", "alt"},
    "figure": set(),
    "figcaption": set(),
    "em": set(),
    "strong": set(),
}  # type: dict[str, set[str]]

SOURCES = [
    Source(
        id="contoh",
        name="Pemerintah Kabupaten Contoh",
        level="regency",
        timezone="WITA",
        hosts=("contoh.go.id",),
        platform=platform,
        discovery=(Discovery(kind="listing", url="/berita"),),
        article=("/berita/",),
    )
    for platform in ("generic", "wordpress", "lokomedia")
]

TAGS = (
    "p div span b strong i em a br hr img ul ol li table tr td th tbody h1 h2 h3 h4 h6 blockquote pre section article figure"
    " figcaption iframe script style font center form input nav aside footer header time main object embed noscript svg o:p"
).split()
WORDS = (
    "Bupati meresmikan pasar di Desa Sukamaju. | BANYUWANGI – | Selasa, 27 Maret 2018 | (hms/dhe) | Berita Terkait | Baca juga: Panen"
    " | Sumber: berita.example | Penulis: Rina | #Maju_Bersama | &lt;p&gt; | &nbsp; | \u00ad | \u200b | <!-- x --> | Dibaca 20 kali | (27/3)"
    " | <![CDATA[ | ]]> | &amp;amp; | \x00 | 404 Not Found | Komentar | kegiatan itu dihadiri ratusan warga, kata camat | \ud7ff | ﷽ | \r\n"
).split(" | ")
ATTRIBUTES = (
    "",
    ' class="entry-content"',
    ' class="related"',
    ' id="share"',
    ' onclick="alert(1)"',
    ' href="javascript:alert(1)"',
    ' href="/berita/x"',
    ' src="data:image/png;base64,xx"',
    ' src="/foto.jpg"',
    ' style="display:none"',
    ' datetime="2018-03-27T10:00"',
    ' href="http://[::1"',
    ' src="//x/y.pdf?file=%zz"',
    ' alt="&quot;><script>"',
    ' class="article-title"',
    ' class="wp-caption"',
    ' width="9999999999999999999"',
)


@st.composite
def soups(draw: st.DrawFn) -> str:
    """Markup of words and tags in any order, closed or not."""
    pieces: list[str] = []
    for _ in range(draw(st.integers(0, 30))):
        kind = draw(st.integers(0, 3))
        if kind == 0:
            pieces.append(f"<{draw(st.sampled_from(TAGS))}{draw(st.sampled_from(ATTRIBUTES))}>")
        elif kind == 1:
            pieces.append(f"</{draw(st.sampled_from(TAGS))}>")
        elif kind == 2:
            pieces.append(draw(st.sampled_from(WORDS)))
        else:
            pieces.append(draw(st.text(max_size=12)))
    return "".join(pieces)


def capture_of(body: bytes, content_type: str = "text/html") -> Capture:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n\r\n".encode()
    at = datetime(2023, 5, 4, tzinfo=UTC)
    return Capture(url="https://contoh.go.id/berita/x", fetched_at=at, request=b"", response_head=head, body=body)


class _Markup(HTMLParser):
    """Every element and attribute of some HTML, checked against the list of what may pass."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED, tag
        for name, value in attrs:
            assert name in ALLOWED[tag], (tag, name)
            if name in ("href", "src"):
                assert re.match(r"https?://", value or ""), value

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


def check(article: Article) -> None:
    _Markup().feed(article.body_html)
    assert article.title.strip()
    assert "  " not in article.body_text
    assert "\n\n\n" not in article.body_text
    assert article.body_text == article.body_text.strip()
    assert article.published_at is None or article.published_precision != "none"


@given(
    st.binary(max_size=400), st.sampled_from(("text/html", "text/html; charset=utf-16", "text/plain", "", "image/png"))
)
def test_any_bytes_give_an_article_or_a_reason(body: bytes, content_type: str) -> None:
    """No body makes the reader raise."""
    found = read(capture_of(body, content_type), SOURCES[0])
    assert isinstance(found, Article | Skip)


@given(soups(), soups(), st.sampled_from(SOURCES))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_soup_gives_clean_markup(head: str, soup: str, source: Source) -> None:
    """Whatever stands on a page, only allowed elements with inert attributes come out."""
    page = (
        f"<html><head><title>Panen raya di Sukamaju</title>{head}</head><body><h1>Panen raya di Sukamaju</h1><div class='entry-content'>"
        f"<p>Warga Desa Sukamaju memanen padi bersama bupati, Selasa (27/3), di lahan seluas sepuluh hektare.</p>{soup}</div></body></html>"
    )
    found = read(capture_of(page.encode("utf-8", "replace")), source)
    if isinstance(found, Article):
        check(found)
        assert read(capture_of(page.encode("utf-8", "replace")), source) == found
    else:
        assert found.reason


@given(soups())
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_cleaning_twice_changes_nothing(soup: str) -> None:
    """The markup that leaves the cleaner is what the cleaner makes of it."""
    blocks = clean(soup, "https://contoh.go.id/berita/x")
    again = clean(body_html(blocks), "https://contoh.go.id/berita/x")
    assert again == blocks
    assert body_text(again) == body_text(blocks)
