"""One run of one or more visits in one process: the reader beside it, and the report after it."""

from __future__ import annotations

import contextlib
import json
import logging
import math
import os
import secrets
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive.catalog import Catalog
from archive.catalog.visits import forget_old_visits, index_visits
from archive.collection import Collection
from archive.disk import write_whole
from archive.fixity import Event, write_manifest
from crawler import settings as defaults
from crawler.archived import ARCHIVE_FAULTS, archive_fault_name
from crawler.health import ExitStatus, exit_status, judge_readings
from crawler.report import VisitReport
from crawler.verdicts import pass_verdict
from crawler.version import software

logger = logging.getLogger(__name__)

STARTS = 3
"""Readers started at most in one run."""
DAMAGED = 5
"""Exit status of a reader that met damaged files; see ``crawler.reading``, which is not imported here: it is
another process's."""


class Run:
    """The visits of one process to one collection.

    The first to ``enter`` starts the reader, the last to ``leave`` waits for it and writes the
    report; ``warkat crawl`` enters for itself, ``scrapy crawl`` leaves it to its one visit.
    """

    _runs: dict[Path, Run] = {}  # noqa: RUF012  # by collection: one reader each
    _lock = threading.Lock()

    def __init__(self, collection: Collection) -> None:
        self.collection = collection
        self.started_at = datetime.now(UTC)
        self.run_id = new_run_id(self.started_at)
        self.reports: list[VisitReport] = []
        self.status: ExitStatus | None = None
        self._members = 0
        with Catalog(collection.catalog) as catalog:
            self._first_seq = catalog.last_seq()
        self._starts = 0
        self._reader_until = math.inf
        self._reader = self._start_reader()

    @classmethod
    def enter(cls, collection: Collection) -> Run:
        """Join the run that works on this collection in this process, or begin one."""
        with cls._lock:
            key = collection.root.resolve()
            run = cls._runs.get(key)
            if run is None:
                run = cls._runs[key] = cls(collection)
            run._members += 1
            return run

    def leave(self) -> None:
        """Go; the last to go waits until all that is owed is read, then writes the report."""
        with self._lock:
            self._members -= 1
            if self._members:
                return
            del self._runs[self.collection.root.resolve()]
        is_needless = bool(self.reports) and all(report.outcome == "busy" for report in self.reports)
        if is_needless:
            self.hurry(0)  # the reader of the visit under way does our work too
        try:
            self._end_reader()
            if is_needless:
                self.reader_fault = ""
        finally:
            self._finish()

    def hurry(self, seconds: float) -> None:
        """Give the reader so long and no longer; what it then owes it owes to the next run."""
        self._reader_until = min(self._reader_until, time.monotonic() + seconds)

    def told(self) -> None:
        """There is more to read. Called from any thread."""
        with self._lock:
            reader = self._reader
            if reader.poll() not in (None, DAMAGED) and self._starts < STARTS:
                logger.warning("the reader ended early, another takes its place: status=%d", reader.returncode)
                self._close_reader()
                reader = self._reader = self._start_reader()
        # A full pipe means that the reader has been told often enough.
        with contextlib.suppress(BlockingIOError, BrokenPipeError):
            os.write(_stdin(reader), b"\n")

    def _start_reader(self) -> subprocess.Popen[bytes]:
        self._starts += 1
        reader = subprocess.Popen(
            [sys.executable, "-m", "crawler.reading", str(self.collection.root)], stdin=subprocess.PIPE, bufsize=0
        )
        os.set_blocking(_stdin(reader), False)
        return reader

    def _close_reader(self) -> None:
        """Tell the reader that nothing more comes."""
        if self._reader.stdin is not None:
            self._reader.stdin.close()

    def _end_reader(self) -> None:
        """Let the reader finish; one that died is started again, because it owes records."""
        while True:
            self._close_reader()
            ended = self._wait_for_reader()
            if ended in (0, DAMAGED, None):
                break
            logger.error("the reader ended early: status=%d", ended)
            if self._starts >= STARTS:
                break
            self._reader = self._start_reader()
        self.reader_fault = {0: "", None: "interrupted", DAMAGED: "archive-damaged"}.get(ended, "reader-failed")

    def _wait_for_reader(self) -> int | None:
        """Its exit status, or None when its time was up: it may be killed at any moment, as after a power failure."""
        while time.monotonic() < self._reader_until:
            with contextlib.suppress(subprocess.TimeoutExpired):
                return self._reader.wait(timeout=0.1)
        self._reader.kill()
        self._reader.wait()
        return None

    reader_fault = ""
    """Why records are missing that should be there; they are owed to the next run."""

    manifest: str | None = None
    """SHA-256 of the manifest that this run left."""

    def _write_manifest(self, outcomes: list[str]) -> None:
        """What the files are now, before anything tells that the run is over."""
        events = [Event(r.source_id, "healed", text) for r in self.reports for text in r.healed]
        try:
            with Catalog(self.collection.catalog) as catalog:
                self.manifest = write_manifest(
                    self.collection, catalog, self.run_id, datetime.now(UTC), events,
                    enough=lambda: time.monotonic() > self._reader_until,
                )  # fmt: skip
        except ARCHIVE_FAULTS as fault:
            self._note(fault, outcomes)

    def _finish(self) -> None:
        """Write down how it went, as far as that can be written."""
        outcomes = [self.reader_fault] if self.reader_fault else []
        if any(report.outcome != "busy" for report in self.reports):
            self._write_manifest(outcomes)
        try:
            with Catalog(self.collection.catalog) as catalog:
                index_visits(catalog)
                for report in self.reports:
                    read = catalog.readings_since(report.source_id, self._first_seq)
                    report.read, report.skipped = read.outcomes, read.reasons
                    report.outcome = judge_readings(report)
                    if report.outcome != "busy":
                        pass_verdict(self.collection, catalog, self.run_id, report)
                        forget_old_visits(catalog, report.source_id, self.started_at)
                    self.note_visit(catalog, report)
        except ARCHIVE_FAULTS as fault:
            self._note(fault, outcomes)
        outcomes += [report.outcome for report in self.reports]
        self.status = exit_status(outcomes)
        try:
            told = json.dumps(self.as_json(), ensure_ascii=False, indent=2)
            write_whole(self.collection.runs / self.run_id / "report.json", [told.encode(), b"\n"])
        except OSError as fault:
            self._note(fault, outcomes)
            self.status = exit_status(outcomes)

    def note_visit(self, catalog: Catalog, report: VisitReport) -> None:
        """Tell the catalog of a visit: at its end, lest a kill bring us twice, and again when its pages are read."""
        told = json.dumps(report.as_json(), ensure_ascii=False)
        catalog.add_visit(self.run_id, report.source_id, report.started_at, report.ended_at, report.outcome, told)

    @staticmethod
    def _note(fault: BaseException, outcomes: list[str]) -> None:
        logger.error("the report is not kept: %s", fault)
        outcomes.append(archive_fault_name(fault))

    def as_json(self) -> dict[str, Any]:
        """The report of the run as plain values."""
        return {
            "run_id": self.run_id,
            "software": software(),
            "started_at": self.started_at.isoformat(timespec="seconds"),
            "ended_at": max((r.ended_at for r in self.reports), default=""),
            "manifest": self.manifest,
            "exit_status": None if self.status is None else int(self.status),
            "sources": [report.as_json() for report in self.reports],
        }


def setting_fault(name: str, value: str) -> str | None:
    """What is wrong with a setting given as text, or None."""
    usual = getattr(defaults, name, None)
    if not isinstance(usual, int | float) or isinstance(usual, bool):
        return None
    try:
        type(usual)(value)
    except ValueError:
        return f"{name} must be a number like {usual}, found {value!r}"
    return None


def new_run_id(started_at: datetime) -> str:
    """Name of a run's folder; partly random, because two runs may start within one second."""
    return f"{started_at:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def _stdin(process: subprocess.Popen[bytes]) -> int:
    assert process.stdin is not None  # noqa: S101  # asked for when it was started
    return process.stdin.fileno()
