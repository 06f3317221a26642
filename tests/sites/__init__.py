"""Pages of single sites as they came over the wire, with the records that a person says are right.

``<source>/<date>/`` holds ``capture.warc.gz``, ``records.jsonl`` (an article a line, or ``{"url", "skip"}`` for a page
that is none) and ``<source>.toml``, the definition of that day. ``python -m tests.sites.keep`` makes a folder; what it
writes into ``records.jsonl`` is what our reader says, which a person corrects before it is kept.
"""
