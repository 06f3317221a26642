"""SHA-256 over runs of bytes of a file; what was hashed before is extended, never taken back."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from archive.fixity.manifest import Entry, Part

PART = 8 * 1024 * 1024
"""Bytes from which on a part of a growing file is left as it is."""
_CHUNK = 1 << 20


def sha256_of(path: Path, offset: int, end: int, *more: hashlib._Hash) -> str:
    """64 hex digits over a run of bytes; the bytes go into ``more`` too.

    Raises:
        EOFError: the file ends before.
        OSError: the disk does not give them.
    """
    fresh = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        while offset < end:
            data = os.pread(file.fileno(), min(_CHUNK, end - offset), offset)
            if not data:
                raise EOFError(f"{path} ends at {offset}")
            fresh.update(data)
            for other in more:
                other.update(data)
            offset += len(data)
    return fresh.hexdigest()


def first_difference(path: Path, entry: Entry) -> Part | None:
    """The first part of a file that is not what it was, or None; the file must be long enough."""
    return next((part for part in entry.parts if sha256_of(path, part.offset, part.end) != part.sha256), None)


def grown(path: Path, name: str, old: Entry | None, end: int) -> Entry:
    """A growing file up to ``end``: parts that are full stay, the last one is extended.

    A part that is not what it was stays as it is told: ``check`` finds it.
    """
    parts = list(old.parts) if old else []
    at = parts[-1].end if parts else 0
    end = min(end, path.stat().st_size)
    if end <= at:
        return Entry(name, False, tuple(parts))
    if parts and parts[-1].bytes < PART:
        whole = hashlib.sha256()
        if sha256_of(path, parts[-1].offset, at, whole) == parts[-1].sha256:
            sha256_of(path, at, end, whole)
            last = parts.pop()
            parts.append(Part(last.offset, end - last.offset, whole.hexdigest()))
            return Entry(name, False, tuple(parts))
    parts.append(Part(at, end - at, sha256_of(path, at, end)))
    return Entry(name, False, tuple(parts))


def closed(path: Path, name: str, old: Entry | None) -> Entry:
    """A closed file as one part, once all parts that were told of it are found to be what they were."""
    size = path.stat().st_size
    whole = hashlib.sha256()
    parts = list(old.parts) if old else []
    at = parts[-1].end if parts else 0
    is_sound = size >= at
    for part in parts if is_sound else ():
        is_sound &= sha256_of(path, part.offset, part.end, whole) == part.sha256
    if not is_sound:
        return Entry(name, False, tuple(parts))
    sha256_of(path, at, size, whole)
    return Entry(name, True, (Part(0, size, whole.hexdigest()),))
