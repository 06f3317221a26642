"""``make demo``: the real code crawls a small news portal that ships with the repository.

The portal runs on 127.0.0.1 only; the collection stays in ``demo-collection/`` to look around in.
"""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
import time
from pathlib import Path

from archive.collection import Collection, make_collection, open_collection
from crawler.health import ExitStatus
from crawler.process import crawl
from crawler.progress import display
from crawler.run import Run
from crawler.sources.load import load_sources
from tests.portal import Portal

ROOT = Path(__file__).parent.parent
FOLDER = Path("demo-collection")

SOURCE = """\
# The demo portal: a fictional regency whose site was rebuilt in 2024, so it has two markups.
id = "tirtasari"
name = "Pemerintah Kabupaten Tirtasari (contoh)"
level = "regency"
timezone = "WIB"
hosts = ["{host}"]
scheme = "http"
platform = "lokomedia"
status = "working"
article = ['^/berita/[^/?]+$', '^/berita-[^/?]+\\.html$']

[politeness]
delay_s = 0.0

[[discovery]]
kind = "feed"
url = "/feed"

[[discovery]]
kind = "sitemap"
url = "/sitemap.xml"

[[discovery]]
kind = "listing"
url = "/berita"
page = "/berita?page={{n}}"
"""

# The demo's server recovers in no time, so there is no need to be as patient as with a real one.
IMPATIENT = {"WARKAT_BACKOFF_BASE_S": 0.2}


def demo_collection(folder: Path, url: str) -> Collection:
    """A collection with the portal as its only own source, allowed to ask this one loopback address."""
    made = make_collection(folder, title="Demo", operator="make demo", contact="https://github.com/warkat/warkat")
    host = url.removeprefix("http://")
    toml = folder / "collection.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("allow = []", f'allow = ["{host}"]'), encoding="utf-8")
    (made.own_sources / "tirtasari.toml").write_text(SOURCE.format(host=host), encoding="utf-8")
    return open_collection(folder)


def crawl_portal(collection: Collection, limit: int | None = None) -> Run:
    """One visit to the portal with the real code."""
    source = load_sources(collection.own_sources)["tirtasari"]
    run = Run.enter(collection)
    crawl(run, [source], limit=limit, settings=IMPATIENT, progress=display("plain", sys.stderr.write))
    return run


def main() -> int:
    """Crawl, then show what there is."""
    began = time.monotonic()
    shutil.rmtree(FOLDER, ignore_errors=True)
    with Portal(slow_s=0.5) as portal:
        print(f"A small news portal is running on {portal.url}, crawling it with warkat …", flush=True)
        collection = demo_collection(FOLDER, portal.url)
        run = crawl_portal(collection)
        show(collection, run, time.monotonic() - began)
    return 0 if run.status == ExitStatus.FINE else 1


def show(collection: Collection, run: Run, took_s: float) -> None:
    """What a person wants to see after a first crawl."""
    report = run.reports[0]
    files = collection.warc_files()
    lines = [json.loads(line) for path in collection.records.glob("*/*.jsonl") for line in path.open(encoding="utf-8")]
    record = max((one for one in lines if one["credit_raw"] and one["images"]), key=lambda one: one["published_at"])
    dates = sorted(one["published_at"][:10] for one in lines if one["published_at"])
    print(f"\n{len(lines)} articles recorded, published {dates[0]} to {dates[-1]}   ({took_s:.0f} s)\n")
    print(f"  archive   {report.captures.total()} exchanges, as they came over the wire:")
    for path in files:
        print(f"            {path}  {path.stat().st_size / 1000:,.0f} kB")
    print(f"  records   {next(iter(collection.records.glob('*/*.jsonl')))}")
    told = {**report.skipped, **report.failures}
    print("  left out  " + ", ".join(f"{count} {reason}" for reason, count in sorted(told.items())))
    print("\nOne record, shortened:\n")
    _show_record(record)
    warkat = ".venv/bin/warkat"
    print("\nNext:")
    print(f"  crawl a real site       {warkat} init mine && {warkat} -C mine crawl banyuwangikab --limit 20")
    print(f"  replay the archive      {warkat} replay {collection.root}, then open http://127.0.0.1:8750")
    print(f"  feed the records on     {warkat} -C {collection.root} export | head -1 | python3 -m json.tool\n")


def _show_record(record: dict[str, object]) -> None:
    for name in ("id", "url", "title", "published_at", "published_raw", "dateline", "credit_raw", "section", "tags",
                 "body_text", "warc_filename", "warc_record_offset", "payload_digest"):  # fmt: skip
        value = json.dumps(record[name], ensure_ascii=False)
        print(f"  {name:<20}{textwrap.shorten(value, 96, placeholder=' …')}")


if __name__ == "__main__":
    sys.exit(main())
