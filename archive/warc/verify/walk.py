"""A file from front to end as WARC records, however damaged it is.

::

    Source → Gzip | Zstd | Plain → members → Walk → records (whole or not) and stray bytes

The walk knows the shape of records (clause 4) and nothing of their meaning. After damage it goes on
at the next place where a record begins, and says which bytes it passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from archive.warc.verify.head import END, HEAD_LIMIT, Head, HeadReader
from archive.warc.verify.members import Container, Fault, Member, Stray, WholeMember
from archive.warc.verify.record import Record, begin_record
from archive.warc.verify.window import Replayed, Window

_NEXT = re.compile(rb"(?:\r\n|\n)\r?\n(?=WARC/[0-9]+\.[0-9]+\r?\n)")
_NEAR = re.compile(rb"WARC/[0-9]+\.[0-9]+\r?\n")
_NEWLINES = b"\r\n\r\n"
_OVERLAP = 32
_AGAIN = 4


@dataclass(frozen=True, slots=True)
class Lost:
    """Unfolded bytes of a member that belong to no record."""

    offset: int
    """In the file: of the member, or of the bytes themselves in a plain file."""
    start: int
    end: int
    fault: Fault
    lost: bool = True


class Walk:
    """Reads a file once; ``items`` gives what is there in order."""

    def __init__(self, container: Container, size: int) -> None:
        self._container = container
        self._heads = HeadReader()
        self._allowance = _AGAIN * size + (64 << 20)
        self._window: Window
        self._members: Iterator[Member | Stray]
        self._ahead: Member | Stray | None = None
        self.records = 0

    def items(self) -> Iterator[Record | Stray | Lost]:
        """Records with what is wrong with their shape and fields, and all bytes that are in none."""
        self._members = self._container.members()
        while (member := self._next_member()) is not None:
            if isinstance(member, Stray):
                yield member
            elif isinstance(member, WholeMember) and (record := self._read_alone(member)) is not None:
                yield record
            else:
                yield from self._walk_member(member)

    def _next_member(self) -> Member | Stray | None:
        ahead, self._ahead = self._ahead, None
        return ahead if ahead is not None else next(self._members, None)

    def _read_alone(self, member: WholeMember) -> Record | None:
        """The record that fills a sound member; None where there is anything else to say of its shape.

        Nearly all members are so, and this takes a third of the time of the general way.
        """
        data = member.data
        end = data.find(_NEWLINES, 0, HEAD_LIMIT) + 4
        head = self._heads.read_sound(data[:end])
        if head is None:
            return None
        record = begin_record(self.records + 1, member.offset, head)
        if record.length is None or end + record.length + 4 != len(data) or not data.endswith(_NEWLINES):
            return None
        self.records += 1
        record.member_end = member.end
        record.end = len(data)
        record.whole = record.block_whole = True
        if record.length:
            record.block.feed(memoryview(data)[end:-4])
        self._finish_block(record)
        return record

    def _walk_member(self, member: Member) -> Iterator[Record | Stray | Lost]:
        """Records of a member; the last is held back until it is known whether the member is sound."""
        self._window = Window(member)
        held: Record | None = None
        count = 0
        while self._window.has(1):
            count += 1
            found = self._read_record()
            if isinstance(found, Lost):
                if self._window.member.fault is None:
                    yield found
                continue
            if held is not None:
                held.alone = found.alone = False
                yield held
            held = found
        last = self._window.member
        if last.fault is not None:
            yield self._broken(last, held, last.fault)
        elif held is not None:
            held.member_end = last.end
            held.faults += last.notes
            yield held
        if count > 1 and self._container.crowded:
            name = self._container.member_name
            fault = Fault(self._container.crowded, f"{count} records in one {name}")
            yield Stray(member.offset, last.end, fault, lost=False)
        elif not count and last.fault is None and not self._container.may_span:
            fault = Fault("empty-member", f"a {self._container.member_name} of nothing")
            yield Stray(member.offset, member.end, fault, lost=False)

    def _broken(self, member: Member, held: Record | None, fault: Fault) -> Record | Stray:
        """The fault of a member stands for all that its content suffers from."""
        if held is None:
            return Stray(member.offset, member.end, fault)
        held.faults[:] = [fault]
        held.whole = held.block_whole = False
        held.member_end = member.end
        return held

    def _read_record(self) -> Record | Lost:
        first = self._window.member
        start, offset = self._window.at, first.offset
        if self._container.seekable:
            offset += start
        head = self._read_head()
        if isinstance(head, Fault):
            self._resync(self._window, near=False)
            return Lost(offset, start, self._window.at, head)
        self.records += 1
        record = begin_record(self.records, offset, head)
        record.start = start
        body = self._window.at
        self._read_block(record)
        self._finish_block(record)
        if record.block_whole:
            record.whole = self._read_end(record)
        elif record.length is not None and not self._window.has(1) and self._go_back(body):
            self._resync(self._window)
        record.end = self._window.at
        if self._window.member is not first:
            record.alone = False
            if not self._container.may_span:
                text = f"the record goes on in the next {self._container.member_name}"
                record.faults.append(Fault("record-spans-members", text))
        return record

    def _read_head(self) -> Head | Fault:
        window = self._window
        quick = window.buf.find(_NEWLINES, window.pos, window.pos + HEAD_LIMIT)
        head = self._heads.read_sound(window.buf[window.pos : quick + 4]) if quick >= 0 else None
        if head is not None:
            window.pos = quick + 4
            return head
        if not window.has(5) or not window.buf.startswith(b"WARC/", window.pos):
            begin = bytes(window.buf[window.pos : window.pos + 40])
            return Fault("version-line", f"no WARC record begins here: {begin!r}")
        while (end := END.search(window.buf, window.pos)) is None:
            if len(window.buf) - window.pos > HEAD_LIMIT:
                return Fault("header-unfinished", "the record header has no empty line at its end")
            if not window.more():
                if not self._continues():
                    return Fault("header-unfinished", "the record header has no empty line at its end")
                window = self._window
        raw = window.buf[window.pos : end.end()]
        window.pos = end.end()
        return self._heads.read(raw)

    def _read_block(self, record: Record) -> None:
        """Feed the block to its hashes; stops where the member or the file ends."""
        left = record.length
        block = record.block
        if left is None:
            self._resync(self._window)
            return
        while left:
            window = self._window
            if window.pos == len(window.buf) and not window.more():
                if not self._continues():
                    record.faults.append(
                        Fault("block-cut", f"{left} bytes of {record.length} are missing in the block")
                    )
                    return
                continue
            size = min(left, len(window.buf) - window.pos)
            with memoryview(window.buf) as view:
                block.feed(view[window.pos : window.pos + size])
            window.pos += size
            left -= size
        record.block_whole = True

    def _continues(self) -> bool:
        """Go on in the next member when that one does not begin a record of its own."""
        if self._window.member.fault is not None or self._container.seekable:
            return False
        following = self._next_member()
        if following is None or isinstance(following, Stray):
            self._ahead = following
            return False
        window = Window(following)
        if not window.has(5) or window.buf.startswith(b"WARC/", window.pos):
            self._ahead = Replayed(following, window.buf)
            return False
        window.put_before(self._window.buf[self._window.pos :])
        self._window = window
        return True

    def _finish_block(self, record: Record) -> None:
        """What the block shows once all of it has gone by; of a block that is cut nothing can be said."""
        if record.block_whole:
            inside = record.kind != "revisit" and "warc-segment-number" not in record.fields
            record.faults += record.block.finish(
                truncated="warc-truncated" in record.fields, payload_inside=inside
            )  # fmt: skip

    def _read_end(self, record: Record) -> bool:
        """The two newlines and nothing else (clause 4)."""
        window = self._window
        body, back = window.at - (record.length or 0), False
        if window.has(4) and window.buf.startswith(_NEWLINES, window.pos):
            window.pos += 4
            if not window.has(1) or (window.has(5) and window.buf.startswith(b"WARC/", window.pos)):
                return True
            text = "something other than a record follows the two newlines: "
        elif not window.has(4) and _NEWLINES.startswith(window.buf[window.pos :]):
            window.pos = len(window.buf)
            record.faults.append(Fault("record-end-cut", "the record ends before its two newlines"))
            return False
        else:
            text = "the block is not followed by two newlines but by "
            back = True
        record.faults.append(Fault("record-end", text + repr(window.buf[window.pos : window.pos + 16])))
        self._resync(window, near=not (back and self._go_back(body)))
        return False

    def _go_back(self, at: int) -> bool:
        """Back to the beginning of a block whose length cannot be right, within the patience for that."""
        back = self._window.at - at
        if back > self._allowance or not self._window.seek(at):
            return False
        self._allowance -= back
        return True

    def _resync(self, window: Window, *, near: bool = True) -> None:
        """On to the next place where a record begins, or to the end of the member.

        ``near`` takes a record also when no empty line stands before it, just behind where it should begin.
        """
        found = _NEAR.search(window.buf, window.pos, window.pos + 2 * _OVERLAP) if near else None
        if found is not None:
            window.pos = found.start()
            return
        window.pos = min(window.pos + 1, len(window.buf))
        while True:
            match = _NEXT.search(window.buf, window.pos)
            if match is not None:
                window.pos = match.end()
                return
            window.pos = max(window.pos, len(window.buf) - _OVERLAP)
            if not window.more():
                window.pos = len(window.buf)
                return
