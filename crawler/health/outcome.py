"""How a visit ended, by name, and the exit status of the run. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from crawler.report import VisitReport
from crawler.sources import Source


class ExitStatus(IntEnum):
    """What ``warkat`` tells the shell; stable, see the README."""

    FINE = 0
    ERROR = 1
    USAGE = 2
    DISK_FULL = 3
    BAD_DEFINITION = 4
    INTERRUPTED = 11
    BUSY = 12
    TIME_LIMIT = 15
    RATE_LIMITED = 18
    CONTRACT_BROKEN = 30


_STATUS_OF = {
    "fine": ExitStatus.FINE,
    "disk-full": ExitStatus.DISK_FULL,
    "interrupted": ExitStatus.INTERRUPTED,
    "time-limit": ExitStatus.TIME_LIMIT,
    "budget-spent": ExitStatus.TIME_LIMIT,
    "rate-limited": ExitStatus.RATE_LIMITED,
    "busy": ExitStatus.BUSY,
    "crashed": ExitStatus.ERROR,
    "archive-damaged": ExitStatus.ERROR,
    "archive-unwritable": ExitStatus.ERROR,
    "catalog-unusable": ExitStatus.ERROR,
    "reader-failed": ExitStatus.ERROR,
}
_ORDER = (
    ExitStatus.DISK_FULL,
    ExitStatus.ERROR,
    ExitStatus.INTERRUPTED,
    ExitStatus.TIME_LIMIT,
    ExitStatus.RATE_LIMITED,
    ExitStatus.BUSY,
    ExitStatus.CONTRACT_BROKEN,
    ExitStatus.FINE,
)
"""Which status a run has whose visits ended in different ways: the first of these that occurs."""


FEW = 5
"""Pages in a row without an article that can be chance; more of them mean that the markup has changed."""


def judge_visit(report: VisitReport, source: Source, finish_reason: str, stopped: str = "") -> str:
    """The outcome of a visit by name.

    Args:
        report: what was counted.
        source: what it promises.
        finish_reason: Scrapy's word for why the spider ended.
        stopped: why the archive took no more, or the empty text.
    """
    if stopped:
        return stopped
    if finish_reason == "shutdown":
        return "interrupted"
    if finish_reason == "closespider_timeout":
        return "time-limit"
    if finish_reason == "closespider_budget":
        return "budget-spent"
    if finish_reason != "finished":
        return "crashed"
    if any(rest["reason"] == "host-resting" for rest in report.resting):
        return "rate-limited"
    if report.articles_found < source.minimum_articles:
        return _why_nothing(report)
    return "fine"


def judge_readings(report: VisitReport) -> str:
    """The outcome once the pages are read: a visit whose pages all gave nothing was not fine."""
    gave = sum(report.read.get(kind, 0) for kind in ("new", "changed", "unchanged", "set-aside"))
    if report.outcome == "fine" and not gave and report.read.get("skip", 0) >= FEW:
        return "no-article-read"
    return report.outcome


def _why_nothing(report: VisitReport) -> str:
    """The commonest thing that went wrong with the discovery documents, or that they were empty."""
    problems = sum((way.problems for way in report.discovery.values()), start=type(report.failures)())
    return problems.most_common(1)[0][0] if problems else "no-articles-found"


def exit_status(outcomes: Iterable[str]) -> ExitStatus:
    """The exit status of a run from the outcomes of its visits."""
    statuses = {_STATUS_OF.get(outcome, ExitStatus.CONTRACT_BROKEN) for outcome in outcomes}
    return next((status for status in _ORDER if status in statuses), ExitStatus.FINE)
