"""One probe from address to source file."""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings

from archive.collection import FILE, Collection, make_collection, open_collection
from archive.record import Article, Skip
from crawler.probe.drafting import Finding, draft, made
from crawler.probe.file import source_file
from crawler.probe.look import Seen
from crawler.probe.spider import ProbeSpider
from crawler.sources import Source, check_file
from crawler.sources.platforms import with_platform
from crawler.worker import Worker

FALL_BACK = re.compile(r"DownloadConnectionRefusedError|DownloadFailedError|DownloadTimeoutError")
"""Faults of https after which http is tried, where nobody asked for either. A certificate that is wrong is none: it is
for a person to say that it may be let through."""


class ProbeFailed(RuntimeError):
    """The site could not be looked at."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One article page, read with the definition that was written."""

    url: str
    article: Article | None
    why: str = ""
    """Why it gave no article."""


@dataclass(frozen=True, slots=True)
class Probed:
    """What a probe gives."""

    source_id: str
    text: str
    """The source file."""
    faults: tuple[str, ...]
    """What a check finds wrong with it; a probe that found no articles leaves a file to be finished by hand."""
    findings: tuple[Finding, ...]
    samples: tuple[Sample, ...]
    requests: int

    @property
    def works(self) -> bool:
        """Whether the file is right and an article was read with it."""
        return not self.faults and any(sample.article for sample in self.samples)


def provisional(address: str, told: dict[str, Any]) -> Source:
    """The definition that a probe of an address asks with.

    Args:
        address: with or without scheme; path and query are passed over.
        told: what is known of the publisher: keys of a source file.

    Raises:
        ProbeFailed: it is no address of the web.
    """
    parts = urlsplit(address if "://" in address else f"https://{address}")
    host = parts.netloc.lower().rpartition("@")[2]
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"[\w.-]+(:\d+)?|\[[0-9a-f:.]+\](:\d+)?", host):
        raise ProbeFailed(f"no address of a site: {address!r}")
    name = re.sub(r"[^a-z0-9]+", "-", host.removeprefix("www.").removesuffix(".go.id")).strip("-")[:63]
    table = {"id": name, "name": host, "level": "other", "timezone": "WIB", "hosts": [host], "scheme": parts.scheme}
    try:
        return Source.model_validate(with_platform(table | told))
    except ValueError as fault:
        raise ProbeFailed(str(fault)) from fault


def probe(
    source: Source,
    collection: Collection | None,
    today: date,
    *,
    delay_s: float | None = None,
    may_fall_back: bool = True,
) -> Probed:
    """Look at the site of a source and write its file anew.

    Args:
        source: its publisher, host and politeness are taken as they are; all else is found out.
        collection: whose contact is given and whose exceptions from the guard of addresses hold; it is left as it is.
        today: the day that the file says it was checked on.
        delay_s: seconds between two questions; the source's where it is None.
        may_fall_back: whether http is asked where https does not answer.

    Raises:
        ProbeFailed: the site did not answer, or sent us elsewhere.
    """
    seen = _looked(source, collection, delay_s, may_fall_back=may_fall_back)
    table, findings = draft(seen)
    table |= _kept(source)
    samples = _read(seen, table)
    findings.append(_dates(samples))
    status = "working" if any(one.article for one in samples) else "untried"
    remarks = [f"Written by a probe on {today.isoformat()}.", *map(_words, findings)]
    text = source_file(table | {"status": status, "checked_on": today.isoformat()}, remarks)
    return Probed(source.id, text, _faults(source.id, text), tuple(findings), samples, len(seen.asked))


def _looked(source: Source, collection: Collection | None, delay_s: float | None, *, may_fall_back: bool) -> Seen:
    """What there is to see, over https or else http."""
    if delay_s is not None:
        politeness = source.politeness.model_copy(update={"delay_s": delay_s})
        source = source.model_copy(update={"politeness": politeness})
    seen = _seen(source, collection)
    if may_fall_back and source.scheme == "https" and _is_deaf(seen):
        first, seen = seen, _seen(source.model_copy(update={"scheme": "http"}), collection)
        seen.asked.insert(0, first.home)
    if not seen.home.came:
        raise ProbeFailed(_why_not(seen))
    return seen


def _seen(source: Source, collection: Collection | None) -> Seen:
    with tempfile.TemporaryDirectory(prefix="warkat-probe-") as folder:
        root = Path(folder) / "collection"
        made_one = make_collection(root, title="probe")
        if collection is not None:
            told = (collection.root / FILE).read_text(encoding="utf-8")
            (root / FILE).write_text(told, encoding="utf-8")
            made_one = open_collection(root)
        return asyncio.run(_visited(source, made_one))


async def _visited(source: Source, collection: Collection) -> Seen:
    settings = Settings()
    settings.setmodule("crawler.settings")
    settings.setdict({"WARKAT_COLLECTION": str(collection.root)}, priority="cmdline")
    runner = AsyncCrawlerRunner(settings)
    crawler = runner.create_crawler(type("Probe", (ProbeSpider,), {"source": source}))
    await runner.crawl(crawler)
    spider = crawler.spider
    if not isinstance(spider, ProbeSpider) or spider.seen is None:
        raise ProbeFailed("the probe ended before it had seen the site")
    return spider.seen


def _is_deaf(seen: Seen) -> bool:
    """Whether nothing answers at all; the first thing asked for is robots.txt."""
    return seen.home.fault == "robots-unreachable" and FALL_BACK.match(seen.home.detail) is not None


def _kept(source: Source) -> dict[str, Any]:
    """What a person wrote into the definition and no look at the site can tell."""
    told = source.model_dump(mode="json", exclude_defaults=True)
    return {name: told[name] for name in ("cookies", "select", "politeness", "tls", "minimum_articles") if name in told}


def _why_not(seen: Seen) -> str:
    home = seen.home
    if home.fault == "redirect-off-host":
        return f"{home.url} has moved to {home.detail.partition(': ')[2]}: probe that address"
    if home.fault.startswith("tls-"):
        return f"{home.url}: {home.fault}: {home.detail}"
    status = f"status {home.capture.status}" if home.capture is not None else f"{home.fault}: {home.detail}"
    return f"{home.url} gave no page: {status}"


def _read(seen: Seen, table: dict[str, Any]) -> tuple[Sample, ...]:
    """The sample pages, read as a crawl would, each in the limits of the reader's child."""
    if "article" not in table and "platform" not in table:
        return ()
    source = made(table)
    samples = []
    with Worker({source.id: source}) as worker:
        for capture in seen.samples:
            found = worker.read(capture, source.id)
            is_skip = isinstance(found, Skip)
            samples.append(Sample(capture.url, None if is_skip else found, found.reason if is_skip else ""))  # type: ignore[arg-type,union-attr]
    return tuple(samples)


def _dates(samples: Sequence[Sample]) -> Finding:
    read = [sample.article for sample in samples if sample.article]
    dated = [one for one in read if one.published_raw]
    if not dated:
        return Finding("dates", "", "no", f"none on {len(read)} articles")
    shown = f"{dated[0].published_raw} = {dated[0].published_at}"
    return Finding("dates", shown, "sure" if len(dated) == len(read) else "likely", f"{len(dated)} of {len(read)}")


def _words(finding: Finding) -> str:
    return f"{finding.name}: {finding.value or '-'} ({', '.join(filter(None, (finding.sure, finding.why)))})"


def _faults(source_id: str, text: str) -> tuple[str, ...]:
    with tempfile.TemporaryDirectory(prefix="warkat-probe-") as folder:
        path = Path(folder) / f"{source_id}.toml"
        path.write_text(text, encoding="utf-8")
        return tuple(fault.removeprefix(f"{path}: ") for fault in check_file(path))
