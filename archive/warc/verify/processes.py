"""Processes that verify files side by side and are replaced when one of them dies."""

from __future__ import annotations

import multiprocessing
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path
from types import TracebackType

from archive.warc.verify.findings import FileReport, Finding
from archive.warc.verify.rules import RULES

_WAITING_PER_JOB = 4


class Jobs:
    """A pool of processes that is replaced when one of them dies."""

    def __init__(self, verify: partial[FileReport], jobs: int) -> None:
        self._verify, self._jobs = verify, jobs
        self._pool = _new_pool(jobs)
        self.waiting: deque[tuple[Path, Future[FileReport]]] = deque()

    def __enter__(self) -> Jobs:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    @property
    def full(self) -> bool:
        """Whether enough files wait to keep all processes busy."""
        return len(self.waiting) >= self._jobs * _WAITING_PER_JOB

    def submit(self, path: Path) -> None:
        """Queue a file."""
        try:
            future = self._pool.submit(self._verify, path)
        except BrokenProcessPool as fault:
            future = Future()
            future.set_exception(fault)
        self.waiting.append((path, future))

    def next_report(self) -> FileReport:
        """The report on the file that waits longest."""
        path, future = self.waiting.popleft()
        try:
            return future.result()
        except BrokenProcessPool:
            report = self._alone(path)
            self._restart()
            return report

    def _alone(self, path: Path) -> FileReport:
        """A file in a process that no other file shares: whether it is this one that kills."""
        with _new_pool(1) as pool:
            try:
                return pool.submit(self._verify, path).result()
            except BrokenProcessPool:
                rule, text = RULES["verify-crashed"], "the process that verified this file died"
                finding = Finding(path, 0, None, "verify-crashed", rule.clause, rule.severity, text)
                return FileReport(path, path.stat().st_size, 0, (finding,), None)

    def _restart(self) -> None:
        self._pool.shutdown(cancel_futures=True)
        self._pool = _new_pool(self._jobs)
        finished, self.waiting = self.waiting, deque()
        for path, future in finished:
            if future.done() and not future.cancelled() and future.exception() is None:
                self.waiting.append((path, future))
            else:
                self.submit(path)


def _new_pool(jobs: int) -> ProcessPoolExecutor:
    """Processes that start afresh: a fork of a process with threads may hang."""
    return ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"))
