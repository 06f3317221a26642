"""Dates in languages that our grammar does not know (Malay, Javanese, …), through dateparser. Its only room.

dateparser guesses what is missing; here it may not: a day, a month and a year must all be printed, and day and year
must stand in the text as numbers. It answers days only: for times it would take zones from the machine.
"""

from __future__ import annotations

import re
from datetime import datetime

from .reading import PrintedDate, Setting, is_future, real_day


def read_foreign(collapsed: str, language: str, setting: Setting) -> PrintedDate | None:
    """The date of a snippet in another language; None where dateparser does not know the language or finds none."""
    numbers = {int(digits) for digits in re.findall(r"(?<!\d)\d{1,4}(?!\d)", collapsed, re.ASCII)}
    if len(collapsed) > 120 or not any(number > 999 for number in numbers):
        return None
    # Imported here because it costs a fifth of a second and most sites never need it.
    import dateparser

    settings = {
        "REQUIRE_PARTS": ["day", "month", "year"],
        "STRICT_PARSING": True,
        "PARSERS": ["absolute-time"],
        "DATE_ORDER": setting.order.upper(),
        "TIMEZONE": "UTC",
        "RELATIVE_BASE": datetime(2000, 1, 1),  # noqa: DTZ001  so that no clock is read; naive, as dateparser wants it
        "RETURN_AS_TIMEZONE_AWARE": False,
    }
    try:
        moment = dateparser.parse(collapsed, languages=[language], settings=settings)
    except (ValueError, OverflowError):
        return None
    if moment is None or moment.year not in numbers or moment.day not in numbers:
        return None
    day = real_day(moment.year, moment.month, moment.day)
    if day is None or is_future(day, setting):
        return None
    return PrintedDate(day.iso, "day", collapsed)
