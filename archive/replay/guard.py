"""The doorkeeper of both applications: who may ask, and what a browser may do with the answer.

Rules of this room: a request whose ``Host`` is not ours gets 403, whatever it asks (DNS rebinding); one that is
not GET or HEAD must come from our own pages; beyond loopback nobody gets in without the token.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import secrets
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

ALWAYS: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-dns-prefetch-control", b"off"),
    (b"cross-origin-opener-policy", b"same-origin"),
]
"""On every answer."""

_LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")


def is_loopback(address: str) -> bool:
    """Whether only this machine reaches an address that a server listens on."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Door:
    """Who may come in."""

    hosts: frozenset[bytes]
    """Values of ``Host`` that are ours, in lower case."""
    origins: frozenset[bytes]
    """Values of ``Origin`` of our own pages."""
    token: bytes | None = None
    """What everybody must bring, as a password (any user name) or as a bearer."""

    def refusal(self, headers: Iterable[tuple[bytes, bytes]], method: str) -> tuple[int, str] | None:
        """Status and words for who may not come in."""
        host = origin = authorization = b""
        hosts = 0
        for name, value in headers:
            if name == b"host":
                host, hosts = value.lower(), hosts + 1
            elif name == b"origin":
                origin = value
            elif name == b"authorization":
                authorization = value
        if hosts != 1 or host not in self.hosts:
            return 403, "this server does not go by that name"
        if method not in ("GET", "HEAD", "OPTIONS") and origin not in self.origins:
            return 403, "only the pages of this server may ask that"
        if self.token is not None and not self._is_known(authorization):
            return 401, "a token is needed"
        return None

    def _is_known(self, authorization: bytes) -> bool:
        kind, _, value = authorization.partition(b" ")
        given = value.strip()
        if kind.lower() == b"basic":
            try:
                given = base64.b64decode(given, validate=True).partition(b":")[2]
            except binascii.Error:
                return False
        elif kind.lower() != b"bearer":
            return False
        return secrets.compare_digest(given, self.token or b"")


def door_for(address: str, port: int, names: Iterable[str] = (), token: str | None = None) -> Door:
    """The door of a server.

    Args:
        address: what it listens on.
        port: where.
        names: further host names that lead to it.
        token: needed beyond loopback.
    """
    own = [f"[{address}]" if ":" in address else address, *_LOOPBACK_NAMES, *names]
    hosts = {f"{name}:{port}".lower() for name in own} | ({name.lower() for name in own} if port == 80 else set())
    origins = {f"http://{host}".encode() for host in hosts} | {f"https://{name}".encode() for name in names}
    return Door(
        frozenset(host.encode() for host in hosts) | frozenset(name.lower().encode() for name in names),
        frozenset(origins), token.encode() if token else None,
    )  # fmt: skip


def guarded(app: App, door: Door) -> App:
    """An application behind a door."""

    async def guard(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        refused = door.refusal(scope["headers"], scope["method"])
        if refused is None:
            await app(scope, receive, send)
            return
        status, words = refused
        extra = [(b"www-authenticate", b'Basic realm="warkat", charset="UTF-8"')] if status == 401 else []
        await answer(send, status, words.encode() + b"\n", [(b"content-type", b"text/plain; charset=utf-8"), *extra])

    return guard


async def answer(send: Send, status: int, body: bytes, headers: Headers) -> None:
    """Send a whole answer."""
    length = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *ALWAYS, *length]})
    await send({"type": "http.response.body", "body": body})
