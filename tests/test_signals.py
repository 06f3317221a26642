"""SIGTERM at any moment: over within ten seconds, the status says unfinished, and nothing is lost (R3)."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.record import from_line
from archive.warc import scan
from tests.demo import demo_collection
from tests.portal import Portal, expected
from tests.test_crawl import QUICK, WARKAT, crawl, lines_of


def stop_soon(
    collection: Path, wait_for_start: Callable[[], object], after_s: float, number: signal.Signals
) -> tuple[int, float, str]:
    """One visit that is told to stop: its status, how long it took to obey, and what it said."""
    process = subprocess.Popen(
        [*WARKAT, "-C", str(collection), "crawl", "tirtasari", *QUICK], stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    wait_for_start()
    time.sleep(after_s)
    started = time.monotonic()
    process.send_signal(number)
    said = process.communicate(timeout=30)[1]
    return process.returncode, time.monotonic() - started, said


def check(times: int, root: Path) -> None:
    chance = random.Random(11)
    statuses: Counter[int] = Counter()
    with Portal(slow_s=1.0) as portal:
        collection = demo_collection(root / "c", portal.url).root
        source = collection / "sources" / "tirtasari.toml"
        # So that a visit lasts longer than it takes to stop it, however quick the machine is.
        source.write_text(source.read_text().replace("delay_s = 0.0", "delay_s = 0.05"))
        for turn in range(times):
            number = chance.choice([signal.SIGTERM, signal.SIGINT])
            asked = len(portal.requests)

            def has_asked(asked: int = asked) -> None:
                while len(portal.requests) == asked:
                    time.sleep(0.01)

            wait = has_asked if turn % 3 else lambda: time.sleep(0.2)
            status, seconds, said = stop_soon(collection, wait, chance.random() * 0.4, number)
            assert seconds < 10
            # Before the command has read its own name a signal simply ends it, and after its end it is too late.
            assert status in (11, 0, 1, -number), said
            assert status != 11 or "Traceback" not in said, said
            statuses[status] += 1
            for path in collection.glob("archive/*/*.warc.gz*"):
                list(scan(path))
        crawl(collection)
        records = [from_line(line) for line in lines_of(collection)]
        wanted = Counter(e.url for e in expected(portal.url) if e.integrity == "clean")
        assert Counter(r.canonical_url for r in records) == wanted
    assert statuses[11] >= times // 3, statuses


def test_signals_at_any_moment_lose_nothing(tmp_path: Path) -> None:
    """Six visits stopped at random moments, then one to the end."""
    check(6, tmp_path)


@pytest.mark.torture
def test_two_hundred_signals_lose_nothing(tmp_path: Path) -> None:
    """The whole promise."""
    check(200, tmp_path)
