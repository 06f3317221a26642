"""An index over the lines of the record files, for those who ask for single articles and for lists.

``indexes/records.sqlite3`` is made of the record files alone and follows them: delete it and it is made again. Records
that are set aside are not in it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from archive.catalog.questions import Place, Question, conditions
from archive.feed.cursor import Position, check_of
from archive.feed.walk import Shelf, begin, record_id, walk
from archive.line import id_and_version, text_field

VERSION = 1
_TABLES = """
CREATE TABLE line (
    id BLOB NOT NULL, version INTEGER NOT NULL, newest INTEGER NOT NULL, source_id TEXT NOT NULL, province_code TEXT,
    section TEXT, language TEXT, integrity TEXT NOT NULL, attributed INTEGER NOT NULL, published_on TEXT,
    fetched_at TEXT NOT NULL, month TEXT NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL
) STRICT;
CREATE INDEX line_article ON line (id, version);
CREATE INDEX line_new ON line (integrity, fetched_at, id) WHERE newest = 1;
CREATE INDEX line_source ON line (source_id, integrity, fetched_at, id) WHERE newest = 1;
CREATE INDEX line_province ON line (province_code, integrity, fetched_at, id) WHERE newest = 1;
CREATE INDEX line_section ON line (section, integrity, fetched_at, id) WHERE newest = 1;
CREATE TABLE shelf (
    name TEXT PRIMARY KEY, source_id TEXT NOT NULL, publisher TEXT, region_code TEXT, province_code TEXT,
    records INTEGER NOT NULL, articles INTEGER NOT NULL, first_fetched_at TEXT, last_fetched_at TEXT,
    read INTEGER NOT NULL, line_check INTEGER NOT NULL
) STRICT;
CREATE TABLE per_day (
    day TEXT NOT NULL, source_id TEXT NOT NULL, records INTEGER NOT NULL, PRIMARY KEY (day, source_id)
) STRICT, WITHOUT ROWID
"""
_INSERT = f"INSERT INTO line VALUES ({','.join('?' * 14)})"  # noqa: S608
_SELECT = "SELECT id, fetched_at, source_id, month, offset, length FROM line WHERE "
_STEPS = 400
"""Thousands of SQLite's steps that one question may take: a second or so."""


class QuestionTooBroad(RuntimeError):
    """A list would need a walk over too much; narrow it by source, province or section."""


class RecordIndex:
    """The index; made when it is missing, made anew when another version of it is found.

    Args:
        path: its file.

    Raises:
        sqlite3.Error: it cannot be opened or written.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        if self._db.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            self._make_tables()

    def _make_tables(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        for table in ("line", "shelf", "per_day"):
            self._db.execute(f"DROP TABLE IF EXISTS {table}")
        for statement in _TABLES.split(";"):
            self._db.execute(statement)
        self._db.execute(f"PRAGMA user_version={VERSION}")
        self._db.execute("COMMIT")

    def __enter__(self) -> RecordIndex:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def follow(self, shelves: Sequence[Shelf], limit: int, tell: Callable[[int], None] = lambda _: None) -> bool:
        """Take in lines that are new, at most about ``limit``; whether everything is in.

        A source whose files were made anew is taken in anew.
        """
        known = {name: Position(read, check) for name, read, check in self._db.execute(
            "SELECT name, read, line_check FROM shelf")}  # fmt: skip
        for name in known.keys() - {shelf.name for shelf in shelves}:
            self._forget(name)
        taken = 0
        for shelf in shelves:
            position = known.get(shelf.name, Position(0, 0))
            if begin(shelf, position) == (shelf.size, True):
                continue
            if taken >= limit:
                return False
            taken += self._take_in(shelf, position, limit - taken)
            tell(taken)
        return taken < limit

    def _forget(self, name: str) -> None:
        source = name.rpartition("/")[2]
        self._db.execute("BEGIN IMMEDIATE")
        for table in ("line", "per_day", "shelf"):
            self._db.execute(f"DELETE FROM {table} WHERE source_id = ?", (source,))  # noqa: S608  # our own names
        self._db.execute("COMMIT")

    def _take_in(self, shelf: Shelf, position: Position, limit: int) -> int:
        start, as_said = begin(shelf, position)
        if not as_said:
            self._forget(shelf.name)
            start = 0
        self._db.execute("BEGIN IMMEDIATE")
        try:
            now = self._db.execute("SELECT read FROM shelf WHERE name = ?", (shelf.name,)).fetchone()
            if (now[0] if now else 0) != start:  # another process was here first
                return 0
            return self._add(shelf, start, limit)
        finally:
            self._db.execute("COMMIT")

    def _add(self, shelf: Shelf, start: int, limit: int) -> int:
        ends = _Ends(shelf)
        count = articles = 0
        last = b""
        first_at = last_at = None
        days: dict[str, int] = {}
        read = start
        for line, read in walk(shelf, start):
            fetched_at = text_field(line, b"fetched_at") or ""
            if head := id_and_version(line):
                articles += self._add_line(
                    line, bytes.fromhex(head[0].decode()), head[1], shelf, ends.place(read, line)
                )
                days[fetched_at[:10]] = days.get(fetched_at[:10], 0) + 1
                first_at, last_at = min(first_at or fetched_at, fetched_at), max(last_at or "", fetched_at)
            count, last = count + 1, line
            if count >= limit:
                break
        if not count:
            return 0
        self._db.executemany(
            "INSERT INTO per_day VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET records = records + excluded.records",
            [(day, shelf.source_id, number) for day, number in days.items()],
        )
        self._db.execute(
            """INSERT INTO shelf VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET
            publisher = excluded.publisher, records = records + excluded.records,
            articles = articles + excluded.articles,
            first_fetched_at = min(coalesce(first_fetched_at, excluded.first_fetched_at), excluded.first_fetched_at),
            last_fetched_at = max(coalesce(last_fetched_at, ''), excluded.last_fetched_at),
            read = excluded.read, line_check = excluded.line_check""",
            (shelf.name, shelf.source_id, text_field(last, b"publisher"), text_field(last, b"region_code"),
             text_field(last, b"province_code"), count, articles, first_at, last_at, read, check_of(record_id(last))),
        )  # fmt: skip
        return count

    def _add_line(self, line: bytes, article: bytes, version: int, shelf: Shelf, place: tuple[str, int]) -> bool:
        integrity = text_field(line, b"integrity") or ""
        self._db.execute(
            "UPDATE line SET newest = 0 WHERE id = ? AND integrity = ? AND newest = 1", (article, integrity)
        )
        section = text_field(line, b"section")
        self._db.execute(
            _INSERT,
            (article, version, 1, shelf.source_id, text_field(line, b"province_code"),
             section.casefold() if section else None, text_field(line, b"language"), integrity,
             text_field(line, b"attribution") is not None, (text_field(line, b"published_at") or "")[:10] or None,
             text_field(line, b"fetched_at") or "", *place, len(line)),
        )  # fmt: skip
        return version == 1

    # questions

    def listed(self, question: Question, limit: int) -> list[Place]:
        """The articles that fit.

        Raises:
            QuestionTooBroad: finding them would take too long.
        """
        where, values = conditions(question)
        order = f"newest = 1 AND {' AND '.join(where)} ORDER BY fetched_at DESC, id DESC LIMIT ?"
        return list(self._places(order, [*values, limit]))

    def versions(self, article_id: str, *integrities: str) -> list[Place]:
        """All versions of an article, oldest first."""
        marks = ",".join("?" * len(integrities))
        found = self._places(
            f"id = ? AND integrity IN ({marks}) ORDER BY version, rowid", [bytes.fromhex(article_id), *integrities]
        )
        return list(found)

    def sources(self) -> list[dict[str, Any]]:
        """What there is of each source."""
        names = (
            "source_id", "publisher", "region_code", "province_code", "records", "articles", "first_fetched_at",
            "last_fetched_at",
        )  # fmt: skip
        rows = self._db.execute(f"SELECT {', '.join(names)} FROM shelf ORDER BY source_id")  # noqa: S608
        return [dict(zip(names, row, strict=True)) for row in rows]

    def per_day(self, since: str) -> list[tuple[str, str, int]]:
        """Day, source and records fetched on it."""
        return list(
            self._db.execute("SELECT day, source_id, records FROM per_day WHERE day >= ? ORDER BY 1, 2", (since,))
        )

    def counts(self) -> tuple[int, int, int]:
        """Records, articles and sources."""
        row = self._db.execute(
            "SELECT coalesce(sum(records), 0), coalesce(sum(articles), 0), count(*) FROM shelf"
        ).fetchone()
        return int(row[0]), int(row[1]), int(row[2])

    def _places(self, where: str, values: Sequence[Any]) -> Iterator[Place]:
        left = _STEPS

        def step() -> int:
            nonlocal left
            left -= 1
            return left < 0

        self._db.set_progress_handler(step, 10_000)
        try:
            yield from (Place(*row) for row in self._db.execute(_SELECT + where, values))
        except sqlite3.OperationalError as fault:
            if left < 0:
                raise QuestionTooBroad("too much would have to be looked through; narrow it by source") from None
            raise fault
        finally:
            self._db.set_progress_handler(None, 0)


class _Ends:
    """From bytes read of a source to the file of a month and the offset in it."""

    def __init__(self, shelf: Shelf) -> None:
        self._files = [(path.stem, size) for path, size in shelf.files]
        self._before, self._at = 0, 0

    def place(self, read: int, line: bytes) -> tuple[str, int]:
        while read > self._before + self._files[self._at][1]:
            self._before += self._files[self._at][1]
            self._at += 1
        return self._files[self._at][0], read - self._before - len(line)
