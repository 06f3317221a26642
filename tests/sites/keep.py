"""``python -m tests.sites.keep COLLECTION SOURCE URL…``: keep captures of a site, and drafts of their records.

The WARC records are copied byte for byte. Correct the drafts by hand, looking at the pages: a test that compares the
reader with itself finds nothing.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from archive.capture import Capture
from archive.catalog import CaptureRow, Catalog
from archive.collection import Collection, open_collection
from archive.record import Article, Skip
from archive.warc import scan
from archive.warc.reader import members
from crawler.archived import load_capture
from crawler.pages import read
from crawler.sources import Source
from crawler.sources.load import load_sources

_ARTICLE = TypeAdapter(Article)
SITES = Path(__file__).parent
UNTOLD = ("extractor",)
"""Fields of an article that no page says."""


def told(capture: Capture, source: Source) -> dict[str, Any]:
    """What the reader says of a page, as ``records.jsonl`` has it."""
    article = read(capture, source)
    if isinstance(article, Skip):
        return {"url": capture.url, "skip": article.reason}
    fields: dict[str, Any] = _ARTICLE.dump_python(article, mode="json")
    return {"url": capture.url} | {name: value for name, value in fields.items() if name not in UNTOLD}


def kept(folder: Path) -> dict[str, Capture]:
    """The captures of a folder by address."""
    return {one.capture.url: one.capture for one in scan(folder / "capture.warc.gz", _warcinfo_length(folder))}


def _warcinfo_length(folder: Path) -> int:
    path = folder / "capture.warc.gz"
    with path.open("rb") as file:
        return next(length for _, length, _ in members(file, path, 0))


def keep(collection: Collection, source: Source, definition: str, urls: list[str]) -> Path:
    """Make the folder of a site and a day.

    Raises:
        ValueError: an address was never archived with status 200.
    """
    with Catalog(collection.catalog) as catalog:
        rows = [_row(catalog, source, url) for url in urls]
        folder = SITES / source.id / f"{max(row.fetched_at for row in rows):%Y-%m-%d}"
        folder.mkdir(parents=True, exist_ok=True)
        path = collection.warc_file(source.id, rows[0].locator.filename)
        data = path.read_bytes()
        with path.open("rb") as file:
            first = next(length for _, length, _ in members(file, path, 0))
        pieces = [data[:first]]
        lines = []
        for row in rows:
            whole = collection.warc_file(source.id, row.locator.filename).read_bytes()
            pieces.append(whole[row.locator.offset : row.end])
            lines.append(json.dumps(told(load_capture(collection, catalog, row), source), ensure_ascii=False) + "\n")
    (folder / "capture.warc.gz").write_bytes(b"".join(pieces))
    (folder / "records.jsonl").write_text("".join(lines), encoding="utf-8")
    (folder / f"{source.id}.toml").write_text(definition, encoding="utf-8")
    return folder


def _row(catalog: Catalog, source: Source, url: str) -> CaptureRow:
    for row in catalog.captures(source.id):
        if row.url == url and row.status == 200 and row.record_type == "response":
            return row
    raise ValueError(f"{url}: never archived with status 200")


def main(root: str, source_id: str, *urls: str) -> None:
    """Keep captures of one source of a collection."""
    collection = open_collection(Path(root))
    own = collection.own_sources
    source = load_sources(own if own.is_dir() else None)[source_id]
    shipped = SITES.parents[1] / "crawler" / "sources"
    definition = next(path for place in (own, shipped) for path in place.rglob("*.toml") if path.stem == source_id)
    print(keep(collection, source, definition.read_text(encoding="utf-8"), list(urls)))


if __name__ == "__main__":
    main(*sys.argv[1:])
