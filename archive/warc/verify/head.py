"""The header of a WARC record, from bytes to named fields (WARC/1.1 clause 4)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from archive.warc.verify.members import Fault

HEAD_LIMIT = 1 << 20
"""Bytes a record header may have; those of sound files have a few hundred."""

_NAME_CHARS = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]"
SOUND = re.compile(
    rb"WARC/1\.[01]\r\n(?>[!#$%&'*+\-.^_`|~0-9A-Za-z]++:[^\x00-\x08\x0a-\x1f\x7f]*+\r\n)*+\r\n",
)
"""A header without folded lines that keeps to the grammar; practically all do."""
END = re.compile(rb"\r?\n\r?\n")
_VERSION = re.compile(r"WARC/([0-9]+\.[0-9]+)\Z")
_NAME = re.compile(_NAME_CHARS + r"+\Z")
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


def read_sound(head: bytes) -> Head | None:
    """A header that ``SOUND`` matched, or None when it is not UTF-8."""
    try:
        text = head.decode()
    except UnicodeDecodeError:
        return None
    split = [line.partition(":") for line in text[10:-4].split("\r\n")] if len(text) > 12 else []
    return Head(text[5:8], [(name.lower(), value.strip(" \t")) for name, _, value in split], [], len(head))


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
