"""``warkat rebuild``, ``index`` and ``verify``: the archive itself."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from crawler.cli.chosen import collection_option, known_sources, opened


@click.command()
@collection_option
def rebuild(folder: Path | None) -> None:
    """Make the catalog, the index and the records again from the WARC files alone."""
    from crawler.rebuild import CollectionBusy
    from crawler.rebuild import rebuild as rebuild_all

    collection = opened(folder)
    try:
        made = rebuild_all(collection, known_sources(collection), lambda name: click.echo(f"  {name}", err=True))
    except (CollectionBusy, ValueError) as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(f"{made.files} WARC files, {made.captures} captures, {made.articles} articles, {made.versions} versions")
    if made.unknown_sources:
        click.echo(f"indexed but not read, no definition: {', '.join(made.unknown_sources)}", err=True)


@click.command()
@collection_option
def index(folder: Path | None) -> None:
    """Write indexes/index.cdxj over all WARC files."""
    from crawler.rebuild import write_cdxj

    collection = opened(folder)
    click.echo(f"{write_cdxj(collection)} lines in {collection.index}")


@click.command()
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@collection_option
@click.option("--jobs", type=click.IntRange(min=1), default=1, help="Files verified side by side.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line per file.")
def verify(files: tuple[Path, ...], folder: Path | None, jobs: int, as_json: bool) -> None:
    """Verify WARC files, anyone's, or without FILE those of the collection and its record lines."""
    from archive.feed import line_faults
    from archive.warc.verify import exit_status, verify_files

    collection = None if files else opened(folder)
    reports = []
    for report in verify_files(collection.warc_files() if collection else files, jobs):
        reports.append(report)
        if as_json:
            click.echo(json.dumps(report.to_json(), ensure_ascii=False))
            continue
        click.echo(
            f"{'ok ' if report.ok else 'BAD'} {report.path}: {report.records} WARC records, {report.size:,} bytes"
        )
        for found in report.findings:
            record = f" record {found.record.ordinal}" if found.record else ""
            click.echo(
                f"    offset {found.offset}{record}: {found.severity}: {found.text} [{found.rule}, {found.clause}]"
            )
    faults = line_faults(collection) if collection else []
    for fault in faults:
        click.echo(fault, err=True)
    sys.exit(1 if faults else exit_status(reports))
