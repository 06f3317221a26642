"""When the article was published: every candidate with its origin, the best kept, null rather than a guess.

Order: what the page states for machines, a date printed by the title, the address, the day in the dateline. A date in a
sidebar, a footer, a related article's card or a copyright line is no candidate. The date of the last change is never
one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from archive.record import DateOrigin, Precision
from crawler.sources.source import Source

from .dates import PrintedDate, date_in_url, find_dates, read_date
from .nearby import Printed
from .structured import Statements

_PUBLISHED = (
    "article:published_time", "article:published", "og:published_time", "datepublished", "dc.date.issued",
    "dcterms.issued", "dc.issued",
    "dcterms.created", "dc.date.created", "dc.created", "publish_date", "publish-date", "publication_date",
    "publication-date",
    "published_time", "published-date", "pubdate", "article.published", "article.created", "parsely-pub-date",
    "sailthru.date", "cxenseparse:recs:publishtime",
    "citation_publication_date", "citation_date", "date.created", "datecreated", "published_at", "publishdate",
    "article_date_original",
    "originalpublicationdate", "dc.date", "dcterms.date", "date", "article:created_time", "rnews:datepublished",
    "last-published", "displaydate",
)  # fmt: skip
_VAGUE = frozenset(
    ("dc.date", "dcterms.date", "date", "last-published", "displaydate", "dcterms.created", "dc.created")
)
"""Names that say a date and not of what: one printed by the title is believed before them."""

_MODIFIED = (
    "article:modified_time", "og:updated_time", "datemodified", "article:modified", "dc.date.modified",
    "dcterms.modified", "last-modified",
    "lastmod", "modified_time", "article.updated", "dateupdated",
)  # fmt: skip
_SHORT_DAY = re.compile(
    r"\(\s*\d{1,2}\s*[/.-]\s*\d{1,2}(?:\s*[/.-]\s*\d{2,4})?\s*\)(?!\s*(?:mendatang|nanti|besok|lalu|kemarin|lusa"
    r"|depan))"
)


@dataclass(frozen=True, slots=True)
class Published:
    """Dates of an article as the record has them."""

    at: str | None = None
    precision: Precision = "none"
    raw: str | None = None
    origin: DateOrigin = "none"
    modified_at: str | None = None
    warnings: tuple[str, ...] = ()


_read_date = lru_cache(maxsize=512)(read_date)
"""The lines by a title are asked more than once for their dates."""


@dataclass(frozen=True, slots=True)
class Dates:
    """How dates of one page are read: zone and language of the site, instant of the capture."""

    source: Source
    fetched_at: datetime

    def read(self, text: str, year_hint: int | None = None) -> PrintedDate | None:
        """The date in a short line."""
        return _read_date(
            text, zone=self.source.zone, fetched_at=self.fetched_at, year_hint=year_hint, language=self.source.language
        )

    def day_of(self, printed: Printed) -> str | None:
        """The day that a printed text names, ``YYYY-MM-DD``, or None."""
        found = _read_printed(self, printed)
        return found.iso[:10] if found and found.precision in ("second", "minute", "day") else None

    def words_of(self, text: str) -> str | None:
        """The part of a short line that is a date."""
        found = self.read(text)
        return found.raw if found else None

    def find(self, text: str, year_hint: int | None) -> list[PrintedDate]:
        """The dates in prose."""
        return find_dates(text, zone=self.source.zone, fetched_at=self.fetched_at, year_hint=year_hint)


def find_published(
    dates: Dates,
    stated: Statements,
    printed: Iterable[Printed],
    url: str,
    lead: str,
    marked: Iterable[Printed] = (),
) -> Published:
    """Choose among all candidates.

    Args:
        dates: reader of dates for this page.
        stated: what the page says for machines.
        printed: texts near the title that may be its date, nearest first.
        url: address of the page.
        lead: first paragraph, with the dateline.
        marked: texts that the markup calls dates, the surest first; asked where nothing else names a day.
    """
    modified = next((found for raw in _modified_texts(stated) if (found := dates.read(raw))), None)
    claimed = next(_claimed(dates, stated, modified), None)
    vague = claimed is not None and not any(True for _ in _published_texts(stated, _VAGUE))
    shown = next((found for text in printed if (found := _read_printed(dates, text))), None)
    address = date_in_url(url)
    if claimed is None and (shown is None or shown.precision in ("relative", "month", "none")):
        shown = next((found for text in marked if (found := _read_printed(dates, text))), shown)
    chosen, warnings = _choose(claimed, shown, modified, address, vague=vague)
    if chosen is None:
        chosen = _from_lead(dates, lead, address, shown)
    if chosen is None:
        return Published(modified_at=modified.iso if modified else None, warnings=warnings)
    date, origin = chosen
    return Published(
        date.iso, date.precision, date.raw, origin, modified.iso if modified else None, warnings + date.warnings
    )


def is_dated(dates: Dates, stated: Statements, printed: Iterable[Printed]) -> bool:
    """Whether the page states a day for machines, or prints one by the title."""
    return next(_claimed(dates, stated, None), None) is not None or any(map(dates.day_of, printed))


Candidate = tuple[PrintedDate, DateOrigin]


def _read_printed(dates: Dates, printed: Printed) -> PrintedDate | None:
    """The date of a printed text; where a ``datetime`` says the same day, its time and the text's words."""
    shown = dates.read(printed.text) if printed.text else None
    machine = dates.read(printed.machine) if printed.machine else None
    if machine is None or shown is None:
        return machine or shown
    if shown.precision in ("relative", "month", "none"):
        return replace(machine, raw=shown.raw)
    more = machine.precision in ("minute", "second") and shown.precision == "day" and _day(machine) == _day(shown)
    return replace(machine, raw=shown.raw) if more else shown


def _claimed(dates: Dates, stated: Statements, modified: PrintedDate | None) -> Iterator[Candidate]:
    """Dates stated for machines, most trusted first."""
    late: list[Candidate] = []
    for text, origin in _published_texts(stated):
        found = dates.read(text)
        if found is None:
            continue
        if modified is not None and found.iso == modified.iso and origin == "meta" and not stated.article:
            late.append((found, origin))
            continue
        yield found, origin
    yield from late


def _published_texts(stated: Statements, without: frozenset[str] = frozenset()) -> Iterator[tuple[str, DateOrigin]]:
    for name in _PUBLISHED[:2]:
        for text in stated.meta.get(name, ())[:1]:
            yield text, "meta"
    if stated.article and stated.article.published:
        yield stated.article.published, "json-ld"
    if stated.page_dates[0]:
        yield stated.page_dates[0], "json-ld"
    for name in (name for name in _PUBLISHED[2:] if name not in without):
        values = set(stated.meta.get(name, ()))
        if len(values) == 1:
            yield values.pop(), "meta"


def _modified_texts(stated: Statements) -> Iterator[str]:
    if stated.article and stated.article.modified:
        yield stated.article.modified
    if stated.page_dates[1]:
        yield stated.page_dates[1]
    for name in _MODIFIED:
        yield from stated.meta.get(name, ())[:1]


def _day(date: PrintedDate) -> str:
    return date.iso[:10]


def _choose(
    claimed: Candidate | None,
    shown: PrintedDate | None,
    modified: PrintedDate | None,
    address: PrintedDate | None,
    *,
    vague: bool,
) -> tuple[Candidate | None, tuple[str, ...]]:
    """The best of the candidates that name a day, with what is odd about them."""
    if claimed is None:
        return _without_claim(shown, address), ()
    if shown is None or shown.precision in ("relative", "month", "none"):
        return claimed, ()
    date, origin = claimed
    if _day(date) == _day(shown):
        more = date.precision == "day" and shown.precision in ("minute", "second")
        return ((shown, "selector") if more else claimed), ()
    if vague or (modified is not None and _day(date) == _day(modified)):
        return (shown, "selector"), ("dates-disagree",)
    return (date, origin), ("dates-disagree",)


def _without_claim(shown: PrintedDate | None, address: PrintedDate | None) -> Candidate | None:
    if shown is not None and shown.precision not in ("relative", "month", "none"):
        return shown, "selector"
    if address is not None and address.precision == "day":
        return address, "url"
    if shown is not None and shown.precision == "relative":
        return shown, "selector"
    return None


def _from_lead(dates: Dates, lead: str, address: PrintedDate | None, shown: PrintedDate | None) -> Candidate | None:
    """The day in parentheses that news leads carry, ``Selasa (27/3)``, where something else tells the year."""
    known = address or shown
    short = _SHORT_DAY.search(lead[:400])
    if short:
        found = dates.find(lead[: short.end()], int(known.iso[:4]) if known else None)
        fitting = [date for date in found if date.start + len(date.raw) > short.start() and _fits(date, known)]
        if fitting:
            return replace(fitting[-1]), "dateline"
    if known is None:
        return None
    return known, "url" if known is address else "selector"


def _fits(date: PrintedDate, known: PrintedDate | None) -> bool:
    """Whether a day lies in the month that the address or the page names, or shortly before."""
    if known is None or known.precision != "month":
        return True
    return date.iso[:7] <= known.iso[:7]
