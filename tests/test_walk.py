"""A visit that was cut short costs no article, and its restart asks for little twice."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests.kills.site import PER_PAGE, Site

ARTICLES = 40


def crawl(root: Path, *words: str) -> int:
    command = [sys.executable, "-m", "crawler.cli", "-C", str(root), "crawl", "seribu", *words]
    return subprocess.run(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False).returncode


def articles(root: Path) -> Counter[str]:
    return Counter(
        json.loads(line)["url"] for path in root.glob("records/*/*.jsonl") for line in path.read_text().splitlines()
    )


def test_a_visit_that_ended_between_two_listing_pages_is_gone_on_with(tmp_path: Path) -> None:
    """Known pages do not end the walk after a visit cut short, and come from the archive; afterwards they do."""
    with Site(articles=ARTICLES) as site:
        root = site.collection(tmp_path / "c").root
        crawl(root, "--limit", str(4 * PER_PAGE))  # exactly four pages: the first has nothing new now
        before = len(site.asked)
        crawl(root)
        again = site.asked[before:]
        assert articles(root) == {f"{site.url}/berita/kabar-{n}": 1 for n in range(ARTICLES)}
        assert next(path for path in again if path.startswith("/berita?")) == "/berita?page=5"
        assert len(set(again)) == len(again)
        before = len(site.asked)
        crawl(root)
        assert site.asked[before:] == ["/berita"]  # robots.txt is asked for once a day


def test_a_page_that_did_not_come_is_asked_for_on_the_next_visit(tmp_path: Path) -> None:
    """However deep in the listing it stands: the listing's first page alone would not lead there."""
    with Site(articles=ARTICLES) as site:
        root = site.collection(tmp_path / "c").root
        site.failing.add("/berita/kabar-33")
        crawl(root, "-s", "WARKAT_BACKOFF_BASE_S=0.05", "-s", "WARKAT_RETRY_TIMES=0")
        assert len(articles(root)) == ARTICLES - 1
        site.failing.clear()
        before = len(site.asked)
        crawl(root)
        assert sorted(site.asked[before:]) == ["/berita", "/berita/kabar-33"]
        assert len(articles(root)) == ARTICLES
