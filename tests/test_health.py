"""The outcome of a visit by name, and the exit status of a run."""

from __future__ import annotations

import pytest

from crawler.health import ExitStatus, exit_status, judge_readings
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
