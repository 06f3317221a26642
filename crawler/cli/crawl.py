"""``warkat init`` and ``warkat crawl``: a collection, and what is new in it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.chosen import (
    chosen_sources,
    collection_option,
    known_sources,
    opened,
    progress_option,
    settings_given,
    settings_option,
    shown,
)  # fmt: skip
from crawler.plain import end_at_signals

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.report import VisitReport


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--title", help="What the collection is called; else the name of the folder.")
@click.option("--operator", default="", help="Who runs it; goes into the archive.")
@click.option("--contact", default="", help="Page or mailbox for the owners of sites; goes into the user agent.")
def init(folder: Path, title: str | None, operator: str, contact: str) -> None:
    """Make a new collection in DIR."""
    from archive.collection import FILE, CollectionInvalid, make_collection

    try:
        made = make_collection(folder, title or folder.resolve().name, operator, contact)
    except FileExistsError:
        raise click.ClickException(f"{folder / FILE}: there is a collection already") from None
    except (CollectionInvalid, OSError) as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(f"made {made.root}/\nnext: say who you are in {folder / FILE}, then: warkat -C {folder} crawl SOURCE")


@click.command()
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@collection_option
@click.option("--limit", type=click.IntRange(min=1), help="Fetch at most so many articles per source.")
@click.option("--since", metavar="DAY", help="Back-fill: only what claims to have changed from this day on.")
@click.option("--until", metavar="DAY", help="Back-fill: only what claims to have changed before this day.")
@settings_option
@progress_option
@click.option("--json", "as_json", is_flag=True, help="Print the report of the run as JSON.")
def crawl(
    names: tuple[str, ...], folder: Path | None, limit: int | None, since: str | None, until: str | None,
    settings: tuple[str, ...], progress: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Visit sources: archive what is new, write its records.

    Without SOURCE all enabled sources are visited.
    """
    end_at_signals(11)
    collection = opened(folder)
    sources = chosen_sources(known_sources(collection), names)
    given = settings_given(settings)
    window = {name: _moment(day) for name, day in (("since", since), ("until", until)) if day}
    if not collection.about.contact:
        click.echo(f"no contact in {collection.root / 'collection.toml'}: site owners cannot reach you", err=True)
    from crawler.run import Run

    run = Run.enter(collection)
    from crawler.process import crawl as run_visits  # half a second, in which the reader loads beside it

    run_visits(run, sources, limit=limit, progress=shown(progress), settings=given, arguments=window)
    if as_json:
        click.echo(json.dumps(run.as_json(), ensure_ascii=False, indent=2))
    for report in run.reports:
        click.echo(_told(report), err=True)
    click.echo(f"report: {collection.runs / run.run_id / 'report.json'}", err=True)
    sys.exit(int(run.status or 0))


def _moment(day: str) -> datetime:
    from crawler.discovery.dates import instant

    try:
        return instant(day)
    except ValueError as fault:
        raise click.UsageError(str(fault)) from None


def _told(report: VisitReport) -> str:
    """A visit in a few words."""
    read = report.read
    parts = [
        f"{report.captures.total()} exchanges archived ({report.bytes_received / 1e6:.1f} MB)",
        f"{read.get('new', 0)} new articles, {read.get('changed', 0)} changed, {read.get('unchanged', 0)} unchanged",
        f"{report.known} known" + (f", {report.looked_again} looked at again" if report.looked_again else ""),
    ]
    told = (("no article", report.skipped), ("did not come", report.failures), ("without end", report.traps))
    for title, counts in told:
        if counts:
            named = ", ".join(f"{count} {reason}" for reason, count in sorted(counts.items()))
            parts.append(f"{title}: {named}")
    parts += report.messages
    parts += [f"after a crash: {line}" for line in report.healed]
    return f"{report.source_id}: {report.outcome}\n  " + "\n  ".join(parts)
