"""The reader's child: the only process in which a page from outside meets a parser.

::

    Reader --capture--> child (time and memory limited): pages.read --article | skip--> Reader

A page that takes too long or too much kills the child and nothing else: the reader starts another
child and notes the page as skipped, so that it is not tried for ever. Only plain JSON comes back.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import json
import logging
import os
import select
import signal
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from archive.capture import Capture
from archive.record import Reading, Skip
from crawler.pages import read
from crawler.sources import Source
from crawler.worker.child import ARTICLE, OUT_OF_MEMORY, ReadPage, serve
from crawler.worker.pipes import pipe, receive, send

logger = logging.getLogger(__name__)

CPU_S = 10.0
"""Seconds of processor time for one page; a common page takes a hundredth of one."""
WALL_S = 120.0
"""Seconds after which a child that does not even compute is given up."""
MEMORY = 176 * 1024 * 1024
"""Bytes of data that pages may cost the child beyond what it starts with; in all it stays below 300 MiB."""
CHILD_LIFE = 2_000
"""Pages after which a child is replaced, because parsers keep what they have once taken."""

AHEAD = 8
"""Pages that a child has at most at a time, so that it goes on while its answers are taken and written down."""


@dataclass(slots=True)
class _Child:
    """A running child and the pipes to and from it."""

    pid: int
    to: int
    back: int
    room: int
    """Bytes that can be written to it before it reads any."""
    pages: int = 0


@dataclass(frozen=True, slots=True)
class _Asked:
    """A page that the child has and has not answered for."""

    capture: Capture
    source_id: str


class Worker:
    """Reads captures in a child process; use as a context manager.

    Args:
        sources: definitions by id, known to the child from its start.
        read_page: what the child does with a capture.
        cpu_s: processor time for one page, in seconds.
        memory: bytes of data that pages may cost the child.
    """

    def __init__(
        self, sources: Mapping[str, Source], read_page: ReadPage = read, cpu_s: float = CPU_S, memory: int = MEMORY
    ) -> None:
        self._sources, self._read_page, self._cpu_s, self._memory = sources, read_page, cpu_s, memory
        self._child: _Child | None = None
        self._asked: deque[_Asked] = deque()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the child."""
        if self._child is not None:
            self._bury(self._child)

    def read(self, capture: Capture, source_id: str) -> Reading:
        """The article on a page; ``reader-timeout`` or ``reader-died`` where the page got the better of the child."""
        self.begin(capture, source_id)
        return self.finish()

    @property
    def waiting(self) -> int:
        """Pages begun and not finished."""
        return len(self._asked)

    def has_room(self, capture: Capture) -> bool:
        """Whether a page can be begun while others are: it must fit into the pipe, where nobody waits for anybody."""
        if not self._asked or self._child is None:
            return not self._asked
        if self.waiting >= AHEAD or self._child.pages + self.waiting >= CHILD_LIFE:
            return False
        return _size(capture) + sum(_size(one.capture) for one in self._asked) <= self._child.room

    def begin(self, capture: Capture, source_id: str) -> None:
        """Hand a page to the child, which reads it while its parent does other things until ``finish``."""
        self._asked.append(_Asked(capture, source_id))
        _ask(self._child or self._start(), capture, source_id)

    def finish(self) -> Reading:
        """What came of the page that was begun first."""
        capture = self._asked[0].capture
        for attempt in (1, 2):  # a child can also fall to something that is no fault of the page
            child = self._child
            if child is None:
                child = self._start()
                for one in self._asked:
                    _ask(child, one.capture, one.source_id)
            answer = _answer_of(child)
            if answer is not None:
                self._asked.popleft()
                child.pages += 1
                if child.pages >= CHILD_LIFE and not self._asked:
                    self._bury(child)
                return _unpacked(answer)
            ended = self._bury(child)
            if ended == -signal.SIGPROF:
                logger.error("page given up after %g s: url=%s", self._cpu_s, capture.url)
                self._asked.popleft()
                return Skip("reader-timeout", f"{self._cpu_s:g} seconds")
            logger.error("page killed the reader's child: status=%d attempt=%d url=%s", ended, attempt, capture.url)
            if ended == OUT_OF_MEMORY:
                break
        self._asked.popleft()
        return Skip("reader-died", f"status {ended}")

    def _start(self) -> _Child:
        gc.freeze()
        there, to = pipe()
        back, here = pipe()
        pid = os.fork()
        if pid == 0:
            serve(there, here, self._sources, self._read_page, self._cpu_s, self._memory)
        os.close(there)
        os.close(here)
        # Half of what the pipe holds: it counts in pages of memory, and small writes may take a whole one.
        self._child = _Child(pid, to, back, fcntl.fcntl(to, fcntl.F_GETPIPE_SZ) // 2)
        return self._child

    def _bury(self, child: _Child) -> int:
        """How the child ended: its status, or the negative number of the signal."""
        os.close(child.to)
        os.close(child.back)
        self._child = None
        for _ in range(20):  # it ends by itself when its pipe does; one that hangs is killed
            pid, status = os.waitpid(child.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.005)
        os.kill(child.pid, signal.SIGKILL)
        return os.waitstatus_to_exitcode(os.waitpid(child.pid, 0)[1])


def _packed(capture: Capture, source_id: str) -> list[bytes]:
    about = {
        "source": source_id, "url": capture.url, "fetched_at": capture.fetched_at.isoformat(), "role": capture.role,
        "via": capture.via, "hops": capture.hops, "truncated": capture.truncated,
    }  # fmt: skip
    return [json.dumps(about).encode(), capture.response_head, capture.body]


def _unpacked(answer: bytes) -> Reading:
    kind, rest = answer[:1], answer[1:]
    if kind == b"a":
        return ARTICLE.validate_json(rest)
    reason, detail = json.loads(rest)
    return Skip(reason, detail)


def _ask(child: _Child, capture: Capture, source_id: str) -> None:
    """Send a page; that the child has died shows when it is asked for its answer."""
    with contextlib.suppress(BrokenPipeError):
        for part in _packed(capture, source_id):
            send(child.to, part)


def _size(capture: Capture) -> int:
    """Bytes of a page on the pipe, no fewer than there are."""
    return len(capture.body) + len(capture.response_head) + 6 * (len(capture.url) + len(capture.via or "")) + 1024


def _answer_of(child: _Child) -> bytes | None:
    """What the child answers; None when it died over the question."""
    if not select.select([child.back], [], [], WALL_S)[0]:
        os.kill(child.pid, signal.SIGPROF)
        return None
    try:
        return receive(child.back)
    except EOFError:
        return None
