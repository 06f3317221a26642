"""How many requests are on their way to one host and to one address, over all visits of this process.

About seventeen governments share one server: a visit alone is polite to each of their hosts, and seventeen side by
side would still hit one machine with all of them. So a request takes a place at its host and one at its address, in
the order in which they came.
"""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

PER_ADDRESS = 2
"""Requests on their way to one address at a time."""
REMEMBERED_S = 300.0
"""Seconds for which a name's address is not asked for again."""
TICK_S = 0.5
"""Longest time that a waiting request takes to notice that its visit is being closed."""

Place = tuple[str, int]
"""What is shared (``host NAME`` or ``address IP``), and how many may be there at a time."""


@dataclass(slots=True)
class _Shared:
    busy: int = 0
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)


class Streams:
    """The places of one event loop; see ``streams_here``."""

    def __init__(self) -> None:
        self._shared: dict[str, _Shared] = {}
        self._addresses: dict[str, tuple[float, str | None]] = {}
        self.most: dict[str, int] = {}
        """How many were at a place at one time, at most; for tests and reports."""

    async def take(self, places: Sequence[Place], is_ending: Callable[[], bool]) -> bool:
        """Wait until there is room at all places; False, with nothing taken, when the visit ends before.

        The places are taken in the order given: all callers must use one order, host before address.
        """
        taken: list[str] = []
        try:
            for name, limit in places:
                if not await self._take_one(name, limit, is_ending):
                    break
                taken.append(name)
        except BaseException:
            self.give_back(taken)
            raise
        if len(taken) < len(places):
            self.give_back(taken)
            return False
        return True

    def give_back(self, names: Sequence[str]) -> None:
        """Leave places; whoever has waited longest comes in."""
        for name in names:
            shared = self._shared[name]
            while shared.waiting:
                waiter = shared.waiting.popleft()
                if not waiter.done():
                    waiter.set_result(None)  # takes over the place
                    break
            else:
                shared.busy -= 1
                if not shared.busy:
                    del self._shared[name]

    async def _take_one(self, name: str, limit: int, is_ending: Callable[[], bool]) -> bool:
        shared = self._shared.setdefault(name, _Shared())
        if shared.busy < limit:
            shared.busy += 1
            self.most[name] = max(self.most.get(name, 0), shared.busy)
            return True
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        shared.waiting.append(turn)
        try:
            while not turn.done():
                if is_ending():
                    turn.cancel()
                    return False
                await asyncio.wait((turn,), timeout=TICK_S)
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.give_back([name])
            turn.cancel()
            raise
        return True

    async def address_of(self, host: str, port: int) -> str | None:
        """The first address of a name, or None where it has none; the wire finds out why."""
        loop = asyncio.get_running_loop()
        until_s, address = self._addresses.get(host, (0.0, None))
        if loop.time() >= until_s:
            try:
                found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
                address = min(str(one[4][0]) for one in found)
            except (OSError, UnicodeError, ValueError):
                address = None
            self._addresses[host] = (loop.time() + REMEMBERED_S, address)
        return address


_HERE: WeakKeyDictionary[asyncio.AbstractEventLoop, Streams] = WeakKeyDictionary()


def streams_here() -> Streams:
    """Those of the running event loop: all visits of a process share them."""
    return _HERE.setdefault(asyncio.get_running_loop(), Streams())
