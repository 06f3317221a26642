"""Dates in addresses: ``/2018/06/13/slug``, ``/2018/06/slug`` (a month), ``/20180613-slug``, ``/2018-06-13``.

Only whole path segments count. Words of a slug (``…-27-maret-2018``) name the event, not the day of publishing, and
upload folders hold the month of a picture.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Final

from .reading import PrintedDate, Setting, is_future, real_day

_HOST: Final = re.compile(r"(?:[a-zA-Z][a-zA-Z0-9+.-]*:)?//[^/?#]*")
_YEAR: Final = r"/(?P<y>(?:19|20)[0-9]{2})"
_DAY_PATH: Final = re.compile(
    rf"{_YEAR}(?:/(?P<m>[0-9]{{1,2}})/(?P<d>[0-9]{{1,2}})|(?P<dash>-?)(?P<m2>[0-9]{{2}})(?P=dash)(?P<d2>[0-9]{{2}})"
    rf"|/(?P<m3>[0-9]{{2}})(?P<d3>[0-9]{{2}}))(?=[/?#_.-]|$)"
)
_MONTH_PATH: Final = re.compile(rf"{_YEAR}/(?P<m>[0-9]{{2}})(?=[/?#]|$)")
_UTC: Final = timezone(timedelta())


def date_in_url(url: str, *, fetched_at: datetime | None = None) -> PrintedDate | None:
    """The date in the path of an address, of day or month precision; None where it has none or an impossible one."""
    host = _HOST.match(url)
    first = host.end() if host else 0
    last = min((place for place in (url.find("?", first), url.find("#", first)) if place >= 0), default=len(url))
    path = url[first:last]
    if "/wp-content/" in path or "/uploads/" in path:
        return None
    setting = Setting(_UTC, fetched_at)
    if found := _DAY_PATH.search(path):
        month, day = (found["m"] or found["m2"] or found["m3"]), (found["d"] or found["d2"] or found["d3"])
        real = real_day(int(found["y"]), int(month), int(day))
        if real is None or is_future(real, setting):
            return None
        return PrintedDate(real.iso, "day", found[0][1:], (), first + found.start() + 1)
    if found := _MONTH_PATH.search(path):
        real = real_day(int(found["y"]), int(found["m"]), 1)
        if real is None or is_future(real, setting):
            return None
        return PrintedDate(real.iso[:7], "month", found[0][1:], (), first + found.start() + 1)
    return None
