"""One export from order to receipt: joins feed, format and destination."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from archive.catalog.absences import Absence
from archive.collection import Collection
from archive.feed.choice import Choice
from archive.feed.cursor import START, Cursor, CursorInvalid, decode_cursor, encode_cursor
from archive.feed.deliver import Receiver, check, compression_of, send_all, write_path, write_store, write_stream
from archive.feed.destinations import Target
from archive.feed.destinations.path import write_small
from archive.feed.destinations.webhook import Waiting, Webhook
from archive.feed.events import events_of
from archive.feed.formats import Setting, Shape
from archive.feed.stream import Feed, Following

PAUSE_S = 2.0
"""Between two looks for lines that were added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be exported, how, and where to."""

    choice: Choice
    since: Cursor | None
    """None: nothing was said, so a receiver's own cursor counts."""
    redact: bool
    gone_after: timedelta | None
    """With it, lines about absent articles follow the records."""
    shape: Shape
    target: Target
    setting: Setting
    compression: str | None
    follows: bool
    cursor_file: Path | None
    secret: str
    """Shared with a webhook."""
    waiting: Waiting
    out: BinaryIO
    """Standard output."""
    tell: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of an order."""

    records: int
    cursor: str
    moved: tuple[str, ...]
    """Sources whose record files were made anew since the cursor was given."""
    damaged: int
    """Lines that are no records any more, and were left out."""


def read_cursor(word: str | None, file: Path | None) -> Cursor | None:
    """Where an export begins: as said, as the file says, or None if nobody says.

    Raises:
        CursorInvalid: it is no cursor.
    """
    if word is not None:
        return decode_cursor(word)
    if file is None or not file.exists():
        return None
    try:
        return decode_cursor(file.read_text(encoding="ascii"))
    except (CursorInvalid, UnicodeDecodeError):
        raise CursorInvalid(f"{file} holds no cursor; delete it to begin anew") from None


def fulfil(collection: Collection, order: Order) -> Sent:
    """Carry an order out.

    Raises:
        FormatInvalid: what was asked for does not go together.
        ExtraMissing: a library is not there.
        DeliveryFailed: a receiver did not take it; the cursor stands where it did.
    """
    target = order.target
    compression = compression_of(target.name, order.compression) if order.shape.kind == "stream" else "none"
    compression = order.compression or ("none" if target.kind in ("stdout", "webhook", "kafka") else compression)
    check(order.shape, target, order.setting, compression, follows=order.follows)
    if target.kind in ("webhook", "kafka"):
        return _send(collection, order)
    feed = Feed(collection, order.choice, order.since or START, redact=order.redact, events=_events(collection, order))
    records = _write(feed, order, compression)
    if order.cursor_file:
        keep(order.cursor_file, feed.cursor)
    return Sent(records, encode_cursor(feed.cursor), tuple(feed.moved), feed.damaged)


def _events(collection: Collection, order: Order) -> Callable[[], list[Absence]] | None:
    after = order.gone_after
    return (lambda: events_of(collection, after)) if after is not None else None


def _write(feed: Feed, order: Order, compression: str) -> int:
    if order.target.kind == "stdout":
        if order.follows:
            return _follow(feed, order, compression)
        count = write_stream(feed, order.shape, order.out, order.setting, compression)
        order.out.flush()
        return count
    if order.target.kind == "path":
        told = write_path(feed, order.shape, Path(order.target.name), order.setting, compression)
    else:
        told = write_store(feed, order.shape, order.target.name, order.setting, compression)
    return int(told["records"])


def _follow(feed: Feed, order: Order, compression: str) -> int:
    """Standard output for as long as it is read; the cursor file moves behind what was flushed."""
    from archive.feed.deliver import compressed
    from archive.feed.formats import writer

    with compressed(order.out, compression) as out:

        def given() -> None:
            out.flush()
            order.out.flush()
            if order.cursor_file:
                keep(order.cursor_file, following.cursor)

        following = Following(feed, lambda: order.waiting.sleep(PAUSE_S), given)
        return writer(order.shape)(following, out, order.setting)


def _send(collection: Collection, order: Order) -> Sent:
    """To a receiver of single records; its cursor is kept in the collection unless a file was named."""
    file = order.cursor_file or own_cursor(collection, order.target)
    since = order.since if order.since is not None else read_cursor(None, file)
    feed = Feed(collection, order.choice, since or START, redact=order.redact, events=_events(collection, order))
    receiver = _receiver(order)
    kept: list[Cursor] = [since or START]

    def keep_it(cursor: Cursor) -> None:
        if cursor != kept[0]:
            keep(file, cursor)
            kept[0] = cursor

    pause = (lambda: order.waiting.sleep(PAUSE_S)) if order.follows else None
    try:
        sent = send_all(feed, receiver, keep_it, pause)
    finally:
        receiver.close()
    return Sent(sent, encode_cursor(kept[0]), tuple(feed.moved), feed.damaged)


def _receiver(order: Order) -> Receiver:
    if order.target.kind == "webhook":
        return Webhook(order.target.name, order.secret, order.waiting, order.tell)
    from archive.feed.destinations.kafka import Topic

    return Topic(order.target.name, order.waiting.patience_s)


def own_cursor(collection: Collection, target: Target) -> Path:
    """Where the cursor of a receiver is kept when nobody names a file."""
    return collection.root / "cursors" / f"{hashlib.sha256(target.name.encode()).hexdigest()[:16]}.cursor"


def keep(file: Path, cursor: Cursor) -> None:
    """Keep a cursor, safe when this returns."""
    write_small(file, f"{encode_cursor(cursor)}\n".encode())
