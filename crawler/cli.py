"""The ``warkat`` command: parses, calls one function, prints. No logic.

Everything heavy is imported inside the command that needs it, so that ``--help`` answers at once.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from archive.version import VERSION
from crawler.plain import end_at_signals, speak_plainly

if TYPE_CHECKING:
    from archive.collection import Collection
    from crawler.report import VisitReport
    from crawler.sources import Source

F = TypeVar("F", bound=Callable[..., Any])


def _collection_option(command: F) -> F:
    return click.option(
        "-C", "--collection", "folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False),
        help="The collection; without it $WARKAT_COLLECTION, the folder you are in, or ./collection.",
    )(command)  # fmt: skip


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="warkat")
@_collection_option
@click.option("-v", "--verbose", count=True, help="Tell more; twice for everything.")
@click.pass_context
def main(context: click.Context, folder: Path | None, verbose: int) -> None:
    """Keep the news pages of regional governments.

    Start with: warkat init DIR, then warkat -C DIR crawl SOURCE.
    """
    context.obj = folder
    speak_plainly((logging.WARNING, logging.INFO, logging.DEBUG)[min(verbose, 2)])


def _folder(chosen: Path | None) -> Path:
    given = chosen or click.get_current_context().obj or os.environ.get("WARKAT_COLLECTION")
    if given:
        return Path(given)
    return Path() if Path("collection.toml").exists() else Path("collection")


def _open(chosen: Path | None) -> Collection:
    from archive.collection import CollectionInvalid, open_collection

    try:
        return open_collection(_folder(chosen))
    except CollectionInvalid as fault:
        click.echo(str(fault), err=True)
        sys.exit(4)


def _sources(collection: Collection | None) -> dict[str, Source]:
    from crawler.sources import SourceInvalid
    from crawler.sources.load import load_sources

    own = collection.own_sources if collection else None
    try:
        return load_sources(own if own and own.is_dir() else None)
    except SourceInvalid as fault:
        click.echo("\n".join(fault.faults), err=True)
        sys.exit(4)


def _chosen(sources: dict[str, Source], names: Sequence[str]) -> list[Source]:
    """The sources named, or all enabled ones."""
    import difflib

    for name in names:
        if name not in sources:
            near = difflib.get_close_matches(name, sources, n=1)
            hint = f"did you mean {near[0]}?" if near else "see them with: warkat sources list"
            raise click.UsageError(f"no source {name!r}; {hint}")
    return [sources[name] for name in names] or [source for source in sources.values() if source.enabled]


@main.command()
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


@main.command()
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@_collection_option
@click.option("--limit", type=click.IntRange(min=1), help="Fetch at most so many articles per source.")
@click.option("-s", "--set", "settings", metavar="NAME=VALUE", multiple=True, help="A Scrapy setting for this run.")
@click.option("--json", "as_json", is_flag=True, help="Print the report of the run as JSON.")
def crawl(
    names: tuple[str, ...], folder: Path | None, limit: int | None, settings: tuple[str, ...], as_json: bool
) -> None:
    """Visit sources: archive what is new, write its records.

    Without SOURCE all enabled sources are visited.
    """
    end_at_signals(11)
    collection = _open(folder)
    sources = _chosen(_sources(collection), names)
    if wrong := [one for one in settings if "=" not in one]:
        raise click.UsageError(f"--set wants NAME=VALUE, not {wrong[0]!r}")
    if not collection.about.contact:
        click.echo(f"no contact in {collection.root / 'collection.toml'}: site owners cannot reach you", err=True)
    from crawler.process import crawl as run_visits
    from crawler.process import setting_fault

    given = dict(one.split("=", 1) for one in settings)
    if faults := [fault for name, value in given.items() if (fault := setting_fault(name, value))]:
        raise click.UsageError("; ".join(faults))
    run = run_visits(collection, sources, limit=limit, progress=_progress, settings=given)
    if as_json:
        click.echo(json.dumps(run.as_json(), ensure_ascii=False, indent=2))
    for report in run.reports:
        click.echo(_told(report), err=True)
    click.echo(f"report: {collection.runs / run.run_id / 'report.json'}", err=True)
    sys.exit(int(run.status or 0))


def _progress(reports: Sequence[VisitReport]) -> None:
    for report in reports:
        got = report.captures
        failed = f", {sum(report.failures.values())} failed" if report.failures else ""
        click.echo(f"  {report.source_id}: {got.total()} exchanges, {got['article']} article pages{failed}", err=True)


def _told(report: VisitReport) -> str:
    """A visit in a few words."""
    read = report.read
    parts = [
        f"{report.captures.total()} exchanges archived ({report.bytes_received / 1e6:.1f} MB)",
        f"{read.get('new', 0)} new articles, {read.get('changed', 0)} changed, {read.get('unchanged', 0)} unchanged",
        f"{report.known} known",
    ]
    for title, counts in (("no article", report.skipped), ("did not come", report.failures)):
        if counts:
            named = ", ".join(f"{count} {reason}" for reason, count in sorted(counts.items()))
            parts.append(f"{title}: {named}")
    parts += report.messages
    parts += [f"after a crash: {line}" for line in report.healed]
    return f"{report.source_id}: {report.outcome}\n  " + "\n  ".join(parts)


@main.command()
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@_collection_option
@click.option("--all", "every", is_flag=True, help="Also records of pages that look hacked.")
def export(names: tuple[str, ...], folder: Path | None, every: bool) -> None:
    """Print the records as JSON Lines, every version of every article."""
    from archive.feed import lines

    collection = _open(folder)
    known = {path.name for path in collection.records.glob("*") if path.is_dir()}
    if unknown := [name for name in names if name not in known]:
        _chosen(_sources(collection), unknown)  # a source without records is no mistake, an unknown one is
    out = sys.stdout.buffer
    try:
        for name in names or [None]:
            for line in lines(collection, name, clean_only=not every):
                out.write(line)
        out.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@main.command()
def schema() -> None:
    """Print the JSON Schema of a record."""
    from archive.schema import SCHEMA_FILE

    click.echo(SCHEMA_FILE.read_text(encoding="utf-8"), nl=False)


@main.group("sources")
def sources_group() -> None:
    """Look at the definitions of the governments' sites."""


@sources_group.command("list")
@_collection_option
@click.option("--json", "as_json", is_flag=True, help="Print the definitions as JSON Lines.")
def sources_list(folder: Path | None, as_json: bool) -> None:
    """List all sources."""
    found = _sources(_open(folder) if (_folder(folder) / "collection.toml").exists() else None)
    for source in found.values():
        if as_json:
            click.echo(json.dumps(source.model_dump(mode="json"), ensure_ascii=False))
        else:
            state = source.status if source.enabled else "off"
            click.echo(f"{source.id:<28} {state:<8} {source.platform:<10} {source.level:<9} {source.name}")


@sources_group.command("check")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_collection_option
def sources_check(files: tuple[Path, ...], folder: Path | None) -> None:
    """Check source files, or all that there are, and list every fault."""
    if not files:
        found = _sources(_open(folder) if (_folder(folder) / "collection.toml").exists() else None)
        click.echo(f"{len(found)} sources, no faults")
        return
    from crawler.sources.load import check_file

    faults = [fault for path in files for fault in check_file(path)]
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        sys.exit(4)
    click.echo(f"{len(files)} files, no faults")


@main.command()
@_collection_option
def rebuild(folder: Path | None) -> None:
    """Make the catalog, the index and the records again from the WARC files alone."""
    from crawler.rebuild import CollectionBusy
    from crawler.rebuild import rebuild as rebuild_all

    collection = _open(folder)
    try:
        made = rebuild_all(collection, _sources(collection), lambda name: click.echo(f"  {name}", err=True))
    except (CollectionBusy, ValueError) as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(f"{made.files} WARC files, {made.captures} captures, {made.articles} articles, {made.versions} versions")
    if made.unknown_sources:
        click.echo(f"indexed but not read, no definition: {', '.join(made.unknown_sources)}", err=True)


@main.command()
@_collection_option
def index(folder: Path | None) -> None:
    """Write indexes/index.cdxj over all WARC files."""
    from crawler.rebuild import write_cdxj

    collection = _open(folder)
    click.echo(f"{write_cdxj(collection)} lines in {collection.index}")


@main.command()
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_collection_option
@click.option("--jobs", type=click.IntRange(min=1), default=1, help="Files verified side by side.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line per file.")
def verify(files: tuple[Path, ...], folder: Path | None, jobs: int, as_json: bool) -> None:
    """Verify WARC files, anyone's, or without FILE those of the collection and its record lines."""
    from archive.feed import line_faults
    from archive.warc.verify import exit_status, verify_files

    collection = None if files else _open(folder)
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


if __name__ == "__main__":
    main()
