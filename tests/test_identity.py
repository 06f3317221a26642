"""One article, one address: spellings that are the same, and those that must stay apart."""

from __future__ import annotations

import pytest

from crawler.sources import Discovery, Source
from crawler.sources.identity import canonical_address, is_article, on_host

SOURCE = Source(
    id="contohkab",
    name="Pemerintah Kabupaten Contoh",
    level="regency",
    timezone="WIB",
    hosts=("contohkab.go.id", "berita.contohkab.go.id"),
    discovery=(Discovery(kind="listing", url="/berita"),),
    article=(r"^/berita/[^/?]+$", r"^/\d{4}/\d\d/\d\d/[^/]+/$", r"^/\?p=\d+$"),
    not_article=(r"^/berita/kanal",),
)
HERE = "https://contohkab.go.id"


@pytest.mark.parametrize(
    "spelling",
    [
        "https://contohkab.go.id/berita/panen-raya",
        "http://contohkab.go.id/berita/panen-raya",
        "https://www.contohkab.go.id/berita/panen-raya",
        "https://WWW.ContohKab.go.id/berita/panen-raya",
        "https://berita.contohkab.go.id/berita/panen-raya",
        "http://contohkab.go.id:80/berita/panen-raya",
        "https://contohkab.go.id:443/berita/panen-raya",
        "https://contohkab.go.id./berita/panen-raya",
        "https://admin:rahasia@contohkab.go.id/berita/panen-raya",
        "//contohkab.go.id/berita/panen-raya",
        "/berita/panen-raya",
        "  https://contohkab.go.id/berita/panen-raya\n",
        "https://contohkab.go.id/berita/panen-\nraya",
        "https://contohkab.go.id\\berita\\panen-raya",
        "https://contohkab.go.id/berita/panen-raya/",
        "https://contohkab.go.id//berita///panen-raya",
        "https://contohkab.go.id/berita/./x/../panen-raya",
        "https://contohkab.go.id/index.php/berita/panen-raya",
        "https://contohkab.go.id/berita/panen%2Draya",
        "https://contohkab.go.id/berita/panen-raya#komentar",
        "https://contohkab.go.id/berita/panen-raya?",
        "https://contohkab.go.id/berita/panen-raya?utm_source=whatsapp&utm_medium=social",
        "https://contohkab.go.id/berita/panen-raya?fbclid=IwAR0&gclid=1&_ga=2.1",
        "https://contohkab.go.id/berita/panen-raya?PHPSESSID=0a1b2c",
        "https://contohkab.go.id/berita/panen-raya;jsessionid=1A2B3C",
        "https://contohkab.go.id/berita/panen-raya/to_top",
        "https://contohkab.go.id/berita/panen-raya/amp/",
        "https://contohkab.go.id/berita/panen-raya?amp=1",
        "https://contohkab.go.id/berita/panen-raya?amp",
        "https://contohkab.go.id/berita/panen-raya?m=1",
        "https://contohkab.go.id/berita/panen-raya?replytocom=17#respond",
        "https://contohkab.go.id/berita/panen-raya/comment-page-2/",
        "https://contohkab.go.id/berita/panen-raya?tmpl=component&print=1",
        "https://contohkab.go.id/berita/panen-raya/print",
        "https://contohkab.go.id/berita/panen-raya?share=facebook&nb=1",
    ],
)
def test_spellings_of_one_address_are_one(spelling: str) -> None:
    """Aliases of the host, tracking and views of the same text lead to one identity."""
    assert canonical_address(spelling, SOURCE) == f"{HERE}/berita/panen-raya"


@pytest.mark.parametrize(
    ("url", "identity"),
    [
        (f"{HERE}", f"{HERE}/"),
        (f"{HERE}/?p=42", f"{HERE}/?p=42"),
        (f"{HERE}/index.php?p=3&id=42", f"{HERE}/?id=42&p=3"),
        (f"{HERE}/?m=201807", f"{HERE}/?m=201807"),
        (f"{HERE}/berita?sid=123", f"{HERE}/berita?sid=123"),
        (f"{HERE}/berita?sid=0123456789abcdef0123456789abcdef", f"{HERE}/berita"),
        (f"{HERE}/Berita054835-Panen", f"{HERE}/Berita054835-Panen"),
        (f"{HERE}/pd/page/detail?title=panen+raya%20padi", f"{HERE}/pd/page/detail?title=panen+raya+padi"),
        (f"{HERE}/berita/jum’at", f"{HERE}/berita/jum%E2%80%99at"),
        (f"{HERE}/berita/jum%e2%80%99at", f"{HERE}/berita/jum%E2%80%99at"),
        (f"{HERE}/berita?b=2&amp;a=1&amp;amp;utm_source=x", f"{HERE}/berita?a=1&b=2"),
        (f"{HERE}/amp", f"{HERE}/amp"),
        ("http://www.lain.go.id:8080/x/?utm_source=a", "http://www.lain.go.id:8080/x"),
    ],
)
def test_what_may_tell_articles_apart_stays(url: str, identity: str) -> None:
    """Numbers, months and titles in a query stay; another host keeps its name and scheme."""
    assert canonical_address(url, SOURCE) == identity


@pytest.mark.parametrize(
    "text",
    ["", "#", "javascript:void(0)", "mailto:humas@contohkab.go.id", "http://", "http://[::1", "http://a:b:c/", "x"],
)
def test_what_is_no_address_comes_back_as_it_is(text: str) -> None:
    """A text that leads nowhere on the web is its own identity and lies on no host."""
    assert canonical_address(f" {text} ", SOURCE) == text
    assert not on_host(text, SOURCE)
    assert not is_article(text, SOURCE)


def test_lone_surrogates_do_not_reach_the_identity() -> None:
    """Broken text of a page becomes something that can be written as UTF-8."""
    assert canonical_address("https://contohkab.go.id/\ud800", SOURCE).isascii()


def test_a_port_is_part_of_the_host() -> None:
    """A source on a port of its own does not own the other ports of that machine."""
    local = SOURCE.model_copy(update={"hosts": ("127.0.0.1:8080",), "scheme": "http"})
    assert on_host("http://127.0.0.1:8080/berita/x", local)
    assert not on_host("http://127.0.0.1:9090/berita/x", local)
    assert not on_host("http://127.0.0.1/berita/x", local)
    assert canonical_address("http://127.0.0.1:8080/berita/x/", local) == "http://127.0.0.1:8080/berita/x"


def test_a_name_that_only_ends_alike_is_another_host() -> None:
    """Neither a longer name nor a sub-domain that is not listed belongs to the source."""
    for url in ("https://palsucontohkab.go.id/", "https://contohkab.go.id.lain.id/", "https://slot.contohkab.go.id/"):
        assert not on_host(url, SOURCE)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"{HERE}/berita/panen-raya", True),
        (f"{HERE}/index.php/berita/panen-raya/", True),
        (f"{HERE}/berita/panen-raya?utm_source=wa", True),
        (f"{HERE}/2018/06/13/panen-raya/", True),
        (f"{HERE}?p=42", True),
        (f"{HERE}/berita", False),
        (f"{HERE}/berita/kanal", False),
        (f"{HERE}/index.php/berita/kanal", False),
        ("https://lain.go.id/berita/panen-raya", False),
        (f"{HERE}/#/berita/panen-raya", False),
    ],
)
def test_articles_are_told_by_the_patterns(url: str, expected: bool) -> None:
    """Patterns see path and query as found and as identity, and only on the source's hosts."""
    assert is_article(url, SOURCE) is expected
