"""How far back a visit follows discovery, and which published articles it looks at again. Decisions are pure.

::

    daily   2 days back, each visit          weekly  31 days, every 7 days          yearly  400 days, every 365 days

A daily visit reads what a source lists first. What was published late, with an older date or deep in a list, is found
by the deeper sweeps. Neither passes over an article that a document in hand names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from archive.catalog import Catalog
from archive.catalog.hints import claims
from archive.catalog.pages import PageLife, page_lives

Name = Literal["first", "daily", "weekly", "yearly", "back-fill"]
State = Literal["seen", "changed", "missing", "gone"]

DAILY = timedelta(days=2)
DEEPER: tuple[tuple[Name, timedelta, timedelta], ...] = (
    ("yearly", timedelta(days=365), timedelta(days=400)),
    ("weekly", timedelta(days=7), timedelta(days=31)),
)
"""Name, how often, and how far back; the deepest first."""

LOOKS = tuple(timedelta(days=days) for days in (1, 7, 30, 180))
"""Ages at which a published article is looked at again."""
LOOKS_FOR_MISSING = tuple(timedelta(days=days) for days in (1, 3, 7, 14))
"""Times after the first 404 or 410 at which a page is looked for again."""
GONE_AFTER = timedelta(days=14)

_HINT = "sweep "


@dataclass(frozen=True, slots=True)
class Sweep:
    """How one visit follows discovery."""

    name: Name
    since: datetime | None = None
    """Begin of the window; None for all there is."""

    def reaches(self, dates: Iterable[datetime | None]) -> bool:
        """Whether a page of a list that brings nothing new is gone beyond: a deep sweep does while the window lasts."""
        since = self.since
        if self.name not in ("weekly", "yearly") or since is None:
            return False
        return any(date is not None and date >= since for date in dates)

    def leaves_out(self, changed: datetime | None) -> bool:
        """Whether a further sitemap has not changed since the window began."""
        return bool(self.since and changed and changed < self.since)


def choose_sweep(now: datetime, ended: Mapping[str, datetime], last_whole: datetime | None) -> Sweep:
    """The sweep of a visit.

    Args:
        now: its begin, aware.
        ended: when the last of each deeper sweep came to its end, by name.
        last_whole: end of the last visit that walked all it had to; None where there was none.
    """
    if last_whole is None:
        return Sweep("first")
    for name, every, back in DEEPER:
        # One that lies ahead was made under a wrong clock.
        if name not in ended or now - ended[name] >= every or ended[name] > now + every:
            return Sweep(name, min(now, last_whole) - back)
    return Sweep("daily", min(now, last_whole) - DAILY)


def sweep_of(catalog: Catalog, source_id: str, now: datetime, last_whole: datetime | None) -> Sweep:
    """The sweep of a visit, by what the catalog remembers."""
    ended = {name.removeprefix(_HINT): at for name, at in claims(catalog, source_id, _HINT).items()}
    return choose_sweep(now, ended, last_whole)


def sweep_ended(catalog: Catalog, source_id: str, sweep: Sweep, now: datetime) -> None:
    """Remember that a sweep came to its end: a deep one has done the work of the shallower too."""
    done = {"first": ("yearly", "weekly"), "yearly": ("yearly", "weekly"), "weekly": ("weekly",)}.get(sweep.name, ())
    if done:
        catalog.add_claims(source_id, {f"{_HINT}{name}": now for name in done})


def state_of(page: PageLife) -> State:
    """How an article stands; never ``gone`` from one failure, or from any but 404 and 410."""
    if page.misses:
        return "gone" if page.misses[-1] - page.misses[0] >= GONE_AFTER else "missing"
    return "changed" if page.versions > 1 else "seen"


def look_again_at(page: PageLife) -> datetime | None:
    """When a page is to be looked at again; None for never."""
    if page.misses:
        if state_of(page) == "gone":
            return None
        return next((page.misses[0] + step for step in LOOKS_FOR_MISSING if page.misses[0] + step > page.last_at), None)
    return next((page.first_at + step for step in LOOKS if page.first_at + step > page.last_at), None)


def to_look_at(pages: Iterable[PageLife], now: datetime, most: int) -> list[PageLife]:
    """The articles to look at again now: those that are missing first, then the newest, which change most."""
    due = [page for page in pages if page.is_article and (when := look_again_at(page)) and when <= now]
    due.sort(key=lambda page: (not page.misses, -page.first_at.timestamp(), page.identity))
    return due[:most]


def states(catalog: Catalog, source_id: str) -> Counter[str]:
    """How many articles of a source are in each state."""
    return Counter(state_of(page) for page in page_lives(catalog, source_id) if page.is_article)
