"""Saving what is whole in a damaged file.

::

    damaged file ─ verify's walk ─→ sound records ─→ new file: members as they are, or one made for each record
                                 └→ lost ranges, each with its reason ─→ a metadata record in the new file

A record is saved when its bytes are all there and break no rule that is an error. The damaged file
is never written to. What was not compressed record by record is so afterwards (WARC/1.1 annex D).
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from archive.capture import sha1_digest
from archive.warc.records import new_record_id, warc_date
from archive.warc.verify import FileReport, verify_file
from archive.warc.verify.check import container_of
from archive.warc.verify.gzipped import Gzip
from archive.warc.verify.links import Links
from archive.warc.verify.members import Container, Fault
from archive.warc.verify.ours import REPAIRED
from archive.warc.verify.record import Record
from archive.warc.verify.rules import RULES
from archive.warc.verify.source import CHUNK, HashedFile
from archive.warc.verify.walk import Walk
from archive.warc.verify.window import Window
from archive.warc.verify.zstandard import Zstd
from archive.warc.writer import sync_folder

DAMAGED = ".damaged"
_LEVEL = 6
_NEWLINES = b"\r\n\r\n"
_MOST_TOLD = 1000
"""Lost ranges that the metadata record lists."""


@dataclass(frozen=True, slots=True)
class LostRange:
    """Bytes of the damaged file that are not in the repaired one."""

    offset: int
    end: int
    """First byte after them."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """What a repair saved and what it could not."""

    path: Path
    """The damaged file, where it is now."""
    repaired: Path | None
    """The new file, or None when no record was whole."""
    records: int
    """Records saved."""
    mended: int
    """Of these, whole ones that lacked only their end or had other bytes behind it."""
    lost: tuple[LostRange, ...]
    sha256: str
    """Of the damaged file."""
    report: FileReport | None
    """Verification of the new file; its warnings name records that lost their partners."""


@dataclass(frozen=True, slots=True)
class _Kept:
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
    has_digest: bool
    record_id: str | None
    is_warcinfo: bool


def repair_file(path: Path, out_folder: Path, *, set_aside: bool = False, instant: datetime | None = None) -> Repaired:
    """Save every whole record of a file into a new, valid one of the same name.

    Args:
        path: the damaged file.
        out_folder: where the new file goes; made when it is missing.
        set_aside: rename the damaged file to ``*.damaged`` once the new one is on the disk; it must be
            so where ``out_folder`` is the folder of the damaged file.
        instant: date of the metadata record that tells of the repair; None takes the time the
            damaged file was last written.

    Raises:
        FileExistsError: the new name is taken.
        OSError: the disk does not read or take the bytes.
    """
    target = out_folder / path.name
    if target.exists() and not (set_aside and target.samefile(path)):
        raise FileExistsError(f"{target} is there already")
    instant = instant or datetime.fromtimestamp(path.stat().st_mtime, UTC)
    with HashedFile(path) as file:
        work = _Repair(file)
        work.survey()
        partial = _write_beside(target, work, instant) if work.kept else None
    aside = path.rename(path.with_name(path.name + DAMAGED)) if set_aside else path
    if partial is not None:
        partial.rename(target)
        sync_folder(out_folder)
    return Repaired(
        path=aside,
        repaired=target if partial else None,
        records=len(work.kept),
        mended=work.mended,
        lost=tuple(work.lost),
        sha256=work.sha256,
        report=verify_file(target) if partial else None,
    )


def _write_beside(target: Path, work: _Repair, instant: datetime) -> Path:
    """The new file under a name for the meantime, on the disk."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".repairing")
    with partial.open("wb") as out:
        work.write(out, instant)
        out.flush()
        os.fsync(out.fileno())
    return partial


def _is_mendable(record: Record, errors: list[Fault]) -> bool:
    """Whether only the end of a record is wrong and its block is known to be the right one."""
    rules = {fault.rule for fault in errors}
    return rules == {"record-end-cut"} or (rules == {"record-end"} and "warc-block-digest" in record.fields)


def _is_broken(record: Record) -> bool:
    """Whether the member that holds a record could not be unfolded."""
    names = [fault.rule for fault in record.faults if fault.rule.startswith(("gzip-", "zstd-"))]
    return any(RULES[name].severity == "error" for name in names)


class _Repair:
    """Two passes: the first finds what is sound, the second copies it."""

    def __init__(self, file: HashedFile) -> None:
        self._file = file
        self._container = container_of(file)
        self.kept: list[_Kept] = []
        self.lost: list[LostRange] = []
        self.mended = 0
        self.sha256 = ""

    def survey(self) -> None:
        """Find the sound records and say why the others are not."""
        links = Links(None)
        broken: set[int] = set()
        reasons: list[tuple[int, str]] = []
        inner: list[LostRange] = []
        for item in Walk(self._container, self._file.size).items():
            if not isinstance(item, Record):
                if item.lost:
                    reasons.append((item.offset, item.fault.text))
                continue
            broken |= {item.offset} if _is_broken(item) else set()
            links.add(item)
            errors = [fault for fault in item.faults if RULES[fault.rule].severity == "error"]
            if item.whole and not errors:
                self._keep(item)
            elif item.block_whole and _is_mendable(item, errors):
                self._keep(item, mend=True)
            else:
                text = f"record {item.ordinal}: " + "; ".join(fault.text for fault in errors)
                reasons.append((item.offset, text))
                if not item.alone and not self._container.seekable:
                    inner.append(LostRange(item.offset, item.member_end or item.offset, text))
        # A member of several records that fails its checksum: only those with a digest are known to be right.
        self.kept = [kept for kept in self.kept if kept.offset not in broken or kept.has_digest]
        self._account(reasons, inner)
        self.sha256 = self._file.sha256()

    def _keep(self, record: Record, *, mend: bool = False) -> None:
        self.mended += mend
        size = record.head.size + (record.length or 0)
        plain = self._container.seekable
        self.kept.append(
            _Kept(
                offset=record.offset,
                end=record.offset + size + (0 if mend else 4) if plain else record.member_end,
                start=0 if plain else record.start,
                size=size,
                as_it_is=record.alone and not mend,
                has_digest="warc-block-digest" in record.fields,
                record_id=record.fields.get("warc-record-id"),
                is_warcinfo=record.kind == "warcinfo",
            )
        )

    def _account(self, reasons: list[tuple[int, str]], inner: list[LostRange]) -> None:
        """All bytes of the file that no kept record covers, with the reasons found there."""
        at = 0
        gaps: list[tuple[int, int]] = []
        for kept in self.kept:
            if kept.offset > at:
                gaps.append((at, kept.offset))
            at = max(at, kept.end, kept.offset)
        if at < self._file.size:
            gaps.append((at, self._file.size))
        reasons.sort()
        for start, end in gaps:
            told = [text for offset, text in reasons if start <= offset < end]
            self.lost.append(LostRange(start, end, "; ".join(told[:3]) or "belongs to no whole record"))
        self.lost += [lost for lost in inner if not any(start <= lost.offset < end for start, end in gaps)]

    def write(self, out: BinaryIO, instant: datetime) -> None:
        """Write the new file: the sound records in their order, and behind the first what was lost."""
        if isinstance(self._container, Zstd):
            out.write(self._file.read_at(0, self._container.dictionary_end))
        source = _Unfolded(self._container)
        for number, kept in enumerate(self.kept):
            if kept.as_it_is:
                steps = range(kept.offset, kept.end, CHUNK)
                out.writelines(self._file.read_at(at, min(CHUNK, kept.end - at)) for at in steps)
            else:
                self._pack(out, source.read(kept), kept.size + 4)
            if number == 0 and (self.lost or self.mended):
                note = self._note(kept, instant)
                self._pack(out, iter((note,)), len(note))

    def _pack(self, out: BinaryIO, chunks: Iterator[bytes], size: int) -> None:
        """A record as the file has its records: a member, a frame or as it is."""
        if isinstance(self._container, Gzip):
            fold = zlib.compressobj(_LEVEL, zlib.DEFLATED, 31)
            out.writelines(fold.compress(chunk) for chunk in chunks)
            out.write(fold.flush())
        elif isinstance(self._container, Zstd):
            out.writelines(self._container.pack(chunks, size))
        else:
            out.writelines(chunks)

    def _note(self, first: _Kept, instant: datetime) -> bytes:
        """A metadata record that says where the file comes from and what is missing (clause 6.6)."""
        lines = [f"{REPAIRED}: {self._file.path.name}", f"repairedFromSHA256: {self.sha256}"]
        lines += [f"mendedRecords: {self.mended}"] if self.mended else []
        told = self.lost[:_MOST_TOLD]
        lines += [f"lost: {lost.offset}-{lost.end} {' '.join(lost.reason.split())[:200]}" for lost in told]
        lines += [f"lostMore: {len(self.lost) - len(told)}"] if len(told) < len(self.lost) else []
        block = "".join(f"{line}\r\n" for line in lines).encode("utf-8", "replace")
        fields = [
            ("WARC-Type", "metadata"),
            ("WARC-Record-ID", f"<{new_record_id()}>"),
            ("WARC-Date", warc_date(instant)),
            *([("WARC-Warcinfo-ID", first.record_id)] if first.is_warcinfo and first.record_id else []),
            ("WARC-Block-Digest", sha1_digest(block)),
            ("Content-Type", "application/warc-fields"),
            ("Content-Length", str(len(block))),
        ]
        head = "".join(f"{name}: {value}\r\n" for name, value in fields)
        return f"WARC/1.1\r\n{head}\r\n".encode() + block + _NEWLINES


class _Unfolded:
    """Unfolded bytes of records that are packed anew, asked for in the order they lie."""

    def __init__(self, container: Container) -> None:
        self._container = container
        self._window: Window | None = None

    def read(self, kept: _Kept) -> Iterator[bytes]:
        """A record, its two newlines as they should be."""
        window = self._window
        if window is None or window.member.offset != kept.offset or window.at > kept.start:
            window = Window(self._container.member_at(kept.offset))
        for _ in self._take(window, kept.start - window.at):
            pass
        yield from self._take(window, kept.size)
        yield _NEWLINES

    def _take(self, window: Window, left: int) -> Iterator[bytes]:
        self._window = window
        while left:
            if window.pos == len(window.buf) and not window.more():
                self._window = window = Window(self._container.member_at(window.member.end))
                continue
            chunk = window.buf[window.pos : window.pos + left]
            window.pos += len(chunk)
            left -= len(chunk)
            yield chunk
