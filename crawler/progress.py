"""How far a run is, told calmly: a few lines that stay in place on a terminal, else a line when something changed.

``Tally`` is what there is to tell, made now and again while the visits go on. A display takes one after the other and
writes what changed through a function that it is given; nothing in here knows a clock or a stream.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from crawler.report import VisitReport

Style = Literal["terminal", "plain", "json", "silent"]
BUSIEST = 5
"""Visits under way that a terminal shows."""
SUMMARY_S = 60.0
"""Seconds between two summaries where lines stay for ever, as in a log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """One moment of a run."""

    elapsed_s: float
    sources: int
    finished: Sequence[VisitReport]
    """All visits that are over, in the order of their ends."""
    under_way: Sequence[VisitReport]

    @property
    def exchanges(self) -> int:
        """Exchanges archived."""
        return sum(report.captures.total() for report in (*self.finished, *self.under_way))

    @property
    def articles(self) -> int:
        """Article pages archived."""
        return sum(report.captures["article"] for report in (*self.finished, *self.under_way))

    @property
    def failures(self) -> Counter[str]:
        """Pages and places of discovery that did not come, by reason."""
        counts: Counter[str] = Counter()
        for report in (*self.finished, *self.under_way):
            counts.update(report.failures)
        return counts

    @property
    def causes(self) -> Counter[str]:
        """Visits that were not fine, by outcome."""
        return Counter(report.outcome for report in self.finished if report.outcome != "fine")

    def headline(self, per_s: float | None = None) -> str:
        """``87 of 552 sites, 3,210 articles, 9.1 pages/s, 12 min``."""
        rate = self.exchanges / self.elapsed_s if per_s is None and self.elapsed_s else per_s or 0.0
        minutes, seconds = divmod(int(self.elapsed_s), 60)
        took = f"{minutes // 60} h {minutes % 60:02} min" if minutes >= 60 else f"{minutes}:{seconds:02} min"
        return (
            f"{len(self.finished):,} of {self.sources:,} sites, {self.articles:,} articles, {rate:.1f} pages/s, {took}"
        )


class Display(Protocol):
    """Takes the moments of a run."""

    def show(self, tally: Tally) -> None:
        """Tell what changed since the last."""

    def end(self, tally: Tally) -> None:
        """Tell the last."""


def named(counts: Counter[str], most: int = 6) -> str:
    """``12 timeout, 3 http-404``, the commonest first."""
    told = ", ".join(f"{count:,} {reason}" for reason, count in counts.most_common(most))
    return told + (f", {len(counts) - most} more kinds" if len(counts) > most else "")


@dataclass(slots=True)
class OnTerminal:
    """A few lines that are written over again and again.

    Args:
        write: takes text with control sequences.
        width: columns of the terminal; longer lines are cut.
    """

    write: Callable[[str], object]
    width: int = 80
    _lines: int = 0
    _last: tuple[float, int] = (0.0, 0)
    _rate: float = 0.0

    def show(self, tally: Tally) -> None:
        """Draw over what stands there."""
        seconds = tally.elapsed_s - self._last[0]
        if seconds > 0:
            now = (tally.exchanges - self._last[1]) / seconds
            self._rate = now if not self._last[0] else 0.7 * self._rate + 0.3 * now  # calm
            self._last = (tally.elapsed_s, tally.exchanges)
        lines = [tally.headline(self._rate)]
        if tally.failures:
            lines.append(f"did not come: {named(tally.failures)}")
        if tally.causes:
            lines.append(f"not fine: {named(tally.causes)}")
        busiest = sorted(tally.under_way, key=lambda report: -report.captures.total())[:BUSIEST]
        lines += [
            f"  {report.source_id:<28} {report.captures.total():>5} pages, {report.captures['article']:>5} articles"
            for report in busiest
        ]
        if (more := len(tally.under_way) - len(busiest)) > 0:
            lines.append(f"  and {more} more sites under way")
        self._draw(lines)

    def end(self, tally: Tally) -> None:
        """Leave one line."""
        self._draw([tally.headline()])
        self.write("\n")

    def _draw(self, lines: Sequence[str]) -> None:
        up = f"\x1b[{self._lines - 1}A" if self._lines > 1 else ""
        self.write("\r" + up + "\x1b[J" + "\n".join(line[: self.width - 1] for line in lines))
        self._lines = len(lines)


@dataclass(slots=True)
class PlainLines:
    """A line for each visit that ends, and now and then a summary, for logs and pipes."""

    write: Callable[[str], object]
    _told: int = 0
    _summary: tuple[float, int] = (0.0, 0)

    def show(self, tally: Tally) -> None:
        """Tell of the visits that ended, and once a minute how far it all is, if it moved."""
        for report in tally.finished[self._told :]:
            self.write(f"{line_of(report)}\n")
        self._told = len(tally.finished)
        if tally.elapsed_s - self._summary[0] >= SUMMARY_S and tally.exchanges != self._summary[1]:
            self._summary = (tally.elapsed_s, tally.exchanges)
            self.write(f"{tally.headline()}\n")

    def end(self, tally: Tally) -> None:
        """Tell the rest."""
        self.show(tally)
        failed = f"; did not come: {named(tally.failures)}" if tally.failures else ""
        self.write(f"{tally.headline()}{failed}\n")


@dataclass(slots=True)
class JsonLines:
    """One JSON object a line: ``visit`` for each that ends, ``progress`` when something changed."""

    write: Callable[[str], object]
    _told: int = 0
    _last: tuple[int, int] = field(default=(-1, -1))

    def show(self, tally: Tally) -> None:
        """Tell what changed."""
        for report in tally.finished[self._told :]:
            self._line(
                {
                    "event": "visit", "source_id": report.source_id, "outcome": report.outcome,
                    "exchanges": report.captures.total(), "articles": report.captures["article"],
                    "failures": dict(report.failures), "bytes": report.bytes_received,
                }
            )  # fmt: skip
        self._told = len(tally.finished)
        now = (len(tally.finished), tally.exchanges)
        if now != self._last:
            self._last = now
            self._line(
                {
                    "event": "progress", "seconds": round(tally.elapsed_s, 1), "sites": tally.sources,
                    "done": len(tally.finished), "under_way": len(tally.under_way), "exchanges": tally.exchanges,
                    "articles": tally.articles, "failures": dict(tally.failures), "causes": dict(tally.causes),
                }
            )  # fmt: skip

    def end(self, tally: Tally) -> None:
        """Tell the rest."""
        self.show(tally)

    def _line(self, told: dict[str, object]) -> None:
        self.write(json.dumps(told, ensure_ascii=False) + "\n")


class Silent:
    """Tells nothing."""

    def show(self, tally: Tally) -> None:
        """Nothing."""

    def end(self, tally: Tally) -> None:
        """Nothing."""


def display(style: Style, write: Callable[[str], object], width: int = 80) -> Display:
    """The display of a style."""
    if style == "terminal":
        return OnTerminal(write, width)
    if style == "silent":
        return Silent()
    return JsonLines(write) if style == "json" else PlainLines(write)


def line_of(report: VisitReport) -> str:
    """A visit that is over in one line."""
    failed = f", did not come: {named(report.failures, 3)}" if report.failures else ""
    return (
        f"{report.source_id}: {report.outcome}, {report.captures.total()} exchanges,"
        f" {report.captures['article']} article pages{failed}"
    )
