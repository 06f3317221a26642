"""A page that gets the better of the reader costs itself, and nothing else."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.capture import Capture
from archive.record import Reading, Skip
from crawler.rebuild import nameless
from crawler.sources import Source
from crawler.worker import Worker
from crawler.workers import Workers

SOURCES = {"uji": nameless("uji")}


def capture(what: str) -> Capture:
    return Capture(
        url=f"https://uji.invalid/{what}", fetched_at=datetime(2026, 1, 1, tzinfo=UTC), request=b"",
        response_head=b"HTTP/1.1 200 OK\r\n\r\n", body=what.encode(),
    )  # fmt: skip


def read_badly(page: Capture, source: Source) -> Reading:
    """Does what the page says."""
    what = page.body.decode()
    if what == "loop":
        while True:
            pass
    if what == "grow":
        held = []
        while True:
            held.append(bytearray(1 << 20))
    if what == "fault":
        raise KeyError("bukan kunci")
    if what == "deep":
        return read_badly(page, source)
    if what == "abort":
        os.abort()
    if what.startswith("once:") and not Path(what[5:]).exists():
        Path(what[5:]).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return Skip("read", f"{what} by {os.getpid()}")


@pytest.fixture
def worker() -> Iterator[Worker]:
    # Little memory and much time: on a slow machine a page that grows must meet the first limit before the second.
    with Worker(SOURCES, read_badly, cpu_s=2, memory=100 << 20) as made:
        yield made


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("loop", "reader-timeout"),
        ("grow", "reader-died"),
        ("abort", "reader-died"),
        ("fault", "reader-fault"),
        ("deep", "reader-fault"),
    ],
)
def test_bad_page_is_skipped_by_name_and_the_next_one_is_read(worker: Worker, what: str, reason: str) -> None:
    """Whatever it does to the child, it is over soon, and the next page is read."""
    started = time.monotonic()
    got = worker.read(capture(what), "uji")
    assert isinstance(got, Skip)
    assert got.reason == reason
    assert time.monotonic() - started < 60
    after = worker.read(capture("fine"), "uji")
    assert isinstance(after, Skip)
    assert after.reason == "read"


def test_fault_of_the_reader_is_told_with_its_kind(worker: Worker) -> None:
    """The report says what went wrong in our own code."""
    assert worker.read(capture("fault"), "uji") == Skip("reader-fault", "KeyError: 'bukan kunci'")


def test_child_that_is_killed_from_outside_costs_no_page(worker: Worker, tmp_path: Path) -> None:
    """A page is tried a second time before it is blamed."""
    got = worker.read(capture(f"once:{tmp_path / 'tried'}"), "uji")
    assert isinstance(got, Skip)
    assert got.reason == "read"


def test_one_child_reads_many_pages(worker: Worker) -> None:
    """A child is not started for each page."""
    got = {str(worker.read(capture("fine"), "uji")) for _ in range(5)}
    assert len(got) == 1


def test_large_page_passes_both_ways(worker: Worker) -> None:
    """More than a pipe holds."""
    page = capture("x" * 3_000_000)
    got = worker.read(page, "uji")
    assert isinstance(got, Skip)
    assert got.detail.startswith("x" * 3_000_000)


def test_no_child_is_left_behind() -> None:
    """When the worker is closed its child has ended."""
    with Worker(SOURCES, read_badly) as made:
        got = made.read(capture("fine"), "uji")
        assert isinstance(got, Skip)
        pid = int(got.detail.rpartition(" ")[2])
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_pages_begun_behind_a_bad_one_are_read_all_the_same(worker: Worker) -> None:
    """Each answer belongs to its question, whichever of them kills the child."""
    asked = ["fine", "abort", "fault", "loop", "fine"]
    for what in asked:
        worker.begin(capture(what), "uji")
    got = [worker.finish() for _ in asked]
    assert [one.reason for one in got if isinstance(one, Skip)] == [
        "read", "reader-died", "reader-fault", "reader-timeout", "read"
    ]  # fmt: skip
    assert worker.waiting == 0


def test_page_that_does_not_fit_into_the_pipe_waits_for_its_turn(worker: Worker) -> None:
    """Else parent and child could each wait for the other to read."""
    large = capture("x" * 2_000_000)
    assert worker.has_room(large)
    worker.begin(capture("fine"), "uji")
    assert worker.has_room(capture("fine"))
    assert not worker.has_room(large)
    worker.finish()
    worker.begin(large, "uji")
    assert not worker.has_room(capture("fine"))
    assert isinstance(worker.finish(), Skip)


def test_answers_come_in_the_order_of_the_questions() -> None:
    """Several children, pages of all sizes, some known before they are read."""
    asked = [_Page(capture(f"{'x' * (n % 7 * 60_000)}{n}"), Skip(str(n)) if n % 5 == 0 else None) for n in range(60)]
    with Workers(SOURCES, count=2, read_page=read_badly) as workers:
        got = list(workers.read_all(asked))
    assert [one for one, _ in got] == asked
    for page, reading in got:
        assert isinstance(reading, Skip)
        assert reading == page.reading or reading.detail.startswith(page.capture.body.decode())


@dataclass(frozen=True)
class _Page:
    capture: Capture
    reading: Skip | None
    source_id: str = "uji"
