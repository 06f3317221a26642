"""The gate before each host: how many requests are on their way, and when the next one may go.

::

    enter ──> waiting, by priority ──(stream free, pause over)──> in flight ──> leave
                       └──(host closed, visit ending)──> refused, with a reason

Scrapy's downloader slots do part of this. They are not enough: a slot counts its delay from the
start of a request, sends the next one before any middleware has seen a 429, cannot rest without a
delay, forgets a changed delay after a minute of idling, and keeps the slot of the first host after
a redirect to another (Scrapy 2.19). So requests wait here, and a slot never holds more than what
is on its way.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from scrapy import Request

from crawler.politeness.pauses import Attempt, Limits, Standing, Verdict, judge
from crawler.politeness.skips import SkipReason

WITNESS = "warkat_witness"
"""Key of ``request.meta`` that marks a request that asks whether the host still answers."""
PROBES = 5
"""How often on one visit a host that refuses is asked for its witness; one that is silent, whenever it seems lost."""

TICK_S = 0.5
"""Longest time that waiting requests take to notice that the visit is being closed."""


@dataclass(frozen=True, slots=True)
class HostRest:
    """A host that is left alone for the rest of this visit; goes into the report."""

    host: str
    reason: SkipReason
    until: datetime | None
    """When the server wants to be asked again; None where it did not say."""


@dataclass(order=True, slots=True)
class _Waiter:
    """A request before the gate; the one with the highest priority goes first, then the oldest."""

    rank: tuple[int, int]
    request: Request = field(compare=False)
    turn: asyncio.Future[SkipReason | None] = field(compare=False)


class Host:
    """One host name and the requests to it."""

    def __init__(self, name: str, delay_s: float, streams: int, is_ending: Callable[[], bool]) -> None:
        self.name = name
        self.delay_s = delay_s
        self.pace_s = 0.0
        """Pause that the last answer asks for by the time it took; counts where it is longer than the delay."""
        self.closed: SkipReason | None = None
        self.until: datetime | None = None
        self.witness: str | None = None
        """An address that answered on this visit; asked again before the host is given up."""
        self.suspected: tuple[SkipReason, datetime | None] | None = None
        """Why the host would be closed, while the witness is asked; nothing else goes to the host meanwhile."""
        self._probes_left = PROBES
        self.streams = streams
        self._is_ending = is_ending
        self._standing = Standing()
        self._waiting: list[_Waiter] = []
        self._serial = itertools.count()
        self._in_flight: set[Request] = set()
        self._last_event_s = -math.inf  # start or end of a request, on the clock of the event loop
        self._rests_until_s = -math.inf
        self._timer: asyncio.TimerHandle | None = None

    async def enter(self, request: Request) -> SkipReason | None:
        """Wait for the turn of a request; None, or the reason why its turn will not come."""
        turn: asyncio.Future[SkipReason | None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, _Waiter((-request.priority, next(self._serial)), request, turn))
        self._admit()
        try:
            return await turn
        except asyncio.CancelledError:
            self.leave(request)
            raise

    def leave(self, request: Request, verdict: Verdict | None = None) -> bool:
        """Note that a request is over, and what that means for the next ones.

        Returns:
            False, with nothing noted, for a request that never got in, such as one from a cache.
        """
        if request not in self._in_flight:
            return False
        self._in_flight.discard(request)
        now_s = asyncio.get_running_loop().time()
        self._last_event_s = now_s
        if verdict:
            self._standing = verdict.standing
            self._rests_until_s = max(self._rests_until_s, now_s + verdict.rest_s)
            if verdict.closed and not self.closed and not self.suspected:
                self._doubt(verdict.closed, verdict.until)
        self._admit()
        return True

    def _doubt(self, reason: SkipReason, until: datetime | None) -> None:
        """Close the host, or first see whether it is the host or only some of its pages."""
        if self.witness and (self._probes_left or reason == "host-silent"):
            self._probes_left -= reason != "host-silent"
            self.suspected = (reason, until)
        else:
            self.closed, self.until = reason, until

    def settle(self, *, answers: bool) -> None:
        """What the witness said: a host that answers was wronged by some of its pages."""
        if self.suspected and not answers:
            self.closed, self.until = self.suspected
        self.suspected = None
        self._standing = Standing()
        self._admit()

    def judge(self, attempt: Attempt, limits: Limits, now: datetime) -> Verdict:
        """What an attempt means for this host as it stands."""
        return judge(attempt, self._standing, self.delay_s, limits, now)

    def slow_down(self, delay_s: float) -> None:
        """Raise the delay; it counts at once, also for requests that wait already."""
        self.delay_s = max(self.delay_s, delay_s)

    def took(self, seconds: float, pace: float, cap_s: float) -> None:
        """Note how long an answer took: a weak server gets longer pauses. Without a delay there is no pace either."""
        self.pace_s = min(pace * seconds, cap_s) if self.delay_s else 0.0

    def _admit(self) -> None:
        """Let in whoever may go now, and look again when the next one may."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        loop = asyncio.get_running_loop()
        while self._waiting:
            is_held = self.suspected is not None and not self._waiting[0].request.meta.get(WITNESS)
            refusal = self.closed or ("visit-ending" if self._is_ending() else None)
            wait_s = max(self._last_event_s + max(self.delay_s, self.pace_s), self._rests_until_s) - loop.time()
            if not refusal and (wait_s > 0 or is_held or len(self._in_flight) >= self.streams):
                # A free stream is noticed by leave(), a closing visit only by looking.
                self._timer = loop.call_later(min(wait_s, TICK_S) if wait_s > 0 else TICK_S, self._admit)
                return
            self._call(heapq.heappop(self._waiting), refusal, loop.time())

    def _call(self, waiter: _Waiter, refusal: SkipReason | None, now_s: float) -> None:
        if waiter.turn.done():  # its task was cancelled meanwhile
            return
        if not refusal:
            self._in_flight.add(waiter.request)
            self._last_event_s = now_s
        waiter.turn.set_result(refusal)
