"""CSV after RFC 4180, UTF-8: one record a row, lists and parts as JSON in their cell.

A cell that a spreadsheet would take for a formula gets an apostrophe in front, the header row as any other. The
guide to the columns is a CSV on the Web description (W3C, ``<name>.csv-metadata.json``).
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from typing import Any, BinaryIO

from archive.feed.formats import Setting, text
from archive.line import record_of

_FORMULA = re.compile(r"[\s\x00-\x1f'\"]*[=+\-@\t\r\n|%＝＋－＠]")  # spreadsheets take the wide ones too
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NUMBERS = {"version", "warc_record_offset", "warc_record_length"}
_LISTS = {"aliases", "authors", "tags", "images", "attachments", "integrity_reasons", "warnings"}


def write(lines: Iterable[bytes], out: BinaryIO, setting: Setting) -> int:
    """Write the table; how many rows there are below the header."""
    held = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=False)
    rows = csv.writer(held, lineterminator="\r\n")
    rows.writerow([cell(name) for name in setting.fields])
    count = 0
    for count, line in enumerate(lines, 1):
        told = record_of(line)
        rows.writerow([cell(told[name]) for name in setting.fields])
    held.flush()
    held.detach()
    return count


def cell(value: Any) -> str | int:
    """What stands in a cell: nothing for null, no formula ever."""
    if value is None:
        return ""
    if isinstance(value, int):
        return value
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False) if value else ""
    plain = _CONTROL.sub("", value).replace("\r\n", "\n").replace("\r", "\n")
    return f"'{plain}" if _FORMULA.match(plain) else plain


def guide(name: str, setting: Setting) -> dict[str, Any]:
    """The description of the columns, for a table of that name."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": name,
        "dc:title": setting.title,
        "rdfs:comment": "Empty: null or an empty list. A text that begins like a formula has an apostrophe before it.",
        "tableSchema": {"columns": [_column(name) for name in setting.fields]},
    }


def _column(name: str) -> dict[str, Any]:
    kind = "integer" if name in _NUMBERS else "json" if name in _LISTS else "string"
    return {"name": name, "titles": name, "dc:description": text(name), "datatype": kind}
