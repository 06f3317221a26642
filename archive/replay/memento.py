"""Links between an address and its captures, as RFC 7089 wants them. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from archive.catalog.rows import CaptureRow
from archive.replay.address import digits, escaped, http_date, memento_path


def link_header(origin: str, url: str, at: datetime | None = None) -> str:
    """Value of ``Link`` (RFC 7089 section 2.2) for an address, and for its capture at an instant."""
    safe = escaped(url)
    links = [
        f'<{safe}>; rel="original"',
        f'<{origin}/timegate/{safe}>; rel="timegate"',
        f'<{origin}/timemap/link/{safe}>; rel="timemap"; type="application/link-format"',
    ]
    if at is not None:
        links.append(f'<{origin}{memento_path(url, at)}>; rel="memento"; datetime="{http_date(at)}"')
    return ", ".join(links)


def link_map(origin: str, url: str, rows: Iterable[CaptureRow]) -> Iterator[str]:
    """A TimeMap in link format (RFC 7089 section 5), in pieces."""
    safe = escaped(url)
    held = list(rows)
    span = f'; from="{http_date(held[0].fetched_at)}"; until="{http_date(held[-1].fetched_at)}"' if held else ""
    yield f'<{safe}>; rel="original",\n<{origin}/timegate/{safe}>; rel="timegate",\n'
    yield f'<{origin}/timemap/link/{safe}>; rel="self"; type="application/link-format"{span}'
    for number, row in enumerate(held):
        ends = ("first " if number == 0 else "") + ("last " if number == len(held) - 1 else "")
        place = f"{origin}{memento_path(row.url, row.fetched_at)}"
        yield f',\n<{place}>; rel="{ends}memento"; datetime="{http_date(row.fetched_at)}"'
    yield "\n"


def json_map(origin: str, url: str, rows: Iterable[CaptureRow]) -> Iterator[str]:
    """The same as JSON, in the form that memento aggregators give."""
    mementos = [
        {"datetime": row.fetched_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
         "uri": f"{origin}{memento_path(row.url, row.fetched_at)}", "status": row.status,
         "timestamp": digits(row.fetched_at)}
        for row in rows
    ]  # fmt: skip
    told = {
        "original_uri": url,
        "timegate_uri": f"{origin}/timegate/{escaped(url)}",
        "timemap_uri": {"link_format": f"{origin}/timemap/link/{escaped(url)}"},
        "mementos": {"list": mementos},
    }
    yield json.dumps(told, ensure_ascii=False)
