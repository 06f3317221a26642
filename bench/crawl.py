"""``make bench``: warkat against bare Scrapy that only downloads the same pages, in one run.

Both follow the listings of a static site on loopback, sixteen requests at a time, without delay.
Rounds alternate, medians count, figures are ratios: machines are noisy, their ratios less so.

    python -m bench.crawl [--pages 2000] [--rounds 3] [--memory]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from archive.collection import make_collection

SOURCE = """\
id = "uji"
name = "Kabupaten Uji"
level = "regency"
timezone = "WIB"
hosts = ["{host}"]
scheme = "http"
article = ['^/berita/artikel-\\d+$']

[politeness]
delay_s = 0.0
max_requests = 1000000

[[discovery]]
kind = "listing"
url = "/indeks"
page = "/indeks?page={{n}}"
max_pages = 100000
"""

STREAMS = ["-s", "CONCURRENT_REQUESTS_PER_DOMAIN=16", "-s", "CONCURRENT_REQUESTS=16"]

BARE = """
import scrapy, sys
from scrapy.crawler import CrawlerProcess

class Bare(scrapy.Spider):
    name = "bare"
    start_urls = [sys.argv[1] + "/indeks"]
    custom_settings = {"LOG_LEVEL": "ERROR", "CONCURRENT_REQUESTS_PER_DOMAIN": 16}

    def parse(self, response):
        for link in response.css("li a::attr(href)").getall():
            yield response.follow(link, self.page)
        for link in response.css("a[rel=next]::attr(href)").getall():
            yield response.follow(link)

    def page(self, response):
        pass

process = CrawlerProcess()
process.crawl(Bare)
process.start()
"""


@dataclass(frozen=True, slots=True)
class Round:
    """One crawl."""

    wall_s: float
    cpu_s: float
    peak_mb: float


@contextmanager
def static_site(pages: int) -> Iterator[str]:
    """The site in a process of its own; yields its address."""
    server = subprocess.Popen(
        [sys.executable, "-m", "bench.static_site", str(pages)], stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    try:
        yield server.stdout.readline().strip()
    finally:
        server.kill()
        server.wait()


def measured(command: list[str]) -> Round:
    """Run a command and its children; CPU of all of them, peak memory of the largest."""
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    return Round(time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def warkat(url: str, pages: int) -> Round:
    """``warkat crawl``, WARC files and records included."""
    with tempfile.TemporaryDirectory() as folder:
        collection = make_collection(Path(folder) / "c", "bench", contact="https://example.org/")
        host = url.removeprefix("http://")
        toml = collection.root / "collection.toml"
        toml.write_text(toml.read_text().replace("allow = []", f'allow = ["{host}"]'))
        (collection.own_sources / "uji.toml").write_text(SOURCE.format(host=host))
        got = measured([sys.executable, "-m", "crawler.cli", "-C", str(collection.root), "crawl", "uji", *STREAMS])
        report = json.loads(next(collection.runs.glob("*/report.json")).read_text())["sources"][0]
        assert report["read"]["new"] == pages, report["read"]
        return got


def bare(url: str, pages: int) -> Round:
    """Scrapy as it comes, without anything kept."""
    del pages
    return measured([sys.executable, "-c", BARE, url])


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser()
    words.add_argument("--pages", type=int, default=2000)
    words.add_argument("--rounds", type=int, default=3)
    words.add_argument("--memory", action="store_true", help="also the peak memory at ten times the pages")
    chosen = words.parse_args()
    with static_site(chosen.pages) as url:
        rounds = [(bare(url, chosen.pages), warkat(url, chosen.pages)) for _ in range(chosen.rounds)]
    for name, found in (("bare scrapy", [b for b, _ in rounds]), ("warkat", [w for _, w in rounds])):
        wall, cpu = (statistics.median(getattr(one, f) for one in found) for f in ("wall_s", "cpu_s"))
        print(f"{name:<12} {chosen.pages / wall:7.0f} pages/s {1000 * cpu / chosen.pages:7.2f} ms CPU/page")
    speed = statistics.median(b.wall_s / w.wall_s for b, w in rounds)
    cost = statistics.median(w.cpu_s / b.cpu_s for b, w in rounds)
    print(f"ratio        {speed:7.2f} x the pages/s of bare Scrapy, {cost:.2f} x its CPU")
    if chosen.memory:
        many = 10 * chosen.pages
        with static_site(chosen.pages) as few_url, static_site(many) as many_url:
            few, more = warkat(few_url, chosen.pages), warkat(many_url, many)
        print(f"memory       {few.peak_mb:.0f} MB at {chosen.pages} pages, {more.peak_mb:.0f} MB at {many}:"
              f" {more.peak_mb / few.peak_mb:.2f} x")  # fmt: skip


if __name__ == "__main__":
    main()
