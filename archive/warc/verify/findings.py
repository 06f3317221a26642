"""What verifying says: one finding for each rule broken, and one report for each file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class RecordRef:
    """Which WARC record of a file."""

    ordinal: int
    """1 for the first WARC record of the file."""
    record_id: str | None
    """WARC-Record-ID without angle brackets, or None where there is none to read."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that a file breaks at one place."""

    path: Path
    offset: int
    """First byte in the file, as it is stored, of the record, gzip member or stray bytes meant."""
    record: RecordRef | None
    """None where the fault belongs to no WARC record."""
    rule: str
    """Short stable name, a key of ``rules.RULES``."""
    clause: str
    """Clause of ISO 28500:2017 (WARC/1.1), or the document that the rule stands in."""
    severity: Severity
    text: str
    """What was found, for people."""


@dataclass(frozen=True, slots=True)
class FileReport:
    """All that was found in one file."""

    path: Path
    size: int
    """Bytes of the file as stored."""
    records: int
    """WARC records with a readable header."""
    findings: tuple[Finding, ...]
    sha256: str | None
    """64 hex digits over the file as stored; None when nobody asked, or it could not be read to its end."""
    ours: bool = False
    """Whether the rules for files that warkat writes were applied."""

    @property
    def ok(self) -> bool:
        """True when nothing found is an error."""
        return all(finding.severity != "error" for finding in self.findings)

    def to_json(self) -> dict[str, object]:
        """The report as values that ``json.dumps`` takes."""
        findings = [asdict(finding) | {"path": str(finding.path)} for finding in self.findings]
        return {
            "path": str(self.path),
            "size": self.size,
            "records": self.records,
            "sha256": self.sha256,
            "ours": self.ours,
            "ok": self.ok,
            "findings": findings,
        }


def exit_status(reports: Iterable[FileReport]) -> int:
    """0 when no report holds an error, else 1; warnings do not count."""
    return 0 if all([report.ok for report in reports]) else 1  # noqa: C419  # an iterator is read to its end
