"""What the catalog can say beside its captures and articles: claims by their names, files that it vouches for."""

from __future__ import annotations

from datetime import datetime

from archive.catalog.store import Catalog


def claims(catalog: Catalog, source_id: str, prefix: str) -> dict[str, datetime]:
    """All claims of a source whose name begins so, in the order of their names."""
    found = catalog._db.execute(
        "SELECT claim, lastmod FROM claim WHERE source_id = ? AND substr(claim, 1, ?) = ? ORDER BY claim",
        (source_id, len(prefix), prefix),
    )
    return {claim: datetime.fromisoformat(lastmod) for claim, lastmod in found}


def drop_claim(catalog: Catalog, source_id: str, claim: str) -> None:
    """Forget a claim."""
    catalog._db.execute("DELETE FROM claim WHERE source_id = ? AND claim = ?", (source_id, claim))


def record_files(catalog: Catalog) -> dict[str, int]:
    """Files below the collection that lines were written to, each with the bytes that the catalog vouches for."""
    return dict(catalog._db.execute("SELECT name, size FROM record_file ORDER BY name"))


def is_superseded(catalog: Catalog, article_id: str, fetched_at: datetime) -> bool:
    """Whether a record was made of a later capture of the same article: an earlier one makes no new version."""
    found = catalog._db.execute(
        "SELECT 1 FROM reading JOIN capture USING (filename, offset)"
        " WHERE article_id = ? AND outcome = 'record' AND fetched_at > ? LIMIT 1",
        (article_id, fetched_at.isoformat(timespec="microseconds")),
    )
    return found.fetchone() is not None
