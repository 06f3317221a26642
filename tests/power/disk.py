"""What a disk holds for sure while files are written, and what it would hold had the power failed."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest

Node = tuple[int, int]
"""A file or folder for ever: its inode, and how often that number was given out before."""
Catalog = Literal["gone", "checkpoint", "torn log", "whole"]
CHANGES = ("write", "fsync", "rename", "replace", "unlink", "mkdir", "truncate", "ftruncate")
BLOCK = 512
CATALOG = "catalog.sqlite3"


@dataclass
class Moment:
    """The disk at one instant.

    Attributes:
        what: the system call that is about to be made, or was just made.
        names: of each folder, what it surely holds.
        data: of each file, what it surely holds.
        tree: of each folder, what programs see in it.
        seen: of each file, what programs see in it.
        promised: what had been acknowledged by then.
    """

    what: str
    names: dict[Node, dict[str, Node]]
    data: dict[Node, bytes]
    tree: dict[Node, dict[str, Node]]
    seen: dict[Node, bytes]
    catalog: dict[str, bytes]
    promised: Any = None


@dataclass
class Disk:
    """Watches a folder while ``watching`` is under way.

    Args:
        root: the folder; all that is in it at the beginning is taken as synced.
        promised: asked at each instant for what has been acknowledged.
    """

    root: Path
    promised: Callable[[], Any]
    moments: list[Moment] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.RLock()
        self._born: dict[int, int] = {}
        self.top = self._node(self.root.stat().st_ino)
        self.names, self.data = self._look()

    def _node(self, inode: int) -> Node:
        return inode, self._born.get(inode, 0)

    def _look(self) -> tuple[dict[Node, dict[str, Node]], dict[Node, bytes]]:
        """All that programs see now, the catalog left out."""
        tree: dict[Node, dict[str, Node]] = {}
        seen: dict[Node, bytes] = {}
        for folder, _, files in os.walk(self.root):
            here = tree.setdefault(self._node(Path(folder).stat().st_ino), {})
            for entry in os.scandir(folder):
                if not entry.name.startswith(CATALOG):
                    here[entry.name] = self._node(entry.inode())
            for name in files:
                if not name.startswith(CATALOG):
                    path = Path(folder, name)
                    seen[self._node(path.stat().st_ino)] = path.read_bytes()
        return tree, seen

    def note(self, what: str) -> None:
        """Remember this instant."""
        with self._lock:
            promised = self.promised()
            tree, seen = self._look()
            if self.moments:  # most files are as they were: keep one copy of them
                before = self.moments[-1].seen
                seen = {node: before[node] if before.get(node) == data else data for node, data in seen.items()}
            catalog = {path.name: path.read_bytes() for path in sorted(self.root.glob(CATALOG + "*"))}
            names = {node: dict(entries) for node, entries in self.names.items()}
            self.moments.append(Moment(what, names, dict(self.data), tree, seen, catalog, promised))

    def synced(self, fd: int) -> None:
        """What a descriptor stands for is on the disk now."""
        with self._lock:
            path = Path(f"/proc/self/fd/{fd}").readlink()
            if not path.is_relative_to(self.root) or path.name.startswith(CATALOG):
                return
            node = self._node(os.fstat(fd).st_ino)
            if path.is_dir():
                self.names[node] = self._look()[0][node]
            else:
                self.data[node] = path.read_bytes()

    @contextmanager
    def watching(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """Every change of this process's files is an instant to remember."""
        for name in CHANGES:
            monkeypatch.setattr(os, name, self._watched(name, getattr(os, name)))
        try:
            yield
        finally:
            monkeypatch.undo()

    def _watched(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*args: Any, **named: Any) -> Any:
            with self._lock:
                self.note(f"before {name}")
                gone = Path(args[0]).stat().st_ino if name == "unlink" else None
                got = call(*args, **named)
                if name == "fsync":
                    self.synced(args[0])
                if gone is not None:
                    self._born[gone] = self._born.get(gone, 0) + 1
                if name in ("rename", "replace", "fsync"):
                    self.note(f"after {name}")
                return got

        return watched


def power_fails(
    moment: Moment, top: Node, root: Path, chance: random.Random, *, drop_all: bool, catalog: Catalog
) -> None:
    """Make the folder that is found after the power failed at a moment.

    Args:
        moment: when.
        top: the watched folder.
        root: where it is made; must not be there.
        chance: decides what of the unsynced is kept.
        drop_all: nothing unsynced is kept.
        catalog: what is left of it.
    """
    root.mkdir(parents=True)
    _folder(moment, top, root, chance, drop_all)
    if catalog == "gone":
        return
    for name, data in moment.catalog.items():
        if name == CATALOG:
            (root / name).write_bytes(data)
        elif name.endswith("-wal") and catalog != "checkpoint":
            (root / name).write_bytes(data if catalog == "whole" else data[: chance.randrange(len(data) + 1)])


def _folder(moment: Moment, node: Node, path: Path, chance: random.Random, drop_all: bool) -> None:
    sure, seen = moment.names.get(node, {}), moment.tree.get(node, {})
    entries = dict(sure)
    if not drop_all:
        for one in sorted({*sure.values(), *seen.values()}):  # a rename is done or not done, never half
            if chance.random() < 0.5:
                entries = {name: other for name, other in entries.items() if other != one}
                entries |= {name: other for name, other in seen.items() if other == one}
    for name, one in entries.items():
        if one in moment.tree or one in moment.names:
            (path / name).mkdir()
            _folder(moment, one, path / name, chance, drop_all)
        else:
            sure_data = moment.data.get(one, b"")
            seen_data = moment.seen.get(one, sure_data)
            (path / name).write_bytes(sure_data if drop_all else _torn(sure_data, seen_data, chance))


def _torn(sure: bytes, seen: bytes, chance: random.Random) -> bytes:
    """What is left of a file: any blocks of what was written may have come, in any order."""
    how = chance.random()
    if how < 0.2 or sure == seen:
        return sure
    if how < 0.4:
        return seen
    if not seen.startswith(sure):
        return sure  # changed in its middle: one block, written or not
    size = chance.randint(len(sure), len(seen))
    left = bytearray(seen[:size])
    if how < 0.7:
        for start in range(len(sure), size, BLOCK):
            if chance.random() < 0.4:
                left[start : min(start + BLOCK, size)] = bytes(min(start + BLOCK, size) - start)
    return bytes(left)
