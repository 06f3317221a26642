"""Where a reader of the feed stands: a position in each source, packed into one opaque word.

A position is the number of bytes read of a source's record files, one behind the other, and a check over the id of the
WARC record that the last line was read from. A rebuild gives the same bytes, so the position holds. Where it does
not (a
newer reader, a repaired file) the check tells, and the line is looked for by its WARC record, which nothing changes.

Bytes of the word, before base64url::

    "w" 1  { crc32 of the shelf's name : 4   bytes read : varint   crc32 of the WARC record's id : 4 }…  crc32 of all
    : 4
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

_HEAD = b"w\x01"


class CursorInvalid(ValueError):
    """The word is no cursor: cut, mistyped, or of another program."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a reader stands in the files of one source."""

    read: int
    """Bytes of the source's record files, in the order of their months."""
    check: int
    """CRC-32 of the WARC record id of the last line read."""


Cursor = Mapping[int, Position]
"""Positions by the CRC-32 of the shelf's name, e.g. ``records/banyuwangikab``; one that is missing is at the
beginning."""

START: Cursor = {}


def shelf_key(shelf: str) -> int:
    """What a cursor calls a shelf."""
    return zlib.crc32(shelf.encode())


def check_of(record_id: str) -> int:
    """What a cursor keeps of the last line."""
    return zlib.crc32(record_id.encode())


def encode_cursor(cursor: Cursor) -> str:
    """One word of letters, digits, ``-`` and ``_``; the same positions give the same word."""
    packed = bytearray(_HEAD)
    for key in sorted(cursor):
        packed += key.to_bytes(4) + _varint(cursor[key].read) + cursor[key].check.to_bytes(4)
    packed += zlib.crc32(packed).to_bytes(4)
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def decode_cursor(word: str) -> Cursor:
    """Positions from their word.

    Raises:
        CursorInvalid: it is none of ours, or damaged.
    """
    try:
        data = base64.b64decode(word.strip() + "=" * (-len(word.strip()) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise CursorInvalid("this is no cursor: give the word that an earlier export printed") from None
    if data[:2] != _HEAD or len(data) < 6 or zlib.crc32(data[:-4]) != int.from_bytes(data[-4:]):
        raise CursorInvalid("this is no cursor, or a damaged one: give the whole word that an earlier export printed")
    return _positions(data[2:-4])


def _positions(data: bytes) -> Cursor:
    found: dict[int, Position] = {}
    at = 0
    while at < len(data):
        key = int.from_bytes(data[at : at + 4])
        read, at = _from_varint(data, at + 4)
        found[key] = Position(read, int.from_bytes(data[at : at + 4]))
        at += 4
    if at != len(data):
        raise CursorInvalid("this cursor is damaged")
    return found


def _varint(number: int) -> bytes:
    packed = bytearray()
    while number > 127:
        packed.append(number & 127 | 128)
        number >>= 7
    packed.append(number)
    return bytes(packed)


def _from_varint(data: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise CursorInvalid("this cursor is damaged")
        number |= (data[at] & 127) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 128:
            return number, at
