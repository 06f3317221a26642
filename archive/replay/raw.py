"""``/web/``: captures as they were received, and TimeGate and TimeMap beside them (RFC 7089).

The hot path: a request takes one question to the catalog, one read and one unfolding, and no layer in between.

What an archived server sent must not act on us: its headers go out under ``X-Archive-Orig-``, but for those
that say what the body is; a redirect leads to the archived target, never to the live web; and every page comes
with a policy that lets it run nothing and load nothing.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from urllib.parse import urljoin

from archive.capture import ContentUndecodable, decode_content, header_pairs
from archive.catalog import CatalogFault, CatalogUnusable
from archive.replay.address import (
    AddressInvalid,
    Asked,
    asked,
    digits,
    escaped,
    http_date,
    http_instant,
    memento_path,
    web_address,
)
from archive.replay.guard import Headers, Receive, Scope, Send, answer
from archive.replay.inert import inert, is_navigation
from archive.replay.memento import json_map, link_header, link_map
from archive.replay.shelf import Memento, OriginalMissing, Shelf, TakenDown
from archive.warc.damage import ArchiveDamaged

SANDBOX = (
    b"sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; form-action 'none';"
    b" base-uri 'none'; frame-ancestors "
)
"""An archived page runs nothing, loads nothing, sends nothing, and has an origin of its own."""

_AS_THEY_ARE = (b"content-type", b"content-language", b"content-encoding")
_NOT_EVEN_NAMED = re.compile(rb"[^!#$%&'*+.^_`|~0-9A-Za-z-]")
_UNFIT = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_NEAR = 8
_FAULTS = (ArchiveDamaged, CatalogFault, CatalogUnusable, OSError, OriginalMissing)


class RawAccess:
    """The application below ``/web/``, ``/timegate/`` and ``/timemap/``.

    Args:
        shelf: where captures come from.
        framers: origins whose pages may show an archived page in a frame.
    """

    def __init__(self, shelf: Shelf, framers: str = "'none'") -> None:
        self._shelf = shelf
        self._policy = (b"content-security-policy", SANDBOX + framers.encode())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        del receive  # nobody has anything to tell us
        path: str = scope["raw_path"].decode("latin-1")
        if scope["query_string"]:
            path += "?" + scope["query_string"].decode("latin-1")
        kind, _, rest = path[1:].partition("/")
        try:
            if kind == "web":
                await self._web(scope, send, asked(rest))
            elif kind == "timegate":
                await self._gate(scope, send, Asked(web_address(rest), None, raw=False))
            else:
                await self._map(scope, send, rest)
        except TakenDown as fault:
            await self._say(send, 451, "Taken down", f"{fault} is kept in the archive and not shown.")
        except AddressInvalid as fault:
            await self._say(send, 400, "That is no address", str(fault))
        except _FAULTS as fault:
            title = "This capture cannot be shown"
            await self._say(send, 404 if isinstance(fault, FileNotFoundError) else 502, title, str(fault))

    async def _web(self, scope: Scope, send: Send, wanted: Asked) -> None:
        if not wanted.raw:
            await self._gate(scope, send, wanted)
            return
        found = self._shelf.memento(wanted.url, wanted.at)
        if found is None:
            await self._missing(send, wanted)
            return
        body = found.stored.body
        headers, coded = self._headers(scope, found)
        if is_navigation(scope["headers"]) and (shown := _inert(body, headers, coded)):
            await self._send(send, found, *shown)
            return
        if body is None:
            await self._stream(send, found, headers)
            return
        if coded and not _accepts(scope, coded):
            try:
                body = decode_content(body, coded.decode("latin-1"), whole=False)
                headers = [one for one in headers if one[0] != b"content-encoding"]
            except ContentUndecodable:
                pass  # as received, and named so
        await self._send(send, found, body, headers)

    @staticmethod
    async def _send(send: Send, found: Memento, body: bytes, headers: Headers) -> None:
        status = _status(found.stored.head)
        if status in (204, 304) or status < 200:
            status = 200 if body else 204
        if status == 204:
            body = b""
        else:
            headers.append((b"content-length", str(len(body)).encode()))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _stream(self, send: Send, found: Memento, headers: Headers) -> None:
        """A large capture in pieces; what breaks half-way ends the connection short of its length."""
        headers.append((b"content-length", str(found.stored.size).encode()))
        status = _status(found.stored.head)
        await send({"type": "http.response.start", "status": max(status, 200), "headers": headers})
        pieces = self._shelf.body_pieces(found)
        while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    def _headers(self, scope: Scope, found: Memento) -> tuple[Headers, bytes]:
        """What goes out with a capture, and the content coding of its body."""
        row = found.row
        headers: Headers = [
            self._policy,
            (b"memento-datetime", http_date(row.fetched_at).encode()),
            (b"content-location", memento_path(row.url, row.fetched_at).encode("latin-1", "replace")),
            (b"link", link_header(_origin(scope), row.url, row.fetched_at).encode("latin-1", "replace")),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"no-referrer"),
            (b"x-dns-prefetch-control", b"off"),
            (b"cross-origin-resource-policy", b"cross-origin"),
            (b"vary", b"accept-encoding, sec-fetch-dest"),
        ]
        coded = b""
        for name, value in header_pairs(found.stored.head):
            if _NOT_EVEN_NAMED.search(name):
                continue
            lower, safe = name.lower(), _UNFIT.sub(b" ", value)
            if lower in _AS_THEY_ARE:
                headers.append((lower, safe))
                if lower == b"content-encoding":
                    coded = safe.strip().lower()
            else:
                headers.append((b"x-archive-orig-" + lower, safe))
                if lower == b"location":
                    headers += _archived_target(row.url, row.fetched_at, safe)
        return headers, coded if coded != b"identity" else b""

    async def _gate(self, scope: Scope, send: Send, wanted: Asked) -> None:
        """A redirect to the capture nearest to what was asked for (RFC 7089 section 4.1.1)."""
        given = next((value for name, value in scope["headers"] if name == b"accept-datetime"), None)
        at = wanted.at or (http_instant(given.decode("latin-1")) if given else None)
        moments = self._shelf.moments
        row = moments.nearest(wanted.url, at) if at else moments.newest(wanted.url)
        if row is None:
            await self._missing(send, wanted)
            return
        place = memento_path(row.url, row.fetched_at).encode("latin-1", "replace")
        link = link_header(_origin(scope), row.url, row.fetched_at).encode("latin-1", "replace")
        await answer(send, 302, b"", [(b"location", place), (b"vary", b"accept-datetime"), (b"link", link)])

    async def _map(self, scope: Scope, send: Send, rest: str) -> None:
        form, _, address = rest.partition("/")
        if form not in ("link", "json"):
            raise AddressInvalid("there is /timemap/link/<address> and /timemap/json/<address>")
        url = web_address(address)
        rows = list(self._shelf.moments.all_of(url))
        if not rows:
            await self._missing(send, Asked(url, None, raw=True))
            return
        made = (link_map if form == "link" else json_map)(_origin(scope), url, rows)
        kind = b"application/link-format" if form == "link" else b"application/json"
        await answer(send, 200, "".join(made).encode(), [(b"content-type", kind)])

    async def _missing(self, send: Send, wanted: Asked) -> None:
        """Not captured: what is near in time and in address."""
        moments = self._shelf.moments
        near = [row for row in moments.all_of(wanted.url, _NEAR) if wanted.raw]
        near += moments.around(wanted.url, _NEAR)
        await self._say(send, 404, "Never captured", wanted.url, [(row.url, row.fetched_at) for row in near])

    async def _say(
        self, send: Send, status: int, title: str, words: str, near: list[tuple[str, datetime]] | None = None
    ) -> None:  # fmt: skip
        body = "".join(_page(title, words, near or [])).encode("utf-8", "replace")
        headers = [(b"content-type", b"text/html; charset=utf-8"), self._policy]
        await answer(send, status, body, headers)


def _inert(body: bytes | None, headers: Headers, coded: bytes) -> tuple[bytes, Headers] | None:
    """The body and headers that a browser gets instead, where there is something in the way of the real ones."""
    kind = next((value.decode("latin-1") for name, value in headers if name == b"content-type"), None)
    shown = inert(body, kind, coded.decode("latin-1") or None)
    if shown is None:
        return None
    kept = [one for one in headers if one[0] not in (b"content-type", b"content-encoding")]
    return shown[0], [*kept, (b"content-type", shown[1].encode())]


def _page(title: str, words: str, near: list[tuple[str, datetime]]) -> Iterator[str]:
    yield (
        '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark">'
        f"<title>{escape(title)}</title><style>body{{font:1rem/1.5 system-ui,sans-serif;max-width:42rem;"
        f"margin:3rem auto;padding:0 1rem;overflow-wrap:anywhere}}</style><h1>{escape(title)}</h1><p>{escape(words)}"
    )
    if near:
        yield "<p>Captured nearby:<ul>"
        for url, at in near:
            place = escape(memento_path(url, at))
            yield f'<li><a href="{place}">{escape(url)}</a> {at.astimezone(UTC):%Y-%m-%d %H:%M} UTC'
        yield "</ul>"
    elif title == "Never captured":
        yield "<p>Nothing near it has been captured either. Is this the right collection?"


def _status(head: bytes) -> int:
    match = re.match(rb"[^ ]+ +([0-9]{3})", head)
    status = int(match[1]) if match else 200
    return status if status < 600 else 502


def _accepts(scope: Scope, coding: bytes) -> bool:
    """Whether the client takes a content coding; one that says nothing takes none (it may not know any)."""
    for name, value in scope["headers"]:
        if name == b"accept-encoding":
            return coding in value.lower() or b"*" in value
    return False


def _origin(scope: Scope) -> str:
    host = next((value for name, value in scope["headers"] if name == b"host"), b"")
    return f"{scope['scheme']}://{host.decode('latin-1')}"


def _archived_target(url: str, at: datetime, location: bytes) -> Headers:
    """Where an archived redirect leads within the archive."""
    try:
        target = web_address(urljoin(url, location.decode("utf-8", "replace")))
    except (ValueError, AddressInvalid):
        return []
    return [(b"location", f"/web/{digits(at)}id_/{escaped(target)}".encode("latin-1", "replace"))]
