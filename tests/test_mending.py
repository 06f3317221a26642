"""Repairing a collection: what is whole stays found, what is lost is told and fetched again, a kill loses nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.catalog import Catalog, ReadingRow, VersionRow
from archive.collection import Collection, make_collection
from archive.feed import line_faults
from archive.lease import Lease
from archive.record import Record, article_id, fingerprint, from_line, text_digest, to_line
from archive.warc import WarcWriter, close_file, read_exchange, scan
from archive.warc.repair import repair_file
from archive.warc.verify import verify_file
from crawler.archived import row_of
from crawler.cli import main
from crawler.mending import Mended, ReaderBusy, mend
from crawler.reading import reader_lock
from crawler.rebuild import nameless
from tests.records import record
from tests.test_warc import capture

SOURCE = nameless("contoh")
PAGES = 6


@dataclass
class Kept:
    """A collection of one file with an article on each page, all known to the catalog."""

    collection: Collection
    path: Path

    def catalog(self) -> Catalog:
        return Catalog(self.collection.catalog)

    def records(self) -> list[Record]:
        files = sorted(self.collection.records.glob("*/*.jsonl"))
        return [from_line(line) for path in files for line in path.read_text().splitlines()]

    def damage(self, page: int, change: Callable[[bytes], bytes]) -> None:
        """Change the response of a page where it lies."""
        with self.catalog() as catalog:
            row = catalog.recent("contoh", f"https://contoh.go.id/{page}", 1)[0]
        start, end = row.locator.offset, row.locator.offset + row.locator.length
        data = self.path.read_bytes()
        self.path.write_bytes(data[:start] + change(data[start:end]) + data[end:])

    def is_right(self) -> bool:
        """All that the catalog and the records point to is there."""
        with self.catalog() as catalog:
            for row in catalog.captures():
                path = self.collection.warc_file("contoh", row.locator.filename)
                assert read_exchange(path, row.locator.offset, row.end).record_id == row.record_id
            ids = {row.record_id: row.locator for row in catalog.captures()}
            for name in ("records", "set-aside"):
                for path in self.collection.root.glob(f"{name}/*/*.jsonl"):
                    known = catalog.record_size(path.relative_to(self.collection.root).as_posix())
                    assert known == path.stat().st_size
        for one in self.records():
            assert ids[one.warc_record_id].offset == one.warc_record_offset
            assert ids[one.warc_record_id].length == one.warc_record_length
        return line_faults(self.collection) == []


def body(page: int) -> bytes:
    return b"<p>%d</p>" % page * 400


def make(tmp_path: Path, *, closed: bool = True) -> Kept:
    collection = make_collection(tmp_path / "c", "Uji")
    out = WarcWriter(collection.archive("contoh"), "contoh", {"software": "warkat/uji"})
    start = datetime(2026, 11, 23, tzinfo=UTC)
    for page in range(PAGES):
        url, at = f"https://contoh.go.id/{page}", start + timedelta(seconds=page)
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
        out.append(capture(url=url, body=body(page), fetched_at=at, response_head=head))
    out.close()
    path = next(collection.archive("contoh").glob("*.open"))
    path = close_file(path) if closed else path
    kept = Kept(collection, path)
    name = "records/contoh/2026-11.jsonl"
    lines = collection.root / name
    lines.parent.mkdir(parents=True)
    with kept.catalog() as catalog:
        catalog.add_captures(row_of(SOURCE, exchange) for exchange in scan(path))
        for row in catalog.owed():
            one = record(
                source_id="contoh", id=article_id("contoh", row.url), url=row.url, canonical_url=row.url,
                title=row.url, text_digest=text_digest(row.url, "Isi."), warc_filename=row.locator.filename,
                warc_record_offset=row.locator.offset, warc_record_length=row.locator.length,
                warc_record_id=row.record_id, fetched_at=row.fetched_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            )  # fmt: skip
            with lines.open("a") as file:
                file.write(to_line(one) + "\n")
            version = VersionRow(article_id=one.id, version=1, fingerprint=fingerprint(one))
            with catalog.transaction():
                catalog.add_reading(
                    ReadingRow(
                        locator=row.locator, extractor="uji", outcome="record", version=version, source_id="contoh",
                        canonical_url=row.url, line=(name, lines.stat().st_size),
                    )
                )  # fmt: skip
    assert kept.is_right()
    return kept


def flip(member: bytes) -> bytes:
    return member[:60] + bytes([member[60] ^ 8]) + member[61:]


def repaired(kept: Kept) -> Mended:
    return mend(kept.collection, {})


def test_sound_collection_is_left_as_it_is(tmp_path: Path) -> None:
    """Where nothing is damaged nothing is written."""
    kept = make(tmp_path)
    before = kept.path.read_bytes()
    made = repaired(kept)
    assert (made.sound, made.files, made.is_whole) == (1, [], True)
    assert kept.path.read_bytes() == before
    assert not kept.collection.index.exists()


@pytest.mark.parametrize("closed", [True, False])
@pytest.mark.parametrize("change", [flip, lambda member: member[:-40], lambda _: b""], ids=["flip", "cut", "gone"])
def test_one_page_is_lost_and_all_others_are_found_at_their_new_places(
    tmp_path: Path, change: Callable[[bytes], bytes], closed: bool
) -> None:
    """Catalog, records and index agree with the new file; the damaged one is kept byte for byte."""
    kept = make(tmp_path, closed=closed)
    kept.damage(2, change)
    damaged = kept.path.read_bytes()
    made = repaired(kept)
    assert not made.is_whole
    (file,) = made.files
    assert [gone.url for gone in file.gone] == ["https://contoh.go.id/2"]
    assert file.path == kept.path
    assert file.repaired.path.read_bytes() == damaged
    assert verify_file(kept.path).ok
    assert kept.is_right()
    assert [one.canonical_url[-1] for one in kept.records()] == ["0", "1", "3", "4", "5"]
    with kept.catalog() as catalog:
        assert [row.url[-1] for row in catalog.captures()] == ["0", "1", "3", "4", "5"]
        assert catalog.owed() == []
        assert catalog.recent("contoh", "https://contoh.go.id/2", 1) == []
        assert catalog.version(article_id("contoh", "https://contoh.go.id/2")) is None
        assert [row.seq for row in catalog.captures()] == [1, 2, 4, 5, 6]
    (aside,) = (kept.collection.root / "set-aside" / "contoh").glob("*.jsonl")
    told = json.loads(aside.read_text())
    assert (told["reasons"], told["record"]["canonical_url"]) == (["capture-lost"], "https://contoh.go.id/2")
    index = kept.collection.index.read_text().splitlines()
    assert len(index) == PAGES - 1
    assert {json.loads(line.split(" ", 2)[2])["filename"] for line in index} == {f"contoh/{kept.path.name}"}


def test_repairing_again_finds_nothing(tmp_path: Path) -> None:
    """The second repair writes nothing; a second damage goes under a name of its own."""
    kept = make(tmp_path)
    kept.damage(2, flip)
    repaired(kept)
    before = kept.path.read_bytes()
    assert repaired(kept).is_whole
    assert kept.path.read_bytes() == before
    kept.damage(4, flip)
    assert [gone.url[-1] for file in repaired(kept).files for gone in file.gone] == ["4"]
    assert kept.is_right()
    assert len(list(kept.path.parent.glob("*.damaged*"))) == 2


def test_older_version_is_the_newest_again(tmp_path: Path) -> None:
    """Where the capture of a later version is lost, the next visit's version follows the one that is left."""
    kept = make(tmp_path)
    first, *_, last = kept.records()
    later = last.model_copy(update={"id": first.id, "version": 2, "canonical_url": first.canonical_url})
    lines = kept.collection.records / "contoh" / "2026-11.jsonl"
    lines.write_text("".join(to_line(one) + "\n" for one in [*kept.records()[:-1], later]))
    kept.damage(5, flip)
    repaired(kept)
    with kept.catalog() as catalog:
        assert catalog.version(first.id) == VersionRow(article_id=first.id, version=1, fingerprint=fingerprint(first))


def test_file_of_which_nothing_is_whole(tmp_path: Path) -> None:
    """It is set aside, and nothing points into it any more."""
    kept = make(tmp_path)
    kept.path.write_bytes(b"\x1f\x8b" + bytes(5000))
    (file,) = repaired(kept).files
    assert file.path is None
    assert len(file.gone) == file.lines_set_aside == PAGES
    assert kept.is_right()
    assert kept.collection.warc_files() == []


def test_growing_file_without_its_beginning_is_closed(tmp_path: Path) -> None:
    """A visit could not append to it: the next one begins another."""
    kept = make(tmp_path, closed=False)
    kept.path.write_bytes(b"\0" * 200 + kept.path.read_bytes()[200:])
    (file,) = repaired(kept).files
    assert file.path == kept.path.with_name(kept.path.name.removesuffix(".open"))
    assert kept.is_right()
    assert kept.collection.warc_files() == [file.path]


@pytest.mark.parametrize("moment", ["written", "set aside", "renamed", "lines written"])
def test_killed_repair_is_ended_by_the_next(tmp_path: Path, moment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whenever a repair is killed, the next one leaves all as if it had not been."""

    class Killed(BaseException):
        pass

    def kill(*_: object) -> None:
        raise Killed

    kept = make(tmp_path)
    kept.damage(2, flip)
    with monkeypatch.context() as patch:
        if moment == "written":
            patch.setattr(Path, "rename", kill)
        elif moment == "set aside":
            rename = Path.rename
            patch.setattr(Path, "rename", lambda p, to: kill() if p.suffix == ".repairing" else rename(p, to))
        elif moment == "renamed":
            patch.setattr("crawler.mending.relocate", kill)
        else:
            patch.setattr("crawler.moving._forget_versions", kill)
        with pytest.raises(Killed):
            repaired(kept)
    (file,) = repaired(kept).files
    assert [gone.url[-1] for gone in file.gone] == ["2"]
    assert verify_file(kept.path).ok
    assert len(kept.records()) == PAGES - 1
    assert kept.collection.index.exists()
    assert not list(kept.path.parent.glob("*.repairing"))
    with kept.catalog() as catalog:
        assert catalog.version(article_id("contoh", "https://contoh.go.id/2")) is None
    assert repaired(kept).is_whole


def test_source_under_visit_is_left_alone(tmp_path: Path) -> None:
    """What a visit holds is not touched; what a reader writes is not either."""
    kept = make(tmp_path)
    kept.damage(2, flip)
    before = kept.path.read_bytes()
    with Lease(kept.path.parent / ".lock"):
        made = repaired(kept)
    assert (made.busy[0][:7], made.files, made.is_whole) == ("contoh:", [], False)
    with reader_lock(kept.collection), pytest.raises(ReaderBusy):
        repaired(kept)
    assert kept.path.read_bytes() == before


def warkat(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "crawler.cli", *map(str, words)], capture_output=True, text=True, check=False
    )


def test_the_command_tells_what_was_saved_and_what_was_lost(tmp_path: Path) -> None:
    """In words and as JSON, with status 1 for a loss and 0 for none."""
    kept = make(tmp_path)
    kept.damage(2, flip)
    got = warkat("-C", kept.collection.root, "repair")
    assert got.returncode == 1
    assert "18 WARC records saved" in got.stdout
    assert "lost capture https://contoh.go.id/2" in got.stdout
    assert "0 files sound, 1 repaired" in got.stdout
    again = warkat("-C", kept.collection.root, "repair", kept.path)
    assert (again.returncode, again.stdout) == (0, "1 files sound, 0 repaired\n")
    assert warkat("-C", kept.collection.root, "verify").returncode == 0
    stray = tmp_path / "b.warc.gz"
    stray.write_bytes(kept.path.read_bytes()[:-9])
    refused = warkat("-C", kept.collection.root, "repair", stray)
    assert refused.returncode == 2
    assert "--out" in refused.stderr
    told = warkat("repair", stray, "--out", tmp_path / "baru", "--json")
    assert told.returncode == 1
    assert json.loads(told.stdout)["lost"]
    assert verify_file(tmp_path / "baru" / "b.warc.gz", ours=False).ok
    assert set(main.commands) >= {"repair", "verify"}  # type: ignore[attr-defined]


def test_names_set_aside_never_collide(tmp_path: Path) -> None:
    """Each damaged file that was ever set aside stays."""
    path = tmp_path / "a.warc.gz"
    for _ in range(3):
        path.write_bytes(b"<html>")
        repair_file(path, tmp_path, set_aside=True)
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "a.warc.gz.damaged", "a.warc.gz.damaged.2", "a.warc.gz.damaged.3",
    ]  # fmt: skip
