"""Times of day and zones, as printed beside a date. Pure: no clock is read here.

::

    time    = [lead] HH sep MM [sep SS [fraction]] [range end] [am | pm | part of day] [zone]
    lead    = pukul | pkl | pk | jam | at | @ | T | WIB | WITA | WIT          sep = ":" | "."
    zone    = WIB | WITA | WIT | Z | GMT | UTC | (GMT | UTC)? ("+" | "-") HH[:]MM

- A dotted time without lead, zone or seconds is read only where no word follows: ``12.50 juta`` is no time.
- Of a range (``Pukul 08.00 – 08.30 WIB``, tajinan.malangkab.go.id) the start is read.
- A time that cannot be (25:10, ``13:45 AM``) leaves the date with day precision and a warning.
- Letters of a zone that we cannot place (EST, CST, …) do the same: the day as printed, no time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final

from .words import DAYPARTS, ZONES

_HOUR: Final = timedelta(hours=1)
_NEAR: Final = timedelta(minutes=10)
# Local mean times that a time-zone library gives when it is used wrongly, too far off for the ten minutes:
# Pontianak +07:17, Jayapura +09:22 and +09:23. (Makassar +07:58 was seen 30,960 times in one regency's widgets.)
_MEAN_TIMES: Final = {437: 7 * _HOUR, 562: 9 * _HOUR, 563: 9 * _HOUR}
_FARTHEST: Final = 14 * _HOUR

_CLOCK: Final = r"(?P<hour>\d{1,2})(?P<sep>[:.])(?P<minute>\d\d)"
_AM_PM: Final = r"(?:\s?(?P<half>[ap])\.?m(?![a-z])\.?)?"
_TO: Final = r"(?:-|s/d|s\.?d\.?|sampai|hingga|to)"

_AFTER: Final = re.compile(
    rf"""[\s,.;|/()\[\]·•-]{{0,5}}
    (?:(?:(?P<t>t)|(?P<lead>(?:pada\s)?(?:pukul|pkl|pk|jam)|at|@|(?P<zone_lead>wib|wita|wit)))[\s:.]{{0,3}})?
    {_CLOCK}(?:(?P=sep)(?P<second>\d\d)(?:[.,]\d{{1,9}})?)?(?![:.,]?\d)
    (?(second)|(?(t)|(?:\s?{_TO}\s?\d{{1,2}}[:.]\d\d(?![:.]?\d))?))  # 08:15:00-05:00 is an offset, 08:00-08:30 a range
    {_AM_PM}(?:\s?(?P<part>pagi|siang|sore|petang|malam|dini\shari)(?![a-z]))?
    (?:[\s(]{{0,2}}(?:(?P<zone>wib|wita|wit)(?![a-z])
        |(?:(?:gmt|utc)\s?(?P<gmt>[+-]\d{{1,2}}(?:[:.]?\d\d)?)|(?P<offset>[+-]\d\d:?\d\d|(?<=\d)\+\d\d))(?!\d)
        |(?P<utc>z|gmt|utc?)(?![a-z])
        |(?P<odd>[ecmp][sd]t|cest|cet|bst|sgt|myt|jst|kst|hkt|ist|a[ew]st)(?![a-z])))?""",
    re.VERBOSE,
)
_BEFORE: Final = re.compile(
    rf"""(?P<range>\d[:.]\d\d\s?{_TO}\s?)?(?<![\d:.]){_CLOCK}(?:(?P=sep)(?P<second>\d\d))?
    {_AM_PM}(?:\s?(?P<zone>wib|wita|wit))?[\s,|/·•-]{{1,4}}(?:(?:on|pada|hari)\s)?$""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class PrintedTime:
    """A time of day as printed, or why there is none."""

    place: int
    """Where it ends (read after a date) or begins (read before one), in the folded text."""
    hour: int = -1
    """-1 where the time printed cannot be."""
    minute: int = 0
    second: int | None = None
    """None where no seconds are printed."""
    offset: timedelta | None = None
    """Offset printed, as a word or a number; None: the site's zone."""
    warnings: tuple[str, ...] = ()


def snap_offset(offset: timedelta, zone: tzinfo, at: datetime | None = None) -> timedelta:
    """The offset meant by a printed one: ``+0758`` is +08:00.

    Within ten minutes of the site's zone or of WIB, WITA, WIT it becomes that zone's; any other stays as it is.
    ``at`` is the wall-clock time printed, for zones whose offset changes.
    """
    for whole in (zone.utcoffset(at), *ZONES.values()):
        if whole is not None and abs(offset - whole) <= _NEAR:
            return whole
    return _MEAN_TIMES.get(int(offset.total_seconds() // 60), offset)


def time_after(folded: str, place: int) -> PrintedTime | None:
    """The time that follows a date ending at ``place``; None where none does."""
    found = _AFTER.match(folded, place)
    if found is None or _looks_like_amount(found):
        return None
    return _judge(found, found.end())


def time_before(folded: str, first: int, last: int) -> PrintedTime | None:
    """The time right before a date (``17:46 WIB, 20 Juni 2018``), looked for between ``first`` and ``last``."""
    found = _BEFORE.search(folded[first:last])
    if found is None or found["range"] or (found["sep"] == "." and not found["zone"]):
        return None
    return _judge(found, first + found.start())


def _looks_like_amount(found: re.Match[str]) -> bool:
    """Whether ``12.50`` stands bare before a word, as in ``27 Maret 2018 12.50 juta``."""
    if found["sep"] == ":" or any(found.group("t", "lead", "second", "half", "part", "zone", "gmt", "offset")):
        return False
    following = found.string[found.end() : found.end() + 2].lstrip()
    return bool(following) and following[0] not in ".,;|)]-·•("


def _judge(found: re.Match[str], place: int) -> PrintedTime:
    parts = found.groupdict()
    hour, minute = _hour(int(parts["hour"]), parts["half"], parts.get("part")), int(parts["minute"])
    second = int(parts["second"]) if parts["second"] else None
    numbers = parts.get("gmt") or parts.get("offset")
    word = parts["zone"] or parts.get("zone_lead")
    offset = None
    if numbers:
        offset = _offset(numbers)
    elif word:
        offset = ZONES[word]
    elif parts.get("utc"):
        offset = timedelta()
    if parts.get("odd") or (offset is not None and abs(offset) > _FARTHEST):
        return PrintedTime(place, warnings=("zone-unknown",))
    return checked_time(place, hour, minute, second, offset)


def checked_time(place: int, hour: int, minute: int, second: int | None, offset: timedelta | None) -> PrintedTime:
    """The time, or the warning that there is none such."""
    if 0 <= hour < 24 and minute < 60 and (second or 0) < 60:
        return PrintedTime(place, hour, minute, second, offset)
    return PrintedTime(place, warnings=("time-impossible",))


def _hour(printed: int, half: str | None, part: str | None) -> int:
    """The hour of 24, or -1 where the words contradict the number."""
    if part:
        fitting = [hour for hour in (printed, printed + 12) if hour in DAYPARTS[part]]
        return fitting[0] if len(fitting) == 1 else -1
    if half == "a":
        return printed % 12 if printed <= 12 else -1
    if half == "p":
        # PHP's "H:i A" prints 13:45 PM.
        return printed if printed >= 12 else printed + 12 if printed else -1
    return printed


def _offset(numbers: str) -> timedelta:
    digits = numbers[1:].replace(":", "").replace(".", "")
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return -offset if numbers[0] == "-" else offset
