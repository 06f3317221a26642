"""One run of one or more visits in one process: the reader beside it, and the report after it."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import secrets
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive.catalog import Catalog
from archive.collection import Collection
from archive.warc.writer import sync_folder
from crawler.health import ExitStatus, exit_status
from crawler.report import VisitReport
from crawler.version import software

logger = logging.getLogger(__name__)


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
        # Random, because two runs may start within one second.
        self.run_id = f"{self.started_at:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
        self.reports: list[VisitReport] = []
        self.status: ExitStatus | None = None
        self._members = 0
        self._reader: subprocess.Popen[bytes] | None = None
        with Catalog(collection.catalog) as catalog:
            self._first_seq = catalog.last_seq()

    @classmethod
    def enter(cls, collection: Collection) -> Run:
        """Join the run that works on this collection in this process, or begin one."""
        with cls._lock:
            key = collection.root.resolve()
            run = cls._runs.get(key)
            if run is None:
                run = cls._runs[key] = cls(collection)
                run._start_reader()
            run._members += 1
            return run

    def leave(self) -> None:
        """Go; the last to go waits until all that is owed is read, then writes the report."""
        with self._lock:
            self._members -= 1
            if self._members:
                return
            del self._runs[self.collection.root.resolve()]
        try:
            self._end_reader()
        finally:
            self._finish()

    def told(self) -> None:
        """There is more to read. Called from any thread."""
        reader = self._reader
        if reader is not None and reader.stdin is not None:
            # A full pipe means that the reader has been told often enough.
            with contextlib.suppress(BlockingIOError, BrokenPipeError):
                os.write(reader.stdin.fileno(), b"\n")

    def _start_reader(self) -> None:
        self._reader = subprocess.Popen(
            [sys.executable, "-m", "crawler.reading", str(self.collection.root)], stdin=subprocess.PIPE
        )
        assert self._reader.stdin is not None  # noqa: S101  # asked for one line above
        os.set_blocking(self._reader.stdin.fileno(), False)

    def _end_reader(self) -> None:
        """Let the reader finish; one that died is started once more, because it owes records."""
        for _ in range(2):
            if self._reader is None or self._reader.stdin is None:
                return
            self._reader.stdin.close()
            if self._reader.wait() == 0:
                return
            logger.error("the reader ended early status=%d", self._reader.returncode)
            self._start_reader()
        self.reader_failed = True

    reader_failed = False
    """Whether the reader gave up; its records are owed to the next run."""

    def _finish(self) -> None:
        with Catalog(self.collection.catalog) as catalog:
            for report in self.reports:
                read = catalog.readings_since(report.source_id, self._first_seq)
                report.read, report.skipped = read.outcomes, read.reasons
                told = json.dumps(report.as_json(), ensure_ascii=False)
                catalog.add_visit(
                    self.run_id, report.source_id, report.started_at, report.ended_at, report.outcome, told
                )
        outcomes = [report.outcome for report in self.reports]
        self.status = exit_status([*outcomes, "crashed"] if self.reader_failed else outcomes)
        write_whole(self.collection.runs / self.run_id / "report.json", self.as_json())

    def as_json(self) -> dict[str, Any]:
        """The report of the run as plain values."""
        return {
            "run_id": self.run_id,
            "software": software(),
            "started_at": self.started_at.isoformat(timespec="seconds"),
            "ended_at": max((r.ended_at for r in self.reports), default=""),
            "exit_status": None if self.status is None else int(self.status),
            "sources": [report.as_json() for report in self.reports],
        }


def write_whole(path: Path, value: dict[str, Any]) -> None:
    """A JSON file that is there as a whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".tmp")
    with aside.open("w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    sync_folder(path.parent)
