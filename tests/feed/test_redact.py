"""Masks: what is a personal number and what is not; every field that people read."""

from __future__ import annotations

import pytest

from archive.feed.redact import masked_html, masked_text, redacted
from archive.record import from_line, text_digest, to_line
from tests.feed.shelves import article


@pytest.mark.parametrize(
    "text",
    ["3510123456780001", "NIK: 3510123456780001.", "351012 345678 0001", "3510-1234-5678-0001", "081234567890",
     "0812-3456-7890", "0812 3456 7890", "+62 812 3456 7890", "+6281234567890", "62812-3456-7890", "(0333) 421234",
     "0333-421234", "(021) 345 6789", "(+62) 81234567890"],
)  # fmt: skip
def test_numbers_of_persons_are_masked(text: str) -> None:
    """No digit of one is left."""
    assert not any(sign.isdigit() for sign in masked_text(f"Hubungi {text} segera"))


@pytest.mark.parametrize(
    "text",
    ["Rp1.250.000.000", "27 Maret 2018", "08.15 WIB", "2018/2019", "35.10.01.2001", "NIP 197001011998031001",
     "UU 14/2008", "sebanyak 081 orang", "12345678901234567", "https://uji.go.id/id/12345678", "0,0812345678"],
)  # fmt: skip
def test_other_numbers_stay(text: str) -> None:
    """Amounts, days, codes and longer numbers are no business of the mask."""
    assert masked_text(text) == text


def test_links_that_call_are_masked_and_others_stay() -> None:
    """The number in ``tel:`` and wa.me goes, the address of a picture stays."""
    html = '<a href="tel:+6281234567890">0812-3456-7890</a> <img src="https://x/3510123456780001.jpg"> <a href="https://wa.me/6281234567890">WA</a>'
    masked = masked_html(html)
    assert "3510123456780001.jpg" in masked
    assert "6281234" not in masked
    assert "0812" not in masked


def test_a_masked_record_says_so() -> None:
    """Every text field, the digest of what is left, and ``redacted`` among the warnings; others keep their bytes."""
    number = "3510123456780001"
    one = article(
        1, title=f"Judul {number}", subtitle=number, body_text=f"A {number}", body_html=f"<p>A {number}</p>",
        tags=[number], images=[{"url": "https://x/a.jpg", "caption": number, "alt": number}], authors=[number],
    )  # fmt: skip
    line = redacted(to_line(one).encode() + b"\n")
    assert number.encode() not in line
    told = from_line(line.decode())
    assert told.warnings == ["redacted"]
    assert told.text_digest == text_digest(told.title, told.body_text)
    plain = to_line(article(2)).encode() + b"\n"
    assert redacted(plain) == plain
