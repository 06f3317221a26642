"""One visit in the few numbers that others are measured by, from its report as it is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

GONE = ("http-404", "http-410")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a visit gave."""

    started_at: datetime
    """Aware."""
    outcome: str = "fine"
    found: int = 0
    """Article addresses that discovery named, known ones included."""
    ways: Mapping[str, int] = field(default_factory=dict)
    """The same for each place of discovery."""
    problems: Mapping[str, int] = field(default_factory=dict)
    """Of discovery documents, by name."""
    requests: int = 0
    new: int = 0
    """Articles never seen before."""
    records: int = 0
    """Article pages that gave a record, unchanged ones included."""
    unread: int = 0
    """Article pages that gave none."""
    injected: int = 0
    failures: Mapping[str, int] = field(default_factory=dict)
    """Pages that did not come, by reason."""
    statuses: Mapping[str, int] = field(default_factory=dict)
    resting: tuple[str, ...] = ()
    """Reasons for which hosts are left alone."""
    messages: tuple[str, ...] = ()
    """What the report says in words."""
    traps: int = 0
    left: int = 0
    dated: float | None = None
    """Share of the new records that have a date; None where there are too few to say."""
    body: float | None = None
    """Median length of their texts, in characters."""
    elsewhere: float | None = None
    """Share of them whose page names an address on another host as its own."""

    @property
    def gone(self) -> int:
        """Pages that are there no more."""
        return sum(self.failures.get(name, 0) for name in GONE)


def facts_of(told: Mapping[str, Any]) -> Facts:
    """The facts in a report as ``VisitReport.as_json`` gives it; what it does not hold is unknown."""
    read, fields = told.get("read", {}), told.get("fields", {})
    ways: Counter[str] = Counter()
    problems: Counter[str] = Counter()
    for way in told.get("discovery", ()):
        ways[f"{way['kind']} {way['url']}"] += way["articles"]
        problems.update(way["problems"])
    skipped = told.get("skipped", {})
    return Facts(
        started_at=datetime.fromisoformat(told["started_at"]),
        outcome=told["outcome"],
        found=ways.total(),
        ways=ways,
        problems=problems,
        requests=sum(told.get("captures", {}).values()),
        new=read.get("new", 0),
        records=sum(read.get(kind, 0) for kind in ("new", "changed", "unchanged")),
        unread=read.get("skip", 0),
        injected=sum(count for reason, count in skipped.items() if reason.startswith("integrity-")),
        failures=told.get("failures", {}),
        statuses=told.get("statuses", {}),
        resting=tuple(rest["reason"] for rest in told.get("resting", ())),
        messages=tuple(told.get("messages", ())),
        traps=sum(told.get("traps", {}).values()),
        left=sum(told.get("left", {}).values()),
        dated=fields.get("dated"),
        body=fields.get("body"),
        elsewhere=fields.get("elsewhere"),
    )
