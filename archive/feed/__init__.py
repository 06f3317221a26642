"""Records out: the JSON Lines of a collection, in order, and from them every other shape.

The pipe::

    record files ─ walk ─ choice ─ takedown ─ redact ─ format ─ destination
                     └ cursor: where the next export goes on

``files`` writes the lines, ``walk`` reads them in a stable order, ``choice`` says which of them are wanted,
``redact`` masks
personal numbers. One small file per shape in ``formats/``, one per kind of receiver in ``destinations/``.
"""

from archive.feed.choice import Choice
from archive.feed.cursor import START, Cursor, CursorInvalid, decode_cursor, encode_cursor
from archive.feed.files import CLEAN, RecordFiles, heal, line_faults, lines, record_file
from archive.feed.stream import Feed

__all__ = [
    "CLEAN",
    "START",
    "Choice",
    "Cursor",
    "CursorInvalid",
    "Feed",
    "RecordFiles",
    "decode_cursor",
    "encode_cursor",
    "heal",
    "line_faults",
    "lines",
    "record_file",
]
