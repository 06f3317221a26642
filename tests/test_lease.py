"""One holder at a time, known by name; what is left of one that died holds nobody up."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from archive import lease as room
from archive.lease import Holder, Lease, LeaseHeld, boot_id, started_of

HOLD = """
import sys
from pathlib import Path
from archive.lease import Lease
with Lease(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lease until it is told to end."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def sleeper() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)


@pytest.fixture
def living() -> Iterator[int]:
    """The number of a process that lives and holds nothing."""
    process = sleeper()
    yield process.pid
    process.communicate()


def written(path: Path, living: int, **changes: object) -> Holder:
    """A lease's file as a process would have left it, had it lost its lock."""
    path.touch()
    holder = Holder(
        pid=living, started=started_of(living) or 0, boot_id=boot_id(), host="lama", since="2026-11-23T00:00:00+00:00",
        command="warkat crawl contoh", inode=path.stat().st_ino,
    )  # fmt: skip
    holder = replace(holder, **changes)  # type: ignore[arg-type]
    path.write_text(json.dumps(asdict(holder)))
    return holder


def test_second_holder_is_told_who_the_first_is(tmp_path: Path) -> None:
    """Process, host, begin and command are named; when the first lets go, the second may."""
    path = tmp_path / ".lock"
    with another(path) as first:
        with pytest.raises(LeaseHeld) as held:
            Lease(path)
        assert held.value.holder is not None
        assert held.value.holder.pid == first.pid
        assert all(word in str(held.value) for word in (str(first.pid), held.value.holder.host, "since 20"))
        first.communicate("")
    with Lease(path) as mine:
        assert mine.left is None
    assert path.read_bytes() == b""


def test_a_process_cannot_hold_a_lease_twice(tmp_path: Path) -> None:
    """Also not by way of another file handle."""
    with Lease(tmp_path / ".lock"), pytest.raises(LeaseHeld):
        Lease(tmp_path / ".lock")
    Lease(tmp_path / ".lock").release()


def test_lease_of_a_killed_process_is_free_at_once_and_its_holder_is_told(tmp_path: Path) -> None:
    """Nobody waits, and nobody looks at the clock."""
    path = tmp_path / ".lock"
    with another(path) as first:
        first.send_signal(signal.SIGKILL)
        first.wait()
        with Lease(path) as mine:
            assert mine.left is not None
            assert mine.left.pid == first.pid


def test_living_holder_is_believed_where_the_lock_does_not_reach(tmp_path: Path, living: int) -> None:
    """A share whose locks are kept by each machine for itself: what stands in the file counts."""
    holder = written(tmp_path / ".lock", living)
    with pytest.raises(LeaseHeld) as held:
        Lease(tmp_path / ".lock")
    assert held.value.holder == holder


@pytest.mark.parametrize(
    "changes",
    [
        {"started": 1},  # the number was given to another process
        {"boot_id": "00000000-0000-0000-0000-000000000000"},  # the machine was started again
        {"inode": 1},  # the collection was copied while it was held
        {"pid": 4_000_000_000},  # no process at all
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_stale_lease_is_taken(tmp_path: Path, living: int, changes: dict[str, object]) -> None:
    """Each thing that tells a dead holder from a living one, alone."""
    holder = written(tmp_path / ".lock", living, **changes)
    with Lease(tmp_path / ".lock") as mine:
        assert mine.left == holder


def test_copied_collection_is_free(tmp_path: Path) -> None:
    """The original goes on; its copy names the same process and is nobody's."""
    (tmp_path / "asli").mkdir()
    with another(tmp_path / "asli" / ".lock"):
        shutil.copytree(tmp_path / "asli", tmp_path / "salinan")
        Lease(tmp_path / "salinan" / ".lock").release()
        with pytest.raises(LeaseHeld):
            Lease(tmp_path / "asli" / ".lock")


@pytest.mark.parametrize("since", ["1970-01-01T00:00:00+00:00", "2099-01-01T00:00:00+00:00"])
def test_clock_that_jumps_changes_nothing(tmp_path: Path, living: int, since: str) -> None:
    """A lease from the past or the future is held by whoever lives, and by nobody else."""
    path = tmp_path / ".lock"
    written(path, living, since=since)
    with pytest.raises(LeaseHeld):
        Lease(path)
    written(path, living, since=since, started=1)
    Lease(path).release()


@pytest.mark.parametrize("text", ["", "{", "null", '{"pid": 1}', '{"pid": 1, "other": 2}', "\x00" * 50])
def test_file_that_says_nothing_is_taken(tmp_path: Path, text: str) -> None:
    """Half written, empty, or of another version."""
    (tmp_path / ".lock").write_text(text)
    with Lease(tmp_path / ".lock") as mine:
        assert mine.left is None


def test_remains_of_a_process_are_no_process() -> None:
    """One that has ended and that nobody has asked for its status."""
    process = sleeper()
    started = started_of(process.pid)
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert (started is not None, started_of(process.pid)) == (True, None)
    process.communicate()


def test_file_taken_away_while_it_is_locked_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lock on a file without a name keeps nobody out: it is not taken for the lease."""
    path, lock, turns = tmp_path / ".lock", room.fcntl.flock, []

    def taken_away(fd: int, how: int) -> None:
        if not turns:
            turns.append(1)
            path.unlink()
        lock(fd, how)

    monkeypatch.setattr(room.fcntl, "flock", taken_away)
    with Lease(path):
        assert json.loads(path.read_text())["pid"] == os.getpid()


def test_machine_without_a_boot_id_has_leases_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the kernel tells no name, the lock alone counts."""
    monkeypatch.setattr(room, "_BOOT_ID", tmp_path / "none")
    assert boot_id() == ""
    with Lease(tmp_path / ".lock"), pytest.raises(LeaseHeld):
        Lease(tmp_path / ".lock")
