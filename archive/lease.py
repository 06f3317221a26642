"""One holder at a time, and everyone can read who it is.

A lease is a lock on a file (``flock``), and in the file stands who holds it. The kernel takes the
lock away when its holder ends, however it ends, so nothing waits for a lease that nobody holds. What
stands in the file of one that was not given back is told to the next holder. Where the lock is free
and the file yet names a process that lives (the lock does not reach as far as the file does), the
file is believed.

Whether a process lives is never guessed from the time: it is the one with the same number, the same
start in ticks after boot and the same boot. A clock that jumps changes nothing; a number given to
another process, a reboot, and a copy of the collection (its file is another file) make a lease stale.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_COMMAND_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lease."""

    pid: int
    started: int
    """Clock ticks after boot at which the process began."""
    boot_id: str
    """The kernel's own name of this boot."""
    host: str
    since: str
    """UTC, ISO 8601; for people, never compared."""
    command: str
    inode: int
    """Of the lease's file: in a copy it is another."""

    def told(self) -> str:
        """In words."""
        return f"{self.command} (process {self.pid} on {self.host}, since {self.since})"

    def is_alive(self, inode: int) -> bool:
        """Whether that very process runs on this machine and holds the file with this inode."""
        return self.inode == inode and self.boot_id == boot_id() and started_of(self.pid) == self.started


class LeaseHeld(RuntimeError):
    """Another process holds the lease.

    Attributes:
        holder: who it is, or None when it has not yet written it down.
    """

    def __init__(self, path: Path, holder: Holder | None) -> None:
        super().__init__(f"{path}: held by {holder.told() if holder else 'a process that has just begun'}")
        self.path, self.holder = path, holder


class Lease:
    """A lease that is held, from its making to ``release``; use as a context manager.

    Args:
        path: its file; the folder must be there.

    Attributes:
        left: who held it before and did not give it back: a process that was killed, or lost its power.

    Raises:
        LeaseHeld: another holds it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd = _locked(path)
        try:
            inode, self.left = os.fstat(self._fd).st_ino, _read(self._fd)
            if self.left is not None and self.left.is_alive(inode) and self.left.pid != os.getpid():
                raise LeaseHeld(path, self.left)
            _write(self._fd, json.dumps(asdict(_ourselves(inode))).encode() + b"\n")
        except BaseException:
            os.close(self._fd)
            raise

    def __enter__(self) -> Lease:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def release(self) -> None:
        """Give it back; more than once does no harm."""
        if self._fd >= 0:
            fd, self._fd = self._fd, -1
            try:
                os.ftruncate(fd, 0)
            finally:
                os.close(fd)


def boot_id() -> str:
    """The name of this boot, or the empty text where there is none."""
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def started_of(pid: int) -> int | None:
    """Clock ticks after boot at which a process began; None when there is no such process, or only its remains."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = told.rpartition(")")[2].split()  # the name of a program may hold blanks and brackets
    return None if fields[0] in "ZX" else int(fields[19])


def _locked(path: Path) -> int:
    """The file, locked, and still the one of that name."""
    while True:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if path.exists() and path.stat().st_ino == os.fstat(fd).st_ino:
                return fd
        except BlockingIOError:
            holder = _read(fd)
            os.close(fd)
            raise LeaseHeld(path, holder) from None
        except BaseException:
            os.close(fd)
            raise
        os.close(fd)  # it was taken away between the two steps


def _read(fd: int) -> Holder | None:
    try:
        return Holder(**json.loads(os.pread(fd, 4096, 0)))
    except (ValueError, TypeError):  # empty, half written, or of another version
        return None


def _write(fd: int, data: bytes) -> None:
    os.ftruncate(fd, 0)
    os.pwrite(fd, data, 0)


def _ourselves(inode: int) -> Holder:
    program = Path(sys.argv[0] if sys.argv else "python")
    name = ".".join(program.parts[-3:-1]) if program.name == "__main__.py" else program.name
    words = " ".join([name, *sys.argv[1:]])
    return Holder(
        pid=os.getpid(),
        started=started_of(os.getpid()) or 0,
        boot_id=boot_id(),
        host=socket.gethostname(),
        since=datetime.now(UTC).isoformat(timespec="seconds"),
        command=words[:_COMMAND_CHARACTERS],
        inode=inode,
    )
