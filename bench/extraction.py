"""The reader beside other extractors, in one run, on pages whose text, title and day are known.

    python -m bench.extraction [--peer PYTHON] [--data ../shared/data/pages] [--half dev|held-out]

``PYTHON`` is an interpreter with trafilatura in it (an environment of its own: it is no dependency of ours). Sets: the
frames of ``tests/frames``, alone and with ten siblings known, and the real pages in ``--data`` where they are here.

Body: precision and recall over 4-word shingles per page, averaged, as article-extraction-benchmark defines them. First:
share of pages whose first fifteen words are kept. Title: equal but for case and punctuation. Day: right, wrong, none.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.reader_quality import DATA, WORD, fold, overlap, pages, same_day
from crawler.pages import Profile, extract, learn
from tests.frames import FRAMES
from tests.frames import pages as frame_pages

Answer = dict[str, Any]
Reader = Callable[[str, str], Answer]
SIBLINGS = 10


@dataclass(slots=True)
class Tally:
    """Sums over the pages of one set."""

    count: int = 0
    precision: float = 0.0
    recall: float = 0.0
    texts: int = 0
    first: int = 0
    titles: int = 0
    titled: int = 0
    right: int = 0
    wrong: int = 0
    dated: int = 0
    cpu: float = 0.0

    def add(self, gold: dict[str, Any], found: Answer, cpu: float) -> None:
        self.count += 1
        self.cpu += cpu
        if "text" in gold:
            precision, recall = overlap(gold["text"], found["text"])
            self.precision, self.recall, self.texts = self.precision + precision, self.recall + recall, self.texts + 1
            self.first += WORD.findall(gold["text"])[:15] == _cut(found["text"], gold["text"])
        if gold.get("title"):
            self.titled += 1
            self.titles += fold(found["title"] or "") == fold(gold["title"])
        if gold.get("published"):
            self.dated += 1
            at = found["published"] or ""
            is_right = len(at) >= 10 and same_day(at, str(gold["published"]))
            self.right, self.wrong = self.right + is_right, self.wrong + (bool(at) and not is_right)

    def line(self) -> str:
        parts: list[str] = []
        if self.texts:
            p, r = self.precision / self.texts, self.recall / self.texts
            f1 = 2 * p * r / (p + r) if p + r else 0.0
            parts.append(f"F1 {f1:.3f} (P {p:.3f} R {r:.3f})  first {self.first / self.texts:.2f}")
        if self.titled:
            parts.append(f"title {self.titles / self.titled:.3f}")
        if self.dated:
            parts.append(f"day {self.right / self.dated:.3f} (wrong {self.wrong / self.dated:.3f})")
        return "  ".join((*parts, f"{self.count / self.cpu if self.cpu else 0:.0f} pages/CPU s"))


def _cut(text: str, gold: str) -> list[str]:
    """Fifteen words of a text from where the gold begins; the first fifteen where it does not."""
    words, first = WORD.findall(text), WORD.findall(gold)[:15]
    return next((first for at in range(min(len(words), 40)) if words[at : at + len(first)] == first), words[:15])


class Peer:
    """Another extractor in a process of its own."""

    def __init__(self, python: str, mode: str) -> None:
        self._process = subprocess.Popen(
            [python, Path(__file__).with_name("peer.py"), mode],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, html: str, url: str) -> Answer:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"html": html, "url": url}) + "\n")
        self._process.stdin.flush()
        answer: Answer = json.loads(self._process.stdout.readline())
        return answer


def score(pages: Iterable[tuple[str, str, dict[str, Any]]], reader: Reader) -> Tally:
    tally = Tally()
    for html, url, gold in pages:
        start = time.process_time()
        found = reader(html, url)
        tally.add(gold, found, found.get("cpu") or time.process_time() - start)
    return tally


def real(path: Path, half: str | None) -> list[tuple[str, str, dict[str, Any]]]:
    return [(page["html"], page["url"], page["gold"]) for page in pages(path, half)] if path.exists() else []


def framed(count: int) -> Iterator[tuple[str, list[tuple[str, str, dict[str, Any]]], Profile]]:
    """The pages of each frame, with what ten others of its site teach."""
    for frame in FRAMES:
        siblings = [(page.html, page.url, None) for page in frame_pages(frame, SIBLINGS, first=100)]
        golds = frame_pages(frame, count)
        made = [(g.html, g.url, {"title": g.title, "text": g.text, "published": g.published}) for g in golds]
        yield frame, made, learn(siblings)


def alone(html: str, url: str) -> Answer:
    return extract(html, url, Profile(0))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--half", choices=("dev", "held-out"))
    parser.add_argument("--peer", help="interpreter that has trafilatura")
    parser.add_argument("--pages", type=int, default=18, help="pages of each frame")
    options = parser.parse_args()
    peers: dict[str, Reader] = {"warkat": alone}
    if options.peer:
        peers |= {"trafilatura": Peer(options.peer, "plain"), "trafilatura precise": Peer(options.peer, "precise")}
    for name in ("article-benchmark", "publishers", "dates"):
        if not (found := real(options.data / f"{name}.jsonl.gz", options.half)):
            print(f"{name}: not here, skipped", file=sys.stderr)
            continue
        print(f"{name}, {len(found)} pages")
        for peer, reader in peers.items():
            print(f"  {peer:22s} {score(found, reader).line()}", flush=True)
    frames = list(framed(options.pages))
    everything = [page for _, made, _ in frames for page in made]
    print(f"frames, {len(everything)} pages of {len(frames)} sites")
    for peer, reader in peers.items():
        print(f"  {peer:22s} {score(everything, reader).line()}", flush=True)
    profiles = {page[1]: profile for _, made, profile in frames for page in made}
    known = score(everything, lambda html, url: extract(html, url, profiles[url]))
    print(f"  {'warkat, siblings known':22s} {known.line()}")


if __name__ == "__main__":
    main()
