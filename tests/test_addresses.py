"""However an inner address is spelled, and whatever a name server says: no byte reaches it (S1)."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from aiohttp.resolver import ThreadedResolver
from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    NotSupported,
    UnsupportedURLSchemeError,
)

from crawler.addresses import AddressForbidden, Guard
from tests.servers import RawServer
from tests.test_wire import handler

REFUSED = (
    AddressForbidden, CannotResolveHostError, DownloadConnectionRefusedError, DownloadFailedError, NotSupported,
    UnsupportedURLSchemeError, ValueError,
)  # fmt: skip
LOOPBACK = [
    "127.0.0.1", "127.0.0.2", "127.1", "127.0.1", "127.255.255.254", "0", "0.0.0.0", "0.0", "0x0", "00", "0177.0.0.1",
    "0177.1", "017700000001", "0x7f.1", "0x7f.0.0.1", "0x7f000001", "0X7F000001", "0x7f.0x0.0x0.0x1", "2130706433",
    "2130706434", "127.000.000.001", "127.0.0.1.", "localhost", "LOCALHOST", "localhost.", "localhost.localdomain",
    "ip6-localhost", "a.localhost", "[::1]", "[0:0:0:0:0:0:0:1]", "[0000:0000:0000:0000:0000:0000:0000:0001]", "[::]",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]", "[::ffff:0:127.0.0.1]", "[::127.0.0.1]",
    "[::7f00:1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]",
    "[2001:0:1:1:1:1:80ff:fffe]", "[fe80::1]", "[fe80::1%25lo]", "[fc00::1]", "[fd00::1]", "[fec0::1]", "[ff02::1]",
    "user@127.0.0.1", "user:pass@127.0.0.1", "contoh.go.id@127.0.0.1", "127.0.0.1#.contoh.go.id",
    "①②⑦.⓪.⓪.①", "１２７.０.０.１", "127。0。0。1", "127．0．0．1", "127｡0｡0｡1", "loc\u00adalhost", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
    "%31%32%37.0.0.1", "127.0.0.1%20", "127.0.0.1%00", "127.0.0.1\\@contoh.go.id",
]  # fmt: skip


def test_there_are_sixty_spellings() -> None:
    """As many as promised, each once."""
    assert len(set(LOOPBACK)) == len(LOOPBACK) >= 60


async def test_no_spelling_of_an_inner_address_reaches_a_server() -> None:
    """A server listens on every address of this machine; nobody comes."""
    with RawServer(lambda _: b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") as server:
        came = []
        async with handler(WARKAT_ALLOW_ADDRESSES=[], DOWNLOAD_TIMEOUT=5) as wire:
            for host in LOOPBACK:
                place, _, rest = host.partition("#")
                url = f"http://{place}:{server.port}/" + (f"#{rest}" if rest else "")
                try:
                    await wire.download_request(Request(url))
                except REFUSED:
                    continue
                came.append(host)
    assert (came, server.requests) == ([], [])


class Rebinding(ThreadedResolver):
    """A name server that says something else each time."""

    says: tuple[str, ...] = ()
    asked = 0

    async def resolve(self, host: str, port: int = 0, family: Any = socket.AF_INET) -> Any:
        address = self.says[min(Rebinding.asked, len(self.says) - 1)]
        Rebinding.asked += 1
        told = {"hostname": host, "host": address, "port": port, "family": family, "proto": 0}
        return [told | {"flags": socket.AI_NUMERICHOST}]


@pytest.mark.parametrize("says", [("127.0.0.1",), ("203.0.113.1", "127.0.0.1"), ("::ffff:127.0.0.1",)])
async def test_name_that_leads_inward_is_not_followed(monkeypatch: pytest.MonkeyPatch, says: tuple[str, ...]) -> None:
    """At once, or only when it is asked a second time."""
    Rebinding.says, Rebinding.asked = says, 0
    with RawServer(lambda _: b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") as server:
        async with handler(WARKAT_ALLOW_ADDRESSES=[], DOWNLOAD_TIMEOUT=2) as wire:
            monkeypatch.setattr("aiohttp.connector.DefaultResolver", Rebinding)
            for _ in says:
                with pytest.raises(REFUSED):
                    await wire.download_request(Request(f"http://rebind.example:{server.port}/"))
    assert server.requests == []


@pytest.mark.parametrize(
    "address",
    ["::7f00:1", "::127.0.0.1", "64:ff9b:1::7f00:1", "fec0::1", "192.0.0.8", "198.18.0.1", "240.0.0.1",
     "255.255.255.255",     "192.88.99.1", "100:64::1", "2001:db8::1", "5f00::1", "169.254.169.254", "fd00:ec2::254"],
)  # fmt: skip
def test_places_that_no_web_server_has_are_refused(address: str) -> None:
    """Reserved, documentation, benchmark, site-local, compatible and translated addresses, cloud metadata."""
    with pytest.raises(AddressForbidden):
        Guard([]).check(address, 80)
