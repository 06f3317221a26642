"""What safety costs: a crawl as it is against the same crawl whose ``fsync`` does nothing, in alternating rounds.

    python -m bench.syncs [--pages 1000] [--rounds 3]

On a disk, not on tmpfs: where syncing is free there is nothing to measure.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.crawl import Round, static_site, warkat


@contextmanager
def without_syncs() -> Iterator[None]:
    """Every Python that is started meanwhile only pretends to sync."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "sitecustomize.py").write_text("import os\nos.fsync = lambda fd: None\n")
        before = os.environ.get("PYTHONPATH")
        os.environ["PYTHONPATH"] = folder + (f":{before}" if before else "")
        try:
            yield
        finally:
            del os.environ["PYTHONPATH"]
            if before is not None:
                os.environ["PYTHONPATH"] = before


def unsafe(url: str, pages: int) -> Round:
    """``warkat crawl`` that syncs nothing."""
    with without_syncs():
        return warkat(url, pages)


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser()
    words.add_argument("--pages", type=int, default=1000)
    words.add_argument("--rounds", type=int, default=3)
    chosen = words.parse_args()
    with static_site(chosen.pages) as url:
        rounds = [(warkat(url, chosen.pages), unsafe(url, chosen.pages)) for _ in range(chosen.rounds)]
    for name, found in (("with syncs", [a for a, _ in rounds]), ("without", [b for _, b in rounds])):
        wall, cpu = (statistics.median(getattr(one, f) for one in found) for f in ("wall_s", "cpu_s"))
        print(f"{name:<11} {chosen.pages / wall:7.0f} pages/s {1000 * cpu / chosen.pages:7.2f} ms CPU/page")
    cost = statistics.median(a.wall_s / b.wall_s for a, b in rounds) - 1
    work = statistics.median(a.cpu_s / b.cpu_s for a, b in rounds) - 1
    print(f"the syncs cost {100 * cost:.1f} % of the time and {100 * work:.1f} % of the CPU (promised: at most 10 %)")


if __name__ == "__main__":
    main()
