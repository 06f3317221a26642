"""Lines for the ``_bulk`` address of OpenSearch and Elasticsearch: an action, then the record.

The document's id is the article's and its version the article's version, counted outside: sending the same lines
again, or older ones after newer ones, changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, BinaryIO

from archive.feed.formats import FIELDS, Setting
from archive.line import id_and_version, line_of, record_of

_TEXTS = {"title", "subtitle", "body_text", "attribution"}
_DATES = {"fetched_at", "published_at", "modified_at"}


def write(lines: Iterable[bytes], out: BinaryIO, setting: Setting) -> int:
    """Write the pairs of lines; how many pairs."""
    index = json.dumps(setting.index, ensure_ascii=False)
    count = 0
    for count, line in enumerate(lines, 1):
        article, version = id_and_version(line) or (b"", 0)
        out.write(
            f'{{"index":{{"_index":{index},"_id":"{article.decode()}","version":{version},'
            f'"version_type":"external_gte"}}}}\n'.encode()
        )
        if setting.fields == FIELDS:
            out.write(line)
        else:
            told = record_of(line)
            out.write(line_of({name: told[name] for name in setting.fields}))
    return count


def mapping() -> dict[str, Any]:
    """What to make the index with, so that days, texts and names are found as such."""
    kinds: dict[str, Any] = {name: {"type": "keyword", "ignore_above": 8191} for name in FIELDS}
    kinds |= {name: {"type": "text"} for name in _TEXTS}
    kinds |= {name: {"type": "date", "format": "strict_date_optional_time"} for name in _DATES}
    kinds |= {name: {"type": "long"} for name in ("version", "warc_record_offset", "warc_record_length")}
    kinds |= {name: {"type": "object", "enabled": False} for name in ("images", "attachments")}
    kinds["body_html"] = {"type": "text", "index": False}
    return {"mappings": {"dynamic": "strict", "properties": kinds}}
