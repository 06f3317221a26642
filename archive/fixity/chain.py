"""The manifests of a collection in their order: the newest, the one before it, and so on to the first."""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from archive.disk import write_whole
from archive.fixity.manifest import Link, Manifest, ManifestInvalid

__all__ = ["HEAD", "NAME", "ManifestInvalid", "append", "append_lock", "head", "newest_sound", "read", "scanned_head"]

NAME = "manifest.json"
HEAD = "head.json"


@contextmanager
def append_lock(runs: Path) -> Iterator[None]:
    """One manifest is added at a time, so that the chain has no fork."""
    runs.mkdir(parents=True, exist_ok=True)
    with (runs / ".lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def read(runs: Path, run_id: str) -> tuple[bytes, str]:
    """The bytes of a run's manifest and their SHA-256.

    Raises:
        FileNotFoundError: the run has none.
    """
    data = (runs / run_id / NAME).read_bytes()
    return data, hashlib.sha256(data).hexdigest()


def head(runs: Path) -> Link | None:
    """What ``head.json`` says is the newest, None where there is none.

    Raises:
        ManifestInvalid: it says nothing that can be read.
    """
    try:
        return Link(**json.loads((runs / HEAD).read_bytes()))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as fault:
        raise ManifestInvalid(f"{HEAD} cannot be read: {fault}") from fault


def scanned_head(runs: Path) -> Link | None:
    """The newest manifest by its number, when ``head.json`` does not say."""
    found: Link | None = None
    for path in sorted(runs.glob(f"*/{NAME}")):
        data, sha256 = read(runs, path.parent.name)
        try:
            manifest = Manifest.from_bytes(data)
        except ManifestInvalid:
            continue
        if found is None or manifest.number >= found.number:
            found = Link(path.parent.name, manifest.number, sha256)
    return found


def newest_sound(runs: Path, link: Link | None) -> Manifest | None:
    """The newest manifest from a link on that is what it was; None where the chain ends before one."""
    while link is not None:
        try:
            data, sha256 = read(runs, link.run_id)
            manifest = Manifest.from_bytes(data)
        except (FileNotFoundError, ManifestInvalid):
            return None
        if sha256 == link.sha256:
            return manifest
        before = manifest.previous
        link = before if before is not None and before.number < link.number else None
    return None


def append(runs: Path, manifest: Manifest) -> Link:
    """Write a manifest and make it the newest; call while holding ``append_lock``."""
    data = manifest.to_bytes()
    link = Link(manifest.run_id, manifest.number, hashlib.sha256(data).hexdigest())
    write_whole(runs / manifest.run_id / NAME, [data])
    write_whole(runs / HEAD, [json.dumps(asdict(link)).encode(), b"\n"])
    return link
