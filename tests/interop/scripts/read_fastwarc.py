"""Runs in the environment of FastWARC: a WARC file in, what it reads of its responses and revisits out, as JSON."""

import hashlib
import json
import sys
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecordType

WANTED = WarcRecordType.response | WarcRecordType.revisit


def stored(record):
    whole = record.verify_block_digest(consume=False)
    record.parse_http(auto_decode="none")
    return {
        "type": record.headers["WARC-Type"],
        "url": record.headers["WARC-Target-URI"],
        "date": record.headers["WARC-Date"],
        "status": str(record.http_headers.status_code),
        # The payload digest of a revisit is that of a record elsewhere.
        "digests": whole and (record.record_type == WarcRecordType.revisit or record.verify_payload_digest()),
        "stored": hashlib.sha256(record.reader.read()).hexdigest(),
    }


def decoded(file, offset):
    """Read on its own, because a body that cannot be decoded ends the iteration."""
    file.seek(offset)
    record = next(iter(ArchiveIterator(file, auto_decode="all")))
    try:
        return hashlib.sha256(record.reader.read()).hexdigest()
    except OSError:
        return None


path = Path(sys.argv[1])
found, offsets = [], []
for record in ArchiveIterator(str(path), record_types=WANTED, parse_http=False):
    offsets.append(record.stream_pos)
    found.append(stored(record))
with path.open("rb") as file:
    for line, offset in zip(found, offsets, strict=True):
        line["decoded"] = decoded(file, offset)
json.dump(found, sys.stdout)
