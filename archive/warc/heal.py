"""After a crash: where a growing file is whole, and what is taken off its end.

Only what nobody was told of can be torn: the catalog names an exchange after its bytes are synced.
So the walk begins where the catalog ends, and nothing before that is ever touched. The catalog may
have been lost too; then damage can lie in the middle, with whole exchanges behind it: these stay where
they are, and a record takes the place of the damaged bytes. Whatever is taken out is kept aside.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from archive.disk import copy_aside, sync_folder
from archive.warc.damage import ArchiveDamaged
from archive.warc.gap import filling
from archive.warc.reader import Exchange, members, scan, warcinfo_of

_MAGIC = b"\x1f\x8b\x08"
_STEP = 1 << 20


@dataclass(frozen=True, slots=True)
class Healed:
    """What was found in a file."""

    path: Path
    known: int
    """First byte that the catalog knew nothing of."""
    whole: int
    """First byte after the last whole exchange; the size of the file now."""
    cut: Path | None
    """Where the bytes after that went, or None when there were none."""
    gaps: tuple[tuple[int, int, Path], ...] = ()
    """Damage in front of whole exchanges: first byte, first byte after it, and where its bytes went."""

    def told(self) -> list[str]:
        """What was done, a line for each cut."""
        name = self.path.name
        lines = [f"{name}: damaged bytes {start} to {end} kept in {kept.name}" for start, end, kept in self.gaps]
        return lines + ([f"{name}: torn end after byte {self.whole} kept in {self.cut.name}"] if self.cut else [])


def heal(path: Path, known: int, aside: Path) -> Healed:
    """Take out what is no whole exchange, and keep it.

    Args:
        path: a file with the suffix ``.open`` that no writer holds.
        known: end of the last exchange that the catalog knows, 0 for none.
        aside: folder for the bytes that are taken out.

    Raises:
        ArchiveDamaged: the file is shorter than the catalog knows: something else cut it.
    """
    size = path.stat().st_size
    if size < known:
        raise ArchiveDamaged(path, size, f"the catalog knows this file to be {known} bytes or longer")
    whole, found = _survey(path, known)
    gaps = tuple((start, behind.locator.offset, _fill(path, start, behind, aside)) for start, behind in found)
    cut = None
    if whole < size:
        cut = copy_aside(path, whole, size, aside / f"{path.name.removesuffix('.open')}-{whole}.cut")
    if whole == 0:
        path.unlink()  # not even its warcinfo was whole, or nothing had been written yet
        sync_folder(path.parent)
    elif cut:
        os.truncate(path, whole)
        _sync(path)
    return Healed(path, known, whole, cut, gaps)


def _survey(path: Path, known: int) -> tuple[int, list[tuple[int, Exchange]]]:
    """End of the last whole exchange, and each damage with the whole exchange behind it."""
    start = whole = known
    gaps: list[tuple[int, Exchange]] = []
    while True:
        try:
            if start == 0:
                with path.open("rb") as file:
                    start = whole = next((offset + length for offset, length, _ in members(file, path, 0)), 0)
            for exchange in scan(path, start):
                if exchange.whole:
                    whole = exchange.end
            return whole, gaps
        except ArchiveDamaged as fault:
            behind = _next_whole(path, max(whole, fault.offset) + 1)
            if behind is None:
                return whole, gaps
            gaps.append((whole, behind))
            start, whole = behind.locator.offset, behind.end


def _next_whole(path: Path, start: int) -> Exchange | None:
    """The first whole exchange that begins at or after a place."""
    with path.open("rb") as file:
        while True:
            file.seek(start)
            piece = file.read(_STEP)
            at = piece.find(_MAGIC)
            if at >= 0:
                start += at
                try:
                    if (found := next(scan(path, start), None)) and found.whole:
                        return found
                except ArchiveDamaged:
                    pass  # these bytes look like a beginning only
                start += 1
            elif len(piece) < _STEP:
                return None
            else:
                start += _STEP - len(_MAGIC) + 1


def _fill(path: Path, start: int, behind: Exchange, aside: Path) -> Path:
    """Put a record in the place of damage, once its bytes are safe elsewhere."""
    end = behind.locator.offset
    kept = copy_aside(path, start, end, aside / f"{path.name.removesuffix('.open')}-{start}.cut")
    data = filling(path, start, end, kept.name, warcinfo_of(path, end), behind.capture.fetched_at)
    with path.open("r+b") as file:
        file.seek(start)
        file.write(data)
    _sync(path)
    return kept


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
