"""A manifest as values, and as the JSON that ``runs/<run-id>/manifest.json`` holds."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

SCHEMA = "warkat/manifest/1"


class ManifestInvalid(ValueError):
    """A file in ``runs/`` is no manifest of this contract."""


@dataclass(frozen=True, slots=True)
class Part:
    """A run of bytes of a file."""

    offset: int
    bytes: int
    sha256: str
    """64 hex digits."""

    @property
    def end(self) -> int:
        """First byte after it."""
        return self.offset + self.bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of one WARC file."""

    name: str
    """Path below ``archive/``, without ``.open``."""
    is_closed: bool
    parts: tuple[Part, ...]
    """Without gaps from the first byte on; one part for a closed file."""

    @property
    def bytes(self) -> int:
        """Bytes that the manifest speaks for: the whole closed file, the synced part of a growing one."""
        return self.parts[-1].end if self.parts else 0


@dataclass(frozen=True, slots=True)
class Event:
    """A change of the files that warkat made itself, or was told to accept."""

    name: str
    """Path below ``archive/``, or the id of a source."""
    what: str
    """``healed``, ``repaired``, ``accepted``."""
    detail: str


@dataclass(frozen=True, slots=True)
class Link:
    """Which manifest came before."""

    run_id: str
    number: int
    sha256: str
    """Of the bytes of its file."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """One manifest."""

    run_id: str
    number: int
    """1 for the first of a chain."""
    made_at: str
    """ISO 8601, UTC."""
    previous: Link | None
    files: tuple[Entry, ...]
    """Sorted by name."""
    events: tuple[Event, ...]

    def to_bytes(self) -> bytes:
        """The file: JSON, one line for each WARC file, so that two manifests can be compared line by line."""
        told = {
            "schema": SCHEMA,
            "run_id": self.run_id,
            "number": self.number,
            "made_at": self.made_at,
            "previous": asdict(self.previous) if self.previous else None,
            "events": [asdict(event) for event in self.events],
        }
        head = json.dumps(told, ensure_ascii=False, indent=1)[:-2]
        files = ",\n  ".join(json.dumps(_entry_json(entry), ensure_ascii=False) for entry in self.files)
        return f'{head},\n "files": [\n  {files}\n ]\n}}\n'.encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Manifest:
        """The manifest that a file holds.

        Raises:
            ManifestInvalid: it holds none.
        """
        try:
            told = json.loads(data)
            if told["schema"] != SCHEMA:
                raise ManifestInvalid(f"made by another version: {told['schema']!r}")
            return cls(
                run_id=str(told["run_id"]),
                number=int(told["number"]),
                made_at=str(told["made_at"]),
                previous=Link(**told["previous"]) if told["previous"] else None,
                files=tuple(_entry(one) for one in told["files"]),
                events=tuple(Event(**one) for one in told["events"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as fault:
            raise ManifestInvalid(f"no manifest: {fault}") from fault


def _entry_json(entry: Entry) -> dict[str, Any]:
    told: dict[str, Any] = {"name": entry.name, "state": "closed" if entry.is_closed else "open", "bytes": entry.bytes}
    if len(entry.parts) == 1:
        return told | {"sha256": entry.parts[0].sha256}
    return told | {"parts": [asdict(part) for part in entry.parts]}


def _entry(told: dict[str, Any]) -> Entry:
    parts = [Part(**one) for one in told["parts"]] if "parts" in told else [Part(0, told["bytes"], told["sha256"])]
    at = 0
    for part in parts:
        if part.offset != at or part.bytes < 0 or len(part.sha256) != 64:
            raise ValueError(f"the parts of {told['name']!r} have gaps")
        at = part.end
    if at != told["bytes"] or told["state"] not in ("open", "closed"):
        raise ValueError(f"the parts of {told['name']!r} do not make it up")
    return Entry(str(told["name"]), told["state"] == "closed", tuple(parts))
