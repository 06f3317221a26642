"""Good input made bad."""

from __future__ import annotations

import random
from collections.abc import Sequence

MOST = 400_000
"""Bytes that an input has at most."""


def mutated(seeds: Sequence[bytes], tokens: Sequence[bytes], chance: random.Random) -> bytes:
    """One input: a seed with a few changes, large ones among them."""
    data = bytearray(chance.choice(seeds))
    for _ in range(chance.choice((1, 1, 2, 3, 5, 20))):
        _change(data, seeds, tokens, chance)
    return bytes(data[:MOST])


def _change(data: bytearray, seeds: Sequence[bytes], tokens: Sequence[bytes], chance: random.Random) -> None:
    at = chance.randrange(len(data) + 1)
    end = min(len(data), at + chance.choice((1, 2, 8, 64, 1024)))
    how = chance.randrange(9)
    if how == 0 and at < len(data):
        data[at] ^= 1 << chance.randrange(8)
    elif how == 1:
        del data[at:end]
    elif how == 2:
        data[at:at] = data[at:end] * chance.choice((1, 2, 50, 3000))
    elif how == 3:
        data[at:at] = chance.randbytes(chance.choice((1, 4, 100)))
    elif how == 4 and tokens:
        data[at:at] = chance.choice(tokens)
    elif how == 5 and tokens:
        data[at:at] = b"".join(chance.choices(tokens, k=3)) * chance.choice((1, 30, 4000))
    elif how == 6:
        other = chance.choice(seeds)
        data[at:end] = other[chance.randrange(len(other) + 1) :]
    elif how == 7:
        data[at:end] = bytes(chance.choice((0, 32, 48, 57, 60, 255)) for _ in range(end - at))
    else:
        del data[at:]
    del data[MOST:]
