"""Progress: calm on a terminal, a line when something changed in a log, JSON Lines on request."""

from __future__ import annotations

import json
import re
from collections import Counter

from crawler.progress import Tally, display
from crawler.report import VisitReport


def visit(name: str, outcome: str = "", articles: int = 0, **failures: int) -> VisitReport:
    report = VisitReport(name, "2026-11-23T00:00:00+00:00", outcome=outcome, failures=Counter(failures))
    report.captures.update(article=articles, listing=1)
    return report


def tally(seconds: float, finished: list[VisitReport], under_way: list[VisitReport]) -> Tally:
    return Tally(elapsed_s=seconds, sources=552, finished=finished, under_way=under_way)


def test_a_log_says_nothing_twice() -> None:
    """A line for each visit that ends and once a minute how far it is; where nothing changes there is no line."""
    said: list[str] = []
    plain = display("plain", said.append)
    going = visit("b", articles=3)
    for second in range(1, 400):
        plain.show(tally(second, [visit("a", "fine", 7)] if second > 30 else [], [going]))
    assert said[0] == "a: fine, 8 exchanges, 7 article pages\n"
    assert len(said) == 2
    assert said[1].startswith("1 of 552 sites, 10 articles, ")
    plain.end(tally(400, [visit("a", "fine", 7), visit("b", "timeout", 3, timeout=4)], []))
    assert said[2] == "b: timeout, 4 exchanges, 3 article pages, did not come: 4 timeout\n"
    assert said[-1].endswith("did not come: 4 timeout\n")


def test_a_terminal_draws_over_its_own_lines() -> None:
    """A few lines however many sites are under way, none wider than the terminal, one left at the end."""
    said: list[str] = []
    terminal = display("terminal", said.append, 60)
    many = [visit(f"kabupaten-{n:03}", articles=n) for n in range(200)]
    terminal.show(tally(1, [visit("a", "host-unknown")], many))
    shown = said[-1].removeprefix("\r\x1b[J").split("\n")
    assert len(shown) <= 8
    assert max(map(len, shown)) < 60
    assert "kabupaten-199" in shown[2]
    assert shown[-1] == "  and 195 more sites under way"
    terminal.show(tally(2, [visit("a", "host-unknown")], many))
    assert said[-1].startswith(f"\r\x1b[{len(shown) - 1}A\x1b[J")
    terminal.end(tally(3, [visit("a", "fine", 2)], []))
    assert re.fullmatch(r"\r\x1b\[\d+A\x1b\[J1 of 552 sites, 2 articles, .*", said[-2])


def test_json_lines_tell_each_visit_once_and_progress_when_it_moves() -> None:
    """One object a line."""
    said: list[str] = []
    told = display("json", said.append)
    moments = [tally(1, [], [visit("a", articles=1)]), tally(2, [], [visit("a", articles=1)])]
    moments.append(tally(3, [visit("a", "fine", 2, timeout=1)], []))
    for moment in moments:
        told.show(moment)
    told.end(moments[-1])
    events = [json.loads(line) for line in said]
    assert [one["event"] for one in events] == ["progress", "visit", "progress"]
    assert events[1] | {"bytes": 0} == {
        "event": "visit", "source_id": "a", "outcome": "fine", "exchanges": 3, "articles": 2,
        "failures": {"timeout": 1}, "bytes": 0,
    }  # fmt: skip
    assert events[2]["done"] == 1
