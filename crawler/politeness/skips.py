"""The names of the reasons why a request was not made, and the exception that carries one."""

from __future__ import annotations

from typing import Literal

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.statscollectors import StatsCollector

SkipReason = Literal[
    "robots-disallowed",  # robots.txt refuses this address
    "robots-unreachable",  # robots.txt could not be had: nothing may be fetched on this visit
    "host-resting",  # the server asked for a longer pause than one visit can wait
    "host-forbids",  # the server refused several requests in a row
    "host-silent",  # nobody answered several requests in a row
    "max-requests",  # the visit has made as many requests as the source allows
    "visit-ending",  # the visit is being closed and this request had not been sent
]
"""Why a request was not made. The names appear in reports and are stable."""

SKIP_META = "warkat_skip"
"""Key of ``request.meta`` that holds the reason when a request is skipped."""


class Skipped(IgnoreRequest):
    """A request that we decided not to make.

    Attributes:
        reason: the name of the reason, also in ``request.meta["warkat_skip"]``.
    """

    def __init__(self, reason: SkipReason) -> None:
        super().__init__(reason)
        self.reason = reason


def skipped(request: Request, reason: SkipReason, stats: StatsCollector) -> Skipped:
    """Mark and count a request as skipped; the caller raises what is returned.

    Requests for robots.txt itself are marked but not counted: nobody asked for them.
    """
    request.meta[SKIP_META] = reason
    if request.meta.get("warkat_role") != "robots":
        stats.inc_value(f"warkat/skipped/{reason}")
    return Skipped(reason)
