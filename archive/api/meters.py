"""Figures for Prometheus: what the collection holds, and how the interface answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from archive.api.library import Library, NotReady

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5)


class Meters:
    """The figures of one library.

    Args:
        library: whose.
    """

    def __init__(self, library: Library) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Holdings(library))
        self._requests = Counter("warkat_http_requests", "Answers given", ["path", "status"], registry=self._registry)
        self._seconds = Histogram(
            "warkat_http_seconds", "Time to an answer", ["path"], buckets=_BUCKETS, registry=self._registry
        )

    @contextmanager
    def timed(self, path: str) -> Iterator[list[str]]:
        """Time an answer; the block appends its status."""
        told: list[str] = []
        with self._seconds.labels(path).time():
            yield told
        self._requests.labels(path, told[0] if told else "500").inc()

    def text(self) -> bytes:
        """All figures in Prometheus' text format."""
        return generate_latest(self._registry)


class _Holdings:
    """What the collection holds, looked up when somebody asks."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def collect(self) -> Iterable[Metric]:
        records = GaugeMetricFamily("warkat_records", "Versions of articles", labels=["source"])
        articles = GaugeMetricFamily("warkat_articles", "Articles", labels=["source"])
        latest = GaugeMetricFamily(
            "warkat_last_fetch_timestamp_seconds", "When the newest record was fetched", labels=["source"]
        )
        try:
            sources = self._library.index.sources()
        except NotReady:
            sources = []
        for one in sources:
            records.add_metric([one["source_id"]], one["records"])
            articles.add_metric([one["source_id"]], one["articles"])
            if at := _seconds(one["last_fetched_at"]):
                latest.add_metric([one["source_id"]], at)
        return [records, articles, latest]


def _seconds(instant: str | None) -> float | None:
    try:
        return datetime.fromisoformat(instant or "").timestamp()
    except ValueError:
        return None
