"""Raw replay beside pywb: requests a second at 16 connections, latency, start-up and memory, in one run.

    python -m bench.replay [--captures 1000] [--seconds 5] [--rounds 3]

The same collection, the same index, the same random captures, in alternating rounds. pywb runs in an environment of
its own (see tests/interop); without it our figures are printed alone.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvloop

from archive.capture import Capture
from archive.catalog import Catalog
from archive.catalog.cdxj import write_index
from archive.collection import Collection, make_collection, open_collection
from archive.warc import WarcWriter, scan
from crawler.archived import row_of
from crawler.rebuild import archive_name, nameless

CONNECTIONS = 16
FOLDER = Path(".bench")
WORDS = ["bupati", "desa", "panen", "jalan", "pasar", "warga", "sekolah", "dinas", "anggaran", "banjir", "rapat", "air"]
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Figures:
    requests_s: float
    p50_ms: float
    p99_ms: float
    failed: int


def page(number: int) -> bytes:
    chance = random.Random(number)
    text = "".join(f"<p>{' '.join(chance.choices(WORDS, k=60))}.</p>" for _ in range(60))
    return f"<!DOCTYPE html><html><head><title>Berita {number}</title></head><body>{text}</body></html>".encode()


def captures(count: int) -> Iterator[Capture]:
    pool = [gzip.compress(page(number), 6, mtime=0) for number in range(min(count, 500))]
    for number in range(count):
        body = pool[number % len(pool)]
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nX-Number: {number}\r\n"
        yield Capture(
            url=f"https://contoh.go.id/berita/{number % 1000}/berita-{number}",
            fetched_at=BEGIN + timedelta(seconds=number),
            request=f"GET /berita/{number} HTTP/1.1\r\nHost: contoh.go.id\r\n\r\n".encode(),
            response_head=f"{head}Content-Length: {len(body)}\r\n\r\n".encode(),
            body=body,
            role="article",
        )


def collection_of(count: int) -> Collection:
    """A collection with so many captures; made once and kept."""
    root = FOLDER / f"replay-{count}"
    if (root / "indexes" / "index.cdxj").exists():
        return open_collection(root)
    print(f"making {root} …", file=sys.stderr)
    collection = make_collection(root, "Bench")
    writer = WarcWriter(collection.archive("contoh"), "contoh", {"software": "warkat"})
    for capture in captures(count):
        writer.append(capture)
    writer.close()
    with Catalog(collection.catalog) as catalog:
        for path in collection.warc_files():
            catalog.add_captures([row_of(nameless("contoh"), exchange) for exchange in scan(path)])
        write_index(
            collection.index, catalog.captures(),
            lambda row: archive_name(collection, row.source_id, row.locator.filename),
        )  # fmt: skip
    return collection


def paths(prefix: str, count: int) -> list[bytes]:
    chance = random.Random(count)
    made = []
    for _ in range(4000):
        number = chance.randrange(count)
        stamp = (BEGIN + timedelta(seconds=number)).strftime("%Y%m%d%H%M%S")
        made.append(f"{prefix}/{stamp}id_/https://contoh.go.id/berita/{number % 1000}/berita-{number}".encode())
    return made


class Asker(asyncio.Protocol):
    """One connection that asks as soon as it has its answer; as little Python as will do."""

    def __init__(self, requests: list[bytes], start: int, ends: float, took: list[float], failed: list[bytes]) -> None:
        self.requests, self.number, self.ends, self.took, self.failed = requests, start, ends, took, failed
        self.done = asyncio.get_running_loop().create_future()
        self.data = bytearray()
        self.left = -1

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.ask()

    def connection_lost(self, _fault: Exception | None) -> None:
        if not self.done.done():
            self.failed.append(b"lost")
            self.done.set_result(None)

    def ask(self) -> None:
        if time.perf_counter() >= self.ends:
            self.done.set_result(None)
            self.transport.close()
            return
        self.began, self.left = time.perf_counter(), -1
        self.data.clear()
        self.transport.write(self.requests[self.number % len(self.requests)])  # type: ignore[attr-defined]
        self.number += CONNECTIONS

    def data_received(self, data: bytes) -> None:
        self.data += data
        if self.left < 0:
            end = self.data.find(b"\r\n\r\n")
            if end < 0:
                return
            head = bytes(self.data[:end]).lower()
            at = head.find(b"\r\ncontent-length:")
            # Of a chunked answer (pywb's) the end is its last chunk.
            self.left = end + 4 + int(head[at + 17 :].split(b"\r", 1)[0]) if at >= 0 else 0
            if b" 200 " not in head[:20]:
                self.failed.append(head)
        if (self.left and len(self.data) >= self.left) or (not self.left and self.data.endswith(b"\r\n0\r\n\r\n")):
            self.took.append(time.perf_counter() - self.began)
            self.ask()


async def load(port: int, asked: list[bytes], seconds: float) -> Figures:
    """Sixteen connections at once."""
    head = b"GET %b HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAccept-Encoding: gzip\r\n\r\n"
    requests = [head % (path, port) for path in asked]
    took: list[float] = []
    failed: list[bytes] = []
    began = time.perf_counter()
    loop = asyncio.get_running_loop()
    askers = []
    for number in range(CONNECTIONS):
        _, asker = await loop.create_connection(
            lambda number=number: Asker(requests, number, began + seconds, took, failed), "127.0.0.1", port
        )  # type: ignore[misc]
        askers.append(asker)
    await asyncio.gather(*(asker.done for asker in askers))
    spent = time.perf_counter() - began
    took.sort()
    return Figures(len(took) / spent, took[len(took) // 2] * 1e3, took[int(len(took) * 0.99)] * 1e3, len(failed))


def cpu_s(pid: int) -> float:
    """Processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rss_mb(pid: int) -> float:
    """Memory of a process and its children."""
    total = 0
    for one in [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]:
        fields = Path(f"/proc/{one}/status").read_text().split()
        total += int(fields[fields.index("VmRSS:") + 1])
    return total / 1000


def wait(port: int, process: subprocess.Popen[bytes]) -> float:
    began = time.perf_counter()
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return time.perf_counter() - began
        except OSError:
            time.sleep(0.01)
    raise SystemExit("the server ended")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def ours(collection: Collection) -> Iterator[tuple[int, int, float]]:
    page_port, port = free_port(), free_port()
    command = [sys.executable, "-m", "crawler.cli", "-C", str(collection.root), "replay"]
    ports = ["--port", str(page_port), "--archive-port", str(port)]
    yield from _running([*command, *ports], port, Path.cwd())


@contextmanager
def pywb(collection: Collection) -> Iterator[tuple[int, int, float]]:
    from tests.interop.environments import program

    folder = collection.root / "pywb"
    folder.mkdir(exist_ok=True)
    root = collection.root.resolve()
    places = {"index_paths": str(root / "indexes" / "index.cdxj"), "archive_paths": f"{root}/archive/"}
    (folder / "config.yaml").write_text(json.dumps({"collections": {"warkat": places}}))
    port = free_port()
    yield from _running([str(program("pywb", "wayback")), "-b", "127.0.0.1", "-p", str(port)], port, folder)


def _running(command: list[str], port: int, folder: Path) -> Iterator[tuple[int, int, float]]:
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield port, process.pid, wait(port, process)
    finally:
        process.terminate()
        process.wait(30)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--captures", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--alone", action="store_true", help="without pywb")
    given = parser.parse_args()
    collection = collection_of(given.captures)
    servers = {"warkat": (ours, "/web")} if given.alone else {"warkat": (ours, "/web"), "pywb": (pywb, "/warkat")}
    results: dict[str, list[Figures]] = {name: [] for name in servers}
    starts: dict[str, list[float]] = {name: [] for name in servers}
    memory: dict[str, list[float]] = {name: [] for name in servers}
    cpu: dict[str, list[float]] = {name: [] for name in servers}
    for _ in range(given.rounds):
        for name, (start, prefix) in servers.items():
            with start(collection) as (port, pid, took):
                before = cpu_s(pid)
                with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                    figures = runner.run(load(port, paths(prefix, given.captures), given.seconds))
                cpu[name].append((cpu_s(pid) - before) / (figures.requests_s * given.seconds) * 1e3)
                results[name].append(figures)
                starts[name].append(took)
                memory[name].append(rss_mb(pid))
    print(f"{given.captures:,} captures, {CONNECTIONS} connections, {given.rounds} rounds, {os.cpu_count()} cores")
    for name, several in results.items():
        mid = {
            key: statistics.median(getattr(one, key) for one in several) for key in ("requests_s", "p50_ms", "p99_ms")
        }
        failed = sum(one.failed for one in several)
        print(
            f"  {name:<8}{mid['requests_s']:>8,.0f} requests/s   p50 {mid['p50_ms']:6.1f} ms   "
            f"p99 {mid['p99_ms']:6.1f} ms   CPU {statistics.median(cpu[name]):5.2f} ms each   "
            f"start {statistics.median(starts[name]):5.2f} s   {max(memory[name]):5.0f} MB   failed {failed}"
        )
    if not given.alone:
        ratio = statistics.median(
            a.requests_s / b.requests_s for a, b in zip(results["warkat"], results["pywb"], strict=True)
        )
        print(f"  warkat answers {ratio:.1f} times as many requests")


if __name__ == "__main__":
    main()
