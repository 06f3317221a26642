"""Verifying one file: the walk, the rules, the report."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

from archive.warc.verify.findings import FileReport, Finding, RecordRef
from archive.warc.verify.gzipped import MAGIC as GZIP_MAGIC
from archive.warc.verify.gzipped import Gzip
from archive.warc.verify.links import Links, Lookup, Place
from archive.warc.verify.members import Container, Fault, Plain
from archive.warc.verify.ours import OurRules, is_our_member_head, is_ours
from archive.warc.verify.record import Record
from archive.warc.verify.rules import COLLAPSED, LOST_PARTNERS, RULES
from archive.warc.verify.source import HashedFile
from archive.warc.verify.walk import Walk

MOST_PER_RULE = 1000
"""Findings of one rule that a report of one file lists; the last says how many there are."""


def verify_file(
    path: Path, *, ours: bool | None = None, lookup: Lookup | None = None, hashed: bool = True
) -> FileReport:
    """All that is wrong with a WARC file, in one pass and flat memory; never raises for what is in it.

    Args:
        path: ``.warc``, ``.warc.gz`` or ``.warc.zst``, also with ``.open``; told apart by content.
        ours: whether warkat wrote it; None asks the first warcinfo record.
        lookup: tells whether a record id exists in another file of the collection; without it,
            references of revisits that lead out of the file are believed.
        hashed: whether the report has the SHA-256 of the file.
    """
    try:
        with HashedFile(path, hashed=hashed) as file:
            return _Verification(path, file, ours, lookup).run()
    except OSError as fault:
        rule = RULES["file-unreadable"]
        finding = Finding(path, 0, None, "file-unreadable", rule.clause, "error", f"cannot be read: {fault}")
        return FileReport(path, 0, 0, (finding,), None, bool(ours))


def container_of(file: HashedFile) -> Container:
    """The compression of a file, from its first bytes; from its name and the next where those are damaged."""
    magic = file.read_at(0, 4)
    if magic.startswith(b"WARC") or not magic:
        return Plain(file)
    if magic.startswith(GZIP_MAGIC[:2]):
        return Gzip(file)
    if magic == b"\x28\xb5\x2f\xfd" or (magic[1:] == b"\x2a\x4d\x18" and magic[0] & 0xF0 == 0x50):
        return _zstd(file)
    if b"\nWARC/1." in file.read_at(0):
        return Plain(file)
    if ".warc.zst" in file.path.name:
        return _zstd(file)
    return Gzip(file) if ".gz" in file.path.name or Gzip(file).holds_records() else Plain(file)


def _zstd(file: HashedFile) -> Container:
    from archive.warc.verify.zstandard import Zstd  # late: few files need the library

    return Zstd(file)


class _Verification:
    """The state of one file's verification."""

    def __init__(self, path: Path, file: HashedFile, ours: bool | None, lookup: Lookup | None) -> None:
        self._path, self._file, self._ours = path, file, ours
        self._links = Links(lookup)
        self._our_rules: OurRules | None = None
        self._findings: list[Finding] = []
        self._counts: Counter[str] = Counter()
        self._last_listed: dict[str, Finding] = {}

    def run(self) -> FileReport:
        """Read the file from front to end and judge it."""
        container = container_of(self._file)
        walk = Walk(container, self._file.size)
        if not self._file.size:
            self._say(0, None, Fault("file-empty", "the file has no bytes"))
        if self._ours:
            self._begin_ours(container)
        for item in walk.items():
            if isinstance(item, Record):
                self._check(item, container)
            else:
                self._say(item.offset, None, item.fault)
                if self._our_rules is not None and item.lost:
                    self._our_rules.interrupt()
        self._finish()
        if self._file.size and not walk.records:
            self._say(0, None, Fault("not-warc", "no WARC record in the whole file"))
        findings = tuple(sorted(map(self._settled, self._findings), key=lambda finding: finding.offset))
        sha256 = self._file.sha256() if self._file.is_hashed else None
        return FileReport(self._path, self._file.size, walk.records, findings, sha256, self._our_rules is not None)

    def _begin_ours(self, container: Container) -> None:
        self._our_rules = OurRules(self._path)
        for fault in self._our_rules.file_faults():
            self._say(0, None, fault)
        if not isinstance(container, Gzip):
            self._say(0, None, Fault("ours-compression", "the file is not compressed with gzip"))
        else:
            container.expected_head = is_our_member_head
            if self._file.size and not is_our_member_head(self._file.read_at(0, 10)):
                self._say(0, None, Fault("ours-compression", "the gzip member does not begin as our writer begins it"))

    def _check(self, record: Record, container: Container) -> None:
        if record.ordinal == 1:
            if self._ours is None and is_ours(self._path, record):
                self._begin_ours(container)
            if record.kind != "warcinfo":
                record.faults.append(Fault("warcinfo-not-first", f"the file begins with a {record.kind} record"))
        self._links.add(record)
        if self._our_rules is not None:
            for place, fault in self._our_rules.add(record):
                self._say_at(place, fault)
        if record.faults:
            reference = RecordRef(record.ordinal, record.record_id)
            for fault in record.faults:
                self._say(record.offset, reference, fault)

    def _finish(self) -> None:
        for place, fault in self._links.finish():
            self._say_at(place, fault)
        if self._our_rules is not None:
            for place, fault in self._our_rules.finish():
                self._say_at(place, fault)

    def _settled(self, listed: Finding) -> Finding:
        """A finding as the whole file makes it: a habit says how often it is kept, a long list what it leaves out."""
        finding = listed
        if self._our_rules is not None and self._our_rules.repaired and finding.rule in LOST_PARTNERS:
            finding = replace(finding, severity="warning")
        count = self._counts[finding.rule]
        if finding.rule in COLLAPSED and count > 1:
            return replace(finding, text=f"{finding.text}; so do {count - 1} more places of this file")
        if count > MOST_PER_RULE and listed is self._last_listed.get(finding.rule):
            return replace(finding, text=f"{finding.text}; {count - MOST_PER_RULE} more are not listed")
        return finding

    def _say_at(self, place: Place, fault: Fault) -> None:
        self._say(place.offset, RecordRef(place.ordinal, place.record_id), fault)

    def _say(self, offset: int, record: RecordRef | None, fault: Fault) -> None:
        rule = RULES[fault.rule]
        self._counts[fault.rule] += 1
        if self._counts[fault.rule] > (1 if fault.rule in COLLAPSED else MOST_PER_RULE):
            return
        severity = rule.severity if self._our_rules is None else rule.ours
        clause = fault.clause or rule.clause
        finding = Finding(self._path, offset, record, fault.rule, clause, severity, fault.text)
        self._findings.append(finding)
        self._last_listed[fault.rule] = finding
