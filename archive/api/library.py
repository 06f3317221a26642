"""Answers, as JSON bytes: lines of the record files go through as they are, unparsed."""

from __future__ import annotations

import base64
import binascii
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from archive.api.questions import RequestInvalid, choice_of
from archive.catalog import CatalogFault, CatalogUnusable
from archive.catalog.absences import Absence
from archive.catalog.questions import Place, Question
from archive.catalog.shelves import RecordIndex
from archive.collection import Collection
from archive.feed.cursor import START, decode_cursor, encode_cursor
from archive.feed.events import events_of
from archive.feed.redact import redacted
from archive.feed.stream import Feed
from archive.feed.walk import Shelf, shelves
from archive.line import id_and_version, text_field
from archive.takedown import Takedown

_STEP = 2000
"""Lines taken into the index between two answers."""
_LOOK_S = 2.0
"""Seconds between two looks at the record files."""
_COUNT_S = 60.0
"""Seconds between two counts of absent articles."""
_SCAN = 32_000_000
"""Bytes of lines that one page of changes looks through."""


class NotHere(LookupError):
    """There is no such article."""


class NotReady(RuntimeError):
    """The index is being made; lists and single articles come when it is whole."""


class TakenAway(LookupError):
    """The article is on the takedown list."""


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What a definition says of a source, for those who list sources."""

    name: str
    level: str


class Library:
    """Answers questions about one collection.

    Args:
        collection: whose.
        infos: of the sources that have a definition.
        clock: seconds, ever growing.
        redact: mask personal numbers in everything.
        gone_after: with it, changes tell of absent articles too; how long one must be absent to be gone.
    """

    def __init__(
        self, collection: Collection, infos: Mapping[str, SourceInfo], clock: Callable[[], float], *,
        redact: bool = False, gone_after: timedelta | None = None,
    ) -> None:  # fmt: skip
        self.collection, self._path = collection, collection.root / "indexes" / "records.sqlite3"
        self._index = RecordIndex(self._path)
        self._missing = ""
        self._gone_after, self._events, self._counted = gone_after, list[Absence](), float("-inf")
        self._infos, self._clock, self._redact = infos, clock, redact
        self._taken = Takedown.of(collection.about.takedown)
        self._shelves: tuple[Shelf, ...] = ()
        self._looked = float("-inf")

    def prepare(self, tell: Callable[[int], None] = lambda _: None) -> None:
        """Take everything into the index that is not in it yet."""
        self._shelves = tuple(shelves(self.collection.root))
        self._looked = self._clock()
        while not self.index.follow(self._shelves, 50_000, tell):
            pass

    def prepare_beside(self) -> None:
        """The same in a thread of its own; until it is done only changes and runs are told."""
        self._missing = "the index is being made; changes and runs are told already"
        threading.Thread(target=self._make_index, daemon=True, name="record index").start()

    def _make_index(self) -> None:
        try:
            with RecordIndex(self._path) as mine:
                while not mine.follow(tuple(shelves(self.collection.root)), 5000):
                    pass
            self._missing = ""
        except (CatalogFault, OSError) as fault:
            self._missing = f"the index cannot be made: {fault}"

    def refresh(self) -> None:
        """Look for new lines, if the last look is some time ago."""
        if self._clock() - self._looked < _LOOK_S:
            return
        self._shelves = tuple(shelves(self.collection.root))
        if self._missing or self.index.follow(self._shelves, _STEP):
            self._looked = self._clock()

    @property
    def index(self) -> RecordIndex:
        """Where each record lies.

        Raises:
            NotReady: it is not whole yet.
        """
        if self._missing:
            raise NotReady(self._missing)
        return self._index

    # answers

    def articles(self, found: Mapping[str, Any]) -> bytes:
        """A page of articles, newest fetched first.

        Raises:
            RequestInvalid: the cursor is none.
            QuestionTooBroad: narrow it.
        """
        limit = found.get("limit", 20)
        attribution = {"none": False, "only": True}.get(found.get("attribution", "any"))
        question = Question(
            sources=tuple(found.get("source", ())), province=found.get("province"),
            section=found["section"].casefold() if "section" in found else None, language=found.get("language"),
            integrity=found.get("integrity", "clean"), attributed=attribution,
            published_from=found.get("published_from"), published_until=found.get("published_until"),
            fetched_from=found.get("fetched_from"), fetched_until=found.get("fetched_until"),
            behind=_unpacked(found["cursor"]) if "cursor" in found else None,
        )  # fmt: skip
        places = self.index.listed(question, limit)
        behind = _packed(places[-1]) if len(places) == limit else None
        return _page((self._line(place) for place in places), behind)

    def article(self, article_id: str) -> bytes:
        """The newest version of an article that is clean, or else suspect.

        Raises:
            NotHere: there is none.
            TakenAway: it is on the list.
        """
        for integrity in ("clean", "suspect"):
            if places := self.index.versions(article_id, integrity):
                return self._shown(places[-1])
        raise NotHere(article_id)

    def versions(self, article_id: str) -> bytes:
        """All versions of an article, oldest first; raises as ``article`` does."""
        places = self.index.versions(article_id, "clean", "suspect")
        if not places:
            raise NotHere(article_id)
        self._shown(places[-1])
        return _page((self._line(place) for place in places), None)

    def changes(self, found: Mapping[str, Any]) -> bytes:
        """Lines behind a cursor, each with what happened.

        Raises:
            CursorInvalid: it is none.
        """
        limit = found.get("limit", 20)
        since = decode_cursor(found["since"]) if "since" in found else START
        feed = Feed(
            self.collection, choice_of(found), since, redact=self._redact, standing=self._shelves, budget=_SCAN,
            events=self._absences,
        )  # fmt: skip
        items = []
        for line in feed:
            items.append(_change(line))
            if len(items) >= limit:
                break
        more = b"true" if len(items) >= limit or feed.stopped else b"false"
        return b'{"items":[%b],"next":"%b","more":%b}' % (b",".join(items), encode_cursor(feed.cursor).encode(), more)

    def _absences(self) -> list[Absence]:
        """What is known of absent articles, counted anew after a while: it takes a walk over the catalog."""
        if self._gone_after is not None and self._clock() - self._counted >= _COUNT_S:
            try:
                self._events = events_of(self.collection, self._gone_after)
            except (CatalogFault, CatalogUnusable):
                return []  # the records need no catalog
            self._counted = self._clock()
        return self._events

    def sources(self) -> bytes:
        """All sources that have records."""
        told = []
        for one in self.index.sources():
            info = self._infos.get(one["source_id"])
            name = info.name if info else one.pop("publisher") or one["source_id"]
            one.pop("publisher", None)
            told.append({"id": one.pop("source_id"), "name": name, "level": info.level if info else None, **one})
        return json.dumps({"items": told}, ensure_ascii=False).encode()

    def runs(self, found: Mapping[str, Any]) -> bytes:
        """Runs, latest first."""
        limit = found.get("limit", 20)
        names = sorted((path.parent.name for path in self.collection.runs.glob("*/report.json")), reverse=True)
        if "cursor" in found:
            names = [name for name in names if name < found["cursor"]]
        told = [one for name in names[:limit] if (one := self.run(name))]
        behind = names[limit - 1] if len(names) > limit else None
        return json.dumps({"items": told, "next": behind}, ensure_ascii=False).encode()

    def run(self, name: str) -> dict[str, Any] | None:
        """What a run did, in short; None while its report cannot be read."""
        try:
            told = json.loads((self.collection.runs / name / "report.json").read_bytes())
        except (OSError, ValueError):
            return None
        kept = ("source_id", "started_at", "ended_at", "outcome", "captures", "read", "failures")
        visits = [{key: one.get(key) for key in kept} for one in told.get("sources", [])]
        return {"run_id": told.get("run_id", name), "exit_status": told.get("exit_status"), "sources": visits}

    def _line(self, place: Place) -> bytes | None:
        """The line at a place; None if it is taken down, or no longer there because the files were made anew."""
        path = self.collection.records / place.source_id / f"{place.month}.jsonl"
        try:
            with path.open("rb") as file:
                file.seek(place.offset)
                line = file.read(place.length)
        except OSError:
            line = b""
        head = id_and_version(line)
        if head is None or head[0] != place.article.hex().encode() or not line.endswith(b"\n"):
            self._looked = float("-inf")
            return None
        if self._taken and self._taken.covers(line):
            return None
        return redacted(line) if self._redact else line

    def _shown(self, place: Place) -> bytes:
        line = self._line(place)
        if line is None:
            if self._taken:
                raise TakenAway(place.article.hex())
            raise NotHere(place.article.hex())
        return line.rstrip(b"\n")


def _change(line: bytes) -> bytes:
    head, told = id_and_version(line), line.rstrip(b"\n")
    if head is None:
        return b'{"change":"%b","event":%b}' % ((text_field(line, b"event") or "").encode(), told)
    return b'{"change":"%b","record":%b}' % (b"new" if head[1] == 1 else b"changed", told)


def _page(lines: Any, behind: str | None) -> bytes:
    items = b",".join(line.rstrip(b"\n") for line in lines if line)
    return b'{"items":[%b],"next":%b}' % (items, json.dumps(behind).encode())


def _packed(place: Place) -> str:
    return base64.urlsafe_b64encode(place.article + place.fetched_at.encode()).rstrip(b"=").decode()


def _unpacked(word: str) -> tuple[str, bytes]:
    try:
        data = base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True)
        at = data[16:].decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        raise RequestInvalid("cursor: give `next` of the page before") from None
    if not at[:4].isdigit():
        raise RequestInvalid("cursor: give `next` of the page before")
    return at, data[:16]
