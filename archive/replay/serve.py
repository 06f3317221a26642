"""Both applications in one process: one loop, two ports, until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import uvicorn

from archive.replay.guard import App


@dataclass(frozen=True, slots=True)
class Listening:
    """A port that is ours already, so that nothing has to be guessed."""

    socket: socket.socket
    address: str
    port: int


def listen(address: str, port: int) -> Listening:
    """Take a port; 0 takes a free one.

    Raises:
        OSError: the port is taken, or the address is none of this machine's.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((address, port))
    except OSError:
        made.close()
        raise
    return Listening(made, address, made.getsockname()[1])


class _Server(uvicorn.Server):
    """One port; signals are for the process, not for each of its servers."""

    def __init__(self, app: App) -> None:
        super().__init__(
            uvicorn.Config(
                app, log_config=None, access_log=False, lifespan="off", server_header=False, date_header=False,
                proxy_headers=False, timeout_graceful_shutdown=2, ws="none",
            )
        )  # fmt: skip
        self.up = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them alone."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        self.up.set()


def serve(apps: list[tuple[App, Listening]], ready: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM.

    Args:
        apps: each with its port.
        ready: called when all of them answer.
    """
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_serve(apps, ready))


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory


async def _serve(apps: list[tuple[App, Listening]], ready: Callable[[], None]) -> None:
    servers = [_Server(app) for app, _ in apps]

    def end() -> None:
        for server in servers:
            server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, end)
    async with asyncio.TaskGroup() as group:
        for server, (_, place) in zip(servers, apps, strict=True):
            group.create_task(server.serve(sockets=[place.socket]))
        for server in servers:
            await server.up.wait()
        ready()
