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
import resource
import select
import signal
import struct
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from pydantic import TypeAdapter

from archive.capture import Capture
from archive.record import Article, Reading, Skip
from crawler.pages import read
from crawler.plain import told
from crawler.sources import Source

logger = logging.getLogger(__name__)

CPU_S = 10.0
"""Seconds of processor time for one page; a common page takes a hundredth of one."""
WALL_S = 120.0
"""Seconds after which a child that does not even compute is given up."""
MEMORY = 176 * 1024 * 1024
"""Bytes of data that pages may cost the child beyond what it starts with; in all it stays below 300 MiB."""
CHILD_LIFE = 2_000
"""Pages after which a child is replaced, because parsers keep what they have once taken."""

PIPE_BYTES = 1 << 20
"""What an ordinary user may give a pipe on Linux."""

_LENGTH = struct.Struct("!I")
_ARTICLE = TypeAdapter(Article)
_FAULT, _OUT_OF_MEMORY = 70, 77
"""Statuses with which a child ends."""

ReadPage = Callable[[Capture, Source], Reading]


@dataclass(slots=True)
class _Child:
    """A running child and the pipes to and from it."""

    pid: int
    to: int
    back: int
    pages: int = 0


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
        self._asked: tuple[Capture, str]

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

    def begin(self, capture: Capture, source_id: str) -> None:
        """Hand a page to the child, which reads it while its parent does other things until ``finish``."""
        self._asked = (capture, source_id)
        _ask(self._child or self._start(), _packed(capture, source_id))

    def finish(self) -> Reading:
        """What came of the page that was begun."""
        capture, source_id = self._asked
        for attempt in (1, 2):  # a child can also fall to something that is no fault of the page
            child = self._child
            if child is None:
                child = self._start()
                _ask(child, _packed(capture, source_id))
            answer = _answer_of(child)
            if answer is not None:
                child.pages += 1
                if child.pages >= CHILD_LIFE:
                    self._bury(child)
                return _unpacked(answer)
            ended = self._bury(child)
            if ended == -signal.SIGPROF:
                logger.error("page given up after %g s: url=%s", self._cpu_s, capture.url)
                return Skip("reader-timeout", f"{self._cpu_s:g} seconds")
            logger.error("page killed the reader's child: status=%d attempt=%d url=%s", ended, attempt, capture.url)
            if ended == _OUT_OF_MEMORY:
                break
        return Skip("reader-died", f"status {ended}")

    def _start(self) -> _Child:
        gc.freeze()
        there, to = _pipe()
        back, here = _pipe()
        pid = os.fork()
        if pid == 0:
            _serve(there, here, self._sources, self._read_page, self._cpu_s, self._memory)
        os.close(there)
        os.close(here)
        self._child = _Child(pid, to, back)
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


def _pipe() -> tuple[int, int]:
    """A pipe that holds a whole page, so that neither side waits in the middle of one."""
    ends = os.pipe()
    with contextlib.suppress(OSError):  # more than this user may have: the usual 64 KiB do too
        fcntl.fcntl(ends[1], fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    return ends


def _packed(capture: Capture, source_id: str) -> list[bytes]:
    about = {
        "source": source_id, "url": capture.url, "fetched_at": capture.fetched_at.isoformat(), "role": capture.role,
        "via": capture.via, "hops": capture.hops, "truncated": capture.truncated,
    }  # fmt: skip
    return [json.dumps(about).encode(), capture.response_head, capture.body]


def _unpacked(answer: bytes) -> Reading:
    kind, rest = answer[:1], answer[1:]
    if kind == b"a":
        return _ARTICLE.validate_json(rest)
    reason, detail = json.loads(rest)
    return Skip(reason, detail)


def _ask(child: _Child, parts: list[bytes]) -> None:
    """Send a page; that the child has died shows when it is asked for its answer."""
    with contextlib.suppress(BrokenPipeError):
        for part in parts:
            _send(child.to, part)


def _answer_of(child: _Child) -> bytes | None:
    """What the child answers; None when it died over the question."""
    if not select.select([child.back], [], [], WALL_S)[0]:
        os.kill(child.pid, signal.SIGPROF)
        return None
    try:
        return _receive(child.back)
    except EOFError:
        return None


def _send(fd: int, data: bytes) -> None:
    view = memoryview(_LENGTH.pack(len(data)) + data if len(data) < 65536 else _LENGTH.pack(len(data)))
    for piece in (view, memoryview(data)) if len(data) >= 65536 else (view,):
        while piece:
            piece = piece[os.write(fd, piece) :]


def _receive(fd: int) -> bytes:
    return _exactly(fd, _LENGTH.unpack(_exactly(fd, _LENGTH.size))[0])


def _exactly(fd: int, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        got = os.read(fd, min(size - len(data), 1 << 20))
        if not got:
            raise EOFError
        data += got
    return bytes(data)


# in the child


def _serve(
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
    status = _FAULT
    try:
        while True:
            about, head, body = json.loads(_receive(there)), _receive(there), _receive(there)
            signal.setitimer(signal.ITIMER_PROF, cpu_s)
            answer = _answer(about, head, body, sources, read_page)
            signal.setitimer(signal.ITIMER_PROF, 0)
            _send(here, answer)
    except (EOFError, BrokenPipeError):
        status = 0
    except MemoryError:
        status = _OUT_OF_MEMORY
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
            return b"a" + _ARTICLE.dump_json(found)
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
