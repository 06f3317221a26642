"""The CDX API: which captures there are, with the parameters and lines of pywb's CDX server.

Parameters: ``url`` (with ``*`` at an end), ``matchType`` exact, prefix, host, domain; ``from``, ``to``;
``limit``; ``sort`` reverse, closest; ``closest``; ``filter`` ``[!][=|~]field:text``; ``fl`` or
``fields``; ``output`` cdxj, json, text; ``collapse`` ``timestamp:10``, ``digest``, …; ``collapseTime``;
``page``, ``pageSize``, ``showNumPages``; ``resolveRevisits``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any

import regex  # a dependency of dateparser; the standard library's has no time limit

from archive.catalog.cdxj import cdxj_line
from archive.catalog.moments import Moments, instant_text
from archive.catalog.rows import CaptureRow
from archive.catalog.surt import surt
from archive.replay.address import AddressInvalid, instant, web_address

MATCHES = ("exact", "prefix", "host", "domain")
PATIENCE_S = 0.05
"""Seconds that one pattern may take over one value."""
PAGE = 3_000
"""Lines of a page where ``pageSize`` says nothing."""
_BEHIND = "\U0010ffff"

Fields = dict[str, str]


class QueryInvalid(ValueError):
    """A parameter is not what it should be."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question to the index, checked."""

    url: str
    first: str
    last: str
    since: str
    until: str
    parameters: Mapping[str, str]
    filters: tuple[Callable[[Fields], bool], ...]

    def number(self, name: str) -> int | None:
        """A parameter that counts something."""
        value = self.parameters.get(name, "")
        if not value:
            return None
        if not value.isascii() or not value.isdigit() or len(value) > 9:
            raise QueryInvalid(f"{name} must be a number, not {value!r}")
        return int(value)


def query_of(pairs: list[tuple[str, str]]) -> Query:
    """Check the parameters of a request.

    Raises:
        QueryInvalid: says which is wrong.
    """
    parameters = {name: value for name, value in pairs if name != "filter"}
    given = parameters.get("url", "")
    if not given:
        raise QueryInvalid("url is missing: /cdx?url=https://…")
    match = parameters.get("matchType") or _match_of(given)
    if match not in MATCHES:
        raise QueryInvalid(f"matchType must be one of {', '.join(MATCHES)}, not {match!r}")
    try:
        url = web_address(given.removeprefix("*.").removesuffix("*"))
        since = instant_text(instant(parameters["from"])) if parameters.get("from") else ""
        until = _end_of(parameters["to"]) if parameters.get("to") else _BEHIND
    except AddressInvalid as fault:
        raise QueryInvalid(str(fault)) from fault
    first, last = _range(surt(url), url, match)
    filters = tuple(_filter(value) for name, value in pairs if name == "filter")
    query = Query(url, first, last, since, until, parameters, filters)
    for name in ("limit", "page", "pageSize", "collapseTime"):
        query.number(name)
    if parameters.get("output", "cdxj") not in ("cdxj", "json", "text", "link"):
        raise QueryInvalid("output must be cdxj, json or text")
    return query


def _match_of(given: str) -> str:
    if given.startswith("*."):
        return "domain"
    return "prefix" if given.endswith("*") else "exact"


def _range(key: str, url: str, match: str) -> tuple[str, str]:
    """First key, and the first that is not asked for; both the same for a single key."""
    if match == "exact":
        return key, key
    host = key.partition(")")[0]
    if match == "host":
        return host + ")", host + ")" + _BEHIND
    if match == "domain":
        return host + ")", host + "-"  # host) and host,sub) lie before it: ")" < "," < "-"
    if url.endswith("/") and not key.endswith("/"):
        key += "/"  # the key of a folder lost its slash
    return key, key + _BEHIND


def _end_of(value: str) -> str:
    """The first instant that ``to`` leaves out: 2024 takes in its last second."""
    at = instant(value)
    width = len(value)
    if width >= 14:
        return instant_text(at + timedelta(seconds=1))
    if width >= 8:
        return instant_text(at + {8: timedelta(days=1), 10: timedelta(hours=1)}.get(width, timedelta(minutes=1)))
    month = at.month % 12 + 1 if width >= 6 else 1
    return instant_text(at.replace(year=at.year + (month == 1), month=month, day=1))


def _filter(text: str) -> Callable[[Fields], bool]:
    """``[!][=|~]field:text``: without a sign the text is contained, ``=`` equal, ``~`` a pattern from the start."""
    wanted = not text.startswith("!")
    rest = text.removeprefix("!")
    sign = rest[0] if rest[:1] in ("=", "~") else ""
    field, colon, value = rest.removeprefix(sign).partition(":")
    if not colon:
        raise QueryInvalid(f"filter must be [!][=|~]field:text, not {text!r}")
    field = {"mimetype": "mime", "statuscode": "status", "original": "url"}.get(field, field)
    if sign == "~":
        try:
            pattern = regex.compile(value[:512])
        except regex.error as fault:
            raise QueryInvalid(f"filter {text!r}: {fault}") from fault
        return lambda line: _fits(pattern, line.get(field, "")) == wanted
    if sign == "=":
        return lambda line: (line.get(field, "") == value) == wanted
    return lambda line: (value in line.get(field, "")) == wanted


def _fits(pattern: Any, value: str) -> bool:
    try:
        return pattern.match(value, timeout=PATIENCE_S) is not None
    except TimeoutError as fault:
        raise QueryInvalid("a filter's pattern takes too long") from fault


def answer(
    query: Query, moments: Moments, name_of: Callable[[CaptureRow], str],
    hidden: Callable[[str], bool] = lambda _: False,
) -> Iterator[str]:  # fmt: skip
    """The lines, each with its line feed.

    Raises:
        QueryInvalid: while the first line is made, for what only shows then.
    """
    lines = _collapsed(query, (line for line in _matching(query, moments, name_of) if not hidden(line["url"])))
    if query.parameters.get("showNumPages") == "true":
        count = sum(1 for _ in lines)
        size = query.number("pageSize") or PAGE
        yield json.dumps({"pages": -(-count // size), "pageSize": size, "blocks": -(-count // size)}) + "\n"
        return
    if (page := query.number("page")) is not None:
        size = query.number("pageSize") or PAGE
        lines = islice(lines, page * size, (page + 1) * size)
    limit = query.number("limit")
    for line in islice(lines, limit) if limit else lines:
        yield _written(query, line)


def _matching(query: Query, moments: Moments, name_of: Callable[[CaptureRow], str]) -> Iterator[Fields]:
    closest = query.parameters.get("closest")
    backwards = query.parameters.get("sort") == "reverse"
    rows = moments.within(query.first, query.last, query.since, query.until, backwards=backwards)
    if closest or query.parameters.get("sort") == "closest":
        at = _closest(closest or "")
        rows = iter(sorted(rows, key=lambda row: abs(row.fetched_at - at)))
    resolve = query.parameters.get("resolveRevisits") == "true"
    for row in rows:
        line = _fields(row, name_of)
        if resolve:
            original = moments.original(row) if row.record_type == "revisit" else None
            line |= {
                f"orig.{field}": value
                for field, value in (_fields(original, name_of) if original else {}).items()
                if field in ("length", "offset", "filename")
            }
        if all(fits(line) for fits in query.filters):
            yield line


def _closest(value: str) -> Any:
    try:
        return instant(value)
    except AddressInvalid as fault:
        raise QueryInvalid(f"closest: {fault}") from fault


def _fields(row: CaptureRow, name_of: Callable[[CaptureRow], str]) -> Fields:
    key, stamp, told = cdxj_line(row, name_of(row)).split(" ", 2)
    return {"urlkey": key, "timestamp": stamp, **json.loads(told)}


def _collapsed(query: Query, lines: Iterator[Fields]) -> Iterator[Fields]:
    """Of neighbours with the same value of a field, or its first characters, the first."""
    field, _, width = (query.parameters.get("collapse") or "").partition(":")
    if time := query.number("collapseTime"):
        field, width = "timestamp", str(time)
    if not field:
        yield from lines
        return
    if width and not width.isdigit():
        raise QueryInvalid(f"collapse must be field or field:characters, not {field}:{width}")
    before: tuple[str, str] | None = None
    for line in lines:
        value = line.get(field, "")
        now = (line["urlkey"], value[: int(width)] if width else value)
        if now != before:
            yield line
        before = now


def _written(query: Query, line: Fields) -> str:
    wanted = query.parameters.get("fl") or query.parameters.get("fields")
    if wanted:
        line = {name: line.get(name, "-") for name in wanted.split(",")}
    output = query.parameters.get("output", "cdxj")
    if output == "json":
        return json.dumps(line, ensure_ascii=False) + "\n"
    if output == "text" or wanted:
        return " ".join(line.values()) + "\n"
    told = {name: value for name, value in line.items() if name not in ("urlkey", "timestamp")}
    return f"{line['urlkey']} {line['timestamp']} {json.dumps(told)}\n"
