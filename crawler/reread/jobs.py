"""Spools written side by side, by processes that may die without taking the others' work with them."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

from crawler.reread.spool import Task, bytes_read, is_done, write_spool

LOOK_S = 1.0
"""Seconds between two looks at how far the processes are."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a reread is."""

    done: int
    """Bytes of WARC files read."""
    total: int
    left_s: float | None
    """Estimate of the seconds that are left, from the speed of this run; None while there is nothing to go by."""


class RereadStopped(RuntimeError):
    """A process that read WARC files was ended from outside; the next run goes on where this one stopped."""


def write_spools(tasks: Sequence[Task], jobs: int, tell: Callable[[Progress], None]) -> None:
    """Read the files that have not been read yet.

    Args:
        tasks: all files; those that are done are passed over.
        jobs: how many side by side.
        tell: told now and then how far it is.

    Raises:
        RereadStopped: a process died.
    """
    waiting = sorted((task for task in tasks if not is_done(task)), key=lambda task: -task.size)
    if not waiting:
        return
    for task in waiting:
        task.spool.unlink(missing_ok=True)  # of a file that was damaged then, and is read again
    total, began, before = sum(task.size for task in tasks), time.monotonic(), bytes_read(tasks)
    # Processes that start afresh: a fork of a process with threads may hang.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(jobs, len(waiting)), mp_context=context) as pool:
        pending = {pool.submit(write_spool, task) for task in waiting}
        try:
            while pending:
                done, pending = wait(pending, LOOK_S, FIRST_COMPLETED)
                for future in done:
                    future.result()
                tell(_progress(bytes_read(tasks), before, total, time.monotonic() - began))
        except BrokenProcessPool as fault:
            raise RereadStopped("a process that read WARC files was killed; run it again to go on") from fault
        finally:
            pool.shutdown(cancel_futures=True)


def _progress(done: int, before: int, total: int, seconds: float) -> Progress:
    speed = (done - before) / seconds if seconds else 0
    return Progress(done, total, (total - done) / speed if speed else None)
