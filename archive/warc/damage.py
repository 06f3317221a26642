"""What can be wrong with a file, with the place where it is."""

from __future__ import annotations

from pathlib import Path

DAMAGED = "damagedBytes"
"""Field of the record that stands in the place of damage: first byte of it, and first byte after it."""


class ArchiveDamaged(ValueError):
    """A WARC file does not hold what it should; names file and offset.

    Attributes:
        path: the file.
        offset: first byte of the record that is damaged.
        fault: what is wrong with it.
    """

    def __init__(self, path: Path, offset: int, fault: str) -> None:
        super().__init__(f"{path}: offset {offset}: {fault}")
        self.path, self.offset, self.fault = path, offset, fault


class ArchiveFull(OSError):
    """The disk took no more; everything written before is whole and synced."""
