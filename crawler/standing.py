"""How all sources stand: what is fine, what needs a person, since when, and what to do; ``warkat status``."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archive.catalog.visits import newest_reports
from archive.collection import Collection
from crawler.health import CAUSES, Finding, as_findings
from crawler.sources import Source

SHOWN = 12
"""Sources named in one screen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """How one source stands after its newest visit."""

    source_id: str
    visited_at: datetime | None = None
    """Aware; None where nobody has been."""
    outcome: str = ""
    findings: tuple[Finding, ...] = ()

    @property
    def state(self) -> str:
        """``fine``, ``watched``, ``person`` or ``never-visited``."""
        if self.visited_at is None:
            return "never-visited"
        if any(one.person for one in self.findings):
            return "person"
        return "watched" if self.findings else "fine"

    def as_json(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "source_id": self.source_id,
            "state": self.state,
            "visited_at": self.visited_at.isoformat(timespec="seconds") if self.visited_at else None,
            "outcome": self.outcome or None,
            "findings": [
                one.as_json() | {"means": CAUSES[one.cause].means, "to_do": CAUSES[one.cause].to_do}
                for one in self.findings
            ],
        }


@dataclass(frozen=True, slots=True)
class Standing:
    """How all stand."""

    stands: tuple[Stand, ...]

    @classmethod
    def of(cls, collection: Collection, sources: Iterable[Source]) -> Standing:
        """From the newest reports in the catalog.

        Raises:
            CatalogUnusable: it cannot be read; one that is not there is as if empty.
        """
        known = {one.id: one for one in sources}
        reports: Mapping[str, Any] = {}
        if collection.catalog.exists():
            reports = {row.source_id: row for row in newest_reports(collection.catalog) if row.source_id in known}
        stands = []
        for name in known:
            row = reports.get(name)
            if row is None:
                stands.append(Stand(source_id=name))
                continue
            found = tuple(as_findings(json.loads(row.report)))
            stands.append(Stand(source_id=name, visited_at=row.started_at, outcome=row.outcome, findings=found))
        return cls(tuple(stands))

    def headline(self) -> str:
        """``552 sources: 530 fine, 12 watched, 10 need a person``."""
        states = Counter(one.state for one in self.stands)
        words = (("fine", "fine"), ("watched", "watched"), ("person", "need a person"),
                 ("never-visited", "never visited"))  # fmt: skip
        told = ", ".join(f"{states[state]:,} {word}" for state, word in words if states[state])
        return f"{len(self.stands):,} sources: {told or 'none'}"

    def person_lines(self, most: int) -> list[str]:
        """What needs a person, the oldest trouble first."""
        return _lines([one for one in self.stands if one.state == "person"], most, person=True)

    def screen(self, *, every: bool = False) -> list[str]:
        """All of it in one screen."""
        most = len(self.stands) if every else SHOWN
        lines = [self.headline()]
        if person := self.person_lines(most):
            lines += ["", "needs a person:", *(f"  {line}" for line in person)]
        watched = [one for one in self.stands if one.state == "watched"]
        if watched:
            lines += ["", "watched, may pass by itself:"]
            lines += [f"  {line}" for line in _lines(watched, most if every else SHOWN // 2, person=False)]
        newest = max((one.visited_at for one in self.stands if one.visited_at), default=None)
        if newest:
            lines += ["", f"newest visit: {newest:%Y-%m-%d %H:%M} UTC"]
        return lines


def _lines(stands: Sequence[Stand], most: int, *, person: bool) -> list[str]:
    told = [(one, found) for one in stands for found in one.findings if found.person is person]
    told.sort(key=lambda pair: (pair[1].since, pair[0].source_id))
    lines: list[str] = []
    for one, found in told[:most]:
        cause = CAUSES[found.cause]
        lines.append(f"{one.source_id}: {found.cause} since {found.since[:10]}: {cause.means} ({found.detail})")
        if person:
            lines.append(f"    {cause.to_do}")
    if len(told) > most:
        kinds = Counter(found.cause for _, found in told[most:])
        lines.append(f"and {len(told) - most} more: " + ", ".join(f"{n} {name}" for name, n in kinds.most_common()))
    return lines
