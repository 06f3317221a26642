"""The patterns of dates, all over folded text (see ``words.fold``). What a match means is judged in ``reading``.

Each alternative of ``CORE`` ends in an empty group that names it, so that ``match.lastgroup`` says which one it was.
"""

from __future__ import annotations

import re
from typing import Final

from .words import MONTH, PASARAN, WEEKDAY

YEAR: Final = r"(?:19|20)\d\d(?!\d)"
_ORDINAL: Final = r"(?:st|nd|rd|th|er)?"
_SEP: Final = r"[ ./,|-]{0,3}"
_NO_MORE: Final = r"(?!/\w|\.\d|-\d+(?![\d:.]))"  # but a time may follow a dash

CORE: Final = re.compile(
    rf"""
    (?<![a-z\d])(?=[\djfpmasond])(?:
    # 27 Maret 2018, 08-Des-20, 27th of March 2018, 27 bulan Maret tahun 2018; not 10:27 Maret, not 3.27 Maret
    (?<!\d[:.,/])(?P<d>\d{{1,2}}){_ORDINAL}(?:\s(?:of|de|den))?(?P<sep>{_SEP})(?:bulan\s)?(?P<m>{MONTH})(?P<sep2>{_SEP})
        (?:(?:tahun|thn|de|del)\s)?(?P<y>{YEAR}|(?P<quote>'?)\d\d(?![\d%]|[:.,]\d))(?P<dmy>)
    # 27/03/2018, 27-3-18, 27.03.2018; not 188.45/12/10/2018 (number of a decree), not 1.2.2018.4
    | (?<!\d[:.,/-])(?P<n1>\d{{1,2}})(?P<nsep>\s?[/.-]\s?)(?P<n2>\d{{1,2}})(?P=nsep)(?P<n3>{YEAR}|\d\d(?!\d))
        {_NO_MORE}(?P<numeric>)
    # 2018-03-27, 2018/3/27, 2018-Mar-27
    | (?<!\d[:.,/-])(?P<iy>{YEAR})(?P<isep>[/.-]|\s-\s)(?P<im>\d\d?|{MONTH})(?P=isep)(?P<id>\d\d?)(?!\d)
        {_NO_MORE}(?P<ymd>)
    # March 27, 2018; not 5 Maret 27, 2018, but 10:15 March 27, 2018
    | (?:(?<!\d\s)|(?<=[:.]\d\d\s))(?P<em>{MONTH})[ .]{{0,2}}(?P<ed>\d{{1,2}}){_ORDINAL}[\s,]{{1,2}}
        (?P<ey>{YEAR})(?P<mdy>)
    # Tue Mar 27 08:15:00 +0700 2018
    | (?P<cm>{MONTH})\s(?P<cd>\d{{1,2}})\s\d\d:\d\d:\d\d(?:\s(?:[a-z]{{1,4}}|[+-]\d{{4}}))?\s(?P<cy>{YEAR})(?P<ctime>)
    )
    # (27/3), the short form in prose
    | \((?P<sd>\d{{1,2}})/(?P<sm>\d{{1,2}})\)(?P<short>)
    """,
    re.VERBOSE,
)

WEEKDAY_BEFORE: Final = re.compile(
    rf"""(?<![a-z])(?:(?:hari|day)\s)?(?P<weekday>{WEEKDAY})(?:\s\(?{PASARAN}\)?)?(?:\s(?:pagi|siang|sore|petang|malam))?
    [\s,.(|/:-]{{0,4}}(?:(?:tanggal|tgl\.?)\s)?$""",
    re.VERBOSE,
)

# 27-29 Maret 2018, 27, 28 dan 29 Maret 2018, 27 Maret s.d. 3 April 2018: what stands before the last date of a range.
RANGE_BEFORE: Final = re.compile(
    rf"""(?<![\d:.])(?P<from>\d{{1,2}})\s?(?P<from_month>\.?/?(?:{MONTH}\.?|\d{{1,2}}))?
    \s?(?:-|,|&|dan|and|s/d|s\.?d\.?|sampai(?:\sdengan)?|hingga|to|until)\s?(?:{WEEKDAY}[\s,]{{1,2}})?$
    |{MONTH}\s\d{{1,2}}\s?(?:-|to|until)\s?$""",
    re.VERBOSE,
)

# Dibaca 12 - Selasa, 27 Maret 2018: a counter begins no range.
COUNTER_BEFORE: Final = re.compile(r"(?:dibaca|dilihat|hits?|views?|komentar|comments?)\s?:?\s?$")

# A year after ©, and a number that is named as one (Nomor: 12/10/2018), are no dates.
NO_DATE_BEFORE: Final = re.compile(r"©|\(c\)|copyright|hak cipta")
NUMBER_BEFORE: Final = re.compile(r"(?<![a-z])(?:nomo?e?r|no|nr|telp?|tlp|hp|fax|versi|version|v)\s?[.:]{0,2}\s?$")
UPDATE_BEFORE: Final = re.compile(
    r"(?<![a-z])(?:diper?baha?rui|diperbarui|dimutakhirkan|diubah|di-?update|up-?dated?|modified|perubahan|pembaruan)(?![a-z])"
)

TWO_DIGITS_AFTER: Final = re.compile(r"$|[\s,|-]{1,3}\d\d:\d\d")
"""What must follow a year of two digits that stands between blanks."""

# Whole snippets.
MONTH_ONLY: Final = re.compile(rf"(?P<m>{MONTH})[ ./,-]{{1,3}}(?P<y>{YEAR})|(?P<iy>{YEAR})-(?P<im>\d\d)")
NO_YEAR: Final = re.compile(
    rf"(?:(?P<weekday>{WEEKDAY})(?:\s{PASARAN})?[\s,]{{1,2}})?(?P<d>\d{{1,2}})[ ./-]{{1,3}}(?P<m>{MONTH})\.?"
)
COMPACT: Final = re.compile(
    r"(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)(?:[t ]?(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?(?P<z>z)?)?"
)
