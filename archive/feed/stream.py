"""The feed: the lines that are wanted, behind a cursor, by source and then in the order in which they were written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from archive.catalog.absences import Absence
from archive.collection import Collection
from archive.feed.choice import Choice
from archive.feed.cursor import START, Cursor, Position, check_of
from archive.feed.events import behind
from archive.feed.redact import redacted
from archive.feed.walk import Shelf, begin, record_id, set_aside_record, shelves, walk
from archive.line import id_and_version
from archive.takedown import Takedown


class Feed:
    """Lines of a collection.

    Iterate over it once; ``cursor`` then says where the next feed goes on, also in the middle.

    Args:
        collection: whose.
        choice: which lines are wanted.
        since: what has been read already.
        redact: mask personal numbers.
        standing: the shelves as they were a moment ago, for those who look often; without it as they are.
        budget: bytes of lines to look through at most.
        events: gives what is known of absent articles; lines about them follow the records.

    Attributes:
        stopped: whether the budget ended it.
        damaged: lines that are no records any more, and are left out; ``warkat verify`` names them.
        kept_out: lines that would have been given but for the takedown list.
        moved: sources whose files were made anew since the cursor was given, so that the place was looked for.
    """

    def __init__(
        self, collection: Collection, choice: Choice | None = None, since: Cursor = START, *, redact: bool = False,
        standing: Iterable[Shelf] | None = None, budget: int | None = None,
        events: Callable[[], Sequence[Absence]] | None = None,
    ) -> None:  # fmt: skip
        self.collection, self.choice, self.redact = collection, choice or Choice(), redact
        self.taken = Takedown.of(collection.about.takedown)
        self.kept_out = self.damaged = 0
        self.moved: list[str] = []
        self.stopped = False
        self._standing, self._budget, self.events = standing, budget, events
        self._since = since
        self._done: dict[int, Position] = dict(since)
        self._at: tuple[int, int, bytes] | None = None

    @property
    def cursor(self) -> Cursor:
        """Behind the last line given; once all are given, behind everything that was looked at."""
        self._settle()
        return dict(self._done)

    def _settle(self) -> None:
        if self._at is not None:
            key, read, line = self._at
            self._done[key] = Position(read, check_of(record_id(line)))
            self._at = None

    def __iter__(self) -> Iterator[bytes]:
        """Lines with their line feed."""
        if not self.choice.latest:
            for shelf in self._shelves():
                if self.stopped:
                    return
                yield from self._lines(shelf, self._begin(shelf), None)
            yield from self._events()
            return
        standing = [(shelf, self._begin(shelf)) for shelf in self._shelves()]
        is_newest = self._newest(standing)
        for shelf, read in standing:
            yield from self._lines(shelf, read, is_newest)
        yield from self._events()

    def _events(self) -> Iterator[bytes]:
        if self.events is None or self.stopped:
            return
        events = [one for one in self.events() if self.choice.wants_source(one.source_id)]
        for line, key, position in behind(events, self._since, self.taken):
            self._settle()
            self._done[key] = position
            if line is None:
                self.kept_out += 1
            else:
                yield line

    def _shelves(self) -> Iterator[Shelf]:
        found = self._standing
        if found is None:
            found = shelves(self.collection.root, also_set_aside=self.choice.wants_set_aside)
        for shelf in found:
            if self.choice.wants_source(shelf.source_id):
                yield shelf

    def _begin(self, shelf: Shelf) -> int:
        read, as_said = begin(shelf, self._since.get(shelf.key))
        if not as_said:
            self.moved.append(shelf.source_id)
        return read

    def _lines(self, shelf: Shelf, read: int, is_newest: Callable[[bytes], bool] | None) -> Iterator[bytes]:
        last = None
        for stored, end in walk(shelf, read):
            if self.stopped:
                break
            last = (shelf.key, end, stored)
            self._spend(len(stored))
            if is_damaged(shelf, stored):
                self.damaged += 1
                continue
            line = self._given(shelf, stored)
            if line is None or (is_newest and not is_newest(line)):
                continue
            if self.taken and self.taken.covers(line):
                self.kept_out += 1
                continue
            self._at = last
            yield redacted(line) if self.redact else line
        if last:
            self._at = last
            self._settle()

    def _spend(self, size: int) -> None:
        if self._budget is not None:
            self._budget -= size
            self.stopped = self._budget < 0

    def _given(self, shelf: Shelf, stored: bytes) -> bytes | None:
        line = set_aside_record(stored) if shelf.name.startswith("set-aside/") else stored
        return line if line is not None and self.choice.wants(line) else None

    def _newest(self, standing: list[tuple[Shelf, int]]) -> Callable[[bytes], bool]:
        """A test for the newest version of each article. Only articles with a second version are remembered."""
        newest: dict[bytes, int] = {}
        for shelf, read in standing:
            for stored, _ in walk(shelf, read):
                if b'"version":1,' in stored[:96]:
                    continue
                line = self._given(shelf, stored)
                if line is not None and (head := id_and_version(line)):
                    article = bytes.fromhex(head[0].decode())
                    newest[article] = max(newest.get(article, 0), head[1])

        def is_newest(line: bytes) -> bool:
            head = id_and_version(line)
            return head is None or head[1] >= newest.get(bytes.fromhex(head[0].decode()), 1)

        return is_newest


def is_damaged(shelf: Shelf, line: bytes) -> bool:
    """Whether a line is visibly no record; what is set aside has no such form."""
    return shelf.name.startswith("records/") and (id_and_version(line) is None or line[-2:] != b"}\n")


class Following:
    """The lines of a feed, then those that are added, for as long as ``pause`` returns.

    Args:
        feed: where to begin.
        pause: waits a moment; called whenever all is given.
        given: called before each pause, when ``cursor`` is behind everything.
    """

    def __init__(self, feed: Feed, pause: Callable[[], None], given: Callable[[], None]) -> None:
        self._feed, self._pause, self._given = feed, pause, given

    @property
    def cursor(self) -> Cursor:
        """Behind the last line given."""
        return self._feed.cursor

    def __iter__(self) -> Iterator[bytes]:
        """Lines with their line feed."""
        while True:
            yield from self._feed
            self._given()
            self._pause()
            old = self._feed
            self._feed = Feed(old.collection, old.choice, old.cursor, redact=old.redact, events=old.events)
