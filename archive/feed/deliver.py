"""From a feed to a place: whole exports to a path or a store, batches to a receiver.

The order is always: what is exported, safe; then the cursor. Killed between the two, the next export gives the same
again.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

from archive.feed.choice import Choice
from archive.feed.cursor import Cursor, encode_cursor
from archive.feed.destinations import Target
from archive.feed.destinations.path import new_file, new_folder, new_path, write_small
from archive.feed.formats import FIELDS, FormatInvalid, Setting, Shape, writer
from archive.feed.stream import Feed, Following

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd  # a dependency of Scrapy below Python 3.14

MANIFEST = "manifest.json"
SCHEMA = "warkat/export/1"
BATCH_LINES, BATCH_BYTES = 100, 1_000_000
COMPRESSIONS = {"none": "", "gzip": ".gz", "zstd": ".zst"}


class Receiver(Protocol):
    """Takes batches of lines."""

    def send(self, lines: list[bytes]) -> None:
        """Returns when the batch was taken."""

    def close(self) -> None:
        """Let go."""


def compression_of(name: str, chosen: str | None) -> str:
    """As chosen, or as the ending of the name says."""
    if chosen is not None:
        return chosen
    return next((kind for kind, ending in COMPRESSIONS.items() if ending and name.endswith(ending)), "none")


@contextmanager
def compressed(out: BinaryIO, compression: str) -> Iterator[BinaryIO]:
    """A stream whose bytes reach ``out`` compressed; the same bytes whenever they are the same."""
    if compression == "gzip":
        with gzip.GzipFile(filename="", mode="wb", fileobj=out, compresslevel=6, mtime=0) as file:
            yield cast("BinaryIO", file)
    elif compression == "zstd":
        with zstd.ZstdFile(out, "wb", level=3) as file:
            yield cast("BinaryIO", file)
    else:
        yield out


def write_stream(feed: Feed, shape: Shape, out: BinaryIO, setting: Setting, compression: str = "none") -> int:
    """Write a stream to an open file; how many records."""
    write = writer(shape)
    with compressed(out, compression) as file:
        return write(feed, file, setting)


def write_path(feed: Feed, shape: Shape, path: Path, setting: Setting, compression: str = "none") -> dict[str, Any]:
    """Write an export to a path, with its manifest beside it or in it, and return what the manifest says.

    Raises:
        ExtraMissing: the format's library is not there.
        FileExistsError: there is something at that place that no export made.
        TargetBusy: another export is writing there.
    """
    write = writer(shape)
    if shape.kind == "folder":
        with new_folder(path, MANIFEST) as folder:
            count = write(feed, folder, replace(setting, told=lambda: _said(feed)))
            made = manifest(feed, shape, count, _files(folder))
            (folder / MANIFEST).write_text(_text(made), encoding="utf-8")
        return made
    beside = path.with_name(f"{path.name}.{MANIFEST}")
    beside.unlink(missing_ok=True)  # never one that speaks of another file
    if shape.kind == "file":
        with new_path(path) as part:
            count = write(feed, part, setting)
    else:
        with new_file(path) as file, compressed(file, compression) as out:
            count = write(feed, out, setting)
    made = manifest(feed, shape, count, [_file(path, path.name)])
    _guide(shape, path, setting)
    write_small(beside, _text(made).encode())
    return made


def write_store(feed: Feed, shape: Shape, url: str, setting: Setting, compression: str = "none") -> dict[str, Any]:
    """Write an export to an object store; see ``write_path`` and ``destinations.store``."""
    from archive.feed.destinations.store import put

    with tempfile.TemporaryDirectory(prefix="warkat-export-") as name:
        place = Path(name) / (url.rstrip("/").rpartition("/")[2] or "export")
        made = write_path(feed, shape, place, setting, compression)
        put(place, url, MANIFEST)
        for beside in sorted(path for path in Path(name).iterdir() if path != place):
            put(beside, url + beside.name.removeprefix(place.name), MANIFEST)
    return made


def send_all(
    feed: Feed, receiver: Receiver, keep: Callable[[Cursor], None], pause: Callable[[], None] | None = None
) -> int:
    """Send all lines in batches; the cursor is kept behind each batch that was taken.

    Args:
        feed: what is sent.
        receiver: who takes it.
        keep: keeps a cursor, safe when it returns.
        pause: with it, whatever is added later is sent too, for as long as it returns.

    Returns:
        How many records were taken.
    """
    batches = _Batches(receiver, keep)
    source: Feed | Following = feed
    if pause is not None:
        source = Following(feed, pause, lambda: batches.put(source.cursor))
    for line in source:
        batches.held.append(line)
        batches.size += len(line)
        if len(batches.held) >= BATCH_LINES or batches.size >= BATCH_BYTES:
            batches.put(source.cursor)
    batches.put(source.cursor)
    return batches.sent


class _Batches:
    """Lines that wait to be sent."""

    def __init__(self, receiver: Receiver, keep: Callable[[Cursor], None]) -> None:
        self._receiver, self._keep = receiver, keep
        self.held: list[bytes] = []
        self.size = self.sent = 0

    def put(self, cursor: Cursor) -> None:
        """Send what is held; then, and not before, keep the cursor."""
        if self.held:
            self._receiver.send(self.held)
            self.sent += len(self.held)
            self.held, self.size = [], 0
        self._keep(cursor)


def manifest(feed: Feed, shape: Shape, records: int, files: list[dict[str, Any]]) -> dict[str, Any]:
    """What an export says of itself; the same export says the same."""
    return {
        "schema": SCHEMA,
        "format": shape.name,
        "records": records,
        **_said(feed),
        "cursor": encode_cursor(feed.cursor),
        "files": files,
    }


def told_choice(choice: Choice) -> dict[str, Any]:
    """What was chosen, without what was left open."""
    told: dict[str, Any] = {}
    for name in Choice.__dataclass_fields__:
        value = getattr(choice, name)
        if name.startswith("_") or value in (None, frozenset(), False):
            continue
        told[name] = sorted(value) if isinstance(value, frozenset) else value
    return told


def _said(feed: Feed) -> dict[str, Any]:
    """What an export says of its choice, as far as is known at this moment."""
    return {
        "choice": told_choice(feed.choice),
        "redacted": feed.redact,
        "takedown": {"entries": len(feed.taken), "lines_kept_out": feed.kept_out},
        "damaged_lines_left_out": feed.damaged,
    }


def _guide(shape: Shape, path: Path, setting: Setting) -> None:
    """What explains a file to its readers, beside it."""
    if shape.name == "csv":
        from archive.feed.formats.csv_table import guide

        write_small(path.with_name(f"{path.name}-metadata.json"), _text(guide(path.name, setting)).encode())
    elif shape.name == "sqlite":
        from archive.feed.formats.database import guide as tables

        write_small(path.with_name(f"{path.name}.metadata.json"), _text(tables(path.stem, setting)).encode())
    elif shape.name == "bulk":
        from archive.feed.formats.bulk import mapping

        write_small(path.with_name(f"{path.name}.mapping.json"), _text(mapping()).encode())


def _text(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _files(folder: Path) -> list[dict[str, Any]]:
    return [_file(path, path.relative_to(folder).as_posix()) for path in sorted(folder.rglob("*")) if path.is_file()]


def _file(path: Path, name: str) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"name": name, "size": path.stat().st_size, "sha256": digest}


def check(shape: Shape, target: Target, setting: Setting, compression: str, *, follows: bool) -> None:
    """Whether what was asked for goes together.

    Raises:
        FormatInvalid: it does not; says what does.
    """
    if target.kind in ("webhook", "kafka") and shape.name != "jsonl":
        raise FormatInvalid(f"{target.name} takes records one by one: --format jsonl")
    if follows and (target.kind not in ("stdout", "webhook", "kafka") or shape.name != "jsonl"):
        raise FormatInvalid("--follow goes with --format jsonl to standard output, a webhook or Kafka")
    if target.kind == "stdout" and shape.kind != "stream":
        raise FormatInvalid(f"--format {shape.name} makes a {shape.kind}: say where with --output")
    if compression != "none" and (shape.kind != "stream" or target.kind in ("webhook", "kafka")):
        raise FormatInvalid(f"--compress goes with a stream to a file or standard output, not with {shape.name}")
    if setting.fields != FIELDS and (shape.name not in ("jsonl", "csv", "bulk") or target.kind in ("webhook", "kafka")):
        raise FormatInvalid("--fields goes with jsonl, csv and bulk to a file or standard output")
