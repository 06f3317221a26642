"""Dates as Indonesian government pages print them, read without a clock and without a guess.

The grammar, over text with white space collapsed and letters folded::

    date     = [time zone?] [weekday [pasaran] [part of day] ,] day sep month sep year [time [zone]]
             | month day[,] year | year sep month sep day | n sep n sep n       in the site's order, dmy by default
             | weekday month day time [zone] year                              ctime
             | "(" day "/" month ")"                                           only with a year hint
    weekday  = senin selasa rabu kamis jum'at sabtu minggu ahad, English names, abbreviations
    pasaran  = legi pahing pon wage kliwon
    month    = Indonesian and English names, full or abbreviated, Nopember, Pebruari, Agt, …
    sep      = blank / - . , | or nothing between letters and digits
    time     = see ``times``;  relative = see ``relative``;  addresses = see ``address``
    snippet  = date | month year | YYYY-MM | YYYYMMDD[HHMM[SS]] | weekday day month (with a year hint) | relative

Words around a date (``Diposting pada``, ``Tanggal :``, ``Ditulis oleh X pada``) are passed over.
Null rather than a guess:

- Of several dates in a snippet the first decides; one marked as an update (``diperbarui 3 April 2018``) only where no
  other stands. When the deciding date is refused, so is the snippet: the second one is something else.
- Refused: days that do not exist, years before 1999, days later than the fetch plus one day, ends of ranges and lists
  (``27-29 Maret 2018``), month and day in the other order, ``dd-mm-yy`` that is as well ``yy-mm-dd``.
- Passed over as no date: bare years, hijri dates, numbers of decrees (``188.45/12/10/2018``, ``Nomor 12/10/2018``),
  dates after ©, day and month without a year.
- A weekday that contradicts the date is a warning, never a reason to refuse: 49 of 56 rows of
  kesbang.tanjabtimkab.go.id have it.
- Zone words override the site's zone; numbers near WIB, WITA or WIT snap to them; UTC is turned into the site's zone.

Pure: no clock, no network, no setting. Other languages fall back to dateparser (``foreign``).
"""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from . import grammar
from .address import date_in_url
from .reading import Order, PrintedDate, Setting, assemble, is_future, is_no_date, read_core, real_day
from .relative import read_relative
from .times import checked_time, snap_offset
from .words import WEEKDAYS, collapse, fold, month_number

__all__ = ["Order", "PrintedDate", "date_in_url", "find_dates", "read_date", "snap_offset"]


def read_date(
    text: str,
    *,
    zone: tzinfo,
    fetched_at: datetime | None = None,
    year_hint: int | None = None,
    order: Order = "dmy",
    language: str = "id",
) -> PrintedDate | None:
    """The date that a short snippet states: a date element, a meta content, a feed's pubDate.

    Args:
        text: entities decoded; white space of any kind.
        zone: the site's zone, used where none is printed.
        fetched_at: aware instant of the capture; base of relative dates and limit of the future.
        year_hint: year for dates printed without one, from the feed, the address or neighbours.
        order: of dates in numbers.
        language: BCP 47; beyond ``id`` and ``en`` dateparser is asked where the grammar finds nothing.

    Returns:
        None where there is no date or none that is sure.
    """
    collapsed = collapse(text)
    folded = fold(collapsed)
    setting = Setting(zone, fetched_at, year_hint, order)
    floor, update = 0, None
    for core in grammar.CORE.finditer(folded):
        if core.start() < floor or is_no_date(core, floor, setting):
            continue
        found, end = read_core(collapsed, core, floor, setting)
        if not grammar.UPDATE_BEFORE.search(folded, floor, core.start()):
            return found
        update, floor = update or found, end
    if floor:
        return update
    return _read_whole(collapsed, folded, setting) or _read_other(collapsed, folded, language, setting)


def find_dates(
    text: str,
    *,
    zone: tzinfo,
    fetched_at: datetime | None = None,
    year_hint: int | None = None,
    order: Order = "dmy",
) -> list[PrintedDate]:
    """All dates in running text, in order, each with its place; refused ones are left out.

    Relative words are not read here: in prose they count from the article, not from the fetch.
    """
    collapsed = collapse(text)
    setting = Setting(zone, fetched_at, year_hint, order, prose=True)
    floor, dates = 0, []
    for core in grammar.CORE.finditer(fold(collapsed)):
        if core.start() < floor or is_no_date(core, floor, setting):
            continue
        found, floor = read_core(collapsed, core, floor, setting)
        if found is not None:
            dates.append(found)
    return dates


def _read_whole(collapsed: str, folded: str, setting: Setting) -> PrintedDate | None:
    """Forms that are a date only when the snippet holds nothing else."""
    snippet = folded.strip(" .,;|-")
    if found := grammar.MONTH_ONLY.fullmatch(snippet):
        month = (month_number(found["m"]) or 0) if found["m"] else int(found["im"])
        day = real_day(int(found["y"] or found["iy"]), month, 1)
        if day is None or is_future(day, setting):
            return None
        return PrintedDate(day.iso[:7], "month", collapsed)
    if setting.year_hint and (found := grammar.NO_YEAR.fullmatch(snippet)):
        day = real_day(setting.year_hint, month_number(found["m"]) or 0, int(found["d"]))
        weekday = WEEKDAYS[found["weekday"][:3]] if found["weekday"] else None
        return assemble(day, None, weekday, setting, (collapsed, 0)) if day else None
    if found := grammar.COMPACT.fullmatch(snippet):
        day = real_day(int(found["y"]), int(found["m"]), int(found["d"]))
        time = None
        if found["hour"]:
            offset = timedelta() if found["z"] else None
            second = int(found["second"]) if found["second"] else None
            time = checked_time(0, int(found["hour"]), int(found["minute"]), second, offset)
        return assemble(day, time, None, setting, (collapsed, 0)) if day else None
    return None


def _read_other(collapsed: str, folded: str, language: str, setting: Setting) -> PrintedDate | None:
    """Relative dates, and dates in languages of which only dateparser knows the months."""
    found = read_relative(collapsed, folded, setting)
    if found is None and language.split("-")[0].lower() not in ("id", "en"):
        from .foreign import read_foreign

        found = read_foreign(collapsed, language.split("-")[0].lower(), setting)
    return found
