"""The header of a WARC record, from bytes to named fields (WARC/1.1 clause 4)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from archive.warc.verify.fields import UNIQUE, value_faults
from archive.warc.verify.members import Fault

HEAD_LIMIT = 1 << 20
"""Bytes a record header may have; those of sound files have a few hundred."""

_NAME_CHARS = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]"
END = re.compile(rb"\r?\n\r?\n")
_VERSION = re.compile(r"WARC/([0-9]+\.[0-9]+)\Z")
_NAME = re.compile(_NAME_CHARS + r"+\Z")
_LINE = re.compile(f"({_NAME_CHARS}+):([^\\x00-\\x08\\x0a-\\x1f\\x7f]*)\\Z")
_UUID = re.compile(r"<urn:uuid:[0-9a-f-]{36}>\Z").match
_SHA1 = re.compile(r"sha1:[A-Z2-7]{32}\Z").match
_USUAL = {
    "WARC-Record-ID": ("warc-record-id", _UUID),
    "WARC-Block-Digest": ("warc-block-digest", _SHA1),
    "WARC-Payload-Digest": ("warc-payload-digest", _SHA1),
}
"""The lines that differ from record to record, in the form that nearly all writers give them: sound as they are."""
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


@dataclass(slots=True)
class Head:
    """A record header as read."""

    version: str
    """``"1.0"`` or ``"1.1"``; what stands there in other cases."""
    pairs: list[tuple[str, str]]
    """Field names in lower case with their values, in the order they stand."""
    faults: list[Fault]
    size: int
    """Bytes with the empty line."""


class HeadReader:
    """Reads headers and judges their values; lines that come again and again are judged once."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, _Line]] = {"1.0": {}, "1.1": {}}

    def read_sound(self, raw: bytes) -> Head | None:
        """A header that keeps to the grammar and folds no lines; None for any other."""
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            return None
        version = text[5:8]
        known = self._known.get(version)
        if known is None or text[:5] != "WARC/" or text[8:10] != "\r\n":
            return None
        pairs: list[tuple[str, str]] = []
        faults: list[Fault] = []
        for line in text[10:-4].split("\r\n") if len(text) > 12 else ():
            entry = known.get(line)
            if entry is None:
                name, _, value = line.partition(": ")
                usual = _USUAL.get(name)
                if usual is not None and usual[1](value):
                    pairs.append((usual[0], value))
                    continue
                entry = _judge_line(line, version, known)
            if entry is None:
                return None
            pairs.append(entry[0])
            if entry[1]:
                faults += entry[1]
        return Head(version, pairs, faults, len(raw))

    def read(self, raw: bytes) -> Head:
        """Any header, with all that is wrong with it."""
        head = self.read_sound(raw) if raw.endswith(b"\r\n\r\n") else None
        if head is None:
            head = read_unsound(raw)
            for name, value in head.pairs:
                head.faults += value_faults(name, value, head.version)
        return head


_Line = tuple[tuple[str, str], list[Fault]]
_KNOWN_LINES = 4096
_KNOWN_LENGTH = 2048


def _judge_line(line: str, version: str, known: dict[str, _Line]) -> _Line | None:
    match = _LINE.match(line)
    if match is None:
        return None
    name, value = match[1].lower(), match[2].strip(" \t")
    entry = (name, value), value_faults(name, value, version)
    if name not in UNIQUE and len(line) < _KNOWN_LENGTH:
        if len(known) >= _KNOWN_LINES:
            known.clear()
        known[line] = entry
    return entry


def read_unsound(head: bytes) -> Head:
    """Any header, with all that is wrong with it; reads on where it can."""
    faults: list[Fault] = []
    try:
        text = head.decode()
    except UnicodeDecodeError as fault:
        faults.append(Fault("header-encoding", f"the header is not UTF-8 at its byte {fault.start}"))
        text = head.decode("utf-8", "replace")
    if re.search(r"(?<!\r)\n", text):
        faults.append(Fault("header-newline", "header lines end in LF instead of CRLF"))
    lines = text.replace("\r\n", "\n").rstrip("\n").split("\n")
    version = _version(lines[0], faults)
    pairs: list[tuple[str, str]] = []
    for line in lines[1:]:
        _read_line(line, pairs, faults)
    return Head(version, pairs, faults, len(head))


def _version(line: str, faults: list[Fault]) -> str:
    match = _VERSION.match(line)
    if match is None:
        faults.append(Fault("version-line", f"the record begins with {line[:40]!r}"))
        return ""
    if match[1] not in ("1.0", "1.1"):
        faults.append(Fault("version-unknown", f"WARC version {match[1]} is neither 1.0 nor 1.1"))
    return match[1]


def _read_line(line: str, pairs: list[tuple[str, str]], faults: list[Fault]) -> None:
    if line[:1] in (" ", "\t") and pairs:
        name, value = pairs[-1]
        pairs[-1] = (name, f"{value} {line.strip()}".strip())
        return
    name, colon, value = line.partition(":")
    if not colon or not _NAME.match(name):
        faults.append(Fault("header-line", f"no named field: {line[:60]!r}"))
        name = name.strip()
        if not colon or not _NAME.match(name):
            return
    if _CONTROL.search(value):
        faults.append(Fault("header-line", f"a control character in the value of {name}"))
    pairs.append((name.lower(), value.strip(" \t")))
