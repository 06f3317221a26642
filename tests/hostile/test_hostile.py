"""A hostile neighbour costs nothing: the good articles come, once each, and the visit ends by itself."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from archive.record import Record, from_line

from .pages import MARKUP
from .paths import PATHS
from .refusals import REFUSALS, ROBOTS
from .site import Hostile, Trap, good_articles
from .traps import WIRE

QUICK = {"WARKAT_BACKOFF_BASE_S": "0.05", "WARKAT_RETRY_TIMES": "2"}
MEMORY = 300 * 1024
"""KiB that no process of a crawl may pass."""
ALL = [*WIRE, *MARKUP, *PATHS, *REFUSALS]


@dataclass
class Visited:
    """One crawl of a hostile site."""

    report: dict[str, Any]
    records: list[Record]
    reasons: dict[str, set[str]]
    """Names in the report by path."""
    seconds: float
    memory_kib: int
    status: int
    said: str

    def reasons_of(self, trap: Trap) -> set[str]:
        found: set[str] = set()
        for path, names in self.reasons.items():
            if trap.name in path:
                found |= names
        return found


WRAPPED = """
import json, resource, subprocess, sys
status = subprocess.call(sys.argv[2:])
json.dump({"memory": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss}, open(sys.argv[1], "w"))
sys.exit(status)
"""


def visit(site: Hostile, root: Path, *words: str, timeout_s: float = 1.5, max_requests: int = 500) -> Visited:
    collection = site.collection(root, timeout_s, max_requests)
    settings = [word for name, value in QUICK.items() for word in ("-s", f"{name}={value}")]
    crawl = [sys.executable, "-m", "crawler.cli", "-C", str(root), "crawl", "tetangga", "--json", *settings, *words]
    started = time.monotonic()
    # The wrapper's children are the crawl alone; what the crawl waits for, the reader and its child, count too.
    got = subprocess.run(
        [sys.executable, "-c", WRAPPED, str(root / "memory.json"), *crawl],
        capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    seconds = time.monotonic() - started
    assert "Traceback" not in got.stderr, got.stderr
    assert got.stdout, got.stderr
    report = json.loads(got.stdout)["sources"][0]
    lines = [line for path in root.glob("records/*/*.jsonl") for line in path.read_text().splitlines()]
    return Visited(
        report, [from_line(line) for line in lines], _reasons(site, report, collection.catalog), seconds,
        json.loads((root / "memory.json").read_text())["memory"], got.returncode, got.stderr,
    )  # fmt: skip


def _reasons(site: Hostile, report: dict[str, Any], catalog: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for page in report["failed_pages"]:
        found.setdefault(page["url"].removeprefix(site.url), set()).add(page["reason"])
    with sqlite3.connect(catalog) as db:
        for url, via, reason in db.execute(
            "SELECT url, via, reason FROM reading JOIN capture USING (filename, offset) WHERE reason <> ''"
        ):
            for address in (url, via or ""):
                found.setdefault(address.removeprefix(site.url), set()).add(reason)
    db.close()
    for way in report["discovery"]:
        found.setdefault(way["url"], set()).update(way["problems"], way["ignored"])
    return found


def check(site: Hostile, visited: Visited, traps: Iterable[Trap]) -> None:
    """Each good article once, nothing else but the odd articles, every trap named."""
    wanted = Counter(title for _, title, _ in site.good)
    wanted.update(title for trap in traps for title in trap.records)
    titles = Counter(record.title for record in visited.records if not record.url.count("/tanpa-akhir-"))
    unnamed = {
        trap.name: sorted(visited.reasons_of(trap))
        for trap in traps
        if trap.expect and not set(trap.expect) & visited.reasons_of(trap)
    }
    wrong = {"too many": dict(titles - wanted), "lost": dict(wanted - titles), "not named": unnamed}
    if any(wrong.values()):
        pytest.fail(json.dumps(wrong, indent=1) + visited.said)
    assert visited.memory_kib <= MEMORY
    assert site.intruders == 0
    assert visited.report["outcome"] in ("fine", "rate-limited"), visited.said
    assert not any("root:" in record.body_text for record in visited.records)


def test_there_are_twenty_good_articles_and_more_traps_than_sixty() -> None:
    """The neighbourhood is as large as promised, and every trap has a name of its own."""
    assert len(good_articles()) == 20
    assert len(ALL) + len(ROBOTS) >= 60
    assert len({trap.name for trap in ALL}) == len(ALL)


@pytest.mark.parametrize("group", ["wire", "markup", "paths", "refusals"])
def test_a_street_of_traps_costs_no_good_article(group: str, tmp_path: Path) -> None:
    """All traps of a kind around the good articles in one crawl."""
    traps = {"wire": WIRE, "markup": MARKUP, "paths": PATHS, "refusals": REFUSALS}[group]
    with Hostile(traps) as site:
        check(site, visit(site, tmp_path / "c", timeout_s=0.8), traps)


@pytest.mark.torture
def test_all_traps_together_cost_no_good_article(tmp_path: Path) -> None:
    """The whole neighbourhood at once ends within 300 seconds."""
    with Hostile(ALL) as site:
        visited = visit(site, tmp_path / "c")
        check(site, visited, ALL)
        assert visited.seconds < 300


@pytest.mark.torture
@pytest.mark.parametrize("trap", ALL, ids=lambda trap: trap.name)
def test_each_trap_alone_costs_no_good_article(trap: Trap, tmp_path: Path) -> None:
    """One trap, twenty good articles, at most a minute."""
    with Hostile([trap]) as site:
        visited = visit(site, tmp_path / "c")
        check(site, visited, [trap])
        assert visited.seconds < 60


@pytest.mark.parametrize("how", ROBOTS)
def test_robots_that_cannot_be_had_close_the_site_and_odd_ones_do_not(how: str, tmp_path: Path) -> None:
    """RFC 9309: what is unreachable disallows everything; what is unreadable allows it."""
    says, allows = ROBOTS[how]
    with Hostile(robots=says) as site:
        # What answers at all answers within the second, what never does costs it: the odd ones get longer.
        visited = visit(site, tmp_path / "c", timeout_s=3 if allows else 0.5)
        pages = [path for path in site.asked if path != "/robots.txt"]
        assert (len(visited.records), bool(pages)) == ((20, True) if allows else (0, False)), visited.said
        assert site.intruders == 0
        assert visited.memory_kib <= MEMORY
        if not allows:
            assert (visited.status, visited.report["outcome"]) in ((30, "robots-unreachable"), (18, "rate-limited"))
