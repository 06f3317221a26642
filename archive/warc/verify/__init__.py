"""Verifying WARC files: every rule of WARC/1.1 and, for our own files, of our formats.

::

    bytes → members → WARC records → fields, block, digests → links between records → findings

It reads WARC/1.0 and 1.1, plain, gzip and Zstandard, in one pass, in flat memory, and never raises
for what a file holds. ``rules.RULES`` lists what it knows. A file is accepted when no finding is an
error; warnings tell what the standard advises against.
"""

from archive.warc.verify.check import verify_file
from archive.warc.verify.findings import FileReport, Finding, RecordRef, Severity, exit_status
from archive.warc.verify.pool import verify_files

__all__ = ["FileReport", "Finding", "RecordRef", "Severity", "exit_status", "verify_file", "verify_files"]
