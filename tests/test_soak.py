"""A long crawl costs no more at its end than at its beginning: memory and open files stay flat (R16, in short)."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import pytest

from tests.kills.runner import lines_of, readers_of
from tests.kills.site import Site

ARTICLES = int(os.environ.get("SOAK_ARTICLES", "4000"))
GROWTH = 1.15
"""In minutes, while caches fill; a soak of days must stay within a twentieth after its first hour."""


def family(process: subprocess.Popen[bytes]) -> list[int]:
    """The crawl and the reader beside it; the reader's own children are replaced now and then."""
    return [process.pid, *readers_of(process)]


def held(pid: int) -> tuple[int, int]:
    """KiB in memory, and open files; nothing of a process that has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        files = len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208
    except OSError:
        return 0, 0
    resident = next((line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")), "0")
    return int(resident), files


@pytest.mark.torture
def test_memory_and_open_files_stay_flat_on_a_long_crawl(tmp_path: Path) -> None:
    """After the first third caches may still fill, no more; and no file handle is left open."""
    with Site(articles=ARTICLES) as site:
        collection = site.collection(tmp_path / "c")
        source = collection.own_sources / "seribu.toml"
        text = source.read_text().replace("delay_s = 0.0", "delay_s = 0.0\nmax_requests = 1000000")
        source.write_text(text.replace('page = "', 'max_pages = 100000\npage = "'))
        samples: dict[int, list[tuple[int, int]]] = {}
        process = subprocess.Popen(
            [sys.executable, "-m", "crawler.cli", "-C", str(collection.root), "crawl", "seribu"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        while process.poll() is None:
            for pid in family(process):
                resident, files = held(pid)
                if resident:
                    samples.setdefault(pid, []).append((resident, files))
            time.sleep(0.25)
        assert process.returncode == 0
        assert len(lines_of(collection)) == ARTICLES
    long_lived = [found for found in samples.values() if len(found) > 20]
    assert len(long_lived) >= 2
    for found in long_lived:
        third = len(found) // 3
        early, late = found[third : third + 5], found[-8:-3]
        growth = median(r for r, _ in late) / median(r for r, _ in early)
        print(f"{len(found)} samples: {growth:.3f} x the memory, {late[0][1]} files open, {early[0][1]} before")
        assert growth <= GROWTH
        assert median(f for _, f in late) <= median(f for _, f in early) + 2
