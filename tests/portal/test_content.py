"""The portal's articles: size and spread, both markups, and every expectation found in its page."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from datetime import date

import pytest
from bs4 import BeautifulSoup

from tests.portal import ExpectedArticle, Portal, expected
from tests.portal.articles import DAYS, all_articles
from tests.portal.client import pages_by_key, plain

ARTICLES = expected("")
TEXTS = [article for article in ARTICLES if article.integrity == "clean"]


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    """Every article's page by key."""
    with Portal(slow_s=0) as portal:
        return pages_by_key(portal.url)


def test_content_has_the_size_and_spread_of_the_real_thing() -> None:
    """At least 64 articles of three years, half in the old markup, a third in capitals, of very unlike length."""
    articles = all_articles()
    lengths = [sum(map(len, article.body_paragraphs)) for article in TEXTS if article.body_kind == "text"]
    assert len(articles) >= 64
    assert {article.at.year for article in articles} == {2023, 2024, 2025}
    assert 0.4 < sum(article.is_old for article in articles) / len(articles) < 0.6
    assert 0.3 < sum(article.title.isupper() for article in articles) / len(articles) < 0.4
    assert 700 < statistics.median(lengths) < 1300
    assert min(lengths) < 200
    assert max(lengths) > 2500


def test_every_key_address_and_paragraph_is_there_once() -> None:
    """No two articles share a key, an address or a paragraph."""
    for things in (
        [article.key for article in ARTICLES],
        [address for article in ARTICLES for address in (article.url, *article.aliases)],
        [paragraph for article in ARTICLES for paragraph in article.body_paragraphs],
    ):
        assert [thing for thing, number in Counter(things).items() if number > 1] == []


def test_weekdays_in_the_texts_agree_with_the_calendar() -> None:
    """A weekday before a short date is the right one, so that the one wrong page date is wrong on purpose."""
    pattern = re.compile(r"(Senin|Selasa|Rabu|Kamis|Jum.?at|Sabtu|Minggu) \((\d+)/(\d+)\)")
    wrong = [
        (article.key, found[0])
        for article in all_articles()
        for block in (*article.blocks, *article.edited)
        for found in pattern.finditer(block.text)
        if DAYS[date(article.at.year, int(found[3]), int(found[2])).weekday()] != re.sub("[^A-Za-z]", "", found[1])
    ]
    assert wrong == []


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.key)
def test_expected_text_is_in_the_page(article: ExpectedArticle, pages: dict[str, str]) -> None:
    """What a reader is expected to find can be found: title, paragraphs, end mark, cells, pictures, documents."""
    text = plain(pages[article.key])
    singles = (
        article.title,
        article.subtitle,
        article.dateline,
        article.credit_raw,
        article.attribution,
        article.section,
    )
    wanted = [single for single in singles if single]
    wanted += [*article.body_paragraphs, *article.optional_paragraphs, *article.credit_lines, *article.tags]
    wanted += [cell for row in article.table_rows for cell in row]
    wanted += [image.caption for image in article.images if image.caption]
    assert [piece for piece in wanted if piece not in text] == []
    files = [image.url for image in article.images] + [attachment.url for attachment in article.attachments]
    assert [file for file in files if file.lstrip("/") not in pages[article.key]] == []


def test_expected_paragraphs_hold_no_dateline_end_mark_or_accident() -> None:
    """A clean paragraph begins after the dateline, ends before the end mark and has single blanks only."""
    for article in TEXTS:
        whole = "\n".join(article.body_paragraphs)
        assert not re.search("[\u00a0\u00ad\u200b]|  ", whole), article.key
        assert not article.credit_raw or article.credit_raw not in whole
        assert not article.dateline or not whole.startswith(f"{article.dateline} ")


def test_old_pages_have_the_old_markup(pages: dict[str, str]) -> None:
    """Before the rebuild: ``h2.article-title``, date line with counter, pictures instead of two headings."""
    for article in (a for a in TEXTS if a.url.endswith(".html")):
        soup = BeautifulSoup(pages[article.key], "lxml")
        assert [tag.get_text() for tag in soup.select(".post h2.article-title")] == [article.title]
        info = soup.select(".info .date")[0].get_text()
        assert "WIB" in info
        assert re.search(r"dibaca: \d+ pembaca", info)
        assert soup.select('img[src="images/berita_terkait.svg"]')
        assert not soup.select(".isi-berita")


def test_new_pages_have_the_new_markup(pages: dict[str, str]) -> None:
    """After the rebuild: ``h1``, long date, related articles with dates of their own; the head often says nothing."""
    news = [article for article in TEXTS if not article.url.endswith(".html")]
    for article in news:
        soup = BeautifulSoup(pages[article.key], "lxml")
        assert [tag.get_text() for tag in soup.select("h1")] == [article.title]
        assert re.fullmatch(
            r"\w+, \d+ \w+ 20\d\d( \d\d\.\d\d WIB)?", soup.select(".info-berita .tanggal")[0].get_text()
        )
        assert len(soup.select(".terkait li small")) == 4
        assert bool(soup.select("[property='article:published_time']")) == (article.published_precision == "second")
    assert sum('"NewsArticle"' in pages[article.key] for article in news) >= 5
    assert sum("og:title" not in pages[article.key] for article in news) >= 15


def test_pages_have_a_realistic_weight(pages: dict[str, str]) -> None:
    """Article pages weigh between 5 and 40 thousand characters."""
    weights = [len(pages[article.key]) for article in TEXTS]
    assert 5_000 < min(weights) <= max(weights) < 40_000
