"""One Chromium for several pages, with every request to another host counted and refused."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from tests.interop.viewer import TEXT


class Outside:
    """A proxy that lets nothing through and remembers who asked for what."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def _refuse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = await reader.readline()
        self.asked.append(line.decode("latin-1").strip())
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()
        await writer.wait_closed()

    async def start(self) -> int:
        self._server = await asyncio.start_server(self._refuse, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def stop(self) -> None:
        self._server.close()

    def hosts(self) -> list[str]:
        """Asked for, without what the browser wants for itself."""
        own = re.compile(r"(google|gstatic|googleapis|gvt1|chromium|example-of-chrome)\.(com|org|net)")
        return [line for line in self.asked if not own.search(line)]


_NOT_SEEN = re.compile(r"[\s|\u00ad\u200b-\u200f\u2060\ufeff]+")
"""Blanks, bars between a table's cells, soft hyphens and characters without width: a person sees none of them."""


def holds(text: str, wanted: str) -> bool:
    """Whether a page shows some words to a person."""
    return _NOT_SEEN.sub("", wanted) in _NOT_SEEN.sub("", text)


class Browser:
    """A tab that can be told where to go, what to press, and asked what it shows."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, outside: Outside) -> None:
        self._socket, self._number, self.outside = socket, 0, outside

    async def tell(self, method: str, **params: Any) -> dict[str, Any]:
        self._number += 1
        await self._socket.send_json({"id": self._number, "method": method, "params": params})
        async for message in self._socket:
            told = json.loads(message.data)
            if told.get("id") == self._number:
                result: dict[str, Any] = told.get("result", {})
                return result
        return {}

    async def evaluate(self, expression: str) -> Any:
        told = await self.tell("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        return told.get("result", {}).get("value")

    async def open(self, address: str, wanted: list[str], patience_s: float = 60) -> str:
        """Go to an address; its text once it holds all that is wanted, or what it holds in the end."""
        text = ""
        for number in range(int(patience_s / 0.25)):
            if number % 60 == 0:  # again after a while: on a busy machine a first attempt may be given up
                await self.tell("Page.navigate", url=address)
            text = " ".join(str(await self.evaluate(TEXT) or "").split())
            if all(holds(text, one) for one in wanted):
                break
            await asyncio.sleep(0.25)
        return text

    async def look(self, width: int, *, dark: bool = False, height: int = 900) -> None:
        """The size of the window and whether the person wants dark pages."""
        await self.tell(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
        )
        scheme = "dark" if dark else "light"
        await self.tell("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    async def press(self, key: str) -> None:
        """A key, down and up."""
        code = {"Tab": 9, "Enter": 13}[key]
        text = {"text": "\r"} if key == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            await self.tell("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **text)

    async def picture(self, path: Path) -> None:
        shot = await self.tell("Page.captureScreenshot")
        await asyncio.to_thread(path.write_bytes, base64.b64decode(shot["data"]))


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """A fresh browser; nothing but 127.0.0.1 is reached."""
    outside = Outside()
    proxy = await outside.start()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0",
            "--disable-background-networking", "--disable-component-update", "--no-first-run", "--disable-sync",
            f"--proxy-server=127.0.0.1:{proxy}", "--proxy-bypass-list=127.0.0.1", f"--user-data-dir={profile}",
            "about:blank", stderr=asyncio.subprocess.PIPE, env={**os.environ, "HOME": profile},
        )  # fmt: skip
        try:
            port = await _port(process)
            async with aiohttp.ClientSession() as session:
                async with session.get(f"http://127.0.0.1:{port}/json") as got:
                    tab = next(tab for tab in await got.json() if tab["type"] == "page")
                async with session.ws_connect(tab["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                    yield Browser(socket, outside)
        finally:
            process.kill()
            await process.communicate()
            outside.stop()
            await asyncio.sleep(0.3)  # its children let go of the profile


async def _port(process: asyncio.subprocess.Process) -> int:
    assert process.stderr is not None
    async for line in process.stderr:
        if found := re.search(rb"ws://127\.0\.0\.1:(\d+)/", line):
            return int(found[1])
    raise RuntimeError("chromium ended before it could be asked")
