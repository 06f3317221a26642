"""Records made anew from WARC files: no network, all cores, resumable, the same lines for the same reader.

::

    WARC file --records_of--> spool/<file>.jsonl     pure, one process for each file
    all spools of a source, in order --Ledger--> new records beside the old ones
    old and new --> what changes, by field and source, with samples --> the new take their place

``records_of`` is all that a cluster needs: one WARC path in, what its pages say out.
"""

from crawler.reread.again import Again, reread
from crawler.reread.pages import Found, Job, records_of

__all__ = ["Again", "Found", "Job", "records_of", "reread"]
