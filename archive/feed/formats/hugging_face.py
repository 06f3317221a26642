"""A folder that ``datasets.load_dataset`` opens: Parquet files, and a card made of what is in them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from archive.feed.formats import Setting
from archive.feed.formats.data_card import Tally, card
from archive.feed.formats.parquet import write_parts


def write(lines: Iterable[bytes], folder: Path, setting: Setting) -> int:
    """Write ``data/*.parquet`` and ``README.md``; how many records."""
    tally = Tally()
    count = write_parts(tally.over(lines), folder, lambda source, month, n: f"data/{source}-{month}-{n}.parquet")
    (folder / "README.md").write_text(card(tally, setting), encoding="utf-8")
    return count
