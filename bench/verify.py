"""MB per CPU second of ``warkat verify`` against ``warcio check`` on the same files, in one run.

Three files by our own writer: bodies as servers send them when gzip is asked for (what the crawler
asks), bodies without content coding, and four to one of both. Both commands are processes of
their own, rounds alternate, medians count, start-up is included.

    python -m bench.verify [--megabytes 100] [--rounds 3]
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from archive.capture import Capture
from archive.warc import WarcWriter, close_file

NOW = datetime(2026, 11, 23, 19, 45, 18, tzinfo=UTC)
HEAD = b"HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: text/html; charset=UTF-8\r\n%sConnection: close\r\n\r\n"
REQUEST = b"GET /berita/%d HTTP/1.1\r\nHost: contoh.go.id\r\nUser-Agent: warkat\r\nAccept-Encoding: gzip\r\n\r\n"
BIN = Path(sys.executable).parent


def make_page(chance: random.Random, words: list[str], frame: str) -> bytes:
    """A page of 30 to 80 KB: a frame that all pages share in part, and paragraphs of its own."""
    size = chance.randrange(30_000, 80_000)
    cut = chance.randrange(len(frame) // 2)
    parts = [frame[cut : cut + size * 3 // 4]]
    length = len(parts[0])
    while length < size:
        paragraph = f"<p class='isi'>{' '.join(chance.choices(words, k=60))}.</p>\n"
        parts.append(paragraph)
        length += len(paragraph)
    return "".join(parts).encode()


def make_frame(chance: random.Random, words: list[str]) -> str:
    """Menus, lists and scripts as a theme has them: much the same from line to line."""
    return "".join(
        f'<li class="menu-item item-{n % 7}"><a href="/{chance.choice(words)}/{n}">{chance.choice(words)}</a></li>\n'
        for n in range(1600)
    )


def build(folder: Path, size: int, is_coded: Callable[[int], bool]) -> Path:
    """A closed file of about ``size`` bytes."""
    chance = random.Random(2026)
    words = ["".join(chance.choices("abdegiklmnoprstu", k=chance.randrange(3, 11))) for _ in range(4000)]
    frame = make_frame(chance, words)
    pages = [make_page(chance, words, frame) for _ in range(200)]
    coded = [zlib.compress(page, 6, 31) for page in pages]
    out = WarcWriter(folder, "contoh", {"software": "warkat/bench", "operator": "bench"})
    end = number = 0
    while end < size:
        which = number % len(pages)
        body, extra = (coded[which], b"Content-Encoding: gzip\r\n") if is_coded(number) else (pages[which], b"")
        end = out.append(
            Capture(
                url=f"https://contoh.go.id/berita/{number}",
                fetched_at=NOW,
                request=REQUEST % number,
                response_head=HEAD % extra,
                body=body,
                role="article",
                via="https://contoh.go.id/berita",
                hops="L",
                ip="203.0.113.7",
                tls="verified",
                fetch_ms=120,
            )
        ).end
        number += 1
    out.close()
    return close_file(next(folder.glob("*.open")))


def cpu_seconds(command: list[str]) -> float:
    """CPU time of a command that must succeed, its children included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compare(name: str, path: Path, rounds: int) -> None:
    megabytes = path.stat().st_size / 1e6
    ours, theirs = [], []
    for _ in range(rounds):
        theirs.append(cpu_seconds([str(BIN / "warcio"), "check", str(path)]))
        ours.append(cpu_seconds([str(BIN / "warkat"), "verify", str(path)]))
    fast, slow = megabytes / statistics.median(ours), megabytes / statistics.median(theirs)
    speeds = f"warkat verify {fast:6.1f}   warcio check {slow:6.1f} MB per CPU second"
    print(f"{name:<24}{megabytes:4.0f} MB   {speeds}   {fast / slow:.2f} x")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--megabytes", type=int, default=100, help="size of each file")
    options.add_argument("--rounds", type=int, default=3)
    given = options.parse_args()
    kinds: dict[str, Callable[[int], bool]] = {
        "bodies coded with gzip": lambda _: True,
        "four of five coded": lambda number: number % 5 > 0,
        "bodies not coded": lambda _: False,
    }
    for name, is_coded in kinds.items():
        with tempfile.TemporaryDirectory() as folder:
            compare(name, build(Path(folder), given.megabytes * 1_000_000, is_coded), given.rounds)


if __name__ == "__main__":
    main()
