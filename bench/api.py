"""The HTTP interface over a large collection: time to an answer for lists, single articles and changes.

    python -m bench.api [--records 1000000] [--asks 500] [--keep FOLDER]

The server is the command in a process of its own; one client asks over one connection, one question after the other.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.export import SOURCES, made


def served(root: Path) -> tuple[subprocess.Popen[str], int, float]:
    """The server, its port, and the seconds until it answered: the first time it makes its index."""
    began = time.monotonic()
    command = [sys.executable, "-u", "-m", "crawler.cli", "-C", str(root), "serve", "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert server.stdout is not None
    port = int(server.stdout.readline().split(":")[2].split("/")[0])
    return server, port, time.monotonic() - began


def get(client: http.client.HTTPConnection, target: str) -> tuple[float, Any]:
    """Milliseconds until the whole answer is here, and the answer."""
    began = time.perf_counter()
    client.request("GET", target)
    answer = client.getresponse()
    body = answer.read()
    spent = time.perf_counter() - began
    assert answer.status == 200, body[:300]
    return spent * 1000, json.loads(body)


def questions(client: http.client.HTTPConnection, asks: int) -> dict[str, list[float]]:
    """Times by kind of question."""
    chance = random.Random(7)
    found: dict[str, list[float]] = {}
    cursor = since = ""
    ids: list[str] = []
    for _ in range(asks):
        spent, page = get(client, f"/api/articles?limit=20{cursor and f'&cursor={cursor}'}")
        found.setdefault("list, page by page", []).append(spent)
        cursor, ids = page["next"], ids + [one["id"] for one in page["items"][:2]]
        source = f"sumber{chance.randrange(SOURCES):02}"
        found.setdefault("list of a source", []).append(get(client, f"/api/articles?source={source}&limit=20")[0])
        found.setdefault("item", []).append(get(client, f"/api/articles/{chance.choice(ids)}")[0])
        spent, page = get(client, f"/api/changes?limit=20{since and f'&since={since}'}")
        found.setdefault("changes, page by page", []).append(spent)
        since = page["next"]
    end = get(client, "/api/changes?limit=200&source=sumber49")[1]["next"]
    found["changes behind the end of a source"] = [get(client, f"/api/changes?since={end}")[0] for _ in range(asks)]
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--asks", type=int, default=500)
    parser.add_argument("--keep", type=Path, help="Folder of the collection; made when it is missing, and kept.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="warkat-bench-") as name:
        root = made(given.keep or Path(name) / "c", given.records)
        server, port, spent = served(root)
        try:
            print(f"{given.records:,} records, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
            print(f"index made or opened and answering after {spent:.0f} s", flush=True)
            client = http.client.HTTPConnection("127.0.0.1", port)
            for kind, times in questions(client, given.asks).items():
                p95 = sorted(times)[int(len(times) * 0.95)]
                print(f"{kind:36} p50 {statistics.median(times):6.2f} ms   p95 {p95:6.2f} ms   of {len(times)}")
        finally:
            server.terminate()
            server.wait()
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        print(f"server: {used.ru_utime + used.ru_stime:.0f} s CPU, peak {used.ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()
