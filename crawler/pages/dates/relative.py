"""Dates counted back from the fetch: ``6 bulan yang lalu`` (mpp.sumenepkab.go.id), ``kemarin``, ``2 days ago``.

The answer is as coarse as the unit allows, because sites round before they print: seconds to days give the calendar
day in the site's zone, weeks and months give the month. Years give nothing: a bare year is no date of the record, and
the month would be made up. Read only in snippets, and only where nothing but lead words or marks stand around: in
running text ``kemarin`` is the day before the article, not before the fetch.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

from .reading import EARLIEST, PrintedDate, Setting

_NUMBERS: Final = {
    "se": 1, "satu": 1, "a": 1, "an": 1, "one": 1, "dua": 2, "two": 2, "tiga": 3, "three": 3, "empat": 4, "four": 4,
    "lima": 5, "five": 5, "enam": 6, "six": 6, "tujuh": 7, "seven": 7, "delapan": 8, "eight": 8, "sembilan": 9,
    "nine": 9, "sepuluh": 10, "ten": 10, "sebelas": 11,
}  # fmt: skip
_SECONDS: Final = {
    "detik": 1, "second": 1, "sec": 1, "menit": 60, "minute": 60, "min": 60, "jam": 3600, "hour": 3600, "hr": 3600,
    "hari": 86400, "day": 86400, "minggu": 604800, "pekan": 604800, "week": 604800,
}  # fmt: skip
_MONTHS: Final = {"bulan": 1, "month": 1, "tahun": 12, "year": 12}
_UNIT: Final = f"(?:{'|'.join(sorted([*_SECONDS, *_MONTHS], key=len, reverse=True))})"
_WORDS: Final = "|".join(sorted(_NUMBERS, key=len, reverse=True))
_ONE: Final = re.compile(rf"(?P<number>\d{{1,3}}|{_WORDS})\s?(?P<unit>{_UNIT})s?(?![a-z])")
_PART: Final = rf"(?:\d{{1,3}}|(?:{_WORDS}))\s?{_UNIT}s?"
_AGO: Final = re.compile(
    rf"(?<![a-z\d.,])(?P<parts>{_PART}(?:[\s,]{{1,2}}(?:(?:dan|and)\s)?{_PART})*)\s(?:(?:yang|yg)\s)?(?:lalu|silam|ago)(?![a-z])"
)
_NAMED: Final = re.compile(
    r"(?<![a-z])(?:(?P<yesterday>kemar[ie]n|yesterday)"
    r"|hari ini|today|baru saja|just now"
    r"|(?:beberapa|a few) (?:detik|menit|seconds|minutes) (?:(?:yang|yg) )?(?:lalu|ago))(?![a-z])"
)
_LEAD: Final = re.compile(
    r"""(?:.*[|•·:,(@-]\s?)?
    (?:(?:di)?(?:posting|posted|publikasikan|terbitkan|tayangkan|muat|unggah|tulis|buat|perbarui|update|terbit|tayang)
    |published|updated|tanggal|tgl|waktu|pada|on|sekitar|about|kurang\slebih|(?:oleh|by|penulis)\s[^|]{1,40})?
    (?:\s?:)?\s?(?:(?:pada|on|sekitar|about)\s?)?""",
    re.VERBOSE,
)
_TAIL: Final = re.compile(r"[\s)]{0,2}(?:$|[|•·,.(@-]|(?:oleh|by|pukul|jam|at|di)\s|\d\d?[:.]\d\d)")


def read_relative(collapsed: str, folded: str, setting: Setting) -> PrintedDate | None:
    """The date that a snippet states by its distance from the fetch; None without a fetch time."""
    if setting.fetched_at is None or len(folded) > 160:
        return None
    found = _AGO.search(folded) or _NAMED.search(folded)
    if found is None or not _LEAD.fullmatch(folded, 0, found.start()) or not _TAIL.match(folded, found.end()):
        return None
    local = setting.fetched_at.astimezone(setting.zone)
    if found.re is _AGO:
        iso = _count_back(local, found["parts"])
    else:
        iso = (local - timedelta(days=1 if found["yesterday"] else 0)).date().isoformat()
    if iso is None or int(iso[:4]) < EARLIEST:
        return None
    return PrintedDate(iso, "relative", collapsed[found.start() : found.end()], (), found.start())


def _count_back(local: datetime, parts: str) -> str | None:
    """``YYYY-MM-DD`` or ``YYYY-MM``, after the smallest unit of e.g. ``2 tahun 3 bulan``."""
    seconds = months = 0
    smallest = ""
    for part in _ONE.finditer(parts):
        smallest = part["unit"]
        count = int(part["number"]) if part["number"].isdigit() else _NUMBERS[part["number"]]
        seconds += count * _SECONDS.get(smallest, 0)
        months += count * _MONTHS.get(smallest, 0)
    if smallest in ("tahun", "year"):
        return None
    year, month = divmod(local.year * 12 + local.month - 1 - months, 12)
    if year < EARLIEST:
        return None
    # The day stays out of the sum when months are counted: 31 July less one month has no day.
    moment = local.replace(year=year, month=month + 1, day=1 if months else local.day) - timedelta(seconds=seconds)
    exact = not months and _SECONDS.get(smallest, 0) <= 86400
    return moment.date().isoformat() if exact else moment.date().isoformat()[:7]
