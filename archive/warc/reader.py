"""WARC files back to captures: one exchange at its place, or a whole file in order."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast

from fastwarc.warc import WarcRecord

from archive.capture import Capture, Digest, Locator, Role, Truncation
from archive.warc.damage import ArchiveDamaged
from archive.warc.records import unmark_transfer_coding

MEMBER_LIMIT = 256 * 1024 * 1024
"""Bytes one record may unfold to; our own writer stays far below."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One exchange as a file holds it."""

    capture: Capture
    """Of a revisit the body is empty: it lies in the record that ``refers_to`` names."""
    record_id: str
    record_type: str
    locator: Locator
    end: int
    """First byte after the last record of the exchange."""
    payload_digest: Digest | None
    refers_to: str | None = None
    whole: bool = True
    """False when the request or metadata record is missing."""


@dataclass(slots=True)
class Raw:
    """One WARC record, parsed no further than its own header."""

    offset: int
    length: int
    kind: str
    fields: dict[str, str]
    block: bytes


def read_exchange(path: Path, offset: int, end: int) -> Exchange:
    """The exchange at a place.

    Raises:
        ArchiveDamaged: the bytes there are no whole exchange.
        FileNotFoundError: no such file.
    """
    with path.open("rb") as file:
        records = list(_walk(file, path, offset, end))
    if not records:
        raise ArchiveDamaged(path, offset, "no record here")
    return exchange_of(path, records)


def scan(path: Path, start: int = 0, end: int | None = None) -> Iterator[Exchange]:
    """All exchanges of a file in order, from an offset at which a record begins.

    Raises:
        ArchiveDamaged: a record cannot be read; all before it have been yielded.
    """
    with path.open("rb") as file:
        group: list[Raw] = []
        try:
            for record in _walk(file, path, start, end):
                if record.kind in ("response", "revisit"):
                    if group:
                        yield exchange_of(path, group)
                    group = [record]
                elif group and record.fields.get("warc-concurrent-to") == group[0].fields.get("warc-record-id"):
                    group.append(record)
        except ArchiveDamaged:
            if group:
                yield exchange_of(path, group)
            raise
        if group:
            yield exchange_of(path, group)


def closed_name(path: Path) -> str:
    """Base name without ``.open``: the name that a locator carries."""
    return path.name.removesuffix(".open")


def _walk(file: BinaryIO, path: Path, start: int, end: int | None) -> Iterator[Raw]:
    for offset, length, data in members(file, path, start, end):
        try:
            record = WarcRecord.from_bytes(data)
            fields = {name.lower(): value for name, value in record.headers.astuples()}
            yield Raw(offset, length, fields.get("warc-type", ""), fields, record.reader.read())
        except OSError as fault:
            raise ArchiveDamaged(path, offset, f"no WARC record: {fault}") from fault


def members(file: BinaryIO, path: Path, start: int, end: int | None = None) -> Iterator[tuple[int, int, bytes]]:
    """Gzip members as (offset, length, unfolded bytes).

    Raises:
        ArchiveDamaged: a member is cut, broken or no gzip; says where it begins.
    """
    file.seek(start)
    offset, ahead = start, b""
    while end is None or offset < end:
        inflate = zlib.decompressobj(31)
        out: list[bytes] = []
        length = size = 0
        while not inflate.eof:
            data = ahead or file.read(1 << 16)
            ahead = b""
            if not data:
                if not length:
                    return
                raise ArchiveDamaged(path, offset, "the file ends inside this record")
            try:
                out.append(inflate.decompress(data))
            except zlib.error as fault:
                raise ArchiveDamaged(path, offset, f"broken gzip member: {fault}") from fault
            length += len(data) - len(inflate.unused_data)
            size += len(out[-1])
            if size > MEMBER_LIMIT:
                raise ArchiveDamaged(path, offset, f"record of more than {MEMBER_LIMIT} bytes")
        ahead = inflate.unused_data
        yield offset, length, b"".join(out)
        offset += length


def exchange_of(path: Path, records: list[Raw]) -> Exchange:
    """The exchange that some records make, the response or revisit first.

    Raises:
        ArchiveDamaged: the first is neither, or has no date.
    """
    first = records[0]
    fields = first.fields
    if first.kind not in ("response", "revisit"):
        raise ArchiveDamaged(path, first.offset, f"a {first.kind or 'nameless'} record where a response should be")
    by_kind = {record.kind: record for record in records[1:]}
    told = _warc_fields(by_kind["metadata"].block) if "metadata" in by_kind else {}
    head, body = _split(first.block)
    capture = Capture(
        url=fields.get("warc-target-uri", "").strip("<>"),
        fetched_at=_instant(path, first),
        request=by_kind["request"].block if "request" in by_kind else b"",
        response_head=unmark_transfer_coding(head),
        body=body,
        role=cast("Role", told.get("role", "page")),
        via=told.get("via"),
        hops=told.get("hopsFromSeed", ""),
        ip=fields.get("warc-ip-address"),
        tls=told.get("tlsVerdict"),
        fetch_ms=int(told.get("fetchTimeMs", "0")),
        truncated=cast("Truncation | None", fields.get("warc-truncated")),
    )
    digest, refers_to = fields.get("warc-payload-digest"), fields.get("warc-refers-to")
    return Exchange(
        capture=capture,
        record_id=fields.get("warc-record-id", "").strip("<>"),
        record_type=first.kind,
        locator=Locator(closed_name(path), first.offset, first.length),
        end=records[-1].offset + records[-1].length,
        payload_digest=Digest(digest) if digest else None,
        refers_to=refers_to.strip("<>") if refers_to else None,
        whole={"request", "metadata"} <= by_kind.keys(),
    )


def _split(block: bytes) -> tuple[bytes, bytes]:
    """Head with its empty line, and the rest."""
    end = re.search(rb"\r?\n\r?\n", block)
    return (block[: end.end()], block[end.end() :]) if end else (block, b"")


def _instant(path: Path, record: Raw) -> datetime:
    try:
        return datetime.fromisoformat(record.fields["warc-date"]).astimezone(UTC)
    except (KeyError, ValueError) as fault:
        raise ArchiveDamaged(path, record.offset, f"no usable WARC-Date: {fault}") from fault


def _warc_fields(block: bytes) -> dict[str, str]:
    lines = (line.partition(":") for line in block.decode("utf-8", "replace").splitlines())
    return {name.strip(): value.strip() for name, colon, value in lines if colon}


def with_payload(exchange: Exchange, original: Exchange) -> Capture:
    """The capture of a revisit with the body of the record it refers to.

    For 304 the head is that of the original too: a 304 carries no content type.
    """
    if exchange.capture.status == 304:
        return replace(exchange.capture, response_head=original.capture.response_head, body=original.capture.body)
    return replace(exchange.capture, body=original.capture.body)


def warcinfo_of(path: Path, offset: int) -> str:
    """``urn:uuid:…`` of the warcinfo record that the record at a place refers to, or the empty text."""
    with path.open("rb") as file:
        first = next(_walk(file, path, offset, None), None)
    return first.fields.get("warc-warcinfo-id", "").strip("<>") if first else ""


def warcinfo_id(path: Path) -> str:
    """``urn:uuid:…`` of the warcinfo record that begins a file.

    Raises:
        ArchiveDamaged: the file does not begin with one.
    """
    return _warcinfo(path).fields.get("warc-record-id", "").strip("<>")


def warcinfo_name(path: Path) -> str:
    """The name that a file gave itself when it was begun.

    Raises:
        ArchiveDamaged: the file does not begin with a warcinfo record.
    """
    return _warcinfo(path).fields.get("warc-filename", "")


def _warcinfo(path: Path) -> Raw:
    with path.open("rb") as file:
        first = next(_walk(file, path, 0, None), None)
    if first is None or first.kind != "warcinfo":
        raise ArchiveDamaged(path, 0, "the file does not begin with a warcinfo record")
    return first
