"""The reference viewer in a browser without a screen: replayweb.page from npm, Chromium from Debian."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import aiohttp

from tests.interop.environments import environments_folder

VERSION = "2.4.6"
PAGE = """<!doctype html><html><body style="margin:0"><script src="/ui.js"></script>
<replay-web-page source="/{name}" {what} replayBase="/replay/" style="display:block;height:900px">
</replay-web-page></body></html>"""
TEXT = """(() => { const walk = node => { let out = ''; for (const child of node.childNodes) {
  if (child.nodeType === 3) out += ' ' + child.textContent;
  if (child.nodeType === 1 && !['STYLE', 'SCRIPT'].includes(child.tagName)) {
    if (child.shadowRoot) out += walk(child.shadowRoot);
    if (child.tagName === 'IFRAME') { try { out += walk(child.contentDocument.body) } catch (fault) {} }
    out += walk(child); } } return out }; return walk(document.body) })()"""
"""All text of a page, that of shadow roots and of frames of the same origin included."""


def viewer_folder() -> Path:
    """The files of the viewer; fetched once."""
    folder = environments_folder() / f"replaywebpage-{VERSION}"
    if not folder.exists():
        with tempfile.TemporaryDirectory() as scratch:
            pack = ["npm", "pack", "--silent", f"replaywebpage@{VERSION}"]
            subprocess.run(pack, cwd=scratch, check=True, capture_output=True)
            with tarfile.open(next(Path(scratch).glob("*.tgz"))) as archive:
                archive.extractall(Path(scratch) / "got", filter="data")
            folder.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(Path(scratch) / "got" / "package", folder)
    return folder


def missing() -> str:
    """What of a viewer this machine lacks, or nothing."""
    return ", ".join(name for name in ("chromium", "npm") if not shutil.which(name))


class _Handler(SimpleHTTPRequestHandler):
    """Files with ranges, as a viewer needs them for a package of many gigabytes."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        path = Path(self.translate_path(self.path))
        if not wanted or not path.is_file():
            super().do_GET()
            return
        size = path.stat().st_size
        start, end = int(wanted[1]), min(int(wanted[2] or size - 1), size - 1)
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {start}-{end}/{size}")
        self.send_header("Content-Length", str(end - start + 1))
        self.send_header("Accept-Ranges", "bytes")
        self.end_headers()
        with path.open("rb") as file:
            file.seek(start)
            self.wfile.write(file.read(end - start + 1))

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def served(package: Path, folder: Path, url: str, ts: str) -> Iterator[str]:
    """The viewer with a package, on loopback; ``pages.html`` lists its pages, ``page.html`` shows one."""
    for name in ("ui.js", "sw.js"):
        shutil.copy(viewer_folder() / name, folder / name)
    (folder / "replay").mkdir()
    (folder / "replay" / "sw.js").write_text('importScripts("/sw.js");')
    shutil.copy(package, folder / package.name)
    for name, what in (("pages", 'view="pages"'), ("page", f'url="{url}" ts="{ts}"')):
        (folder / f"{name}.html").write_text(PAGE.format(name=package.name, what=what))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def look(address: str, wanted: list[str], picture: Path | None = None, patience_s: float = 60) -> str:
    """The text of a page once it holds all that is wanted, or what it holds when the patience is over."""
    return asyncio.run(_look(address, wanted, picture, patience_s))


async def _look(address: str, wanted: list[str], picture: Path | None, patience_s: float) -> str:
    with tempfile.TemporaryDirectory() as profile:
        browser = await asyncio.create_subprocess_exec(
            "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0",
            "--disable-background-networking", "--window-size=1200,900", f"--user-data-dir={profile}", address,
            stderr=asyncio.subprocess.PIPE, env={**os.environ, "HOME": profile},
        )  # fmt: skip
        try:
            return await _watch(await _port(browser), address, wanted, picture, patience_s)
        finally:
            browser.kill()
            await browser.communicate()
            await asyncio.sleep(0.5)  # its children let go of the profile


async def _port(browser: asyncio.subprocess.Process) -> int:
    assert browser.stderr is not None
    async for line in browser.stderr:
        if found := re.search(rb"ws://127\.0\.0\.1:(\d+)/", line):
            return int(found[1])
    raise RuntimeError("chromium ended before it could be asked")


async def _watch(port: int, address: str, wanted: list[str], picture: Path | None, patience_s: float) -> str:
    async with aiohttp.ClientSession() as session:
        for _ in range(100):
            async with session.get(f"http://127.0.0.1:{port}/json") as got:
                tabs = [tab for tab in await got.json() if tab["url"].startswith(address)]
            if tabs:
                break
            await asyncio.sleep(0.2)
        async with session.ws_connect(tabs[0]["webSocketDebuggerUrl"], max_msg_size=0) as socket:
            text = ""
            for number in range(1, int(patience_s / 0.5)):
                told = await _ask(socket, number, "Runtime.evaluate", expression=TEXT, returnByValue=True)
                text = told["result"].get("value", "")
                if all(one in text for one in wanted):
                    break
                await asyncio.sleep(0.5)
            if picture:
                shot = await _ask(socket, 100_000, "Page.captureScreenshot")
                await asyncio.to_thread(picture.write_bytes, base64.b64decode(shot["data"]))
            return text


async def _ask(socket: aiohttp.ClientWebSocketResponse, number: int, method: str, **params: Any) -> dict[str, Any]:
    await socket.send_json({"id": number, "method": method, "params": params})
    async for message in socket:
        told = json.loads(message.data)
        if told.get("id") == number:
            result: dict[str, Any] = told.get("result", {})
            return result
    return {}
