"""The block of a record, hashed as it goes by: block digest, payload digest, HTTP head."""

from __future__ import annotations

import re
from dataclasses import dataclass

from archive.warc.verify.digests import Hash, Labelled, labelled, new_hash
from archive.warc.verify.head import END
from archive.warc.verify.members import Fault
from archive.warc.verify.message import MessageHead, Unchunker, read_message_head

MESSAGE_HEAD_LIMIT = 1 << 20
TEXT_LIMIT = 1 << 16
"""Bytes of a block of warc-fields that are kept to be read."""

_FIELDS = re.compile(rb"(?>(?:[^\x00-\x20:]++[ \t]*+:|[ \t])[^\r\n\x00]*+\r?+(?:\n|\Z)|\r?\n)*+\Z")
"""Named fields, folded lines and empty ones (clause 4), names taken as people write them."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a block holds, known from the record's header."""

    is_message: bool
    is_request: bool
    keep_text: bool
    is_fields: bool
    is_revisit: bool = False


class Block:
    """A block that comes in pieces; ``finish`` says what is wrong with it.

    Attributes:
        size: bytes fed so far.
        message: its HTTP head, when it has one.
        body_size: bytes after that head.
        text: the first ``TEXT_LIMIT`` bytes, where the plan is to keep them.
    """

    # As class attributes, because most blocks need few of them.
    size = body_size = 0
    message: MessageHead | None = None
    text = _head = b""
    _hash: Hash | None = None
    _raw: Hash | None = None
    _entity: Hash | None = None
    _unchunker: Unchunker | None = None

    def __init__(self, plan: Plan, block_digest: Labelled | None, payload_digest: Labelled | None) -> None:
        self._plan, self._block_digest, self._payload_digest = plan, block_digest, payload_digest
        if block_digest is not None and block_digest.digest is not None:
            self._hash = new_hash(block_digest.algorithm)
        if payload_digest is None or payload_digest.digest is None:
            return
        if plan.is_message or payload_digest != block_digest:
            self._raw = new_hash(payload_digest.algorithm)

    def feed(self, data: memoryview) -> None:
        """Take in the next piece of the block."""
        self.size += len(data)
        if self._hash is not None:
            self._hash.update(data)
        if self._plan.keep_text and len(self.text) < TEXT_LIMIT:
            self.text += bytes(data[: TEXT_LIMIT - len(self.text)])
        if not self._plan.is_message:
            if self._raw is not None:
                self._raw.update(data)
        elif self.message is not None:
            self._feed_body(data)
        else:
            self._feed_head(data)

    def _feed_head(self, data: memoryview) -> None:
        if not self._head and (end := END.search(data)):
            self._begin_body(bytes(data[: end.end()]))
            self._feed_body(data[end.end() :])
            return
        self._head += bytes(data)
        end = END.search(self._head)
        if end is None and len(self._head) < MESSAGE_HEAD_LIMIT:
            return
        head, at = (self._head, end.end()) if end else (self._head, len(self._head))
        self._begin_body(head[:at])
        self._feed_body(memoryview(head)[at:])

    def _begin_body(self, head: bytes) -> None:
        self.message = read_message_head(head, self._plan.is_request)
        self._head = b""
        if self.message.coding and "chunked" in self.message.coding:
            if self._payload_digest is not None and self._raw is not None:
                self._entity = new_hash(self._payload_digest.algorithm)
            self._unchunker = Unchunker(self._entity)

    def _feed_body(self, data: memoryview) -> None:
        self.body_size += len(data)
        if self._raw is not None:
            self._raw.update(data)
        if self._unchunker is not None:
            self._unchunker.feed(data)

    def finish(self, *, truncated: bool, payload_inside: bool) -> list[Fault]:
        """All that is wrong with the block.

        Args:
            truncated: the record says that its content was cut when it was made.
            payload_inside: the payload digest is one of this block, not of another record's or of several segments.
        """
        if self._plan.is_message and self.message is None and self.size:
            self._begin_body(self._head)
        faults: list[Fault] = []
        if self._plan.is_fields and self.text and self.size <= TEXT_LIMIT and not _FIELDS.match(self.text):
            faults.append(Fault("warc-fields-line", "the block is not made of named fields"))
        self._check_block_digest(faults)
        if payload_inside:
            self._check_payload_digest(faults)
        if self.message is not None:
            faults += self.message.faults
            if payload_inside and not truncated and self.body_size:
                self._check_body(self.message, faults)
        return faults

    def _check_block_digest(self, faults: list[Fault]) -> None:
        declared = self._block_digest
        if declared is None or self._hash is None:
            return
        found = self._hash.digest()
        if self._plan.is_revisit and self.size and declared.digest == new_hash(declared.algorithm).digest():
            faults.append(Fault("block-digest-of-nothing", "the block digest of this revisit is that of no bytes"))
        elif found != declared.digest:
            text = f"the block digest should be {declared.algorithm}:{declared.value} and is "
            faults.append(Fault("block-digest", text + labelled(declared.algorithm, found)))

    def _check_payload_digest(self, faults: list[Fault]) -> None:
        declared = self._payload_digest
        if declared is None or self._raw is None:
            return
        found = raw = self._raw.digest()
        if self._entity is not None and self._unchunker is not None and not self._unchunker.broken:
            found = self._entity.digest()
        if found == declared.digest:
            return
        if raw == declared.digest:
            text = "the payload digest is over the chunk framing instead of the entity"
            faults.append(Fault("payload-digest-over-chunks", text))
            return
        text = f"the payload digest should be {declared.algorithm}:{declared.value} and is "
        faults.append(Fault("payload-digest", text + labelled(declared.algorithm, found)))

    def _check_body(self, message: MessageHead, faults: list[Fault]) -> None:
        """A body shorter than it was sent is marked as such (clause 6.3.2)."""
        unchunker = self._unchunker
        if unchunker is not None:
            if unchunker.broken:
                faults.append(Fault("http-not-chunked", "the body is not chunked as its head says"))
            elif not unchunker.ended:
                faults.append(Fault("http-body-short", "the chunked body has no end and no WARC-Truncated"))
        elif message.length is not None and self.body_size < message.length and message.coding is None:
            text = f"{self.body_size} bytes of body where Content-Length says {message.length}, no WARC-Truncated"
            faults.append(Fault("http-body-short", text))
