"""The names of all rules, the clause each stands on, and how grave it is to break it.

``"warning"`` marks what the standard recommends or what sound files of other tools are known to
break; ``ours`` is the severity in a file that warkat wrote, where there is no excuse.

Two rules of the standard are left alone because practically every writer breaks them and nothing
comes of it: a payload digest on ``warcinfo`` and ``metadata`` records, which have no payload
(clause 5.9), is checked against the block; the ``WARC-Truncated: length`` on a shortened
``revisit`` (clause 6.7.2) is not asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

from archive.warc.verify.findings import Severity

FORMATS = "formats.md"


@dataclass(frozen=True, slots=True)
class Rule:
    """Where a rule stands and what breaking it means."""

    clause: str
    severity: Severity = "error"
    ours: Severity = "error"


def _advice(clause: str, ours: Severity = "error") -> Rule:
    return Rule(clause, "warning", ours)


COLLAPSED = frozenset(("target-uri-brackets", "target-uri-escape", "zstd-content-size", "zstd-checksum"))
"""Habits of a writer: reported once for a file, with the number of places."""

LOST_PARTNERS = frozenset(
    (
        "concurrent-to-nowhere",
        "warcinfo-id-nowhere",
        "warcinfo-not-first",
        "refers-to-nowhere",
        "ours-exchange-order",
        "ours-exchange-incomplete",
        "ours-field-missing",
    )
)
"""What cannot be otherwise in a file that says it was repaired: warnings there."""

RULES: dict[str, Rule] = {
    # The file
    "file-unreadable": Rule("4"),
    "file-empty": Rule("4"),
    "not-warc": Rule("4"),
    "verify-crashed": Rule("4"),
    # Compression
    "gzip-header": Rule("D.2"),
    "gzip-data": Rule("D.2"),
    "gzip-crc": Rule("D.2"),
    "gzip-length": Rule("D.2"),
    "gzip-cut": Rule("D.2"),
    "bytes-between-members": Rule("4"),
    "empty-member": _advice("D.2"),
    "several-records-in-member": _advice("D.2"),
    "record-spans-members": _advice("D.2"),
    "zstd-data": Rule("warc-zstd 3"),
    "zstd-cut": Rule("warc-zstd 3"),
    "zstd-window": Rule("warc-zstd 4"),
    "zstd-dictionary": Rule("warc-zstd 3.2"),
    "zstd-extension-first": Rule("warc-zstd 3"),
    "zstd-content-size": _advice("warc-zstd 3.1"),
    "zstd-checksum": _advice("warc-zstd 3.1"),
    "several-records-in-frame": _advice("warc-zstd 3"),
    # The shape of a record
    "version-line": Rule("4"),
    "version-unknown": Rule("4"),
    "header-line": Rule("4"),
    "header-newline": Rule("4"),
    "header-encoding": Rule("4"),
    "header-unfinished": Rule("4"),
    "block-cut": Rule("5.3"),
    "record-end": Rule("4"),
    "record-end-cut": Rule("4"),
    # Fields
    "field-missing": Rule("5.1"),
    "field-forbidden": Rule("5.1"),
    "field-repeated": Rule("5.1"),
    "record-id-form": Rule("5.2"),
    "record-id-repeated": Rule("5.2"),
    "content-length-form": Rule("5.3"),
    "date-form": Rule("5.4"),
    "type-form": Rule("5.5"),
    "type-unknown": _advice("5.5"),
    "content-type-form": Rule("5.6"),
    "content-type-missing": _advice("5.6"),
    "content-type-unfit": _advice("5.6"),
    "concurrent-to-form": Rule("5.7"),
    "concurrent-to-nowhere": _advice("5.7"),
    "concurrent-date-differs": _advice("5.4"),
    "digest-form": Rule("5.8"),
    "digest-algorithm": _advice("5.8"),
    "block-digest": Rule("5.8"),
    "block-digest-of-nothing": _advice("5.8"),  # GNU Wget 1.21 with --warc-dedup
    "payload-digest": Rule("5.9"),
    "payload-digest-over-chunks": _advice("5.9"),
    "ip-form": Rule("5.10"),
    "refers-to-form": Rule("5.11"),
    "refers-to-nowhere": Rule("5.11"),
    "refers-to-uri-form": Rule("5.12"),
    "refers-to-date-form": Rule("5.13"),
    "target-uri-form": Rule("5.14"),
    "target-uri-escape": _advice("5.14", "warning"),
    "target-uri-brackets": _advice("5.14"),
    "truncated-reason": _advice("5.15"),
    "warcinfo-id-form": Rule("5.16"),
    "warcinfo-id-nowhere": _advice("5.16"),
    "filename-form": Rule("5.17"),
    "profile-form": Rule("5.18"),
    "profile-unknown": _advice("5.18"),
    "identified-type-form": Rule("5.19"),
    "segment-number-form": Rule("5.20"),
    "segment-origin-form": Rule("5.21"),
    "segment-length-form": Rule("5.22"),
    # Record types
    "warcinfo-not-first": _advice("6.2"),
    "warc-fields-line": _advice("4"),
    "http-status-line": _advice("6.3.2", "warning"),
    "http-request-line": _advice("6.5.2"),
    "http-header-line": _advice("6.3.2", "warning"),
    "http-head-unfinished": _advice("6.3.2", "warning"),
    "http-not-chunked": _advice("6.3.2", "warning"),
    "http-body-short": _advice("6.3.2", "warning"),
    "revisit-digest-missing": Rule("6.7.2"),
    "revisit-reference-missing": _advice("6.7.2"),
    "revisit-refers-to-self": Rule("6.7.1"),
    "revisit-refers-to-kind": Rule("6.7.1"),
    "revisit-differs": Rule("6.7.2"),
    "segment-order": Rule("7"),
    "segment-uri-differs": Rule("7"),
    "segment-length-differs": Rule("7"),
    "segment-unfinished": _advice("7"),
    # What warkat promises of its own files
    "ours-version": Rule(FORMATS),
    "ours-kind": Rule(FORMATS),
    "ours-field-missing": Rule(FORMATS),
    "ours-exchange-order": Rule(FORMATS),
    "ours-exchange-incomplete": Rule(FORMATS),
    "ours-exchange-unfinished": Rule(FORMATS, "warning", "warning"),
    "ours-transfer-encoding": Rule(FORMATS),
    "ours-filename": Rule(FORMATS),
    "ours-filename-differs": Rule(FORMATS),
    "ours-month": Rule(FORMATS),
    "ours-source": Rule(FORMATS),
    "ours-compression": Rule(FORMATS),
}
