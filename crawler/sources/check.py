"""What the form of a source cannot say by types: checks over the raw table of one file.

Rules of this room: pure, and tolerant of values of the wrong type, which the form reports itself.
So a file with five faults of both kinds shows five faults, not the first kind only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

Table = dict[str, Any]

_HOST = re.compile(
    r"(?:(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::(\d{1,5}))?"
)
_OWN_PORT = {"http": "80", "https": "443"}

_CODE_LENGTHS: dict[str, dict[str, tuple[int, ...]]] = {
    "region_code": {"province": (2,), "regency": (5,), "city": (5,), "office": (2, 5, 8), "village": (13,)},
    "region_code_bps": {"province": (2,), "regency": (4,), "city": (4,), "office": (2, 4, 7), "village": (10,)},
}
"""Characters of a code at each level: 35, 35.10, 35.10.01, 35.10.01.2001, and the same without dots at BPS."""

_FIRST_CITY = 71
_NUMBERS = {"regency": f"below {_FIRST_CITY}", "city": f"{_FIRST_CITY} or more"}
"""Both registers number the regencies of a province from 01 and its cities from 71."""


def more_faults(table: Table, stem: str) -> Iterator[str]:
    """Faults of one file that its types do not show, each as ``key: what is wrong``.

    Args:
        table: the file as TOML gives it.
        stem: the file's name without ``.toml``.
    """
    name = table.get("id")
    if isinstance(name, str) and name != stem:
        yield f"id: must be the file's name {stem!r}, found {name!r}"
    yield from _host_faults(table)
    yield from _code_faults(table)
    for number, discovery in enumerate(_tables(table.get("discovery"))):
        for fault in _discovery_faults(discovery, table):
            yield f"discovery[{number}].{fault}"
    yield from _select_faults(table.get("select"))


def _tables(value: object) -> list[Table]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _texts(value: object) -> list[str]:
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []


def _host_faults(table: Table) -> Iterator[str]:
    hosts = _texts(table.get("hosts"))
    for number, host in enumerate(hosts):
        match = _HOST.fullmatch(host)
        if not match:
            yield f"hosts[{number}]: must be a host name in lower case, with :port where it has one, found {host!r}"
        elif match[1] and not 0 < int(match[1]) < 65536:
            yield f"hosts[{number}]: no such port, found {host!r}"
        elif match[1] and match[1] == _OWN_PORT.get(str(table.get("scheme", "https"))):
            yield f"hosts[{number}]: leave out the scheme's own port, found {host!r}"
        if host in hosts[:number]:
            yield f"hosts[{number}]: {host!r} is listed twice"


def _code_faults(table: Table) -> Iterator[str]:
    level = table.get("level")
    if not isinstance(level, str):
        return
    for key, lengths in _CODE_LENGTHS.items():
        code = table.get(key)
        if not isinstance(code, str) or level not in lengths:
            continue
        if len(code) not in lengths[level]:
            sizes = " or ".join(str(size) for size in lengths[level])
            yield f"{key}: the code of level {level!r} has {sizes} characters, found {code!r}"
        elif level in ("regency", "city") and not _numbered_as(level, code):
            yield f"{key}: a {level}'s number is {_NUMBERS[level]}, found {code!r}"


def _numbered_as(level: str, code: str) -> bool:
    number = code[-2:]
    return not number.isdigit() or (int(number) >= _FIRST_CITY) == (level == "city")


def _discovery_faults(discovery: Table, table: Table) -> Iterator[str]:
    hosts, kind = _texts(table.get("hosts")), discovery.get("kind")
    url, page, links = discovery.get("url"), discovery.get("page"), discovery.get("links")
    if isinstance(url, str):
        yield from (f"url: {what}" for what in _address_faults(url, hosts))
        if _is_article(url, table):
            yield f"url: fits the article patterns, so it would be taken for an article; add it to not_article: {url!r}"
    if isinstance(page, str):
        if "{n}" not in page:
            yield f"page: must hold {{n}} where the page's number goes, found {page!r}"
        yield from (f"page: {what}" for what in _address_faults(page, hosts))
    yield from _json_faults(discovery)
    if isinstance(links, str):
        if kind != "listing":
            yield f"links: only a listing has elements to select, not a {kind}"
        yield from (f"links: {what}" for what in _selector_faults(links, translated=True))


def _json_faults(discovery: Table) -> Iterator[str]:
    kind, address = discovery.get("kind"), discovery.get("address")
    if kind == "json":
        if not isinstance(address, str):
            yield "address: is missing; say what an article's address is made of, such as '/berita/{slug}' or '{url}'"
        elif not re.search(r"\{[^{}]+\}", address):
            yield f"address: must hold the name of a field in braces, found {address!r}"
        return
    for key in ("items", "address", "changed", "title"):
        if key in discovery:
            yield f"{key}: only a json document has one, not a {kind}"


def _address_faults(address: str, hosts: list[str]) -> Iterator[str]:
    if re.search(r"[\s\\]", address):
        yield f"must not hold blanks or backslashes, found {address!r}"
    elif not address.startswith("/") or address.startswith("//"):
        place = _place(address)
        if place is None:
            yield f"must be absolute (https://…) or begin with /, found {address!r}"
        elif hosts and place.removeprefix("www.") not in {host.removeprefix("www.") for host in hosts}:
            yield f"lies on {place!r}, which is none of the source's hosts"


def _place(address: str) -> str | None:
    """Host and port of an absolute web address in lower case, the scheme's own port left out."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    own_port = _OWN_PORT.get(parts.scheme)
    return parts.netloc.lower().removesuffix(f":{own_port}") or None if own_port else None


def _is_article(address: str, table: Table) -> bool:
    path = re.sub(r"^[a-z]+://[^/?]*", "", address.partition("#")[0])
    return _fits(_texts(table.get("article")), path) and not _fits(_texts(table.get("not_article")), path)


def _fits(patterns: Iterable[str], path: str) -> bool:
    for pattern in patterns:
        try:
            if re.search(pattern, path):
                return True
        except re.error:
            continue  # the form reports it
    return False


def _select_faults(select: object) -> Iterator[str]:
    for key, selectors in select.items() if isinstance(select, dict) else ():
        for number, selector in enumerate(_texts(selectors)):
            if key == "cut_after" and not selector.startswith("css:"):
                continue
            for what in _selector_faults(selector.removeprefix("css:")):
                yield f"select.{key}[{number}]: {what}"


@lru_cache(maxsize=4096)
def _selector_faults(selector: str, *, translated: bool = False) -> tuple[str, ...]:
    """Faults of one selector; ``translated`` where lxml must find it, which knows fewer of them than BeautifulSoup."""
    from cssselect import HTMLTranslator, SelectorError, parse  # late: most files name no selector

    try:
        if translated:
            HTMLTranslator().css_to_xpath(selector)
        parse(selector)
    except SelectorError as fault:
        return (f"not a CSS selector: {fault}; found {selector!r}",)
    return ()
