"""One WARC record: its fields against its type (WARC/1.1 clauses 5 and 6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from archive.warc.verify.block import Block, Plan
from archive.warc.verify.digests import Labelled, read_labelled
from archive.warc.verify.fields import CLAUSES, KINDS
from archive.warc.verify.head import Head
from archive.warc.verify.members import Fault

_ALWAYS = frozenset(("warc-record-id", "content-length", "warc-date", "warc-type"))
_TARGET = _ALWAYS | {"warc-target-uri"}
_REQUIRED: dict[str, frozenset[str]] = {
    "warcinfo": _ALWAYS,
    "metadata": _ALWAYS,
    "response": _TARGET,
    "resource": _TARGET,
    "request": _TARGET,
    "conversion": _TARGET,
    "revisit": _TARGET | {"warc-profile"},
    "continuation": _TARGET | {"warc-segment-number", "warc-segment-origin-id"},
}
_ALLOWED: dict[str, frozenset[str]] = {
    "warc-concurrent-to": frozenset(("request", "response", "resource", "metadata", "revisit")),
    "warc-ip-address": frozenset(("response", "resource", "request", "metadata", "revisit")),
    "warc-refers-to": frozenset(("metadata", "revisit", "conversion")),
    "warc-refers-to-target-uri": frozenset(("revisit",)),
    "warc-refers-to-date": frozenset(("revisit",)),
    "warc-target-uri": KINDS - {"warcinfo"},
    "warc-warcinfo-id": KINDS - {"warcinfo"},
    "warc-filename": frozenset(("warcinfo",)),
    "warc-profile": frozenset(("revisit",)),
    "warc-identified-payload-type": KINDS - {"warcinfo", "metadata"},
    "warc-segment-origin-id": frozenset(("continuation",)),
    "warc-segment-total-length": frozenset(("continuation",)),
}
_FORBIDDEN = {kind: frozenset(name for name, kinds in _ALLOWED.items() if kind not in kinds) for kind in KINDS}
_MESSAGES = {
    kind: frozenset(("application/http", f"application/http; msgtype={kind}", f"application/http;msgtype={kind}"))
    for kind in ("response", "request")
}
_NONE: frozenset[str] = frozenset()
_REPEATABLE = frozenset(("warc-concurrent-to",))


@dataclass(slots=True)
class Record:
    """A record as it was found; ``faults`` grows while it is looked at."""

    ordinal: int
    offset: int
    """Of the member it begins in, or of the record itself in a plain file."""
    head: Head
    fields: dict[str, str]
    """First value of each field, names in lower case."""
    kind: str
    """Value of WARC-Type, or the empty text."""
    length: int | None
    """Content-Length, or None where there is none to read."""
    block: Block
    start: int = 0
    """Where it begins in the unfolded member."""
    end: int = 0
    """Where it ends there, with its two newlines."""
    block_whole: bool = False
    """All bytes of the block were there."""
    whole: bool = False
    """Header, block and end were all there and nothing else."""
    alone: bool = True
    """It fills its member, and its member alone."""
    member_end: int = 0
    """First byte after its member in the file; set when the member has ended."""
    faults: list[Fault] = field(default_factory=list)

    @property
    def record_id(self) -> str | None:
        """WARC-Record-ID without angle brackets."""
        value = self.fields.get("warc-record-id")
        return value.removeprefix("<").removesuffix(">") if value else None


def begin_record(ordinal: int, offset: int, head: Head) -> Record:
    """A record from its header, with all that is wrong with its fields."""
    fields = dict(head.pairs)
    repeats = len(fields) < len(head.pairs)
    if repeats:
        fields = dict(reversed(head.pairs))  # the first value of each counts
    kind, size = fields.get("warc-type", ""), fields.get("content-length", "")
    length = int(size) if size.isascii() and size.isdigit() and len(size) < 19 else None
    record = Record(ordinal, offset, head, fields, kind, length, _new_block(kind, fields), faults=head.faults)
    if repeats:
        _check_repeats(record)
    _check_kind(record)
    return record


def _check_repeats(record: Record) -> None:
    """Defined fields stand once, WARC-Concurrent-To excepted (clause 5.1)."""
    counts = Counter(name for name, _ in record.head.pairs)
    for name, count in counts.items():
        if count > 1 and name in CLAUSES and name not in _REPEATABLE:
            record.faults.append(Fault("field-repeated", f"{name} stands {count} times"))


def _check_kind(record: Record) -> None:
    """Fields that a type must have and must not have (clauses 5.2 to 5.22)."""
    kind, names = record.kind, record.fields.keys()
    required, forbidden = _REQUIRED.get(kind, _ALWAYS), _FORBIDDEN.get(kind, _NONE)
    if not required <= names:
        for name in sorted(required - names):
            text = f"a {kind} record without {name}" if kind else f"no {name}"
            record.faults.append(Fault("field-missing", text, CLAUSES[name]))
    if not forbidden.isdisjoint(names):
        for name in sorted(forbidden & names):
            record.faults.append(Fault("field-forbidden", f"{name} on a {kind} record", CLAUSES[name]))
    _check_content_type(record)
    special = _SPECIAL.get(kind)
    if special is not None:
        special(record)
    elif "warc-segment-number" in names and record.fields["warc-segment-number"].lstrip("0") != "1":
        text = f"segment {record.fields['warc-segment-number'][:20]} of a {kind} record; only its first may be one"
        record.faults.append(Fault("segment-number-form", text))


def _check_content_type(record: Record) -> None:
    content_type = record.fields.get("content-type")
    if content_type is None:
        if record.length and record.kind not in ("continuation", ""):
            record.faults.append(Fault("content-type-missing", "a block without Content-Type"))
    elif record.kind in _MESSAGES and content_type not in _MESSAGES[record.kind] and _is_web(record.fields):
        kind, wanted = content_type.lower().replace(" ", ""), f"application/http;msgtype={record.kind}"
        if kind != wanted and not kind.startswith(wanted + ";"):
            text = f"a {record.kind} over http as {content_type[:60]!r}"
            record.faults.append(Fault("content-type-unfit", text))


def _check_revisit(record: Record) -> None:
    """What makes a revisit usable (clauses 6.7.2 and 6.7.3)."""
    fields = record.fields
    by_digest = "identical-payload-digest" in fields.get("warc-profile", "")
    if by_digest and "warc-payload-digest" not in fields:
        record.faults.append(Fault("revisit-digest-missing", "a revisit by digest without WARC-Payload-Digest"))
    if "warc-refers-to" not in fields and not {"warc-refers-to-target-uri", "warc-refers-to-date"} <= fields.keys():
        clause = "6.7.2" if by_digest else "6.7.3"
        text = "neither WARC-Refers-To nor both WARC-Refers-To-Target-URI and WARC-Refers-To-Date"
        record.faults.append(Fault("revisit-reference-missing", text, clause))


def _check_continuation(record: Record) -> None:
    number = record.fields.get("warc-segment-number", "2").lstrip("0")
    if number == "1":
        record.faults.append(Fault("segment-number-form", "a continuation record that is the first segment"))


_SPECIAL: dict[str, Callable[[Record], None]] = {"revisit": _check_revisit, "continuation": _check_continuation}


def _is_web(fields: dict[str, str]) -> bool:
    return fields.get("warc-target-uri", "").lstrip("<")[:5].lower() in ("http:", "https")


def _new_block(kind: str, fields: dict[str, str]) -> Block:
    payload = fields.get("warc-payload-digest") if kind != "revisit" else None
    plan = _plan(kind, fields.get("content-type"), _is_web(fields))
    return Block(plan, _labelled(fields.get("warc-block-digest")), _labelled(payload))


@lru_cache(256)
def _plan(kind: str, content_type: str | None, is_web: bool) -> Plan:
    media = (content_type or "").lower()
    message = is_web if content_type is None else media.startswith(("application/http", "message/http"))
    return Plan(
        is_message=message and kind in ("response", "request", "revisit"),
        is_request=kind == "request",
        keep_text=kind in ("warcinfo", "metadata"),
        is_fields=media.startswith("application/warc-fields"),
        is_revisit=kind == "revisit",
    )


def _labelled(value: str | None) -> Labelled | None:
    digest = read_labelled(value) if value else None
    return digest if isinstance(digest, Labelled) else None
