"""Which articles are one: by an address that is known, or by their words; functions on a ``Catalog``."""

from __future__ import annotations

from dataclasses import dataclass

from archive.catalog.rows import ArticleText
from archive.catalog.store import Catalog

_ARTICLE = "SELECT id, canonical_url, text_digest, body_digest, title, published_at FROM article "


@dataclass(frozen=True, slots=True, kw_only=True)
class Kin:
    """An article as the catalog knows it."""

    article_id: str
    canonical_url: str
    text: ArticleText


def known_article(catalog: Catalog, article_id: str) -> Kin | None:
    """The article of this id."""
    return _first(catalog, "WHERE id = ?", article_id)


def by_address(catalog: Catalog, source_id: str, address: str) -> Kin | None:
    """The article that an address (or another key of a reading) was noted for."""
    return _first(
        catalog, "JOIN alias ON alias.article_id = article.id WHERE alias.source_id = ? AND url = ?", source_id, address
    )


def by_text(catalog: Catalog, source_id: str, text_digest: str) -> Kin | None:
    """The article of a source that has exactly this title and text."""
    return _first(
        catalog, "WHERE source_id = ? AND text_digest = ? ORDER BY canonical_url LIMIT 1", source_id, text_digest
    )


def same_text_as(catalog: Catalog, article_id: str) -> list[tuple[str, str]]:
    """Source and id of the articles of other sources whose body is word for word the same: copied press releases."""
    found = catalog._db.execute(
        "SELECT other.source_id, other.id FROM article JOIN article AS other USING (body_digest)"
        " WHERE article.id = ? AND other.source_id <> article.source_id ORDER BY other.source_id, other.id",
        (article_id,),
    )
    return [(source_id, other) for source_id, other in found]


def _first(catalog: Catalog, where: str, *values: str) -> Kin | None:
    found = catalog._db.execute(_ARTICLE + where, values).fetchone()
    if found is None:
        return None
    article_id, canonical_url, text_digest, body_digest, title, published_at = found
    text = ArticleText(text_digest=text_digest, body_digest=body_digest, title=title, published_at=published_at)
    return Kin(article_id=article_id, canonical_url=canonical_url, text=text)
