"""How many requests are under way to one host and one address, over all visits of a process."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from crawler.politeness.hosts import Host
from crawler.politeness.streams import Streams, streams_here


async def ask(streams: Streams, host: str, address: str, order: list[str]) -> None:
    places = [(f"host {host}", 1), (f"address {address}", 2)]
    if await streams.take(places, lambda: False):
        order.append(host)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        streams.give_back([name for name, _ in places])


async def test_seventeen_governments_on_one_address_get_two_streams() -> None:
    """And each host one, however many visits there are; other addresses are not held up."""
    streams, order = Streams(), list[str]()
    hosts = [f"kab{n}.go.id" for n in range(17)] * 3
    asks = [ask(streams, host, "203.0.113.7", order) for host in hosts]
    asks += [ask(streams, "lain.go.id", "203.0.113.8", order)]
    await asyncio.gather(*asks)
    assert len(order) == 52
    assert streams.most["address 203.0.113.7"] == 2
    assert {most for name, most in streams.most.items() if name.startswith("host ")} == {1}
    assert order.index("lain.go.id") < 17
    assert not streams._shared  # nothing is kept of hosts that nobody asks


async def test_whoever_waits_longest_comes_first() -> None:
    """Nobody starves at a shared address."""
    streams, order = Streams(), list[str]()
    await asyncio.gather(*(ask(streams, f"h{n}", "203.0.113.7", order) for n in range(9)))
    assert order == [f"h{n}" for n in range(9)]


async def test_a_visit_that_ends_or_is_cancelled_leaves_no_place_taken() -> None:
    """Whether it stands in the queue of its host or of its address."""
    streams = Streams()
    assert await streams.take([("address a", 1)], lambda: False)
    assert not await streams.take([("host h", 1), ("address a", 1)], lambda: True)
    waiting = asyncio.ensure_future(streams.take([("host h", 1), ("address a", 1)], lambda: False))
    await asyncio.sleep(0)
    waiting.cancel()
    with suppress(asyncio.CancelledError):
        await waiting
    streams.give_back(["address a"])
    assert await streams.take([("host h", 1), ("address a", 1)], lambda: False)


async def test_visits_of_one_process_share_their_streams_and_a_name_is_looked_up_once() -> None:
    """The address of a name is remembered for a while; a name without one is left to the wire."""
    assert streams_here() is streams_here()
    assert await streams_here().address_of("127.0.0.1", 80) == "127.0.0.1"
    assert await streams_here().address_of("tidak-ada.invalid", 80) is None


async def test_a_slow_server_gets_longer_pauses() -> None:
    """Five times the last answer, capped; where the delay is 0 there is no pace either."""
    host = Host("kab.go.id", 2.0, 1, lambda: False)
    host.took(1.5, 5, 60)
    assert host.pace_s == 7.5
    host.took(100, 5, 60)
    assert host.pace_s == 60
    host.took(0.1, 5, 60)
    assert host.pace_s == 0.5  # below the delay, which counts then
    own = Host("127.0.0.1", 0.0, 1, lambda: False)
    own.took(100, 5, 60)
    assert own.pace_s == 0
