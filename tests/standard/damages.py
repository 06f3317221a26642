"""What can happen to a WARC file, one kind at a time: the bytes, where it shows, and the rule that must say so."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass

from tests.standard.pieces import (
    CONVERSION,
    CRLF,
    FIRST,
    INFO,
    METADATA,
    REQUEST,
    RESOURCE,
    RESPONSE,
    REST,
    REVISIT,
    Piece,
    good_file,
    gzipped,
    offset_of,
    packed,
    record_id,
    sha1,
)  # fmt: skip


@dataclass(frozen=True)
class Damage:
    name: str
    sentence: str
    data: bytes
    offset: int
    rule: str
    error: bool = True
    """False where the standard only advises."""


DAMAGES: list[Damage] = []


def change(
    name: str, sentence: str, index: int, rule: str, how: Callable[[Piece], object], *, error: bool = True
) -> None:
    """A record that is written soundly but is wrong in itself."""
    pieces = good_file()
    how(pieces[index])
    DAMAGES.append(Damage(name, sentence, packed(pieces), offset_of(pieces, index), rule, error))


def bend(name: str, sentence: str, index: int, rule: str, how: Callable[[bytes], bytes], *, error: bool = True) -> None:
    """Stored bytes of a record's gzip member that are changed."""
    pieces = good_file()
    members = [piece.member for piece in pieces]
    members[index] = how(members[index])
    DAMAGES.append(Damage(name, sentence, b"".join(members), offset_of(pieces, index), rule, error))


def whole(name: str, sentence: str, data: bytes, offset: int, rule: str, *, error: bool = True) -> None:
    DAMAGES.append(Damage(name, sentence, data, offset, rule, error))


def flip(data: bytes, at: int) -> bytes:
    changed = bytearray(data)
    changed[at] ^= 0x10
    return bytes(changed)


def block(data: bytes) -> Callable[[Piece], None]:
    """Another block, with a length that fits and digests that do not."""

    def how(piece: Piece) -> None:
        piece.block = data
        piece.put("Content-Length", str(len(data)))

    return how


def sound_block(data: bytes) -> Callable[[Piece], None]:
    """Another block with a length and a block digest that fit, and no payload digest."""

    def how(piece: Piece) -> None:
        piece.block = data
        piece.put("Content-Length", str(len(data))).put("WARC-Block-Digest", sha1(data)).drop("WARC-Payload-Digest")

    return how


GOOD = good_file()
ALL = packed(GOOD)
AT = [offset_of(GOOD, index) for index in range(len(GOOD) + 1)]
PLAIN = [piece.unfolded for piece in GOOD]
_BODY = GOOD[RESPONSE].block

# Compression
bend("gzip-cut", "The file ends inside the last member.", REST, "gzip-cut", lambda m: m[:-20])
bend("gzip-cut-trailer", "The file ends inside the checksum of the last member.", REST, "gzip-cut", lambda m: m[:-3])
bend("gzip-cut-header", "The file ends inside a member's header.", REST, "gzip-cut", lambda m: m[:5])
bend("gzip-crc", "The checksum of a member is wrong.", RESOURCE, "gzip-crc", lambda m: flip(m, len(m) - 7))
bend("gzip-length", "The length of a member is wrong.", RESOURCE, "gzip-length", lambda m: flip(m, len(m) - 2))
bend("gzip-method", "A member names another method than deflate.", RESOURCE, "bytes-between-members",
     lambda m: m[:2] + b"\x07" + m[3:])  # fmt: skip
bend("gzip-flags", "A member's header sets reserved flags.", RESOURCE, "gzip-header", lambda m: m[:3] + b"\xe0" + m[4:])
bend("gzip-magic", "The first byte of a member is lost.", RESOURCE, "bytes-between-members", lambda m: m[1:])
bend("deflate-flip", "Bytes inside the compressed data are changed.", RESPONSE, "gzip-data",
     lambda m: m[:60] + b"\xff" * 20 + m[80:])  # fmt: skip
bend("deflate-zeros", "A disk block of a member was never written.", RESPONSE, "gzip-data",
     lambda m: m[:40] + bytes(40) + m[80:])  # fmt: skip
bend("deflate-hole", "A piece from the middle of a member is lost.", RESPONSE, "gzip-data", lambda m: m[:50] + m[150:])
whole("stray-text", "Text stands between two members.", ALL[: AT[3]] + b"catatan" + ALL[AT[3] :], AT[3],
      "bytes-between-members")  # fmt: skip
whole("stray-end", "Bytes follow the last member.", ALL + b"sisa", len(ALL), "bytes-between-members")
whole("zero-padding", "The file is filled up with zeros.", ALL + bytes(512), len(ALL), "bytes-between-members")
whole("stray-begin", "A byte stands before the first member.", b"\n" + ALL, 0, "bytes-between-members")
whole("plain-among-gzip", "An uncompressed record stands among members.", ALL[: AT[4]] + PLAIN[4] + ALL[AT[5] :], AT[4],
      "bytes-between-members")  # fmt: skip
whole("one-member", "The file was compressed as a whole.", gzipped(b"".join(PLAIN)), 0, "several-records-in-member",
      error=False)  # fmt: skip
whole("two-in-a-member", "Two records share a member.", ALL[: AT[4]] + gzipped(PLAIN[4] + PLAIN[5]) + ALL[AT[6] :],
      AT[4], "several-records-in-member", error=False)  # fmt: skip
whole("record-in-two-members", "A record is spread over two members.",
      ALL[: AT[1]] + gzipped(PLAIN[1][:300]) + gzipped(PLAIN[1][300:]) + ALL[AT[2] :], AT[1], "record-spans-members",
      error=False)  # fmt: skip
whole("empty-member", "A member holds nothing.", ALL[: AT[2]] + gzipped(b"") + ALL[AT[2] :], AT[2], "empty-member",
      error=False)  # fmt: skip
whole("no-warc-inside", "A member holds something else than a record.",
      ALL[: AT[2]] + gzipped(b"halaman biasa\r\n\r\n") + ALL[AT[2] :], AT[2], "version-line")  # fmt: skip

# The shape of a record
change(
    "version-missing", "A record has no version line.", RESOURCE, "version-line", lambda p: setattr(p, "version", b"X")
)
change("version-unknown", "A record is of a WARC version that does not exist.", RESOURCE, "version-unknown",
       lambda p: setattr(p, "version", b"WARC/7.3"))  # fmt: skip
change("bare-newlines", "Header lines end in LF alone.", RESOURCE, "header-newline",
       lambda p: setattr(p, "newline", b"\n"))  # fmt: skip
change(
    "no-colon",
    "A header line is no named field.",
    RESOURCE,
    "header-line",
    lambda p: p.extra.append(b"tanpa titik dua"),
)
change("blank-in-name", "A field name has a blank before its colon.", RESOURCE, "header-line",
       lambda p: p.extra.append(b"X-Catatan : a"))  # fmt: skip
change("control-character", "A field value holds a control character.", RESOURCE, "header-line",
       lambda p: p.extra.append(b"X-Catatan: a\x00b"))  # fmt: skip
change("not-utf8", "The header is not UTF-8.", RESOURCE, "header-encoding", lambda p: p.extra.append(b"X-A: \xff\xfe"))
change(
    "no-tail", "The two newlines at the end are missing.", RESOURCE, "record-end-cut", lambda p: setattr(p, "tail", b"")
)
change("half-tail", "One of the two newlines at the end is missing.", RESOURCE, "record-end-cut",
       lambda p: setattr(p, "tail", CRLF))  # fmt: skip
change("other-tail", "Other bytes stand where the two newlines should.", RESOURCE, "record-end",
       lambda p: setattr(p, "tail", b"\n\n\n\n"))  # fmt: skip
change(
    "long-tail", "A third newline follows the record.", RESOURCE, "record-end", lambda p: setattr(p, "tail", CRLF * 3)
)
change("block-cut", "The block is shorter than its length.", RESPONSE, "block-cut",
       lambda p: (setattr(p, "block", p.block[:-50]), setattr(p, "tail", b"")))  # fmt: skip
change("block-long", "The block is longer than its length.", RESPONSE, "record-end",
       lambda p: setattr(p, "block", p.block + b"lagi"))  # fmt: skip
change("length-of-another", "Content-Length is that of another record.", RESPONSE, "record-end",
       lambda p: p.put("Content-Length", "30"))  # fmt: skip
change("header-only", "Nothing follows the header.", RESPONSE, "block-cut",
       lambda p: (setattr(p, "block", b""), setattr(p, "tail", b"")))  # fmt: skip

# Fields
for name in ("WARC-Type", "WARC-Record-ID", "WARC-Date", "Content-Length"):
    change(f"no-{name}", f"{name} is missing.", RESOURCE, "field-missing", lambda p, name=name: p.drop(name))
for kind, index in (("response", RESPONSE), ("request", REQUEST), ("revisit", REVISIT), ("conversion", CONVERSION)):
    change(f"no-target-{kind}", f"A {kind} without target URI.", index, "field-missing",
           lambda p: p.drop("WARC-Target-URI"))  # fmt: skip
change("no-profile", "A revisit without profile.", REVISIT, "field-missing", lambda p: p.drop("WARC-Profile"))
change("no-origin", "A continuation without origin.", REST, "field-missing", lambda p: p.drop("WARC-Segment-Origin-ID"))
change("no-number", "A continuation without number.", REST, "field-missing", lambda p: p.drop("WARC-Segment-Number"))
for name, index, value in (
    ("WARC-Target-URI", INFO, "https://contoh.go.id/"),
    ("WARC-Filename", RESPONSE, "a.warc.gz"),
    ("WARC-Refers-To", REQUEST, record_id(1)),
    ("WARC-Concurrent-To", CONVERSION, record_id(1)),
    ("WARC-Refers-To-Target-URI", CONVERSION, "https://contoh.go.id/"),
    ("WARC-Refers-To-Date", METADATA, "2026-11-23T00:00:00Z"),
    ("WARC-IP-Address", CONVERSION, "203.0.113.7"),
    ("WARC-Profile", RESPONSE, "http://netpreserve.org/warc/1.1/revisit/server-not-modified"),
    ("WARC-Segment-Origin-ID", RESOURCE, record_id(1)),
    ("WARC-Segment-Total-Length", RESOURCE, "7"),
    ("WARC-Warcinfo-ID", INFO, record_id(0)),
):
    change(f"forbidden-{name}", f"{name} on a record that may not have it.", index, "field-forbidden",
           lambda p, name=name, value=value: p.put(name, value))  # fmt: skip
for name, value in (("WARC-Date", "2026-11-23T00:00:00Z"), ("warc-type", "resource"), ("Content-Length", "7")):
    change(f"twice-{name}", f"{name} stands twice.", RESOURCE, "field-repeated",
           lambda p, name=name, value=value: p.extra.append(f"{name}: {value}".encode()))  # fmt: skip
for name, value, rule in (
    ("WARC-Record-ID", "urn:uuid:00000000-0000-4000-8000-000000000004", "record-id-form"),
    ("WARC-Record-ID", "<bukan uri>", "record-id-form"),
    ("Content-Length", "-7", "content-length-form"),
    ("Content-Length", "tujuh", "content-length-form"),
    ("WARC-Date", "23 Nov 2026", "date-form"),
    ("WARC-Date", "2026-02-30T00:00:00Z", "date-form"),
    ("WARC-Date", "2026-11-23T25:00:00Z", "date-form"),
    ("WARC-Date", "2026-11-23T19:45:18+07:00", "date-form"),
    ("WARC-Date", "2026-11-23T19:45:18.1234567890Z", "date-form"),
    ("WARC-Type", "dua kata", "type-form"),
    ("Content-Type", "gambar", "content-type-form"),
    ("WARC-Concurrent-To", "tetangga", "concurrent-to-form"),
    ("WARC-Block-Digest", "sha1", "digest-form"),
    ("WARC-Block-Digest", "sha1:ABC", "digest-form"),
    ("WARC-Block-Digest", "sha256:" + "g" * 64, "digest-form"),
    ("WARC-IP-Address", "300.1.1.1", "ip-form"),
    ("WARC-Target-URI", "bukan alamat", "target-uri-form"),
    ("WARC-Target-URI", "<https://contoh.go.id/>", "target-uri-form"),
    ("WARC-Warcinfo-ID", "berkas", "warcinfo-id-form"),
    ("WARC-Identified-Payload-Type", "gambar", "identified-type-form"),
):
    change(f"{rule}:{value[:32]}", f"{name} is {value[:40]!r}.", RESOURCE, rule,
           lambda p, name=name, value=value: p.put(name, value))  # fmt: skip
change("old-version-fine-date", "A WARC/1.0 record has a date finer than a second.", RESOURCE, "date-form",
       lambda p: (setattr(p, "version", b"WARC/1.0"), p.put("WARC-Date", "2026-11-23T19:45:18.5Z")))  # fmt: skip
change("revisit-digest-of-nothing", "A revisit has the digest of no bytes over its head.", REVISIT,
       "block-digest-of-nothing", lambda p: p.put("WARC-Block-Digest", sha1(b"")), error=False)  # fmt: skip
change("profile-form", "The profile is no URI.", REVISIT, "profile-form", lambda p: p.put("WARC-Profile", "sama"))
change("unescaped-uri", "The target URI holds characters that must be escaped.", RESOURCE, "target-uri-escape",
       lambda p: p.put("WARC-Target-URI", "https://contoh.go.id/a|b"), error=False)  # fmt: skip
change("type-unknown", "The record type is none of the eight.", RESOURCE, "type-unknown",
       lambda p: p.put("WARC-Type", "catatan"), error=False)  # fmt: skip
change("reason-unknown", "The reason of a truncation is none of the four.", RESOURCE, "truncated-reason",
       lambda p: p.put("WARC-Truncated", "bosan"), error=False)  # fmt: skip
change("profile-unknown", "The profile is not known.", REVISIT, "profile-unknown",
       lambda p: p.put("WARC-Profile", "http://contoh.go.id/profil"), error=False)  # fmt: skip
change("digest-algorithm", "The digest's algorithm is not known.", RESOURCE, "digest-algorithm",
       lambda p: p.put("WARC-Block-Digest", "blake9:abc"), error=False)  # fmt: skip
change("no-content-type", "A block has no Content-Type.", RESOURCE, "content-type-missing",
       lambda p: p.drop("Content-Type"), error=False)  # fmt: skip
change("unfit-content-type", "A response over HTTP is labelled as text.", RESPONSE, "content-type-unfit",
       lambda p: p.put("Content-Type", "text/html").drop("WARC-Payload-Digest"), error=False)  # fmt: skip

# Digests and messages
change("block-digest", "The block is not that of its digest.", METADATA, "block-digest",
       block(b"via: https://palsu.go.id/\r\n"))  # fmt: skip
change("payload-digest", "The payload digest is that of another payload.", RESPONSE, "payload-digest",
       lambda p: p.put("WARC-Payload-Digest", sha1(b"lain")))  # fmt: skip
change("resource-digest", "The payload digest of a resource is wrong.", RESOURCE, "payload-digest",
       lambda p: p.put("WARC-Payload-Digest", "md5:" + "0" * 32))  # fmt: skip
change("block-digest-sha256", "A SHA-256 digest in hex is wrong.", RESOURCE, "block-digest",
       lambda p: p.put("WARC-Block-Digest", "sha256:" + "0" * 64))  # fmt: skip
change("head-changed", "A response head was changed and only the block digest can tell.", RESPONSE, "block-digest",
       lambda p: setattr(p, "block", p.block.replace(b"text/html", b"text/haha")))  # fmt: skip
change("no-status-line", "A response does not begin with a status line.", RESPONSE, "http-status-line",
       sound_block(b"ICY 200 OK\r\n\r\nisi"), error=False)  # fmt: skip
change("no-request-line", "A request does not begin with a request line.", REQUEST, "http-request-line",
       sound_block(b"minta halaman\r\n\r\n"), error=False)  # fmt: skip
change("odd-header", "An HTTP head has a line that is no header.", RESPONSE, "http-header-line",
       sound_block(b"HTTP/1.1 200 OK\r\nbaris aneh\r\n\r\nisi"), error=False)  # fmt: skip
change("no-fields", "A block of named fields holds something else.", METADATA, "warc-fields-line",
       sound_block(b"bukan ruas\r\n"), error=False)  # fmt: skip
change("head-unfinished", "An HTTP head has no empty line.", RESPONSE, "http-head-unfinished",
       sound_block(b"HTTP/1.1 200 OK\r\nA: b\r\n"), error=False)  # fmt: skip
change("body-short", "A body is shorter than it was sent and nobody says so.", RESPONSE, "http-body-short",
       sound_block(_BODY[:-30]), error=False)  # fmt: skip
change("chunks-unended", "A chunked body has no end and nobody says so.", RESPONSE, "http-body-short",
       sound_block(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nisi\r\n"), error=False)  # fmt: skip
change("not-chunked", "A body is not chunked as its head says.", RESPONSE, "http-not-chunked",
       sound_block(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nisi\r\n"), error=False)  # fmt: skip


def _chunked() -> bytes:
    pieces, framed = good_file(), b"3\r\nisi\r\n0\r\n\r\n"
    sound_block(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + framed)(pieces[RESPONSE])
    for index in (RESPONSE, REVISIT):
        pieces[index].put("WARC-Payload-Digest", sha1(framed))
    return packed(pieces)


whole("digest-over-chunks", "The payload digest is over the chunk framing.", _chunked(), AT[RESPONSE],
      "payload-digest-over-chunks", error=False)  # fmt: skip

# Records among each other
change("id-twice", "Two records have one id.", CONVERSION, "record-id-repeated",
       lambda p: p.put("WARC-Record-ID", record_id(4)))  # fmt: skip
whole("record-twice", "A record stands in the file twice.", ALL[: AT[5]] + ALL[AT[4] : AT[5]] + ALL[AT[5] :], AT[5],
      "record-id-repeated")  # fmt: skip
whole("record-removed", "The response that others are concurrent to is gone.", ALL[: AT[1]] + ALL[AT[2] :], AT[1],
      "concurrent-to-nowhere", error=False)  # fmt: skip
whole("warcinfo-removed", "The warcinfo record is gone.", ALL[AT[1] :], 0, "warcinfo-not-first", error=False)
change("warcinfo-elsewhere", "A record names a warcinfo that is not there.", RESOURCE, "warcinfo-id-nowhere",
       lambda p: p.put("WARC-Warcinfo-ID", record_id(99)), error=False)  # fmt: skip
change("no-reference", "A revisit does not say of what.", REVISIT, "revisit-reference-missing",
       lambda p: p.drop("WARC-Refers-To").drop("WARC-Refers-To-Date"), error=False)  # fmt: skip
change("no-revisit-digest", "A revisit by digest has none.", REVISIT, "revisit-digest-missing",
       lambda p: p.drop("WARC-Payload-Digest"))  # fmt: skip
change("revisit-of-itself", "A revisit refers to itself.", REVISIT, "revisit-refers-to-self",
       lambda p: p.put("WARC-Refers-To", record_id(5)))  # fmt: skip
change("revisit-of-request", "A revisit refers to a request.", REVISIT, "revisit-refers-to-kind",
       lambda p: p.put("WARC-Refers-To", record_id(2)))  # fmt: skip
change("revisit-differs", "A revisit has another digest than its original.", REVISIT, "revisit-differs",
       lambda p: p.put("WARC-Payload-Digest", sha1(b"lain")))  # fmt: skip
change("refers-to-form", "A reference is no record id.", REVISIT, "refers-to-form",
       lambda p: p.put("WARC-Refers-To", "tadi"))  # fmt: skip
change("refers-to-uri", "The address a revisit refers to is none.", REVISIT, "refers-to-uri-form",
       lambda p: p.put("WARC-Refers-To-Target-URI", "di sana"))  # fmt: skip
change("refers-to-date", "The date a revisit refers to is none.", REVISIT, "refers-to-date-form",
       lambda p: p.put("WARC-Refers-To-Date", "kemarin"))  # fmt: skip
change("segment-number", "A segment number is none.", REST, "segment-number-form",
       lambda p: p.put("WARC-Segment-Number", "dua"))  # fmt: skip
change("segment-order", "A segment is missing.", REST, "segment-order", lambda p: p.put("WARC-Segment-Number", "3"))
change("segment-second-first", "A record that is no continuation is the second segment.", FIRST, "segment-number-form",
       lambda p: p.put("WARC-Segment-Number", "2"))  # fmt: skip
change("segment-uri", "Two segments have two addresses.", REST, "segment-uri-differs",
       lambda p: p.put("WARC-Target-URI", "https://contoh.go.id/lain"))  # fmt: skip
change("segment-total", "The segments do not add up.", REST, "segment-length-differs",
       lambda p: p.put("WARC-Segment-Total-Length", "9"))  # fmt: skip
change("segment-unfinished", "The last segment is missing.", REST, "segment-unfinished",
       lambda p: p.drop("WARC-Segment-Total-Length"), error=False)  # fmt: skip

# Plain files, where nothing but the records themselves shows where they are
PLAIN_AT = [len(b"".join(PLAIN[:index])) for index in range(len(PLAIN) + 1)]
_PLAIN = b"".join(PLAIN)
whole("plain-flip", "A byte of a block is changed in a plain file.", flip(_PLAIN, PLAIN_AT[2] - 10), PLAIN_AT[1],
      "block-digest")  # fmt: skip
whole("plain-cut", "A plain file ends inside a block.", _PLAIN[: PLAIN_AT[2] - 40], PLAIN_AT[1], "block-cut")
whole("plain-cut-head", "A plain file ends inside a header.", _PLAIN[: PLAIN_AT[2] + 40], PLAIN_AT[2],
      "header-unfinished")  # fmt: skip
whole("plain-stray", "Text stands between two records of a plain file.",
      _PLAIN[: PLAIN_AT[3]] + b"catatan\r\n" + _PLAIN[PLAIN_AT[3] :], PLAIN_AT[2], "record-end")  # fmt: skip
whole("plain-hole", "A piece of a plain file is lost.", _PLAIN[: PLAIN_AT[2] - 60] + _PLAIN[PLAIN_AT[2] - 20 :],
      PLAIN_AT[1], "record-end")  # fmt: skip

# No WARC file at all
whole("empty", "The file is empty.", b"", 0, "file-empty")
whole("html", "The file is a web page.", b"<!doctype html><p>bukan WARC</p>", 0, "not-warc")
whole("gzipped-html", "The file is a compressed web page.", gzipped(b"<!doctype html>"), 0, "not-warc")
whole("zeros", "The file is all zeros.", bytes(4096), 0, "not-warc")
whole("magic-only", "The file is the beginning of a gzip member.", struct.pack("<H", 0x8B1F), 0, "gzip-cut")
