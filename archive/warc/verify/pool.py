"""Verifying many files, in processes of their own when asked to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from archive.warc.verify.check import verify_file
from archive.warc.verify.findings import FileReport
from archive.warc.verify.links import Lookup


def verify_files(
    paths: Iterable[Path],
    jobs: int = 1,
    *,
    ours: bool | None = None,
    lookup: Lookup | None = None,
    hashed: bool = True,
) -> Iterator[FileReport]:
    """Reports in the order of the paths.

    A process that dies over one file costs that file's report only: it says ``verify-crashed``.

    Args:
        paths: the files.
        jobs: how many processes; 1 stays in this one.
        ours: as for ``verify_file``.
        lookup: as for ``verify_file``; it must be picklable when ``jobs`` is more than 1.
        hashed: as for ``verify_file``.
    """
    verify = partial(verify_file, ours=ours, lookup=lookup, hashed=hashed)
    if jobs <= 1:
        yield from map(verify, paths)
        return
    from archive.warc.verify.processes import Jobs  # late: it costs start-up that one file does not need

    with Jobs(verify, jobs) as running:
        for path in paths:
            running.submit(path)
            if running.full:
                yield running.next_report()
        while running.waiting:
            yield running.next_report()
