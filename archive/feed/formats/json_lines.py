"""JSON Lines: the record's own line, byte for byte, or chosen fields of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from archive.feed.formats import FIELDS, Setting
from archive.line import line_of, record_of


def write(lines: Iterable[bytes], out: BinaryIO, setting: Setting) -> int:
    """Write the lines; how many there were."""
    count, put = 0, out.write
    if setting.fields == FIELDS:
        for count, line in enumerate(lines, 1):
            put(line)
        return count
    for count, line in enumerate(lines, 1):
        told = record_of(line)
        put(line_of({name: told[name] for name in setting.fields}))
    return count
