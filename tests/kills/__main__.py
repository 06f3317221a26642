"""``python -m tests.kills [--kills 100] [--stops 200] [--seed 7]``: kills and stops at random moments, as a table."""

from __future__ import annotations

import argparse
import os
import sys
import time

from tests.kills.runner import CONCURRENCY, Tally, run_kills, run_stops

PER_ROUND = 20


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def row(what: str, found: object, promised: object) -> None:
    print(f"| {what:<58} | {found!s:>12} | {promised!s:>12} |")


def table(title: str, tally: Tally) -> None:
    print(f"\n{title}\n")
    row("", "measured", "promised")
    print(f"|{'-' * 60}|{'-' * 14}|{'-' * 14}|")
    row("rounds of 200 articles", tally.rounds, "")
    row("articles lost", tally.lost, 0)
    row("records written twice", tally.json_twice, 0)
    row("payloads stored twice", tally.warc_twice, 0)
    row("WARC files or lines damaged", tally.corrupt, 0)
    row("files left behind", tally.orphans, 0)
    row("visits that did not end as they should", tally.wrong_status, 0)
    row(f"requests (minimum {tally.minimum:,} + {CONCURRENCY} a signal)", f"{tally.requests:,}",
        f"{tally.allowed:,}")  # fmt: skip
    extra = (tally.requests - tally.minimum) / max(1, tally.signals)
    row("requests that a signal cost on average", f"{extra:.1f}", CONCURRENCY)


def main() -> int:
    """Kill, stop, and print what came of it; 0 when every promise was kept."""
    words = argparse.ArgumentParser(prog="python -m tests.kills", description=__doc__)
    words.add_argument("--kills", type=int, default=int(os.environ.get("KILLS", "100")), help="SIGKILLs")
    words.add_argument("--stops", type=int, default=int(os.environ.get("STOPS", "200")), help="SIGTERMs and SIGINTs")
    words.add_argument("--seed", type=int, default=7)
    chosen = words.parse_args()
    began, kept = time.monotonic(), True
    if chosen.kills:
        killed = run_kills(chosen.kills, PER_ROUND, chosen.seed, say)
        table(f"{killed.signals} SIGKILLs at random moments", killed)
        kept &= killed.is_kept
    if chosen.stops:
        stopped, slowest = run_stops(chosen.stops, PER_ROUND, chosen.seed, say)
        table(f"{stopped.signals} SIGTERMs and SIGINTs at random moments", stopped)
        for kind, promised in (("answering", 10), ("stuck", 10), ("twice", 2)):
            name = {
                "answering": "server answers",
                "stuck": "server is stuck",
                "twice": "second signal, server is stuck",
            }
            row(f"slowest end, {name[kind]}", f"{slowest.get(kind, 0.0):.1f} s", f"{promised} s")
        kept &= stopped.is_kept
    print(f"\n{'every promise kept' if kept else 'A PROMISE WAS BROKEN'} ({time.monotonic() - began:.0f} s)")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
