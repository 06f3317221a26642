"""Exports of a large collection: records per second of wall and CPU time, and peak memory, by format.

    python -m bench.export [--records 1000000] [--formats jsonl,csv,parquet] [--keep FOLDER]

Each export runs in a process of its own, as the command does.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

from archive.collection import make_collection
from archive.record import article_id, to_line
from tests.feed.shelves import article

SOURCES = 50
WORDS = (
    "Pemerintah daerah membuka pasar desa yang baru bagi pedagang kecil dan petani setempat pada hari Senin. "
    "Bupati mengatakan bahwa kegiatan tersebut diikuti oleh ratusan peserta dari seluruh kecamatan. "
)


def made(root: Path, count: int) -> Path:
    """A collection with that many records, about 2.6 KB each, over 50 sources and twelve months."""
    if (root / "collection.toml").exists():
        return root
    make_collection(root, "Bench")
    model = to_line(article(0, body_text=WORDS * 5, body_html=f"<p>{WORDS * 5}</p>"))
    begin = datetime(2026, 1, 1)  # noqa: DTZ001  # only printed
    for number in range(SOURCES):
        source = f"sumber{number:02}"
        share = count // SOURCES
        files: dict[str, list[str]] = {}
        told = json.loads(model)
        for n in range(share):
            url = f"https://{source}.go.id/berita/{n}"
            at = begin + timedelta(minutes=n * 525_000 // share)
            told |= {
                "id": article_id(source, url), "source_id": source, "publisher": f"Kabupaten {source}", "url": url,
                "canonical_url": url, "title": f"Pasar desa nomor {n} dibuka",
                "province_code": f"ID-{chr(65 + number % 26)}A",
                "fetched_at": f"{at:%Y-%m-%dT%H:%M:%S}.{n % 1_000_000:06}Z", "warc_record_id": f"urn:uuid:{source}-{n}",
                "published_at": f"{at:%Y-%m-%d}",
            }  # fmt: skip
            files.setdefault(f"{at:%Y-%m}", []).append(json.dumps(told, ensure_ascii=False, separators=(",", ":")))
        folder = root / "records" / source
        folder.mkdir(parents=True)
        for month, lines in files.items():
            (folder / f"{month}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return root


def measured(root: Path, shape: str, target: Path, records: int) -> str:
    """Export once in a child process; what it cost, in words."""
    command = [sys.executable, "-m", "crawler.cli", "-C", str(root), "export", "--format", shape, "-o", str(target)]
    began = time.monotonic()
    child = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    wall = time.monotonic() - began
    assert status == 0, shape
    cpu = used.ru_utime + used.ru_stime
    return (
        f"{shape:10} {records / wall:>9,.0f} records/s   {records / cpu:>9,.0f} records per CPU second   "
        f"peak {used.ru_maxrss / 1024:,.0f} MB   {wall:.0f} s"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--formats", default="jsonl,csv,parquet")
    parser.add_argument("--keep", type=Path, help="Folder of the collection; made when it is missing, and kept.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="warkat-bench-") as name:
        root = made(given.keep or Path(name) / "c", given.records)
        print(f"{given.records:,} records, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
        for shape in given.formats.split(","):
            print(measured(root, shape, Path(name) / f"out.{shape}", given.records), flush=True)


if __name__ == "__main__":
    main()
