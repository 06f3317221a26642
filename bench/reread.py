"""Reading the archive again, beside trafilatura on the same WARC file: records per second of processor time.

    python -m bench.reread COLLECTION SOURCE [--times 20]

trafilatura runs in an environment of its own, on the same decoded pages, as ``bare_extraction`` with metadata.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from archive.collection import open_collection
from archive.record import Record
from archive.warc import scan
from crawler.reread import Job, records_of
from crawler.sources.load import load_sources

ENVIRONMENT = Path(".bench") / "trafilatura"
SCRIPT = """
import gzip, json, sys, time
from trafilatura import bare_extraction
pages = json.loads(gzip.open(sys.argv[1]).read())
times = int(sys.argv[2])
bare_extraction(pages[0], with_metadata=True)
began, made = time.process_time(), 0
for _ in range(times):
    for page in pages:
        made += bare_extraction(page, with_metadata=True) is not None
print(json.dumps([made, time.process_time() - began]))
"""


def cpu_s() -> float:
    told = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in told)


def ours(jobs: list[Job], times: int) -> float:
    """Records per second of processor time, the reader's child included."""
    began, made = cpu_s(), 0
    for _ in range(times):
        for job in jobs:
            made += sum(isinstance(found.told, Record) for found in records_of(job))
    return made / (cpu_s() - began)


def theirs(pages: list[str], times: int) -> float:
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", "trafilatura==2.3.1", "lxml_html_clean"], check=True)
    with tempfile.NamedTemporaryFile(suffix=".json.gz") as file:
        file.write(gzip.compress(json.dumps(pages).encode()))
        file.flush()
        told = subprocess.run(
            [str(python), "-c", SCRIPT, file.name, str(times)], capture_output=True, text=True, check=True
        )
    made, spent = json.loads(told.stdout)
    return float(made / spent)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("collection", type=Path)
    parser.add_argument("source")
    parser.add_argument("--times", type=int, default=20)
    given = parser.parse_args()
    collection = open_collection(given.collection)
    source = load_sources(collection.own_sources)[given.source]
    jobs = [Job(path=path, source=source) for path in collection.warc_files(source.id)]
    exchanges = [one for job in jobs for one in scan(job.path)]
    pages = [one.capture.text for one in exchanges if one.capture.role == "article" and one.capture.status == 200]
    mine, other = ours(jobs, given.times), theirs(pages, given.times)
    size = sum(map(len, pages)) / max(1, len(pages)) / 1000
    print(f"{len(pages)} article pages of {size:.0f} kB, {given.times} times: records per second of processor time")
    print(f"  warkat reread {mine:6.0f}   trafilatura {other:6.0f}   ratio {mine / other:.1f}")


if __name__ == "__main__":
    main()
