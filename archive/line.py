"""Single fields of a line, found without parsing the rest of it.

A line has the contract's keys in the contract's order and no white space between them, and inside a text each quote is
escaped: ``"key":`` with bare quotes stands for the key and nothing else.
"""

from __future__ import annotations

import json
import re
from typing import Any

_HEAD = re.compile(rb'\{"schema":"warkat/article/1","id":"([0-9a-f]{32})","version":([0-9]+),')
_SURROGATE = re.compile(r"[\ud800-\udfff]")


class LineDamaged(ValueError):
    """A line of a record file is no record any more; names the article where that can be told."""


def id_and_version(line: bytes) -> tuple[bytes, int] | None:
    """Id, as 32 hex digits, and version; None for a line that is no record."""
    found = _HEAD.match(line)
    return (found[1], int(found[2])) if found else None


def text_field(line: bytes, key: bytes) -> str | None:
    """A field that holds a text or null."""
    at = line.find(b'"' + key + b'":"')
    if at < 0:
        return None
    begin = at + len(key) + 4
    end = line.find(b'"', begin)
    while line[end - 1 : end] == b"\\" and _escaped(line, end):
        end = line.find(b'"', end + 1)
    value = line[begin:end]
    if b"\\" in value:
        return _whole(str(json.loads(b'"' + value + b'"')))
    return value.decode("utf-8", "replace")


def _escaped(line: bytes, quote: int) -> bool:
    """Whether an odd number of backslashes stands before a quote."""
    at = quote
    while line[at - 1 : at] == b"\\":
        at -= 1
    return (quote - at) % 2 == 1


def record_of(line: bytes) -> dict[str, Any]:
    """The record of a line as plain values; halves of surrogate pairs, which no file can hold, become U+FFFD.

    Raises:
        LineDamaged: it is no JSON.
    """
    try:
        told: dict[str, Any] = json.loads(line)
    except ValueError as fault:
        head = id_and_version(line)
        name = f"of article {head[0].decode()}, version {head[1]}," if head else "of a record file"
        raise LineDamaged(
            f"a line {name} is damaged ({fault}); warkat verify names it, warkat rebuild mends it"
        ) from None
    return whole_texts(told) if b"\\ud" in line or b"\\uD" in line else told


def whole_texts(value: Any) -> Any:
    """A JSON value with every text fit for UTF-8."""
    if isinstance(value, str):
        return _whole(value)
    if isinstance(value, list):
        return [whole_texts(one) for one in value]
    if isinstance(value, dict):
        return {key: whole_texts(one) for key, one in value.items()}
    return value


def _whole(text: str) -> str:
    return _SURROGATE.sub("\ufffd", text)


def line_of(record: dict[str, Any]) -> bytes:
    """A record as a line, as ``archive.record.to_line`` writes it."""
    line = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    return line.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").encode() + b"\n"
