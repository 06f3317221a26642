"""What a disk keeps when the power fails: a name only once the folder that it stands in has been synced.

``fsync`` of a file keeps its bytes, not its name (POSIX leaves that open, and file systems use the freedom).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

_PIECE = 1 << 20


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk, as ``fsync`` has the bytes of a file."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it where they are missing, each name on the disk before returning."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for one in reversed(missing):
        sync_folder(one.parent)


def write_whole(path: Path, pieces: Iterable[bytes], suffix: str = ".tmp") -> None:
    """Write a file that is there as a whole or not at all, over one of this name, on the disk before returning.

    Args:
        path: its folder is made where it is missing.
        pieces: what is in it.
        suffix: of the file while it grows.
    """
    make_folder(path.parent)
    growing = path.with_suffix(suffix)
    with growing.open("wb") as out:
        out.writelines(pieces)
        out.flush()
        os.fsync(out.fileno())
    growing.replace(path)
    sync_folder(path.parent)


def keep_aside(path: Path, pieces: Iterable[bytes]) -> Path:
    """Write bytes to a file that is not there yet, on the disk before returning.

    Returns:
        The file: ``path``, or the same with a number before its suffix where that one is taken.
    """
    make_folder(path.parent)
    number, kept = 1, path
    while kept.exists():
        number += 1
        kept = path.with_name(f"{path.stem}-{number}{path.suffix}")
    with kept.open("xb") as out:
        out.writelines(pieces)
        out.flush()
        os.fsync(out.fileno())
    sync_folder(path.parent)
    return kept


def copy_aside(path: Path, start: int, end: int, kept: Path) -> Path:
    """Keep a part of a file in a file of its own; see ``keep_aside``."""

    def pieces() -> Iterator[bytes]:
        with path.open("rb") as file:
            file.seek(start)
            left = end - start
            while left and (data := file.read(min(left, _PIECE))):
                yield data
                left -= len(data)

    return keep_aside(kept, pieces())
