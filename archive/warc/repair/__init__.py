"""Saving what is whole in a damaged file.

::

    damaged file ─ verify's walk ─→ sound records ─→ new file: members as they are, or one made for each record
                                 └→ lost ranges, each with its reason ─→ a metadata record in the new file

A record is saved when its bytes are all there and break no rule that is an error. The damaged file
is never written to. What was not compressed record by record is so afterwards (WARC/1.1 annex D).
"""

from __future__ import annotations

import glob
import itertools
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from archive.disk import sync_folder
from archive.warc.repair.rewrite import Rewrite
from archive.warc.repair.survey import LostRange, Survey
from archive.warc.verify import FileReport, verify_file
from archive.warc.verify.check import container_of
from archive.warc.verify.source import HashedFile

__all__ = ["DAMAGED", "REPAIRING", "LostRange", "Repaired", "repair_file", "set_aside_names"]

DAMAGED = ".damaged"
REPAIRING = ".repairing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """What a repair saved and what it could not."""

    path: Path
    """The damaged file, where it is now."""
    repaired: Path | None
    """The new file, or None when no record was whole."""
    records: int
    """Records saved."""
    mended: int
    """Of these, whole ones that lacked only their end or had other bytes behind it."""
    lost: tuple[LostRange, ...]
    sha256: str
    """Of the damaged file."""
    report: FileReport | None
    """Verification of the new file; its warnings name records that lost their partners."""


def repair_file(
    path: Path, out_folder: Path, *, set_aside: bool = False, marked: bool = False, instant: datetime | None = None
) -> Repaired:
    """Save every whole record of a file into a new, valid one of the same name.

    Args:
        path: the damaged file.
        out_folder: where the new file goes; made when it is missing.
        set_aside: rename the damaged file to ``*.damaged`` (``*.damaged.2`` where that is taken) once the
            new one is on the disk; it must be so where ``out_folder`` is the folder of the damaged file.
        marked: write the metadata record that tells of the repair also where no byte was lost: records that
            somebody took out cleanly leave partners behind, which are no error in a repaired file.
        instant: date of the metadata record that tells of the repair; None takes the time the
            damaged file was last written.

    Raises:
        FileExistsError: the new name is taken.
        OSError: the disk does not read or take the bytes.
    """
    target = out_folder / path.name
    aside = _free_name(path) if set_aside else path
    if target.exists() and not (set_aside and target.samefile(path)):
        raise FileExistsError(f"{target} is there already")
    instant = instant or datetime.fromtimestamp(path.stat().st_mtime, UTC)
    with HashedFile(path) as file:
        container = container_of(file)
        survey = Survey(file, container)
        survey.run()
        partial = _write_beside(target, Rewrite(file, container, survey, marked), instant) if survey.kept else None
    if set_aside:
        path.rename(aside)
        sync_folder(path.parent)
    if partial is not None:
        partial.rename(target)
        sync_folder(out_folder)
    return _told(survey, aside, target if partial else None)


def _told(survey: Survey, damaged: Path, repaired: Path | None) -> Repaired:
    return Repaired(
        path=damaged,
        repaired=repaired,
        records=len(survey.kept),
        mended=sum(kept.mended for kept in survey.kept),
        lost=tuple(survey.lost),
        sha256=survey.sha256,
        report=verify_file(repaired) if repaired else None,
    )


def set_aside_names(path: Path) -> list[Path]:
    """Damaged files that earlier repairs of a file have set aside."""
    return sorted(path.parent.glob(f"{glob.escape(path.name)}{DAMAGED}*"))


def _free_name(path: Path) -> Path:
    names = (path.with_name(f"{path.name}{DAMAGED}{f'.{n}' if n > 1 else ''}") for n in itertools.count(1))
    return next(name for name in names if not name.exists())


def _write_beside(target: Path, work: Rewrite, instant: datetime) -> Path:
    """The new file under a name for the meantime, on the disk."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + REPAIRING)
    with partial.open("wb") as out:
        work.write(out, instant)
        out.flush()
        os.fsync(out.fileno())
    return partial
