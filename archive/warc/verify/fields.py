"""Values of named fields (WARC/1.1 clause 5), each form with its clause in ``rules.RULES``."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable

from archive.warc.verify.digests import read_labelled
from archive.warc.verify.members import Fault

_WORD = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"]+\Z")
_BRACKETED = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"]+>\Z")
_ESCAPED = re.compile(r"(?:[!#$&-;=?-Z\[\]_a-z~]|%[0-9A-Fa-f]{2})*\Z")
"""Only what RFC 3986 lets stand unescaped."""
_MEDIA_TYPE = re.compile(
    rf"{_WORD}/{_WORD}(?:[ \t]*;[ \t]*(?:{_WORD}[ \t]*=[ \t]*(?:{_WORD}|\"(?:[^\"\\]|\\.)*\"))?)*[ \t]*\Z"
)
_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?Z)?)?)?\Z", re.ASCII
)  # fmt: skip
_TYPE = re.compile(_WORD + r"\Z")
_DIGITS = re.compile(r"[0-9]+\Z")
_PROFILE = re.compile(
    r"https?://netpreserve\.org/warc/1\.[01]/(?:revisit/)?"
    r"(?:(?:uri-agnostic-)?identical-payload-digest|server-not-modified)\Z"
)

KINDS = frozenset(
    ("warcinfo", "response", "resource", "request", "metadata", "revisit", "conversion", "continuation")
)  # fmt: skip
REASONS = frozenset(("length", "time", "disconnect", "unspecified"))


def date_fault(value: str, version: str) -> str | None:
    """What is wrong with a date: 1.0 wants seconds, 1.1 takes six grains and up to nine digits (clause 5.4)."""
    match = _DATE.match(value)
    if match is None:
        return f"{value[:60]!r} is no date of the form YYYY-MM-DDThh:mm:ssZ"
    if version == "1.0" and (match[6] is None or match[7] is not None):
        return f"{value!r} is not given to the second, as WARC/1.0 has it"
    year, month, day = int(match[1]), int(match[2] or 1), int(match[3] or 1)
    if not (year and 1 <= month <= 12 and 1 <= day <= _days(year, month)):
        return f"{value!r} is no day of the calendar"
    if int(match[4] or 0) > 23 or int(match[5] or 0) > 59 or int(match[6] or 0) > 60:
        return f"{value!r} is no time of day"
    return None


def _days(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 29 if month == 2 and leap else (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]


def _bracketed(rule: str) -> Callable[[str, str], list[Fault]]:
    """A check for fields that hold a record's id: a URI in angle brackets."""

    def check(value: str, _version: str) -> list[Fault]:
        return [] if _BRACKETED.match(value) else [Fault(rule, f"{value[:80]!r} is no URI in angle brackets")]

    return check


def _target_uri(rule: str) -> Callable[[str, str], list[Fault]]:
    """A check for addresses: a URI without angle brackets, escaped as RFC 3986 says."""

    def check(value: str, version: str) -> list[Fault]:
        faults = []
        if version == "1.0" and value.startswith("<") and value.endswith(">"):
            value = value[1:-1]  # the grammar of WARC/1.0 has the brackets, its examples have not
            faults.append(Fault("target-uri-brackets", "the URI stands in angle brackets"))
        if not _URI.match(value):
            return [*faults, Fault(rule, f"{value[:120]!r} is no URI")]
        if not _ESCAPED.match(value):
            faults.append(Fault("target-uri-escape", f"{value[:120]!r} holds characters that should be escaped"))
        return faults

    return check


def _profile(value: str, _version: str) -> list[Fault]:
    value = value.removeprefix("<").removesuffix(">")
    if not _URI.match(value):
        return [Fault("profile-form", f"{value[:80]!r} is no URI")]
    return [] if _PROFILE.match(value) else [Fault("profile-unknown", f"revisit profile {value!r} is not known")]


def _date(rule: str) -> Callable[[str, str], list[Fault]]:
    def check(value: str, version: str) -> list[Fault]:
        text = date_fault(value, version)
        return [Fault(rule, text)] if text else []

    return check


def _matches(rule: str, form: re.Pattern[str], wanted: str) -> Callable[[str, str], list[Fault]]:
    def check(value: str, _version: str) -> list[Fault]:
        return [] if form.match(value) else [Fault(rule, f"{value[:80]!r} is no {wanted}")]

    return check


def _digest(clause: str) -> Callable[[str, str], list[Fault]]:
    def check(value: str, _version: str) -> list[Fault]:
        digest = read_labelled(value)
        if isinstance(digest, str):
            return [Fault("digest-form", digest, clause)]
        if digest.digest is None:
            return [Fault("digest-algorithm", f"{digest.algorithm} is not known here and not checked", clause)]
        return []

    return check


def _type(value: str, _version: str) -> list[Fault]:
    if not _TYPE.match(value):
        return [Fault("type-form", f"{value[:60]!r} is no token")]
    return [] if value in KINDS else [Fault("type-unknown", f"record type {value!r} is not of the standard")]


def _ip(value: str, _version: str) -> list[Fault]:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return [Fault("ip-form", f"{value[:60]!r} is no IP address")]
    return []


def _filename(value: str, _version: str) -> list[Fault]:
    return [] if value else [Fault("filename-form", "the file name is empty")]


def _reason(value: str, _version: str) -> list[Fault]:
    return [] if value in REASONS else [Fault("truncated-reason", f"reason {value[:60]!r} is not of the standard")]


CHECKS: dict[str, Callable[[str, str], list[Fault]]] = {
    "warc-record-id": _bracketed("record-id-form"),
    "content-length": _matches("content-length-form", _DIGITS, "number"),
    "warc-date": _date("date-form"),
    "warc-type": _type,
    "content-type": _matches("content-type-form", _MEDIA_TYPE, "media type"),
    "warc-concurrent-to": _bracketed("concurrent-to-form"),
    "warc-block-digest": _digest("5.8"),
    "warc-payload-digest": _digest("5.9"),
    "warc-ip-address": _ip,
    "warc-refers-to": _bracketed("refers-to-form"),
    "warc-refers-to-target-uri": _target_uri("refers-to-uri-form"),
    "warc-refers-to-date": _date("refers-to-date-form"),
    "warc-target-uri": _target_uri("target-uri-form"),
    "warc-truncated": _reason,
    "warc-warcinfo-id": _bracketed("warcinfo-id-form"),
    "warc-filename": _filename,
    "warc-profile": _profile,
    "warc-identified-payload-type": _matches("identified-type-form", _MEDIA_TYPE, "media type"),
    "warc-segment-number": _matches("segment-number-form", re.compile(r"0*[1-9][0-9]*\Z"), "number from 1"),
    "warc-segment-origin-id": _bracketed("segment-origin-form"),
    "warc-segment-total-length": _matches("segment-length-form", _DIGITS, "number"),
}
"""Field name in lower case to the check of its value; other fields are extensions and pass (clause 5.1)."""

CLAUSES = {name: f"5.{number}" for number, name in enumerate(
    (
        "warc-record-id", "content-length", "warc-date", "warc-type", "content-type", "warc-concurrent-to",
        "warc-block-digest", "warc-payload-digest", "warc-ip-address", "warc-refers-to", "warc-refers-to-target-uri",
        "warc-refers-to-date", "warc-target-uri", "warc-truncated", "warc-warcinfo-id", "warc-filename",
        "warc-profile", "warc-identified-payload-type", "warc-segment-number", "warc-segment-origin-id",
        "warc-segment-total-length",
    ), 2,
)}  # fmt: skip
"""The clause of each defined field."""

UNIQUE = frozenset(("warc-record-id", "warc-block-digest", "warc-payload-digest"))
"""Fields whose values hardly ever come again."""


def value_faults(name: str, value: str, version: str) -> list[Fault]:
    """What is wrong with the value of a field, its name in lower case."""
    check = CHECKS.get(name)
    return check(value, version) if check is not None else []
