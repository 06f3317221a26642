"""Everything put together: a collection, two doors, two ports."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence

from starlette.routing import BaseRoute

from archive.collection import Collection
from archive.replay.archive_app import archive_app
from archive.replay.desk import Desk
from archive.replay.guard import Door, door_for, is_loopback
from archive.replay.reader_app import reader_app
from archive.replay.serve import Listening, listen, serve
from archive.replay.shelf import Shelf
from archive.replay.viewer import installed, viewer_routes


class TokenMissing(ValueError):
    """A server that others can reach needs a token."""


class PortTaken(RuntimeError):
    """The port is in use, or the address is none of this machine's."""


def start(
    collection: Collection, publishers: Mapping[str, str], *, address: str, port: int, archive_port: int | None,
    names: Sequence[str], token: str | None, ready: Callable[[str, str, str | None], None],
    more: Sequence[BaseRoute] = (),
) -> None:  # fmt: skip
    """Serve a collection until SIGINT or SIGTERM.

    Args:
        collection, publishers: what is shown, and the names of its sources by id.
        address, names, token: what to listen on, further host names of it, and what is needed beyond loopback.
        port, archive_port: of the pages for people and of archived pages; 0 for a free one, None for the next one.
        ready: told both addresses and the version of the viewer, or None, when all answers.
        more: further routes beside the pages for people.

    Raises:
        TokenMissing: ``address`` is not loopback and there is no token.
        PortTaken: a port cannot be had.
        CatalogUnusable: there is no usable catalog.
    """
    _needs_token(address, token)
    shelf = Shelf(collection)
    page = _listen(address, port)
    archive = _listen(address, archive_port if archive_port is not None else page.port + 1 if port else 0)
    viewer = installed()
    desk = Desk(shelf, publishers)
    page_door, archive_door = (door_for(address, one.port, names, token) for one in (page, archive))
    framers, own = _listed(page_door), _listed(archive_door)

    def all_up() -> None:
        desk.start()
        gc.freeze()  # what is here now stays for ever: no need to look through it again and again
        ready(_url(page), _url(archive), viewer.version if viewer else None)

    reading = reader_app(desk, page_door, archive.port, viewer is not None, list(more))
    keeping = archive_app(shelf, archive_door, f"{framers} {own}", viewer_routes(shelf, viewer, framers))
    try:
        serve([(reading, page), (keeping, archive)], all_up)
    finally:
        desk.close()
        shelf.close()


def _needs_token(address: str, token: str | None) -> None:
    if not is_loopback(address) and not token:
        raise TokenMissing(f"{address} is reached by others: give a token with --token-file or WARKAT_TOKEN")


def _listed(door: Door) -> str:
    return " ".join(sorted(origin.decode() for origin in door.origins))


def _listen(address: str, port: int) -> Listening:
    try:
        return listen(address, port)
    except OSError as fault:
        raise PortTaken(f"{address} port {port}: {fault.strerror or fault}; choose another with --port") from fault


def _url(place: Listening) -> str:
    host = f"[{place.address}]" if ":" in place.address else place.address
    return f"http://{host}:{place.port}"
