"""Listening on a connection: the bytes of an exchange as they pass aiohttp.

A ``Tap`` stands where aiohttp has its protocol object and hands everything on unchanged. Nothing
in here knows Scrapy, captures or what the bytes are for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, cast

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from scrapy.core.downloader.handlers._aiohttp import _ClientResponse

HEAD_LIMIT = 256 * 1024
"""Bytes of a response head, above anything a working server sends."""

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_INTERIM = re.compile(rb"HTTP/\d\.\d +1(?!01)\d\d")


@dataclass(slots=True)
class Exchange:
    """The bytes of one exchange while it is on the wire."""

    sent: bytearray = field(default_factory=bytearray)
    head: bytearray = field(default_factory=bytearray)
    head_done: bool = False
    body: list[bytes] = field(default_factory=list)
    whole: bool = False
    passed: int = 0
    """Bytes of interim responses, which are not kept."""

    @property
    def is_endless(self) -> bool:
        """Whether more has come than any head is long."""
        return not self.head_done and len(self.head) + self.passed > HEAD_LIMIT

    def received(self, data: bytes) -> None:
        """Take bytes off the wire until the head of the final response is complete."""
        if self.head_done:
            return
        start = max(0, len(self.head) - 3)
        self.head += data
        while True:
            if not start:
                # Empty lines before the status line are no part of the message (RFC 9112 section 2.2).
                del self.head[: len(self.head) - len(self.head.lstrip(b"\r\n"))]
            end = _HEAD_END.search(self.head, start)
            if end is None:
                return
            if not _INTERIM.match(self.head):
                break
            self.passed += end.end()
            del self.head[: end.end()]  # 100 Continue and its like: not the response (RFC 9110 section 15.2)
            start = 0
        del self.head[end.end() :]
        self.head_done = True


class Tap(ResponseHandler):
    """An aiohttp connection that keeps the bytes of the exchange that it carries."""

    def __init__(self, loop: Any) -> None:
        super().__init__(loop)
        self.exchange = Exchange()
        self.uses = 0
        """Requests that were sent on this connection."""

    def connection_made(self, transport: Any) -> None:
        """Start listening to what is written."""
        super().connection_made(transport)
        write = transport.write

        def tapped(data: bytes) -> None:
            if not self.exchange.head_done:
                self.exchange.sent += data
            write(data)

        # aiohttp writes through the transport itself; both methods end in one that is listened to.
        transport.write = tapped
        transport.writelines = lambda parts: tapped(b"".join(parts))

    def set_response_params(self, **params: Any) -> None:
        """Called once a request, before its first byte: the connection changes hands here."""
        self.exchange = Exchange()
        self.uses += 1
        super().set_response_params(**params)

    def data_received(self, data: bytes) -> None:
        """Listen to what is read, then hand it on."""
        self.exchange.received(data)
        if self.exchange.is_endless and self.transport is not None:
            self.transport.abort()
            return
        super().data_received(data)


class TappedResponse(_ClientResponse):
    """An aiohttp response that knows the exchange it came from."""

    exchange: Exchange

    async def start(self, connection: Connection) -> aiohttp.ClientResponse:
        """Note the exchange before the connection can be given to another request."""
        self.exchange = cast("Tap", connection.protocol).exchange
        return await super().start(connection)
