"""The records of a collection made anew, or what would change if they were."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive.catalog import Catalog
from archive.catalog.lookup import Lookup
from archive.catalog.replica import copy_unread
from archive.collection import Collection
from crawler.reading import reader_lock
from crawler.rebuild import alone, take_place
from crawler.reread.changes import Changes, compare
from crawler.reread.fold import fold
from crawler.reread.jobs import Progress, write_spools
from crawler.reread.pages import Job
from crawler.reread.spool import Task, damage_of, task_of
from crawler.sources import Source

FOLDER = "reread.tmp"
"""Below the collection; what is in it is taken up by the next reread and gone after a whole one."""


@dataclass(frozen=True, slots=True)
class Again:
    """What a reread found."""

    files: int
    counts: dict[str, int]
    """Captures by outcome; ``kept`` counts those that were not read again."""
    changes: tuple[Changes, ...]
    """For each source, old records beside new ones."""
    damaged: tuple[str, ...]
    """Why files were read no further; their other captures keep what an earlier reading made of them."""
    unknown: tuple[str, ...]
    """WARC files that the catalog does not know: not read."""
    replaced: bool


def _say_nothing(_: object) -> None:
    """Nobody is watching."""


def reread(
    collection: Collection, sources: Iterable[Source], *, since: datetime | None = None, until: datetime | None = None,
    jobs: int = 1, dry_run: bool = False, tell: Callable[[Progress], None] = _say_nothing,
    report: Callable[[Again], None] = _say_nothing,
) -> Again:  # fmt: skip
    """Read the archived pages of some sources again and put the records that come of it in place of the old ones.

    Args:
        collection: whose.
        sources: which; those without a WARC file are passed over.
        since, until: only captures from the one instant on, and before the other; aware.
        jobs: WARC files read side by side.
        dry_run: replace nothing.
        tell: told now and then how far it is.
        report: told what changes before anything is replaced.

    Raises:
        CollectionBusy: a visit is under way when the new records are ready; what was read is kept.
        RereadStopped: a process was killed; what was read is kept.
        CatalogUnusable: there is no usable catalog.
    """
    chosen = [source for source in sources if collection.warc_files(source.id)]
    folder, aside = collection.root / FOLDER, collection.root / FOLDER / "new"

    def tasks() -> list[Task]:
        with Lookup(collection.catalog) as lookup:
            return [task for source in chosen for task in _tasks(collection, lookup, source, folder, since, until)]

    write_spools(tasks(), jobs, tell)  # the long part; visits may go on meanwhile
    with _undisturbed(collection, dry_run=dry_run):
        todo = tasks()
        write_spools(todo, jobs, tell)  # what was fetched meanwhile
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        again = _made(collection, chosen, todo, aside, dry_run=dry_run)
        report(again)
        if not dry_run:
            take_place(collection, aside, [source.id for source in chosen])
        shutil.rmtree(aside if dry_run else folder)
    return again


@contextmanager
def _undisturbed(collection: Collection, *, dry_run: bool) -> Iterator[None]:
    if dry_run:
        yield
        return
    with alone(collection), reader_lock(collection):
        yield


def _tasks(
    collection: Collection, lookup: Lookup, source: Source, folder: Path, since: datetime | None,
    until: datetime | None,
) -> Iterator[Task]:  # fmt: skip
    """What is to be read of a source, with the places of the payloads that its revisits do not repeat."""
    originals: dict[str, dict[str, tuple[Path, int, int]]] = {}
    for row in lookup.article_captures(source.id):
        if row.refers_to and (original := lookup.by_record_id(row.refers_to)):
            path = collection.warc_file(original.source_id, original.locator.filename)
            place = (path, original.locator.offset, original.end)
            originals.setdefault(row.locator.filename, {})[row.refers_to] = place
    for filename, end in sorted(lookup.file_ends(source.id).items()):
        path = collection.warc_file(source.id, filename)
        needed = originals.get(filename, {})
        yield task_of(Job(path=path, source=source, end=end, since=since, until=until, originals=needed), folder, end)


def _made(collection: Collection, chosen: list[Source], tasks: list[Task], aside: Path, *, dry_run: bool) -> Again:
    """New records beside the old ones, and what is different in them."""
    copy_unread(collection.catalog, aside / "catalog.sqlite3", [source.id for source in chosen])
    counts: dict[str, int] = {}
    changes = []
    with Catalog(aside / "catalog.sqlite3") as catalog:
        for source in chosen:
            of_source = {_warc_name(task): task for task in tasks if task.job.source.id == source.id}
            for name, count in fold(collection, source, of_source, catalog, aside).items():
                counts[name] = counts.get(name, 0) + count
            changes.append(compare(source.id, collection.records / source.id, aside / "records" / source.id))
    known = {(task.job.source.id, _warc_name(task)) for task in tasks}
    stray = [
        str(path) for source in chosen for path in collection.warc_files(source.id)
        if (source.id, path.name.removesuffix(".open")) not in known
    ]  # fmt: skip
    damaged = [text for task in tasks if (text := damage_of(task))]
    return Again(len(tasks), counts, tuple(changes), tuple(damaged), tuple(stray), replaced=not dry_run)


def _warc_name(task: Task) -> str:
    return task.job.path.name.removesuffix(".open")
