"""Another extractor, in an environment of its own: pages as JSON lines in, what it reads as JSON lines out.

Run by ``bench.extraction`` with the interpreter that has the extractor; nothing of ours is imported here.
"""

from __future__ import annotations

import json
import sys
import time


def main(mode: str) -> None:
    import trafilatura

    for line in sys.stdin:
        page = json.loads(line)
        start = time.process_time()
        found = trafilatura.bare_extraction(
            page["html"], url=page["url"], include_comments=False, with_metadata=True, favor_precision=mode == "precise"
        )
        told = found.as_dict() if hasattr(found, "as_dict") else found or {}
        answer = {"title": told.get("title"), "text": told.get("text") or "", "published": told.get("date")}
        print(json.dumps({**answer, "cpu": time.process_time() - start}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
