"""One SQLite file that Datasette opens well: articles, their sources, and a full-text index over titles and texts."""

from __future__ import annotations

import errno
import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from archive.feed.formats import FIELDS, Setting, text
from archive.line import record_of

_NUMBERS = ("version", "warc_record_offset", "warc_record_length")
_COLUMNS = ", ".join(f'"{name}" {"INTEGER" if name in _NUMBERS else "TEXT"}' for name in FIELDS)
TABLES = f"""
CREATE TABLE article ({_COLUMNS}, PRIMARY KEY (id, version));
CREATE TABLE source (source_id TEXT PRIMARY KEY, publisher TEXT, region_code TEXT, province_code TEXT, records INTEGER,
  first_fetched_at TEXT, last_fetched_at TEXT)
"""
_NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE)
_FINISH = (
    "CREATE INDEX article_published ON article (published_at)",
    "CREATE INDEX article_fetched ON article (fetched_at)",
    "CREATE INDEX article_of_source ON article (source_id, published_at)",
    "CREATE INDEX article_of_province ON article (province_code, published_at)",
    # Datasette finds the index of a table by these very quotes.
    'CREATE VIRTUAL TABLE article_fts USING fts5 (title, subtitle, body_text, content="article")',
    "INSERT INTO article_fts (article_fts) VALUES ('rebuild')",
    """INSERT INTO source SELECT source_id, max(publisher), max(region_code), max(province_code), count(*),
    min(fetched_at), max(fetched_at) FROM article GROUP BY source_id""",
    "ANALYZE",
)


def write(lines: Iterable[bytes], path: Path, setting: Setting) -> int:
    """Write the database to a path that is not there yet; how many records.

    Raises:
        OSError: the disk took no more.
    """
    db = sqlite3.connect(path, isolation_level=None)
    try:
        db.execute("PRAGMA journal_mode=OFF")  # the file is nobody's until it is whole
        db.execute("PRAGMA synchronous=OFF")
        for statement in TABLES.split(";"):
            db.execute(statement)
        db.execute("BEGIN")
        count = 0
        # A line that is given twice, as after a repair, is one row.
        put = f"INSERT OR REPLACE INTO article VALUES ({','.join('?' * len(FIELDS))})"  # noqa: S608
        for count, line in enumerate(lines, 1):
            told = record_of(line)
            db.execute(put, [_stored(told[name]) for name in FIELDS])
        for statement in _FINISH:
            db.execute(statement)
        db.execute("COMMIT")
    except sqlite3.OperationalError as fault:
        raise OSError(
            errno.ENOSPC if fault.sqlite_errorcode in _NO_ROOM else errno.EIO, f"{path.name}: {fault}"
        ) from fault
    finally:
        db.close()
    return count


def _stored(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value


def guide(name: str, setting: Setting) -> dict[str, Any]:
    """``metadata.json`` for Datasette: what the tables and columns are."""
    article = {
        "description": "One row per version of an article; lists are JSON.",
        "columns": {field: text(field) for field in FIELDS},
        "sort_desc": "fetched_at",
        "label_column": "title",
        "facets": ["source_id", "province_code", "section"],
    }
    return {
        "title": setting.title,
        "source": setting.operator or setting.title,
        "databases": {name: {"tables": {"article": article, "article_fts": {"hidden": True}}}},
    }
