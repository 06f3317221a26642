"""Several of the reader's children side by side, with their answers in the order of the questions."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol, TypeVar

from archive.capture import Capture
from archive.record import Reading
from crawler.pages import read
from crawler.sources import Source
from crawler.worker import Worker
from crawler.worker.child import ReadPage

MOST = 2
"""Children at most: beside the crawl and the reader itself, more of them find no free core on a small machine."""


class Loaded(Protocol):
    """A page that is to be read, or of which it is known already what came of it."""

    @property
    def reading(self) -> Reading | None:
        """What came of it; None when it is to be read."""

    @property
    def source_id(self) -> str:
        """Whose page it is."""

    @property
    def capture(self) -> Capture | None:
        """The page."""


One = TypeVar("One", bound=Loaded)


class Workers:
    """Children that read pages side by side; use as a context manager.

    Args:
        sources: definitions by id.
        count: how many; by default as many as there are cores, up to ``MOST``.
        read_page: what they do with a page.
    """

    def __init__(self, sources: Mapping[str, Source], count: int | None = None, read_page: ReadPage = read) -> None:
        self._workers = [Worker(sources, read_page) for _ in range(count or min(MOST, os.cpu_count() or 1))]

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.close()

    def read_all(self, loaded: Iterable[One]) -> Iterator[tuple[One, Reading]]:
        """Each page with what came of it, in order; as many are taken ahead as the children have room for."""
        begun: deque[tuple[One, Worker | None]] = deque()
        for one in loaded:
            worker = None
            if one.reading is None and one.capture is not None:
                while (worker := self._next_free(one.capture)) is None:
                    yield self._next(begun)
                worker.begin(one.capture, one.source_id)
            begun.append((one, worker))
        while begun:
            yield self._next(begun)

    def _next_free(self, capture: Capture) -> Worker | None:
        """The one with the least to do, if it can take the page without waiting."""
        worker = min(self._workers, key=lambda one: one.waiting)
        return worker if worker.has_room(capture) else None

    @staticmethod
    def _next(begun: deque[tuple[One, Worker | None]]) -> tuple[One, Reading]:
        one, worker = begun.popleft()
        if worker is not None:
            return one, worker.finish()
        assert one.reading is not None  # noqa: S101  # else it had a worker
        return one, one.reading
