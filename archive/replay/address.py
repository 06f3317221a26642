"""Addresses of replay, both ways: what a path asks for, and the path that leads to a capture. Pure.

::

    /web/20240504030100id_/https://contoh.go.id/a?b=1     the capture nearest to the instant, as received
    /web/20240504/https://…  /web/https://…               a redirect to the former
    /timegate/https://…      /timemap/link/https://…      RFC 7089
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

_ASKED = re.compile(r"(?:([0-9]{1,14})([a-z]{2}_)?/)?(.+)", re.DOTALL)
_SCHEME = re.compile(r"(https?):/{0,2}(?=[^/])", re.IGNORECASE)
_UNSAFE = re.compile(r"[\x00-\x20\x7f\"<>\\^`{|}]|[^\x00-\x7f]")
_EARLIEST, _LATEST = 1990, 2100
_FIRST = "19900101000000"


class AddressInvalid(ValueError):
    """What is asked for is no address of the web or no instant."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a path below ``/web/`` asks for."""

    url: str
    at: datetime | None
    raw: bool
    """Whether the capture itself is wanted, not the address of the nearest one."""


def asked(path: str) -> Asked:
    """What is asked for, from path and query behind ``/web/``.

    Raises:
        AddressInvalid: no address, or no instant.
    """
    match = _ASKED.fullmatch(path)
    if match is None:
        raise AddressInvalid("no address")
    return Asked(web_address(match[3]), instant(match[1]) if match[1] else None, match[2] == "id_")


def web_address(text: str) -> str:
    """An address as asked for, a collapsed ``//`` mended and ``http://`` added where there is no scheme.

    Raises:
        AddressInvalid: it is none of the web.
    """
    text = text.strip().partition("#")[0]
    if match := _SCHEME.match(text):
        text = f"{match[1].lower()}://{text[match.end() :]}"
    elif re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:(?!\d+(?:/|$))", text) or not text.strip("/"):
        raise AddressInvalid("only http and https addresses are archived")
    else:
        text = "http://" + text.lstrip("/")
    if len(text) > 8_000:
        raise AddressInvalid("an address of more than 8,000 characters")
    return text


def instant(digits: str) -> datetime:
    """The first instant that 1 to 14 digits may mean: ``2024`` is its first second, in UTC.

    Raises:
        AddressInvalid: no such day or time.
    """
    filled = digits + _FIRST[len(digits) :]
    try:
        year = min(max(int(filled[:4]), _EARLIEST), _LATEST)
        month = min(max(int(filled[4:6]), 1), 12)
        day = min(max(int(filled[6:8]), 1), calendar.monthrange(year, month)[1])
        return datetime(year, month, day, int(filled[8:10]), int(filled[10:12]), int(filled[12:14]), tzinfo=UTC)
    except ValueError as fault:
        raise AddressInvalid(f"{digits} is no instant: {fault}") from fault


def http_instant(value: str) -> datetime:
    """An instant as ``Accept-Datetime`` gives it (RFC 7089 section 2.1.1).

    Raises:
        AddressInvalid: it is none.
    """
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError) as fault:
        raise AddressInvalid(f"{value!r} is no HTTP date") from fault
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def http_date(at: datetime) -> str:
    """An instant as ``Memento-Datetime`` gives it: whole seconds, GMT."""
    return format_datetime(at.astimezone(UTC).replace(microsecond=0), usegmt=True)


def digits(at: datetime) -> str:
    """The fourteen digits of an instant."""
    return at.strftime("%Y%m%d%H%M%S")


def escaped(url: str) -> str:
    """An address fit for a header or a link: what an address may not hold is percent-encoded."""
    return _UNSAFE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "replace")), url)


def memento_path(url: str, at: datetime) -> str:
    """Where a capture is had as received."""
    return f"/web/{digits(at)}id_/{escaped(url)}"
