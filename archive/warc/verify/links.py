"""What records say of each other: ids, references, segments (WARC/1.1 clauses 5.2, 5.7, 5.11, 5.16, 7).

Ids are kept as 64-bit hashes under a key of this process, so that a file of ten million records
fits; two ids fall together once in a million such files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from archive.warc.verify.digests import Labelled, read_labelled
from archive.warc.verify.members import Fault
from archive.warc.verify.record import Record

Lookup = Callable[[str], bool]
"""Whether a record id (without angle brackets) exists elsewhere in the collection."""


@dataclass(frozen=True, slots=True)
class Place:
    """A record, as much of it as a finding needs."""

    offset: int
    ordinal: int
    record_id: str | None


def place_of(record: Record) -> Place:
    """Where a record lies."""
    return Place(record.offset, record.ordinal, record.record_id)


@dataclass(slots=True)
class _Series:
    """The segments of one logical record, as far as this file has them."""

    place: Place
    number: int
    size: int
    uri: str
    from_first: bool
    ended: bool = False


class Links:
    """Everything known of a file's records that a later one may refer to.

    Args:
        lookup: where references that lead out of the file are looked up; None believes them.
    """

    def __init__(self, lookup: Lookup | None) -> None:
        self._lookup = lookup
        self._seen: dict[int, int] = {}
        """Hash of a record id to what a revisit of it must agree with, 0 where it cannot be revisited."""
        self._waiting: dict[int, tuple[Place, str, Fault]] = {}
        self._series: dict[int, _Series] = {}

    def add(self, record: Record) -> None:
        """Check a record against those before it; what may yet come is settled by ``finish``."""
        fields, record_id = record.fields, record.fields.get("warc-record-id", "")
        if record_id:
            key = hash(record_id)
            if key in self._seen:
                record.faults.append(Fault("record-id-repeated", f"an earlier record has the id {record_id[:80]}"))
            self._seen[key] = _agreement(record)
            self._waiting.pop(key, None)
        if "warc-concurrent-to" in fields:
            for name, value in record.head.pairs:
                if name == "warc-concurrent-to" and hash(value) not in self._seen:
                    self._await(record, value, "concurrent-to-nowhere")
        warcinfo = fields.get("warc-warcinfo-id")
        if warcinfo is not None and hash(warcinfo) not in self._seen:
            self._await(record, warcinfo, "warcinfo-id-nowhere")
        if "warc-refers-to" in fields:
            self._check_reference(record, fields["warc-refers-to"])
        if "warc-segment-number" in fields:
            self._check_segment(record)

    def finish(self) -> Iterator[tuple[Place, Fault]]:
        """References that lead nowhere and segments that never end."""
        for place, target, fault in self._waiting.values():
            if self._lookup is None or not self._lookup(target.strip("<>")):
                yield place, fault
        for series in self._series.values():
            if not series.ended:
                text = f"the last of {series.number} segments is no end: no WARC-Segment-Total-Length"
                yield series.place, Fault("segment-unfinished", text)

    def _await(self, record: Record, target: str, rule: str) -> None:
        fault = Fault(
            rule, f"no record {target[:80]} " + ("is known" if rule == "refers-to-nowhere" else "in this file")
        )
        self._waiting.setdefault(hash(target), (place_of(record), target, fault))

    def _check_reference(self, record: Record, target: str) -> None:
        """WARC-Refers-To leads to a record whose payload the revisit can have (clause 6.7)."""
        key = hash(target)
        if target == record.fields.get("warc-record-id"):
            record.faults.append(Fault("revisit-refers-to-self", "the record refers to itself"))
        elif key not in self._seen:
            if self._lookup is not None:
                self._await(record, target, "refers-to-nowhere")
        elif record.kind == "revisit":
            self._check_agreement(record, self._seen[key])

    def _check_agreement(self, record: Record, wanted: int) -> None:
        if wanted == 0:
            text = "the record it refers to is no response, resource or revisit"
            record.faults.append(Fault("revisit-refers-to-kind", text))
        elif wanted != 1 and _agreement(record) not in (1, wanted):
            text = "its payload digest is not that of the record it refers to"
            record.faults.append(Fault("revisit-differs", text))

    def _check_segment(self, record: Record) -> None:
        """Segments count up by one, share an address and add up (clause 7)."""
        fields, place = record.fields, place_of(record)
        number, size = _number(fields["warc-segment-number"]), record.length or 0
        uri = fields.get("warc-target-uri", "")
        if record.kind != "continuation":
            key = hash(fields.get("warc-record-id", ""))
            self._series[key] = _Series(place, 1, size, uri, from_first=True)
            return
        key = hash(fields.get("warc-segment-origin-id", ""))
        series = self._series.get(key)
        if series is None:
            series = self._series[key] = _Series(place, number, 0, uri, from_first=False)
        elif number != series.number + 1:
            record.faults.append(Fault("segment-order", f"segment {number} follows segment {series.number}"))
        if uri != series.uri:
            record.faults.append(Fault("segment-uri-differs", "its target URI is not that of the first segment"))
        series.place, series.number, series.size = place, number, series.size + size
        self._check_total(record, series)

    def _check_total(self, record: Record, series: _Series) -> None:
        if "warc-segment-total-length" not in record.fields:
            return
        series.ended = True
        total = _number(record.fields["warc-segment-total-length"])
        if series.from_first and total != series.size:
            text = f"the segments have {series.size} bytes together, WARC-Segment-Total-Length says {total}"
            record.faults.append(Fault("segment-length-differs", text))


def _number(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else -1


def _agreement(record: Record) -> int:
    """What a revisit must share with its original: the payload digest; 1 where there is none, 0 for other types."""
    if record.kind not in ("response", "resource", "revisit"):
        return 0
    digest = read_labelled(record.fields.get("warc-payload-digest", ""))
    if not isinstance(digest, Labelled):
        return 1
    return hash((digest.algorithm, digest.digest or digest.value)) or 2
