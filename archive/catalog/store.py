"""The catalog file: one SQLite database in WAL mode, open in several processes at a time.

Written by the depositor (captures), the reader (readings, articles) and the visit (its report).
``synchronous=NORMAL`` is enough: what a power failure takes from here is found again in the WARC
files, which are synced before the catalog hears of them.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from archive.capture import Digest, Locator
from archive.catalog.cdxj import sort_key
from archive.catalog.columns import COLUMNS, SELECT, row_of, values_of
from archive.catalog.rows import CaptureRow, Counts, ReadingRow, Readings, VersionRow
from archive.catalog.schema import TABLES, VERSION

_INSERT = f"INSERT OR IGNORE INTO capture ({COLUMNS}, surt) VALUES ({','.join('?' * 21)})"  # noqa: S608
ADDRESSES = "SELECT canonical_url FROM article WHERE id = ?1 UNION SELECT url FROM alias WHERE article_id = ?1"
_UNREAD = (
    "role = 'article' AND status = 200 AND NOT EXISTS (SELECT 1 FROM reading"
    " WHERE reading.filename = capture.filename AND reading.offset = capture.offset)"
)

CatalogFault = sqlite3.Error
"""What SQLite says of a file that is damaged, cannot be written, or found no room."""


class CatalogUnusable(RuntimeError):
    """The catalog cannot be opened; ``warkat rebuild`` makes it again."""


class CatalogOutdated(CatalogUnusable):
    """The catalog was made by another version of warkat; ``warkat rebuild`` makes it again."""


class Catalog:
    """What the archive remembers.

    Args:
        path: the database; made when it is missing. Use as a context manager.

    Raises:
        CatalogOutdated: the file has other tables than this version knows.
        CatalogUnusable: it is no database, damaged, or may not be written.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._db = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
        except CatalogFault as fault:
            raise CatalogUnusable(f"{path}: {fault}") from fault
        try:
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._make_tables(path)
            if not os.access(path, os.W_OK):  # SQLite itself tells at the first write, after the first fetch
                raise sqlite3.OperationalError("may not be written")
        except CatalogFault as fault:
            self.close()
            mend = "" if isinstance(fault, sqlite3.OperationalError) else "; make it again with: warkat rebuild"
            raise CatalogUnusable(f"{path}: {fault}{mend}") from fault

    def _make_tables(self, path: Path) -> None:
        found = self._version()
        if found == 0:
            self._db.execute("BEGIN IMMEDIATE")
            if self._version() == 0:  # another process may have been first
                for statement in TABLES.split(";"):
                    self._db.execute(statement)
                self._db.execute(f"PRAGMA user_version={VERSION}")
            self._db.execute("COMMIT")
        elif found != VERSION:
            self.close()
            raise CatalogOutdated(
                f"{path}: made by another version (tables {found}, wanted {VERSION}); make it again: warkat rebuild"
            )

    def _version(self) -> int:
        return int(self._db.execute("PRAGMA user_version").fetchone()[0])

    def __enter__(self) -> Catalog:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside becomes visible at once, or not at all."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    # captures

    def add_captures(self, rows: Iterable[CaptureRow]) -> None:
        """Remember captures, all or none; one already known at its place is left as it is."""
        values = [(*values_of(row), sort_key(row)) for row in rows]
        with self.transaction():
            self._db.executemany(_INSERT, values)

    def last_seq(self) -> int:
        """``seq`` of the newest capture, 0 for none."""
        return int(self._db.execute("SELECT coalesce(max(seq), 0) FROM capture").fetchone()[0])

    def file_end(self, filename: str) -> int:
        """End of the last exchange known in a file (its name without ``.open``), 0 for none."""
        found = self._db.execute(
            "SELECT end FROM capture WHERE filename = ? ORDER BY offset DESC LIMIT 1", (filename,)
        ).fetchone()
        return int(found[0]) if found else 0

    def file_ends(self, source_id: str) -> dict[str, int]:
        """All files of a source with the end of the last exchange known in each."""
        return dict(
            self._db.execute(
                "SELECT filename, max(end) FROM capture WHERE source_id = ? GROUP BY filename", (source_id,)
            )
        )

    def recent(self, source_id: str, identity: str, limit: int) -> list[CaptureRow]:
        """The newest captures of a page by its identity, newest first."""
        return list(self._rows("source_id = ? AND identity = ? ORDER BY seq DESC LIMIT ?", source_id, identity, limit))

    def latest_whole(self, source_id: str, url: str, identity: str) -> CaptureRow | None:
        """The newest capture of exactly this address with status 200 and a whole payload of its own."""
        return self._one(
            "source_id = ? AND identity = ? AND url = ? AND status = 200 AND truncated IS NULL"
            " AND record_type = 'response' ORDER BY seq DESC LIMIT 1",
            source_id, identity, url,
        )  # fmt: skip

    def by_payload(self, source_id: str, digest: Digest) -> CaptureRow | None:
        """The first capture of a source that holds this payload whole."""
        return self._one(
            "source_id = ? AND payload_digest = ? AND record_type = 'response' AND truncated IS NULL"
            " ORDER BY seq LIMIT 1",
            source_id, digest,
        )  # fmt: skip

    def by_record_id(self, record_id: str) -> CaptureRow | None:
        """The capture whose response or revisit record has this id."""
        return self._one("record_id = ? LIMIT 1", record_id)

    def owed(self, after: int = 0, limit: int = 1000) -> list[CaptureRow]:
        """Captures of article pages, later than ``after`` by ``seq``, that no reader has read yet, oldest first."""
        return list(self._rows(f"seq > ? AND {_UNREAD} ORDER BY seq LIMIT ?", after, limit))

    def captures(self, source_id: str | None = None) -> Iterator[CaptureRow]:
        """All captures, sorted bytewise by SURT and time, as CDXJ wants them."""
        of_source = "1" if source_id is None else "source_id = ?"
        return self._rows(
            f"{of_source} ORDER BY surt, fetched_at, filename, offset", *([source_id] if source_id else [])
        )

    def _rows(self, where: str, *values: Any) -> Iterator[CaptureRow]:
        for found in self._db.execute(SELECT + where, values):
            yield row_of(found)

    def _one(self, where: str, *values: Any) -> CaptureRow | None:
        return next(self._rows(where, *values), None)

    def claimed(self, source_id: str, claim: str) -> datetime | None:
        """When a page last changed, as was claimed when it was fetched; a hint that a rebuild forgets."""
        found = self._db.execute(
            "SELECT lastmod FROM claim WHERE source_id = ? AND claim = ?", (source_id, claim)
        ).fetchone()
        return datetime.fromisoformat(found[0]) if found else None

    def add_claims(self, source_id: str, claims: Mapping[str, datetime]) -> None:
        """Remember claims by kind of document and identity of the page."""
        with self.transaction():
            self._db.executemany(
                "INSERT OR REPLACE INTO claim VALUES (?, ?, ?)",
                [(source_id, claim, lastmod.isoformat()) for claim, lastmod in claims.items()],
            )

    # articles

    def version(self, article_id: str) -> VersionRow | None:
        """The newest version of an article, or None for an article never seen."""
        found = self._db.execute("SELECT version, fingerprint FROM article WHERE id = ?", (article_id,)).fetchone()
        return VersionRow(article_id=article_id, version=found[0], fingerprint=found[1]) if found else None

    def add_reading(self, row: ReadingRow) -> None:
        """Remember what was read from a capture and the version it made; call inside a ``transaction``."""
        version = row.version
        self._db.execute(
            "INSERT OR REPLACE INTO reading VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (row.locator.filename, row.locator.offset, row.source_id, row.extractor, row.outcome, row.reason,
             version.article_id if version else None, version.version if version else None),
        )  # fmt: skip
        if version:
            self._db.execute(
                "INSERT INTO article (id, source_id, canonical_url, version, fingerprint) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET version = excluded.version, fingerprint = excluded.fingerprint",
                (version.article_id, row.source_id, row.canonical_url, version.version, version.fingerprint),
            )
            if row.text:
                self._db.execute(
                    "UPDATE article SET text_digest = ?, body_digest = ?, title = ?, published_at = ? WHERE id = ?",
                    (row.text.text_digest, row.text.body_digest, row.text.title, row.text.published_at,
                     version.article_id),
                )  # fmt: skip
            for url in (*row.aliases, *row.keys):
                self._db.execute(
                    "INSERT OR IGNORE INTO alias VALUES (?, ?, ?)", (row.source_id, url, version.article_id)
                )
        if row.line:
            self._db.execute("INSERT OR REPLACE INTO record_file VALUES (?, ?)", row.line)

    def addresses(self, article_id: str) -> list[str]:
        """All addresses under which an article is known."""
        return [url for (url,) in self._db.execute(ADDRESSES, (article_id,))]

    def is_article(self, locator: Locator) -> bool:
        """Whether the capture at a place was read as an article."""
        found = self._db.execute(
            "SELECT 1 FROM reading WHERE filename = ? AND offset = ? AND outcome IN ('record', 'unchanged')",
            (locator.filename, locator.offset),
        )
        return found.fetchone() is not None

    def record_size(self, name: str) -> int:
        """Bytes of a record file that the catalog vouches for."""
        found = self._db.execute("SELECT size FROM record_file WHERE name = ?", (name,)).fetchone()
        return int(found[0]) if found else 0

    def readings_since(self, source_id: str, seq: int) -> Readings:
        """What was read of the captures later than ``seq``."""
        found = self._db.execute(
            "SELECT CASE WHEN outcome <> 'record' THEN outcome WHEN version = 1 THEN 'new' ELSE 'changed' END AS kind,"
            " reason, count(*) FROM reading JOIN capture USING (filename, offset)"
            " WHERE capture.source_id = ? AND seq > ? GROUP BY kind, reason ORDER BY kind, reason",
            (source_id, seq),
        ).fetchall()
        outcomes: dict[str, int] = {}
        for kind, _, count in found:
            outcomes[kind] = outcomes.get(kind, 0) + count
        return Readings(outcomes=outcomes, reasons={reason: count for _, reason, count in found if reason})

    def counts(self, source_id: str | None = None) -> Counts:
        """How much there is of one source, or of all."""
        values = (source_id is None, source_id)
        captures = self._db.execute("SELECT count(*) FROM capture WHERE ? OR source_id = ?", values).fetchone()[0]
        articles, versions = self._db.execute(
            "SELECT count(*), coalesce(sum(version), 0) FROM article WHERE ? OR source_id = ?", values
        ).fetchone()
        skipped = self._db.execute(
            "SELECT reason, count(*) FROM reading WHERE (? OR source_id = ?)"
            " AND outcome IN ('skip', 'set-aside') GROUP BY reason ORDER BY reason",
            values,
        )
        return Counts(captures=captures, articles=articles, versions=versions, skipped=dict(skipped.fetchall()))

    # visits

    def add_visit(self, run_id: str, source_id: str, started_at: str, ended_at: str, outcome: str, report: str) -> None:
        """Remember how a visit went; ``report`` is its JSON."""
        self._db.execute(
            "INSERT OR REPLACE INTO visit VALUES (?, ?, ?, ?, ?, ?)",
            (run_id, source_id, started_at, ended_at, outcome, report),
        )
