"""Comparing the files with the newest manifest, and the manifests with each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archive.collection import Collection
from archive.fixity import chain
from archive.fixity.hashing import first_difference
from archive.fixity.manifest import Entry, Link, Manifest, ManifestInvalid
from archive.warc import ArchiveDamaged
from archive.warc.reader import warcinfo_name
from archive.warc.repair import DAMAGED
from archive.warc.writer import OPEN


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is not as the manifests say, or that they cannot speak for yet."""

    name: str
    """Path below ``archive/`` or ``runs/``."""
    what: str
    """Short stable name: ``changed``, ``cut``, ``grown``, ``swapped``, ``removed``, ``renamed``, ``added``,
    ``unreadable``, ``manifest-missing``, ``manifest-changed``, ``manifest-unreadable``, ``head-missing``; or told
    only: ``newer``, ``healed``, ``repaired``, ``accepted``, ``no-manifest``."""
    text: str
    is_error: bool = True
    """False for what is told and is no damage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check found."""

    manifests: int
    """Length of the chain."""
    files: int
    """WARC files that the newest manifest speaks for."""
    bytes: int
    """Bytes of them that it speaks for."""
    troubles: list[Trouble] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Nothing is damaged."""
        return not any(trouble.is_error for trouble in self.troubles)

    def to_json(self) -> dict[str, Any]:
        """As values that ``json.dumps`` takes."""
        troubles = [
            {"name": one.name, "what": one.what, "text": one.text, "error": one.is_error} for one in self.troubles
        ]
        counts = {"manifests": self.manifests, "files": self.files, "bytes": self.bytes}
        return {"ok": self.ok, **counts, "troubles": troubles}


def check(collection: Collection, file_end: Callable[[str], int], jobs: int = 1) -> Checked:
    """All that changed since the newest manifest without warkat having done it.

    Args:
        collection: whose files and manifests.
        file_end: how far the catalog knows a file (its name without ``.open``); what it knows beyond the manifest
            is newer than the manifest and no damage.
        jobs: files hashed side by side.
    """
    troubles: list[Trouble] = []
    length, newest = _walk_chain(collection.runs, troubles)
    if newest is None:
        return Checked(manifests=0, files=0, bytes=0, troubles=troubles)
    troubles += _Files(collection, newest, file_end).troubles(jobs)
    covered = sum(entry.bytes for entry in newest.files)
    return Checked(manifests=length, files=len(newest.files), bytes=covered, troubles=troubles)


def speaks_for(collection: Collection, name: str, path: Path) -> bool:
    """Whether the newest manifest that can be believed says of a file what it holds; true where it says nothing."""
    _, newest = _walk_chain(collection.runs, [])
    entry = next((entry for entry in newest.files if entry.name == name), None) if newest else None
    if entry is None:
        return True
    return path.stat().st_size >= entry.bytes and first_difference(path, entry) is None


def chain_faults(runs: Path) -> list[Trouble]:
    """What is wrong with the manifests themselves."""
    troubles: list[Trouble] = []
    _walk_chain(runs, troubles)
    return [trouble for trouble in troubles if trouble.is_error]


def _walk_chain(runs: Path, troubles: list[Trouble]) -> tuple[int, Manifest | None]:
    """Length of the chain, and the newest manifest that can be believed."""
    try:
        link = chain.head(runs)
    except ManifestInvalid as fault:
        link = None
        troubles.append(Trouble(chain.HEAD, "head-missing", str(fault)))
    else:
        if link is None and any(runs.glob(f"*/{chain.NAME}")):
            troubles.append(Trouble(chain.HEAD, "head-missing", "nothing says which manifest is the newest"))
    link = link or chain.scanned_head(runs)
    if link is None:
        told = "no manifest yet; the next crawl writes the first"
        troubles.append(Trouble("runs", "no-manifest", told, is_error=any(runs.glob("*/manifest.tmp"))))
        return 0, None
    newest: Manifest | None = None
    length, oldest = 0, link.number
    events: list[Trouble] = []
    while link is not None:
        manifest, is_sound = _read(runs, link, troubles)
        if manifest is None:
            break
        oldest = manifest.number
        newest = newest or (manifest if is_sound else None)
        length += 1
        events += [Trouble(event.name, event.what, event.detail, is_error=False) for event in manifest.events]
        link = _earlier(manifest, link)
    if link is None and oldest != 1:
        troubles.append(Trouble("runs", "manifest-missing", f"the chain begins with number {oldest}"))
    troubles += reversed(events)
    return length, newest


def _earlier(manifest: Manifest, link: Link) -> Link | None:
    """The link before; one that does not count down is none, or a damaged chain would go round for ever."""
    before = manifest.previous
    return before if before is not None and before.number < link.number else None


def _read(runs: Path, link: Link, troubles: list[Trouble]) -> tuple[Manifest | None, bool]:
    """A manifest of the chain, and whether it is what the next one says."""
    name = f"{link.run_id}/{chain.NAME}"
    try:
        data, sha256 = chain.read(runs, link.run_id)
    except OSError as fault:
        troubles.append(Trouble(name, "manifest-missing", f"number {link.number} of the chain: {fault.strerror}"))
        return None, False
    if sha256 != link.sha256:
        text = f"its SHA-256 was {link.sha256} and is {sha256}"
        troubles.append(Trouble(name, "manifest-changed", text))
    try:
        return Manifest.from_bytes(data), sha256 == link.sha256
    except ManifestInvalid as fault:
        troubles.append(Trouble(name, "manifest-unreadable", str(fault)))
        return None, False


class _Files:
    """The files of the archive against one manifest."""

    def __init__(self, collection: Collection, manifest: Manifest, file_end: Callable[[str], int]) -> None:
        self._entries = {entry.name: entry for entry in manifest.files}
        found = [p for p in sorted(collection.root.glob("archive/*/*")) if p.is_file() and not p.name.startswith(".")]
        found = [path for path in found if DAMAGED not in path.name]
        self._there = {f"{path.parent.name}/{path.name.removesuffix(OPEN)}": path for path in found}
        self._known = {name: file_end(Path(name).name) for name in self._there}
        """How far the catalog knows them; asked here, because the threads below must not ask it."""
        self._strays = [name for name in self._there if name not in self._entries]

    def troubles(self, jobs: int) -> Iterator[Trouble]:
        """What is wrong, by name of the file."""
        with ThreadPoolExecutor(jobs) as pool:  # hashing leaves the interpreter to others
            for found in pool.map(self._compare, self._entries.values()):
                yield from found
        yield from filter(None, map(self._judge_stray, self._strays))

    def _compare(self, entry: Entry) -> list[Trouble]:
        path = self._there.get(entry.name)
        if path is None:
            return [self._missing(entry)]
        try:
            size = path.stat().st_size
            if size < entry.bytes:
                return [Trouble(entry.name, "cut", f"{size} bytes are left of {entry.bytes}")]
            part = first_difference(path, entry)
        except (OSError, EOFError) as fault:
            return [Trouble(entry.name, "unreadable", str(fault))]
        if part is not None:
            return [self._changed(entry, path, f"between byte {part.offset} and {part.end}")]
        return self._judge_size(entry, path, size)

    def _judge_size(self, entry: Entry, path: Path, size: int) -> list[Trouble]:
        if entry.is_closed and path.suffix == OPEN:
            return [Trouble(entry.name, "renamed", "a closed file has the name of a growing one")]
        if size == entry.bytes:
            return []
        if entry.is_closed:
            return [Trouble(entry.name, "grown", f"{size - entry.bytes} bytes behind the end of a closed file")]
        known = self._known[entry.name]
        text = f"{size - entry.bytes} bytes are newer than the manifest"
        if known < size:
            text += f", {size - known} of them unknown to the catalog; the next visit heals that"
        return [Trouble(entry.name, "newer", text, is_error=False)]

    def _changed(self, entry: Entry, path: Path, where: str) -> Trouble:
        """Other bytes: those of another file, or damaged ones."""
        for other in self._entries.values():
            if other.name != entry.name and self._holds(path, other):
                return Trouble(entry.name, "swapped", f"it holds the bytes of {other.name}")
        return Trouble(entry.name, "changed", f"not the bytes it had, {where}")

    def _missing(self, entry: Entry) -> Trouble:
        for name in self._strays:
            if self._holds(self._there[name], entry):
                return Trouble(entry.name, "renamed", f"its bytes are in {name} now")
        return Trouble(entry.name, "removed", f"the file is gone, {entry.bytes} bytes")

    @staticmethod
    def _holds(path: Path, entry: Entry) -> bool:
        """Whether a file holds what a manifest says of another name."""
        size = path.stat().st_size
        if size < entry.bytes or (entry.is_closed and size != entry.bytes):
            return False
        return bool(entry.parts) and first_difference(path, entry) is None

    def _judge_stray(self, name: str) -> Trouble | None:
        """A file that the manifest does not know: begun since, or put there by somebody else."""
        path = self._there[name]
        if self._known[name]:
            return Trouble(name, "newer", "begun after the manifest was made", is_error=False)
        try:
            if path.suffix == OPEN and warcinfo_name(path) == path.name.removesuffix(OPEN):
                return Trouble(name, "newer", "begun and not used yet", is_error=False)
        except (OSError, ArchiveDamaged):
            pass
        return Trouble(name, "added", "no run of this collection wrote it")
