"""The wire: what went over it, byte for byte, and errors as Scrapy users know them."""

from __future__ import annotations

import gzip
import socket
import ssl
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme
from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.utils.test import get_crawler

from archive.capture import Capture
from crawler.addresses import AddressForbidden, Guard
from crawler.certificates import CertificateRefused
from crawler.wire import WireDownloadHandler, without_proxy_secret
from tests.servers import RawServer, read_request

ODD_HEAD = (
    b"HTTP/1.1 200 Baik  Sekali\r\n"
    b"X-Odd:no blank\r\n"
    b"set-cookie: a=1\r\n"
    b"SET-COOKIE:   b=2  \r\n"
    b"x-A: 1\r\nX-a: 2\r\n"
    b"X-Latin: Jum\xe2\x80\x99at \xe9\r\n"
    b"Content-Length: 5\r\n\r\n"
)


@asynccontextmanager
async def handler(**settings: Any) -> AsyncIterator[WireDownloadHandler]:
    crawler = get_crawler(settings_dict={"WARKAT_ALLOW_ADDRESSES": ["127.0.0.1"], **settings})
    wire = WireDownloadHandler(crawler)
    try:
        yield wire
    finally:
        await wire.close()


async def fetch(answer: bytes | Callable[[bytes], Any], **meta: Any) -> tuple[Capture, RawServer, Any]:
    """One download from a server that gives this answer."""
    server = RawServer(answer if callable(answer) else lambda _: answer)
    with server:
        async with handler() as wire:
            request = Request(f"{server.url}/a%2Cb?q=%7E", meta=meta, headers={"Accept-Encoding": "gzip"})
            response = await wire.download_request(request)
            return request.meta["warkat_capture"], server, response


async def test_head_is_kept_byte_for_byte() -> None:
    """Reason phrase, order, case, repeats, blanks and bytes beyond ASCII survive."""
    capture, _, response = await fetch(ODD_HEAD + b"hello")
    assert capture.response_head == ODD_HEAD
    assert capture.body == b"hello" == response.body
    assert (capture.status, capture.ip, capture.tls, capture.truncated) == (200, "127.0.0.1", None, None)


async def test_request_is_kept_byte_for_byte() -> None:
    """The archived request is what the server read, escapes in the address included."""
    capture, server, _ = await fetch(ODD_HEAD + b"hello")
    assert capture.request == server.requests[0]
    assert capture.request.startswith(b"GET /a%2Cb?q=%7E HTTP/1.1\r\n")


async def test_request_body_is_kept() -> None:
    """A request with a body is archived with it."""
    with RawServer(lambda _: ODD_HEAD + b"hello") as server:
        async with handler() as wire:
            request = Request(server.url, method="POST", body=b"x" * 5000)
            await wire.download_request(request)
    assert request.meta["warkat_capture"].request == server.requests[0]
    assert server.requests[0].endswith(b"\r\n\r\n" + b"x" * 5000)


async def test_chunks_are_joined_and_the_head_keeps_its_line() -> None:
    """Transfer coding is taken off the body; the head says that it was there."""
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/html\r\n\r\n"

    def pieces(_: bytes) -> Iterator[bytes]:
        yield head + b"5;x=y\r\nhel"
        yield b"lo\r\n6\r\n world\r\n0\r\nX-Trailer: 1\r\n\r\n"

    capture, _, _ = await fetch(pieces)
    assert (capture.response_head, capture.body) == (head, b"hello world")


async def test_content_coding_stays() -> None:
    """A gzip body is kept as received, and unfolds through ``content``."""
    packed = gzip.compress(b"berita" * 100)
    capture, _, response = await fetch(
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed
    )
    assert capture.body == packed == response.body
    assert capture.content == b"berita" * 100


@pytest.mark.parametrize("end", [b"\n\n", b"\r\n\r\n"])
async def test_head_in_single_bytes(end: bytes) -> None:
    """A head that arrives byte by byte, or with bare line feeds, is kept whole."""
    head = b"HTTP/1.1 200 OK" + end[: len(end) // 2] + b"Content-Length: 2" + end
    capture, _, _ = await fetch(lambda _: (bytes([b]) for b in head + b"ok"))
    assert (capture.response_head, capture.body) == (head, b"ok")


async def test_interim_answers_are_passed_over() -> None:
    """The head is that of the final response, not of 103 Early Hints before it."""
    final = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
    capture, _, _ = await fetch(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + final + b"ok")
    assert (capture.response_head, capture.body) == (final, b"ok")


async def test_reused_connection_keeps_exchanges_apart() -> None:
    """Two requests over one connection give two exact captures."""
    answers = {
        b"/1": b"HTTP/1.1 200 A\r\nContent-Length: 1\r\n\r\n",
        b"/2": b"HTTP/1.1 404 B\r\nContent-Length: 1\r\n\r\n",
    }
    with RawServer(lambda r: answers[r.split(b" ")[1]] + b"x", keep_alive=True) as server:
        async with handler() as wire:
            for path in (b"/1", b"/2"):
                request = Request(server.url + path.decode())
                await wire.download_request(request)
                assert request.meta["warkat_capture"].response_head == answers[path]
                assert request.meta["warkat_capture"].request == server.requests[-1]


async def fails(answer: Any, error: type[Exception], **meta: Any) -> Capture | None:
    """Download, expect an error, return the capture that was left."""
    with RawServer(answer if callable(answer) else lambda _: answer) as server:
        async with handler() as wire:
            request = Request(server.url, meta=meta)
            with pytest.raises(error):
                await wire.download_request(request)
            return request.meta.get("warkat_capture")


async def test_cut_body_is_marked() -> None:
    """A connection that ends early is data loss, and its capture says disconnect."""
    capture = await fails(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this", ResponseDataLossError)
    assert capture is not None
    assert (capture.truncated, capture.body) == ("disconnect", b"only this")


async def test_too_large_body_is_marked() -> None:
    """Beyond the limit the download is given up as in Scrapy, and what came is kept as length."""

    def pieces(_: bytes) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n\r\n"
        for _n in range(100):
            yield b"x" * 10_000

    capture = await fails(pieces, DownloadCancelledError, download_maxsize=50_000)
    assert capture is not None
    assert capture.truncated == "length"
    assert 50_000 < len(capture.body) < 500_000


async def test_slow_body_is_marked() -> None:
    """A body that stalls ends by time-out, and what came is kept as time."""

    def pieces(_: bytes) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"
        time.sleep(3)

    capture = await fails(pieces, DownloadTimeoutError, download_timeout=0.3)
    assert capture is not None
    assert (capture.truncated, capture.body) == ("time", b"half")


async def test_no_answer_leaves_no_capture() -> None:
    """A server that hangs up before its head gave nothing to keep."""
    assert await fails(b"", DownloadFailedError) is None
    assert await fails(b"garbage\r\n\r\n", DownloadFailedError) is None


async def test_refused_and_unknown_hosts_are_scrapy_errors() -> None:
    """The errors are those that Scrapy's middlewares know."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    async with handler() as wire:
        with pytest.raises(DownloadConnectionRefusedError):
            await wire.download_request(Request(f"http://127.0.0.1:{port}/"))
        with pytest.raises(CannotResolveHostError):
            await wire.download_request(Request("http://nowhere.invalid/"))


async def test_internal_address_is_not_asked() -> None:
    """Without leave no byte of a request reaches a loopback server."""
    with RawServer(lambda _: ODD_HEAD + b"hello") as server:
        async with handler(WARKAT_ALLOW_ADDRESSES=[]) as wire:
            with pytest.raises(AddressForbidden, match="no public address"):
                await wire.download_request(Request(server.url))
    assert server.requests == []


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "::1", "fe80::1%eth0",
     "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "fd00::1"],
)  # fmt: skip
def test_guard_refuses_what_is_not_public(address: str) -> None:
    """Every spelling of an inner address is refused, also IPv4 inside IPv6."""
    with pytest.raises(AddressForbidden):
        Guard([]).check(address, 80)


def test_guard_lets_public_and_named_addresses_pass() -> None:
    """Public addresses pass; an inner one passes when it is named, with or without its port."""
    Guard([]).check("103.18.117.1", 443)
    Guard(["127.0.0.1:8080"]).check("127.0.0.1", 8080)
    Guard(["[::1]:80"]).check("::1", 80)
    with pytest.raises(AddressForbidden):
        Guard(["127.0.0.1:8080"]).check("127.0.0.1", 8081)


async def test_proxy_is_used_and_its_password_is_not_archived() -> None:
    """A plain proxy gets its credentials; the archived request has none."""
    with RawServer(lambda _: ODD_HEAD + b"hello") as proxy:
        async with handler(WARKAT_ALLOW_ADDRESSES=[]) as wire:
            request = Request(
                "http://contoh.go.id/x",
                meta={"proxy": proxy.url},
                headers={"Proxy-Authorization": "Basic dXNlcjpyYWhhc2lh"},
            )
            await wire.download_request(request)
    assert b"dXNlcjpyYWhhc2lh" in proxy.requests[0]
    assert b"roxy-" not in request.meta["warkat_capture"].request
    assert request.meta["warkat_capture"].request.startswith(
        b"GET http://contoh.go.id/x HTTP/1.1\r\nHost: contoh.go.id"
    )


def test_proxy_line_is_cut_out_of_the_head_only() -> None:
    """Only the header line goes; a body that reads like one stays."""
    assert without_proxy_secret(
        b"GET / HTTP/1.1\r\nProxy-Authorization: x\r\nA: b\r\n\r\nproxy-authorization: y\n"
    ) == (b"GET / HTTP/1.1\r\nA: b\r\n\r\nproxy-authorization: y\n")


def tls_server(authority: trustme.CA, *names: str, **more: Any) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names, **more).configure_cert(context)
    return context


@pytest.fixture
def authority(tmp_path: Path) -> trustme.CA:
    ca = trustme.CA()
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    return ca


async def tls_fetch(context: ssl.SSLContext, tmp_path: Path | None, allow: list[str]) -> Capture:
    with RawServer(lambda _: ODD_HEAD + b"hello", context) as server:
        settings = {"WARKAT_TLS_ALLOW": allow, "WARKAT_TLS_AUTHORITIES": str(tmp_path / "ca.pem") if tmp_path else None}
        async with handler(**settings) as wire:
            for _ in range(2):
                request = Request(server.url)
                await wire.download_request(request)
                capture: Capture = request.meta["warkat_capture"]
                assert capture.response_head == ODD_HEAD
                assert capture.request == server.requests[-1]
            return capture


async def test_good_certificate_is_verified(authority: trustme.CA, tmp_path: Path) -> None:
    """The verdict of a good certificate is ``verified``; bytes are exact under TLS too."""
    assert (await tls_fetch(tls_server(authority, "127.0.0.1"), tmp_path, [])).tls == "verified"


@pytest.mark.parametrize("fault", ["name-mismatch", "expired", "untrusted"])
async def test_certificate_fault_is_refused_unless_named(authority: trustme.CA, tmp_path: Path, fault: str) -> None:
    """Each fault stops the fetch by default; named by the source it passes and is the verdict."""
    from datetime import UTC, datetime

    more = {"not_after": datetime(2020, 1, 1, tzinfo=UTC)} if fault == "expired" else {}
    context = tls_server(authority, "lain.go.id" if fault == "name-mismatch" else "127.0.0.1", **more)
    trusted = None if fault == "untrusted" else tmp_path
    with pytest.raises(CertificateRefused) as refused:
        await tls_fetch(context, trusted, [])
    assert refused.value.fault == fault
    others = [f for f in ("name-mismatch", "expired", "untrusted") if f != fault]
    with pytest.raises(CertificateRefused):
        await tls_fetch(context, trusted, others)
    assert (await tls_fetch(context, trusted, [fault])).tls == fault


async def test_two_certificate_faults_are_both_named(authority: trustme.CA, tmp_path: Path) -> None:
    """With two faults let through the verdict names both."""
    from datetime import UTC, datetime

    context = tls_server(authority, "lain.go.id", not_after=datetime(2020, 1, 1, tzinfo=UTC))
    capture = await tls_fetch(context, tmp_path, ["name-mismatch", "expired"])
    assert sorted((capture.tls or "").split(",")) == ["expired", "name-mismatch"]


async def test_https_through_a_proxy_is_tapped_inside_the_tunnel(authority: trustme.CA, tmp_path: Path) -> None:
    """Over CONNECT the archived bytes are those of the exchange, not of the tunnel."""
    with RawServer(lambda _: ODD_HEAD + b"hello", tls_server(authority, "127.0.0.1")) as origin, _tunnel() as proxy:
        async with handler(WARKAT_TLS_AUTHORITIES=str(tmp_path / "ca.pem")) as wire:
            request = Request(origin.url, meta={"proxy": proxy})
            await wire.download_request(request)
    capture = request.meta["warkat_capture"]
    assert (capture.request, capture.response_head) == (origin.requests[0], ODD_HEAD)


def _tunnel() -> Any:
    """A CONNECT proxy on loopback; yields its address."""
    import contextlib
    import threading

    @contextlib.contextmanager
    def run() -> Iterator[str]:
        def pump(a: socket.socket, b: socket.socket) -> None:
            with contextlib.suppress(OSError):
                while data := a.recv(65536):
                    b.sendall(data)

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    client, _ = listener.accept()
                    host, port = read_request(client).split(b" ")[1].decode().split(":")
                    upstream = socket.create_connection((host, int(port)))
                    client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    for pair in ((client, upstream), (upstream, client)):
                        threading.Thread(target=pump, args=pair, daemon=True).start()

        with socket.create_server(("127.0.0.1", 0)) as listener:
            threading.Thread(target=serve, daemon=True).start()
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"

    return run()
