"""How hard we may knock: robots.txt, Crawl-delay, Retry-After, back-off, one stream per host.

A request passes four middlewares of this room, and nothing of it reaches the network before::

    scheduler (HostQueue: a host that is busy waits here)
      -> 100 RobotsMiddleware     robots.txt allows it?          else skipped, with a reason
      -> 550 BackoffMiddleware                                   <- try again?
      -> 980 BudgetMiddleware     requests left on this visit?
      -> 990 HostGateMiddleware   the host is free and rested?   <- what does this say of the host?
      -> downloader

Decisions are pure functions (``rules``, ``pauses``) that are handed what came and the time; the
middlewares do what they say. A request that is not made raises ``Skipped``, carries its reason in
``request.meta["warkat_skip"]`` and is counted as ``warkat/skipped/<reason>``. A host that is left
alone for the rest of a visit is named in ``gate_of(crawler).resting()`` and in the stats
``warkat/resting/<host>/reason`` and ``/until``.
"""

from crawler.politeness.backoff import BackoffMiddleware
from crawler.politeness.budget import BudgetMiddleware
from crawler.politeness.gate import HostGateMiddleware, gate_of
from crawler.politeness.hosts import HostRest
from crawler.politeness.pauses import Attempt, Limits, Standing, Verdict, judge, next_pause, retry_after_seconds
from crawler.politeness.queue import HostQueue
from crawler.politeness.robots import RobotsMiddleware
from crawler.politeness.rules import PRODUCT_TOKEN, Rules, redirect_target, robots_verdict
from crawler.politeness.skips import SKIP_META, Skipped, SkipReason

__all__ = [
    "PRODUCT_TOKEN",
    "SKIP_META",
    "Attempt",
    "BackoffMiddleware",
    "BudgetMiddleware",
    "HostGateMiddleware",
    "HostQueue",
    "HostRest",
    "Limits",
    "RobotsMiddleware",
    "Rules",
    "SkipReason",
    "Skipped",
    "Standing",
    "Verdict",
    "gate_of",
    "judge",
    "next_pause",
    "redirect_target",
    "retry_after_seconds",
    "robots_verdict",
]
