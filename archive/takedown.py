"""Articles that nobody is shown any more: the list in ``collection.toml``.

The WARC files stay as they are. What is on the list is kept out of every export, of the API and of replay, and each
export's manifest says how many entries the list has and how many lines it kept out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from archive.line import id_and_version, record_of

_SCHEME = re.compile(r"^https?://(www\d*\.)?", re.IGNORECASE)


class TakenDown(BaseModel):
    """One ``[[takedown]]`` of ``collection.toml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str | None = Field(default=None, pattern="^[0-9a-f]{32}$")
    """Id of the article."""
    url: str | None = Field(default=None, pattern="^https?://[^\\s]+$")
    """Any of its addresses; with or without ``www.``, either scheme, with or without a slash at the end."""
    reason: str = ""
    """For those who keep the list; exported nowhere."""
    on: date | None = None
    """Since when, for those who keep the list."""

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if (self.id is None) == (self.url is None):
            raise ValueError("give either id or url")
        return self


class Takedown:
    """The list, ready to be asked.

    Args:
        ids: of articles.
        urls: of articles, in any spelling.
    """

    def __init__(self, ids: Iterable[str] = (), urls: Iterable[str] = ()) -> None:
        self._ids = frozenset(one.encode() for one in ids)
        self._urls = frozenset(folded(url) for url in urls)
        self._hints = tuple({url.rpartition("/")[2].encode() for url in self._urls})

    @classmethod
    def of(cls, entries: Iterable[TakenDown]) -> Takedown:
        """The list of a collection."""
        entries = tuple(entries)
        return cls([one.id for one in entries if one.id], [one.url for one in entries if one.url])

    def with_addresses(self, addresses: Callable[[str], Iterable[str]]) -> Takedown:
        """The list with the addresses of the articles that it names by id, for those who know addresses only.

        Args:
            addresses: of an article, by its id.
        """
        ids = [one.decode() for one in self._ids]
        return Takedown(ids, [*self._urls, *(url for one in ids for url in addresses(one))])

    def __bool__(self) -> bool:
        return bool(self._ids or self._urls)

    def __len__(self) -> int:
        return len(self._ids) + len(self._urls)

    def covers(self, line: bytes) -> bool:
        """Whether a record is of an article on the list."""
        head = id_and_version(line)
        if head and head[0] in self._ids:
            return True
        if not self._urls or not any(hint in line for hint in self._hints):
            return False
        told = record_of(line)
        return any(self.covers_url(url) for url in (told["url"], told["canonical_url"], *told["aliases"]))

    def covers_id(self, article_id: str) -> bool:
        """Whether an article is on the list by its id."""
        return article_id.encode() in self._ids

    def covers_url(self, url: str) -> bool:
        """Whether an address is on the list."""
        return folded(url) in self._urls


def folded(url: str) -> str:
    """An address without what two spellings of it may differ in."""
    rest = _SCHEME.sub("", url.partition("#")[0])
    host, slash, path = rest.partition("/")
    return f"{host.lower()}{slash}{path}".rstrip("/")
