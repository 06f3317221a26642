"""Making a manifest: what the last one said is carried on, what came since is added."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path

from archive.catalog import Catalog
from archive.collection import Collection
from archive.fixity import chain
from archive.fixity.check import chain_faults
from archive.fixity.hashing import closed, first_difference, grown
from archive.fixity.manifest import Entry, Event, Link, Manifest, ManifestInvalid
from archive.warc.writer import OPEN


def write_manifest(
    collection: Collection, catalog: Catalog, run_id: str, made_at: datetime, events: Iterable[Event] = (), *,
    repaired: Mapping[str, str] | None = None, enough: Callable[[], bool] = lambda: False,
) -> str:  # fmt: skip
    """Add the manifest of a run to the chain.

    A file is listed once the catalog knows of captures in it, and up to the last of them: that much is synced, and no
    healing takes it off again.

    Args:
        collection: whose files.
        catalog: of the collection.
        run_id: folder below ``runs/``.
        made_at: when; goes into the manifest.
        events: what else the manifest tells.
        repaired: names of files that a repair made new or took away, with what is told of it; these are hashed anew.
        enough: asked before each file; once it says yes, what is left is left to the next manifest.

    Returns:
        SHA-256 of the manifest.

    Raises:
        OSError: the disk does not read or take the bytes.
    """
    with chain.append_lock(collection.runs):
        link, before = _before(collection.runs)
        known = {entry.name: entry for entry in before.files} if before else {}
        told = [*events, *(Event(name, "repaired", text) for name, text in (repaired or {}).items())]
        for name in repaired or ():
            known.pop(name, None)
        files = _measured(collection, catalog, known, enough)
        return _append(collection, run_id, made_at, link, files, told)


def accept(collection: Collection, catalog: Catalog, run_id: str, made_at: datetime) -> str:
    """Add a manifest of the files as they are; it tells what differs from the last one.

    For a rebuild: whoever asks for it says that the archive is what lies there now. A chain that is broken ends
    here, and a new one begins. Raises as ``write_manifest``.
    """
    with chain.append_lock(collection.runs):
        link, before = _before(collection.runs)
        files = _measured(collection, catalog, {}, lambda: False)
        told = _differences(collection, before, files) if before else []
        if link and (faults := chain_faults(collection.runs)):
            link = None
            told += [Event(fault.name, "accepted", f"{fault.what}: {fault.text}") for fault in faults]
        return _append(collection, run_id, made_at, link, files, told)


def _append(
    collection: Collection, run_id: str, made_at: datetime, link: Link | None, files: dict[str, Entry],
    events: list[Event],
) -> str:  # fmt: skip
    manifest = Manifest(
        run_id=run_id,
        number=link.number + 1 if link else 1,
        made_at=made_at.isoformat(timespec="seconds"),
        previous=link,
        files=tuple(files[name] for name in sorted(files)),
        events=tuple(events),
    )
    return chain.append(collection.runs, manifest).sha256


def _before(runs: Path) -> tuple[Link | None, Manifest | None]:
    """What the chain goes on from, and the newest manifest that is still what it was."""
    try:
        link = chain.head(runs) or chain.scanned_head(runs)
    except ManifestInvalid:
        link = chain.scanned_head(runs)
    return link, chain.newest_sound(runs, link)


def _measured(
    collection: Collection, catalog: Catalog, known: Mapping[str, Entry], enough: Callable[[], bool]
) -> dict[str, Entry]:
    """All that is known, with what is new on the disk; what is gone from the disk stays known."""
    entries = dict(known)
    for path in collection.warc_files():
        name = f"{path.parent.name}/{path.name.removesuffix(OPEN)}"
        old = entries.get(name)
        if old is not None and old.is_closed:
            continue
        end = catalog.file_end(path.name.removesuffix(OPEN))
        if not end or enough():
            continue
        with contextlib.suppress(FileNotFoundError):  # a visit closed it just now: the next manifest has it
            entries[name] = closed(path, name, old) if path.suffix != OPEN else grown(path, name, old, end)
    return entries


def _differences(collection: Collection, before: Manifest, files: Mapping[str, Entry]) -> list[Event]:
    told = []
    for entry in before.files:
        path = collection.root / "archive" / entry.name
        path = path if path.exists() else path.with_name(path.name + OPEN)
        if entry.name not in files:
            told.append(Event(entry.name, "accepted", "it is gone"))
        elif path.stat().st_size < entry.bytes:
            told.append(Event(entry.name, "accepted", f"it has {path.stat().st_size} bytes and had {entry.bytes}"))
        elif first_difference(path, entry):
            told.append(Event(entry.name, "accepted", "it holds other bytes"))
    return told
