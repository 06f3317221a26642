"""The verdict on each source of a run, against its own history; into its report, before the report is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from archive.catalog import Catalog
from archive.catalog.visits import visits_of
from archive.collection import Collection
from crawler.health import as_findings, facts_of, judged, new_alarms
from crawler.report import VisitReport

HISTORY = 30
"""Visits that a new one is measured by."""
ENOUGH = 5
"""Records from which shares are taken."""
SAMPLE = 100
_LINE_BYTES = 64 * 1024


def pass_verdict(collection: Collection, catalog: Catalog, run_id: str, report: VisitReport) -> None:
    """Put ``fields``, ``findings`` and ``alarms`` into the report of a run's visit whose pages have been read."""
    made = report.read.get("new", 0)
    report.fields = coverage(collection, report.source_id, made) if made >= ENOUGH else {}
    before = visits_of(catalog, report.source_id, HISTORY, but_of=run_id)
    reports = [json.loads(row.report) for row in before]
    earlier = [as_findings(told) for told in reports]
    now = facts_of(report.as_json())
    findings = judged(now, [facts_of(told) for told in reports], earlier)
    begins = [row.started_at for row in before]
    rung = new_alarms(findings, now.started_at, list(zip(begins, earlier, strict=True)))
    report.findings = [one.as_json() for one in findings]
    report.alarms = [one.cause for one in rung]


def coverage(collection: Collection, source_id: str, made: int) -> dict[str, float]:
    """What the newest records of a source have: see ``VisitReport.fields``."""
    records = list(_newest(collection.records / source_id, min(made, SAMPLE)))
    if len(records) < ENOUGH:
        return {}
    own = [(_host(one["canonical_url"]), _host(one["url"])) for one in records]
    return {
        "dated": round(sum(one["published_at"] is not None for one in records) / len(records), 3),
        "body": float(median(len(one["body_text"]) for one in records)),
        "elsewhere": round(sum(canonical != fetched for canonical, fetched in own) / len(records), 3),
    }


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _newest(folder: Path, wanted: int) -> Iterator[dict[str, Any]]:
    """The last lines of the record file written last; files only grow at their ends."""
    files = sorted(folder.glob("*.jsonl"), key=lambda path: path.stat().st_mtime)
    if not files:
        return
    with files[-1].open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - wanted * _LINE_BYTES))
        lines = file.read().split(b"\n")[:-1]
    for line in lines[-wanted:]:
        try:
            yield json.loads(line)
        except ValueError:
            continue  # the first of them may be cut
