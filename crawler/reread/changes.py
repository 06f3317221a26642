"""What another reader makes of the same pages: old lines beside new ones, by field and source."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SAMPLES = 3
"""Samples kept for each source and field."""
SHOWN = 160
"""Characters of a value that a sample shows."""
_NAMES_READER = ("extractor",)
"""Differs with each reader and says nothing about the page."""

Place = tuple[str, int]
"""WARC file and offset: what makes two lines speak of one capture."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One change."""

    url: str
    title: str
    old: str | None
    new: str | None


@dataclass(slots=True)
class Changes:
    """What changes in one source."""

    source_id: str
    same: int = 0
    """Lines that differ in nothing, or in the name of the reader alone."""
    fields: Counter[str] = field(default_factory=Counter)
    """Lines in which a field differs, by field; ``(line)`` counts those that come or go."""
    samples: dict[str, list[Sample]] = field(default_factory=dict)
    changed: int = 0
    """Lines in which some field differs."""
    appeared: int = 0
    disappeared: int = 0

    @property
    def is_none(self) -> bool:
        """Whether the new lines say what the old ones say."""
        return not (self.changed or self.appeared or self.disappeared)

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "source_id": self.source_id, "same": self.same, "changed": self.changed, "appeared": self.appeared,
            "disappeared": self.disappeared, "fields": dict(self.fields.most_common()),
            "samples": {
                name: [{"url": one.url, "title": one.title, "old": one.old, "new": one.new} for one in samples]
                for name, samples in self.samples.items()
            },
        }  # fmt: skip

    def add(self, old: dict[str, Any] | None, new: dict[str, Any] | None) -> None:
        """Compare the lines of one capture; None where there is none."""
        if old is None or new is None:
            one = new or old or {}
            self.appeared += old is None
            self.disappeared += new is None
            self._note("(line)", one, None if old is None else "a record", None if new is None else "a record")
            return
        differing = [name for name in new if name not in _NAMES_READER and old.get(name) != new[name]]
        differing += [name for name in old if name not in new]
        self.same += not differing
        self.changed += bool(differing)
        for name in differing:
            self._note(name, new, _shown(old.get(name)), _shown(new.get(name)))

    def _note(self, name: str, of: dict[str, Any], old: str | None, new: str | None) -> None:
        self.fields[name] += 1
        kept = self.samples.setdefault(name, [])
        if len(kept) < SAMPLES:
            kept.append(Sample(str(of.get("url")), str(of.get("title")), old, new))


def compare(source_id: str, old: Path, new: Path) -> Changes:
    """Old and new record files of a source, month by month.

    Args:
        source_id: whose.
        old: folder with the files that are there.
        new: folder with those that would take their place.
    """
    changes = Changes(source_id)
    for month in sorted({path.name for folder in (old, new) for path in folder.glob("*.jsonl")}):
        before = dict(_lines(old / month))
        for place, line in _lines(new / month):
            was = before.pop(place, None)
            if was == line:
                changes.same += 1
            else:
                changes.add(json.loads(was) if was else None, json.loads(line))
        for line in before.values():
            changes.add(json.loads(line), None)
    return changes


def _lines(path: Path) -> Iterator[tuple[Place, bytes]]:
    if not path.exists():
        return
    with path.open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):
                told = json.loads(line)
                yield (told["warc_filename"], told["warc_record_offset"]), line


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
