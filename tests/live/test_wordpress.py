"""The stand-in itself: what WordPress serves is what the data file says, on every channel."""

import gzip
import http.client
import json
import re
import signal
import socket
import subprocess
import urllib.error
import urllib.request
import xml.etree.ElementTree as ET
from collections import Counter
from datetime import datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.live.posts import displayed
from tests.live.wordpress import PER_PAGE, WordPress

pytestmark = pytest.mark.live

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LISTED = 61
"""Posts that channels list: the published ones and the locked one."""
LAST_PAGE = -(-LISTED // PER_PAGE)


def get(url: str, **headers: str) -> tuple[int, Message, bytes]:
    """Fetches an address; an error status is an answer like any other."""
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def text_of(url: str) -> str:
    status, _, body = get(url)
    assert status == 200, url
    return body.decode()


def read_xml(url: str) -> ET.Element:
    return ET.fromstring(text_of(url))  # noqa: S314 - from our own server


def feed_items(site: WordPress, page: int) -> list[ET.Element]:
    return read_xml(site.feed(page)).findall("./channel/item")


def loc_text(entry: ET.Element) -> str:
    return entry.findtext(f"{SITEMAP}loc") or ""


def locked(site: WordPress) -> str:
    return next(item.url for item in site.unwanted if item.kind == "protected")


def test_each_post_is_a_page_with_its_words(site: WordPress) -> None:
    """Each published post answers with 200 and shows its title and all its paragraphs."""
    assert len(site.posts) == 60
    for post in site.posts:
        words = displayed(text_of(post.url))
        for part in (post.title, *post.paragraphs, *post.extras):
            assert part in words, (post.url, part)


def test_posts_cover_two_years_and_edits(site: WordPress) -> None:
    """The posts are spread over about two years, some were edited later, two share a minute."""
    instants = [datetime.fromisoformat(post.published_at) for post in site.posts]
    assert 600 < (instants[-1] - instants[0]).days < 800
    assert any(post.modified_at > post.published_at for post in site.posts)
    assert Counter(post.published_at[:16] for post in site.posts).most_common(1)[0][1] == 2


def test_feed_lists_each_post_once(site: WordPress) -> None:
    """The pages of the feed together hold each post once, with its title and instant, and then end."""
    items = [item for page in range(1, LAST_PAGE + 1) for item in feed_items(site, page)]
    found = {item.findtext("link"): item for item in items}
    assert len(items) == len(found) == LISTED
    for post in site.posts:
        item = found[post.url]
        assert item.findtext("title") == post.title
        told = parsedate_to_datetime(item.findtext("pubDate") or "")
        assert told == datetime.fromisoformat(post.published_at)
    assert get(site.feed(LAST_PAGE + 1))[0] == 404


def test_rest_lists_each_post_once(site: WordPress) -> None:
    """The pages of the REST interface hold each post once, with both its dates, and then refuse."""
    pages = [json.loads(text_of(site.rest(page))) for page in range(1, 5)]
    found = {row["link"]: row for page in pages for row in page}
    assert [len(page) for page in pages] == [20, 20, 20, 1]
    assert len(found) == LISTED
    for post in site.posts:
        row = found[post.url]
        assert (row["date"] + "+07:00", row["modified"] + "+07:00") == (post.published_at, post.modified_at)
        assert displayed(row["title"]["rendered"]) == post.title
    assert found[locked(site)]["content"] == {"rendered": "", "protected": True}
    assert get(site.rest(5))[0] == 400


def test_sitemap_lists_each_post_once(site: WordPress) -> None:
    """The sitemaps of posts, reached from the index, hold each post once."""
    index = read_xml(site.sitemap())
    # "wp-sitemap-posts-post-1.xml", or "?sitemap=posts&sitemap-subtype=post&paged=1" without permalinks.
    maps = [url for url in map(loc_text, index) if re.search(r"posts-post-|subtype=post(&|$)", url)]
    found = [loc_text(entry) for url in maps for entry in read_xml(url)]
    assert len(found) == len(set(found)) == LISTED
    assert {post.url for post in site.posts} | {locked(site)} == set(found)


def test_listing_shows_each_post(site: WordPress) -> None:
    """The pages of the listing show each post, the sticky one twice, and then end."""
    pages = [text_of(site.listing(page)) for page in range(1, LAST_PAGE + 1)]
    heads = [part.split("</h2>")[0] for page in pages for part in page.split("<h2")[1:]]
    shown = Counter(post.url for post in site.posts for head in heads if f'"{post.url}"' in head)
    assert set(shown) == {post.url for post in site.posts}
    assert [url for url, times in shown.items() if times > 1] == [sticky(site)]
    assert get(site.listing(LAST_PAGE + 1))[0] == 404


def sticky(site: WordPress) -> str:
    return next(post.url for post in site.posts if post.title.startswith("Posko Siaga Banjir"))


def test_hidden_posts_stay_hidden(site: WordPress) -> None:
    """Drafts and scheduled posts answer with 404; a locked post answers without its words."""
    for item in site.unwanted:
        status, _, body = get(item.url)
        assert status == (404 if item.kind in ("draft", "scheduled") else 200), item
        assert item.kind in ("page", "media") or item.text not in body.decode()


def test_answers_come_as_from_a_real_host(site: WordPress) -> None:
    """Pages come compressed and in chunks, and one connection carries several of them."""
    connection = http.client.HTTPConnection(urlsplit(site.url).netloc, timeout=30)
    ask = {"Accept-Encoding": "gzip", "User-Agent": "one-connection"}
    try:
        for post in site.posts[:3]:
            connection.request("GET", post.url.removeprefix(site.url), headers=ask)
            answer = connection.getresponse()
            assert answer.headers["Content-Encoding"] == "gzip"
            assert answer.headers["Transfer-Encoding"] == "chunked"
            assert post.title.split(":")[0] in displayed(gzip.decompress(answer.read()).decode())
    finally:
        connection.close()
    # A request is logged only after its answer has been sent, so the last one may still be missing.
    ours = [line for line in site.requests() if line.endswith("one-connection")]
    assert len(ours) >= 2
    assert len({line.split()[2] for line in ours}) == 1


def test_unchanged_feed_is_not_sent_again(site: WordPress) -> None:
    """The feed answers a conditional request with 304."""
    _, headers, _ = get(site.feed())
    conditions = {"If-None-Match": headers["ETag"], "If-Modified-Since": headers["Last-Modified"]}
    assert get(site.feed(), **conditions)[0] == 304


def test_leaving_stops_everything_with_the_plain_php_server_too() -> None:
    """Without nginx the site works as well, and after leaving nobody answers any more."""
    with WordPress(server="php") as site:
        assert site.posts[0].title in displayed(text_of(site.posts[0].url))
        assert len(feed_items(site, 2)) == PER_PAGE
    with pytest.raises(urllib.error.URLError):
        get(site.url)


def test_script_ends_cleanly_when_told_to() -> None:
    """The shell command serves until SIGTERM, then stops its servers and ends with status 0."""
    script = Path(__file__).with_name("wordpress.sh")
    with subprocess.Popen([str(script), "--permalinks=name"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert get(url)[0] == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    place = urlsplit(url)
    with socket.socket() as probe:
        assert probe.connect_ex((place.hostname, place.port)) != 0
