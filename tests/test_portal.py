"""The demo portal serves what its package promises: listing, channels, troubles, two visits, plain HTTP."""

from __future__ import annotations

import gzip
import http.client
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree as ET

import pytest
from bs4 import BeautifulSoup

from tests.portal import Portal, expected, expected_absent
from tests.portal.client import fetch, links, listed, pages_by_key, plain
from tests.portal.media import document, picture

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
ARTICLES = expected("")
TEXTS = [article for article in ARTICLES if article.integrity == "clean"]


@pytest.fixture(scope="module")
def shared() -> Iterator[Portal]:
    """A portal at its first visit, for tests that leave its state alone."""
    with Portal(slow_s=0) as portal:
        yield portal


@pytest.fixture
def portal() -> Iterator[Portal]:
    """A portal of the test's own."""
    with Portal(slow_s=0) as portal:
        yield portal


def test_view_counter_changes_with_every_view(portal: Portal) -> None:
    """Two views of an old page differ in their counter and in nothing else."""
    url = next(portal.url + article.url for article in TEXTS if article.key == "jalan-sukamulya")
    first, second = fetch(url).text, fetch(url).text
    assert first != second
    assert re.sub(r"dibaca: \d+", "", first) == re.sub(r"dibaca: \d+", "", second)


def test_listing_reaches_everything_and_each_link_answers_as_expected(shared: Portal) -> None:
    """The listing links to every article, every redirect and every trouble; each answers with its own status."""
    found, base = listed(shared.url), shared.url
    statuses = {base + article.url: {200} for article in ARTICLES}
    statuses |= {base + alias: {301} for article in ARTICLES for alias in article.aliases}
    special = {"not-found": {404}, "server-error": {500}, "soft-error": {200}, "robots-disallowed": {200}}
    troubles = {item.url: special[item.reason] for item in expected_absent(base) if "/berita/" in item.url}
    flapping = base + next(article.url for article in ARTICLES if article.key == "batuk-tbc")
    statuses |= troubles | {flapping: {200, 500}}
    assert Counter(found) == Counter(statuses.keys())
    assert [url for url in found if fetch(url).status not in statuses[url]] == []


def test_listing_is_newest_first_and_ends_with_an_empty_page(shared: Portal) -> None:
    """Ten items a page in the order of their dates; a page beyond the end answers 200 without items."""
    found = [url.removeprefix(shared.url) for url in listed(shared.url)]
    order = [article.url for article in TEXTS]
    assert [path for path in found if path in order] == order
    assert len(links(f"{shared.url}/berita?page=1", "a:has(> .ng-wrp-item)")) == 10
    beyond = fetch(f"{shared.url}/berita?page=99")
    assert (beyond.status, "ng-wrp-item" in beyond.text) == (200, False)


def test_old_listing_holds_the_old_articles(shared: Portal) -> None:
    """``halberita-N.html`` pages through the articles from before the rebuild."""
    pages = [links(f"{shared.url}/halberita-{n}.html", ".arsip h3 a") for n in range(1, 6)]
    assert pages[-1] == []
    olds = [shared.url + article.url for article in TEXTS if article.url.endswith(".html")]
    assert [url for page in pages for url in page] == olds


def test_every_link_of_every_page_leads_somewhere(shared: Portal) -> None:
    """No page links to an address of the portal that is missing by mistake."""
    pages = pages_by_key(shared.url)
    found = {
        urljoin(shared.url + article.url, str(tag.get("href") or tag.get("src"))).partition("#")[0]
        for article in TEXTS
        for tag in BeautifulSoup(pages[article.key], "lxml").select("a[href], img[src], link[href]")
    }
    flapping = {shared.url + article.url for article in ARTICLES if article.key == "batuk-tbc"}
    assert len(found) > 150
    assert [url for url in found - flapping if fetch(url, "HEAD").status not in (200, 301)] == []


def test_redirect_leads_to_a_listed_article(shared: Portal) -> None:
    """The old address of a moved article answers 301 with the address of the article."""
    moved = next(article for article in ARTICLES if article.aliases)
    reply = fetch(shared.url + moved.aliases[0])
    assert (reply.status, reply.headers["Location"]) == (301, shared.url + moved.url)


def test_static_pages_and_the_login_are_no_articles(shared: Portal) -> None:
    """Pages that must give no record answer 200 and carry no date of their own."""
    for item in expected_absent(shared.url):
        if item.reason == "not-an-article" or "/admin/" in item.url:
            reply = fetch(item.url)
            assert reply.status == 200
            assert "info-berita" not in reply.text


def test_feed_lists_the_newest_fifteen(shared: Portal) -> None:
    """RSS 2.0 with fifteen items, dates in the mail format with the zone of the regency."""
    reply = fetch(f"{shared.url}/feed")
    items = ET.fromstring(reply.body).findall("channel/item")  # noqa: S314 - our own feed
    assert reply.headers["Content-Type"].startswith("application/rss+xml")
    assert [item.findtext("link") for item in items] == [shared.url + article.url for article in TEXTS[:15]]
    for item, article in zip(items, TEXTS, strict=False):
        printed = item.findtext("pubDate") or ""
        assert printed.endswith("+0700")
        assert parsedate_to_datetime(printed).isoformat().startswith(article.published_at or "-")


def test_sitemaps_list_all_articles_and_the_static_pages(shared: Portal) -> None:
    """The index leads to two sitemaps: all articles with lastmod, and the pages that are none."""
    index = ET.fromstring(fetch(f"{shared.url}/sitemap.xml").body)  # noqa: S314
    parts = [loc.text or "" for loc in index.iter(f"{SITEMAP}loc")]
    assert [urlsplit(part).path for part in parts] == ["/sitemap-berita.xml", "/sitemap-halaman.xml"]
    news, others = (ET.fromstring(fetch(part).body) for part in parts)  # noqa: S314
    assert [loc.text for loc in news.iter(f"{SITEMAP}loc")] == [shared.url + article.url for article in TEXTS]
    assert [mod.text for mod in news.iter(f"{SITEMAP}lastmod")] == [article.published_at for article in TEXTS]
    absent = {item.url for item in expected_absent(shared.url) if item.reason == "not-an-article"}
    assert {loc.text for loc in others.iter(f"{SITEMAP}loc")} <= absent | {f"{shared.url}/"}


@pytest.mark.parametrize(
    "path", ["/feed", "/sitemap.xml", "/sitemap-berita.xml", "/sitemap-halaman.xml", "/robots.txt"]
)
def test_channels_answer_304_to_either_validator(shared: Portal, path: str) -> None:
    """A channel that has not changed answers 304 without a body, to its tag and to its date; the tag rules."""
    first = fetch(shared.url + path)
    tag, when = first.headers["ETag"], first.headers["Last-Modified"]
    for headers in ({"If_None_Match": tag}, {"If_None_Match": f'"x", W/{tag}'}, {"If_Modified_Since": when}):
        reply = fetch(shared.url + path, **headers)
        assert (reply.status, reply.body, reply.headers["ETag"]) == (304, b"", tag)
    stale = {"If_None_Match": '"x"', "If_Modified_Since": when}
    for headers in (stale, {"If_Modified_Since": "Sun, 01 Jan 2023 00:00:00 GMT"}, {"If_Modified_Since": "kemarin"}):
        assert fetch(shared.url + path, **headers).status == 200


def test_article_pages_have_no_validators(shared: Portal) -> None:
    """Pages carry neither tag nor date, as on most of the real sites."""
    reply = fetch(shared.url + TEXTS[0].url)
    assert (reply.headers["ETag"], reply.headers["Last-Modified"]) == (None, None)


def test_robots_forbids_what_the_pages_link_to(shared: Portal) -> None:
    """The forbidden addresses are linked, article pages are allowed, and no delay is asked for."""
    text = fetch(f"{shared.url}/robots.txt").text
    rules = RobotFileParser()
    rules.parse(text.splitlines())
    forbidden = {item.url for item in expected_absent(shared.url) if item.reason == "robots-disallowed"}
    assert forbidden == {f"{shared.url}/admin/login", f"{shared.url}/berita/arsip-internal-notulen-rapat-staf"}
    assert [rules.can_fetch("warkat", url) for url in forbidden] == [False, False]
    assert all(rules.can_fetch("warkat", shared.url + article.url) for article in ARTICLES)
    assert f"Sitemap: {shared.url}/sitemap.xml" in text
    assert "Crawl-delay" not in text


def test_crawl_delay_is_an_option() -> None:
    """A portal told so asks for a delay in robots.txt."""
    with Portal(crawl_delay=0.5) as portal:
        assert "\nCrawl-delay: 0.5\n" in fetch(f"{portal.url}/robots.txt").text


def test_second_visit_shows_an_edit_a_disappearance_and_a_newcomer(portal: Portal) -> None:
    """At the second visit one text has changed, one article is gone everywhere, one is new, and the channels know."""
    before, after = ({article.key: article for article in expected(portal.url, visit)} for visit in (1, 2))
    paths = ("/feed", "/sitemap-berita.xml")
    first = {path: fetch(portal.url + path) for path in paths}
    gone, new = before.keys() - after.keys(), after.keys() - before.keys()
    edited = {key for key in before.keys() & after.keys() if before[key] != after[key]}
    assert (gone, new, edited) == ({"air-minum-sekolah"}, {"tahun-baru-2026"}, {"longsor"})
    portal.visit = 2
    lost, added, changed = before[gone.pop()], after[new.pop()], after[edited.pop()]
    assert (fetch(lost.url).status, fetch(added.url).status) == (404, 200)
    assert lost.url in {item.url for item in expected_absent(portal.url, 2) if item.reason == "not-found"}
    text = plain(fetch(changed.url).text)
    assert [paragraph for paragraph in changed.body_paragraphs if paragraph not in text] == []
    assert not set(before["longsor"].body_paragraphs) <= set(changed.body_paragraphs)
    for path in paths:
        again = fetch(portal.url + path, If_None_Match=first[path].headers["ETag"])
        assert (again.status, lost.url in again.text, added.url in again.text) == (200, False, True)
    assert changed.modified_at
    assert changed.modified_at in fetch(f"{portal.url}/sitemap-berita.xml").text
    assert "70 meter" in fetch(f"{portal.url}/feed").text
    assert lost.url not in listed(portal.url)


def test_flapping_page_fails_twice_then_works(portal: Portal) -> None:
    """One page answers 500, 500 and then 200 for the rest of the run; another answers 500 for ever."""
    url = portal.url + next(article.url for article in ARTICLES if article.key == "batuk-tbc")
    assert [fetch(url).status for _ in range(4)] == [500, 500, 200, 200]
    broken = next(item.url for item in expected_absent(portal.url) if item.reason == "server-error")
    assert [fetch(broken).status for _ in range(4)] == [500] * 4


def test_slow_page_waits_as_long_as_told() -> None:
    """The slow page answers, after its delay."""
    started = time.monotonic()
    with Portal(slow_s=0.2) as portal:
        url = portal.url + next(article.url for article in ARTICLES if article.key == "layanan-adminduk")
        quick, slow = fetch(portal.url + TEXTS[0].url), fetch(url)
        assert (quick.status, slow.status) == (200, 200)
        assert time.monotonic() - started >= 0.2


def test_html_is_gzipped_when_accepted(shared: Portal) -> None:
    """A page comes in gzip to who takes gzip, the same bytes each time, and plain to who does not."""
    url = shared.url + TEXTS[0].url
    zipped, again, bare = fetch(url, Accept_Encoding="gzip"), fetch(url, Accept_Encoding="gzip"), fetch(url)
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert zipped.body == again.body
    assert gzip.decompress(zipped.body) == bare.body
    assert "Content-Encoding" not in fetch(url, Accept_Encoding="gzip;q=0, br").headers


def test_one_page_is_chunked(shared: Portal) -> None:
    """One page comes in chunks without a length, and is whole."""
    reply = fetch(shared.url + next(article.url for article in ARTICLES if article.key == "karnaval"))
    assert (reply.headers["Transfer-Encoding"], reply.headers["Content-Length"]) == ("chunked", None)
    assert reply.body.endswith(b"</html>\n")


def test_two_pages_are_in_windows_1252(shared: Portal) -> None:
    """Two pages hold curly quotes as single bytes; one is labelled rightly, one ISO-8859-1."""
    for key, label in (("disabilitas", "windows-1252"), ("wisata-curug", "iso-8859-1")):
        reply = fetch(shared.url + next(article.url for article in ARTICLES if article.key == key))
        assert reply.headers.get_content_charset() == label
        assert b"\x93" in reply.body


def test_pictures_and_documents_are_real(shared: Portal) -> None:
    """Every picture is a PNG and every document a PDF, the same each time."""
    for article in ARTICLES:
        for attachment in article.attachments:
            assert fetch(shared.url + attachment.url).body == document(attachment.title)
            assert document(attachment.title).startswith(b"%PDF-1.4")
    image = next(image for article in ARTICLES for image in article.images)
    assert fetch(shared.url + image.url).body == picture(image.url)
    assert picture(image.url).startswith(b"\x89PNG\r\n\x1a\n")


def test_connection_is_kept_and_every_request_recorded(portal: Portal) -> None:
    """Several requests go through one connection, and the portal can tell each of them."""
    connection = http.client.HTTPConnection(urlsplit(portal.url).netloc, timeout=5)
    for path in ("/robots.txt", "/berita?page=2", "/tidak-ada"):
        connection.request("GET", path, headers={"User-Agent": "uji"})
        connection.getresponse().read()
        assert connection.sock is not None
    connection.request("HEAD", "/feed")
    assert connection.getresponse().read() == b""
    connection.close()
    seen = [(request.method, request.path, request.status) for request in portal.requests]
    assert seen == [
        ("GET", "/robots.txt", 200),
        ("GET", "/berita?page=2", 200),
        ("GET", "/tidak-ada", 404),
        ("HEAD", "/feed", 200),
    ]
    assert portal.requests[0].headers["user-agent"] == "uji"


def test_same_requests_give_the_same_bytes() -> None:
    """Two portals asked the same in the same order answer with the same bodies."""
    paths = [article.url for article in ARTICLES[:12]] + ["/feed", "/sitemap-berita.xml", "/berita?page=3", "/"]
    bodies = []
    for _ in range(2):
        with Portal(slow_s=0) as portal:
            bodies.append([fetch(portal.url + path, Host="portal.test").body for path in paths])
    assert bodies[0] == bodies[1]


def test_portal_serves_in_the_foreground_and_stops_quietly() -> None:
    """The command prints its address first, can be switched and asked over HTTP, and ends on SIGTERM without a word."""
    command = [sys.executable, "-m", "tests.portal", "--port", "0"]
    root = Path(__file__).parent.parent
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        lost = "/berita/keran-air-siap-minum-dipasang-di-30-sekolah"
        statuses = [
            fetch(url + lost).status,
            fetch(f"{url}/__portal__/visit?n=2", "POST").status,
            fetch(url + lost).status,
        ]
        log = fetch(f"{url}/__portal__/requests").text
        process.send_signal(signal.SIGTERM)
        rest, complaints = process.communicate(timeout=5)
    assert statuses == [200, 200, 404]
    assert log.count(lost) == 2
    assert "__portal__" not in log
    assert (process.returncode, rest, complaints) == (0, "", "")


@pytest.mark.parametrize("path", ["visit?n=0", "visit?n=two", "visit", "anything"])
def test_control_refuses_nonsense(shared: Portal, path: str) -> None:
    """An unknown control or a visit that is no number from 1 to 9 changes nothing."""
    assert fetch(f"{shared.url}/__portal__/{path}", "POST").status == 404
    assert shared.visit == 1
