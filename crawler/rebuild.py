"""Everything that is not precious, made again from the WARC files alone.

The new catalog and the new records grow beside the old ones and take their place when they are
whole; killed half-way, a rebuild leaves the collection as it was.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from archive.catalog import CaptureRow, Catalog
from archive.catalog.cdxj import write_index
from archive.catalog.moments import Moments
from archive.collection import Collection
from archive.disk import sync_folder
from archive.fixity import accept
from archive.lease import Lease, LeaseHeld
from archive.warc import heal, scan
from crawler.archived import row_of
from crawler.reading import Reader, reader_lock
from crawler.run import new_run_id
from crawler.sources import Source
from crawler.workers import Workers

BATCH = 500
"""Captures told to the catalog in one step."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild found."""

    files: int
    captures: int
    articles: int
    versions: int
    unknown_sources: tuple[str, ...]
    """Folders of the archive that no source definition goes with: indexed, not read."""


class CollectionBusy(RuntimeError):
    """A visit is under way, and a rebuild needs the collection for itself."""


def rebuild(
    collection: Collection, sources: dict[str, Source], tell: Callable[[str], None] = lambda _: None
) -> Rebuilt:
    """Make the catalog, the index and the records again.

    Args:
        collection: whose.
        sources: definitions by id.
        tell: told of each WARC file that is begun.

    Raises:
        CollectionBusy: a visit is under way.
        ArchiveDamaged: a file cannot be read to its end; nothing was replaced.
    """
    aside = collection.root / "rebuild.tmp"
    with alone(collection), reader_lock(collection):
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir()
        with Catalog(aside / "catalog.sqlite3") as catalog:
            unknown = [_index(collection, catalog, sources, path, tell) for path in collection.warc_files()]
            with Workers(sources) as workers:
                Reader(collection, catalog, sources, workers, root=aside).read_owed()
            _restore_visits(collection, catalog)
            counts = catalog.counts()
            captures = write_index(
                aside / "index.cdxj", _replayable(aside / "catalog.sqlite3"),
                lambda row: archive_name(collection, row.source_id, row.locator.filename),
            )  # fmt: skip
        (aside / "index.cdxj").replace(_made_folder(collection.index))
        take_place(collection, aside)
        shutil.rmtree(aside)
        now = datetime.now(UTC)
        with Catalog(collection.catalog) as catalog:
            accept(collection, catalog, new_run_id(now), now)
    names = sorted({name for name in unknown if name})
    return Rebuilt(len(unknown), captures, counts.articles, counts.versions, tuple(names))


def archive_name(collection: Collection, source_id: str, filename: str) -> str:
    """What the index calls a WARC file: its path below ``archive/`` as it is now, ``.open`` included."""
    return f"{source_id}/{collection.warc_file(source_id, filename).name}"


def write_cdxj(collection: Collection) -> int:
    """Make ``indexes/index.cdxj`` from the catalog; how many lines it has."""
    with Moments(collection.catalog) as moments:
        return write_index(
            collection.index, moments.replayable(),
            lambda row: archive_name(collection, row.source_id, row.locator.filename),
        )  # fmt: skip


def _replayable(catalog: Path) -> Iterator[CaptureRow]:
    with Moments(catalog) as moments:
        yield from moments.replayable()


@contextlib.contextmanager
def alone(collection: Collection) -> Iterator[None]:
    """Hold the lease of every source."""
    with contextlib.ExitStack() as stack:
        for folder in sorted(p for p in (collection.root / "archive").glob("*") if p.is_dir()):
            try:
                stack.enter_context(Lease(folder / ".lock"))
            except LeaseHeld as held:
                who = held.holder.told() if held.holder else "it has just begun"
                raise CollectionBusy(f"{folder.name}: a visit is under way, wait for its end: {who}") from None
        yield


def _index(
    collection: Collection, catalog: Catalog, sources: dict[str, Source], path: Path,
    tell: Callable[[str], None],
) -> str | None:  # fmt: skip
    """Tell the catalog of a file's captures; the name of its source if that is unknown."""
    tell(path.name)
    name = path.parent.name
    if path.suffix == ".open":
        heal(path, 0, collection.set_aside(name))
        if not path.exists():
            return None
    source = sources.get(name) or nameless(name)
    rows = []
    for exchange in scan(path):
        rows.append(row_of(source, exchange))
        if len(rows) == BATCH:
            catalog.add_captures(rows)
            rows = []
    catalog.add_captures(rows)
    return None if name in sources else name


def nameless(source_id: str) -> Source:
    """A stand-in for a definition that is gone: enough to index the captures."""
    how = {"kind": "listing", "url": "/"}
    return Source.model_validate(
        {"id": source_id, "name": source_id, "level": "other", "timezone": "WIB", "hosts": [f"{source_id}.invalid"],
         "discovery": [how], "article": ["(?!)"], "enabled": False}
    )  # fmt: skip


def _restore_visits(collection: Collection, catalog: Catalog) -> None:
    """Reports of runs are kept as files: the catalog hears of them again."""
    for path in sorted(collection.runs.glob("*/report.json")):
        run = json.loads(path.read_text(encoding="utf-8"))
        for told in run["sources"]:
            catalog.add_visit(
                run["run_id"], told["source_id"], told["started_at"], told["ended_at"], told["outcome"],
                json.dumps(told, ensure_ascii=False),
            )  # fmt: skip


def _made_folder(path: Path) -> Path:
    path.parent.mkdir(exist_ok=True)
    return path


def take_place(collection: Collection, aside: Path, source_ids: Sequence[str] = ("*",)) -> None:
    """New records and a new catalog take the place of the old ones; call with the collection for yourself.

    The catalog goes last, so that a half exchange is healed from the files.

    Args:
        collection: whose.
        aside: folder that holds what is new.
        source_ids: whose records are new; without it those of all.
    """
    for shelf in ("records", "set-aside"):
        for source_id in source_ids:
            _replace_lines(collection.root / shelf, aside / shelf, source_id)
    for suffix in ("-wal", "-shm"):
        Path(f"{collection.catalog}{suffix}").unlink(missing_ok=True)
    (aside / "catalog.sqlite3").replace(collection.catalog)
    sync_folder(collection.root)


def _replace_lines(old: Path, new: Path, source_id: str) -> None:
    """Put the new files in place, and take away those that no capture gives any more."""
    made = {path.relative_to(new) for path in new.glob(f"{source_id}/*.jsonl")}
    for name in made:
        (old / name).parent.mkdir(parents=True, exist_ok=True)
        os.replace(new / name, old / name)  # noqa: PTH105  # says that it goes over the old file
    for path in old.glob(f"{source_id}/*.jsonl"):
        if path.relative_to(old) not in made:
            path.unlink()
