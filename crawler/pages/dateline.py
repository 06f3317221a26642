"""The dateline: the place before the first sentence, cut off and kept.

::

    dateline = ( PLACE [, UNIT] | UNIT | host ) [ (…) ] [ date ] dash      a repeated one is cut too
             | PLACE ,                            in capitals, where the text prints the same word in small letters
             | PLACE .                            as a paragraph of its own

Seen: ``BANYUWANGI – ``, ``Gerung, Diskominfotik - ``, ``MUARASABAK- ``, ``Malang, (malangkota.go.id) – ``,
``berita.depok.go.id - `` twice, ``MANGGAR, Dinas …``, ``Giri Menang-Gerung.`` Not one: ``Nama Kegiatan: …``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .credits import is_unit

MAX_DATELINE = 90

_HOST = r"[\w-]+(?:\.[\w-]+)*\.(?:go\.id|desa\.id|com|co\.id|id|net|org|info|tv|news)"
_WORD = r"(?:[A-Z][\w'’]*\.?|[A-Z]\.)"
_PLACE = rf"{_WORD}(?:(?:[ /]|-(?=[A-Z])){_WORD}){{0,4}}"
_DATE = r"(?:\(?\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?\)?|\d{1,2} [A-Z][a-z]+ \d{4})"
_TAIL = rf"(?:[ ,]*\([^()]{{1,60}}\))?(?:[ ,]+(?:[A-Z][\w'’]+[ ,]+)?{_DATE})?"
_BEFORE_DASH = re.compile(
    rf"[\[(*]?(?P<place>{_HOST}|{_PLACE})[\])*]?(?P<unit>(?:, ?| \| ?| ?// ?)(?:{_HOST}|[\w.'’ /|-]{{1,45}}?))?{_TAIL}"
    r"(?P<dash> ?(?:[–—―]|--|- ?-) ?| ?- | -(?=[A-Z“\"])|-(?=[A-Z][a-z]))",
    re.IGNORECASE,
)
_BEFORE_COMMA = re.compile(r"(?P<place>[A-Z]{4,}(?: [A-Z]{3,}){0,2}), ?(?=[A-Z“\"][a-z])")
_ALONE = re.compile(rf"\(?(?P<place>{_PLACE})(?P<unit>, ?[\w.'’ ]{{1,40}})?\)?(?:\.| ?[–—-])?")
_NO_PLACE = re.compile(
    r"\b(?:nama|penjelasan|kegiatan|bupati|wabup|wakil|walikota|wali|gubernur|ketua|kepala|sekretaris|hari|tanggal"
    r"|tempat|waktu"
    r"|acara|jadwal|pengumuman|tema|narasumber|program|visi|misi|latar|judul|pukul|peserta|tujuan|dasar|materi|oleh"
    r"|penulis|editor"
    r"|foto|sumber|ratusan|ribuan|puluhan|sebanyak|sejumlah|berita|undangan|lampiran|nomor|perihal|rilis|siaran"
    r"|video|kata|bapak"
    r"|ibu|anggota|direktur|camat|lurah|kadis|plt|pj|the|this|that|new|in|on|at|a|an|it|by|update|breaking|opinion"
    r"|analysis)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Dateline:
    """What stands before the first sentence."""

    place: str | None
    """The place as printed; None where only an office or a host is named."""
    length: int
    """Characters of the paragraph that belong to the dateline."""


def read_dateline(first: str, rest: str = "") -> Dateline | None:
    """The dateline of a first paragraph.

    Args:
        first: text of the first paragraph.
        rest: what else the page prints, in which a place must be met again where only a comma follows it.
    """
    place, length = None, 0
    for _ in range(3):
        found = _leading(first[length:])
        if found is None:
            break
        place = place or found.place
        length += found.length
    if length:
        return Dateline(place, length)
    if found := _before_comma(first, f"{first} {rest}"):
        return found
    return None


def read_own_paragraph(first: str) -> Dateline | None:
    """A dateline that is a paragraph of its own."""
    found = _ALONE.fullmatch(first)
    if not found or len(first) > 45 or _NO_PLACE.search(first):
        return None
    if not first.endswith((".", "-", "–", "—")) and not found["place"].isupper():
        return None
    place = found["place"].rstrip(".")
    return Dateline(None if is_unit(place) else place, len(first))


def _leading(text: str) -> Dateline | None:
    found = _BEFORE_DASH.match(text[: MAX_DATELINE + 5])
    if not found or found.end() > MAX_DATELINE or found.end() >= len(text):
        return None
    place = found["place"].strip()
    is_host = re.fullmatch(_HOST, place, re.IGNORECASE) is not None
    if not is_host and (
        not re.fullmatch(_PLACE, place)
        or _NO_PLACE.search(place)
        or _NO_PLACE.match((found["unit"] or "").strip(" ,|/"))
    ):
        return None
    glued = not found["dash"].endswith(" ") and found["dash"].strip() == "-"
    if glued and not (place.isupper() and len(place) >= 5):
        return None
    if not is_host and not place.isupper() and len(place.split()) > 3 and not found["unit"]:
        return None
    return Dateline(None if is_host or is_unit(place) else place, found.end())


def _before_comma(first: str, text: str) -> Dateline | None:
    found = _BEFORE_COMMA.match(first)
    if not found or is_unit(found["place"]) or _NO_PLACE.search(found["place"]):
        return None
    # An abbreviation (BAZNAS, …) is never printed in small letters; the name of a place is.
    small = found["place"].title()
    if not re.search(rf"\b{re.escape(small)}\b", text):
        return None
    return Dateline(found["place"], found.end())
