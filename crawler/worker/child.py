"""What runs in the child: reads pages within limits of time and memory until its pipe ends."""

from __future__ import annotations

import gc
import json
import logging
import os
import resource
import signal
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from pydantic import TypeAdapter

from archive.capture import Capture
from archive.record import Article, Reading, Skip
from crawler.plain import told
from crawler.sources import Source
from crawler.worker.pipes import receive, send

logger = logging.getLogger(__name__)

FAULT, OUT_OF_MEMORY = 70, 77
"""Statuses with which a child ends."""
ARTICLE = TypeAdapter(Article)

ReadPage = Callable[[Capture, Source], Reading]


def serve(
    there: int, here: int, sources: Mapping[str, Source], read_page: ReadPage, cpu_s: float, memory: int
) -> NoReturn:
    """Answer until the pipe ends."""
    _leave_parent_behind(there, here)
    limit = _data_held() + memory
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    # A page is thousands of objects that all go at once: looking through them while it is read finds nothing.
    gc.set_threshold(20_000, 20, 50)
    status = FAULT
    try:
        while True:
            about, head, body = json.loads(receive(there)), receive(there), receive(there)
            signal.setitimer(signal.ITIMER_PROF, cpu_s)
            answer = _answer(about, head, body, sources, read_page)
            signal.setitimer(signal.ITIMER_PROF, 0)
            send(here, answer)
    except (EOFError, BrokenPipeError):
        status = 0
    except MemoryError:
        status = OUT_OF_MEMORY
    finally:
        os._exit(status)


def _data_held() -> int:
    """Bytes of data that the process has, as the limit counts them; most are shared with the parent."""
    with Path("/proc/self/statm").open("rb") as file:
        return int(file.read().split()[5]) * resource.getpagesize()


def _leave_parent_behind(there: int, here: int) -> None:
    """Files and locks of the parent are none of ours; what it closes must be closed."""
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for fd in map(int, os.listdir("/proc/self/fd")):  # noqa: PTH208
        if fd > 2 and fd not in (there, here):
            try:
                os.close(fd)
            except OSError:
                continue  # the one that listed them


def _answer(
    about: dict[str, str], head: bytes, body: bytes, sources: Mapping[str, Source], read_page: ReadPage
) -> bytes:
    source = sources[about.pop("source")]
    fetched_at = datetime.fromisoformat(about.pop("fetched_at"))
    capture = Capture(fetched_at=fetched_at, request=b"", response_head=head, body=body, **about)  # type: ignore[arg-type]
    try:
        found = read_page(capture, source)
        if not isinstance(found, Skip):
            return b"a" + ARTICLE.dump_json(found)
    except (
        ArithmeticError,
        AssertionError,
        AttributeError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
    ) as fault:
        logger.exception("fault of the reader: url=%s", capture.url)
        found = Skip("reader-fault", told(fault)[:200])
    return b"s" + json.dumps([found.reason, found.detail]).encode()
