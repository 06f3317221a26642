"""The application of the port that a person opens: sources, search, articles, versions, provenance.

It shows texts of archived pages as text and nothing of theirs as markup; the pages themselves stand in a
frame that belongs to the other port. No script runs here at all, which the policy says too.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from archive.catalog import CatalogFault, CatalogUnusable
from archive.replay.address import AddressInvalid, http_date, instant, memento_path, web_address
from archive.replay.calendar import strip, years
from archive.replay.desk import Desk, Version
from archive.replay.guard import App, Door, guarded
from archive.replay.wording import differences, excerpt

HERE = Path(__file__).parent
PAGE = 50
"""Lines of a list on one page."""
_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Characters that turn text around or are not to be seen: a title must not dress up as something else."""


def reader_app(desk: Desk, door: Door, archive_port: int, viewer: bool, more: list[BaseRoute] | None = None) -> App:
    """The application.

    Args:
        desk: what is shown.
        door: who may ask.
        archive_port: of the other application, on the same host.
        viewer: whether the other application has a viewer; without it archived pages are shown raw.
        more: further groups of routes, such as an interface for programs.
    """
    pages = _Pages(desk, archive_port, viewer=viewer)
    app = Starlette(
        routes=[*pages.routes(), *(more or [])],
        exception_handlers={
            HTTPException: pages.failed, CatalogUnusable: pages.unusable, CatalogFault: pages.unusable,
        },
    )  # fmt: skip
    return guarded(app, door)


def _plain(value: object) -> object:
    """A value as a template shows it; what is markup already stays so."""
    return _HIDDEN.sub("", value) if isinstance(value, str) and not hasattr(value, "__html__") else value


class _Pages:
    """The pages; each is a question to the desk and a template."""

    def __init__(self, desk: Desk, archive_port: int, *, viewer: bool) -> None:
        self._desk, self._archive_port, self._viewer = desk, archive_port, viewer
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
            lstrip_blocks=True, finalize=_plain,
        )  # fmt: skip
        self._templates.filters["date"] = lambda text: (text or "")[:10]
        self._templates.filters["minute"] = lambda text: (text or "")[:16].replace("T", " ")
        self._templates.globals["quote"] = lambda text: quote(text, safe="")

    def routes(self) -> list[BaseRoute]:
        """What a person can open."""
        return [
            Route("/", self.home),
            Route("/search", self.search),
            Route("/source/{source_id}", self.source),
            Route("/article/{article_id}", self.article),
            Route("/article/{article_id}/changes", self.changes),
            Route("/article/{article_id}/{version:int}/verify", self.verify, methods=["POST"]),
            Route("/captures", self.captures),
            Route("/static/{name}", self.static),
        ]

    def _page(self, request: Request, template: str, status: int = 200, /, **told: Any) -> Response:
        host = request.url.hostname or "127.0.0.1"
        archive = f"http://{f'[{host}]' if ':' in host else host}:{self._archive_port}"
        html = self._templates.get_template(template).render(
            collection=self._desk.collection.about.title, archive=archive, viewer=self._viewer,
            asked=request.query_params.get("q", ""), progress=self._desk.progress, fault=self._desk.fault, **told,
        )  # fmt: skip
        policy = (
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';"
            f" frame-ancestors 'none'; frame-src {archive}"
        )
        return HTMLResponse(html, status, {"content-security-policy": policy})

    async def home(self, request: Request) -> Response:
        """Sources with counts and a strip of months."""
        days = await run_in_threadpool(self._desk.days)
        articles = self._desk.index.counts()
        last = max((day for counts in days.values() for day in counts), default="2000-01")
        sources = [
            {
                "id": source_id, "name": self._desk.name(source_id), "captures": sum(counts.values()),
                "articles": articles.get(source_id, 0), "months": strip(counts, last),
                "first": min(counts), "last": max(counts),
            }
            for source_id, counts in sorted(days.items())
        ]  # fmt: skip
        return self._page(request, "home.html", sources=sources, folder=str(self._desk.collection.root))

    async def source(self, request: Request) -> Response:
        """One source: its days, and what was read on one of them or last."""
        source_id = request.path_params["source_id"]
        counts = (await run_in_threadpool(self._desk.days)).get(source_id)
        if counts is None:
            raise HTTPException(404, f"There is no source {source_id} in this collection.")
        day = request.query_params.get("day", "")
        if day and not re.fullmatch(r"\d{4}-\d\d-\d\d", day):
            raise HTTPException(400, "A day looks like 2024-05-04.")
        number = _number(request)
        rows = self._desk.index.newest(source_id, PAGE + 1, (number - 1) * PAGE, day)
        return self._page(
            request, "source.html", source_id=source_id, name=self._desk.name(source_id), years=years(counts),
            rows=self._desk.shown(rows[:PAGE]), day=day, chosen=day,
            captures=counts.get(day, 0) if day else sum(counts.values()),
            **_steps(f"/source/{quote(source_id)}", {"day": day} if day else {}, number, len(rows) > PAGE),
        )  # fmt: skip

    async def search(self, request: Request) -> Response:
        """Articles that hold all words."""
        asked, source_id = request.query_params.get("q", "").strip(), request.query_params.get("source") or None
        number = _number(request)
        index = self._desk.index
        rows = await run_in_threadpool(index.search, asked, source_id, PAGE + 1, (number - 1) * PAGE) if asked else []
        found = []
        for row in self._desk.shown(rows[:PAGE]):
            try:
                text = index.record(row)["body_text"]
            except LookupError:
                text = ""
            found.append({"row": row, "name": self._desk.name(row.source_id), "excerpt": excerpt(text, asked)})
        query = {"q": asked} | ({"source": source_id} if source_id else {})
        return self._page(
            request, "search.html", found=found, source_id=source_id,
            source_name=self._desk.name(source_id) if source_id else "",
            **_steps("/search", query, number, len(rows) > PAGE),
        )  # fmt: skip

    async def article(self, request: Request) -> Response:
        """The text beside the archived page."""
        versions, shown = await self._versions(request)
        return await self._article(request, versions, shown, [])

    async def verify(self, request: Request) -> Response:
        """The same, with what came of reading the bytes again."""
        versions, shown = await self._versions(request, request.path_params["version"])
        checks = await run_in_threadpool(self._desk.verify, shown.record)
        return await self._article(request, versions, shown, checks)

    async def _article(self, request: Request, versions: list[Version], shown: Version, checks: list[Any]) -> Response:
        record = shown.record
        at = instant(re.sub(r"\D", "", record["fetched_at"])[:14])
        raw = memento_path(record["url"], at)
        provenance = await run_in_threadpool(self._desk.provenance, record)
        return self._page(
            request, "article.html", versions=versions, shown=shown, record=record, checks=checks, raw=raw,
            view="/view?" + urlencode({"url": record["url"], "ts": raw.split("/")[2].removesuffix("id_")}),
            paragraphs=[text for text in record["body_text"].split("\n\n") if text], provenance=provenance,
            name=self._desk.name(record["source_id"]), memento=http_date(at),
        )  # fmt: skip

    async def _versions(self, request: Request, number: int | None = None) -> tuple[list[Version], Version]:
        versions = await run_in_threadpool(self._desk.versions, request.path_params["article_id"])
        if not versions:
            raise HTTPException(404, "There is no such article in this collection, or its records are being replaced.")
        wanted = number or _number(request, "version", versions[-1].row.version)
        shown = next((one for one in versions if one.row.version == wanted), None)
        if shown is None:
            raise HTTPException(404, f"This article has no version {wanted}.")
        return versions, shown

    async def changes(self, request: Request) -> Response:
        """Two versions as one text."""
        versions, _ = await self._versions(request, 1)
        by_number = {one.row.version: one for one in versions}
        new = by_number.get(_number(request, "new", versions[-1].row.version))
        old = by_number.get(_number(request, "old", max(1, (new.row.version if new else 2) - 1)))
        if old is None or new is None:
            raise HTTPException(404, "This article has no such versions.")
        title = await run_in_threadpool(differences, old.record["title"], new.record["title"])
        text = await run_in_threadpool(differences, old.record["body_text"], new.record["body_text"])
        fields = [
            (name.replace("_", " "), old.record[name], new.record[name])
            for name in ("subtitle", "published_at", "section", "integrity")
            if old.record[name] != new.record[name]
        ]
        return self._page(
            request, "changes.html", versions=versions, old=old, new=new, title=title, text=text, fields=fields,
            record=new.record, name=self._desk.name(new.record["source_id"]),
        )  # fmt: skip

    async def captures(self, request: Request) -> Response:
        """Every capture of an address."""
        given = request.query_params.get("url", "")
        if not given:
            return self._page(request, "captures.html", url="", rows=[], near=[], **_steps("/captures", {}, 1, False))
        try:
            url = web_address(given)
        except AddressInvalid as fault:
            raise HTTPException(400, f"That is no address: {fault}.") from fault
        number, moments = _number(request), self._desk.shelf.moments
        rows = list(moments.all_of(url, number * PAGE + 1))[(number - 1) * PAGE :]
        near = [] if rows else [(row, memento_path(row.url, row.fetched_at)) for row in moments.around(url, 8)]
        shown = [(row, memento_path(row.url, row.fetched_at)) for row in rows[:PAGE]]
        return self._page(
            request, "captures.html", 200 if rows else 404, url=url, rows=shown, near=near,
            **_steps("/captures", {"url": given}, number, len(rows) > PAGE),
        )  # fmt: skip

    async def static(self, request: Request) -> Response:
        """Style sheets, by their names alone."""
        names = {path.name: path for path in (HERE / "static").iterdir()}
        if request.path_params["name"] not in names:
            raise HTTPException(404, "There is no such file.")
        return FileResponse(names[request.path_params["name"]], headers={"cache-control": "max-age=3600"})

    async def failed(self, request: Request, fault: Exception) -> Response:
        """What is not there, or was asked for wrongly."""
        if not isinstance(fault, HTTPException):
            raise fault
        titles = {404: "Not found", 400: "Not understood", 405: "Not possible"}
        words = fault.detail if fault.detail not in ("Not Found", "Method Not Allowed") else "There is no such page."
        return self._page(
            request, "failed.html", fault.status_code, title=titles.get(fault.status_code, "Not possible"), words=words
        )

    async def unusable(self, request: Request, fault: Exception) -> Response:
        """The catalog is gone or damaged."""
        return self._page(request, "failed.html", 503, title="The catalog cannot be read", words=str(fault))


def _number(request: Request, name: str = "page", otherwise: int = 1) -> int:
    value = request.query_params.get(name, "")
    return int(value) if re.fullmatch(r"[1-9][0-9]{0,5}", value) else otherwise


def _steps(path: str, query: dict[str, str], number: int, more: bool) -> dict[str, Any]:
    """Links to the page before and the page after."""

    def link(to: int) -> str:
        return f"{path}?{urlencode(query | {'page': str(to)})}"

    return {
        "number": number,
        "before": link(number - 1) if number > 1 else "",
        "after": link(number + 1) if more else "",
    }
