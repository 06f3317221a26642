"""How well the reader reads: body, title and date against gold pages, beside nothing but the figures themselves.

    python bench/reader_quality.py [--data ../shared/data/pages] [--worst 10] [--half dev|held-out]

Body: precision and recall over 4-word shingles per page, averaged over pages, as
scrapinghub/article-extraction-benchmark
defines it. Title: equal after folding case and blanks. Date: the calendar day. The data is no part of the repository.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
import time
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from archive.capture import Capture
from archive.record import Reading, Skip
from crawler.pages import read
from crawler.sources.source import Discovery, Source

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "pages"
WORD = re.compile(r"\w+")


def pages(path: Path, half: str | None) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            page = json.loads(line)
            side = "dev" if zlib.crc32(page["id"].encode()) % 2 else "held-out"
            if half in (None, side):
                yield page


def page_capture(url: str, html: str) -> Capture:
    """A page of a benchmark as if it had just been fetched."""
    return Capture(
        url=url, fetched_at=datetime(2026, 12, 1, tzinfo=UTC), request=b"",
        response_head=b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n",
        body=html.encode("utf-8", "replace"),
    )  # fmt: skip


@lru_cache(maxsize=4096)
def page_source(host: str, language: str) -> Source:
    """The source of a page of a benchmark: all that is known is its host, and the language that it states."""
    return Source(
        id="bench", name="Bench", level="other", timezone="WIB", language=language, hosts=(host or "x.example",),
        discovery=(Discovery(kind="listing", url="/"),), article=("/",),
    )  # fmt: skip


def reading(page: dict[str, Any], language: str = "en") -> tuple[Reading, float]:
    capture, source = page_capture(page["url"], page["html"]), page_source(urlsplit(page["url"]).netloc, language)
    start = time.process_time()
    return read(capture, source), time.process_time() - start


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = WORD.findall(text)
    size = min(4, len(words)) or 1
    return Counter(tuple(words[at : at + size]) for at in range(max(len(words) - size + 1, 0)))


def overlap(gold: str, found: str) -> tuple[float, float]:
    a, b = shingles(gold), shingles(found)
    shared, wanted, given = sum((a & b).values()), sum(a.values()), sum(b.values())
    if not wanted and not given:
        return 1.0, 1.0
    return (shared / given if given else (0.0 if wanted else 1.0)), (shared / wanted if wanted else 1.0)


def fold(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def same_day(found: str, gold: str) -> bool:
    """Whether both name the same day in the zone of the gold date."""
    wanted = datetime.fromisoformat(gold)
    if len(found) <= 10:
        return found == gold[:10]
    # A gold day without a zone is the day that the page printed, most often in UTC; ours is in the site's zone.
    zones = [wanted.tzinfo] if wanted.tzinfo is not None else [UTC, None]
    instants = [
        datetime.fromisoformat(found).astimezone(zone) if zone else datetime.fromisoformat(found) for zone in zones
    ]
    return any(instant.date() == wanted.date() for instant in instants)


def language_of(page: dict[str, Any]) -> str:
    """What the page itself says: the peers do without being told, while a source of ours always tells."""
    stated = re.search(r"<html[^>]{0,300}\blang=[\"']?([a-z]{2})\b", page["html"][:5000], re.IGNORECASE)
    return stated[1].lower() if stated else "en"


def measure(path: Path, half: str | None, worst: int) -> None:
    if not path.exists():
        print(f"{path.name}: not here, skipped")
        return
    scores: list[tuple[float, float, str, str]] = []
    titles, dates, skips, cpu, size, count = Counter[str](), Counter[str](), Counter[str](), 0.0, 0, 0
    for page in pages(path, half):
        found, seconds = reading(page, language=language_of(page))
        cpu, size, count = cpu + seconds, size + len(page["html"]), count + 1
        gold = page["gold"]
        text = "" if isinstance(found, Skip) else found.body_text
        if isinstance(found, Skip):
            skips[f"{found.reason}: {found.detail[:40]}"] += 1
        if "text" in gold:
            scores.append((*overlap(gold["text"], text), page["id"], page["url"]))
        if gold.get("title"):
            title = "" if isinstance(found, Skip) else found.title
            right = fold(title) == fold(gold["title"])
            titles["right" if right else "wrong"] += 1
            if worst and not right:
                print(f"  title {page['id']}\n    gold {gold['title']!r}\n    read {title!r}")
        if gold.get("published"):
            at = None if isinstance(found, Skip) else found.published_at
            outcome = (
                "missing"
                if at is None or len(at) < 10
                else "right"
                if same_day(at, str(gold["published"]))
                else "wrong"
            )
            dates[outcome] += 1
            if worst and outcome == "missing":
                print(f"  no date {page['id']} gold {gold['published']} {getattr(found, 'title', found)}")
            if worst and outcome == "wrong" and not isinstance(found, Skip):
                origin = f"{found.published_from} {found.published_raw!r}"
                print(f"  date {page['id']} gold {gold['published']} read {at} {origin}")
    report(path.name, scores, titles, dates, skips, worst)
    print(f"  {count} pages of {size // max(count, 1) // 1000} KB, {1000 * cpu / max(count, 1):.1f} ms CPU a page")


def report(
    name: str,
    scores: list[tuple[float, float, str, str]],
    titles: Counter[str],
    dates: Counter[str],
    skips: Counter[str],
    worst: int,
) -> None:
    print(name)
    if scores:
        precision = sum(score[0] for score in scores) / len(scores)
        recall = sum(score[1] for score in scores) / len(scores)
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        print(f"  body: F1 {f1:.4f} precision {precision:.4f} recall {recall:.4f} over {len(scores)} pages")
    for label, counts in (("title", titles), ("date", dates)):
        total = sum(counts.values())
        if total:
            print(
                f"  {label}: "
                + ", ".join(f"{key} {value / total:.4f} ({value})" for key, value in sorted(counts.items()))
            )
    print(f"  skipped: {dict(skips)}")
    for precision, recall, page_id, url in sorted(scores, key=lambda score: score[0] * score[1])[:worst]:
        print(f"  P {precision:.2f} R {recall:.2f} {page_id[:16]} {url[:110]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--half", choices=("dev", "held-out"), help="only one half of the pages, by a hash of their id")
    parser.add_argument("--worst", type=int, default=0, help="also list so many of the worst pages")
    parser.add_argument("sets", nargs="*", default=["article-benchmark", "publishers", "dates"])
    options = parser.parse_args()
    for name in options.sets:
        measure(options.data / f"{name}.jsonl.gz", options.half, options.worst)


if __name__ == "__main__":
    main()
