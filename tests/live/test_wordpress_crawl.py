"""warkat against the real WordPress: through each channel, every post arrives once and as it was written."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

import pytest

from crawler.sources import check_file, load_sources
from crawler.sources.identity import canonical_address, is_article
from tests.live.crawl import SOURCE_ID, Channel, command, crawl_through, export, source_toml, warkat
from tests.live.posts import ExpectedPost
from tests.live.wordpress import WordPress

pytestmark = pytest.mark.live

CHANNELS: tuple[Channel, ...] = get_args(Channel)


@dataclass(frozen=True, slots=True)
class Crawl:
    """One finished crawl."""

    site: WordPress
    collection: Path
    records: list[dict[str, Any]]
    requests: list[str]
    """Lines of the server's log that the crawl has caused."""

    def record(self, post: ExpectedPost) -> dict[str, Any]:
        """Gives the one record of a post."""
        found = [record for record in self.records if address(record["canonical_url"]) == address(post.url)]
        assert len(found) == 1, (post.url, len(found))
        return found[0]


def address(url: str) -> str:
    """Gives what two spellings of an address have in common: an identity carries no slash at its end."""
    return url.rstrip("/")


@pytest.fixture(scope="module", params=CHANNELS)
def crawl(
    request: pytest.FixtureRequest,
    site: WordPress,
    tmp_path_factory: pytest.TempPathFactory,
) -> Crawl:
    if command() is None:
        pytest.skip("the warkat command is not installed")
    collection = tmp_path_factory.mktemp("collection")
    before = len(site.requests())
    records = crawl_through(request.param, site, collection)
    return Crawl(site, collection, records, site.requests()[before:])


@pytest.mark.parametrize("channel", CHANNELS)
def test_source_definition_fits_the_site(channel: Channel, site: WordPress, tmp_path: Path) -> None:
    """The definition is right, takes every post for an article and no page, upload or listing."""
    path = tmp_path / f"{SOURCE_ID}.toml"
    path.write_text(source_toml(channel, site))
    assert check_file(path) == []
    source = load_sources(tmp_path, packaged=False)[SOURCE_ID]
    assert [post.url for post in site.posts if not is_article(post.url, source)] == []
    assert len({canonical_address(post.url, source) for post in site.posts}) == len(site.posts)
    strangers = [item.url for item in site.unwanted if item.kind in ("page", "media")]
    strangers += [site.listing(2), site.feed(), site.rest(), site.sitemap(), f"{site.url}/category/berita/"]
    assert [url for url in strangers if is_article(url, source)] == []


def test_every_post_arrives_exactly_once(crawl: Crawl) -> None:
    """Each published post is one record, at its first version."""
    counts = Counter(address(record["canonical_url"]) for record in crawl.records)
    assert {address(post.url) for post in crawl.site.posts} - set(counts) == set()
    assert [url for url, times in counts.items() if times > 1] == []
    assert {record["version"] for record in crawl.records} == {1}


def test_nothing_else_becomes_an_article(crawl: Crawl) -> None:
    """Pages, uploads and hidden posts give no record; a locked post gives none or one without a text."""
    posts = {address(post.url) for post in crawl.site.posts}
    others = [record for record in crawl.records if address(record["canonical_url"]) not in posts]
    locked = {address(item.url) for item in crawl.site.unwanted if item.kind == "protected"}
    assert {address(record["canonical_url"]) for record in others} <= locked
    assert [record["body_text"] for record in others if record["body_text"]] == []


def test_titles_are_those_displayed(crawl: Crawl) -> None:
    """Titles carry real quotation marks and ampersands, and not the name of the site."""
    wrong = [(crawl.record(post)["title"], post.title) for post in crawl.site.posts]
    assert [pair for pair in wrong if pair[0] != pair[1]] == []


def test_dates_and_times_are_those_of_the_database(crawl: Crawl) -> None:
    """Every record tells the instant of publication to the minute or the second, with the site's offset."""
    wrong = []
    for post in crawl.site.posts:
        record = crawl.record(post)
        expected = datetime.fromisoformat(post.published_at)
        if record["published_precision"] == "minute":
            expected = expected.replace(second=0)
        told = datetime.fromisoformat(record["published_at"] or "1970-01-01T00:00+00:00")
        if told.replace(microsecond=0) != expected or told.utcoffset() != expected.utcoffset():
            wrong.append((post.url, record["published_at"], post.published_at))
    assert wrong == []


def test_modified_is_never_taken_for_published(crawl: Crawl) -> None:
    """Where a record tells a change, it is the one in the database."""
    for post in crawl.site.posts:
        told = crawl.record(post)["modified_at"]
        if told is not None:
            assert datetime.fromisoformat(told) == datetime.fromisoformat(post.modified_at), post.url


def test_bodies_hold_the_paragraphs_and_nothing_of_the_theme(crawl: Crawl) -> None:
    """The text is the prose in its order; between its paragraphs the article's own captions and lists."""
    wrong = []
    for post in crawl.site.posts:
        told = crawl.record(post)["body_text"].split("\n\n")
        prose = [part for part in told if part in post.paragraphs]
        rest = [part for part in told if part not in post.paragraphs]
        foreign = [line for part in rest for line in part.splitlines() if not belongs(line, post)]
        if prose != list(post.paragraphs) or foreign:
            wrong.append((post.url, [part for part in post.paragraphs if part not in told], foreign))
    assert wrong == []


def belongs(line: str, post: ExpectedPost) -> bool:
    """Says whether a line outside the prose is made of the article's captions, cells, items and documents."""
    for text in (*sorted(post.extras, key=len, reverse=True), "Unduh"):
        line = line.replace(text, "")
    return not line.strip(" |\t-–•0123456789.")


def test_datelines_and_end_marks_are_told_apart_from_the_text(crawl: Crawl) -> None:
    """Place and end mark stand in their own fields."""
    told = [(crawl.record(post), post) for post in crawl.site.posts]
    found = [(record["dateline"], record["credit_raw"]) for record, _ in told]
    assert found == [(post.dateline, post.credit) for _, post in told]


def test_sections_tags_and_authors_are_those_of_the_database(crawl: Crawl) -> None:
    """The section is one of the categories, the tags are all tags, the author is the one displayed."""
    wrong = []
    for post in crawl.site.posts:
        record = crawl.record(post)
        good = record["section"] in post.categories and sorted(record["tags"]) == list(post.tags)
        if not good or record["authors"] != [post.author]:
            wrong.append((post.url, record["section"], record["tags"], record["authors"]))
    assert wrong == []


def test_pictures_and_documents_come_along(crawl: Crawl) -> None:
    """A post's own uploads are its images and attachments, in whatever size the page shows."""
    for post in crawl.site.posts:
        record = crawl.record(post)
        told = [item["url"] for item in (*record["images"], *record["attachments"])]
        for media in post.media:
            stem = media.rsplit(".", 1)[0]
            assert any(url.startswith(stem) for url in told), (post.url, media)
        if not post.media:
            assert told == [], post.url


def test_each_picture_has_its_own_caption(crawl: Crawl) -> None:
    """Captions stay with their pictures, in a gallery too."""
    for post in crawl.site.posts:
        told = [(image["url"].rsplit("/", 1)[1], image["caption"]) for image in crawl.record(post)["images"]]
        for name, caption in post.captions:
            assert [text for file, text in told if file.startswith(name)] == [caption], (post.url, told)


def test_the_server_was_asked_politely(crawl: Crawl) -> None:
    """robots.txt comes first, nothing that it forbids is asked for, and no post is fetched twice."""
    paths = [line.split()[4] for line in crawl.requests]
    assert paths[0] == "/robots.txt"
    assert [path for path in paths if path.startswith("/wp-admin/")] == []
    # An address without its last slash costs a redirect, and so doubles the load. Without permalinks
    # WordPress redirects /robots.txt too, to a page that is none.
    moved = [line for line in crawl.requests if line.split()[1] == "301"]
    assert [line for line in moved if line.split()[4] != "/robots.txt"] == []
    counts = Counter(paths)
    fetched = [counts[post.url.removeprefix(crawl.site.url)] for post in crawl.site.posts]
    assert set(fetched) == {1}


def test_second_visit_brings_nothing_new(crawl: Crawl) -> None:
    """Crawling an unchanged site again adds no record."""
    warkat("-C", str(crawl.collection), "crawl", SOURCE_ID)
    again = export(crawl.collection)
    assert [record["id"] for record in again] == [record["id"] for record in crawl.records]
