"""Which definition of a source was in force, in a few characters that go into the archive."""

from __future__ import annotations

import hashlib
import json

from crawler.sources.source import Source


def source_digest(source: Source) -> str:
    """``sha256:`` over the definition as JSON with sorted keys; comments and order of the file do not count."""
    told = json.dumps(source.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
    return "sha256:" + hashlib.sha256(told.encode()).hexdigest()
