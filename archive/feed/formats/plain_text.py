"""Plain text files for corpus tools: ``<source>/<YYYY-MM>/<id>-<version>.txt``, and a table that says what each is."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from archive.feed.formats import Setting
from archive.feed.formats.csv_table import cell
from archive.line import record_of

COLUMNS = (
    "id", "version", "source_id", "publisher", "province_code", "canonical_url", "title", "published_at", "section",
    "language", "body_kind", "fetched_at",
)  # fmt: skip


def write(lines: Iterable[bytes], folder: Path, setting: Setting) -> int:
    """Write a file per record, title first; how many."""
    count, made = 0, set()
    with (folder / "files.csv").open("w", encoding="utf-8", newline="") as table:
        rows = csv.writer(table)
        rows.writerow(["file", *COLUMNS])
        for count, line in enumerate(lines, 1):
            told = record_of(line)
            name = f"{told['source_id']}/{told['fetched_at'][:7]}/{told['id']}-{told['version']}.txt"
            path = folder / name
            if path.parent not in made:
                path.parent.mkdir(parents=True, exist_ok=True)
                made.add(path.parent)
            with path.open("w", encoding="utf-8", newline="\n") as file:
                file.write(f"{told['title']}\n\n{told['body_text']}\n")
            rows.writerow([name, *(cell(told[column]) for column in COLUMNS)])
    return count
