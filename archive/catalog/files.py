"""What the catalog knows of single WARC files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archive.catalog.rows import CaptureRow
from archive.catalog.store import Catalog


def captures_in(catalog: Catalog, source_id: str, filenames: Sequence[str]) -> Iterator[CaptureRow]:
    """Captures of a source in some of its files (names without ``.open``), sorted bytewise by SURT and time."""
    places = ",".join("?" * len(filenames))
    return catalog._rows(
        f"source_id = ? AND filename IN ({places}) ORDER BY surt, fetched_at, filename, offset", source_id, *filenames
    )


def referred_in(catalog: Catalog, source_id: str, filenames: Sequence[str]) -> list[CaptureRow]:
    """Captures in other files whose payload a revisit in these files refers to, in the order they lie."""
    places = ",".join("?" * len(filenames))
    found = catalog._rows(
        f"filename NOT IN ({places}) AND record_id IN (SELECT refers_to FROM capture WHERE source_id = ?"  # noqa: S608
        f" AND filename IN ({places}) AND refers_to IS NOT NULL) ORDER BY filename, offset",
        *filenames, source_id, *filenames,
    )  # fmt: skip
    return list(found)
