"""Captures over time, as the shapes that a page draws. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

STRIP_MONTHS = 24


@dataclass(frozen=True, slots=True)
class Day:
    """One square of a year."""

    day: str
    """``2024-05-04``."""
    count: int
    level: int
    """0 for none, 1 to 4 for few to many."""
    column: int
    row: int
    """0 for Monday."""


@dataclass(frozen=True, slots=True)
class Year:
    """A year of days."""

    year: int
    days: tuple[Day, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Month:
    """One bar of a strip."""

    month: str
    """``2024-05``."""
    count: int
    height: int
    """0 to 20."""


def years(counts: Mapping[str, int]) -> list[Year]:
    """The years in which there are captures, newest first, with each of their days."""
    most = max(counts.values(), default=1)
    made = []
    for year in sorted({int(day[:4]) for day in counts}, reverse=True):
        first = date(year, 1, 1)
        days = []
        for number in range((date(year, 12, 31) - first).days + 1):
            at = first + timedelta(days=number)
            count = counts.get(at.isoformat(), 0)
            column = (number + first.weekday()) // 7
            days.append(Day(at.isoformat(), count, _level(count, most), column, at.weekday()))
        made.append(Year(year, tuple(days), sum(day.count for day in days)))
    return made


def _level(count: int, most: int) -> int:
    return 0 if not count else 1 + min(3, count * 4 // (most + 1))


def strip(counts: Mapping[str, int], last: str) -> list[Month]:
    """The months up to one (``2024-05``), as bars."""
    by_month: dict[str, int] = {}
    for day, count in counts.items():
        by_month[day[:7]] = by_month.get(day[:7], 0) + count
    year, month = int(last[:4]), int(last[5:7])
    names = []
    for _ in range(STRIP_MONTHS):
        names.append(f"{year:04}-{month:02}")
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    most = max((by_month.get(name, 0) for name in names), default=0) or 1
    return [Month(name, by_month.get(name, 0), -(-20 * by_month.get(name, 0) // most)) for name in reversed(names)]
