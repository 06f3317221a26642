"""Damaged files of a collection: what is whole is saved, and all that pointed into them is put right.

::

    verify -> repair_file -> new file in place, damaged one beside it (*.damaged)
           -> catalog, record lines and index: new places, or forgotten with the captures that are lost

A source whose lock a visit holds is left alone. Killed at any moment, the next ``repair`` ends what was
begun: the damaged file is there as a whole until the new one is on the disk, and moving places is done
again from the new file.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive.catalog import Catalog
from archive.catalog.mend import Gone, Place, places_in, relocate
from archive.collection import Collection
from archive.disk import sync_folder
from archive.fixity import speaks_for, write_manifest
from archive.lease import Lease, LeaseHeld
from archive.warc import ArchiveDamaged, close_file, scan
from archive.warc.reader import closed_name, warcinfo_id
from archive.warc.repair import REPAIRING, Repaired, repair_file, set_aside_names
from archive.warc.repair.told import repaired_json, repaired_words
from archive.warc.verify import verify_files
from archive.warc.writer import OPEN
from crawler.archived import row_of
from crawler.moving import move_lines
from crawler.reading import reader_lock
from crawler.rebuild import nameless, write_cdxj
from crawler.run import new_run_id
from crawler.sources import Source


class ReaderBusy(RuntimeError):
    """A run is under way and writes records, which a repair would have to change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MendedFile:
    """A damaged file of the collection, and what became of it."""

    repaired: Repaired
    path: Path | None
    """The new file; None when nothing of the old one was whole."""
    gone: tuple[Gone, ...]
    """Captures that the catalog knew and the new file lacks; the next visit fetches those pages again."""
    lines_moved: int
    """Record lines that point to the new place of their capture."""
    lines_set_aside: int
    """Record lines whose capture is lost."""

    def to_json(self) -> dict[str, Any]:
        """As values that ``json.dumps`` takes."""
        told = repaired_json(self.repaired)
        told |= {"repaired": None if self.path is None else str(self.path)}
        told |= {"captures_lost": [gone.url for gone in self.gone]}
        return told | {"lines_moved": self.lines_moved, "lines_set_aside": self.lines_set_aside}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """A repair of a collection."""

    sound: int = 0
    """Files without an error."""
    files: list[MendedFile] = field(default_factory=list)
    busy: list[str] = field(default_factory=list)
    """Sources left alone, because a visit to them is under way, each with its holder."""

    @property
    def is_whole(self) -> bool:
        """Nothing was lost and nothing was left out."""
        return not self.busy and not any(file.repaired.lost or file.gone for file in self.files)


def mended_words(file: MendedFile) -> str:
    """A repair in a few lines."""
    lines = [repaired_words(file.repaired)]
    lines += [f"    lost capture {gone.url}" for gone in file.gone]
    if file.lines_moved or file.lines_set_aside:
        lines.append(f"    {file.lines_moved} records point to new places, {file.lines_set_aside} set aside")
    return "\n".join(lines)


def mend(
    collection: Collection, sources: dict[str, Source], only: Iterable[Path] = (), jobs: int = 1,
    tell: Callable[[MendedFile], None] = lambda _: None,
) -> Mended:  # fmt: skip
    """Repair the damaged files of a collection.

    Args:
        collection: whose.
        sources: definitions by id.
        only: files of the collection; none for all.
        jobs: files verified side by side.
        tell: told of each file that was damaged, when all that pointed into it is right again.

    Raises:
        ReaderBusy: a run is under way; nothing was changed.
        OSError: the disk does not read or take the bytes; what was begun ends with the next repair.
    """
    chosen, made, sound = {path.resolve() for path in only}, Mended(), 0
    with contextlib.ExitStack() as locks:
        mine = [folder for folder in _folders(collection) if _locked(folder, locks, made.busy, chosen)]
        if not locks.enter_context(reader_lock(collection, lambda: True)):
            raise ReaderBusy("a run is under way; repair when it has ended")
        _end_what_was_begun(mine)
        paths = [
            path for folder in mine for path in collection.warc_files(folder.name)
            if not chosen or path.resolve() in chosen
        ]  # fmt: skip
        with Catalog(collection.catalog) as catalog:
            for report in verify_files(paths, jobs):
                file = _Mending(collection, catalog, sources, report.path)
                if report.ok and not file.was_begun():
                    sound += 1
                    continue
                made.files.append(file.run(is_sound=report.ok))
                tell(made.files[-1])
            if made.files:
                _note_in_manifest(collection, catalog, made.files)
                write_cdxj(collection)
    return Mended(sound=sound, files=made.files, busy=made.busy)


def _folders(collection: Collection) -> list[Path]:
    return sorted(path for path in (collection.root / "archive").glob("*") if path.is_dir())


def _locked(folder: Path, locks: contextlib.ExitStack, busy: list[str], chosen: set[Path]) -> bool:
    """Hold the lease of a source, or note that somebody else does."""
    if chosen and not any(path.parent == folder.resolve() for path in chosen):
        return False
    try:
        locks.enter_context(Lease(folder / ".lock"))
    except LeaseHeld as held:
        busy.append(f"{folder.name}: {held.holder.told() if held.holder else 'a visit has just begun'}")
        return False
    return True


def _end_what_was_begun(folders: list[Path]) -> None:
    """A repair that was killed between its two renames gets the second; one killed before it begins anew."""
    for partial in [path for folder in folders for path in folder.glob(f"*{REPAIRING}")]:
        target = partial.with_name(partial.name.removesuffix(REPAIRING))
        if not target.exists() and set_aside_names(target):
            partial.rename(target)
            sync_folder(target.parent)
        else:
            partial.unlink()


def _note_in_manifest(collection: Collection, catalog: Catalog, files: list[MendedFile]) -> None:
    """The files changed because we changed them."""
    now = datetime.now(UTC)
    told = {
        f"{file.repaired.path.parent.name}/{file.repaired.path.name.partition('.warc.gz')[0]}.warc.gz":
        f"the damaged file is kept as {file.repaired.path.name}; {len(file.repaired.lost)} ranges lost"
        for file in files
    }  # fmt: skip
    write_manifest(collection, catalog, new_run_id(now), now, repaired=told)


class _Mending:
    """One damaged file."""

    def __init__(self, collection: Collection, catalog: Catalog, sources: dict[str, Source], path: Path) -> None:
        self._collection, self._catalog, self._path = collection, catalog, path
        self._source = sources.get(path.parent.name) or nameless(path.parent.name)

    def was_begun(self) -> bool:
        """Whether a repair was killed before it told the catalog or the manifest, which still speak of the old file."""
        if not set_aside_names(self._path):
            return False
        if not speaks_for(self._collection, f"{self._path.parent.name}/{closed_name(self._path)}", self._path):
            return True
        known, places = places_in(self._catalog, closed_name(self._path)), self._places(self._path)
        return any(places.get(record_id) != place for record_id, place in known.items())

    def run(self, *, is_sound: bool) -> MendedFile:
        """Repair it and put right what pointed into it."""
        path = self._path
        if is_sound:  # it is repaired already
            damaged = set_aside_names(path)[-1]
            repaired = Repaired(path=damaged, repaired=path, records=0, mended=0, lost=(), sha256="", report=None)
        else:
            repaired = repair_file(path, path.parent, set_aside=True, marked=True)
        new = _usable(repaired.repaired)
        gone, moved, dropped = self._point_anew(new)
        return MendedFile(repaired=repaired, path=new, gone=gone, lines_moved=moved, lines_set_aside=dropped)

    def _places(self, path: Path | None) -> dict[str, Place]:
        return {one.record_id: Place(one.locator, one.end) for one in scan(path)} if path else {}

    def _point_anew(self, new: Path | None) -> tuple[tuple[Gone, ...], int, int]:
        """Catalog and record lines to the new places, in one step."""
        filename, places = closed_name(self._path), self._places(new)
        with self._catalog.transaction():
            gone = relocate(self._catalog, filename, places)
            articles = [one.article_id for one in gone]
            moved, dropped = move_lines(self._collection, self._catalog, self._source.id, filename, places, articles)
        if new:
            # What the catalog never heard of is taken in as a visit would: where its exchange is whole.
            self._catalog.add_captures([row_of(self._source, one) for one in scan(new) if one.whole])
        return tuple(gone), moved, dropped


def _usable(path: Path | None) -> Path | None:
    """A growing file that lost its warcinfo is closed: a visit could not go on with it."""
    if path is None or path.suffix != OPEN:
        return path
    try:
        warcinfo_id(path)
    except ArchiveDamaged:
        return close_file(path)
    return path
