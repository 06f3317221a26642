"""Lines about articles that went missing, are gone or came back, behind the records of a delta.

An event is no record: its ``schema`` is ``warkat/event/1``. Its place in a cursor is its number within its source, with
a check over the capture that tells it; a rebuild counts the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import groupby

from archive.catalog import Catalog
from archive.catalog.absences import Absence, absences
from archive.collection import Collection
from archive.feed.cursor import Cursor, Position, check_of, shelf_key
from archive.takedown import Takedown

SCHEMA = "warkat/event/1"


def events_of(collection: Collection, gone_after: timedelta) -> list[Absence]:
    """The events of a collection; none where it has no catalog.

    Raises:
        CatalogUnusable: its catalog cannot be read.
    """
    if not collection.catalog.exists():
        return []
    with Catalog(collection.catalog) as catalog:
        return absences(catalog, gone_after)


def event_key(source_id: str) -> int:
    """What a cursor calls the events of a source."""
    return shelf_key(f"events/{source_id}")


def behind(events: Sequence[Absence], since: Cursor, taken: Takedown) -> Iterator[tuple[bytes | None, int, Position]]:
    """Events behind a cursor, by source: the line, or None if it is kept out, and where the cursor stands after it."""
    for source_id, group in groupby(events, key=lambda one: one.source_id):
        key, all_of_it = event_key(source_id), list(group)
        for number in range(_begin(all_of_it, since.get(key)), len(all_of_it)):
            one = all_of_it[number]
            is_taken = taken.covers_id(one.article_id) or taken.covers_url(one.url)
            yield None if is_taken else line_of_event(one), key, Position(number + 1, check_of(one.warc_record_id))


def _begin(events: Sequence[Absence], position: Position | None) -> int:
    if position is None or not position.read:
        return 0
    if position.read <= len(events) and check_of(events[position.read - 1].warc_record_id) == position.check:
        return position.read
    places = (n + 1 for n in range(len(events) - 1, -1, -1) if check_of(events[n].warc_record_id) == position.check)
    return next(places, 0)


def line_of_event(one: Absence) -> bytes:
    """An event as a line."""
    told = {
        "schema": SCHEMA, "event": one.kind, "id": one.article_id, "source_id": one.source_id, "url": one.url,
        "status": one.status, "at": one.at, "since": one.since, "warc_filename": one.warc_filename,
        "warc_record_offset": one.warc_record_offset, "warc_record_id": one.warc_record_id,
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
