"""What reading a page costs: milliseconds of processor time, beside parsers that do less, in the same run.

    python -m bench.reader_speed [--rounds 5] [--pages 100] [--data ../shared/data/pages]

Three sets: pages of the static site (30 to 80 kB), the same padded with menus to 279 kB, and the real pages of
publishers where they are here. Rounds alternate between the readers; the best round of each counts, because another
program on the machine can only make one slower.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import json
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from lxml import etree

from archive.capture import Capture
from bench.reader_quality import DATA, language_of, page_capture, page_source
from bench.static_site import article
from crawler.pages import read

LARGE = 279_000
"""Bytes of a large page."""

Page = tuple[Capture, str]


def static_pages(count: int) -> list[Page]:
    return [(page_capture(f"http://x.example/berita/artikel-{n}", article(n).decode()), "id") for n in range(count)]


def large_pages(count: int) -> list[Page]:
    """Pages of the static site with menus, scripts and lists of articles around them, as large as portals send them."""
    menu = "".join(f'<li class="m{n % 9}"><a href="/rubrik/{n}/">Rubrik nomor {n}</a></li>' for n in range(400))
    card = (
        '<div class="card"><a href="/berita/{n}"><img src="/g/{n}.jpg" alt=""><h3>Judul berita lain nomor {n} di sini'
        '</h3></a><span class="date">{d} Mei 2024</span></div>'
    )
    cards = "".join(card.format(n=n, d=n % 28 + 1) for n in range(500))
    frame = f'<div class="mega-menu"><ul>{menu}</ul></div><aside class="sidebar">{cards}</aside>'
    pages: list[Page] = []
    for number in range(count):
        text = article(number).decode().replace("<aside>", f"{frame}<aside>", 1)
        script = "<script>var d=[" + "1234567," * ((LARGE - len(text)) // 8) + "0];</script>"
        pages.append((page_capture(f"http://x.example/berita/a-{number}", text.replace("</body>", script, 1)), "id"))
    return pages


def real_pages(path: Path, count: int) -> list[Page]:
    if not path.exists():
        return []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        found = [json.loads(line) for line, _ in zip(lines, range(count), strict=False)]
    return [(page_capture(page["url"], page["html"]), language_of(page)) for page in found]


def _read(capture: Capture, language: str) -> None:
    read(capture, page_source(urlsplit(capture.url).netloc, language))


def _parse(capture: Capture, _: str) -> None:
    etree.fromstring(capture.body, etree.HTMLParser(encoding="utf-8"))


def _soup(capture: Capture, _: str) -> None:
    BeautifulSoup(capture.body, "lxml")


READERS: dict[str, Callable[[Capture, str], None]] = {
    "crawler.pages.read": _read,
    "lxml, parsing only": _parse,
    "BeautifulSoup, parsing only": _soup,
}


def measure(name: str, pages: list[Page], rounds: int) -> None:
    if not pages:
        print(f"{name}: not here, skipped")
        return
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)  # as in the reader's child process
    best = dict.fromkeys(READERS, float("inf"))
    for _ in range(rounds):
        for reader, work in READERS.items():
            start = time.process_time()
            for page in pages:
                work(*page)
            best[reader] = min(best[reader], (time.process_time() - start) / len(pages))
    size = sum(len(capture.body) for capture, _ in pages) / len(pages)
    print(f"{name}: {len(pages)} pages of {size / 1000:.0f} kB")
    for reader, seconds in best.items():
        ratio = seconds / best["lxml, parsing only"]
        print(f"  {reader:28s} {1000 * seconds:7.2f} ms a page  {1 / seconds:7.0f} pages/CPU s  {ratio:5.1f} x parsing")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pages", type=int, default=100)
    parser.add_argument("--data", type=Path, default=DATA)
    options = parser.parse_args()
    measure("static site", static_pages(options.pages), options.rounds)
    measure("static site, padded", large_pages(options.pages // 4), options.rounds)
    measure("publishers", real_pages(options.data / "publishers.jsonl.gz", options.pages), options.rounds)


if __name__ == "__main__":
    main()
