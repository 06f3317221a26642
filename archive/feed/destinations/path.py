"""Files and folders that appear whole or not at all."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from archive.disk import make_folder, sync_folder


class TargetBusy(RuntimeError):
    """Another process is writing to the same place."""


@contextmanager
def _alone(path: Path) -> Iterator[Path]:
    """The place where something is written until it is whole; nobody else writes there meanwhile."""
    make_folder(path.parent)
    lock = path.parent / f".{path.name}.lock"
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise TargetBusy(f"{path}: another export is writing there") from None
        part = path.parent / f".{path.name}.part"
        _take_away(part)  # what a killed export left
        try:
            yield part
        finally:
            _take_away(part)
            lock.unlink(missing_ok=True)


def _take_away(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """An open file that becomes ``path`` when the block ends well; the old one stays until then."""
    with _alone(path) as part:
        with part.open("wb", buffering=1 << 20) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        sync_folder(path.parent)


@contextmanager
def new_path(path: Path) -> Iterator[Path]:
    """A path that is not there yet, for a library that makes its file itself; see ``new_file``."""
    with _alone(path) as part:
        yield part
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(path)
        sync_folder(path.parent)


@contextmanager
def new_folder(path: Path, mark: str) -> Iterator[Path]:
    """An empty folder that takes the place of ``path`` when the block ends well.

    Args:
        path: where; an older folder there goes away, if it was made by an export too.
        mark: name of the file that shows that.

    Raises:
        FileExistsError: there is something else at that place.
    """
    with _alone(path) as part:
        old = path.parent / f".{path.name}.old"
        if old.exists() and not path.exists():
            old.replace(path)  # killed between the two renames below
        if path.exists() and not (path.is_dir() and ((path / mark).exists() or not any(path.iterdir()))):
            raise FileExistsError(f"{path} is there already and is no export; name another place")
        part.mkdir()
        yield part
        _sync_all(part)
        _take_away(old)
        if path.exists():
            path.replace(old)
        part.replace(path)
        sync_folder(path.parent)
        _take_away(old)


def _sync_all(folder: Path) -> None:
    for place, _, names in os.walk(folder):
        for name in names:
            fd = os.open(Path(place) / name, os.O_RDONLY)
            try:
                os.fsync(fd)
            finally:
                os.close(fd)
        sync_folder(Path(place))


def write_small(path: Path, data: bytes) -> None:
    """A small file, whole or not at all: a cursor, a manifest."""
    with new_file(path) as file:
        file.write(data)
