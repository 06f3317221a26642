"""When a source comes due, with injected time: years of schedules, changing clocks, missed runs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.sources import Source
from crawler.sources.cadence import parse_cadence
from crawler.sources.due import LastVisit, believed, due, next_due

POLL = timedelta(minutes=10)
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
TEN_YEARS = timedelta(days=3652)


def source(schedule: str | None, timezone: str = "WIB", name: str = "contoh") -> Source:
    told: dict[str, Any] = {
        "id": name, "name": name, "level": "other", "timezone": timezone, "hosts": ["contoh.go.id"],
        "discovery": [{"kind": "feed", "url": "/feed"}], "article": ["^/berita/"], "schedule": schedule,
    }  # fmt: skip
    return Source.model_validate(told)


def at_poll(moment: datetime) -> datetime:
    """The first call of ``warkat run`` at or after a moment: one comes every ten minutes."""
    return moment + (BEGIN - moment) % POLL


def lived(one: Source, begin: datetime, end: datetime) -> Iterator[datetime]:
    """Visits to a source as calls every ten minutes make them; the calls between them are passed over."""
    last = LastVisit(begin)
    while (now := at_poll(next_due(one, last, last.started_at))) < end:
        if now.day == 1:  # it follows from the loop; asked for some days only, because each takes its time
            assert due(one, last, now)
            assert not due(one, LastVisit(now), now)
        yield now
        last = LastVisit(now)


@pytest.mark.parametrize("zone", ["WIB", "WITA", "WIT", "Europe/Berlin"])
def test_ten_years_have_each_day_once(zone: str) -> None:
    """3,652 mornings: none skipped, none doubled, each at the hour that the wall clock shows."""
    one = source("30 6 * * *", zone)
    visits = list(lived(one, BEGIN, BEGIN + TEN_YEARS))
    local = [visit.astimezone(one.zone) for visit in visits]
    days = {(one.date()) for one in local}
    assert len(visits) == len(days) == (max(days) - min(days)).days + 1 >= 3650
    assert {(one.hour, one.minute) for one in local} == {(6, 30)}


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
@pytest.mark.parametrize("hour", [1, 2, 3])
def test_a_night_without_the_hour_and_one_with_it_twice_have_one_visit_each(zone: str, hour: int) -> None:
    """The hour that spring skips is made up for after the jump; the one that autumn repeats counts once."""
    one = source(f"30 {hour} * * *", zone)
    nights = [visit.astimezone(ZoneInfo(zone)).date() for visit in lived(one, BEGIN, BEGIN + timedelta(days=365))]
    assert len(nights) == len(set(nights)) == (nights[-1] - nights[0]).days + 1


@pytest.mark.parametrize("schedule", ["every 12h", "every 10m", "every 1d", "every 7d"])
def test_an_interval_keeps_its_distance_for_a_year(schedule: str) -> None:
    """Calls every ten minutes never make an interval longer by more than themselves, and never let it drift."""
    one = source(schedule)
    interval = parse_cadence(schedule).interval
    assert interval is not None
    visits = list(lived(one, BEGIN, BEGIN + timedelta(days=60)))
    assert len(visits) == pytest.approx(timedelta(days=60) / interval, abs=1)
    gaps = {later - earlier for earlier, later in pairwise(visits)}
    assert all(abs(gap - interval) < POLL for gap in gaps)


def test_sources_with_one_interval_do_not_come_due_together() -> None:
    """552 sources every twelve hours: no ten minutes hold more than a few of them."""
    soon = [next_due(source("every 12h", name=f"s{n}"), LastVisit(BEGIN), BEGIN) for n in range(552)]
    slots = [at_poll(moment) for moment in soon]
    assert max(slots.count(slot) for slot in set(slots)) < 25


@pytest.mark.parametrize("schedule", ["15 6 * * *", "every 12h", "0 */6 * * *"])
def test_missed_runs_are_caught_up_once(schedule: str) -> None:
    """After ten days without power one visit makes up for all."""
    one = source(schedule)
    back = BEGIN + timedelta(days=10, hours=3)
    assert due(one, LastVisit(BEGIN), back)
    assert not due(one, LastVisit(back), back)
    assert next_due(one, LastVisit(back), back) > back


@settings(max_examples=25, deadline=None)
@given(
    jump=st.sampled_from([timedelta(days=1), timedelta(days=-1), timedelta(days=400), timedelta(days=-400)]),
    jumps_at=st.integers(0, 4 * 144), lasts=st.integers(1, 3 * 144),
    schedule=st.sampled_from(["every 12h", "15 6 * * *", "0 */8 * * *"]),
    zone=st.sampled_from(["WIB", "WIT", "Europe/Berlin"]),
)  # fmt: skip
def test_a_clock_that_jumps_does_no_harm(jump: timedelta, jumps_at: int, lasts: int, schedule: str, zone: str) -> None:
    """By true time no gap is longer than the cadence, and each jump costs at most one visit more."""
    one = source(schedule, zone)
    longest = {"every 12h": 12, "15 6 * * *": 24, "0 */8 * * *": 8}[schedule]
    last: LastVisit | None = LastVisit(BEGIN)
    visits = [BEGIN]
    for number in range(9 * 144):
        true = BEGIN + number * POLL
        now = true + (jump if jumps_at <= number < jumps_at + lasts else timedelta())
        last = last and believed(last, now)  # as the schedule keeps it
        if due(one, last, now):
            last = LastVisit(now)
            visits.append(true)
    gaps = [later - earlier for earlier, later in pairwise(visits)]
    assert max(gaps) <= 2 * timedelta(hours=longest)
    assert len(visits) <= 9 * 24 / longest + 2 + 2


def test_a_step_of_the_clock_by_a_few_seconds_repeats_nothing() -> None:
    """The time service puts the clock back behind the slot that was just served."""
    one = source("0 6 * * *", "UTC")
    served = LastVisit(datetime(2026, 3, 1, 6, 0, 3, tzinfo=UTC))
    for back_s in (5, 60, 1800):
        now = served.started_at - timedelta(seconds=back_s)
        assert not due(one, believed(served, now), now + timedelta(seconds=back_s))


def test_what_was_cut_short_goes_on_at_once_and_our_own_faults_wait_an_hour() -> None:
    """A power failure costs one call; a full disk does not make us knock at every site every ten minutes."""
    one = source("15 6 * * *")
    soon = BEGIN + POLL
    assert due(one, LastVisit(BEGIN, "interrupted"), soon)
    assert not due(one, LastVisit(BEGIN, "disk-full"), soon)
    assert due(one, LastVisit(BEGIN, "disk-full"), BEGIN + timedelta(hours=1))


def test_a_host_that_blocks_us_rests_a_day_and_one_that_asks_for_longer_gets_it() -> None:
    """Also where the schedule says every hour."""
    one = source("every 1h")
    blocked = LastVisit(BEGIN, "fine", blocked=True)
    assert not due(one, blocked, BEGIN + timedelta(hours=23))
    assert due(one, blocked, BEGIN + timedelta(days=1))
    asked = LastVisit(BEGIN, "rate-limited", rests_until=BEGIN + timedelta(days=3))
    assert not due(one, asked, BEGIN + timedelta(days=2, hours=23))
    assert due(one, asked, BEGIN + timedelta(days=3))
    for_ever = LastVisit(BEGIN, "rate-limited", rests_until=BEGIN + timedelta(days=11_000))
    assert due(one, for_ever, BEGIN + timedelta(days=30))


def test_a_source_never_visited_is_due() -> None:
    """Whatever its schedule says."""
    assert due(source("0 0 1 1 *"), None, BEGIN)


@pytest.mark.parametrize(
    ("schedule", "what"),
    [
        ("0 0 30 2 *", "not a cron expression: bad day-of-month"),
        ("0 0 */20 * 1L", "never fires"),
        ("61 * * * *", "bad minute"),
        ("* * * * *", "ten minutes"),
        ("every 5m", "ten minutes"),
        ("every second day", "an interval is written"),
        ("every 0h", "ten minutes"),
        ("daily", "five fields"),
        ("", "five fields"),
    ],
)
def test_a_schedule_that_cannot_be_is_named(schedule: str, what: str) -> None:
    """Also one that would never come, or too often."""
    with pytest.raises(ValueError, match=what):
        parse_cadence(schedule)


def test_a_zone_that_nobody_knows_is_named() -> None:
    """Zones are the three of Indonesia, or names of the IANA database."""
    with pytest.raises(ValueError, match="must be WIB, WITA, WIT or a name such as"):
        source("every 12h", "Asia/Atlantis")
