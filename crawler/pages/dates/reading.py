"""From a match of the grammar to a date, or to none: what is ambiguous, partial, impossible or too late is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import Final, Literal

from archive.record import Precision

from . import grammar
from .times import PrintedTime, snap_offset, time_after, time_before
from .words import WEEKDAYS, ZONES, month_number

Order = Literal["dmy", "mdy", "ymd"]

EARLIEST: Final = 1999
"""No regional government had a news site before; such dates are zero values of databases (1970-01-01)."""
_DAY: Final = timedelta(days=1)
_LOOK_BACK: Final = 48  # characters before a date in which a weekday, a time or the start of a range may stand
_LENGTHS: Final = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """A date as printed."""

    iso: str
    """``YYYY-MM-DDTHH:MM:SS±HH:MM`` (second, minute), ``YYYY-MM-DD`` (day, relative), ``YYYY-MM`` (month, relative)."""
    precision: Precision
    """How much of it was printed; ``relative`` where it was counted back from the fetch."""
    raw: str
    """The part of the text that was read as the date, white space collapsed."""
    warnings: tuple[str, ...] = ()
    """Named oddities: ``weekday-contradicts-date``, ``offset-snapped``, ``zone-not-of-site``, ``zone-unknown``,
    ``time-impossible``."""
    start: int = field(default=0)
    """Where ``raw`` begins in the text with its white space collapsed."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known about the page that a date stands on."""

    zone: tzinfo
    fetched_at: datetime | None = None
    year_hint: int | None = None
    order: Order = "dmy"
    prose: bool = False
    """Whether the text is running text rather than a snippet that holds little but the date."""


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day that exists."""

    year: int
    month: int
    day: int

    @property
    def iso(self) -> str:
        """``YYYY-MM-DD``."""
        return f"{self.year}-{self.month:02d}-{self.day:02d}"


def real_day(year: int, month: int, day: int) -> Day | None:
    """The day, if the calendar has it and it is not before the first news sites."""
    if not (EARLIEST <= year <= 2099 and 1 <= month <= 12 and 1 <= day <= _LENGTHS[month]):
        return None
    if month == 2 and day == 29 and year % 4:  # 2000 was a leap year, so between 1999 and 2099 this is enough
        return None
    return Day(year, month, day)


def is_no_date(core: re.Match[str], floor: int, setting: Setting) -> bool:
    """Whether the match is something else that looks like a date, to be passed over in silence."""
    kind = core.lastgroup
    if kind == "short" and setting.year_hint is None:
        return True
    if kind == "dmy" and len(core["y"]) < 4 and _is_two_digit_doubtful(core, setting):
        return True
    before = core.string[max(floor, core.start() - 24) : core.start()]
    if not before:
        return False
    if kind == "numeric" and grammar.NUMBER_BEFORE.search(before):
        return True
    return grammar.NO_DATE_BEFORE.search(before) is not None


def _is_two_digit_doubtful(core: re.Match[str], setting: Setting) -> bool:
    """``12 Mei 20 orang``: with blanks, two digits are a year only where a snippet ends or a time follows."""
    if core["quote"] or (core["sep"] == core["sep2"] and core["sep"].strip()):
        return False
    return setting.prose or grammar.TWO_DIGITS_AFTER.match(core.string, core.end()) is None


def day_of(core: re.Match[str], setting: Setting) -> Day | None:
    """The calendar day that a match names; None where it names none or more than one."""
    match core.lastgroup:
        case "dmy":
            return real_day(_year(core["y"].lstrip("'")), month_number(core["m"]) or 0, int(core["d"]))
        case "mdy":
            return real_day(int(core["ey"]), month_number(core["em"]) or 0, int(core["ed"]))
        case "ymd":
            month = core["im"]
            return real_day(int(core["iy"]), month_number(month) or int(month), int(core["id"]))
        case "ctime":
            return real_day(int(core["cy"]), month_number(core["cm"]) or 0, int(core["cd"]))
        case "short":
            return real_day(setting.year_hint or 0, int(core["sm"]), int(core["sd"]))
    return _numeric_day(core, setting)


def _numeric_day(core: re.Match[str], setting: Setting) -> Day | None:
    first, second, third = core.group("n1", "n2", "n3")
    if len(third) == 4:
        return None if setting.order == "ymd" else _ordered(first, second, third, setting.order)
    separator = core["nsep"].strip()
    if separator == "." or (separator == "-" and len(first) + len(second) < 4):
        return None  # 08.30.15 is as well a time, 1-2-18 a score
    day = _ordered(first, second, third, setting.order)
    if separator == "/" or day is None:
        return day
    # 27-03-18 is also 2027-03-18: read only where the other reading cannot be.
    other = _ordered(first, second, third, "ymd" if setting.order != "ymd" else "dmy")
    return day if other is None or other == day or is_future(other, setting) else None


def _ordered(first: str, second: str, third: str, order: Order) -> Day | None:
    """The three numbers in the site's order; never in another one, even where that would make a day of 13/25."""
    if order == "ymd":
        return real_day(_year(first), int(second), int(third))
    day, month = (first, second) if order == "dmy" else (second, first)
    return real_day(_year(third), int(month), int(day))


def _year(digits: str) -> int:
    number = int(digits)
    if len(digits) == 4:
        return number
    return number + (2000 if number <= 68 else 1900)


def is_future(day: Day, setting: Setting) -> bool:
    """Whether the day is later than the fetch by more than a day, in the site's zone."""
    if setting.fetched_at is None:
        return False
    limit = (setting.fetched_at + _DAY).astimezone(setting.zone)
    return (day.year, day.month, day.day) > (limit.year, limit.month, limit.day)


def read_core(collapsed: str, core: re.Match[str], floor: int, setting: Setting) -> tuple[PrintedDate | None, int]:
    """The date at a match, with the weekday, time and zone around it; and where reading ended.

    Args:
        collapsed: the text as printed, white space collapsed.
        core: a match of ``grammar.CORE`` in the same text, folded.
        floor: where the date before it ended; nothing before that belongs to this date.
        setting: what is known about the page.
    """
    folded, start = core.string, core.start()
    floor = max(floor, start - _LOOK_BACK)
    before = folded[floor:start]
    weekday: int | None = None
    if before and (found := grammar.WEEKDAY_BEFORE.search(before)):
        weekday, start = WEEKDAYS[found["weekday"][:3]], floor + found.start()
    time = time_after(folded, core.end("cd") if core.lastgroup == "ctime" else core.end())
    end = max(core.end(), time.place if time else 0)
    day = day_of(core, setting)
    if day is None or (before and _ends_range(folded[floor:start], core, day)):
        return None, end
    if time is None and (":" in before or " wi" in before):
        time = time_before(folded, floor, start)
        start = min(start, time.place) if time else start
    if collapsed.count("(", start, end) > collapsed.count(")", start, end) and collapsed[end : end + 1] == ")":
        end += 1
    return assemble(day, time, weekday, setting, (collapsed[start:end], start)), end


def _ends_range(before: str, core: re.Match[str], day: Day) -> bool:
    """Whether the date is the end of a range or list whose start is no whole date (``27-29 Maret 2018``)."""
    if core.lastgroup == "ymd":
        return False
    found = grammar.RANGE_BEFORE.search(before)
    if found is None or grammar.COUNTER_BEFORE.search(before, 0, found.start()):
        return False
    return found["from"] is None or bool(found["from_month"]) or 1 <= int(found["from"]) < day.day


def assemble(
    day: Day, time: PrintedTime | None, weekday: int | None, setting: Setting, raw: tuple[str, int]
) -> PrintedDate | None:
    """The date from its parts; None where it lies in the future."""
    warnings: list[str] = []
    if weekday is not None and date(day.year, day.month, day.day).weekday() != weekday:
        # kesbang.tanjabtimkab.go.id: 49 of 56 rows print the weekday of the upload beside the day of the event.
        warnings.append("weekday-contradicts-date")
    if time is None or time.hour < 0:
        if is_future(day, setting):
            return None
        return PrintedDate(day.iso, "day", raw[0], (*warnings, *(time.warnings if time else ())), raw[1])
    printed = datetime(day.year, day.month, day.day, time.hour, time.minute, time.second or 0)  # noqa: DTZ001
    instant = printed.replace(tzinfo=_zone(time, printed, setting, warnings))
    if time.offset == timedelta():
        # WordPress feeds give every pubDate in UTC; in the site's zone it is the day that the page shows.
        instant = instant.astimezone(setting.zone)
    if setting.fetched_at is not None and instant > setting.fetched_at + _DAY:
        return None
    precision: Precision = "minute" if time.second is None else "second"
    return PrintedDate(instant.isoformat(), precision, raw[0], tuple(warnings), raw[1])


def _zone(time: PrintedTime, printed: datetime, setting: Setting, warnings: list[str]) -> tzinfo:
    """The zone of a printed time: the one printed, mended where a library spoiled it, else the site's."""
    if time.offset is None:
        return setting.zone
    offset = snap_offset(time.offset, setting.zone, printed)
    if offset != time.offset:
        warnings.append("offset-snapped")
    elif offset in ZONES.values() and offset != setting.zone.utcoffset(printed):
        # Swarakalibata prints WIB everywhere, also in Sulawesi: kept as printed, but said.
        warnings.append("zone-not-of-site")
    return timezone(offset)
