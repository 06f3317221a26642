"""Which records of a damaged file are whole, and which of its bytes are in none."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from archive.warc.verify.links import Links
from archive.warc.verify.members import Container, Fault
from archive.warc.verify.record import Record
from archive.warc.verify.rules import RULES
from archive.warc.verify.source import HashedFile
from archive.warc.verify.walk import Walk


@dataclass(frozen=True, slots=True)
class LostRange:
    """Bytes of the damaged file that are not in the repaired one."""

    offset: int
    end: int
    """First byte after them."""
    reason: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Where the bytes of a sound record are."""

    offset: int
    end: int
    """End of its member."""
    start: int
    """In the unfolded member."""
    size: int
    """Unfolded bytes without the two newlines."""
    as_it_is: bool
    """Its stored bytes can be copied."""
    mended: bool
    """Its two newlines were not as they should be."""
    has_digest: bool
    record_id: str | None
    is_warcinfo: bool


def _is_mendable(record: Record, errors: list[Fault]) -> bool:
    """Whether only the end of a record is wrong and its block is known to be the right one."""
    rules = {fault.rule for fault in errors}
    return rules == {"record-end-cut"} or (rules == {"record-end"} and "warc-block-digest" in record.fields)


def _is_broken(record: Record) -> bool:
    """Whether the member that holds a record could not be unfolded."""
    names = [fault.rule for fault in record.faults if fault.rule.startswith(("gzip-", "zstd-"))]
    return any(RULES[name].severity == "error" for name in names)


class Survey:
    """The first pass over a damaged file.

    Attributes:
        kept: the sound records in their order.
        lost: what is in none of them.
        sha256: of the file.
    """

    def __init__(self, file: HashedFile, container: Container) -> None:
        self._file = file
        self._container = container
        self.kept: list[Kept] = []
        self.lost: list[LostRange] = []
        self._reasons: list[tuple[int, str]] = []
        self._inner: list[tuple[int, str]] = []
        """Lost records whose members hold kept ones too."""
        self._starts: list[int] = []
        self._ends: dict[int, int] = {}
        self.sha256 = ""

    def run(self) -> None:
        """Find the sound records and say why the others are not."""
        links = Links(None)
        broken: set[int] = set()
        for item in Walk(self._container, self._file.size).items():
            self._starts.append(item.offset)
            if not isinstance(item, Record):
                if item.lost:
                    self._reasons.append((item.offset, item.fault.text))
                continue
            links.add(item)
            if _is_broken(item):
                broken.add(item.offset)
            if item.member_end:
                self._ends[item.offset] = item.member_end
            self._judge(item)
        # A member of several records that fails its checksum: only those with a digest are known to be right.
        self.kept = [kept for kept in self.kept if kept.offset not in broken or kept.has_digest]
        self._account()
        self.sha256 = self._file.sha256()

    def _judge(self, record: Record) -> None:
        errors = [fault for fault in record.faults if RULES[fault.rule].severity == "error"]
        if record.whole and not errors:
            self._keep(record)
        elif record.block_whole and _is_mendable(record, errors):
            self._keep(record, mend=True)
        else:
            text = f"record {record.ordinal}: " + "; ".join(fault.text for fault in errors)
            self._reasons.append((record.offset, text))
            if not record.alone and not self._container.seekable:
                self._inner.append((record.offset, text))

    def _keep(self, record: Record, *, mend: bool = False) -> None:
        size = record.head.size + (record.length or 0)
        plain = self._container.seekable
        self.kept.append(
            Kept(
                offset=record.offset,
                end=record.offset + size + (0 if mend else 4) if plain else record.member_end,
                start=0 if plain else record.start,
                size=size,
                as_it_is=record.alone and not mend,
                mended=mend,
                has_digest="warc-block-digest" in record.fields,
                record_id=record.fields.get("warc-record-id"),
                is_warcinfo=record.kind == "warcinfo",
            )
        )

    def _end_of(self, offset: int) -> int:
        """Where the member at a place ends: as it was read, or where the next thing was found."""
        at = bisect_right(self._starts, offset)
        return self._ends.get(offset) or (self._starts[at] if at < len(self._starts) else self._file.size)

    def _account(self) -> None:
        """All bytes of the file that no kept record covers, with the reasons found there."""
        self._starts.sort()
        at = 0
        gaps: list[tuple[int, int]] = []
        for kept in self.kept:
            if kept.offset > at:
                gaps.append((at, kept.offset))
            at = max(at, kept.end or self._end_of(kept.offset))
        if at < self._file.size:
            gaps.append((at, self._file.size))
        self._reasons.sort()
        for start, end in gaps:
            told = [text for offset, text in self._reasons if start <= offset < end]
            self.lost.append(LostRange(start, end, "; ".join(told[:3]) or "belongs to no whole record"))
        covered = {kept.offset for kept in self.kept}
        self.lost += [LostRange(o, self._end_of(o), text) for o, text in self._inner if o in covered]
        self.lost.sort(key=lambda lost: lost.offset)
