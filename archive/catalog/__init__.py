"""The only memory: which URL, when, what digest, where; which article, which version; which visit.

SQLite, made of nothing but what the WARC files say, so it can be deleted and built again.
SQL, SURT and CDXJ are spoken in this room only.
"""

from archive.catalog.rows import CaptureRow, Counts, ReadingRow, Readings, VersionRow
from archive.catalog.store import Catalog, CatalogFault, CatalogOutdated, CatalogUnusable

__all__ = [
    "CaptureRow",
    "Catalog",
    "CatalogFault",
    "CatalogOutdated",
    "CatalogUnusable",
    "Counts",
    "ReadingRow",
    "Readings",
    "VersionRow",
]
