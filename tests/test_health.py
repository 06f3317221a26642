"""The outcome of a visit by name, what is wrong with a source by its own history, and the exit status of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler.health import (
    CAUSES,
    ExitStatus,
    Facts,
    Finding,
    exit_status,
    facts_of,
    judge_readings,
    judged,
    new_alarms,
)  # fmt: skip
from crawler.report import VisitReport


@pytest.mark.parametrize(
    ("read", "outcome"),
    [
        ({"skip": 61}, "no-article-read"),
        ({"skip": 4}, "fine"),
        ({"skip": 61, "new": 1}, "fine"),
        ({"skip": 61, "unchanged": 1}, "fine"),
        ({}, "fine"),
    ],
)
def test_visit_whose_pages_gave_nothing_was_not_fine(read: dict[str, int], outcome: str) -> None:
    """Sixty pages and no record mean that the reader no longer understands the site."""
    assert judge_readings(VisitReport("uji", "2026-11-23T00:00:00+00:00", read=read, outcome="fine")) == outcome


def test_other_outcomes_stay() -> None:
    """A visit that was interrupted is that, whatever its pages gave."""
    report = VisitReport("uji", "2026-11-23T00:00:00+00:00", read={"skip": 61}, outcome="interrupted")
    assert judge_readings(report) == "interrupted"


@pytest.mark.parametrize(
    ("outcomes", "status"),
    [
        ([], ExitStatus.FINE),
        (["fine", "fine"], ExitStatus.FINE),
        (["fine", "no-article-read"], ExitStatus.CONTRACT_BROKEN),
        (["host-unknown"], ExitStatus.CONTRACT_BROKEN),
        (["interrupted", "no-articles-found"], ExitStatus.INTERRUPTED),
        (["rate-limited", "fine"], ExitStatus.RATE_LIMITED),
        (["disk-full", "interrupted"], ExitStatus.DISK_FULL),
    ],
)
def test_exit_status_is_that_of_the_gravest_outcome(outcomes: list[str], status: ExitStatus) -> None:
    """A full disk goes before all, a broken contract before what was fine."""
    assert exit_status(outcomes) == status


DAY = timedelta(days=1)
BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
FEED, LISTING = "feed /feed", "listing /berita"
USUAL = Facts(
    started_at=BEGIN, found=40, ways={FEED: 10, LISTING: 30}, requests=8, new=4, records=4, failures={"timeout": 1},
    statuses={"200": 8}, dated=1.0, body=1200.0, elsewhere=0.0,
)  # fmt: skip


def history(days: int = 10) -> list[Facts]:
    """A source that gives four articles a day."""
    return [replace(USUAL, started_at=BEGIN + n * DAY) for n in range(days)]


def verdict(before: Sequence[Facts], **now: Any) -> list[str]:
    return [one.cause for one in judged(replace(USUAL, started_at=BEGIN + len(before) * DAY, **now), before)]


@pytest.mark.parametrize(
    ("cause", "now"),
    [
        ("host-unknown", {"outcome": "host-unknown", "problems": {"host-unknown": 2}, "found": 0, "new": 0}),
        ("host-silent", {"outcome": "timeout", "problems": {"timeout": 2}, "found": 0, "new": 0}),
        ("host-silent", {"outcome": "connection-refused", "problems": {"connection-refused": 2}, "found": 0, "new": 0}),
        ("certificate", {"outcome": "tls-expired", "problems": {"tls-expired": 2}, "found": 0, "new": 0}),
        ("blocked", {"outcome": "http-status", "problems": {"http-status": 2}, "statuses": {"403": 2}, "found": 0}),
        ("blocked", {"resting": ("host-forbids",)}),
        ("rate-limited", {"outcome": "rate-limited", "resting": ("host-resting",)}),
        ("robots-disallowed", {"outcome": "robots-disallowed", "problems": {"robots-disallowed": 2}, "found": 0}),
        ("robots-unreachable", {"outcome": "robots-unreachable", "problems": {"robots-unreachable": 2}, "found": 0}),
        (
            "host-unknown",
            {
                "outcome": "robots-unreachable",
                "messages": ("http://x/robots.txt: CannotResolveHostError: no such name",),
            },
        ),
        (
            "robots-unreachable",
            {"outcome": "robots-unreachable", "messages": ("http://x/robots.txt: status 503",)},
        ),
        ("server-errors", {"outcome": "http-status", "problems": {"http-status": 2}, "statuses": {"500": 3}}),
        ("listing-gone", {"outcome": "http-status", "problems": {"http-status": 2}, "statuses": {"404": 3}}),
        ("channel-unreadable", {"outcome": "html-instead-of-feed", "problems": {"html-instead-of-feed": 1}}),
        ("nothing-found", {"outcome": "no-articles-found", "found": 0, "new": 0, "ways": {FEED: 0, LISTING: 0}}),
        ("channel-silent", {"ways": {FEED: 0, LISTING: 30}, "found": 30}),
        ("fewer-than-usual", {"ways": {FEED: 2, LISTING: 9}, "found": 11}),
        ("dates-gone", {"dated": 0.1}),
        ("bodies-short", {"body": 90.0}),
        ("pages-unread", {"records": 1, "unread": 9}),
        ("pages-unread", {"outcome": "no-article-read", "records": 0, "unread": 9}),
        ("costlier", {"requests": 60}),
        ("new-fault", {"failures": {"too-large": 6}}),
        ("moved", {"outcome": "redirect-off-host", "problems": {"redirect-off-host": 2}, "found": 0}),
        ("moved", {"failures": {"redirect-off-host": 9}}),
        ("moved", {"elsewhere": 0.9}),
        ("injected", {"injected": 7}),
        ("pages-vanish", {"failures": {"http-404": 30}}),
        ("trapped", {"traps": 500}),
        ("archive", {"outcome": "disk-full"}),
    ],
)
def test_what_is_wrong_has_its_name(cause: str, now: dict[str, Any]) -> None:
    """Each is found among ten usual days, and has words for what it means and what to do."""
    assert cause in verdict(history(), **now)
    assert CAUSES[cause].means
    assert CAUSES[cause].to_do


def test_a_usual_day_is_fine() -> None:
    """Also a quiet one, one with a few more faults, and the first of all."""
    assert verdict(history()) == []
    assert verdict(history(), new=0, records=0, requests=3, dated=None, body=None, elsewhere=None) == []
    assert verdict(history(), failures={"timeout": 6, "http-404": 2}) == []
    assert verdict([]) == []
    assert verdict(history(2), found=12, ways={FEED: 2, LISTING: 10}) == []


def test_stale_is_measured_by_the_sources_own_rhythm() -> None:
    """A daily paper is stale after a week, a village that writes once a month after two months."""
    daily = history(10)
    silent = [replace(USUAL, started_at=BEGIN + (10 + n) * DAY, new=0) for n in range(9)]
    assert verdict([*daily, *silent[:4]], new=0) == []
    assert "stale" in verdict([*daily, *silent], new=0)
    monthly = [replace(USUAL, started_at=BEGIN + n * DAY, new=4 if n % 30 == 0 else 0) for n in range(150)]
    assert "stale" not in verdict([*monthly, *(replace(m, new=0) for m in [])], new=0)
    later = [replace(USUAL, started_at=BEGIN + (150 + n) * DAY, new=0) for n in range(40)]
    assert "stale" in verdict([*monthly, *later], new=0)


def test_visits_that_never_fetch_all_or_never_end_are_named() -> None:
    """Three in a row and one more."""
    left = [replace(one, left=100 + n) for n, one in enumerate(history(4))]
    assert "budget-short" in verdict(left, left=200)
    assert "budget-short" not in verdict(history(), left=200)
    cut = [replace(one, outcome="time-limit") for one in history(2)]
    assert verdict([*history(3), *cut], outcome="time-limit") == ["never-ends"]


def lived(outcomes: Sequence[str]) -> list[list[Finding]]:
    """The findings of visits day by day."""
    before: list[Facts] = []
    found: list[list[Finding]] = []
    for n, outcome in enumerate(outcomes):
        problems = {} if outcome == "fine" else {outcome: 1}
        now = replace(USUAL, started_at=BEGIN + n * DAY, outcome=outcome, problems=problems)
        found.append(judged(now, before, found))
        before.append(now)
    return found


def test_what_may_pass_by_itself_calls_nobody_before_it_has_lasted() -> None:
    """A server that is down for a day is watched; on the third day it needs a person, and is so since the first."""
    found = lived(["fine", "timeout", "timeout", "timeout", "fine"])
    assert [[one.person for one in ones] for ones in found] == [[], [False], [False], [True], []]
    assert found[3][0].since == found[1][0].since == (BEGIN + DAY).isoformat(timespec="seconds")


def test_the_same_alarm_does_not_ring_every_day() -> None:
    """Forty days of one trouble ring once; after a week of silence it is new again."""
    found = lived(["fine", *["tls-expired"] * 40, *["fine"] * 3, "tls-expired", *["fine"] * 9, "tls-expired"])
    rung = [
        n
        for n, ones in enumerate(found)
        if new_alarms(ones, BEGIN + n * DAY, [(BEGIN + k * DAY, found[k]) for k in range(n)])
    ]
    assert rung == [1, 54]


def test_an_interrupted_visit_keeps_what_was_wrong_before() -> None:
    """It says nothing of the source, so the trouble is neither over nor new."""
    found = lived(["tls-expired", "interrupted", "tls-expired"])
    assert [[one.cause for one in ones] for ones in found] == [["certificate"]] * 3
    assert found[2][0].since == found[0][0].since


def test_facts_come_from_a_report_also_from_an_old_one() -> None:
    """What a report of another version does not hold is unknown."""
    report = VisitReport("uji", "2026-11-23T00:00:00+00:00", outcome="fine", read={"new": 3, "skip": 2})
    report.skipped = {"integrity-injected": 2}
    facts = facts_of(report.as_json())
    assert (facts.new, facts.records, facts.unread, facts.injected, facts.dated) == (3, 3, 2, 2, None)
    old = {"started_at": "2026-11-23T00:00:00+00:00", "outcome": "fine"}
    assert facts_of(old) == Facts(started_at=datetime(2026, 11, 23, tzinfo=UTC))
