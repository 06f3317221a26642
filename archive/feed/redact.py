"""Personal numbers masked: the 16 digits of an identity or family card, and telephone numbers.

Only the texts that people read are touched, and addresses that call a telephone. A masked record says
``redacted`` in ``warnings``, and its ``text_digest`` is that of the masked text, so that nobody finds the number by
trying.
"""

from __future__ import annotations

import re
from typing import Any

from archive.line import line_of, record_of
from archive.record import text_digest

MASK = "█"
_TEXTS = ("title", "subtitle", "credit_raw", "attribution", "section", "body_text")
_LISTS = ("authors", "tags")
_PARTS = (("images", ("caption", "alt")), ("attachments", ("title",)))

_NIK = re.compile(r"(?<![\d])(?:\d{16}|\d{6}[ .-]\d{6}[ .-]\d{4}|\d{4}[ .-]\d{4}[ .-]\d{4}[ .-]\d{4})(?!\d)")
"""Kartu Tanda Penduduk and Kartu Keluarga, written in one or in groups."""
_PHONE = re.compile(
    r"(?<![\d.,/-])(?:"
    r"(?:\+\s?62|\(\+62\)|0062|62)[ .-]?\(?0?\)?\d{2,3}\)?(?:[ .-]?\d){5,9}"  # international
    r"|08\d{2}(?:[ .-]?\d){6,9}"  # mobile
    r"|\(0\d{2,3}\)\s?\d(?:[ .-]?\d){4,7}"  # (0333) 421234
    r"|0\d{2,3}[ -]\d{6,8}"  # 0333-421234
    r")(?![\d])"
)
_TAG = re.compile(r"(<[^>]*>)")
_CALL = re.compile(
    r"""((?:tel|sms|whatsapp|callto):[^"'\s>]*|(?:wa\.me|api\.whatsapp\.com)/[^"'\s>]*)""", re.IGNORECASE
)
_HINT = re.compile(rb"\d(?:[ .()-]{0,2}\d){8}")


def redacted(line: bytes) -> bytes:
    """A line with personal numbers masked; untouched, byte for byte, if there are none."""
    if not _HINT.search(line):
        return line
    told = record_of(line)
    if not _mask_record(told):
        return line
    told["warnings"] = [*told["warnings"], "redacted"]
    told["text_digest"] = text_digest(told["title"], told["body_text"])
    return line_of(told)


def _mask_record(told: dict[str, Any]) -> bool:
    changed = False

    def put(place: Any, key: Any, masked: str) -> None:
        nonlocal changed
        changed |= place[key] != masked
        place[key] = masked

    for key in _TEXTS:
        if told[key]:
            put(told, key, masked_text(told[key]))
    for key in _LISTS:
        for number, text in enumerate(told[key]):
            put(told[key], number, masked_text(text))
    for key, names in _PARTS:
        for part in told[key]:
            for name in names:
                if part[name]:
                    put(part, name, masked_text(part[name]))
    put(told, "body_html", masked_html(told["body_html"]))
    return changed


def masked_text(text: str) -> str:
    """A text with each digit of such a number replaced."""
    return _PHONE.sub(_hide, _NIK.sub(_hide, text))


def masked_html(html: str) -> str:
    """Clean HTML with the texts masked, and what a link would call."""
    return "".join(
        _CALL.sub(_hide, part) if part.startswith("<") else masked_text(part) for part in _TAG.split(html) if part
    )


def _hide(found: re.Match[str]) -> str:
    return re.sub(r"\d", MASK, found[0])
