"""``warkat schedule`` in the foreground: what is due is crawled, between times it shows what comes next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from archive.catalog import Catalog
from archive.collection import Collection
from crawler.health import ExitStatus
from crawler.schedule.agenda import agenda, last_visits, soon, usual_schedule
from crawler.schedule.duty import Duty
from crawler.sources import Source
from crawler.standing import Standing

LOOK_S = 60.0
"""Seconds between two looks whether something is due, at most; a clock that jumps is noticed by then."""
SHORTEST_S = 10.0
"""Seconds between two runs at least, also where the second can do no more than the first: a full disk, a lease."""
TURN_S = 60 * 60.0
"""Seconds after which the visits under way give way to what has come due meanwhile; they go on in the next turn."""
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Watch:
    """What the foreground needs of the world.

    Attributes:
        clock: the time, aware.
        sleep: waits so many seconds; False when it is to end.
        duty: crawls what is due.
        tell: takes the lines of a view.
    """

    clock: Callable[[], datetime]
    sleep: Callable[[float], bool]
    duty: Callable[[datetime], Duty]
    tell: Callable[[Sequence[str]], None]


def watch(collection: Collection, sources: Sequence[Source], world: Watch) -> ExitStatus:
    """Work until told to end.

    Raises:
        LeaseHeld: ``warkat run`` works on this collection; says who.
    """
    while True:
        done = world.duty(world.clock())
        if done.status == ExitStatus.INTERRUPTED:
            return done.status
        now = world.clock()
        lines, next_at = view(collection, sources, now)
        world.tell(lines)
        wait_s = (next_at - now).total_seconds() if next_at else LOOK_S
        if not world.sleep(min(LOOK_S, max(SHORTEST_S, wait_s))):
            return ExitStatus.FINE


def view(collection: Collection, sources: Sequence[Source], now: datetime) -> tuple[list[str], datetime | None]:
    """The lines between two runs, and when the next source comes due."""
    usual = usual_schedule(collection.about.schedule.usual)
    with Catalog(collection.catalog) as catalog:
        entries = agenda(sources, last_visits(catalog, now), now, usual)
    standing = Standing.of(collection, sources)
    lines = [standing.headline()]
    lines += [f"  {line}" for line in standing.person_lines(SHOWN)]
    lines.append("next visits:")
    for entry in entries[:SHOWN]:
        local = entry.when.astimezone(entry.source.zone) if entry.last else now.astimezone(entry.source.zone)
        lines.append(f"  {entry.source.id:<28} {local:%a %H:%M} ({soon(entry.when, now)})")
    return lines, entries[0].when if entries else None
