"""A catalog beside the catalog, for work that takes the old one's place only when it is whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from archive.catalog.lookup import asked

_FORGET = (
    "DELETE FROM reading WHERE source_id = ?1",
    "DELETE FROM article WHERE source_id = ?1",
    "DELETE FROM alias WHERE source_id = ?1",
    "DELETE FROM record_file WHERE name GLOB 'records/' || ?1 || '/*' OR name GLOB 'set-aside/' || ?1 || '/*'",
)


def copy_unread(catalog: Path, target: Path, source_ids: Iterable[str]) -> None:
    """Copy a catalog as if nothing of some sources had been read yet; a writer beside us does no harm.

    Args:
        catalog: the database to copy.
        target: the new one; must not be there.
        source_ids: of whom the readings are forgotten; captures, visits and hints stay.

    Raises:
        CatalogUnusable: there is none, or it is damaged or of another version.
    """
    with closing(asked(catalog)) as old, closing(sqlite3.connect(target, isolation_level=None)) as new:
        old.backup(new)
        new.execute("BEGIN")
        for source_id in source_ids:
            for statement in _FORGET:
                new.execute(statement, (source_id,))
        new.execute("COMMIT")
