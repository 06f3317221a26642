"""Rounds of kills and what they cost."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path

from archive.collection import Collection
from archive.record import RecordInvalid, from_line
from archive.warc import ArchiveDamaged, scan
from archive.warc.verify import exit_status, verify_files
from tests.kills.site import ARTICLES, Site

CRAWL = [sys.executable, "-m", "crawler.cli"]
CONCURRENCY = 16
"""Requests that a kill may cost: as many as Scrapy has on their way at a time."""
FIXED = {"collection.toml", "sources/seribu.toml", "catalog.sqlite3", "archive/seribu/.lock", "records/.lock"}


@dataclass
class Tally:
    """What was counted, added up over rounds."""

    rounds: int = 0
    signals: int = 0
    ended_before: int = 0
    """Visits that were over before the signal came."""
    lost: int = 0
    """Articles that a line of JSON had told of and that are not there in the end, and articles never recorded."""
    json_twice: int = 0
    warc_twice: int = 0
    """Payloads of an article stored a second time; a revisit stores none."""
    corrupt: int = 0
    """WARC files with a finding, and lines that are no record."""
    orphans: int = 0
    """Files that no collection has after an undisturbed visit."""
    wrong_status: int = 0
    slowest_s: float = 0.0
    """From SIGTERM to the end of the process."""
    requests: int = 0
    minimum: int = 0
    """Requests of undisturbed visits to as many sites."""
    faults: list[str] = field(default_factory=list)

    @property
    def allowed(self) -> int:
        """Requests that the promise lets the site see."""
        return self.minimum + CONCURRENCY * self.signals

    @property
    def is_kept(self) -> bool:
        """Whether all that is promised was kept."""
        bad = self.lost + self.json_twice + self.warc_twice + self.corrupt + self.orphans + self.wrong_status
        return not bad and self.requests <= self.allowed

    def add(self, other: Tally) -> None:
        """Take another's counts in."""
        for one in fields(self):
            mine, theirs = getattr(self, one.name), getattr(other, one.name)
            setattr(self, one.name, max(mine, theirs) if one.name == "slowest_s" else mine + theirs)


Strike = Callable[[subprocess.Popen[bytes], random.Random], None]
"""Ends a visit, one way or another."""


def start(collection: Collection) -> subprocess.Popen[bytes]:
    """A visit in a process group of its own."""
    return subprocess.Popen(
        [*CRAWL, "-C", str(collection.root), "crawl", "seribu", "--json"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip


def readers_of(process: subprocess.Popen[bytes]) -> list[int]:
    """The process ids of a visit's children."""
    try:
        told = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    except OSError:
        return []
    return [int(pid) for pid in told.split()]


def kill(process: subprocess.Popen[bytes], chance: random.Random) -> None:
    """SIGKILL to everything, to the crawl alone, or to the reader and a little later to everything."""
    which = chance.random()
    if 0.6 <= which < 0.8:
        process.kill()
    else:
        if which >= 0.8:
            for pid in readers_of(process):
                with_no_fuss(pid, signal.SIGKILL)
            time.sleep(chance.random() * 0.3)
        end_group(process)
    process.wait()


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and all that it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def with_no_fuss(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process that may be gone."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def random_moment(site: Site, process: subprocess.Popen[bytes], chance: random.Random) -> bool:
    """Wait: some time from the start, or until some requests have come; whether the visit is still on its way."""
    asked = len(site.asked)
    if chance.random() < 0.25:
        until, wanted = time.monotonic() + chance.random() * 1.5, 1 << 30
    else:
        until, wanted = time.monotonic() + 60, asked + chance.randint(1, 22)
    while process.poll() is None and time.monotonic() < until and len(site.asked) < wanted:
        time.sleep(0.002)
    time.sleep(chance.random() * 0.04)
    return process.poll() is None


def lines_of(collection: Collection) -> list[str]:
    """All whole record lines."""
    return [
        line
        for path in sorted(collection.records.glob("*/*.jsonl"))
        for line in path.read_text().split("\n")[:-1]
    ]  # fmt: skip


def killed_round(folder: Path, chance: random.Random, kills: int) -> Tally:
    """One collection, killed again and again until it is complete or the kills are used up."""
    tally = Tally(rounds=1)
    told: set[str] = set()
    with Site(slow_s=0.003) as site:
        collection = site.collection(folder)
        while tally.signals < kills and not tally.ended_before:
            process = start(collection)
            if random_moment(site, process, chance):
                kill(process, chance)
                tally.signals += 1
            else:
                tally.ended_before += 1
            told.update(lines_of(collection))
        finish(site, collection, tally)
        look(site, collection, tally, told)
    return tally


def finish(site: Site, collection: Collection, tally: Tally) -> None:
    """One visit to its end, and the requests that came to that."""
    status = start(collection).wait(timeout=300)
    if status != 0:
        tally.wrong_status += 1
        tally.faults.append(f"the last visit ended with {status}")
    tally.requests += len(site.asked)
    tally.minimum += 1 + ARTICLES // 5 + 1 + ARTICLES


def look(site: Site, collection: Collection, tally: Tally, told: set[str]) -> None:
    """Count what is wrong with a collection that should be complete."""
    lines = lines_of(collection)
    ids: Counter[str] = Counter()
    for line in lines:
        try:
            ids[from_line(line).url.removeprefix(site.url)] += 1
        except RecordInvalid as fault:
            tally.corrupt += 1
            tally.faults.append(f"no record: {fault}")
    missing = {f"/berita/kabar-{n}" for n in range(ARTICLES)} - ids.keys()
    gone = told - set(lines)
    tally.lost += len(missing) + len(gone)
    tally.faults += [f"never recorded: {sorted(missing)[:5]}"] if missing else []
    tally.faults += [f"told once and gone: {len(gone)}"] if gone else []
    tally.json_twice += sum(count - 1 for count in ids.values())
    tally.warc_twice += sum(count - 1 for count in stored(collection).values())
    damaged = [report for report in verify_files(collection.warc_files(), 1) if exit_status([report])]
    tally.corrupt += len(damaged)
    tally.faults += [f"{report.path}: {report.findings[:2]}" for report in damaged]
    tally.faults += (left := sorted(orphans(collection)))
    tally.orphans += len(left)


def stored(collection: Collection) -> Counter[str]:
    """Article payloads in the WARC files, by address."""
    found: Counter[str] = Counter()
    for path in collection.warc_files():
        try:
            for exchange in scan(path):
                capture = exchange.capture
                if exchange.record_type == "response" and capture.role == "article" and not capture.truncated:
                    found[capture.url] += 1
        except ArchiveDamaged:
            continue  # counted by the verifier
    return found


def orphans(collection: Collection) -> Iterator[str]:
    """Files that should not be there when no visit is under way."""
    growing = 0
    for path in collection.root.rglob("*"):
        name = path.relative_to(collection.root).as_posix()
        room = name.partition("/")[0]
        growing += name.endswith(".open")
        usual = name in FIXED or (
            (room == "archive" and name.endswith((".warc.gz", ".warc.gz.open")))
            or (room == "records" and name.endswith(".jsonl"))
            or (room == "runs" and name.endswith(("report.json", "manifest.json", "head.json", "runs/.lock")))
            or (room in ("set-aside", "records") and name.endswith(".cut"))
            or name.startswith("catalog.sqlite3-")
        )
        if path.is_file() and not usual:
            yield name
    if growing > 1:
        yield f"{growing} growing files"


def run_kills(kills: int, per_round: int, seed: int, tell: Callable[[str], None]) -> Tally:
    """So many SIGKILLs, in rounds."""
    chance, total = random.Random(seed), Tally()
    while total.signals < kills:
        with tempfile.TemporaryDirectory() as folder:
            one = killed_round(Path(folder) / "c", chance, min(per_round, kills - total.signals))
        total.add(one)
        tell(
            f"  {total.signals:5} kills: {total.lost} lost, {total.json_twice} + {total.warc_twice} twice,"
            f" {total.corrupt} corrupt, {total.orphans} left behind,"
            f" {total.requests:,} requests of {total.allowed:,} allowed"
        )
        for fault in one.faults:
            tell(f"        {fault}")
    return total


def told_to_stop(
    collection: Collection, site: Site, chance: random.Random, *, twice: bool
) -> tuple[int, float, str] | None:
    """One visit that gets SIGTERM, once or twice; status, seconds, and what it said. None when it was over before."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [*CRAWL, "-C", str(collection.root), "crawl", "seribu"], stdout=subprocess.DEVNULL, stderr=said
        )
        asked = len(site.asked)
        while len(site.asked) == asked and process.poll() is None:
            time.sleep(0.002)
        time.sleep(chance.random() * 0.3)
        if process.poll() is not None:
            return None
        number = chance.choice([signal.SIGTERM, signal.SIGTERM, signal.SIGINT])
        process.send_signal(number)
        if twice:
            time.sleep(0.3)
            with_no_fuss(process.pid, number)
        since = time.monotonic()
        status = process.wait(timeout=60)
        took = time.monotonic() - since
        said.seek(0)
        return status, took, said.read().decode()


def stopped_round(folder: Path, chance: random.Random, stops: int, slowest: dict[str, float]) -> Tally:
    """One collection, stopped again and again; every fourth time the server is stuck in the middle of a page."""
    tally = Tally(rounds=1)
    told: set[str] = set()
    with Site(slow_s=0.02) as site:
        collection = site.collection(folder)
        while tally.signals < stops and not tally.ended_before:
            kind = chance.choice(["answering", "answering", "stuck", "twice"])
            if kind != "answering":
                site.stuck.set()
            got = told_to_stop(collection, site, chance, twice=kind == "twice")
            site.stuck.clear()
            told.update(lines_of(collection))
            if got is None:
                tally.ended_before += 1
                continue
            tally.signals += 1
            status, took, said = got
            slowest[kind] = max(slowest.get(kind, 0.0), took)
            limit = 2 if kind == "twice" else 10
            if status != 11 or took > limit or "stopping" not in said or "Traceback" in said:
                tally.wrong_status += 1
                tally.faults.append(f"{kind}: status {status} after {took:.1f} s: {json.dumps(said[-300:])}")
        finish(site, collection, tally)
        look(site, collection, tally, told)
    tally.slowest_s = max(slowest.values(), default=0.0)
    return tally


def run_stops(stops: int, per_round: int, seed: int, tell: Callable[[str], None]) -> tuple[Tally, dict[str, float]]:
    """So many signals that ask for an orderly end, in rounds."""
    chance, total, slowest = random.Random(seed), Tally(), dict[str, float]()
    while total.signals < stops:
        with tempfile.TemporaryDirectory() as folder:
            one = stopped_round(Path(folder) / "c", chance, min(per_round, stops - total.signals), slowest)
        total.add(one)
        tell(f"  {total.signals:5} stops: {total.lost} lost, {total.wrong_status} not in order, {slowest}")
        for fault in one.faults:
            tell(f"        {fault}")
    return total, slowest
