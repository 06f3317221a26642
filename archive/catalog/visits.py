"""What the catalog remembers of visits: begins, outcomes, reports. SQL for the schedule and for health."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from sqlite3 import Connection

from archive.catalog.lookup import asked
from archive.catalog.store import Catalog

KEPT = timedelta(days=800)
"""Reports older than this stay in ``runs/`` only."""


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One visit."""

    source_id: str
    started_at: datetime
    """Aware, UTC."""
    outcome: str
    report: str
    """JSON."""


def index_visits(catalog: Catalog) -> None:
    """Make questions by source quick."""
    catalog._db.execute("CREATE INDEX IF NOT EXISTS visit_source ON visit (source_id, started_at)")


def forget_old_visits(catalog: Catalog, source_id: str, now: datetime) -> None:
    """Forget the visits to a source that are older than ``KEPT``."""
    oldest = (now - KEPT).astimezone(UTC).isoformat(timespec="seconds")
    catalog._db.execute("DELETE FROM visit WHERE source_id = ? AND started_at < ?", (source_id, oldest))


def newest_visits(catalog: Catalog, until: datetime) -> dict[str, VisitRow]:
    """The newest visit of each source that began no later than ``until``; those that found it busy are none."""
    return {row.source_id: row for row in _newest(catalog._db, until.astimezone(UTC).isoformat(timespec="seconds"))}


def visits_ahead(catalog: Catalog, after: datetime) -> dict[str, datetime]:
    """Sources with visits that began after ``after``, each with the newest: made while a clock was wrong."""
    found = catalog._db.execute(
        "SELECT source_id, max(started_at) FROM visit WHERE started_at > ? AND outcome <> 'busy' GROUP BY source_id",
        (after.astimezone(UTC).isoformat(timespec="seconds"),),
    )
    return {source_id: datetime.fromisoformat(begun) for source_id, begun in found}


def visits_of(catalog: Catalog, source_id: str, limit: int, but_of: str = "") -> list[VisitRow]:
    """The newest visits to a source, oldest first, but for that of one run."""
    found = catalog._db.execute(
        "SELECT source_id, started_at, outcome, report FROM visit WHERE source_id = ? AND outcome <> 'busy'"
        " AND run_id <> ? ORDER BY started_at DESC, run_id DESC LIMIT ?",
        (source_id, but_of, limit),
    )
    return [_row(*row) for row in found][::-1]


def newest_reports(path: Path) -> Iterator[VisitRow]:
    """The newest visit of each source, from a catalog that is only looked at.

    Raises:
        CatalogUnusable: there is none, or it cannot be read.
    """
    db = asked(path)
    try:
        yield from _newest(db, "9999")
    finally:
        db.close()


def _newest(db: Connection, until: str) -> Iterator[VisitRow]:
    """One question for each source: years of visits have their reports in the way of a single one."""
    names = [name for (name,) in db.execute("SELECT DISTINCT source_id FROM visit")]
    for name in names:
        found = db.execute(
            "SELECT source_id, started_at, outcome, report FROM visit WHERE source_id = ? AND started_at <= ?"
            " AND outcome <> 'busy' ORDER BY started_at DESC, run_id DESC LIMIT 1",
            (name, until),
        ).fetchone()
        if found:
            yield _row(*found)


def _row(source_id: str, started_at: str, outcome: str, report: str) -> VisitRow:
    return VisitRow(source_id, datetime.fromisoformat(started_at).astimezone(UTC), outcome, report)
