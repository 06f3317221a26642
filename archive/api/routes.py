"""The addresses: which question each is, with which parameters, and how an answer or a refusal looks."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from archive.api.charts import charts_page
from archive.api.library import Library, NotHere, NotReady, TakenAway
from archive.api.meters import Meters
from archive.api.questions import CURSOR, FILTERS, LIMIT, SINCE, Parameter, RequestInvalid, asked
from archive.catalog import CatalogFault
from archive.catalog.shelves import QuestionTooBroad
from archive.feed.cursor import CursorInvalid

ID = re.compile("[0-9a-f]{32}")
_PACK_FROM = 1400
"""Bytes: what fits into one packet gains nothing by gzip."""
_FAULTS: dict[type[Exception], tuple[int, str]] = {
    RequestInvalid: (400, "The request cannot be answered as it stands"),
    CursorInvalid: (400, "The request cannot be answered as it stands"),
    NotHere: (404, "There is no such article"),
    TakenAway: (451, "This article was taken down"),
    NotReady: (503, "Not yet"),
    QuestionTooBroad: (503, "That would take too long"),
    CatalogFault: (503, "The index cannot be read at this moment"),
}


@dataclass(frozen=True, slots=True)
class Address:
    """One address of the interface."""

    path: str
    says: str
    parameters: tuple[Parameter, ...]
    answer: Callable[[Library, dict[str, Any]], bytes]
    returns: str
    """Name of the schema of its answer."""
    of_article: bool = False


ADDRESSES = (
    Address("/api/articles", "Articles by their newest version, newest fetched first.", (*FILTERS, LIMIT, CURSOR),
            lambda library, found: library.articles(found), "ArticlePage"),
    Address("/api/articles/{id}", "The newest version of one article.", (),
            lambda library, found: library.article(found["id"]), "Article", of_article=True),
    Address("/api/articles/{id}/versions", "All versions of one article, oldest first.", (),
            lambda library, found: library.versions(found["id"]), "ArticlePage", of_article=True),
    Address("/api/changes", "New and changed articles behind a cursor, in a stable order.", (*FILTERS, LIMIT, SINCE),
            lambda library, found: library.changes(found), "ChangePage"),
    Address("/api/sources", "The sources that have records.", (), lambda library, _: library.sources(), "SourcePage"),
    Address("/api/runs", "Runs, latest first.", (LIMIT, CURSOR), lambda library, found: library.runs(found), "RunPage"),
)  # fmt: skip
"""All of them; the routes and the description are made of this table."""


def problem(status: int, title: str, detail: str, headers: dict[str, str] | None = None) -> Response:
    """A refusal, RFC 9457."""
    told = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return Response(json.dumps(told, ensure_ascii=False), status, headers, "application/problem+json")


def api_routes(library: Library, today: Callable[[], str]) -> list[BaseRoute]:
    """The routes of the interface, to be put into any application.

    Args:
        library: who answers.
        today: the day now, UTC, ``YYYY-MM-DD``.
    """
    from archive.api.description import openapi

    meters = Meters(library)
    described = json.dumps(openapi(ADDRESSES), ensure_ascii=False).encode()

    async def description(request: Request) -> Response:
        return _answered(request, described)

    async def metrics(request: Request) -> Response:
        library.refresh()
        return Response(meters.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    async def charts(request: Request) -> Response:
        library.refresh()
        try:
            page = charts_page(library, today()).encode()
        except NotReady as fault:
            return problem(503, "Not yet", str(fault))
        policy = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"}
        return _answered(request, page, "text/html; charset=utf-8", policy)

    return [
        *(_only_get(one.path, _endpoint(one, library, meters)) for one in ADDRESSES),
        _only_get("/api/openapi.json", description),
        _only_get("/metrics", metrics),
        _only_get("/charts", charts),
        Route("/api/{rest:path}", _nothing, methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]),
    ]


def _only_get(path: str, endpoint: Callable[[Request], Awaitable[Response]]) -> Route:
    """A route that says what it takes instead of falling through to the next one."""

    async def only(request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return problem(
                405, "Only reading is possible here", f"{request.method} is not taken", {"allow": "GET, HEAD"}
            )
        return await endpoint(request)

    every = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"]
    return Route(path, only, methods=every)


async def _nothing(request: Request) -> Response:
    return problem(404, "There is no such address", "see /api/openapi.json")


def _endpoint(address: Address, library: Library, meters: Meters) -> Callable[[Request], Awaitable[Response]]:
    faults = tuple(_FAULTS)

    async def endpoint(request: Request) -> Response:
        with meters.timed(address.path) as told:
            try:
                found = asked(request.query_params.multi_items(), address.parameters)
                if address.of_article:
                    found["id"] = _article_id(request)
                library.refresh()
                response = _answered(request, address.answer(library, found))
            except faults as fault:
                status, title = next(told for kind, told in _FAULTS.items() if isinstance(fault, kind))
                response = problem(status, title, str(fault))
            told.append(str(response.status_code))
            return response

    return endpoint


def _article_id(request: Request) -> str:
    given = str(request.path_params["id"])
    if not ID.fullmatch(given):
        raise NotHere("an id has 32 hexadecimal digits in lower case")
    return given


def _answered(
    request: Request, body: bytes, kind: str = "application/json", more: dict[str, str] | None = None
) -> Response:
    """An answer with its tag, short when the asker has it, packed when the asker can unpack."""
    tag = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    headers = {"etag": tag, "vary": "Accept-Encoding", "cache-control": "no-cache", **(more or {})}
    known = [one.strip() for one in request.headers.get("if-none-match", "").split(",")]
    if tag in known or "*" in known:
        return Response(None, 304, headers)
    if len(body) >= _PACK_FROM and _takes_gzip(request.headers.get("accept-encoding", "")):
        body = gzip.compress(body, 1, mtime=0)
        headers["content-encoding"] = "gzip"
    return Response(body, 200, headers, kind)


def _takes_gzip(accepted: str) -> bool:
    for one in accepted.split(","):
        name, _, weight = one.partition(";")
        if name.strip().lower() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def paths(addresses: Sequence[Address] = ADDRESSES) -> list[str]:
    """The addresses, for those who list them."""
    return [one.path for one in addresses]
