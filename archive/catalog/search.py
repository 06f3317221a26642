"""Full text over the record lines, and where each line lies: ``search.sqlite3``, made of nothing but those lines.

It keeps no texts: words for searching, and places in the record files for showing. Lines that are
appended are taken in as they come; a record file that was replaced means that all is made again.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

VERSION = 1
BATCH = 500
_TABLES = """
CREATE TABLE line (
    id INTEGER PRIMARY KEY,
    article_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    source_id TEXT NOT NULL,
    title TEXT NOT NULL,
    published_at TEXT,
    fetched_at TEXT NOT NULL,
    integrity TEXT NOT NULL,
    file TEXT NOT NULL,
    offset INTEGER NOT NULL
) STRICT;
CREATE INDEX line_article ON line (article_id, version);
CREATE INDEX line_source ON line (source_id, fetched_at);
CREATE TABLE file (name TEXT PRIMARY KEY, inode INTEGER NOT NULL, size INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5(title, body, content='', tokenize="unicode61 remove_diacritics 2");
"""
_SHOWN = "id, article_id, version, source_id, title, published_at, fetched_at, integrity, file, offset"
_WORD = re.compile(r'"([^"]*)"|(\S+)')


@dataclass(frozen=True, slots=True)
class LineRow:
    """A record line: what lists show of it, and where it lies."""

    id: int
    article_id: str
    version: int
    source_id: str
    title: str
    published_at: str | None
    fetched_at: str
    """ISO 8601, UTC."""
    integrity: str
    file: str
    """Below the collection's ``records/``."""
    offset: int


def match_of(asked: str) -> str:
    """What a person typed as a question to FTS5: all words, each from its beginning; "quoted words" as they stand."""
    terms = []
    for phrase, word in _WORD.findall(asked[:500]):
        text = re.sub(r"[^\w ]+", " ", phrase or word).strip()
        if text:
            terms.append(f'"{text}"' + ("" if phrase else "*"))
    return " ".join(terms)


class SearchIndex:
    """The index of one collection; each thread opens its own.

    Args:
        path: ``search.sqlite3``; made when it is missing, made again when it is of another version or damaged.
        records: folder of the record files.
    """

    def __init__(self, path: Path, records: Path) -> None:
        self._path, self._records = path, records
        try:
            self._open()
        except sqlite3.DatabaseError:
            self._begin_again()

    def _open(self) -> None:
        self._db = sqlite3.connect(self._path, timeout=60, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        found = self._db.execute("PRAGMA user_version").fetchone()[0]
        if found not in (0, VERSION):
            raise sqlite3.DatabaseError("another version")
        self._db.execute("BEGIN IMMEDIATE")
        if self._db.execute("PRAGMA user_version").fetchone()[0] == 0:
            for statement in _TABLES.split(";"):
                self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version={VERSION}")
        self._db.execute("COMMIT")

    def _begin_again(self) -> None:
        self.close()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self._path}{suffix}").unlink(missing_ok=True)
        self._open()

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def is_current(self) -> bool:
        """Whether every line of the record files is in it, and none that is gone."""
        return self._known() == dict(self._files())

    def _known(self) -> dict[str, tuple[int, int]]:
        return {name: (inode, size) for name, inode, size in self._db.execute("SELECT name, inode, size FROM file")}

    def _files(self) -> Iterator[tuple[str, tuple[int, int]]]:
        for path in sorted(self._records.glob("*/*.jsonl")):
            told = path.stat()
            yield path.relative_to(self._records).as_posix(), (told.st_ino, told.st_size)

    def update(self, tell: Callable[[int], None] = lambda _: None) -> None:
        """Take in what is new.

        Args:
            tell: told of the bytes of record files taken in so far.
        """
        known, files = self._known(), dict(self._files())
        replaced = [
            name for name, (inode, size) in known.items()
            if name not in files or files[name][0] != inode or files[name][1] < size
        ]  # fmt: skip
        if replaced:
            self._forget()
            known = {}
        done = sum(size for _, size in known.values())
        for name, (inode, size) in files.items():
            for at in self._take_in(name, inode, known.get(name, (inode, 0))[1], size):
                tell(done + at)
            done += size - known.get(name, (inode, 0))[1]

    def _forget(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        for statement in ("DELETE FROM line", "DELETE FROM file", "INSERT INTO words (words) VALUES ('delete-all')"):
            self._db.execute(statement)
        self._db.execute("COMMIT")

    def _take_in(self, name: str, inode: int, start: int, end: int) -> Iterator[int]:
        """Lines of a file from one byte to another, some hundred in one step."""
        with (self._records / name).open("rb") as file:
            file.seek(start)
            at = start
            while at < end:
                self._db.execute("BEGIN IMMEDIATE")
                for _ in range(BATCH):
                    line = file.readline()
                    if not line.endswith(b"\n"):
                        end = at  # being written at this moment
                        break
                    self._add(name, at, line)
                    at += len(line)
                self._db.execute("INSERT OR REPLACE INTO file VALUES (?, ?, ?)", (name, inode, at))
                self._db.execute("COMMIT")
                yield at - start

    def _add(self, name: str, offset: int, line: bytes) -> None:
        try:
            told = json.loads(line)
            values = (
                told["id"], told["version"], told["source_id"], told["title"], told["published_at"],
                told["fetched_at"], told["integrity"], name, offset,
            )  # fmt: skip
            body = told["body_text"]
        except (ValueError, KeyError, TypeError):
            return  # ``warkat verify`` names such lines
        found = self._db.execute(
            "INSERT INTO line (article_id, version, source_id, title, published_at, fetched_at, integrity, file,"
            " offset) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values,
        )  # fmt: skip
        self._db.execute(
            "INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)", (found.lastrowid, told["title"], body)
        )

    # questions

    def search(self, asked: str, source_id: str | None, limit: int, skip: int = 0) -> list[LineRow]:
        """Articles that hold all words, the best first; of each the newest version that does."""
        match = match_of(asked)
        if not match:
            return []
        found = self._db.execute(
            f"SELECT {_SHOWN} FROM line JOIN ("  # noqa: S608
            "  SELECT max(line.id) AS best, min(place) AS place FROM ("
            "    SELECT rowid, bm25(words, 8.0, 1.0) AS place FROM words WHERE words MATCH ?1 ORDER BY place LIMIT 2000"
            "  ) AS hit JOIN line ON line.id = hit.rowid WHERE ?2 IS NULL OR source_id = ?2 GROUP BY article_id"
            ") ON id = best ORDER BY place LIMIT ?3 OFFSET ?4",
            (match, source_id, limit, skip),
        )
        return [LineRow(*one) for one in found]

    def versions(self, article_id: str) -> list[LineRow]:
        """All versions of an article, oldest first."""
        return self._lines("article_id = ? ORDER BY version, id", article_id)

    def newest(self, source_id: str, limit: int, skip: int = 0, day: str = "") -> list[LineRow]:
        """Lines of a source, the last fetched first, or those of one day (``2024-05-04``)."""
        last = day + "~" if day else "~"
        return self._lines(
            "source_id = ? AND fetched_at >= ? AND fetched_at < ? ORDER BY fetched_at DESC, id DESC LIMIT ? OFFSET ?",
            source_id, day, last, limit, skip,
        )  # fmt: skip

    def counts(self) -> dict[str, int]:
        """Articles by source."""
        return dict(self._db.execute("SELECT source_id, count(DISTINCT article_id) FROM line GROUP BY source_id"))

    def record(self, row: LineRow) -> dict[str, Any]:
        """The record of a line.

        Raises:
            LookupError: the file was replaced since; the next update finds the new one.
        """
        try:
            with (self._records / row.file).open("rb") as file:
                os.lseek(file.fileno(), row.offset, os.SEEK_SET)
                told: dict[str, Any] = json.loads(file.readline())
        except (OSError, ValueError) as fault:
            raise LookupError(f"{row.file}: {fault}") from fault
        if (told.get("id"), told.get("version")) != (row.article_id, row.version):
            raise LookupError(f"{row.file}: the line has moved")
        return told

    def _lines(self, where: str, *values: Any) -> list[LineRow]:
        return [LineRow(*one) for one in self._db.execute(f"SELECT {_SHOWN} FROM line WHERE {where}", values)]  # noqa: S608
