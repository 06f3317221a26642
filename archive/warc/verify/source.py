"""The file below everything: read at any place, hashed once from front to end."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from types import TracebackType

CHUNK = 1 << 20
"""Bytes read or unfolded at once: what bounds memory."""


class HashedFile:
    """A file that hashes its bytes as they are read for the first time.

    Its size is what it was when opened: what a writer appends meanwhile is not looked at.

    Args:
        path: which file.
        hashed: whether to hash it at all.
    """

    def __init__(self, path: Path, *, hashed: bool = True) -> None:
        self.path = path
        self.is_hashed = hashed
        self._file = path.open("rb", buffering=0)
        self.size = os.fstat(self._file.fileno()).st_size
        self._hash = hashlib.sha256()
        self._hashed = 0

    def __enter__(self) -> HashedFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def read_at(self, offset: int, size: int = CHUNK) -> bytes:
        """Up to ``size`` bytes from a place; fewer only at the end of the file.

        Raises:
            OSError: the disk does not give them.
        """
        size = min(size, self.size - offset)
        if size <= 0:
            return b""
        if not self.is_hashed:
            return self._pread(offset, size)
        if offset > self._hashed:
            self._hash_up_to(offset)
        data = self._pread(offset, size)
        fresh = offset + len(data) - self._hashed
        if fresh > 0:
            self._hash.update(data if fresh == len(data) else data[-fresh:])
            self._hashed += fresh
        return data

    def sha256(self) -> str:
        """64 hex digits over the whole file; reads what nobody has read yet."""
        self._hash_up_to(self.size)
        return self._hash.hexdigest()

    def _hash_up_to(self, end: int) -> None:
        while self._hashed < end:
            data = self._pread(self._hashed, min(CHUNK, end - self._hashed))
            if not data:
                raise OSError(f"{self.path} became shorter while it was read")
            self._hash.update(data)
            self._hashed += len(data)

    def _pread(self, offset: int, size: int) -> bytes:
        data = os.pread(self._file.fileno(), size, offset)
        while len(data) < size and (more := os.pread(self._file.fileno(), size - len(data), offset + len(data))):
            data += more
        return data
