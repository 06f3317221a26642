"""Dates: what is printed in any known form is read back exactly; nothing else is ever read."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from crawler.pages.dates import date_in_url, find_dates, read_date

FETCHED = dt.datetime(2030, 1, 15, 5, 0, tzinfo=dt.UTC)
DAYS = st.dates(dt.date(1999, 1, 1), dt.date(2030, 1, 14))
ZONES = st.sampled_from([dt.timezone(dt.timedelta(hours=hours)) for hours in (7, 8, 9)])

MONTHS = [
    ["Januari", "January", "Jan"], ["Februari", "Pebruari", "Febuari", "February", "Feb", "Peb"],
    ["Maret", "March", "Mar"],
    ["April", "Apr"], ["Mei", "May"], ["Juni", "June", "Jun"], ["Juli", "July", "Jul"],
    ["Agustus", "August", "Agutus", "Agust", "Agt", "Ags", "Agu", "Aug"], ["September", "Sept", "Sep"],
    ["Oktober", "October", "Okt", "Oct"], ["November", "Nopember", "Nov", "Nop"],
    ["Desember", "December", "Des", "Dec"],
]  # fmt: skip
WEEKDAYS = [
    ["Senin", "Monday", "Mon", "Sen"], ["Selasa", "Tuesday", "Tue"], ["Rabu", "Wednesday", "Wed"],
    ["Kamis", "Thursday", "Thu"], ["Jumat", "Jum'at", "Jum’at", "Jum`at", "Friday", "Fri"],
    ["Sabtu", "Saturday", "Sat"],
    ["Minggu", "Ahad", "Sunday", "Sun"],
]  # fmt: skip
LEADS = ["", "Diposting pada ", "Tanggal : ", "Ditulis oleh Budi pada ", "Published on ", "Admin | ", "\n\t"]
CASES = [str, str.upper, str.lower]


@st.composite
def printed_days(draw: st.DrawFn) -> tuple[str, dt.date]:
    """A day in one of the forms that name it fully."""
    day = draw(DAYS)
    month = draw(st.sampled_from(MONTHS[day.month - 1]))
    number = draw(st.sampled_from([str(day.day), f"{day.day:02d}"]))
    sep = draw(st.sampled_from([" ", "-", " - ", "/", ".", " – ", "\u00a0", " | ", ". "]))
    dotted = f"{number} {month}. {day.year}"
    mark = draw(st.sampled_from("/-."))
    forms = [
        f"{number}{sep}{month}{sep}{day.year}", dotted, f"{month} {number}, {day.year}",
        f"{number}{mark}{day.month:02d}{mark}{day.year}", f"{number}{mark}{day.month}{mark}{day.year}",
        day.isoformat(), f"{day.year}/{day.month}/{day.day}",
    ]  # fmt: skip
    text = draw(st.sampled_from(forms))
    weekday = draw(st.sampled_from(["", *WEEKDAYS[day.weekday()]]))
    if weekday:
        pasaran = draw(st.sampled_from(["", " Legi", " Pon", " pagi"]))
        text = f"{weekday}{pasaran}{draw(st.sampled_from([', ', ' ', ',', ' - ', ' | ']))}{text}"
    return draw(st.sampled_from(CASES))(text), day


@st.composite
def printed_times(draw: st.DrawFn) -> tuple[str, dt.time, str, int | None]:
    """A time of day with what may stand around it: text, value, precision, hours of the zone printed."""
    time = draw(st.times()).replace(microsecond=0)
    zone = draw(st.sampled_from([("", None), (" WIB", 7), (" WITA", 8), (" wit", 9), (" +0700", 7), ("+08:00", 8)]))
    lead = draw(st.sampled_from([" ", ", ", " - ", " | ", "\n", " Jam ", " pukul ", ", Pukul : ", " @ "]))
    clock = draw(
        st.sampled_from(
            [
                (f"{time:%H:%M:%S}", "second"),
                (f"{time:%H.%M.%S}", "second"),
                (f"{time:%H:%M}", "minute"),
                (f"{time:%H.%M}", "minute"),
                (f"{time.hour % 12 or 12}:{time:%M} {'pm' if time.hour > 11 else 'am'}", "minute"),
                (f"{time.hour % 12 or 12}:{time:%M}{'PM' if time.hour > 11 else 'AM'}", "minute"),
            ]
        )
    )
    kept = time if clock[1] == "second" else time.replace(second=0)
    return f"{lead}{clock[0]}{zone[0]}", kept, clock[1], zone[1]


@given(printed_days(), st.sampled_from(LEADS), ZONES)
def test_printed_days_are_read_back(printed: tuple[str, dt.date], lead: str, zone: dt.timezone) -> None:
    """Every form of a day gives that day, with no warning."""
    text, day = printed
    found = read_date(lead + text, zone=zone, fetched_at=FETCHED)
    assert found is not None
    assert (found.iso, found.precision, found.warnings) == (day.isoformat(), "day", ())
    assert found.raw == " ".join(text.split())


@given(printed_days(), printed_times(), st.sampled_from(LEADS), ZONES)
def test_printed_times_are_read_back(
    printed: tuple[str, dt.date], at: tuple[str, dt.time, str, int | None], lead: str, zone: dt.timezone
) -> None:
    """Every form of a time after every form of a day gives that minute or second in the right zone."""
    text, day = printed
    clock, time, precision, hours = at
    found = read_date(lead + text + clock, zone=zone, fetched_at=FETCHED)
    assert found is not None
    expected = dt.datetime.combine(day, time, dt.timezone(dt.timedelta(hours=hours)) if hours else zone)
    assert (found.iso, found.precision) == (expected.isoformat(), precision)
    assert found.raw == " ".join((text + clock).split())


@given(DAYS, st.sampled_from(WEEKDAYS), ZONES)
def test_weekdays_only_warn(day: dt.date, names: list[str], zone: dt.timezone) -> None:
    """A weekday never changes the date; one that contradicts it is named."""
    found = read_date(f"{names[0]}, {day.day} {MONTHS[day.month - 1][0]} {day.year}", zone=zone)
    assert found is not None
    assert found.iso == day.isoformat()
    assert (found.warnings == ()) == (names == WEEKDAYS[day.weekday()])


@given(st.lists(printed_days(), min_size=1, max_size=5))
def test_dates_in_prose_are_all_found(printed: list[tuple[str, dt.date]]) -> None:
    """Dates between words are found in order."""
    text = " dan seterusnya ".join(text for text, _ in printed)
    assert [found.iso for found in find_dates(text, zone=dt.UTC)] == [day.isoformat() for _, day in printed]


WORDS = (
    "27 3 03 2018 1998 2031 18 99 0 Maret Mei Nov des Senin Jum'at WIB WITA pukul 08.30 08:30 25:61 am pm lalu hari H",
    "bulan tahun yang ago kemarin diperbarui © nomor ( ) / - – . , : | T Z + +0758 +9959 İ ٣",
)
PIECES = st.sampled_from([*" ".join(WORDS).split(), "\n", "\u00a0", "\u200b"])
LISTS = st.lists(PIECES, max_size=14)
TEXTS = st.one_of(st.text(max_size=80), LISTS.map("".join), LISTS.map(" ".join))


@given(TEXTS, ZONES, st.sampled_from([None, 2018, 2030, 0, 99999]), st.sampled_from(["dmy", "mdy", "ymd"]))
def test_no_text_gives_a_date_that_cannot_be(text: str, zone: dt.timezone, hint: int | None, order: str) -> None:
    """Whatever the text: nothing is raised, and a date exists, is printed there, not too early, not too late."""
    one = read_date(text, zone=zone, fetched_at=FETCHED, year_hint=hint, order=order)  # type: ignore[arg-type]
    many = find_dates(text, zone=zone, fetched_at=FETCHED, year_hint=hint)
    collapsed = " ".join(text.split())
    for found in [*many, *([one] if one else [])]:
        first = dt.datetime.fromisoformat(found.iso if len(found.iso) > 7 else f"{found.iso}-01")
        aware = first if first.tzinfo else first.replace(tzinfo=zone)
        assert first.year >= 1999
        assert aware <= FETCHED + dt.timedelta(days=1)
        assert collapsed[found.start : found.start + len(found.raw)] == found.raw
    assert [found.start for found in many] == sorted({found.start for found in many})


@given(TEXTS, ZONES)
def test_what_was_read_reads_the_same(text: str, zone: dt.timezone) -> None:
    """The printed part of a date, alone, is the same date; collapsing changes nothing."""
    found = find_dates(text, zone=zone, fetched_at=FETCHED, year_hint=2018)
    assert find_dates(" ".join(text.split()), zone=zone, fetched_at=FETCHED, year_hint=2018) == found
    for date in found:
        (again,) = find_dates(date.raw, zone=zone, fetched_at=FETCHED, year_hint=2018)
        assert (again.iso, again.raw, again.warnings) == (date.iso, date.raw, date.warnings)


@given(st.text(alphabet=st.characters(exclude_categories=["Nd", "Cs"]), max_size=120))
def test_without_digits_there_is_no_date(text: str) -> None:
    """A date needs numbers."""
    assert find_dates(text, zone=dt.UTC) == []
    assert read_date(text, zone=dt.UTC) is None


@given(
    st.one_of(
        st.text(), st.from_regex(r"(https?://[a-z.]{1,9})?(/([0-9]{1,8}|[a-z-]{1,5})){1,5}[/?#]?", fullmatch=True)
    )
)
def test_addresses_give_days_that_exist(url: str) -> None:
    """Nothing is raised, and what is read stands in the address."""
    found = date_in_url(url, fetched_at=FETCHED)
    if found:
        assert dt.date.fromisoformat(found.iso if len(found.iso) > 7 else f"{found.iso}-01").year >= 1999
        assert url[found.start :].startswith(found.raw)
