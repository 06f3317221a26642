"""Pages of a listing, in every shape that sites number them, and what numbers without being one."""

from __future__ import annotations

import pytest
from lxml import etree

from crawler.discovery import discover
from crawler.discovery.paging import Pages, pages_of
from crawler.sources import Discovery
from tests.test_discovery import HERE, SOURCE, capture

LISTING = Discovery(kind="listing", url="/berita")


def pages(links: str, address: str = f"{HERE}/berita") -> Pages:
    tree = etree.fromstring(f"<html><body>{links}</body></html>", etree.HTMLParser())
    return pages_of(tree, address, address, SOURCE)


def numbered(*addresses: str, first: int = 2) -> str:
    return "".join(f'<li><a href="{one}">{number}</a></li>' for number, one in enumerate(addresses, first))


@pytest.mark.parametrize(
    ("links", "following", "template"),
    [
        (numbered("/berita?page=2", "/berita?page=3", "/berita?page=72"), "/berita?page=2", ("/berita?page={n}", 2, 1)),
        (numbered("/kategori?x=1&page=2", "/kategori?x=1&page=3"), "/kategori?x=1&page=2",
         ("/kategori?x=1&page={n}", 2, 1)),
        (numbered("/page/2/", "/page/3/"), "/page/2/", ("/page/{n}/", 2, 1)),
        (numbered("/berita/index/15", "/berita/index/30"), "/berita/index/15", ("/berita/index/{n}", 15, 15)),
        (numbered("halberita-2.html", "halberita-3.html"), "/halberita-2.html", ("/halberita-{n}.html", 2, 1)),
        (numbered("/list/kategori/umum?page=1", "/list/kategori/umum?page=2"), "/list/kategori/umum?page=1",
         ("/list/kategori/umum?page={n}", 1, 1)),
        (numbered("/berita/index/15"), "/berita/index/15", ("/berita/index/{n}", 15, 15)),
        ('<a href="/page/2/"><span>«</span> Older posts</a>', "/page/2/", ("/page/{n}/", 2, 1)),
        ('<a href="/blog/page/2" aria-label="Next">&raquo;</a>', "/blog/page/2", ("/blog/page/{n}", 2, 1)),
        ('<a href="/arsip?hal=2">Halaman Selanjutnya</a>', "/arsip?hal=2", ("/arsip?hal={n}", 2, 1)),
        ('<a class="next page-numbers" href="/page/2/">Berikutnya →</a>', "/page/2/", ("/page/{n}/", 2, 1)),
    ],
)  # fmt: skip
def test_each_shape_leads_to_its_next_page(links: str, following: str, template: tuple[str, int, int]) -> None:
    """The next page and the template of all of them are found from the links alone."""
    found = pages(links)
    assert found.following == HERE + following
    assert found.template() == (HERE + template[0], *template[1:])


@pytest.mark.parametrize(
    ("links", "address", "following"),
    [
        (numbered("/berita", "/berita?page=2", "/berita?page=3", first=1), "/berita?page=2", "/berita?page=3"),
        ('<span class="current">2</span>' + numbered("/berita?hal=20", first=3), "/lain", "/berita?hal=20"),
        ('<li class="active"><a href="#">2</a></li>' + numbered("/b?page=3", first=3), "/lain", "/b?page=3"),
        (numbered("/berita", "/berita?page=2", first=1), "/berita?page=2", None),
    ],
)
def test_the_page_after_the_present_one_is_the_next(links: str, address: str, following: str | None) -> None:
    """The present page is known by its address or by its mark; the last one has no next."""
    assert pages(links, HERE + address).following == (following and HERE + following)


@pytest.mark.parametrize(
    "links",
    [
        numbered("/berita/2026/05/2", "/berita/2026/05/3"),  # a calendar
        numbered("/agenda?tanggal=2", "/agenda?tanggal=3"),
        numbered("/berita/satu-2", "/berita/satu-3"),  # articles
        numbered("https://lain.go.id/berita?page=2", "https://lain.go.id/berita?page=3"),
        '<a href="/profil">Selanjutnya</a>',  # the button of a slide
        '<a href="#">2</a><a href="javascript:go(2)">2</a><a>3</a><a href="http://[">2</a>',
        "",
    ],
)
def test_what_numbers_without_being_a_page_is_not_followed(links: str) -> None:
    """Calendars, articles, other hosts and scripts are no pages of the listing."""
    found = pages(links)
    assert (found.following, found.template()) == (None, None)


def test_a_listing_without_a_template_is_followed_by_its_links() -> None:
    """The page that the numbers lead to is a further document; a template of the source's goes before."""
    page = '<a href="/berita/satu">Satu</a>' + numbered("/berita?page=2", "/berita?page=3")
    assert discover(capture(page), SOURCE, LISTING).further == (f"{HERE}/berita?page=2",)
    how = LISTING.model_copy(update={"page": "/berita?page={n}"})
    assert discover(capture(page), SOURCE, how).further == ()
