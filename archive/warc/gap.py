"""Damage in the middle of a growing file, replaced in place by a record that says what was there.

The bytes behind it keep their places, so locators stay true; the file is whole again for every reader.
"""

from __future__ import annotations

import struct
import zlib
from datetime import datetime
from pathlib import Path

from archive.capture import sha1_digest
from archive.warc.damage import DAMAGED, ArchiveDamaged
from archive.warc.records import new_record_id, warc_date

_STORED = 65535
"""Bytes that a stored deflate block holds at most (RFC 1951 section 3.2.4)."""
_HEAD = b"\x1f\x8b\x08\0\0\0\0\0\0\x03"
_TRIES = 2_000


def filling(path: Path, start: int, end: int, kept: str, warcinfo_id: str, instant: datetime) -> bytes:
    """A gzip member of exactly ``end - start`` bytes with one record that tells of the damage.

    Its head is compressed, then come as many stored bytes of padding as the size asks for. Sizes and digests
    depend on each other, so it is tried until they meet.

    Args:
        path: the damaged file.
        start: first byte of the damage; at 0 the record is a warcinfo again, else it is metadata.
        end: first byte after it.
        kept: name of the file that the bytes went to.
        warcinfo_id: ``urn:uuid:…`` that the records of the file refer to.
        instant: when the capture behind the damage was made, UTC; the record carries its date.

    Raises:
        ArchiveDamaged: the damage is shorter than a record; no exchange is.
    """
    name = path.name.removesuffix(".open")
    padding = 0
    for attempt in range(_TRIES):
        told = f"{DAMAGED}: {start}-{end}\r\nkeptIn: {kept}\r\npadding: {attempt} ".encode()
        block = told + b"." * padding + b"\r\n"
        head = _head(block, name, warcinfo_id, instant, is_first=start == 0)
        fold = zlib.compressobj(9, zlib.DEFLATED, -15)
        folded = fold.compress(head + told) + fold.flush(zlib.Z_SYNC_FLUSH)
        room = end - start - len(_HEAD) - len(folded) - 8
        blocks = next((k for k in range(1, room // 5 + 1) if room - 5 * k <= _STORED * k), 0)
        wanted = room - 5 * blocks - len(b"\r\n\r\n\r\n")
        if not blocks or wanted < 0:
            break
        if wanted == padding:
            whole = head + block + b"\r\n\r\n"
            stored = _stored(whole[len(head) + len(told) :], blocks)
            return _HEAD + folded + stored + struct.pack("<II", zlib.crc32(whole), len(whole) & 0xFFFFFFFF)
        padding = wanted
    raise ArchiveDamaged(path, start, f"{end - start} bytes are damaged, too few to be replaced by a record")


def _stored(data: bytes, blocks: int) -> bytes:
    """Deflate blocks that hold bytes as they are, the last of them final."""
    out = []
    for number in range(blocks):
        piece = data[number * _STORED : (number + 1) * _STORED]
        out.append(struct.pack("<BHH", number == blocks - 1, len(piece), len(piece) ^ 0xFFFF) + piece)
    return b"".join(out)


def _head(block: bytes, name: str, warcinfo_id: str, instant: datetime, *, is_first: bool) -> bytes:
    digest = sha1_digest(block)
    fields = [
        ("WARC-Type", "warcinfo" if is_first else "metadata"),
        ("WARC-Record-ID", f"<{warcinfo_id if is_first else new_record_id()}>"),
        ("WARC-Date", warc_date(instant)),
        ("WARC-Filename", name) if is_first else ("WARC-Warcinfo-ID", f"<{warcinfo_id}>"),
        ("WARC-Block-Digest", digest),
        ("WARC-Payload-Digest", digest),
        ("Content-Type", "application/warc-fields"),
        ("Content-Length", str(len(block))),
    ]
    return ("WARC/1.1\r\n" + "".join(f"{field}: {value}\r\n" for field, value in fields) + "\r\n").encode()
