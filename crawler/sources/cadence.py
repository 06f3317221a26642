"""When a source is visited: a cron expression in its own zone, or an interval such as ``every 12h``. Pure.

A cron expression follows the wall clock of the source's zone as Debian's cron does: a time that the clocks skip in
spring comes right after the jump, one that they repeat in autumn comes once. An interval follows the elapsed time and
has a phase of its own for each source, so that hundreds of sources with one interval do not come due at one moment.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

SHORTEST = timedelta(minutes=10)
"""Nothing is visited more often: that is how often ``warkat run`` is called."""
LONGEST = timedelta(days=366)

_EVERY = re.compile(r"every\s+(\d{1,5})\s*(minutes?|min|hours?|days?|weeks?|m|h|d|w)")
_UNITS = {"m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_PROBE = datetime(2024, 1, 1)  # noqa: DTZ001  # a wall clock without a zone: whether an expression fires at all


@dataclass(frozen=True, slots=True)
class Cadence:
    """When visits are wanted: one of the two is set."""

    cron: str | None = None
    interval: timedelta | None = None

    def after(self, moment: datetime, zone: tzinfo, key: str = "") -> datetime:
        """The first time strictly after a moment; UTC.

        Args:
            moment: aware.
            zone: of the source.
            key: gives an interval its phase; the source's id.
        """
        if self.interval is not None:
            phase = timedelta(seconds=zlib.crc32(key.encode()) % int(self.interval.total_seconds()))
            return moment + self.interval - (moment - _EPOCH - phase) % self.interval
        assert self.cron is not None  # noqa: S101  # one of the two is set
        return _next_cron(self.cron, zone, moment.astimezone(UTC))


@lru_cache(maxsize=1024)
def parse_cadence(text: str) -> Cadence:
    """A cadence from its text.

    Raises:
        ValueError: it is neither an interval nor a cron expression, or never comes; says which.
    """
    words = " ".join(text.lower().split())
    if words.startswith("every"):
        return Cadence(interval=_interval(words))
    if len(words.split()) != 5:
        raise ValueError("must be 'every 12h' or a cron expression of five fields, such as '15 6 * * *'")
    from cronsim import CronSim, CronSimError  # late: most commands ask for no schedule

    try:
        ticks = CronSim(words, _PROBE)
        first = next(ticks)
    except CronSimError as fault:
        raise ValueError(f"not a cron expression: {str(fault)[:1].lower()}{str(fault)[1:]}") from None
    except StopIteration:
        raise ValueError("this cron expression never fires") from None
    if next(ticks, first + SHORTEST) - first < SHORTEST:
        raise ValueError("more often than every ten minutes is more than a site can be asked for")
    return Cadence(cron=words)


def _interval(words: str) -> timedelta:
    found = _EVERY.fullmatch(words)
    if not found:
        raise ValueError("an interval is written 'every 30m', 'every 12h', 'every 2d' or 'every 1w'")
    interval = timedelta(seconds=int(found[1]) * _UNITS[found[2][0]])
    if not SHORTEST <= interval <= LONGEST:
        raise ValueError("an interval is between ten minutes and a year")
    return interval


def _next_cron(expression: str, zone: tzinfo, moment: datetime) -> datetime:
    from cronsim import CronSim

    for tick in CronSim(expression, moment.astimezone(zone)):
        instant: datetime = tick.astimezone(UTC)
        # In the hour that the clocks repeat, the wall clock alone would lead back to its first pass.
        if instant > moment:
            return instant
    return datetime.max.replace(tzinfo=UTC)  # such as 29 February on a Monday, beyond fifty years
