"""After a repair: what the catalog knows of a file, brought into line with what the new file holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from archive.capture import Locator
from archive.catalog.rows import VersionRow
from archive.catalog.store import Catalog


@dataclass(frozen=True, slots=True)
class Place:
    """Where an exchange is now."""

    locator: Locator
    end: int
    """First byte after its last record."""


@dataclass(frozen=True, slots=True)
class Gone:
    """A capture that the new file does not hold."""

    record_id: str
    url: str
    article_id: str | None
    """Of the article that was read from it, if one was."""


def places_in(catalog: Catalog, filename: str) -> dict[str, Place]:
    """The captures that the catalog knows in a file (its name without ``.open``), by record id."""
    found = catalog._db.execute("SELECT record_id, offset, length, end FROM capture WHERE filename = ?", (filename,))
    return {record_id: Place(Locator(filename, offset, length), end) for record_id, offset, length, end in found}


def relocate(catalog: Catalog, filename: str, places: Mapping[str, Place]) -> list[Gone]:
    """Give the captures of a file the places they have in the repaired one; forget those it lacks.

    Call inside a ``transaction``. Captures keep their ``seq``: moving one does not make it newer.

    Args:
        catalog: open.
        filename: of the file, without ``.open``.
        places: by record id, without angle brackets.

    Returns:
        What was forgotten, in the order in which it had been learnt; their pages count as never seen.
    """
    db, moving = catalog._db, f"{filename} (moving)"  # a place is unique: all leave before the first arrives
    known = db.execute(
        "SELECT record_id, url, offset, article_id FROM capture LEFT JOIN reading USING (filename, offset)"
        " WHERE filename = ? ORDER BY seq",
        (filename,),
    ).fetchall()
    for table in ("capture", "reading"):
        db.execute(f"UPDATE {table} SET filename = ? WHERE filename = ?", (moving, filename))  # noqa: S608
    gone = []
    for record_id, url, offset, article_id in known:
        place = places.get(record_id)
        if place is None:
            gone.append(Gone(record_id, url, article_id))
            continue
        db.execute(
            "UPDATE capture SET filename = ?, offset = ?, length = ?, end = ? WHERE filename = ? AND offset = ?",
            (filename, place.locator.offset, place.locator.length, place.end, moving, offset),
        )
        db.execute(
            "UPDATE reading SET filename = ?, offset = ? WHERE filename = ? AND offset = ?",
            (filename, place.locator.offset, moving, offset),
        )
    for table in ("capture", "reading"):
        db.execute(f"DELETE FROM {table} WHERE filename = ?", (moving,))  # noqa: S608
    return gone


def set_version(catalog: Catalog, article_id: str, newest: VersionRow | None) -> None:
    """Say which version of an article is the newest now; None forgets the article. Call inside a ``transaction``."""
    if newest is None:
        catalog._db.execute("DELETE FROM article WHERE id = ?", (article_id,))
        catalog._db.execute("DELETE FROM alias WHERE article_id = ?", (article_id,))
        return
    catalog._db.execute(
        "UPDATE article SET version = ?, fingerprint = ? WHERE id = ?", (newest.version, newest.fingerprint, article_id)
    )


def vouch(catalog: Catalog, name: str, size: int) -> None:
    """Vouch for the size of a record file, or of none at all. Call inside a ``transaction``."""
    catalog._db.execute("INSERT OR REPLACE INTO record_file VALUES (?, ?)", (name, size))
