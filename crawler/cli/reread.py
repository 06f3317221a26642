"""``warkat reread``: the records again, from the archive."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.chosen import chosen_sources, collection_option, everything, folder_of, known_sources, opened

if TYPE_CHECKING:
    from crawler.reread import Again
    from crawler.reread.jobs import Progress

DATE = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])


@click.command()
@click.argument("names", metavar="[SOURCE|FILE]...", nargs=-1)
@collection_option
@click.option("--since", type=DATE, help="Only what was fetched from this day on (UTC).")
@click.option("--until", type=DATE, help="Only what was fetched before this day (UTC).")
@click.option("--jobs", type=click.IntRange(min=1), default=1, help="WARC files read side by side.")
@click.option("--dry-run", is_flag=True, help="Tell what would change, and change nothing.")
@click.option("--source", "of", metavar="SOURCE", help="What the WARC or WACZ files given contain.")
@click.option(
    "-o", "--output", metavar="DIR", type=click.Path(path_type=Path, file_okay=False), default=Path("reread"),
    help="Where the records of files go; default ./reread.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def reread(
    names: tuple[str, ...], folder: Path | None, since: datetime | None, until: datetime | None, jobs: int,
    dry_run: bool, of: str | None, output: Path, as_json: bool,
) -> None:  # fmt: skip
    """Make records again from the archive, without the network.

    Without names all sources of the collection. With FILEs, anyone's WARC or WACZ, and --source their records go to
    a folder of their own.
    """
    window = _utc(since), _utc(until)
    if of is not None:
        _reread_files(names, folder, of, output, window, jobs, as_json, dry_run)
        return
    if files := [name for name in names if name.endswith((".warc", ".gz", ".zst", ".wacz"))]:
        raise click.UsageError(f"{files[0]} is a file: say whose pages it holds with --source SOURCE")
    from archive.catalog import CatalogFault, CatalogUnusable
    from crawler.rebuild import CollectionBusy
    from crawler.reread import reread as reread_all
    from crawler.reread.jobs import RereadStopped

    collection = opened(folder)
    known = known_sources(collection)
    sources = chosen_sources(known, names) if names else list(everything(collection).values())
    try:
        again = reread_all(
            collection, sources, since=window[0], until=window[1], jobs=jobs, dry_run=dry_run, tell=_progress,
            report=lambda told: _told(told, as_json=as_json),
        )  # fmt: skip
    except (CatalogFault, CatalogUnusable, CollectionBusy, RereadStopped, OSError) as fault:
        raise click.ClickException(str(fault)) from fault
    sys.exit(1 if again.damaged or again.unknown else 0)


def _utc(day: datetime | None) -> datetime | None:
    from datetime import UTC

    return day.replace(tzinfo=UTC) if day else None


def _progress(at: Progress) -> None:
    left = f", about {at.left_s:.0f} s left" if at.left_s is not None else ""
    line = f"  {at.done / 1e6:,.1f} of {at.total / 1e6:,.1f} MB read again{left}"
    if sys.stderr.isatty():
        click.echo(f"\r{line:<70}", err=True, nl=at.done >= at.total)
    elif at.done >= at.total:
        click.echo(line, err=True)


def _told(again: Again, *, as_json: bool) -> None:
    if as_json:
        told = {
            "files": again.files, "outcomes": again.counts, "replaced": again.replaced,
            "damaged": again.damaged, "unknown": again.unknown,
            "sources": [changes.as_json() for changes in again.changes],
        }  # fmt: skip
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    outcomes = ", ".join(f"{count} {name}" for name, count in sorted(again.counts.items())) or "no article pages"
    click.echo(f"{again.files} WARC files: {outcomes}")
    for changes in again.changes:
        if changes.is_none:
            click.echo(f"{changes.source_id}: no change, {changes.same} records say the same")
            continue
        click.echo(
            f"{changes.source_id}: {changes.changed} records change, {changes.appeared} come, "
            f"{changes.disappeared} go, {changes.same} say the same"
        )
        for name, count in changes.fields.most_common():
            click.echo(f"  {name}: {count}")
            for sample in changes.samples[name]:
                click.echo(f"    {sample.url}\n      old: {sample.old}\n      new: {sample.new}")
    for text in again.damaged:
        click.echo(f"read no further, the rest keeps its records: {text}", err=True)
    for text in again.unknown:
        click.echo(f"not read, the catalog does not know it; warkat rebuild tells it: {text}", err=True)
    click.echo("the records were replaced" if again.replaced else "nothing was replaced (--dry-run)", err=True)


def _reread_files(
    names: tuple[str, ...], folder: Path | None, of: str, output: Path,
    window: tuple[datetime | None, datetime | None], jobs: int, as_json: bool, dry_run: bool,
) -> None:  # fmt: skip
    from crawler.reread.foreign import reread_files

    if not names:
        raise click.UsageError("--source goes with WARC or WACZ files: name some")
    if dry_run:
        raise click.UsageError("--dry-run goes with a collection: files only get an output folder of their own")
    for name in names:
        if not Path(name).is_file():
            raise click.UsageError(f"{name}: no such file")
    collection = opened(folder) if (folder_of(folder) / "collection.toml").exists() else None
    source = chosen_sources(known_sources(collection), [of])[0]
    wrong = False
    for report in reread_files([Path(name) for name in names], source, output, window, jobs):
        wrong |= report.is_damaged
        if as_json:
            click.echo(json.dumps(report.as_json(), ensure_ascii=False))
            continue
        others = ", ".join(f"{count} {reason}" for reason, count in report.not_records.most_common())
        again = " (read before)" if report.is_old else ""
        click.echo(f"{report.name}: {report.records} records{again}" + (f"; no record: {others}" if others else ""))
        for one in report.told[:10]:
            place = f"offset {one['offset']}: " if one["offset"] is not None else ""
            click.echo(f"    {place}{one['reason']}: {one['detail']} {one['url'] or ''}".rstrip(), err=True)
    click.echo(f"records and reports: {output}", err=True)
    sys.exit(1 if wrong else 0)
