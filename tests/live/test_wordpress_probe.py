"""A probe of a real WordPress: what it writes is crawled and gives every post once, whatever the form of addresses."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from crawler.sources.load import Sources
from tests.live.crawl import SOURCE_ID, command, export, make_collection, warkat
from tests.live.wordpress import WordPress

pytestmark = pytest.mark.live


def test_a_probed_wordpress_is_crawled_whole(site: WordPress, tmp_path: Path) -> None:
    """Platform and REST are found, nothing is asked twice, and the file brings every post and no page."""
    if command() is None:
        pytest.skip("the warkat command is not installed")
    make_collection(tmp_path, site)
    before = len(site.requests())
    told = json.loads(
        warkat("-C", str(tmp_path), "sources", "add", site.url, "--id", SOURCE_ID, "--delay", "0", "--json")
    )
    asked = Counter(line.partition(" GET ")[2].split()[0] for line in site.requests()[before:])
    assert [path for path, times in asked.items() if times > 1] == []
    assert told["works"], told
    source = Sources(tmp_path / "sources", packaged=False)[SOURCE_ID]
    assert source.platform == "wordpress"
    assert {"rest", "feed"} <= {how.kind for how in source.discovery}
    path = tmp_path / "sources" / f"{SOURCE_ID}.toml"
    path.write_text(path.read_text(encoding="utf-8") + "\n[politeness]\ndelay_s = 0.0\n", encoding="utf-8")
    warkat("-C", str(tmp_path), "crawl", SOURCE_ID)
    records = export(tmp_path)
    posts = {post.url.rstrip("/") for post in site.posts}
    found = Counter(record["canonical_url"].rstrip("/") for record in records)
    assert posts - set(found) == set()
    assert [url for url, times in found.items() if times > 1] == []
