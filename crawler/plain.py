"""Faults told in one line: a traceback helps whoever mends warkat, not whoever runs it."""

from __future__ import annotations

import logging
import os
import signal
import sys
from types import FrameType, TracebackType
from typing import Any

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class OneLine(logging.Formatter):
    """Log lines without tracebacks; the fault itself stays in the line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, with the fault behind the message."""
        record.exc_text = ""  # what another formatter left, and what keeps the base class from making its own
        line = super().format(record)
        if record.exc_info and record.exc_info[1] is not None:
            line += f": {told(record.exc_info[1])}"
        return line


def told(fault: BaseException) -> str:
    """A fault in words, with the name of its kind where the words alone say little."""
    words = " ".join(str(fault).split())
    ours = type(fault).__module__.startswith(("archive.", "crawler."))
    return words if words and (ours or isinstance(fault, OSError)) else f"{type(fault).__name__}: {words}"


def speak_plainly(level: int) -> None:
    """Log to standard error from ``level`` on; only someone who asks for every detail gets tracebacks."""
    verbose = level <= logging.DEBUG
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter(FORMAT) if verbose else OneLine(FORMAT))
    logging.basicConfig(level=level, handlers=[handler])
    if level > logging.INFO:
        # Warns of each page that is too large or was cut; the report counts them.
        logging.getLogger("scrapy.core.downloader.handlers").setLevel(logging.ERROR)
    if not verbose:
        sys.excepthook = _say


def end_at_signals(status: int, when: str = "before anything was fetched") -> None:
    """While no visit is under way that ends in order, SIGINT and SIGTERM end the process, with a word and a status."""

    def end(number: int, _frame: FrameType | None) -> None:
        sys.stderr.write(f"stopped by {signal.Signals(number).name} {when}\n")
        os._exit(status)  # a pending import may swallow an exception; there is nothing to tidy up yet

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)


def _say(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> Any:  # noqa: ARG001
    sys.stderr.write(f"warkat: {told(fault)}\n")
