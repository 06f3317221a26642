"""Dates as printed: every form seen in the field, and every form that must not be read."""

from __future__ import annotations

import datetime as dt

import pytest

from crawler.pages.dates import PrintedDate, date_in_url, find_dates, read_date, snap_offset

WIB, WITA, WIT = (dt.timezone(dt.timedelta(hours=hours)) for hours in (7, 8, 9))
FETCHED = dt.datetime(2026, 8, 1, 3, 0, tzinfo=dt.UTC)


def read(text: str, **given: object) -> PrintedDate | None:
    return read_date(text, **{"zone": WIB, "fetched_at": FETCHED, **given})  # type: ignore[arg-type]


def iso(text: str, **given: object) -> str | None:
    found = read(text, **given)
    return found.iso if found else None


DAYS = {
    # domain.md, "Page dates seen", and stack.md 4.1
    "Selasa, 27 Maret 2018": "2018-03-27",
    "Senin, 27 Juni 2022": "2022-06-27",
    "Senin Legi, 4 Maret 2024": "2024-03-04",
    "Ahad, 2 Mei 2021": "2021-05-02",
    "12 Pebruari 2019": "2019-02-12",
    "12 Febuari 2019": "2019-02-12",
    "3 Agutus 2019": "2019-08-03",
    "3 Nopember 2023": "2023-11-03",
    "17 Agt 2021": "2021-08-17",
    "17 Agust 2021": "2021-08-17",
    "17 Agust. 2021": "2021-08-17",
    "17 Ags 2021": "2021-08-17",
    "17 Aug 2021": "2021-08-17",
    "17 AGUSTUS 2021": "2021-08-17",
    "9 Sept 2021": "2021-09-09",
    "05 Agustus 2019": "2019-08-05",
    "Diposting pada 4 Juni 2022": "2022-06-04",
    "27 - Maret - 2018": "2018-03-27",
    "27 – Maret – 2018": "2018-03-27",
    "27-Mar-2018": "2018-03-27",
    "27/Mar/2018": "2018-03-27",
    "27.Mar.2018": "2018-03-27",
    "27 | Mar | 2018": "2018-03-27",
    "27 Maret, 2018": "2018-03-27",
    "27Maret2018": "2018-03-27",
    "Oleh: Humas | 27 Mar 2018": "2018-03-27",
    "Selasa,27/03/2018": "2018-03-27",
    "(27/03/2018)": "2018-03-27",
    "27-03-2018": "2018-03-27",
    "27.03.2018": "2018-03-27",
    "03.04.2021": "2021-04-03",
    "27/3/18": "2018-03-27",
    "27-03-18": "2018-03-27",
    "27 Mar '18": "2018-03-27",
    "27-Mar-18": "2018-03-27",
    "08 Des 20": "2020-12-08",
    "2018-03-27": "2018-03-27",
    "2018/03/27": "2018-03-27",
    "2018-Mar-27": "2018-03-27",
    "20180327": "2018-03-27",
    "March 27, 2018": "2018-03-27",
    "Mar 27th, 2018": "2018-03-27",
    "Tuesday, March 27, 2018": "2018-03-27",
    "27th March 2018": "2018-03-27",
    "27th of March 2018": "2018-03-27",
    "Maret 27, 2018": "2018-03-27",
    "hari Selasa tanggal 27 bulan Maret tahun 2018": "2018-03-27",
    "Selasa\u00a0malam,\u00a027\u00a0Maret\u00a02018": "2018-03-27",
    "\u200b27\u200b Maret 2018": "2018-03-27",
    "29 Februari 2024": "2024-02-29",
    "10 Muharram 1440 H / 20 September 2018 M": "2018-09-20",
    "Terakhir diperbarui: 3 April 2018": "2018-04-03",
    "dibaca 1.234 kali, 27 Maret 2018": "2018-03-27",
    "Dibaca: 12 - Selasa, 27 Maret 2018": "2018-03-27",
    "27 Maret 2018 | 5.20k views": "2018-03-27",
    "27 Maret 2018 1.234 kali": "2018-03-27",
    "27 Maret 2018, 15 komentar": "2018-03-27",
    "Kamis (11/7/2019) pagi tadi": "2019-07-11",
}


@pytest.mark.parametrize(("text", "expected"), DAYS.items())
def test_days(text: str, expected: str) -> None:
    """A date without a time is read with day precision and no warning."""
    found = read(text)
    assert found is not None
    assert (found.iso, found.precision, found.warnings) == (expected, "day", ())


@pytest.mark.parametrize("mark", ["'", "’", "‘", "`", "´", "′", "ʼ", "”", " ", ",", "", "\\'"])
def test_friday_in_every_apostrophe(mark: str) -> None:
    """Jum'at is printed with any apostrophe or none."""
    found = read(f"Jum{mark}at, 3 Nopember 2023 08:15 WIB")
    assert found == PrintedDate("2023-11-03T08:15:00+07:00", "minute", f"Jum{mark}at, 3 Nopember 2023 08:15 WIB")


TIMES = {
    "07 November 2025 22:09": ("2025-11-07T22:09:00+07:00", "minute"),
    "11 Oktober 2021\n5:03pm": ("2021-10-11T17:03:00+07:00", "minute"),
    "20 Juni 2018 Jam 17:46:12": ("2018-06-20T17:46:12+07:00", "second"),
    "08 Des 2020 - 13:45 WIB": ("2020-12-08T13:45:00+07:00", "minute"),
    "Minggu, 9 Oktober 2022 pukul 10.15 WIB": ("2022-10-09T10:15:00+07:00", "minute"),
    "27 Maret 2018 Pukul 08.00 – 08.30 WIB": ("2018-03-27T08:00:00+07:00", "minute"),
    "27 Maret 2018 08.30": ("2018-03-27T08:30:00+07:00", "minute"),
    "27.03.2018 08.30": ("2018-03-27T08:30:00+07:00", "minute"),
    "27 Maret 2018, 08.30 - Humas": ("2018-03-27T08:30:00+07:00", "minute"),
    "27 Maret 2018 WIB 08:30": ("2018-03-27T08:30:00+07:00", "minute"),
    "2 Jul 2023 10:15 am": ("2023-07-02T10:15:00+07:00", "minute"),
    "2 Jul 2023 12:15 a.m.": ("2023-07-02T00:15:00+07:00", "minute"),
    "2 Jul 2023 12:15 PM": ("2023-07-02T12:15:00+07:00", "minute"),
    "2 Jul 2023 13:45 PM": ("2023-07-02T13:45:00+07:00", "minute"),
    "27 Maret 2018 7.30 malam": ("2018-03-27T19:30:00+07:00", "minute"),
    "27 Maret 2018 7.30 pagi": ("2018-03-27T07:30:00+07:00", "minute"),
    "Published on 12 Jul 2023, 09:15 WIB": ("2023-07-12T09:15:00+07:00", "minute"),
    "Tanggal : 27-03-2018 Jam : 10:15:33": ("2018-03-27T10:15:33+07:00", "second"),
    "(27/03/2018) pukul 08.30": ("2018-03-27T08:30:00+07:00", "minute"),
    "2018-03-27 08:15:00": ("2018-03-27T08:15:00+07:00", "second"),
    "2018-03-27T08:15:00.123456+07:00": ("2018-03-27T08:15:00+07:00", "second"),
    "2018-03-27T08:15+0700": ("2018-03-27T08:15:00+07:00", "minute"),
    "2018-03-27T20:15:00Z": ("2018-03-28T03:15:00+07:00", "second"),
    "2018-03-27T20:15:00+00:00": ("2018-03-28T03:15:00+07:00", "second"),
    "2018-03-27T08:15:00-05:00": ("2018-03-27T08:15:00-05:00", "second"),
    "2018-03-27T08:15-05:00": ("2018-03-27T08:15:00-05:00", "minute"),
    "2018-03-27T08:15:00+07": ("2018-03-27T08:15:00+07:00", "second"),
    "27 Maret 2018 08:15 GMT+7": ("2018-03-27T08:15:00+07:00", "minute"),
    "27 Maret 2018 08:15 UTC+7.00": ("2018-03-27T08:15:00+07:00", "minute"),
    "27/03/2018-10:15": ("2018-03-27T10:15:00+07:00", "minute"),
    "2019-09-28WIB19:17:34+07:00": ("2019-09-28T19:17:34+07:00", "second"),
    "Tue, 27 Mar 2018 08:15:00 +0700": ("2018-03-27T08:15:00+07:00", "second"),
    "Tue, 27 Mar 2018 18:15:00 GMT": ("2018-03-28T01:15:00+07:00", "second"),
    "Tuesday, 27-Mar-18 08:15:00 UTC": ("2018-03-27T15:15:00+07:00", "second"),
    "Tue Mar 27 08:15:00 +0700 2018": ("2018-03-27T08:15:00+07:00", "second"),
    "Tue Mar 27 08:15:00 2018": ("2018-03-27T08:15:00+07:00", "second"),
    "20180327T081500Z": ("2018-03-27T15:15:00+07:00", "second"),
    "201803270815": ("2018-03-27T08:15:00+07:00", "minute"),
    "17:46 WIB, Rabu 20 Juni 2018": ("2018-06-20T17:46:00+07:00", "minute"),
    "10:15 AM - 27 Mar 2018": ("2018-03-27T10:15:00+07:00", "minute"),
    "Tue Mar 27 2018 08:15:00 GMT+0700 (Western Indonesia Time)": ("2018-03-27T08:15:00+07:00", "second"),
    "27/3/2018, 08.15.00": ("2018-03-27T08:15:00+07:00", "second"),
    "27 Maret 2018 / 08:15 WIB 125 views": ("2018-03-27T08:15:00+07:00", "minute"),
    "10:15 March 27, 2018": ("2018-03-27T10:15:00+07:00", "minute"),
    "27 Mar 18 10:15": ("2018-03-27T10:15:00+07:00", "minute"),
}


@pytest.mark.parametrize(("text", "expected"), TIMES.items())
def test_times(text: str, expected: tuple[str, str]) -> None:
    """Times are read with the precision printed, in the zone printed or else the site's."""
    found = read(text)
    assert found is not None
    assert (found.iso, found.precision, found.warnings) == (*expected, ())


WARNED = {
    "Kamis (08/07/2020)": ("2020-07-08", "weekday-contradicts-date"),
    "Senin, 1 Agustus 2022 | 14:05 WITA": ("2022-08-01T14:05:00+08:00", "zone-not-of-site"),
    "Rabu, 5 Juli 2023 09.30 WIT": ("2023-07-05T09:30:00+09:00", "zone-not-of-site"),
    "2021-04-03T08:15:00+0758": ("2021-04-03T08:15:00+08:00", "offset-snapped"),
    "2021-04-03T08:15:00+07:07": ("2021-04-03T08:15:00+07:00", "offset-snapped"),
    "27 Maret 2018 25:10": ("2018-03-27", "time-impossible"),
    "27 Maret 2018 08:61": ("2018-03-27", "time-impossible"),
    "27 Maret 2018 08:15:61": ("2018-03-27", "time-impossible"),
    "27 Maret 2018 13:45 AM": ("2018-03-27", "time-impossible"),
    "27 Maret 2018 0:45 PM": ("2018-03-27", "time-impossible"),
    "27 Maret 2018 12:45 malam": ("2018-03-27", "time-impossible"),
    "27 Maret 2018 08:15 EST": ("2018-03-27", "zone-unknown"),
    "27 Maret 2018 08:15 +2500": ("2018-03-27", "zone-unknown"),
    "201803279915": ("2018-03-27", "time-impossible"),
}


@pytest.mark.parametrize(("text", "expected"), WARNED.items())
def test_oddities_are_named(text: str, expected: tuple[str, str]) -> None:
    """What is odd but sure is read and named."""
    found = read(text)
    assert found is not None
    assert (found.iso, found.warnings) == (expected[0], (expected[1],))


NONE = [
    "", "   ", "Berita", "Selasa", "2018", "27", "27 Maret", "(27/3)", "Kamis (29/8)", "pukul 08.00 WIB",
    "Copyright © 2018", "© 27 Maret 2018", "Copyright 2012-2018", "dibaca 1.234 kali",
    "1 Ramadan 1446 H", "27 Maret 1446 H",
    "31 Juni 2018", "29 Februari 2023", "00/00/0000", "0000-00-00", "2018-13-01", "2018-03-32", "0 Maret 2018",
    "01 Januari 1970", "31 Desember 1998",
    "30 November -0001", "3 Agustus 2026", "2026-08-03T00:00:00+07:00", "Agustus 2027",
    "13/25/2018", "03/27/2018", "12-03-18", "03.04.21", "1-2-18", "12 Mei 20 orang", "12 Mei 20%", "27 Mar 18.30",
    "27-29 Maret 2018", "27 s/d 29 Maret 2018", "27, 28 dan 29 Maret 2018",
    "29 Maret - 2 April 2018",
    "27/03 - 02/04/2018", "March 27 - April 2, 2018", "5 Maret 27, 2018", "10:27 Maret 2018", "27-29/03/2018",
    "188.45/12/10/2018", "Nomor: 12/10/2018", "12/10/2018/KPTS", "No. 5-12-2018", "1.2.2018.4", "0812-10-2018",
    "v1.2.2018",
    "201803271", "12 desa 2018", "1522144800", "IP 10.12.20.18", "31 Juni 2018 | diperbarui 3 Juli 2018",
    "2018 99", "20181399",
]  # fmt: skip


@pytest.mark.parametrize("text", NONE)
def test_no_date_is_made_up(text: str) -> None:
    """Null rather than a guess."""
    assert read(text) is None


def test_months_alone_have_month_precision() -> None:
    """Month and year are read only where the snippet is nothing else."""
    assert read("Juni 2018") == PrintedDate("2018-06", "month", "Juni 2018")
    assert iso("2018-06") == "2018-06"
    assert iso("2018-13") is None
    assert iso("Arsip Juni 2018") is None


def test_short_forms_need_a_year() -> None:
    """Day and month alone take their year from the hint, never from the clock."""
    assert read("Malang, Kamis (29/8)", year_hint=2024) == PrintedDate("2024-08-29", "day", "Kamis (29/8)", (), 8)
    assert iso("Kamis(29/8)", year_hint=2024) == "2024-08-29"
    assert iso("Kamis, 29 Agustus", year_hint=2024) == "2024-08-29"
    assert iso("29 Agustus", year_hint=2024) == "2024-08-29"
    assert iso("29 Februari", year_hint=2023) is None
    assert iso("(31/12)", year_hint=2026) is None


def test_order_is_the_sites() -> None:
    """Numbers are read in the order the site prints, and never swapped."""
    assert iso("03/04/2021", order="mdy") == "2021-03-04"
    assert iso("27/03/2018", order="mdy") is None
    assert iso("03/04/2021", order="ymd") is None
    assert iso("18/03/27", order="ymd") == "2018-03-27"
    assert iso("18-03-27", order="ymd") == "2018-03-27"
    assert iso("18-03-26", order="ymd") is None
    assert iso("2018/04/03", order="mdy") == "2018-04-03"
    assert iso("01/02/99") == "1999-02-01"
    assert iso("01/02/98") is None


def test_first_date_decides() -> None:
    """Of two dates the first counts, unless it is marked as an update."""
    assert iso("27 Maret 2018 | diperbarui 3 April 2018") == "2018-03-27"
    assert iso("Diperbarui: 3 April 2018, terbit: 27 Maret 2018") == "2018-03-27"
    assert iso("Diperbarui: 3 April 2018, terbit: 31 Juni 2018") is None
    assert iso("diperbarui 3 April 2018, lalu diubah 4 April 2018") == "2018-04-03"
    assert iso("Editor: Budi, 27 Maret 2018; 3 April 2018") == "2018-03-27"


RELATIVE = {
    "5 menit yang lalu": "2026-08-01",
    "11 jam yang lalu": "2026-07-31",
    "sejam yang lalu": "2026-08-01",
    "2 hari lalu": "2026-07-30",
    "Diposting 2 hari yang lalu": "2026-07-30",
    "Diposting oleh Admin 2 hari yang lalu": None,
    "Oleh Admin 2 hari yang lalu": "2026-07-30",
    "Admin • 2 hari lalu • 5 komentar": "2026-07-30",
    "2 days ago": "2026-07-30",
    "a day ago": "2026-07-31",
    "1 hari 15 jam lalu": "2026-07-30",
    "kemarin": "2026-07-31",
    "Kemarin, 10:15 WIB": "2026-07-31",
    "Yesterday at 10:15": "2026-07-31",
    "hari ini": "2026-08-01",
    "baru saja": "2026-08-01",
    "seminggu lalu": "2026-07",
    "3 minggu yang lalu": "2026-07",
    "6 bulan yang lalu": "2026-02",
    "2 years, 3 months ago": "2024-05",
    "2 tahun yang lalu": None,
    "2 hari": None,
    "bulan lalu": None,
    "Gempa 2 hari lalu dikenang": None,
    "Bupati kemarin meresmikan pasar": None,
    "900 bulan yang lalu": None,
    "2.500 hari lalu": None,
    "999 minggu lalu": "2007-06",
}


@pytest.mark.parametrize(("text", "expected"), RELATIVE.items())
def test_relative_dates_count_from_the_fetch(text: str, expected: str | None) -> None:
    """Days for units up to a day, the month for weeks and months, nothing for years."""
    found = read(text)
    assert (found.iso if found else None) == expected
    assert found is None or found.precision == "relative"
    assert read(text, fetched_at=None) is None


def test_relative_dates_lie_in_the_sites_zone() -> None:
    """16:30 UTC is already the next day in WIT."""
    evening = dt.datetime(2026, 7, 31, 16, 30, tzinfo=dt.UTC)
    assert iso("hari ini", zone=WIT, fetched_at=evening) == "2026-08-01"
    assert iso("hari ini", zone=WIB, fetched_at=evening) == "2026-07-31"


def test_future_begins_a_day_after_the_fetch() -> None:
    """Clocks of sites run ahead by hours, not by days."""
    assert iso("2 Agustus 2026") == "2026-08-02"
    assert iso("2026-08-02T09:59:00+07:00") == "2026-08-02T09:59:00+07:00"
    assert iso("2026-08-02T10:01:00+07:00") is None
    assert iso("3 Agustus 2026", fetched_at=None) == "2026-08-03"


def test_running_text_gives_every_date_with_its_place() -> None:
    """Dates in prose come in order, ranges and relative words left out."""
    text = (
        "MALANG – Bupati, Kamis (29/8), membuka  pameran yang berlangsung 30-31 Agustus 2024. "
        "Kemarin, Jum’at (30/08/2024) pukul 08.00 WIB, dan 12 Mei 20 orang hadir; 3 Nopember "
        "2023, 12.50 juta. Nomor 12/10/2018, 31 Juni 2018."
    )
    found = find_dates(text, zone=WIB, fetched_at=FETCHED, year_hint=2024)
    assert [date.iso for date in found] == ["2024-08-29", "2024-08-30T08:00:00+07:00", "2023-11-03"]
    collapsed = " ".join(text.split())
    assert all(collapsed[date.start : date.start + len(date.raw)] == date.raw for date in found)
    assert found[1].raw == "Jum’at (30/08/2024) pukul 08.00 WIB"
    assert [date.iso for date in find_dates(text, zone=WIB)] == ["2024-08-30T08:00:00+07:00", "2023-11-03"]


def test_times_before_a_date_are_starts_only() -> None:
    """The end of a range and the time of the date before are not this date's time."""
    assert iso("pukul 08.00 - 10.00 WIB, Selasa 27 Maret 2018") == "2018-03-27"
    dates = find_dates("27 Maret 2018 10:15, 28 Maret 2018", zone=WIB)
    assert [date.iso for date in dates] == ["2018-03-27T10:15:00+07:00", "2018-03-28"]


ADDRESSES = {
    "https://x.go.id/2018/06/13/slug": ("2018-06-13", "day", "2018/06/13"),
    "https://x.go.id/artikel/2018/6/3/slug": ("2018-06-03", "day", "2018/6/3"),
    "https://x.go.id/2018/06/slug": ("2018-06", "month", "2018/06"),
    "https://x.go.id/2018/06/": ("2018-06", "month", "2018/06"),
    "https://x.go.id/20180613": ("2018-06-13", "day", "20180613"),
    "https://x.go.id/berita/20180613-slug": ("2018-06-13", "day", "20180613"),
    "/2018-06-13-slug": ("2018-06-13", "day", "2018-06-13"),
    "/2018/0613/slug": ("2018-06-13", "day", "2018/0613"),
    "https://x.go.id/web/detailberita/15519/2018/06/13/slug": ("2018-06-13", "day", "2018/06/13"),
    "https://2018.go.id/06/13/": None,
    "https://x.go.id/2018/": None,
    "https://x.go.id/2018/13/slug": None,
    "https://x.go.id/2018/06/99/slug": None,
    "https://x.go.id/berita/201806131": None,
    "https://x.go.id/berita/?d=/2018/06/13/": None,
    "https://x.go.id/1970/01/01/slug": None,
    "https://x.go.id/2027/01/01/slug": None,
    "https://x.go.id/2027/01/slug": None,
    "https://x.go.id/wp-content/uploads/2018/06/a.jpg": None,
    "https://x.go.id/berita/kegiatan-27-maret-2018": None,
    "": None,
}


@pytest.mark.parametrize(("url", "expected"), ADDRESSES.items())
def test_dates_in_addresses(url: str, expected: tuple[str, str, str] | None) -> None:
    """Whole path segments only, days before months."""
    found = date_in_url(url, fetched_at=FETCHED)
    assert (found and (found.iso, found.precision, found.raw)) == expected
    assert found is None or url[found.start :].startswith(found.raw)


def test_offsets_snap_to_the_zone_meant() -> None:
    """Local mean times of a misused time-zone library become the zone; others stay."""
    meant = {(7, 58): (8, 0), (7, 7): (7, 0), (7, 17): (7, 0), (9, 23): (9, 0), (7, 30): (7, 30), (5, 30): (5, 30)}
    for (hours, minutes), (whole, rest) in meant.items():
        offset = snap_offset(dt.timedelta(hours=hours, minutes=minutes), WITA)
        assert offset == dt.timedelta(hours=whole, minutes=rest)


def test_months_of_other_languages_are_known() -> None:
    """Malay stands beside Indonesian, and publishers elsewhere print theirs, accents or not."""
    assert iso("27 Mac 2018", language="ms") == iso("27 Mac 2018") == "2018-03-27"
    assert iso("Samstag, 5. Oktober 2013") == "2013-10-05"
    assert iso("le 1er août 2019") == iso("1 AOUT 2019") == "2019-08-01"
    assert iso("5 de octubre de 2020") == "2020-10-05"
    assert iso("14. März 2015 um 14:48") == "2015-03-14"
    assert iso("12 мая 2021") == "2021-05-12"
    assert iso("7 juillet 2020") == "2020-07-07"
    assert iso("7 juin 2020") == "2020-06-07"
    assert iso("31 Juni 2018", language="ms") is None


def test_languages_beyond_are_asked_elsewhere() -> None:
    """They go through dateparser, under the same rules; unknown languages give nothing."""
    assert iso("27 maaliskuuta 2018", language="fi") == "2018-03-27"
    assert iso("27 maaliskuuta 2018") is None
    assert iso("27 maaliskuuta", language="fi") is None
    assert iso("27 elokuuta 2027", language="fi") is None
    assert iso("27 elokuuta 1990", language="fi") is None
    assert iso("27 maaliskuuta 2018", language="tet") is None
