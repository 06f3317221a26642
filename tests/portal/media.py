"""Pictures and documents made by code, so that the portal ships no binary file: the same name, the same bytes."""

from __future__ import annotations

import math
import struct
import zlib
from functools import lru_cache

WIDTH, HEIGHT = 400, 240
_SKIES = ((0xF6C38B, 0xE98B6A), (0xBFE3F5, 0x6FB1DC), (0xF9E7B0, 0xF2B56B), (0xD9E8F2, 0x8FA9C4))
_HILLS = ((0x7FA38A, 0x4F7D62, 0x2C5140), (0x86A5B4, 0x557C8E, 0x2F5060), (0xA59B7B, 0x76714F, 0x454A30))


@lru_cache(maxsize=128)
def picture(key: str) -> bytes:
    """A PNG of hills under a sky, 400 by 240, drawn from the key."""
    seed = zlib.crc32(key.encode())
    top, bottom = _SKIES[seed % len(_SKIES)]
    palette = [_mixed(top, bottom, step / 15) for step in range(16)]
    palette += [_rgb(colour) for colour in _HILLS[seed // 7 % len(_HILLS)]] + [_rgb(0xFFF6DC)]
    lines = [_ridge(seed >> shift, 95 + 42 * n) for n, shift in enumerate((0, 5, 11))]
    rows = [_row(y, lines, 60 + seed % 280, 50) for y in range(HEIGHT)]
    return _png(rows, palette)


def _ridge(seed: int, base: int) -> list[int]:
    """The height of one chain of hills at each column."""
    first, second = 0.010 + seed % 13 / 900, 0.031 + seed % 7 / 300
    return [
        round(base + 20 * math.sin(first * x + seed % 31) + 7 * math.sin(second * x + seed % 17)) for x in range(WIDTH)
    ]


def _row(y: int, ridges: list[list[int]], sun_x: int, sun_y: int) -> bytes:
    sky = min(15, y * 16 // 170)
    row = bytearray([sky]) * WIDTH
    half = 22 * 22 - (y - sun_y) ** 2
    if half > 0:
        reach = math.isqrt(half)
        row[sun_x - reach : sun_x + reach] = bytes([19]) * (2 * reach)
    for number, ridge in enumerate(ridges):
        for x, height in enumerate(ridge):
            if y >= height:
                row[x] = 16 + number
    return bytes(row)


def _rgb(colour: int) -> bytes:
    return colour.to_bytes(3, "big")


def _mixed(first: int, second: int, share: float) -> bytes:
    return bytes(round(a + (b - a) * share) for a, b in zip(_rgb(first), _rgb(second), strict=True))


def _png(rows: list[bytes], palette: list[bytes]) -> bytes:
    """Rows of palette numbers as a PNG with eight bits a pixel.

    Source: PNG (ISO/IEC 15948), 5.3 chunk layout and 11.2.2 IHDR.
    """
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 3, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    chunks = ((b"IHDR", header), (b"PLTE", b"".join(palette)), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


def document(title: str) -> bytes:
    """A PDF of one page with the title and two lines of text.

    Source: ISO 32000-1, 7.5 file structure.
    """
    lines = ("PEMERINTAH KABUPATEN TIRTASARI", title, "Dokumen contoh dari kabupaten rekaan.")
    shown = "".join(f"({_pdf_text(line)}) Tj 0 -28 Td " for line in lines)
    stream = f"BT /F1 16 Tf 72 760 Td {shown}ET".encode("cp1252")
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R\n"
            b"/Resources << /Font << /F1 5 0 R >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, part in enumerate(parts, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    start = len(out)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(parts) + 1, table)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, start)
    return bytes(out)


def _pdf_text(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _heading(text: str) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="383" height="23"><rect width="383" height="23" fill="#1d6f42"/>'
        f'<text x="8" y="16" font-family="Arial" font-size="13" font-weight="bold" fill="#fff">{text}</text></svg>'
    )


DRAWINGS = {
    "/images/berita_terkait.svg": _heading("BERITA TERKAIT"),
    "/images/komen.svg": _heading("KOMENTAR"),
    "/images/lambang.svg": (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 92"><path d="M4 4h72v50q0 22-36 34Q4 76 4 54z" '
        'fill="#1d6f42" stroke="#d8a531" stroke-width="5"/><path d="M12 40l18-20 12 13 8-8 18 15z" fill="#f6efd9"/>'
        '<path d="M12 52q14-8 28 0t28 0M14 62q13-8 26 0t26 0" fill="none" stroke="#9fd3e6" stroke-width="5"/></svg>'
    ),
}
"""The coat of arms, and the two headings that the old markup has as pictures."""
