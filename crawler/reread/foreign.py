"""Records from anyone's WARC and WACZ files, read as pages of one source.

One output file for each WARC file, ``<name>.jsonl``, and beside it ``<name>.report.json`` with what gave
no record and why. Versions are counted within one file: who joins several sorts them by ``fetched_at``.
"""

from __future__ import annotations

import json
import multiprocessing
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from archive.capture import Capture
from archive.record import Record, RecordInvalid, Skip, fingerprint, to_line
from archive.warc import Exchange, with_payload
from archive.warc.foreign import Unread, foreign_exchanges
from archive.warc.packed import Packed, is_package, packed_warcs
from archive.warc.writer import sync_folder
from crawler.pages import READER_VERSION
from crawler.reread.pages import Found, page_of, read_pages
from crawler.sources import Source
from crawler.sources.digest import source_digest
from crawler.sources.identity import is_article

ORIGINALS = 64
"""Payloads kept in memory for revisits that follow them."""
TOLD = 1_000
"""Pages without a record that a report names; the others are counted."""


@dataclass(slots=True)
class FileReport:
    """What became of one WARC file."""

    name: str
    path: str
    key: str
    """Reader, definition and file that the output was made of."""
    records: int = 0
    unchanged: int = 0
    """Pages that say what an earlier page of the same article said."""
    not_records: Counter[str] = field(default_factory=Counter)
    """Pages, and places of the file, that gave no record, by reason."""
    told: list[dict[str, Any]] = field(default_factory=list)
    """The first of them with address, place and words."""
    is_old: bool = False
    """Whether the output was there already."""

    @property
    def is_damaged(self) -> bool:
        """Whether something in the file could not be read."""
        return any(self.not_records[reason] for reason in ("damaged", "wrong-digest", "refused"))

    def note(self, reason: str, words: str, url: str | None = None, offset: int | None = None) -> None:
        """Something gave no record."""
        self.not_records[reason] += 1
        if len(self.told) < TOLD:
            self.told.append({"reason": reason, "offset": offset, "url": url, "detail": words})

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "name": self.name, "path": self.path, "key": self.key, "reader": READER_VERSION, "records": self.records,
            "unchanged": self.unchanged, "not_records": dict(self.not_records.most_common()), "told": self.told,
        }  # fmt: skip


def reread_file(path: Path, source: Source, out: Path, window: tuple[datetime | None, datetime | None]) -> FileReport:
    """Read one WARC or WACZ file; its output is there when this returns, and was not there half-made before.

    Args:
        path: the file.
        source: whose pages are wanted; the others are counted as ``other-pages``.
        out: folder for the output; made when it is missing.
        window: captures before the first instant, and from the second on, are left out.

    Raises:
        OSError: the file or the folder.
    """
    told = path.stat()
    key = json.dumps([READER_VERSION, source_digest(source), told.st_size, told.st_mtime_ns, *map(str, window)])
    name = path.name
    target, report_file = out / f"{name}.jsonl", out / f"{name}.report.json"
    if (old := _old_report(report_file, key)) and target.exists():
        return old
    out.mkdir(parents=True, exist_ok=True)
    report = FileReport(name, str(path), key)
    part = target.with_suffix(".jsonl.part")
    with part.open("wb") as file:
        for record in _new_versions(_found(path, source, window, report), report):
            file.write(to_line(record).encode() + b"\n")
            report.records += 1
        file.flush()
        os.fsync(file.fileno())
    report_file.unlink(missing_ok=True)
    part.replace(target)
    aside = report_file.with_suffix(".part")
    aside.write_text(json.dumps(report.as_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    aside.replace(report_file)
    sync_folder(out)
    return report


def _old_report(path: Path, key: str) -> FileReport | None:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if told.get("key") != key:
        return None
    return FileReport(
        told["name"], told["path"], key, told["records"], told["unchanged"], Counter(told["not_records"]),
        told["told"], is_old=True,
    )  # fmt: skip


def _found(
    path: Path, source: Source, window: tuple[datetime | None, datetime | None], report: FileReport
) -> Iterator[Found]:
    if not is_package(path):
        yield from _found_in(path, path.name, source, window, report)
        return
    for one in packed_warcs(path):
        if isinstance(one, Packed):
            yield from _found_in(one.path, one.name, source, window, report)
        elif one.name == "datapackage.json":
            report.note("unchecked", f"{one.name}: {one.reason}")
        else:
            report.note("refused", f"{one.name}: {one.reason}")


def _found_in(
    path: Path, name: str, source: Source, window: tuple[datetime | None, datetime | None], report: FileReport
) -> Iterator[Found]:
    since, until = window

    def wanted(url: str) -> bool:
        if is_article(url, source):
            return True
        report.not_records["other-pages"] += 1
        return False

    def pages() -> Iterator[Any]:
        kept = _Originals()
        for item in foreign_exchanges(path, wanted):
            if isinstance(item, Unread):
                report.note(item.reason, item.text, item.url, item.offset)
                continue
            capture = kept.whole(item)
            at = item.capture.fetched_at
            if (since and at < since) or (until and at >= until):
                report.not_records["outside-the-dates"] += 1
                continue
            named = replace(item, locator=replace(item.locator, filename=name.removesuffix(".open")))
            status = capture.status if capture else 200
            skip = Skip(f"status-{status}") if status != 200 else None
            yield page_of(named, source, capture, skip)

    yield from read_pages(pages(), source)


class _Originals:
    """Payloads that revisits of the same file refer to: the newest of them."""

    def __init__(self) -> None:
        self._by_id: dict[str, Exchange] = {}
        self._by_place: dict[tuple[str | None, str], Exchange] = {}

    def whole(self, exchange: Exchange) -> Capture | None:
        """The capture with its payload; None for a revisit whose original was not seen."""
        if exchange.record_type == "revisit":
            original = self._by_id.get(exchange.refers_to or "") or self._by_place.get(
                (exchange.payload_digest, exchange.capture.url)
            )
            return with_payload(exchange, original) if original else None
        for kept, key in ((self._by_id, exchange.record_id), (self._by_place, _place(exchange))):
            kept[key] = exchange  # type: ignore[index]
            if len(kept) > ORIGINALS:
                del kept[next(iter(kept))]  # type: ignore[arg-type]
        return exchange.capture


def _place(exchange: Exchange) -> tuple[str | None, str]:
    return exchange.payload_digest, exchange.capture.url


def _new_versions(found: Iterator[Found], report: FileReport) -> Iterator[Record]:
    """Records with versions counted, without those that say nothing new."""
    newest: dict[str, tuple[int, str]] = {}
    for one in found:
        if isinstance(one.told, Skip):
            report.note(one.told.reason, one.told.detail, one.url, one.offset)
        elif isinstance(one.told, RecordInvalid):
            report.note("record-invalid", str(one.told), one.url, one.offset)
        elif one.told.integrity == "injected":
            report.note("integrity-injected", ", ".join(one.told.integrity_reasons), one.url, one.offset)
        else:
            version, print_ = newest.get(one.told.id, (0, ""))
            now = fingerprint(one.told)
            if now == print_:
                report.unchanged += 1
                continue
            newest[one.told.id] = version + 1, now
            yield one.told.model_copy(update={"version": version + 1})


def reread_files(
    paths: Sequence[Path], source: Source, out: Path, window: tuple[datetime | None, datetime | None], jobs: int
) -> Iterator[FileReport]:
    """Read several files side by side; reports in the order of the files.

    Raises:
        OSError: a file or the folder.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max(1, min(jobs, len(paths))), mp_context=context) as pool:
        futures = [pool.submit(reread_file, path, source, out, window) for path in paths]
        for path, future in zip(paths, futures, strict=True):
            try:
                yield future.result()
            except BrokenProcessPool:
                report = FileReport(path.name, str(path), "")
                report.note("refused", "the process that read this file died; run it again")
                yield report
            except OSError as fault:
                report = FileReport(path.name, str(path), "")
                report.note("refused", str(fault))
                yield report
