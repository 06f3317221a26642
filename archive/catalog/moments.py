"""Captures by address and time: what a replay asks of the catalog, a few microseconds each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from archive.capture import Digest, Locator
from archive.catalog.columns import SELECT, row_of
from archive.catalog.lookup import Lookup
from archive.catalog.rows import CaptureRow
from archive.catalog.store import ADDRESSES
from archive.catalog.surt import surt

_BOTH_SIDES = (
    SELECT + "surt = ?1 AND fetched_at < ?2 ORDER BY fetched_at DESC LIMIT 1",
    SELECT + "surt = ?1 AND fetched_at >= ?2 ORDER BY fetched_at LIMIT 1",
)
_SECOND = (
    SELECT + "surt = ?1 AND fetched_at >= ?2 AND fetched_at < ?3 ORDER BY url <> ?4, status >= 400, fetched_at LIMIT 1"
)
_LAST = "\U0010ffff"
"""Sorts behind every key."""


def instant_text(at: datetime) -> str:
    """An instant as the table has it."""
    return at.isoformat(timespec="microseconds")


class Moments(Lookup):
    """Which capture stands for an address at an instant, and what lies around it."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._db.execute("PRAGMA cache_size=-8000")
        self._db.execute("PRAGMA mmap_size=67108864")

    def nearest(self, url: str, at: datetime) -> CaptureRow | None:
        """The capture of an address next to an instant; one within that very second first.

        Of several in one second, one with the same spelling goes before others, an answer before an error.

        Args:
            url: any spelling that has the same SURT.
            at: aware, UTC; whole seconds.
        """
        key = surt(url)
        second = instant_text(at + timedelta(seconds=1))
        found = self._db.execute(_SECOND, (key, instant_text(at), second, url)).fetchone()
        if found:
            return row_of(found)
        beside = [self._db.execute(side, (key, instant_text(at))).fetchone() for side in _BOTH_SIDES]
        rows = [row_of(one) for one in beside if one]
        return min(rows, key=lambda row: abs(row.fetched_at - at), default=None)

    def newest(self, url: str) -> CaptureRow | None:
        """The last capture of an address."""
        return next(self._rows("surt = ? ORDER BY fetched_at DESC LIMIT 1", surt(url)), None)

    def all_of(self, url: str, limit: int = -1) -> Iterator[CaptureRow]:
        """Captures of an address, oldest first."""
        return self._rows("surt = ? ORDER BY fetched_at, filename, offset LIMIT ?", surt(url), limit)

    def within(
        self, first: str, last: str, since: str = "", until: str = _LAST, *, backwards: bool = False
    ) -> Iterator[CaptureRow]:
        """Captures whose key lies from ``first`` on and before ``last``, by key and time.

        Args:
            first, last: SURT texts; equal ones mean that key alone.
            since, until: ISO 8601 as in the table; from the one on, and before the other.
            backwards: newest and last key first.
        """
        keys = "surt = ?1 AND ?2 = ?2" if first == last else "surt >= ?1 AND surt < ?2"
        order = "surt DESC, fetched_at DESC" if backwards else "surt, fetched_at, filename, offset"
        return self._rows(
            f"{keys} AND fetched_at >= ?3 AND fetched_at < ?4 ORDER BY {order}", first, last, since, until
        )

    def around(self, url: str, limit: int) -> list[CaptureRow]:
        """Captures of other addresses of the same host, next to an address in the order of keys."""
        key = surt(url)
        host = key.partition(")")[0] + ")"
        before = self._rows(
            "surt < ? AND surt >= ? AND status = 200 GROUP BY surt ORDER BY surt DESC LIMIT ?", key, host, limit
        )
        after = self._rows(
            "surt > ? AND surt < ? AND status = 200 GROUP BY surt ORDER BY surt LIMIT ?", key, host + _LAST, limit
        )
        return [*reversed(list(before)), *after]

    def at(self, place: Locator) -> CaptureRow | None:
        """The capture at a place; its length does not count."""
        return next(self._rows("filename = ? AND offset = ?", place.filename, place.offset), None)

    def addresses(self, article_id: str) -> list[str]:
        """All addresses under which an article is known."""
        return [url for (url,) in self._db.execute(ADDRESSES, (article_id,))]

    def days(self) -> dict[str, dict[str, int]]:
        """Captures by source and day (``2024-05-04``, UTC)."""
        found: dict[str, dict[str, int]] = {}
        for source_id, day, count in self._db.execute(
            "SELECT source_id, substr(fetched_at, 1, 10) AS day, count(*) FROM capture GROUP BY 1, 2"
        ):
            found.setdefault(source_id, {})[day] = count
        return found

    def state(self) -> int:
        """A number that grows with each capture."""
        return int(self._db.execute("SELECT coalesce(max(seq), 0) FROM capture").fetchone()[0])

    def by_digest(self, digest: Digest, key: str) -> CaptureRow | None:
        """A whole capture with this payload, of the same key where there is one."""
        return next(
            self._rows("surt = ? AND payload_digest = ? AND record_type = 'response' LIMIT 1", key, digest), None
        )

    def original(self, row: CaptureRow) -> CaptureRow | None:
        """The capture that holds the payload which a revisit does not repeat."""
        found = self.by_record_id(row.refers_to) if row.refers_to else None
        if found is None and row.payload_digest:
            found = self.by_digest(row.payload_digest, surt(row.url))
        return found if found and found.record_type == "response" else None

    def replayable(self) -> Iterator[CaptureRow]:
        """All captures, by key and time, as an index for other tools wants them.

        A not-modified revisit comes as its original at its own instant: as a bare 304 no tool can show
        it. One whose original is not in the catalog is left out.
        """
        for row in self._rows("1 ORDER BY surt, fetched_at, filename, offset"):
            if row.record_type != "revisit" or row.status != 304:
                yield row
            elif original := self.original(row):
                yield replace(original, url=row.url, fetched_at=row.fetched_at)
