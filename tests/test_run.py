"""``warkat run``, ``schedule`` and ``status``: what is due is crawled once, and only news rings."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.catalog import Catalog
from archive.catalog.visits import forget_old_visits, index_visits, newest_reports, visits_of
from archive.collection import Collection, open_collection
from archive.lease import Lease
from crawler.health import ExitStatus
from crawler.schedule import agenda, last_visits, run_due
from crawler.schedule.duty import LEASE, Duty
from crawler.schedule.units import cron_line, systemd_units
from crawler.schedule.watch import Watch, watch
from crawler.sources import Source
from crawler.sources.load import load_sources
from tests.demo import demo_collection
from tests.portal import Portal
from tests.test_crawl import WARKAT, warkat

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    with Portal(slow_s=0.05) as server:
        yield server


def collection_at(root: Path, portal: Portal, extra: str = "") -> tuple[Collection, Source]:
    collection = demo_collection(root / "c", portal.url)
    toml = collection.root / "collection.toml"
    own = collection.own_sources / "tirtasari.toml"
    own.write_text(own.read_text().partition('[[discovery]]\nkind = "sitemap"')[0])  # the feed alone: few pages
    if extra:
        text = toml.read_text().replace("[alarm]\n", f"[alarm]\n{extra}\n")
        toml.write_text(text)
    collection = open_collection(collection.root)
    return collection, load_sources(collection.own_sources, packaged=False)["tirtasari"]


def note(collection: Collection, begun: datetime, outcome: str = "fine", **more: object) -> None:
    """A visit as the catalog remembers it."""
    told = {"source_id": "tirtasari", "started_at": begun.isoformat(), "outcome": outcome, **more}
    with Catalog(collection.catalog) as catalog:
        catalog.add_visit(f"r{begun:%Y%m%d%H%M%S}", "tirtasari", begun.isoformat(), "", outcome, json.dumps(told))


def test_a_second_run_has_nothing_to_do(tmp_path: Path, portal: Portal) -> None:
    """From the command line, as cron calls it."""
    collection, _ = collection_at(tmp_path, portal)
    first = warkat(collection.root, "run", "tirtasari", "--pages", "100000", "-s", "WARKAT_BACKOFF_BASE_S=0.05")
    assert "tirtasari: fine" in first.stderr
    asked = len(portal.requests)
    second = warkat(collection.root, "run", "tirtasari", "--quiet")
    assert (second.stdout, second.stderr, len(portal.requests)) == ("", "", asked)
    assert "tirtasari" in warkat(collection.root, "sources", "list", "--status", "working").stdout
    screen = warkat(collection.root, "status").stdout
    assert re.match(r"\d+ sources: 1 fine", screen)
    lines = [json.loads(line) for line in warkat(collection.root, "status", "--json").stdout.splitlines()]
    assert next(one for one in lines if one["source_id"] == "tirtasari")["state"] == "fine"


def test_two_runs_never_overlap_and_the_second_says_who_holds_it(tmp_path: Path, portal: Portal) -> None:
    """Status 12, no request; for cron it is silent."""
    collection, _ = collection_at(tmp_path, portal)
    asked = len(portal.requests)
    with Lease(collection.root / LEASE):
        held = warkat(collection.root, "run", "tirtasari", check=12)
        quiet = warkat(collection.root, "run", "tirtasari", "-q", check=12)
    assert f"process {os.getpid()}" in held.stderr
    assert "since" in held.stderr
    assert quiet.stderr == ""
    assert len(portal.requests) == asked


def test_sigterm_ends_a_run_cleanly_and_the_next_goes_on_at_once(tmp_path: Path, portal: Portal) -> None:
    """Status 11 within ten seconds; nothing of the schedule is lost."""
    collection, source = collection_at(tmp_path, portal)
    path = collection.own_sources / "tirtasari.toml"
    path.write_text(path.read_text().replace("delay_s = 0.0", "delay_s = 0.2"))
    asked = len(portal.requests)
    process = subprocess.Popen([*WARKAT, "-C", str(collection.root), "run", "tirtasari"], stderr=subprocess.DEVNULL)
    while len(portal.requests) < asked + 3 and process.poll() is None:
        time.sleep(0.05)
    process.terminate()
    assert process.wait(timeout=30) == ExitStatus.INTERRUPTED
    with Catalog(collection.catalog) as catalog:
        [entry] = agenda([source], last_visits(catalog, datetime.now(UTC)), datetime.now(UTC))
    assert entry.last is not None
    assert entry.when <= datetime.now(UTC)


def test_a_budget_ends_a_run_and_the_next_goes_on(tmp_path: Path, portal: Portal) -> None:
    """Status 15; the source stays due, and its articles come once each."""
    collection, source = collection_at(tmp_path, portal)
    slow = source.model_copy(update={"politeness": source.politeness.model_copy(update={"delay_s": 0.2})})
    now = datetime.now(UTC)
    cut = run_due(collection, [slow], now, exchanges=3)
    assert cut.status == ExitStatus.TIME_LIMIT
    assert cut.run is not None
    assert [report.outcome for report in cut.run.reports] == ["budget-spent"]
    done = run_due(collection, [source], now + timedelta(seconds=30), settings={"WARKAT_BACKOFF_BASE_S": 0.05})
    assert done.status == ExitStatus.FINE
    lines = [line for path in collection.records.glob("*/*.jsonl") for line in path.read_text().splitlines()]
    ids = [json.loads(line)["id"] for line in lines]
    assert len(ids) == len(set(ids)) > 3


def test_a_full_disk_is_found_before_anybody_is_asked(tmp_path: Path, portal: Portal) -> None:
    """Hundreds of sites are not asked for what there is no room for: status 3."""
    collection, source = collection_at(tmp_path, portal)
    asked = len(portal.requests)
    done = run_due(collection, [source], NOW, settings={"WARKAT_DISK_RESERVE": 10**18})
    assert (done.status, done.run, done.waiting) == (ExitStatus.DISK_FULL, None, 1)
    assert len(portal.requests) == asked


def test_a_clock_that_was_ahead_is_noticed_once(tmp_path: Path, portal: Portal) -> None:
    """A visit from tomorrow counts as made when it is noticed: neither again at once, nor tomorrow only."""
    collection, source = collection_at(tmp_path, portal)
    note(collection, NOW - timedelta(days=2))
    note(collection, NOW + timedelta(days=1))
    with Catalog(collection.catalog) as catalog:
        last = last_visits(catalog, NOW)
        assert last["tirtasari"].started_at == NOW
        later = NOW + timedelta(hours=12, minutes=1)
        last = last_visits(catalog, later)
        assert last["tirtasari"].started_at == NOW
        assert agenda([source], last, later)[0].when <= later
        assert last_visits(catalog, NOW + timedelta(days=2))["tirtasari"].started_at == NOW + timedelta(days=1)


def test_a_visit_that_found_the_source_busy_is_none_and_old_ones_are_forgotten(tmp_path: Path, portal: Portal) -> None:
    """The newest real visit counts; after some years a report stays in its run's folder only."""
    collection, _ = collection_at(tmp_path, portal)
    for days, outcome in ((900, "fine"), (2, "fine"), (1, "timeout"), (0, "busy")):
        note(collection, NOW - timedelta(days=days), outcome)
    with Catalog(collection.catalog) as catalog:
        index_visits(catalog)
        last = last_visits(catalog, NOW)["tirtasari"]
        assert (last.started_at, last.outcome) == (NOW - timedelta(days=1), "timeout")
        forget_old_visits(catalog, "tirtasari", NOW)
        assert [row.outcome for row in visits_of(catalog, "tirtasari", 9)] == ["fine", "timeout"]
    assert [row.outcome for row in newest_reports(collection.catalog)] == ["timeout"]


def test_a_host_that_forbade_us_is_read_from_its_report(tmp_path: Path, portal: Portal) -> None:
    """And how long a server wants to be left alone."""
    collection, source = collection_at(tmp_path, portal)
    source = source.model_copy(update={"schedule": "every 1h"})
    note(collection, NOW, resting=[{"host": "x", "reason": "host-forbids", "until": None}])
    with Catalog(collection.catalog) as catalog:
        assert agenda([source], last_visits(catalog, NOW), NOW)[0].when == NOW + timedelta(days=1)
    until = (NOW + timedelta(days=3)).isoformat()
    note(collection, NOW, resting=[{"host": "x", "reason": "host-resting", "until": until}])
    with Catalog(collection.catalog) as catalog:
        assert agenda([source], last_visits(catalog, NOW), NOW)[0].when == NOW + timedelta(days=3)


def test_the_one_that_waits_longest_goes_first_and_a_new_source_before_all(tmp_path: Path, portal: Portal) -> None:
    """So a budget that does not reach all reaches each in turn."""
    collection, source = collection_at(tmp_path, portal)
    others = {name: source.model_copy(update={"id": name}) for name in ("baru", "lama")}
    note(collection, NOW - timedelta(days=1))
    with Catalog(collection.catalog) as catalog:
        long_ago = (NOW - timedelta(days=9)).isoformat()
        catalog.add_visit("r", "lama", long_ago, "", "fine", "{}")
        entries = agenda([source, *others.values()], last_visits(catalog, NOW), NOW)
    assert [entry.source.id for entry in entries] == ["baru", "lama", "tirtasari"]


def test_an_alarm_rings_once_and_goes_to_the_command_of_the_users_choice(tmp_path: Path, portal: Portal) -> None:
    """A source whose places of discovery are gone: status 30 and a message, the next day neither."""
    told = tmp_path / "told"
    extra = f'command = "sh -c \'cat >> {told}\'"\nformat = "json"'
    collection, source = collection_at(tmp_path, portal, extra)
    how = source.discovery[0].model_copy(update={"url": "/tidak-ada"})
    broken = source.model_copy(update={"discovery": (how,), "schedule": "every 10m"})
    statuses = []
    for hours in (0, 1, 30):
        when = datetime.now(UTC) + timedelta(hours=hours)
        statuses.append(run_due(collection, [broken], when).status)
    assert statuses == [ExitStatus.CONTRACT_BROKEN, ExitStatus.FINE, ExitStatus.FINE]
    message = json.loads(told.read_text())
    assert [(one["source_id"], one["cause"]) for one in message["alarms"]] == [("tirtasari", "listing-gone")]
    assert "find the new place" in message["text"]
    screen = warkat(collection.root, "status").stdout
    assert "1 need a person" in screen
    assert "tirtasari: listing-gone since" in screen


def test_the_foreground_shows_what_comes_next_and_ends_when_told(tmp_path: Path, portal: Portal) -> None:
    """With injected time: due, told, slept until the next."""
    collection, source = collection_at(tmp_path, portal)
    note(collection, NOW)
    slept: list[float] = []
    views: list[str] = []

    def sleep(seconds: float) -> bool:
        slept.append(seconds)
        return len(slept) < 3

    clock = iter(NOW + timedelta(minutes=n) for n in range(99))
    world = Watch(lambda: next(clock), sleep, lambda _: Duty(ExitStatus.FINE, None), lambda lines: views.extend(lines))
    assert watch(collection, [source], world) == ExitStatus.FINE
    assert slept == [60.0] * 3
    assert "next visits:" in views
    assert any(re.match(r"  tirtasari +\w+ \d\d:\d\d \(\d+ (min|h)\)", line) for line in views)


def test_units_name_the_collection_whatever_it_is_called() -> None:
    """Blanks, quotes, dollar and percent signs of a path come through systemd and cron."""
    root = Path('/srv/my "news" 100% $HOME')
    units = systemd_units(["/opt/warkat"], root)
    assert r'ExecStart=/opt/warkat -C "/srv/my \"news\" 100%% $$HOME" run --progress plain' in units
    assert "Persistent=true" in units
    assert "SuccessExitStatus=11 12 15 18" in units
    line = cron_line(["/opt/warkat"], root).splitlines()[-1]
    assert line == "*/10 * * * * /opt/warkat -C '/srv/my \"news\" 100\\% $HOME' run --quiet"


def test_a_schedule_of_the_collection_that_is_none_is_named(tmp_path: Path, portal: Portal) -> None:
    """Status 4, with the key."""
    collection, _ = collection_at(tmp_path, portal)
    toml = collection.root / "collection.toml"
    toml.write_text(toml.read_text().replace('usual = "every 12h"', 'usual = "sometimes"'))
    assert "schedule.usual" in warkat(collection.root, "run", "tirtasari", check=4).stderr
