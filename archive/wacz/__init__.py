"""A month of a source as one WACZ 1.1.1 file: what it fetched, how to find it, and a list of its articles.

::

    archive/<name>.warc.gz            the month's WARC files, byte for byte; a growing one up to its synced end
    archive/<source>-<month>-referred.warc.gz   exchanges of other months whose payload a revisit of this one needs
    indexes/index.cdx.gz, index.idx   CDXJ in gzip blocks of 3,000 lines, and where each block begins
    pages/pages.jsonl                 address, time, title and text of every article whose record is clean
    datapackage.json                  SHA-256 of all that
    datapackage-digest.json           SHA-256 of datapackage.json, signed when a key is given

Streamed: memory does not grow with the month. The same files and records give the same bytes, but for
the signature: ``created`` is the instant of the last capture. A record that was taken down or set
aside is in no list of pages; the WARC files are never changed.

Source: https://specs.webrecorder.net/wacz/1.1.1/
"""

from archive.wacz.make import MonthEmpty, Packed, write_wacz
from archive.wacz.signature import SigningKey, load_key

__all__ = ["MonthEmpty", "Packed", "SigningKey", "load_key", "write_wacz"]
