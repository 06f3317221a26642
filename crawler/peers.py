"""Whom a connection may reach, and what became of it: aiohttp's connector and request with a guard.

An address is looked at twice: where a name leads to before anything is sent there, not even the
first packet of a connection, and the peer itself once it is connected, because a name server may
say something else the second time.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any, ClassVar, cast

import aiohttp
from aiohttp.connector import Connection

from crawler.addresses import AddressForbidden, Guard
from crawler.tap import Tap

TO_PROXY: ContextVar[bool] = ContextVar("TO_PROXY", default=False)
"""Whether this task's connection goes to a proxy, which is the operator's own choice."""
_CONNECTION: ContextVar[Tap | None] = ContextVar("_CONNECTION", default=None)
"""The connection that this task last sent a request on."""


class GuardedConnector(aiohttp.TCPConnector):
    """Connects to no address that the guard refuses."""

    def __init__(self, guard: Guard, **more: Any) -> None:
        super().__init__(**more)
        self._guard = guard

    async def _resolve_host(self, host: str, port: int, traces: Any = None) -> Any:
        found = await super()._resolve_host(host, port, traces)
        if TO_PROXY.get():
            return found
        allowed, refused = [], None
        for one in found:
            try:
                self._guard.check(one["host"], one["port"])
                allowed.append(one)
            except AddressForbidden as fault:
                refused = fault
        if refused is not None and not allowed:
            raise refused
        return allowed


class GuardedRequest(aiohttp.ClientRequest):
    """Looks at the connected peer before the first byte is sent to it."""

    guard: ClassVar[Guard]

    async def send(self, conn: Connection) -> aiohttp.ClientResponse:
        """Send, or refuse to."""
        if not self.proxy and conn.transport is not None:
            self.guard.check(*conn.transport.get_extra_info("peername")[:2])
        _CONNECTION.set(cast("Tap", conn.protocol))
        return await super().send(conn)


def begin(*, to_proxy: bool) -> None:
    """Called before each request: what was known of the last one is over."""
    _CONNECTION.set(None)
    TO_PROXY.set(to_proxy)


def was_closed_before() -> bool:
    """Whether a kept connection was closed by the server while our request was on its way to it.

    Nothing of an answer came, so there is nothing to archive, and asking again on another connection is what
    RFC 9112 section 9.3.1 wants. It ends: each turn takes a connection from the pool, and a new one is never this.
    """
    connection = _CONNECTION.get()
    return connection is not None and connection.uses > 1 and not connection.exchange.head
