"""Writes that fail: nothing before them is spoiled, the visit says so, and with room again all comes once (R5)."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from archive.capture import Capture
from archive.collection import make_collection
from archive.warc import WarcWriter, scan
from archive.warc.verify import exit_status, verify_files
from crawler.archived import ArchiveStopped
from tests.kills.runner import Tally, finish, lines_of, look
from tests.kills.site import Site
from tests.power.story import Story, check_captures, check_lines, pages_of

FAULTS = {"no room": errno.ENOSPC, "device": errno.EIO}


def failing(
    monkeypatch: pytest.MonkeyPatch, call: str, number: int, fault: int, *, half: bool
) -> Callable[[], bool]:  # fmt: skip
    """Let a system call of this process fail from its ``number``-th time on; tells whether it has."""
    true_call, times = getattr(os, call), 0

    def call_or_fail(fd: int, *args: Any) -> Any:
        nonlocal times
        if not os.readlink(f"/proc/self/fd/{fd}").endswith(".open"):  # noqa: PTH115
            return true_call(fd, *args)
        times += 1
        if times < number:
            return true_call(fd, *args)
        if half and call == "write" and times == number:
            return true_call(fd, bytes(args[0])[: len(args[0]) // 2])
        raise OSError(fault, os.strerror(fault))

    monkeypatch.setattr(os, call, call_or_fail)
    return lambda: times >= number


@pytest.mark.parametrize("call", ["write", "fsync"])
@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("number", [1, 4])
def test_failed_call_spoils_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, name: str, number: int
) -> None:
    """Whichever call fails and how: what was acknowledged before is whole, and the next visit goes on."""
    story = Story(make_collection(tmp_path / "c", "uji"))
    has_failed = failing(monkeypatch, call, number, FAULTS[name], half=number % 2 == 0)
    with pytest.raises((ArchiveStopped, AssertionError), match=r"c/archive|disk-full|unwritable|Errno"):
        story.visit([*pages_of(0), *pages_of(1)])
    monkeypatch.undo()
    assert has_failed()
    promised = list(story.kept)
    assert [r.path.name for r in verify_files(story.collection.warc_files(), 1) if exit_status([r])] == []
    for number in range(3):
        story.visit(owed_of(number, promised))
    check_captures(story.collection, promised)
    check_lines(story.collection, [])


def owed_of(number: int, promised: list[tuple[str, str]]) -> list[Capture]:
    """What a visit would still ask for."""
    had = {url for url, _ in promised} if number == 0 else set()
    return [page for page in pages_of(number) if page.url not in had]


def test_file_that_can_not_even_be_cut_is_healed_by_the_next_visit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The device fails altogether, in the middle of a record: the torn end stays until a visit finds it."""
    story = Story(make_collection(tmp_path / "c", "uji"))
    failing(monkeypatch, "write", 4, errno.EIO, half=True)
    failing(monkeypatch, "ftruncate", 1, errno.EIO, half=False)
    with pytest.raises(ArchiveStopped):
        story.visit(pages_of(0))
    monkeypatch.undo()
    promised = list(story.kept)
    for number in range(3):
        story.visit(owed_of(number, promised))
    assert any("torn end" in line for line in story.healed)
    check_captures(story.collection, promised)
    check_lines(story.collection, [])


def test_writer_goes_on_after_a_write_that_failed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a record is taken off again: what is appended later follows the last whole one."""
    out = WarcWriter(tmp_path / "contoh", "contoh", {"software": "warkat"})
    first, second, third = pages_of(0)[:3]
    out.append(first)
    failing(monkeypatch, "write", 1, errno.ENOSPC, half=True)
    with pytest.raises(OSError, match="No space"):
        out.append(second)
    monkeypatch.undo()
    out.append(third)
    out.close()
    path = next((tmp_path / "contoh").glob("*.open"))
    assert [e.capture.url for e in scan(path)] == [first.url, third.url]
    assert exit_status(list(verify_files([path], 1))) == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own with little room."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=700k", "warkat-test", disk], check=False)  # noqa: S607
    if mounted.returncode:
        pytest.skip("mounting a small disk needs root")
    yield disk
    subprocess.run(["umount", disk], check=True)  # noqa: S607


@pytest.mark.torture
def test_full_disk_pauses_and_with_room_every_article_comes_once(small_disk: Path) -> None:
    """Status 3, no half line, valid files; after the disk has grown, one visit brings the rest."""
    with Site() as site:
        collection = site.collection(small_disk / "c")
        command = [sys.executable, "-m", "crawler.cli", "-C", str(collection.root), "crawl", "seribu"]
        for reserve in ("0", "200000"):  # the write that fails, and the look before it
            got = subprocess.run(
                [*command, "-s", f"WARKAT_DISK_RESERVE={reserve}"], capture_output=True, text=True, check=False
            )
            assert got.returncode == 3, got.stderr
            assert "Traceback" not in got.stderr
            assert [r.path.name for r in verify_files(collection.warc_files(), 1) if exit_status([r])] == []
            assert all(path.read_bytes().endswith(b"\n") for path in collection.records.glob("*/*.jsonl"))
        told = set(lines_of(collection))
        subprocess.run(["mount", "-o", "remount,size=200m", small_disk], check=True)  # noqa: S607
        tally = Tally()
        finish(site, collection, tally)
        look(site, collection, tally, told)
        assert tally.faults == []
