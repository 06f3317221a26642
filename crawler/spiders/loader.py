"""Spiders by name: every source is one, so that ``scrapy list`` and ``scrapy crawl ID`` work."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from scrapy import Request
from scrapy.settings import BaseSettings

from crawler.health import ExitStatus
from crawler.sources import Source, SourceInvalid
from crawler.sources.identity import on_host
from crawler.sources.load import Sources
from crawler.spiders.news import NewsSpider


def collection_root(settings: BaseSettings) -> Path:
    """The collection's folder: command line, then environment, then the settings file."""
    default = settings.getpriority("WARKAT_COLLECTION") in (None, 0, 20)
    environment = os.environ.get("WARKAT_COLLECTION")
    return Path(environment if environment and default else settings["WARKAT_COLLECTION"])


def spider_for(source: Source) -> type[NewsSpider]:
    """The spider of one source."""
    return type(f"Spider_{source.id.replace('-', '_')}", (NewsSpider,), {"name": source.id, "source": source})


@contextlib.contextmanager
def _telling_faults() -> Iterator[None]:
    """Ends with the status for a wrong definition: Scrapy asks before anything would tell a fault in words."""
    try:
        yield
    except SourceInvalid as fault:
        sys.stderr.write("\n".join(fault.faults) + "\n")
        raise SystemExit(int(ExitStatus.BAD_DEFINITION)) from None


class SourceLoader:
    """A Scrapy spider loader over the source files, the collection's own included.

    Raises:
        SystemExit: a source file is wrong; every fault has been told.
    """

    def __init__(self, settings: BaseSettings) -> None:
        own = collection_root(settings) / "sources"
        with _telling_faults():
            self._sources = Sources(own if own.is_dir() else None)
            self._sources.check_own()

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        """Made by Scrapy."""
        return cls(settings)

    def load(self, spider_name: str) -> type[NewsSpider]:
        """The spider of a source.

        Raises:
            KeyError: no source has this id.
        """
        if spider_name not in self._sources:
            raise KeyError(f"Spider not found: {spider_name}")
        with _telling_faults():
            return spider_for(self._sources[spider_name])
        raise AssertionError  # the fault ends the process

    def find_by_request(self, request: Request) -> list[str]:
        """Ids of the sources that an address belongs to."""
        with _telling_faults():
            return [name for name, source in self._sources.all().items() if on_host(request.url, source)]
        raise AssertionError  # the fault ends the process

    def list(self) -> list[str]:
        """Ids of all sources; every file is read, so that a wrong one does not hide among hundreds of names."""
        with _telling_faults():
            return list(self._sources.all())
        raise AssertionError  # the fault ends the process
