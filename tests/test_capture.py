"""Captures: what is derived from the bytes."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import replace

import brotli
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from archive.capture import DECODED_LIMIT, ContentUndecodable, decode_content, decode_text
from tests.test_warc import capture

TEXT = "Bupati “membuka” pameran".encode() * 50
PACKERS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
}


def bare_deflate(data: bytes) -> bytes:
    pack = zlib.compressobj(wbits=-15)
    return pack.compress(data) + pack.flush()


@pytest.mark.parametrize("coding", PACKERS)
def test_content_coding_is_removed(coding: str) -> None:
    """Every coding that servers use unfolds, alone and doubled."""
    packed = PACKERS[coding](TEXT)
    assert decode_content(packed, coding.upper()) == TEXT
    assert decode_content(gzip.compress(packed), f"{coding}, gzip") == TEXT


def test_bare_deflate_and_several_members() -> None:
    """Deflate without its wrapper, and gzip in several members with rubbish behind, are read as browsers do."""
    assert decode_content(bare_deflate(TEXT), "deflate") == TEXT
    assert decode_content(gzip.compress(TEXT) + gzip.compress(b"x") + b"rubbish", "gzip") == TEXT + b"x"
    assert decode_content(TEXT, "identity") == decode_content(TEXT, None) == TEXT
    assert decode_content(b"", "br") == b""


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "rot13"])
def test_what_cannot_be_decoded_is_an_error_of_its_own(coding: str) -> None:
    """Rubbish and unknown codings give no text."""
    with pytest.raises(ContentUndecodable):
        decode_content(b"\xffrubbish that is nothing", coding)


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_bomb_is_stopped(coding: str) -> None:
    """A body that unfolds beyond the limit is given up."""
    with pytest.raises(ContentUndecodable, match="unfolds"):
        decode_content(PACKERS[coding](b"\0" * (DECODED_LIMIT + 10)), coding)


def test_cut_body_gives_what_there_is() -> None:
    """Known to be cut, a gzip body gives its beginning; otherwise it is an error."""
    packed = gzip.compress(TEXT * 20)[:-20]
    assert TEXT.startswith(decode_content(packed, "gzip", whole=False)[:50])
    with pytest.raises(ContentUndecodable, match="early"):
        decode_content(packed, "gzip")


@pytest.mark.parametrize(
    ("content", "said", "text"),
    [
        ("Jum’at".encode(), "text/html; charset=iso-8859-1", "Jum’at"),
        ("Jum’at".encode("cp1252"), "text/html; charset=iso-8859-1", "Jum’at"),
        ("Jum’at".encode("cp1252"), None, "Jum’at"),
        ("Jumat é".encode("utf-16"), "text/html", "Jumat é"),
        (b"\xef\xbb\xbfJumat", "text/html", "Jumat"),
        ("<meta charset=windows-1252>é".encode("cp1252"), None, "<meta charset=windows-1252>é"),
        ("漢".encode("shift_jis"), "text/html; charset=shift_jis", "漢"),
    ],
)
def test_text_is_read_in_its_charset(content: bytes, said: str | None, text: str) -> None:
    """UTF-8 where it fits, else what header or page say, else windows-1252."""
    assert decode_text(content, said) == text


@given(st.binary(max_size=200), st.text(max_size=20))
def test_text_never_fails(content: bytes, said: str) -> None:
    """Any bytes under any label give some text."""
    assert isinstance(decode_text(content, f"text/html; charset={said}"), str)


def test_head_is_read_as_it_stands() -> None:
    """Status, first of repeated headers, folded lines, lines that are no header."""
    head = b"HTTP/1.0 301 Pindah\r\nA: 1\r\na: 2\r\n lanjut\r\nrubbish\r\nLocation: /baru\r\n\r\n"
    one = replace(capture(), response_head=head)
    assert one.status == 301
    assert one.headers == [(b"A", b"1"), (b"a", b"2 lanjut"), (b"Location", b"/baru")]
    assert (one.header("A"), one.header("location"), one.header("x"), one.media_type) == ("1", "/baru", None, "")
    assert replace(one, response_head=b"rubbish\r\n\r\n").status == 0


def test_capture_decodes_itself() -> None:
    """Content and text follow from head and body."""
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Type: Text/HTML; charset=utf-8\r\n\r\n"
    one = replace(capture(), response_head=head, body=gzip.compress(TEXT))
    assert (one.content, one.text, one.media_type) == (TEXT, TEXT.decode(), "text/html")
    assert one.payload_digest.startswith("sha1:")
