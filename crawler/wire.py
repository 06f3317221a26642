"""The download handler that keeps an exchange exactly as it went over the wire.

Scrapy's aiohttp handler does the work (connections, proxies, timeouts, limits); this room listens
on its connections and keeps the request bytes, the response head and the body as they passed::

    Request -> aiohttp connection --(tap: sent bytes, head bytes)--> Capture in request.meta
                    \\-> Response (as Scrapy makes it)

Both meet in ``request.meta["warkat_capture"]``, also when the download fails half-way: the
capture is then truncated and says why. What happens to it is the business of ``deposit.py``.

The handler is private in Scrapy 2.19, so the minor version is pinned and the bytes are tested.
HTTP/1.1 only: HTTP/2 has no bytes that a WARC/1.1 ``application/http`` block could hold.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import re
import ssl
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar, cast

import aiohttp
import yarl
from scrapy import Request
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler, _ClientResponse
from scrapy.core.downloader.handlers._base_streaming import BaseStreamingDownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Headers, Response

from archive.capture import Capture, Role, Truncation
from crawler.addresses import AddressForbidden, Guard
from crawler.certificates import CertificateRefused, Certificates
from crawler.peers import GuardedConnector, GuardedRequest, begin, was_closed_before
from crawler.tap import HEAD_LIMIT, Exchange, Tap, TappedResponse

logger = logging.getLogger(__name__)

SLOWEST = 512
"""Bytes a second, on average, below which a body that takes long is given up."""
LOOK_S = 5.0
"""Seconds between two looks at a download that takes long."""

HURRY = object()
"""Signal that ends all downloads under way: the visit is being closed and has no more time."""

_PROXY_SECRET = re.compile(rb"(?im)^proxy-authorization:[^\n]*\n")


class WireDownloadHandler(AiohttpDownloadHandler):
    """Downloads as Scrapy's aiohttp handler does and leaves a ``Capture`` in ``request.meta``.

    Meta keys read: ``warkat_role``, ``warkat_via``, ``warkat_hops``; written: ``warkat_capture``
    (absent when no response head arrived). Everything Scrapy documents for its handlers
    (``proxy``, ``download_timeout``, ``download_maxsize``, …) works as there.

    Raises:
        CertificateRefused: the certificate has a fault that the source does not let through.
        AddressForbidden: the name led to an address inside a private network.
    """

    lazy: ClassVar[bool] = True  # type: ignore[misc]  # Scrapy declares it on the instance
    experimental: ClassVar[bool] = False

    def __init__(self, crawler: Crawler) -> None:
        BaseStreamingDownloadHandler.__init__(self, crawler)
        self._certificates = Certificates(crawler.settings)
        self._patience_s = crawler.settings.getfloat("WARKAT_PATIENCE_S", 25.0)
        self._under_way: set[asyncio.Timeout] = set()
        crawler.signals.connect(self._hurry, signal=HURRY)
        guard = Guard(crawler.settings.getlist("WARKAT_ALLOW_ADDRESSES"))
        limits = {"limit": self._pool_size_total, "limit_per_host": self._pool_size_per_host}
        connector = GuardedConnector(guard, local_addr=self._bind_address, **limits)
        connector._factory = functools.partial(Tap, loop=connector._loop)  # type: ignore[assignment]
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            request_class=type("_Request", (GuardedRequest,), {"guard": guard}),
            response_class=TappedResponse,
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
            max_line_size=HEAD_LIMIT,
            max_field_size=HEAD_LIMIT,
        )
        # aiohttp would ask again by itself when a server hangs up: unarchived, and before its turn.
        self._session._retry_connection = False

    async def download_request(self, request: Request) -> Response:
        """Download and leave the capture behind, whatever the outcome."""
        request.meta.pop("warkat_capture", None)
        wire = _Wire(fetched_at=datetime.now(UTC), started=time.monotonic())
        request.meta["warkat_wire"] = wire
        truncated: Truncation | None = "unspecified"
        try:
            response = await self._download(request)
            truncated = None if wire.exchange is None or wire.exchange.whole else "unspecified"
            return response
        except DownloadTimeoutError:
            truncated = "time"
            raise
        except DownloadCancelledError:
            truncated = "length"
            raise
        except ResponseDataLossError:
            truncated = "disconnect"
            raise
        finally:
            del request.meta["warkat_wire"]
            if wire.exchange is not None and wire.exchange.head_done:
                request.meta["warkat_capture"] = wire.capture(request, wire.exchange, truncated)

    async def _download(self, request: Request) -> Response:
        wire: _Wire = request.meta["warkat_wire"]
        try:
            async with asyncio.timeout(None) as patience:
                self._under_way.add(patience)
                wire.look = asyncio.get_running_loop().call_later(self._patience_s, self._look, wire, patience)
                return await super().download_request(request)
        except TimeoutError as fault:
            raise DownloadTimeoutError(f"{request.url} was given up: too slow, or the visit ends") from fault
        finally:
            self._under_way.discard(patience)
            if wire.look is not None:
                wire.look.cancel()

    def _look(self, wire: _Wire, patience: asyncio.Timeout) -> None:
        """Give up what drips: a head that is not there yet, a body that would take hours."""
        loop = asyncio.get_running_loop()
        came = sum(map(len, wire.exchange.body)) if wire.exchange is not None else 0
        if wire.exchange is None or came < SLOWEST * (time.monotonic() - wire.started):
            patience.reschedule(loop.time())
        else:
            wire.look = loop.call_later(LOOK_S, self._look, wire, patience)

    def _hurry(self) -> None:
        now_s = asyncio.get_running_loop().time()
        for patience in self._under_way:
            patience.reschedule(now_s)

    @asynccontextmanager
    async def _make_request(self, request: Request, timeout: float) -> AsyncIterator[_ClientResponse]:  # noqa: ASYNC109
        wire: _Wire = request.meta["warkat_wire"]
        async with contextlib.AsyncExitStack() as stack:
            response = await self._send(request, timeout, stack)
            wire.exchange = response.exchange
            wire.ip = response._peername[0] if response._peername else None
            if response._ssl_object is not None:
                wire.tls = self._certificates.verdict(request.url)
            with _as_scrapy_errors(request, timeout):
                yield response

    async def _send(
        self,
        request: Request,
        timeout: float,  # noqa: ASYNC109
        stack: contextlib.AsyncExitStack,
    ) -> TappedResponse:
        """Send the request, once more for each certificate fault that the source lets through."""
        proxy = self._extract_proxy_url_with_creds(request)
        with _as_scrapy_errors(request, timeout):
            while True:
                begin(to_proxy=proxy is not None)
                try:
                    sending = self._session.request(
                        request.method,
                        # As the request has it: yarl would normalise the escapes.
                        yarl.URL(request.url, encoded=True),
                        data=request.body,
                        headers=self._request_headers(request).to_tuple_list(),
                        timeout=aiohttp.ClientTimeout(total=timeout, sock_read=self._patience_s),
                        ssl=self._certificates.context(request.url),
                        allow_redirects=False,
                        proxy=proxy,
                    )
                    return cast("TappedResponse", await stack.enter_async_context(sending))
                except aiohttp.ClientConnectorCertificateError as fault:
                    self._certificates.let_through(request.url, fault.certificate_error)
                except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError):
                    if not was_closed_before():
                        raise

    @staticmethod
    def _extract_headers(response: _ClientResponse) -> Headers:
        # From bytes: a value that is not UTF-8 cannot be encoded again and would end the download.
        return Headers(response.raw_headers)

    @staticmethod
    async def _iter_body_chunks(response: _ClientResponse) -> AsyncIterator[bytes]:
        exchange = cast("TappedResponse", response).exchange
        async for chunk in response.content.iter_any():
            exchange.body.append(chunk)
            yield chunk
        exchange.whole = True


@dataclass(slots=True)
class _Wire:
    """What is known of a request while it is being made."""

    fetched_at: datetime
    started: float
    exchange: Exchange | None = None
    ip: str | None = None
    tls: str | None = None
    look: asyncio.TimerHandle | None = None

    def capture(self, request: Request, exchange: Exchange, truncated: Truncation | None) -> Capture:
        meta = request.meta
        redirected: list[str] = meta.get("redirect_urls", [])
        role: Role = meta.get("warkat_role", "page")
        body = b"".join(exchange.body)
        exchange.body.clear()
        return Capture(
            url=request.url,
            fetched_at=self.fetched_at,
            request=without_proxy_secret(bytes(exchange.sent)),
            response_head=bytes(exchange.head),
            body=body,
            role=role,
            via=redirected[-1] if redirected else meta.get("warkat_via"),
            hops=meta.get("warkat_hops", "") + "R" * len(redirected),
            ip=self.ip,
            tls=self.tls,
            fetch_ms=round((time.monotonic() - self.started) * 1000),
            truncated=truncated,
        )


def without_proxy_secret(request: bytes) -> bytes:
    """The request without the one line that is between us and a proxy and must never be archived."""
    head, end, body = request.partition(b"\r\n\r\n")
    return _PROXY_SECRET.sub(b"", head + end) + body


@contextlib.contextmanager
def _as_scrapy_errors(request: Request, timeout: float) -> Iterator[None]:
    """aiohttp's errors as those that Scrapy's middlewares know."""
    try:
        yield
    except (AddressForbidden, CertificateRefused):
        raise
    except TimeoutError as fault:
        raise DownloadTimeoutError(f"Getting {request.url} took longer than {timeout} seconds.") from fault
    except (aiohttp.InvalidUrlClientError, aiohttp.NonHttpUrlClientError) as fault:
        raise UnsupportedURLSchemeError(str(fault)) from fault
    except aiohttp.ClientConnectorDNSError as fault:
        raise CannotResolveHostError(_told(fault)) from fault
    except aiohttp.ClientConnectorError as fault:
        raise DownloadConnectionRefusedError(_told(fault)) from fault
    except (aiohttp.ClientError, ssl.SSLError) as fault:
        raise DownloadFailedError(str(fault)) from fault


def _told(fault: aiohttp.ClientConnectorError) -> str:
    """What went wrong at which host; aiohttp's own words show an object of its TLS settings to the reader."""
    return f"cannot connect to {fault.host}:{fault.port}: {fault.os_error.strerror or fault.os_error}"
