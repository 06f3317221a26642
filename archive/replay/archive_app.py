"""The application of the archive's own port: bytes for programs, and the viewer with what it reads."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from archive.catalog import CatalogFault, CatalogUnusable
from archive.catalog.rows import CaptureRow
from archive.replay.cdx import QueryInvalid, answer, query_of
from archive.replay.guard import App, Door, Receive, Scope, Send, guarded
from archive.replay.raw import RawAccess
from archive.replay.shelf import Shelf

_HOT = ("/web/", "/timegate/", "/timemap/")
_LINES = 500
"""Lines of an index answer that are made between two looks at other requests."""
_TYPES = {"json": "application/x-ndjson", "text": "text/plain; charset=utf-8"}


def archive_app(shelf: Shelf, door: Door, framers: str, more: list[BaseRoute] | None = None) -> App:
    """The application.

    Args:
        shelf: where captures come from.
        door: who may ask.
        framers: origins that may show archived pages in a frame.
        more: further routes, such as those of the viewer.
    """
    raw = RawAccess(shelf, framers)
    rest = Starlette(routes=[*index_routes(shelf), *(more or [])])

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(_HOT):
            await raw(scope, receive, send)
        else:
            await rest(scope, receive, send)

    return guarded(app, door)


def index_routes(shelf: Shelf) -> list[BaseRoute]:
    """``GET /cdx``."""

    async def cdx(request: Request) -> Response:
        try:
            query = query_of(request.query_params.multi_items())
            lines = answer(query, shelf.moments, lambda row: name_of(shelf, row), shelf.is_taken_down)
            first = next(lines, "")
        except QueryInvalid as fault:
            return JSONResponse({"message": str(fault)}, 400)
        except (CatalogFault, CatalogUnusable) as fault:
            return JSONResponse({"message": str(fault)}, 503)
        kind = _TYPES.get(query.parameters.get("output", ""), "text/x-cdxj")
        if not first:
            return PlainTextResponse("", 200, media_type=kind)
        return StreamingResponse(_batches(first, lines), media_type=kind)

    return [Route("/cdx", cdx)]


def name_of(shelf: Shelf, row: CaptureRow) -> str:
    """What the index calls the WARC file of a capture: its path below ``archive/``."""
    return f"{row.source_id}/{shelf.collection.warc_file(row.source_id, row.locator.filename).name}"


async def _batches(first: str, lines: Iterator[str]) -> AsyncIterator[str]:
    held = [first]
    for line in lines:
        held.append(line)
        if len(held) == _LINES:
            yield "".join(held)
            held = []
    yield "".join(held)
