"""What is told to a person when something new needs one, and the command of the user's choice that tells it."""

from __future__ import annotations

import json
import logging
import shlex
import subprocess
from collections.abc import Sequence

from archive.collection import Collection
from crawler.health import CAUSES, as_findings
from crawler.report import VisitReport

logger = logging.getLogger(__name__)

PATIENCE_S = 60
"""Seconds that the command has."""


def alarm_text(collection: Collection, reports: Sequence[VisitReport]) -> str:
    """The message as a text; empty when there is nothing new."""
    lines: list[str] = []
    for report in reports:
        for one in as_findings({"findings": report.findings}):
            if one.cause in report.alarms:
                cause = CAUSES[one.cause]
                lines.append(f"{report.source_id}: {one.cause}: {cause.means} ({one.detail})\n    {cause.to_do}")
    if not lines:
        return ""
    count = "1 alarm" if len(lines) == 1 else f"{len(lines)} alarms"
    return f"warkat, {collection.about.title}: {count}\n\n" + "\n".join(lines) + "\n\nAll of it: warkat status\n"


def alarm_json(collection: Collection, reports: Sequence[VisitReport]) -> str:
    """The message as JSON: ``text`` for chat rooms that show one, ``alarms`` for programs."""
    alarms = [
        {"source_id": report.source_id, "means": CAUSES[one.cause].means, "to_do": CAUSES[one.cause].to_do}
        | one.as_json()
        for report in reports
        for one in as_findings({"findings": report.findings})
        if one.cause in report.alarms
    ]
    text = alarm_text(collection, reports)
    return json.dumps({"title": collection.about.title, "text": text, "alarms": alarms}, ensure_ascii=False)


def ring(collection: Collection, reports: Sequence[VisitReport]) -> bool:
    """Tell of new alarms, if there are any and somebody is named to be told; whether there are any."""
    text = alarm_text(collection, reports)
    command = collection.about.alarm.command
    if text and command:
        told = alarm_json(collection, reports) if collection.about.alarm.format == "json" else text
        try:
            ended = subprocess.run(
                shlex.split(command), input=told, text=True, timeout=PATIENCE_S, check=False, capture_output=True
            )
            if ended.returncode:
                logger.error("alarm command: status=%d: %s", ended.returncode, (ended.stderr or "").strip()[:300])
        except (OSError, ValueError, subprocess.TimeoutExpired) as fault:
            logger.error("alarm command: %s", fault)
    return bool(text)
