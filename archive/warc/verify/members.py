"""The pieces a file is compressed in: what unfolds on its own and may be sound on its own.

A plain file is one member from end to end. Each kind of compression has a file of its own beside
this one; all give the same: members in order, stray bytes and broken members told by name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from archive.warc.verify.source import CHUNK, HashedFile


@dataclass(frozen=True, slots=True)
class Fault:
    """A broken rule without its place."""

    rule: str
    text: str
    clause: str | None = None
    """Where it is finer than the clause of the rule."""


@dataclass(frozen=True, slots=True)
class Stray:
    """Bytes of a file that belong to no member, or a remark on those of one."""

    offset: int
    end: int
    fault: Fault
    lost: bool = True
    """False for a remark: the records in these bytes are read."""


class Member(Protocol):
    """What unfolds on its own, read once from its beginning."""

    @property
    def offset(self) -> int:
        """First byte in the file as stored."""
        ...

    @property
    def end(self) -> int:
        """First byte after it; true once ``chunk`` has returned nothing."""
        ...

    @property
    def fault(self) -> Fault | None:
        """Why it could not be unfolded to its end; true once ``chunk`` has returned nothing."""
        ...

    @property
    def notes(self) -> tuple[Fault, ...]:
        """What is wrong with it without harm to its content."""
        ...

    def chunk(self) -> bytes:
        """The next unfolded bytes, or nothing at the end."""
        ...


class Container(Protocol):
    """A file as members in order."""

    member_name: str
    """What a member is called in findings."""
    seekable: bool
    """Whether offsets in the member are offsets in the file."""
    may_span: bool
    """Whether a record may take several members."""
    crowded: str
    """The rule that several records in one member break."""

    def members(self) -> Iterator[Member | Stray]:
        """Members and what lies between them; a member not read to its end is skipped over."""
        ...

    def member_at(self, offset: int) -> Member:
        """The member that begins at a place."""
        ...


class WholeMember:
    """A sound member that is unfolded already."""

    def __init__(self, offset: int, end: int, data: bytes) -> None:
        self.offset, self.end, self.data = offset, end, data
        self.fault: Fault | None = None
        self.notes: tuple[Fault, ...] = ()

    def chunk(self) -> bytes:
        """All of it, then nothing."""
        data, self.data = self.data, b""
        return data


class PlainMember:
    """An uncompressed file, or the rest of one."""

    def __init__(self, file: HashedFile, offset: int = 0) -> None:
        self._file = file
        self.offset = offset
        self.end = file.size
        self.fault: Fault | None = None
        self.notes: tuple[Fault, ...] = ()
        self._next = offset

    def chunk(self) -> bytes:
        """The next bytes of the file."""
        data = self._file.read_at(self._next, CHUNK)
        self._next += len(data)
        return data

    def seek(self, offset: int) -> None:
        """Go on reading from a place in the file."""
        self._next = offset


class Plain:
    """An uncompressed file: one member."""

    member_name = "file"
    seekable = True
    may_span = False
    crowded = ""

    def __init__(self, file: HashedFile) -> None:
        self._file = file

    def members(self) -> Iterator[Member | Stray]:
        """The file."""
        yield PlainMember(self._file)

    def member_at(self, offset: int) -> Member:
        """The rest of the file."""
        return PlainMember(self._file, offset)
