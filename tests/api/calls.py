"""The application called without a socket: an ASGI request in, status, head and body out."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from archive.api.app import api_app
from archive.api.library import Library, SourceInfo
from archive.collection import Collection
from archive.replay.guard import App, door_for

TODAY = "2026-11-29"


@dataclass
class Answer:
    """What came back."""

    status: int
    head: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def library_of(collection: Collection, **more: Any) -> Library:
    ticks = iter(range(0, 10_000_000, 10))
    library = Library(collection, {"uji": SourceInfo("Pemerintah Uji", "regency")}, lambda: float(next(ticks)), **more)
    library.prepare()
    return library


def app_of(collection: Collection, token: str | None = None, **more: Any) -> App:
    return api_app(library_of(collection, **more), door_for("127.0.0.1", 8760, (), token), lambda: TODAY)


def ask(app: App, target: str, method: str = "GET", **headers: str) -> Answer:
    """Ask for a path with its query."""
    path, _, query = target.partition("?")
    head = {"host": "127.0.0.1:8760", **{name.replace("_", "-"): value for name, value in headers.items()}}
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": unquote(path), "raw_path": path.encode(), "query_string": query.encode("latin-1"), "root_path": "",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in head.items()],
        "client": ("127.0.0.1", 5), "server": ("127.0.0.1", 8760),
    }  # fmt: skip
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))  # type: ignore[arg-type]
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], told, b"".join(message.get("body", b"") for message in sent[1:]))
