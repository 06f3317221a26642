"""The viewer of archived pages: replaywebpage, fetched once, checked by its hash, served as it is.

It is a work of its own under the AGPL: nothing of it is copied into ours or changed. The page around it
names its licence and where its source is, and it runs on the archive's port alone.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import tarfile
import urllib.request
from dataclasses import dataclass
from html import escape
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from archive.replay.packaged import Packaged, package_response
from archive.replay.shelf import Shelf

VERSION = "2.5.3"
INTEGRITY = "sha512-nCj2PSON3BxeSJKE8AsYPyULv0XPZKJWfy4l9PyQre9SqwLZ+WKZVs/sfLqPOQ4GrH+0YkjbwOhr8cSTH08gsQ=="
SOURCE = f"https://github.com/webrecorder/replayweb.page/tree/v{VERSION}"
REGISTRY = "https://registry.npmjs.org"
_TARBALL = f"replaywebpage/-/replaywebpage-{VERSION}.tgz"
_WANTED = {"package/ui.js": "ui.js", "package/sw.js": "sw.js", "package/LICENSE": "LICENSE"}
_NAMED = "npm_config_registry"
_LIMIT = 32 * 1024 * 1024
_PATIENCE_S = 60


class InstallFailed(RuntimeError):
    """The viewer could not be fetched, or what came is not what was expected."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """An installed viewer."""

    folder: Path
    version: str


def viewer_folder() -> Path:
    """Where the viewer is kept: ``$XDG_DATA_HOME/warkat``, by default ``~/.local/share/warkat``."""
    home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(home) / "warkat" / f"replaywebpage-{VERSION}"


def installed() -> Viewer | None:
    """The viewer, if it is there whole."""
    folder = viewer_folder()
    return Viewer(folder, VERSION) if all((folder / name).is_file() for name in _WANTED.values()) else None


def install(file: Path | None = None) -> Path:
    """Put the viewer in its place.

    Args:
        file: the tarball, fetched elsewhere; None fetches it from the npm registry, or the one that
            ``npm_config_registry`` names.

    Raises:
        InstallFailed: it cannot be had, or is not the tarball whose hash is known.
    """
    try:
        data = file.read_bytes() if file else _fetched()
    except (OSError, ValueError) as fault:
        raise InstallFailed(f"the viewer cannot be had: {fault}; give a file with --install-from") from fault
    found = "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()
    if found != INTEGRITY:
        raise InstallFailed(f"not replaywebpage {VERSION}: its hash is {found}, expected {INTEGRITY}")
    folder = viewer_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as packed:
            for name, target in _WANTED.items():
                member = packed.extractfile(name)
                if member is None:
                    raise InstallFailed(f"{name} is missing in the tarball")
                part = folder / f"{target}.part"
                part.write_bytes(member.read())
                part.replace(folder / target)
    except OSError as fault:
        raise InstallFailed(f"{folder}: {fault}") from fault
    return folder


def _fetched() -> bytes:
    registry = (os.environ.get(_NAMED) or os.environ.get(_NAMED.upper()) or REGISTRY).rstrip("/")
    if not registry.startswith(("https://", "http://")):
        raise ValueError(f"npm_config_registry is no address: {registry}")
    with urllib.request.urlopen(f"{registry}/{_TARBALL}", timeout=_PATIENCE_S) as answer:  # noqa: S310
        data: bytes = answer.read(_LIMIT)
    return data


def viewer_routes(shelf: Shelf, viewer: Viewer | None, framers: str) -> list[BaseRoute]:
    """The page that holds the viewer, its files, and the collection as one package that is made while it is read.

    Args:
        shelf: the collection.
        viewer: what is installed; None gives a page that says how to install it.
        framers: origins that may show it in a frame.
    """
    packaged = Packaged(shelf)

    async def view(request: Request) -> Response:
        html = _page(request, shelf.moments.state()) if viewer else _MISSING
        return HTMLResponse(html, 200 if viewer else 404, {"content-security-policy": _POLICY + framers})

    async def file(request: Request) -> Response:
        name = request.path_params["name"]
        if viewer is None or name not in _WANTED.values():
            return Response(status_code=404)
        kind = "text/javascript" if name.endswith(".js") else "text/plain"
        headers = {"service-worker-allowed": "/replay/"} if name == "sw.js" else {}
        return FileResponse(viewer.folder / name, media_type=kind, headers=headers)

    async def package(request: Request) -> Response:
        return await package_response(packaged, request)

    return [
        Route("/view", view),
        Route("/replay/{name}", file),
        Route("/viewer/{name}", file),
        Route("/collection-{state}.wacz", package),
    ]


_POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' blob: data:; frame-src 'self';"
    " worker-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'self' "
)

_MISSING = (
    '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>No viewer</title><h1>No viewer is installed</h1>'
    "<p>Install it with <code>warkat replay --install</code>, then start the replay again."
)


def _page(request: Request, state: int) -> str:
    url, stamp = request.query_params.get("url", ""), request.query_params.get("ts", "")
    safe = {"url": url if url.startswith(("http://", "https://")) else "", "ts": stamp if stamp.isdigit() else ""}
    attributes = " ".join(f'{name}="{escape(value)}"' for name, value in safe.items() if value)
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Archived page</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<style>html,body{height:100%;margin:0;font:14px system-ui,sans-serif}body{display:flex;flex-direction:column}"
        "replay-web-page{flex:1;min-height:0}footer{padding:.25rem .5rem;color:#555;background:#f4f4f2}</style>"
        f'<script src="/viewer/ui.js"></script></head><body>'
        "<replay-web-page "
        f'source="/collection-{state}.wacz" replayBase="/replay/" embed="replayonly" {attributes}></replay-web-page>'
        f'<footer>Shown by replaywebpage {VERSION}, <a href="/viewer/LICENSE" target="_blank">AGPL-3.0-or-later</a>, '
        f'<a href="{SOURCE}" target="_blank" rel="noreferrer">source</a></footer></body></html>'
    )
