"""Where an export goes: standard output, a path, an object store, a webhook, Kafka.

A path gets the whole export or nothing: it is written under another name, synced and renamed. Receivers of single
records get each at least once: the cursor moves when they have said that they have it, and never before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["stdout", "path", "store", "webhook", "kafka"]


@dataclass(frozen=True, slots=True)
class Target:
    """An output as it was named."""

    kind: Kind
    name: str


class DeliveryFailed(RuntimeError):
    """A receiver did not take what it was sent; the cursor stands where it did."""


def target_of(name: str) -> Target:
    """What kind of place a name is."""
    scheme = re.match(r"([a-z][a-z0-9+.-]+)://", name)
    if name == "-":
        return Target("stdout", name)
    if scheme is None:
        return Target("path", name)
    if scheme[1] in ("http", "https"):
        return Target("webhook", name)
    return Target("kafka" if scheme[1] == "kafka" else "store", name)
