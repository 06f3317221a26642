"""The sort key of a URL in a CDXJ index, equal to what cdxj-indexer and pywb look up.

A SURT (sort-friendly URI reordering transform) puts the host from right to left, so that all
captures of ``go.id`` lie together: ``https://www.banyuwangikab.go.id/Berita/?b=2&a=1`` becomes
``id,go,banyuwangikab)/berita?a=1&b=2``.

Rules of this room: a pure function of the text. The key lower-cases paths and throws session ids
away, so two addresses may share it: it finds lines in an index and is never an identity. Written
from the observed answers of cdxj-indexer, quirks included, because a key that differs in one
character is a page that replay cannot find; ``tests/interop`` compares the two.

    text -> split into scheme, host, port, path, query
         -> each part unescaped to the end, tidied, escaped again once
         -> host reversed ")" path "?" sorted query, all in lower case
"""

from __future__ import annotations

import re
from contextlib import suppress
from string import hexdigits
from typing import NamedTuple

_SCHEME = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*:")
_DEFAULT_PORTS = {b"http": 80, b"https": 443}
_WWW = re.compile(rb"www[0-9]*\.")
_HEX = {(high + low).encode(): int(high + low, 16) for high in hexdigits for low in hexdigits}
_ESCAPED = {n: f"%{n:02x}".encode() for n in (*range(0x21), *range(0x7F, 0x100), ord("#"), ord("%"))}
_UNSAFE = re.compile(rb"[\x00-\x20\x7f-\xff#%]")

_OCTAL_HOST = re.compile(rb"0[0-7]*(?:\.[0-7]+){0,3}")
_DECIMAL_HOST = re.compile(rb"[1-9][0-9]*(?:\.[0-9]+){0,3}")

# ASP.NET writes the session into the path, as /(S(…))/page.aspx or /(…)/page.aspx.
_PATH_SESSIONS = (
    re.compile(rb"(.*/)\((?:[a-z]\([0-9a-z]{24}\))+\)/([^?]+\.aspx.*)"),
    re.compile(rb"(.*/)\([0-9a-z]{24}\)/([^?]+\.aspx.*)"),
)
# Each is cut out once, at its last place, wherever the name begins: ``xsid=…`` leaves ``x``.
_QUERY_SESSIONS = tuple(
    re.compile(rb"(.*)" + name + rb"(?:&(.*))?")
    for name in (
        rb"jsessionid=[0-9a-z]{32}",
        rb"phpsessid=[0-9a-z]{32}",
        rb"sid=[0-9a-z]{32}",
        rb"aspsessionid[a-z]{8}=[a-z]{24}",
        rb"cfid=[^&]+&cftoken=[^&]+",
    )
)


class _Unkeyable(ValueError):
    """The text has a port that is no port, or is empty: the indexers then use it unchanged as its key."""


class _Parts(NamedTuple):
    """A URL taken apart; bytes as written, ``host`` empty for ``mailto:``, ``urn:``, ``dns:`` and the like."""

    scheme: bytes
    host: bytes
    port: int | None
    path: bytes
    query: bytes


def surt(url: str) -> str:
    """The index key of a URL.

    Args:
        url: as it stands in ``WARC-Target-URI``.

    Returns:
        ASCII text, or ``url`` itself where it cannot be taken apart (``http://host:port/``), as the
        indexers do. Every text has a key; nothing is raised.
    """
    if not url:
        return "-"
    if url.startswith("filedesc"):
        return url  # the file header of the ARC format is no address
    try:
        parts = _split(url.encode())
    except (_Unkeyable, UnicodeEncodeError):
        return url
    host = _tidy_host(parts.host)
    path = _tidy_path(parts.path, has_host=bool(host))
    query = _tidy_query(parts.query)
    if host or query:
        path = path or b"/"
    tail = path + (b"?" + query if query else b"")
    if not host:
        return (parts.scheme + b":" + tail).decode()
    port = b"" if parts.port is None else b":%d" % parts.port
    return (b",".join(reversed(host.split(b"."))) + port + b")" + tail).decode()


def _split(text: bytes) -> _Parts:
    """Scheme, host, port, path and query; user information and fragment are dropped."""
    text = text.strip().translate(None, b"\t\r\n")
    if not text:
        raise _Unkeyable
    if not _SCHEME.match(text):
        text = b"http://" + text
    scheme, _, rest = text.partition(b":")
    rest = rest.partition(b"#")[0]
    rest, _, query = rest.partition(b"?")
    host, port = b"", None
    if rest.startswith(b"//"):
        authority, slash, rest = rest[2:].partition(b"/")
        rest = slash + rest
        host, port = _split_authority(authority)
    if scheme.startswith(b"http") and not host and rest:
        # ``http:x.go.id/a`` and ``http:///x.go.id/a``: the first piece of the path is the host.
        host, _, rest = rest.lstrip(b"/").partition(b"/")
        rest = b"/" + rest
    if port == _DEFAULT_PORTS.get(scheme.lower()):
        port = None
    return _Parts(scheme, host, port, rest, query)


def _split_authority(authority: bytes) -> tuple[bytes, int | None]:
    """Host and port of ``user:password@host:port``; an IPv6 address loses its brackets."""
    place = authority.rstrip(b":").rpartition(b"@")[2]
    _, bracket, inner = place.partition(b"[")
    if bracket:
        host, _, after = inner.partition(b"]")
        digits = after.partition(b":")[2]
    else:
        host, _, digits = place.partition(b":")
    if not digits:
        return host, None
    if not digits.isdigit() or len(digits.lstrip(b"0")) > 5 or int(digits) > 0xFFFF:
        raise _Unkeyable
    return host, int(digits) or None


def _tidy_host(host: bytes) -> bytes:
    """Host in lower case and ASCII, without doubled dots and a leading ``www<digits>.``; numbers as dotted IPv4."""
    host = _unescape(host)
    with suppress(UnicodeError):  # too long, an empty label, mixed directions: stays UTF-8, escaped below
        host = host.decode("utf-8", "ignore").encode("idna")
    host = host.replace(b"..", b".").strip(b".").lower()
    www = _WWW.match(host)
    return _escape(_tidy_ipv4(host)[www.end() if www else 0 :])


def _tidy_ipv4(host: bytes) -> bytes:
    """Dotted IPv4 for what C's inet_aton takes (``127.1``, ``0177.0.0.1``, ``2130706433``), else the host."""
    if host.isdigit():
        return _dotted(int(host[-40:]) & 0xFFFFFFFF)
    if not (_OCTAL_HOST.fullmatch(host) or _DECIMAL_HOST.fullmatch(host)):
        return host
    try:
        *head, last = [int(part, 8 if part.startswith(b"0") else 10) for part in host.split(b".")]
    except ValueError:
        return host  # 09 is neither octal nor decimal
    room = 8 * (4 - len(head))
    if last >> room or any(number > 0xFF for number in head):
        return host
    for place, number in enumerate(head):
        last |= number << (24 - 8 * place)
    return _dotted(last)


def _dotted(address: int) -> bytes:
    return b".".join(b"%d" % byte for byte in address.to_bytes(4, "big"))


def _tidy_path(path: bytes, *, has_host: bool) -> bytes:
    """Path in lower case, without session ids and closing slash; below a host also without ``.``, ``..``, ``//``."""
    path = _unescape(path)
    if has_host:
        path = _resolve_dots(path)
    path = _escape(path).lower()
    for session in _PATH_SESSIONS:
        if found := session.fullmatch(path):
            path = found[1] + found[2]
    return path[:-1] if path.endswith(b"/") and len(path) > 1 else path


def _resolve_dots(path: bytes) -> bytes:
    """Remove dot segments, then empty ones.

    Other than RFC 3986 section 5.2.4 demands, a ``..`` without a parent stays, and is a parent itself.
    """
    kept: list[bytes] = []
    for segment in path.split(b"/")[1:]:
        if segment == b".." and kept:
            kept.pop()
        elif segment != b".":
            kept.append(segment)
    return re.sub(rb"/{2,}", b"/", b"/" + b"/".join(kept))


def _tidy_query(query: bytes) -> bytes:
    """Query in lower case without session ids, its pieces sorted by name, then value; empty pieces stay."""
    query = _escape(_unescape(query)).lower()
    for session in _QUERY_SESSIONS:
        if found := session.fullmatch(query):
            query = found[1] + (found[2] or b"")
    pieces: list[bytes] = query.split(b"&")
    pieces.sort(key=lambda piece: piece.partition(b"="))
    return b"&".join(pieces)


def _unescape(data: bytes) -> bytes:
    """Percent-escapes undone until none is left (``%2541`` is ``A``), in one pass from left to right."""
    start = data.find(b"%")
    if start < 0:
        return data
    out = bytearray(data[:start])
    for byte in data[start:]:
        out.append(byte)
        while out[-3:-2] == b"%" and (value := _HEX.get(bytes(out[-2:]))) is not None:
            out[-3:] = bytes((value,))
    return bytes(out)


def _escape(data: bytes) -> bytes:
    """Control characters, blanks, ``#``, ``%`` and everything above ASCII as lower-case escapes."""
    return _UNSAFE.sub(lambda found: _ESCAPED[found[0][0]], data)
