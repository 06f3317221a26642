"""HTTP messages in blocks (WARC/1.1 clauses 6.3.2 and 6.5.2), as forgiving as servers are careless."""

from __future__ import annotations

import re
from dataclasses import dataclass

from archive.warc.verify.digests import Hash
from archive.warc.verify.members import Fault

_FIELDS = rb"(?>[!#$%&'*+\-.^_`|~0-9A-Za-z]++:[^\r\n\x00]*+\r\n)*+\r\n\Z"
_SOUND_RESPONSE = re.compile(rb"HTTP/[0-9]+(?:\.[0-9x]+)? [0-9]{3}(?: [^\r\n]*)?\r\n" + _FIELDS)
_SOUND_REQUEST = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+ [^ \r\n]+ HTTP/[0-9]+(?:\.[0-9]+)?\r\n" + _FIELDS)
_STATUS_LINE = re.compile(rb"HTTP/[0-9]+(?:\.[0-9x]+)? +[0-9]{3}\b")
_REQUEST_LINE = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+ \S.* HTTP/[0-9]+(?:\.[0-9]+)?\Z")
_CODING = re.compile(rb"(?i)\n(transfer-encoding)[ \t]*:[ \t]*([^\r\n]*)")
_LENGTH = re.compile(rb"(?i)\ncontent-length[ \t]*:[ \t]*([0-9]{1,18})[ \t]*\r?\n")
_STATUS = re.compile(rb"HTTP/\S+ +([0-9]{3})")
_SIZE_LINE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\Z")
_SIZE_LINE_LIMIT = 4096


@dataclass(frozen=True, slots=True)
class MessageHead:
    """What the head of a message says of its body."""

    faults: tuple[Fault, ...]
    status: int
    """0 for a request or where there is none to read."""
    coding: str | None
    """Value of Transfer-Encoding in lower case, or None."""
    length: int | None
    """Value of Content-Length, or None."""


def read_message_head(head: bytes, is_request: bool) -> MessageHead:
    """The head of a message with its empty line, or as much as there is of it."""
    coding, length = _CODING.search(head), _LENGTH.search(head)
    status = _STATUS.match(head)
    sound = (_SOUND_REQUEST if is_request else _SOUND_RESPONSE).match(head)
    return MessageHead(
        faults=() if sound else tuple(_faults(head, is_request)),
        status=int(status[1]) if status else 0,
        coding=coding[2].decode("latin-1").strip().lower() if coding else None,
        length=int(length[1]) if length else None,
    )


def _faults(head: bytes, is_request: bool) -> list[Fault]:
    faults = []
    lines = re.split(rb"\r?\n", head)
    if is_request and not _REQUEST_LINE.match(lines[0]):
        faults.append(Fault("http-request-line", f"the request begins with {_quote(lines[0])}"))
    elif not is_request and not _STATUS_LINE.match(lines[0]):
        faults.append(Fault("http-status-line", f"the response begins with {_quote(lines[0])}"))
    odd = [line for line in lines[1:] if line and line[:1] not in b" \t" and line.find(b":") < 1]
    if odd:
        faults.append(Fault("http-header-line", f"{len(odd)} lines that are no header, the first {_quote(odd[0])}"))
    if not re.search(rb"\n\r?\n\Z", head):
        faults.append(Fault("http-head-unfinished", "the HTTP head has no empty line at its end"))
    return faults


def _quote(line: bytes) -> str:
    return repr(line[:60].decode("latin-1"))


class Unchunker:
    """Takes chunk framing off a body that comes in pieces and hashes the entity (RFC 9112 section 7.1)."""

    def __init__(self, entity: Hash | None) -> None:
        self._hash = entity
        self._line = b""
        self._left = -1
        """Bytes left of a chunk with its CRLF; -1 while a size line is read."""
        self.size = 0
        self.broken = self.ended = False

    def feed(self, data: memoryview) -> None:
        """Take in more of the body."""
        at = 0
        while at < len(data) and not self.broken and not self.ended:
            at = self._read_size(data, at) if self._left < 0 else self._read_data(data, at)

    def _read_size(self, data: memoryview, at: int) -> int:
        piece = bytes(data[at : at + _SIZE_LINE_LIMIT])
        end = piece.find(b"\n")
        self._line += piece if end < 0 else piece[:end]
        if end < 0:
            self.broken = len(self._line) > _SIZE_LINE_LIMIT
            return at + len(piece)
        match = _SIZE_LINE.match(self._line.removesuffix(b"\r"))
        self._line = b""
        if match is None:
            self.broken = True
        elif int(match[1], 16) == 0:
            self.ended = True  # trailer fields after it are no part of the entity
        else:
            self._left = int(match[1], 16) + 2
        return at + end + 1

    def _read_data(self, data: memoryview, at: int) -> int:
        entity = min(max(self._left - 2, 0), len(data) - at)
        if entity and self._hash is not None:
            self._hash.update(data[at : at + entity])
        self.size += entity
        self._left -= entity
        at += entity
        while self._left in (1, 2) and at < len(data):
            # A bare LF after the chunk is tolerated, as clients do.
            self._left = -1 if data[at] == 0x0A else self._left - 1
            at += 1
        if self._left == 0:
            self.broken = True
        return at
