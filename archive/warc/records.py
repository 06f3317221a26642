"""One capture as WARC/1.1 records, compressed, ready to be appended."""

from __future__ import annotations

import re
import uuid
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from archive.capture import Capture, Digest, sha1_digest

try:
    from isal.isal_zlib import compressobj
except ImportError:  # no wheel for this processor: the standard library takes three times as long
    from zlib import compressobj  # type: ignore[assignment]

LEVEL = 2
"""Deflate level: zlib's 6 takes ten times as long as ISA-L does at 2, for files 4 to 13 in 100 smaller."""
LEVEL_CODED = 1
"""For bodies that are compressed already: the gain is in the head only."""

REVISIT_IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
REVISIT_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"

_TRANSFER_CODING = re.compile(rb"(?im)^((?:X-Orig-)*Transfer-Encoding[ \t]*:)")
_MARKED_CODING = re.compile(rb"(?im)^X-Orig-((?:X-Orig-)*Transfer-Encoding[ \t]*:)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """The earlier capture that holds the payload which a revisit does not repeat."""

    record_id: str
    """``urn:uuid:…`` without angle brackets."""
    url: str
    fetched_at: datetime
    payload_digest: Digest


@dataclass(frozen=True, slots=True)
class Encoded:
    """The bytes of one exchange and what the catalog wants to know of them."""

    data: bytes
    first_length: int
    """Bytes of the first member: the response or revisit record."""
    record_id: str
    record_type: str


def new_record_id() -> str:
    """``urn:uuid:`` and a random UUID (RFC 9562 version 4)."""
    return f"urn:uuid:{uuid.uuid4()}"


def warc_date(instant: datetime) -> str:
    """WARC-Date with microseconds (WARC/1.1 section 5.4, W3C-DTF); ``instant`` is aware UTC."""
    return instant.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def mark_transfer_coding(head: bytes) -> bytes:
    """The head with the name of its Transfer-Encoding line marked; undone by ``unmark_transfer_coding``."""
    return _TRANSFER_CODING.sub(rb"X-Orig-\1", head)


def unmark_transfer_coding(head: bytes) -> bytes:
    """The head as it was received."""
    return _MARKED_CODING.sub(rb"\1", head)


def encode_warcinfo(filename: str, info: Mapping[str, str], instant: datetime) -> tuple[bytes, str]:
    """The first record of a file (WARC/1.1 section 6.2) and its id."""
    record_id = new_record_id()
    fields = [
        ("WARC-Type", "warcinfo"),
        ("WARC-Record-ID", f"<{record_id}>"),
        ("WARC-Date", warc_date(instant)),
        ("WARC-Filename", filename),
    ]
    return _member(fields, "application/warc-fields", _warc_fields(info), LEVEL), record_id


def encode_exchange(capture: Capture, warcinfo_id: str, original: Original | None = None) -> Encoded:
    """A capture as response (or revisit), request and metadata record.

    Args:
        capture: what came over the wire.
        warcinfo_id: id of the file's warcinfo record.
        original: the capture whose payload this one repeats, or None to store the payload.
    """
    record_id = new_record_id()
    record_type = "revisit" if original else "response"
    level = LEVEL_CODED if capture.header("content-encoding") else LEVEL
    common = [
        ("WARC-Date", warc_date(capture.fetched_at)),
        ("WARC-Target-URI", capture.url),
        ("WARC-Warcinfo-ID", f"<{warcinfo_id}>"),
    ]
    if capture.ip:
        common.append(("WARC-IP-Address", capture.ip))
    concurrent = [*common, ("WARC-Concurrent-To", f"<{record_id}>")]
    first = _response(capture, original, record_id, record_type, common, level)
    sent = _member(
        [("WARC-Type", "request"), ("WARC-Record-ID", f"<{new_record_id()}>"), *concurrent,
         ("WARC-Payload-Digest", sha1_digest(capture.request.partition(b"\r\n\r\n")[2]))],
        "application/http; msgtype=request", capture.request, LEVEL,
    )  # fmt: skip
    told = _warc_fields(_metadata(capture))
    metadata = _member(
        [("WARC-Type", "metadata"), ("WARC-Record-ID", f"<{new_record_id()}>"), *concurrent],
        "application/warc-fields", told, LEVEL,
    )  # fmt: skip
    return Encoded(first + sent + metadata, len(first), record_id, record_type)


def _response(
    capture: Capture, original: Original | None, record_id: str, record_type: str, common: list[tuple[str, str]],
    level: int,
) -> bytes:  # fmt: skip
    fields = [("WARC-Type", record_type), ("WARC-Record-ID", f"<{record_id}>"), *common]
    block = mark_transfer_coding(capture.response_head)
    if original is None:
        block += capture.body
        fields.append(("WARC-Payload-Digest", capture.payload_digest))
    else:
        fields += [
            ("WARC-Payload-Digest", original.payload_digest),
            ("WARC-Profile", REVISIT_NOT_MODIFIED if capture.status == 304 else REVISIT_IDENTICAL),
            ("WARC-Refers-To", f"<{original.record_id}>"),
            ("WARC-Refers-To-Target-URI", original.url),
            ("WARC-Refers-To-Date", warc_date(original.fetched_at)),
        ]
    if capture.truncated:
        fields.append(("WARC-Truncated", capture.truncated))
    return _member(fields, "application/http; msgtype=response", block, level)


def _metadata(capture: Capture) -> dict[str, str]:
    """What no header of the exchange tells; the first three names are those of Heritrix."""
    told = {
        "via": capture.via or "",
        "hopsFromSeed": capture.hops,
        "fetchTimeMs": str(capture.fetch_ms),
        "role": capture.role,
        "tlsVerdict": capture.tls or "",
    }
    return {name: value for name, value in told.items() if value}


def _warc_fields(fields: Mapping[str, str]) -> bytes:
    """application/warc-fields (WARC/1.1 annex B); a value never spans lines."""
    return "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in fields.items()).encode()


class _Deflated:
    """A stream that warcio writes a record to and that holds one gzip member in the end."""

    def __init__(self, level: int, size: int) -> None:
        # mtime 0 and no name: the same record gives the same bytes (RFC 1952 section 2.3.1).
        # Most requests and metadata are a few hundred bytes: making a window of 32 kB costs more than they do.
        window, memory = (27, 4) if size < 1024 else (31, 8)
        self._deflate = compressobj(level, zlib.DEFLATED, window, memory)
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> None:
        self._parts.append(self._deflate.compress(data))

    def flush(self) -> None:
        """Called by warcio at the end of a record; the member is closed by ``finish``."""

    def finish(self) -> bytes:
        self._parts.append(self._deflate.flush())
        return b"".join(self._parts)


class _WholeBlock(BytesIO):
    """A block that warcio reads in one piece rather than in steps of 16 KiB."""

    def read(self, _size: int | None = -1, /) -> bytes:
        return super().read()


class _RawHead:
    """A response head that warcio writes as it is: of a revisit it writes the head and nothing else."""

    def __init__(self, head: bytes) -> None:
        self.headers_buff = head

    def compute_headers_buffer(self, _header_filter: object = None) -> None:
        """Nothing to compute: the bytes came over the wire."""


def _member(fields: list[tuple[str, str]], content_type: str, block: bytes, level: int) -> bytes:
    """One record as one gzip member (WARC/1.1 annex D)."""
    from warcio.recordloader import ArcWarcRecord  # late: whoever only reads starts 50 ms earlier
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    digest = sha1_digest(block)
    headers = StatusAndHeaders("", [*fields, ("WARC-Block-Digest", digest)], protocol="WARC/1.1")
    if not any(name == "WARC-Payload-Digest" for name, _ in fields) and fields[0][1] != "revisit":
        # The payload of warc-fields is the block; without it warcio would hash the block once more.
        headers.add_header("WARC-Payload-Digest", digest)
    kind = fields[0][1]
    head, rest = (_RawHead(block), b"") if kind == "revisit" else (None, block)
    record = ArcWarcRecord("warc", kind, headers, _WholeBlock(rest), head, content_type, len(block))
    record.payload_length = len(rest)
    out = _Deflated(level, len(block))
    WARCWriter(out, gzip=False, warc_version="WARC/1.1").write_record(record)
    return out.finish()
