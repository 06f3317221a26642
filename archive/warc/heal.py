"""After a crash: where a growing file is whole, and what is taken off its end.

Only what nobody was told of can be torn: the catalog names an exchange after its bytes are synced.
So the walk begins where the catalog ends, and nothing before that is ever cut.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from archive.warc.damage import ArchiveDamaged
from archive.warc.reader import members, scan
from archive.warc.writer import sync_folder


@dataclass(frozen=True, slots=True)
class Healed:
    """What was found at the end of a file."""

    path: Path
    known: int
    """First byte that the catalog knew nothing of."""
    whole: int
    """First byte after the last whole exchange; the size of the file now."""
    cut: Path | None
    """Where the bytes after that went, or None when there were none."""


def heal(path: Path, known: int, aside: Path) -> Healed:
    """Cut a file after its last whole exchange and keep what is cut off.

    Args:
        path: a file with the suffix ``.open`` that no writer holds.
        known: end of the last exchange that the catalog knows, 0 for none.
        aside: folder for the bytes that are cut off.

    Raises:
        ArchiveDamaged: the file is shorter than the catalog knows: something else cut it.
    """
    size = path.stat().st_size
    if size < known:
        raise ArchiveDamaged(path, size, f"the catalog knows this file to be {known} bytes or longer")
    whole = _whole_end(path, known)
    if whole == size:
        return Healed(path, known, whole, None)
    cut = _keep_tail(path, whole, aside)
    if whole == 0:
        path.unlink()  # not even its warcinfo was whole
        sync_folder(path.parent)
    else:
        os.truncate(path, whole)
        with path.open("rb") as file:
            os.fsync(file.fileno())
    return Healed(path, known, whole, cut)


def _whole_end(path: Path, known: int) -> int:
    whole = known
    if known == 0:
        try:
            with path.open("rb") as file:
                whole = next((offset + length for offset, length, _ in members(file, path, 0)), 0)
        except ArchiveDamaged:
            return 0
    try:
        for exchange in scan(path, whole):
            if exchange.whole:
                whole = exchange.end
    except ArchiveDamaged:
        pass  # the torn end that we are here for
    return whole


def _keep_tail(path: Path, start: int, aside: Path) -> Path:
    aside.mkdir(parents=True, exist_ok=True)
    kept = aside / f"{path.name.removesuffix('.open')}-{start}.cut"
    with path.open("rb") as file, kept.open("wb") as out:
        file.seek(start)
        while data := file.read(1 << 20):
            out.write(data)
        out.flush()
        os.fsync(out.fileno())
    sync_folder(aside)
    return kept
