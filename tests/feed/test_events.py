"""Missing, gone, back: told from the captures alone, once each, and the same after a rebuild."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from archive.capture import Capture
from archive.collection import Collection
from archive.feed import Feed, decode_cursor, encode_cursor
from archive.feed.events import events_of
from archive.takedown import TakenDown
from crawler.rebuild import rebuild
from crawler.sweep import GONE_AFTER
from tests.api.calls import app_of, ask
from tests.collections import article_page, exchange, made_collection, sources_of, write_warc
from tests.feed.shelves import cursor_of, run

DAY = 60 * 24
LOST = b"<h1>tidak ada</h1>"


def lost(path: str, day: int, status: str = "404 Not Found") -> Capture:
    return exchange(path, LOST + str(day).encode(), minutes=day * DAY, status=status)


def made(root: Path) -> Collection:
    """One article that is gone and comes back, one that is missing, one that only failed, one that never was."""
    return made_collection(
        root,
        [
            *(exchange(f"/berita/{name}", article_page(f"Berita {name} hari ini"), minutes=1) for name in "abc"),
            lost("/berita/a", 1), lost("/berita/b", 2), lost("/berita/c", 2, "503 Service Unavailable"),
            lost("/berita/tidakpernah", 2), lost("/berita/a", 5),
            lost("/berita/a", 16, "410 Gone"), lost("/berita/a", 17),
            exchange("/berita/a", article_page("Berita a hari ini"), minutes=20 * DAY),
        ],
    )  # fmt: skip


def events(feed: Feed) -> list[dict[str, Any]]:
    told = [json.loads(line) for line in feed]
    return [one for one in told if one["schema"] == "warkat/event/1"]


def test_events_follow_the_records(tmp_path: Path) -> None:
    """In the order of their captures, with the capture that says so; one failure is not gone, 503 says nothing."""
    collection = made(tmp_path / "c")
    told = events(Feed(collection, events=lambda: events_of(collection, GONE_AFTER)))
    kinds = [(one["event"], one["url"][-1], one["status"], one["at"][:10]) for one in told]
    assert kinds == [
        ("missing", "a", 404, "2024-05-05"), ("missing", "b", 404, "2024-05-06"), ("gone", "a", 410, "2024-05-20"),
        ("returned", "a", 200, "2024-05-24"),
    ]  # fmt: skip
    assert {one["since"][:10] for one in told if one["url"][-1] == "a"} == {"2024-05-05"}
    ids = {json.loads(line)["id"] for line in Feed(collection)}
    assert {one["id"] for one in told} <= ids
    patient = events(Feed(collection, events=lambda: events_of(collection, timedelta(days=99))))
    assert [one["event"] for one in patient] == ["missing", "missing", "returned"]


def test_a_cursor_holds_at_every_event(tmp_path: Path) -> None:
    """Nothing lost, nothing twice; a rebuild changes nothing; what comes later is told later."""
    collection = made(tmp_path / "c")
    feed_behind = partial(Feed, collection, events=lambda: events_of(collection, GONE_AFTER))
    whole = list(feed_behind())
    words = []
    for stop in range(1, len(whole) + 1):
        feed = Feed(collection, events=lambda: events_of(collection, GONE_AFTER))
        given = [line for _, line in zip(range(stop), feed, strict=False)]
        words.append(encode_cursor(feed.cursor))
        assert (
            given
            + list(Feed(collection, since=decode_cursor(words[-1]), events=lambda: events_of(collection, GONE_AFTER)))
            == whole
        )
    collection.catalog.unlink()
    shutil.rmtree(collection.records)
    rebuild(collection, sources_of(collection))
    assert (
        list(Feed(collection, since=decode_cursor(words[-2]), events=lambda: events_of(collection, GONE_AFTER)))
        == whole[-1:]
    )
    write_warc(collection, [lost("/berita/b", 40)])
    rebuild(collection, sources_of(collection))
    after = events(Feed(collection, since=decode_cursor(words[-1]), events=lambda: events_of(collection, GONE_AFTER)))
    assert [(one["event"], one["url"][-1]) for one in after] == [("gone", "b")]


def test_the_command_tells_them_to_those_who_keep_a_copy(tmp_path: Path) -> None:
    """Behind a cursor, not in a plain export; not with ``--no-events``, and not of what was taken down."""
    collection = made(tmp_path / "c")
    plain = run(collection, "export")
    assert b"warkat/event" not in plain.stdout
    cursor = cursor_of(plain)
    assert run(collection, "export", "--since", cursor, "--no-events").stdout == b""
    delta = run(collection, "export", "--since", cursor)
    assert len(delta.stdout.splitlines()) == 4
    assert run(collection, "export", "--since", cursor_of(delta)).stdout == b""
    listed = TakenDown(url=json.loads(delta.stdout.splitlines()[1])["url"])
    with (collection.root / "collection.toml").open("a") as file:
        file.write(f'\n[[takedown]]\nurl = "{listed.url}"\n')
    assert len(run(collection, "export", "--since", cursor).stdout.splitlines()) == 3
    collection.catalog.write_bytes(b"no database at all" * 100)
    broken = run(collection, "export", "--since", cursor)
    assert (broken.returncode, b"rebuild" in broken.stderr) == (1, True)


def test_changes_tell_them_too(tmp_path: Path) -> None:
    """Page by page behind the records; a catalog that cannot be read costs nothing but the events."""
    collection = made(tmp_path / "c")
    app = app_of(collection, gone_after=GONE_AFTER)
    told, since = [], ""
    for _ in range(9):
        page = ask(app, f"/api/changes?limit=2{since}").json()
        told += [one["change"] for one in page["items"]]
        since = f"&since={page['next']}"
    assert told == ["new", "new", "new", "missing", "missing", "gone", "returned"]
    assert ask(app, "/api/changes?source=lain").json()["items"] == []
    collection.catalog.write_bytes(b"no database at all" * 100)
    assert len(ask(app_of(collection, gone_after=GONE_AFTER), "/api/changes").json()["items"]) == 3
