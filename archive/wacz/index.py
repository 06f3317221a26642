"""The index of a package: CDXJ lines in gzip blocks, and a second file that says where each block begins."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator

BLOCK_LINES = 3000
NAME = "index.cdx.gz"


class BlockIndex:
    """Packs sorted lines into blocks; ``idx`` is whole once ``blocks`` has ended."""

    def __init__(self) -> None:
        self._entries: list[str] = []
        self._offset = 0

    def blocks(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """Gzip members of up to ``BLOCK_LINES`` lines.

        Args:
            lines: CDXJ with line feeds, sorted bytewise.
        """
        held: list[bytes] = []
        for line in lines:
            held.append(line)
            if len(held) == BLOCK_LINES:
                yield self._block(held)
                held = []
        if held:
            yield self._block(held)

    def _block(self, lines: list[bytes]) -> bytes:
        fold = zlib.compressobj(6, zlib.DEFLATED, 31)
        block = fold.compress(b"".join(lines)) + fold.flush()
        prefix = lines[0].partition(b" {")[0].decode()
        where = {"offset": self._offset, "length": len(block), "digest": f"sha256:{hashlib.sha256(block).hexdigest()}"}
        self._entries.append(f"{prefix} {json.dumps(where)}\n")
        self._offset += len(block)
        return block

    def idx(self) -> bytes:
        """The second file: a header line, then one line for each block."""
        head = json.dumps({"format": "cdxj-gzip-1.0", "filename": NAME})
        return "".join([f"!meta 0 {head}\n", *self._entries]).encode()
