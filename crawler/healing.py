"""What a crash left of a source's archive, put right before the next visit asks for anything."""

from __future__ import annotations

from archive.catalog import Catalog
from archive.collection import Collection
from archive.warc import ArchiveDamaged, close_file, heal, scan
from crawler.archived import row_of
from crawler.sources import Source


def heal_source(collection: Collection, catalog: Catalog, source: Source) -> list[str]:
    """Take out what is torn, and tell the catalog of captures that it never heard of or has lost.

    The caller holds the source's lease.

    Returns:
        What was done, for people.

    Raises:
        ArchiveDamaged: a file holds less than the catalog knows of it: no crash did that.
    """
    done: list[str] = []
    for path in collection.warc_files(source.id):
        known = catalog.file_end(path.name.removesuffix(".open"))
        end = path.stat().st_size
        if path.suffix == ".open":
            healed = heal(path, known, collection.set_aside(source.id))
            end = healed.whole
            done += healed.told()
        if end > known and path.exists():
            rows = [row_of(source, exchange) for exchange in scan(path, known) if exchange.whole]
            if rows:
                catalog.add_captures(rows)
                done.append(f"{path.name}: {len(rows)} captures taken into the catalog")
    for name, known in catalog.file_ends(source.id).items():
        path = collection.warc_file(source.id, name)
        end = path.stat().st_size if path.exists() else 0
        if end < known:
            lost = f"the catalog knows {known:,} bytes of it; put it back, or forget what is lost: warkat rebuild"
            raise ArchiveDamaged(path, end, lost)
    for path in sorted(collection.archive(source.id).glob("*.open"))[:-1]:
        close_file(path)  # a newer one is there: nothing will be appended to this one
    return done
