"""Every saved page of every site gives the record that a person says is right, field by field.

One test for each site and field, so that a report reads "published_at broke on site X".
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from archive.record import Article
from crawler.sources.load import load_sources
from tests.sites.keep import SITES, UNTOLD, kept, told

FOLDERS = sorted(path.parent for path in SITES.glob("*/*/capture.warc.gz"))
FIELDS = ["skip", *(name for name in Article.__slots__ if name not in UNTOLD)]


@cache
def right_and_read(folder: Path) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    lines = (folder / "records.jsonl").read_text(encoding="utf-8").splitlines()
    (source,) = load_sources(folder, packaged=False).values()
    captures = kept(folder)
    return [(right, told(captures[right["url"]], source)) for right in map(json.loads, lines)]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_field_is_as_a_person_reads_it(folder: Path, field: str) -> None:
    """What the reader says of a field, on each saved page of a site."""
    broken = {right["url"]: (right.get(field), read.get(field)) for right, read in right_and_read(folder)}
    assert {url: pair for url, pair in broken.items() if pair[0] != pair[1]} == {}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_every_saved_page_has_its_record(folder: Path) -> None:
    """No page is kept that nobody has judged, and two at least of each site."""
    urls = [right["url"] for right, _ in right_and_read(folder)]
    assert sorted(urls) == sorted(kept(folder))
    assert len(urls) >= 2
