"""Captures to WARC/1.1 files and back; the only room that knows WARC header names.

One exchange becomes three records, in this order, each a gzip member of its own::

    response | revisit     head as received + entity; or the head alone and what it refers to
    request                bytes as sent; WARC-Concurrent-To the response
    metadata               via, hops, role, TLS verdict, fetch time; WARC-Concurrent-To the response

The metadata record comes last and so tells that an exchange is whole: a crash leaves at most one
exchange without it, at the end of a file, and ``heal`` takes it off again.

Transfer coding: the entity is stored without chunk framing, so that digests are over the payload
that the standard means and every reader finds the same body. The header line stays where it was,
its name marked as ``X-Orig-Transfer-Encoding``, because a reader that met the true name would
look for chunks. ``Capture`` has the true head again.
"""

from archive.warc.damage import ArchiveDamaged, ArchiveFull
from archive.warc.heal import Healed, heal
from archive.warc.reader import Exchange, read_exchange, scan, with_payload
from archive.warc.records import Original
from archive.warc.writer import WarcWriter, Written, close_file

__all__ = [
    "ArchiveDamaged",
    "ArchiveFull",
    "Exchange",
    "Healed",
    "Original",
    "WarcWriter",
    "Written",
    "close_file",
    "heal",
    "read_exchange",
    "scan",
    "with_payload",
]
