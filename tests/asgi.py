"""Asks an application without a server: one request, one answer."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)

    @property
    def text(self) -> str:
        return self.body.decode()


def ask(app: Any, target: str, method: str = "GET", host: str = "127.0.0.1:8750", **headers: str) -> Answer:
    """The answer to a request; names of headers with ``_`` for ``-``."""
    return asyncio.run(_ask(app, target, method, host, headers))


async def _ask(app: Any, target: str, method: str, host: str, headers: dict[str, str]) -> Answer:
    path, _, query = target.partition("?")
    given = [(b"host", host.encode())] if host else []
    scope = {
        "type": "http", "http_version": "1.1", "method": method, "scheme": "http", "path": unquote(path),
        "raw_path": path.encode(), "query_string": query.encode(), "root_path": "", "server": ("127.0.0.1", 8750),
        "client": ("127.0.0.1", 1), "extensions": {},
        "headers": given + [(key.replace("_", "-").lower().encode(), value.encode()) for key, value in headers.items()],
    }  # fmt: skip
    sent: list[MutableMapping[str, Any]] = []

    asked: list[None] = []

    async def receive() -> dict[str, Any]:
        if asked:
            await asyncio.Event().wait()  # the client stays and says nothing more
        asked.append(None)
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    told = [(key.decode("latin-1"), value.decode("latin-1")) for key, value in sent[0]["headers"]]
    return Answer(sent[0]["status"], told, b"".join(one.get("body", b"") for one in sent[1:]))
