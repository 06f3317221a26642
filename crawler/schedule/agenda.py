"""Which source is due when, from the visits that the catalog remembers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from archive.catalog import Catalog
from archive.catalog.hints import claims
from archive.catalog.visits import VisitRow, newest_visits, visits_ahead
from crawler.sources import Source, SourceInvalid
from crawler.sources.cadence import parse_cadence
from crawler.sources.due import CLOCK_STEP, USUAL_SCHEDULE, LastVisit, next_due

_AHEAD = "visit ahead "
_BLOCKS = ("host-forbids",)


@dataclass(frozen=True, slots=True)
class Entry:
    """One source in the agenda."""

    source: Source
    when: datetime
    """When it comes due, or came; aware."""
    last: LastVisit | None


def usual_schedule(text: str) -> str:
    """The collection's schedule, checked.

    Raises:
        SourceInvalid: it is none.
    """
    try:
        parse_cadence(text)
    except ValueError as fault:
        raise SourceInvalid([f"collection.toml: schedule.usual: {fault}, found {text!r}"]) from None
    return text


def last_visits(catalog: Catalog, now: datetime) -> dict[str, LastVisit]:
    """The newest visit of each source, as far as the clock can be believed.

    A visit that lies ahead of the clock is over in truth. When that is first noticed is remembered, and counts as the
    visit's time: see ``sources.due.believed``.
    """
    found = {name: _last(row) for name, row in newest_visits(catalog, now + CLOCK_STEP).items()}
    for name, begun in visits_ahead(catalog, now + CLOCK_STEP).items():
        noticed = claims(catalog, name, f"{_AHEAD}{begun.isoformat()}")
        when = next(iter(noticed.values()), None)
        if when is None or when > now + CLOCK_STEP:
            when = now
            catalog.add_claims(name, {f"{_AHEAD}{begun.isoformat()}": now})
        if name not in found or found[name].started_at < when:
            found[name] = LastVisit(when)
    return found


def agenda(
    sources: Iterable[Source], last: Mapping[str, LastVisit], now: datetime, usual: str = USUAL_SCHEDULE
) -> list[Entry]:
    """All sources, the one that waits longest first; pure."""
    entries = [
        Entry(source, next_due(source, last.get(source.id), now, usual), last.get(source.id)) for source in sources
    ]
    never = datetime.min.replace(tzinfo=now.tzinfo)
    return sorted(entries, key=lambda one: (one.when if one.last else never, one.source.id))


def _last(row: VisitRow) -> LastVisit:
    resting: list[dict[str, Any]] = json.loads(row.report).get("resting", [])
    untils = [datetime.fromisoformat(rest["until"]) for rest in resting if rest.get("until")]
    blocked = any(rest["reason"] in _BLOCKS for rest in resting)
    return LastVisit(row.started_at, row.outcome, max(untils, default=None), blocked)


def soon(when: datetime, now: datetime) -> str:
    """How far off, in a few characters: ``now``, ``12 min``, ``3 h``, ``5 d``."""
    away = when - now
    if away <= timedelta():
        return "now"
    minutes = int(away.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} d"
