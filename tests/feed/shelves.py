"""Collections that hold nothing but records, and the command run on them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from archive.collection import Collection, make_collection, open_collection
from archive.feed import RecordFiles, record_file
from archive.record import Record, article_id, text_digest, to_line
from crawler.cli import main
from tests.records import record

_SERIAL = itertools.count()


def article(number: int, source: str = "uji", **changes: Any) -> Record:
    """A record of its own article; with ``version`` a later version of it."""
    url = f"https://{source}.go.id/berita/{number}"
    title, body = changes.get("title", f"Judul {number}"), changes.get("body_text", f"Isi {number}.\n\nBaris kedua.")
    told: dict[str, Any] = {
        "id": article_id(source, url), "source_id": source, "publisher": f"Kabupaten {source.title()}", "url": url,
        "canonical_url": url, "title": title, "body_text": body, "text_digest": text_digest(title, body),
        "published_at": f"2026-10-{number % 28 + 1:02}T08:15:00+07:00", "published_precision": "minute",
        "language": "id", "province_code": "ID-JI", "section": "Berita", "tags": ["pasar", "desa"],
        "images": [{"url": f"https://{source}.go.id/{number}.jpg", "caption": "Bupati", "alt": None}],
        "fetched_at": f"2026-11-{number % 28 + 1:02}T00:00:00.{number % 1000000:06}Z",
        "warc_record_id": f"urn:uuid:{source}-{number}-{changes.get('version', 1)}-{next(_SERIAL)}",
    }  # fmt: skip
    return record(**(told | changes))


def add(collection: Collection, *records: Record) -> Collection:
    """Write records as the reader does."""
    files = RecordFiles(collection.root)
    for one in records:
        files.append(record_file("records", one.source_id, one.fetched_at), to_line(one))
    files.sync()
    return collection


def shelved(root: Path, *records: Record, more: str = "") -> Collection:
    """A collection with these records and a few lines more in its ``collection.toml``."""
    make_collection(root, "Koleksi Uji", "Perpustakaan Uji")
    if more:
        with (root / "collection.toml").open("a", encoding="utf-8") as file:
            file.write(f"\n{more}\n")
    return add(open_collection(root), *records)


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    returncode: int
    stdout: bytes
    stderr: bytes


def run(collection: Collection, *words: str, env: dict[str, str] | None = None) -> Done:
    """``warkat -C … `` with these words, in this process."""
    told = CliRunner().invoke(main, ["-C", str(collection.root), *words], env=env)
    if told.exception and not isinstance(told.exception, SystemExit):
        raise told.exception
    return Done(told.exit_code, told.stdout_bytes, told.stderr_bytes)


def cursor_of(done: Done) -> str:
    """The cursor that an export printed."""
    return done.stderr.decode().rpartition("cursor: ")[2].strip()
