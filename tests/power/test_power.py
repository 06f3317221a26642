"""Nothing that was acknowledged is lost when the power fails, and nothing comes twice (R4)."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from archive.catalog import Catalog
from archive.warc import WarcWriter
from tests.power.disk import Disk, power_fails
from tests.power.story import SOURCE, Story, start_again, told

CATALOGS: tuple[str, ...] = ("checkpoint", "torn log", "whole", "gone")


def cut(disk: Disk, story: Story, root: Path, count: int) -> Counter[str]:
    """So many cuts, spread over the whole story; what was going on at each."""
    seen: Counter[str] = Counter()
    for number in range(count):
        chance = random.Random(number)
        moment = disk.moments[number * len(disk.moments) // count]
        place = root / str(number)
        catalog = CATALOGS[number % 4]
        power_fails(moment, disk.top, place, chance, drop_all=number % 3 == 0, catalog=catalog)  # type: ignore[arg-type]
        seen[moment.what] += 1
        try:
            start_again(place, story, moment.promised)
        except Exception as fault:
            fault.add_note(f"cut {number}: {moment.what}, catalog {catalog}, {place}")
            raise
    return seen


def test_power_failures_lose_nothing_that_was_acknowledged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirty cuts over three visits: bytes and names that were not synced are gone."""
    disk, story = told(tmp_path / "c", monkeypatch)
    assert len(disk.moments) > 100
    seen = cut(disk, story, tmp_path / "cuts", 30)
    assert {"before fsync", "after fsync"} <= seen.keys()


@pytest.mark.torture
def test_five_hundred_power_failures_lose_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole promise: also before and after each rename."""
    disk, story = told(tmp_path / "c", monkeypatch)
    seen = cut(disk, story, tmp_path / "cuts", 500)
    assert {
        "before fsync",
        "after fsync",
        "before rename",
        "after rename",
        "before mkdir",
        "before write",
    } <= seen.keys()


def test_a_disk_that_forgets_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test can fail: a writer that only pretends to sync loses what it acknowledged."""
    monkeypatch.setattr(WarcWriter, "sync", lambda _writer: None)
    disk, story = told(tmp_path / "c", monkeypatch)
    with pytest.raises(AssertionError):
        cut(disk, story, tmp_path / "cuts", 30)


def test_catalog_that_is_gone_is_made_from_the_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its rows come back with the next visit, in the order in which they were, and no page is read as newer."""
    disk, story = told(tmp_path / "c", monkeypatch)
    with Catalog(story.collection.catalog) as catalog:
        before = [(row.record_id, row.locator) for row in catalog.captures(SOURCE.id)]
    place = tmp_path / "cut"
    power_fails(disk.moments[-1], disk.top, place, random.Random(1), drop_all=True, catalog="gone")
    start_again(place, story, story.promised())
    with Catalog(place / "catalog.sqlite3") as catalog:
        assert [(row.record_id, row.locator) for row in catalog.captures(SOURCE.id)] == before
