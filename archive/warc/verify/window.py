"""The unfolded bytes of a member through a buffer of bounded size."""

from __future__ import annotations

from archive.warc.verify.members import Fault, Member, PlainMember


class Window:
    """The unfolded bytes of one member, seen through a buffer of bounded size."""

    def __init__(self, member: Member) -> None:
        self.member = member
        self.buf = member.chunk()
        self.pos = 0
        self._before = 0

    @property
    def at(self) -> int:
        """How far into the unfolded member."""
        return self._before + self.pos

    def more(self) -> bool:
        """Have more bytes behind ``pos`` in the buffer; False at the end of the member."""
        chunk = self.member.chunk()
        if not chunk:
            return False
        self._before += self.pos
        self.buf = self.buf[self.pos :] + chunk
        self.pos = 0
        return True

    def has(self, size: int) -> bool:
        """Whether so many bytes are left; they are in the buffer then."""
        while len(self.buf) - self.pos < size:
            if not self.more():
                return False
        return True

    def put_before(self, rest: bytes) -> None:
        """Have the unread end of the member before at the beginning of this one."""
        self.buf = rest + self.buf
        self._before -= len(rest)

    def seek(self, at: int) -> bool:
        """Back to a place in the member, where that is possible."""
        if not isinstance(self.member, PlainMember):
            return False
        self.member.seek(self.member.offset + at)
        self._before, self.pos, self.buf = at, 0, self.member.chunk()
        return True


class Replayed:
    """A member whose first bytes were looked at already."""

    def __init__(self, member: Member, first: bytes) -> None:
        self._member, self._first = member, first
        self.offset = member.offset
        self.notes = member.notes

    @property
    def end(self) -> int:
        """As of the member."""
        return self._member.end

    @property
    def fault(self) -> Fault | None:
        """As of the member."""
        return self._member.fault

    def chunk(self) -> bytes:
        """The bytes seen already, then the rest."""
        first, self._first = self._first, b""
        return first or self._member.chunk()
