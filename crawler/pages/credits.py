"""Who wrote it: end marks, credit lines, bylines, hashtags; cut from the body and kept in their own fields.

An end mark is the last parenthesis of a text, ``(hms/dhe)``. An abbreviation at the end of a sentence, ``(BPD).``, is
none: it stands inside its sentence, while a mark stands behind one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .letters import plain

MAX_MARK = 80
MAX_LINE = 160

_UNIT = re.compile(
    r"\b(?:humas\w*|hms\w*|hum|prokom?pim\w*|prokom\w*|protokol\w*|d[ia][sn]?kominfo\w*|dinkominfo\w*|kominfo\w*"
    r"|infokom\w*|mc\w{0,3}"
    r"|media ?cent(?:er|re)|ikp|adv|advertorial|tim|team|info|dis(?:dik|hub|kop|bud|par|kes|sos|per|tan|nak|pora"
    r"|duk|bun|kan|pus)\w*"
    r"|din(?:kes|sos|dik|hub|as)\w*|dkis|dpmd|dpmptsp|bag(?:ian|\.)?|pemkab|pemkot|pemprov|pemda|setda|setwan"
    r"|sekretariat|dprd|bpbd"
    r"|bkpsdm|bkd|bappeda\w*|bapenda|kec(?:amatan|\.)|satpol|puskesmas|rsud|kesbangpol|ppid|pkk|publikasi|redaksi"
    r"|admin\w*|red)\b",
    re.IGNORECASE,
)
_MARK = re.compile(
    r"(?P<mark>\((?P<in>[^()]{1,60})\)|\[(?P<square>[^\[\]]{1,60})\]|(?<=[\s.!?”\"])\*{1,3})(?P<after>[ .*]*)$"
)
_SENTENCE_END = re.compile(r"[.!?…]['\"”’)]*\s*$")
_NO_MARK = re.compile(r"[\d\W]+|dan/atau|and/or|.*(?:baca juga|https?:|\d{3,}|\d/\d|=|%).*", re.IGNORECASE)
_INITIALS = re.compile(r"[a-z]{1,8}(?:\s?[/&,-]\s?[\w .]{1,25}){0,5}")

_KEYS = (
    r"penulis|editor|reporter|pewarta|wartawan|narasumber|kontributor|rilis|naskah|teks|foto|fotografer|photo"
    r"|photographer|oleh"
    r"|ditulis oleh|dok(?:umentasi)?|redaktur|redaksi|pengunggah|uploader|author|writer|diposting oleh"
    r"|dipublikasikan oleh"
    r"|sumber(?: berita| artikel| foto| gambar| data)?|source|teks foto|ket(?:erangan)?\.? ?(?:foto|gambar)|caption"
    r"|video|videografer"
    r"|penyunting|penerjemah|tim (?:liputan|peliput|redaksi)|liputan|publikasi|posted by|written by"
)
_LINE = re.compile(
    rf"\(?(?P<key>{_KEYS})(?:\s*(?:&|dan|/|,)\s*(?:{_KEYS}))?\s*[:：]\s*(?P<value>.{{0,120}}?)\)?", re.IGNORECASE
)
_NEXT_KEY = re.compile(rf"(?:\s*[|;/,•-]\s*|\s+)(?=(?:{_KEYS})\s*:)", re.IGNORECASE)
_WRITERS = frozenset(
    (
        "penulis",
        "reporter",
        "pewarta",
        "wartawan",
        "kontributor",
        "naskah",
        "oleh",
        "ditulis oleh",
        "author",
        "writer",
        "written by",
    )
)
_BYLINE = re.compile(
    r"(?:ditulis |diposting |dipublikasikan |posted |written )?(?:oleh|by)\s*(?P<colon>:)?\s*(?P<name>[^|:]{2,60}?)"
    r"(?:\s+(?:pada|on|tanggal)\b.*|\s*[|/•-].*|,?\s+\d.*)?",
    re.IGNORECASE,
)
_HASHTAG = re.compile(r"#[\w-]+")


@dataclass(frozen=True, slots=True)
class Mark:
    """An end mark."""

    raw: str
    unit: str | None
    length: int
    """Characters at the end of the paragraph that belong to it, the blank before it included."""


@dataclass(frozen=True, slots=True)
class CreditLine:
    """A line such as ``Penulis: …``."""

    key: str
    value: str
    raw: str
    """The line as printed."""


def is_office(name: str) -> bool:
    """Whether a stated author is an office, not a person or an account."""
    return is_unit(name) and not name.lower().startswith(("admin", "tim ", "team "))


def is_unit(words: str) -> bool:
    """Whether some words name an office that releases news rather than a place."""
    return _UNIT.match(words.strip()) is not None


def read_mark(text: str) -> Mark | None:
    """The end mark of a last paragraph."""
    found = _MARK.search(text[-MAX_MARK:])
    if not found:
        return None
    start = len(text) - len(text[-MAX_MARK:]) + found.start()
    before, inner = text[:start], found["in"] or found["square"] or "*"
    closed_by_period = "." in found["after"]
    if not _is_mark(plain(inner), before, closed_by_period):
        return None
    return Mark(found["mark"], _unit_in(inner), len(text) - len(before.rstrip()))


def _is_mark(inner: str, before: str, closed_by_period: bool) -> bool:
    if set(inner) <= {"*", " "}:
        return True
    if _NO_MARK.fullmatch(inner):
        return False
    behind_sentence = not before.strip() or _SENTENCE_END.search(before) is not None
    if _UNIT.search(inner) and ("/" in inner or behind_sentence):
        return True
    if behind_sentence:
        return (
            len(inner.split()) <= 6 and not inner.endswith((".", "!", "?")) and (not closed_by_period or "/" in inner)
        )
    return not closed_by_period and "/" in inner and _INITIALS.fullmatch(inner) is not None


def _unit_in(inner: str) -> str | None:
    pieces = [plain(piece) for piece in inner.split("/")]
    return next((piece for piece in pieces if _UNIT.search(piece)), None)


def read_credit_lines(text: str) -> list[CreditLine]:
    """The credits that make up a whole short paragraph, several on a line included; empty where it is none."""
    if len(text) > MAX_LINE or ":" not in text:
        return []
    lines: list[CreditLine] = []
    start = ""
    for piece in _NEXT_KEY.split(text.strip("() ")):
        start = f"{start} {piece}".strip()
        if ":" not in start and "：" not in start:
            continue  # "Teks foto:" is one key
        found, raw, start = _LINE.fullmatch(start), start, ""
        if not found:
            return []
        lines.append(CreditLine(found["key"].lower(), plain(found["value"]), raw))
    return lines if not start else []


def writers(lines: list[CreditLine]) -> list[str]:
    """People that credit lines name as writers."""
    return [name for line in lines if line.key in _WRITERS for name in split_names(line.value)]


def split_names(value: str) -> list[str]:
    """Names in a credit, parted by commas (not those before academic titles), ``&``, ``/`` or ``dan``."""
    pieces = re.split(
        r"\s*(?:/|&|;|\bdan\b|\band\b|,\s+(?![A-Z]\.|S\.|M\.|Dr|Drs|Ph|ST\b|SE\b|SH\b|MM\b|M[A-Z]\b))\s*", value
    )
    return [name for piece in pieces if (name := piece.strip(" .-()")) and len(name) <= 80]


def read_byline(text: str) -> str | None:
    """The name in a line that holds nothing but ``Oleh X`` or ``Posted by X on …``."""
    found = _BYLINE.fullmatch(text.strip(" -|")) if len(text) <= 120 else None
    name = found["name"].strip(" .,-") if found else ""
    if not found or not name or len(name.split()) > 7 or any(c.isdigit() for c in name):
        return None
    return name if name[0].isupper() or found["colon"] or name.lower().startswith(("admin", "humas")) else None


def read_hashtags(text: str) -> list[str]:
    """Hashtags, where a paragraph holds nothing else."""
    found = _HASHTAG.findall(text)
    return [tag[1:] for tag in found] if found and not _HASHTAG.sub("", text).strip(" ,.|\n") else []
