"""Runs in the environment of warcio: a WARC file in, what warcio reads of its responses and revisits out, as JSON."""

import hashlib
import json
import sys
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator


def stored(record):
    body = hashlib.sha256(record.raw_stream.read()).hexdigest()
    passed = record.digest_checker.passed
    return {
        "type": record.rec_type,
        "url": record.rec_headers.get_header("WARC-Target-URI"),
        "date": record.rec_headers.get_header("WARC-Date"),
        "status": record.http_headers.get_statuscode(),
        # Of a revisit, whose payload lies elsewhere, warcio checks nothing and says None.
        "digests": passed is not False if record.rec_type == "revisit" else passed,
        "stored": body,
    }


def wanted(file, **more):
    return (record for record in ArchiveIterator(file, **more) if record.rec_type in ("response", "revisit"))


path = Path(sys.argv[1])
with path.open("rb") as file:
    found = [stored(record) for record in wanted(file, check_digests=True)]
with path.open("rb") as file:
    for line, record in zip(found, wanted(file), strict=True):
        line["decoded"] = hashlib.sha256(record.content_stream().read()).hexdigest()
json.dump(found, sys.stdout)
