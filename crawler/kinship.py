"""Which article a page is, by what the catalog knows of the others.

An article keeps the address that it was first known by. A page under another address is that article when

- its canonical link leads to it *and* title, text, slug or number agree: a template that prints the link of another
  page takes no article away from it, whichever of the two comes first;
- an address that it states of itself (``?p=12``) or the number in its address is noted for it, which stay when slugs
  change;
- title, text and day are word for word the same within the source.

A press release on another site is an article of its own; ``archive.catalog.kin.same_text_as`` knows its twins.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from archive.catalog import CaptureRow, Catalog
from archive.catalog.kin import Kin, by_address, by_text, known_article
from archive.catalog.rows import ArticleText
from archive.record import Record, article_id, text_digest
from crawler.sources import Source
from crawler.sources.identity import article_number, canonical_address

TELLING = 200
"""Characters of a body from which on the same words can be no chance; ``Foto kegiatan.`` stands on many pages."""

_BY_NUMBER = re.compile(r"(?:p|page_id)=\d+")


class Kinship:
    """Settles under which address a record is kept.

    Args:
        catalog: what is known of the articles so far.
        sources: definitions by id.
    """

    def __init__(self, catalog: Catalog, sources: Mapping[str, Source]) -> None:
        self._catalog, self._sources = catalog, sources

    def settled(self, row: CaptureRow, record: Record) -> Record:
        """The record under the address of the article that it is."""
        if row.identity != record.canonical_url and not self._is_believable(row, record):
            record = addressed(record, row.identity)
        if self._catalog.version(record.id) is not None:
            return record
        kin = self._kin(row, record)
        return record if kin is None else addressed(record, kin.canonical_url, alias=record.canonical_url)

    def keys(self, row: CaptureRow, record: Record) -> tuple[str, ...]:
        """What the article is to be found by beside its canonical address: identities, the number in the address."""
        source = self._sources[record.source_id]
        addresses = {row.identity, *(canonical_address(url, source) for url in record.aliases)}
        numbers = {number for url in (row.identity, record.canonical_url) if (number := article_number(url, source))}
        return tuple(sorted((addresses | numbers) - {record.canonical_url}))

    def _is_believable(self, row: CaptureRow, record: Record) -> bool:
        """Whether a page is what its canonical link says."""
        known = known_article(self._catalog, record.id)
        if known is None:
            return is_related(row.identity, record.canonical_url)
        return _says_the_same(known, record)

    def _kin(self, row: CaptureRow, record: Record) -> Kin | None:
        for key in self.keys(row, record):
            if kin := by_address(self._catalog, record.source_id, key):
                return kin
            former = known_article(self._catalog, article_id(record.source_id, key))
            if former and key != row.identity and (is_related(key, row.identity) or _says_the_same(former, record)):
                return former  # its address redirects here
        if len(record.body_text) < TELLING:
            return None
        kin = by_text(self._catalog, record.source_id, record.text_digest)
        days = {day[:10] for day in (kin and kin.text.published_at, record.published_at) if day}
        return kin if len(days) < 2 else None


def _says_the_same(known: Kin, record: Record) -> bool:
    return record.title == known.text.title or record.text_digest == known.text.text_digest


def addressed(record: Record, canonical_url: str, alias: str | None = None) -> Record:
    """The record under another address, the former one kept as an alias where it is one."""
    aliases = {*record.aliases, *([alias] if alias else []), record.url} - {canonical_url}
    told = {
        "canonical_url": canonical_url,
        "id": article_id(record.source_id, canonical_url),
        "aliases": sorted(aliases),
    }
    return record.model_copy(update=told)


def text_of(record: Record) -> ArticleText:
    """What other records are compared with."""
    is_telling = len(record.body_text) >= TELLING
    return ArticleText(
        text_digest=record.text_digest,
        body_digest=text_digest("", record.body_text) if is_telling else None,
        title=record.title,
        published_at=record.published_at,
    )


def is_related(own: str, claimed: str) -> bool:
    """Whether two addresses speak of one article: by the slug, or by a number that both hold."""
    if _BY_NUMBER.fullmatch(urlsplit(own).query) and urlsplit(own).path in ("", "/"):
        return True  # WordPress and its like know each page by such an address, too
    one, other = _slug(own), _slug(claimed)
    if one and other and (one == other or other.startswith(f"{one}-") or one.startswith(f"{other}-")):
        return True
    return bool(_numbers(own) & _numbers(claimed))


def _slug(url: str) -> str:
    return re.sub(r"\.html?$", "", urlsplit(url).path.rstrip("/").rpartition("/")[2])


def _numbers(url: str) -> set[str]:
    """Numbers that can be an article's: not those of a date in the path."""
    parts = urlsplit(url)
    path = re.sub(r"/(19|20)\d\d/\d{1,2}(/\d{1,2})?(?=/)", "", parts.path)
    return set(re.findall(r"(?<![\w-])\d{2,}(?![\w])", f"{path}?{parts.query}"))
