"""``warkat rebuild``, ``index``, ``verify`` and ``repair``: the archive itself."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from archive.collection import Collection

from crawler.cli.chosen import collection_option, everything, opened


@click.command()
@collection_option
def rebuild(folder: Path | None) -> None:
    """Make the catalog, the index and the records again from the WARC files alone."""
    from crawler.rebuild import CollectionBusy
    from crawler.rebuild import rebuild as rebuild_all

    collection = opened(folder)
    try:
        made = rebuild_all(collection, everything(collection), lambda name: click.echo(f"  {name}", err=True))
    except CollectionBusy as busy:
        click.echo(f"Error: {busy}", err=True)
        sys.exit(12)
    except ValueError as fault:
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
@click.option(
    "--manifest",
    "by_manifest",
    is_flag=True,
    help="Ask instead whether the files are what they were after the last run.",
)
def verify(files: tuple[Path, ...], folder: Path | None, jobs: int, as_json: bool, by_manifest: bool) -> None:
    """Verify WARC files, anyone's, or without FILE those of the collection and its record lines."""
    if by_manifest:
        if files:
            raise click.UsageError("--manifest is about the whole collection; it takes no FILE")
        sys.exit(_verify_by_manifest(opened(folder), jobs, as_json))
    from archive.feed import line_faults
    from archive.warc.verify import exit_status, verify_files

    collection = None if files else opened(folder)
    reports = []
    for report in verify_files(collection.warc_files() if collection else files, jobs, hashed=as_json):
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


def _verify_by_manifest(collection: Collection, jobs: int, as_json: bool) -> int:
    from archive.catalog import Catalog, CatalogUnusable
    from archive.fixity import check

    if collection.catalog.exists():
        try:
            with Catalog(collection.catalog) as catalog:
                checked = check(collection, catalog.file_end, jobs)
        except CatalogUnusable as fault:
            raise click.ClickException(str(fault)) from fault
    else:
        checked = check(collection, lambda _: sys.maxsize, jobs)  # what is new cannot be told from what was added
    if as_json:
        click.echo(json.dumps(checked.to_json(), ensure_ascii=False))
        return 0 if checked.ok else 1
    for one in checked.troubles:
        click.echo(f"{'BAD' if one.is_error else 'ok '} {one.name}: {one.what}: {one.text}")
    said = "all as it was" if checked.ok else "DAMAGED"
    click.echo(f"{checked.manifests} manifests, {checked.files} WARC files, {checked.bytes:,} bytes: {said}")
    return 0 if checked.ok else 1


@click.command()
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@collection_option
@click.option(
    "--out",
    metavar="FOLDER",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the new files of anyone's FILE go.",
)
@click.option("--jobs", type=click.IntRange(min=1), default=1, help="Files verified side by side.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line per damaged file.")
def repair(files: tuple[Path, ...], folder: Path | None, out: Path | None, jobs: int, as_json: bool) -> None:
    """Save every whole record of damaged WARC files into new ones.

    Without --out the files are those of the collection: the new one takes the place of the damaged one, which is kept
    beside it as *.damaged; catalog, index and records then point to the new places. With --out they are anyone's and
    are only read. The status is 1 when something was lost.
    """
    if out is not None:
        if not files:
            raise click.UsageError("--out needs FILE")
        sys.exit(_repair_to(files, out, jobs, as_json))
    sys.exit(_repair_here(files, folder, jobs, as_json))


def _repair_to(files: tuple[Path, ...], out: Path, jobs: int, as_json: bool) -> int:
    """Anyone's files, into another folder."""
    from archive.warc.repair import repair_file
    from archive.warc.repair.told import repaired_json, repaired_words
    from archive.warc.verify import verify_files

    lost = False
    for report in verify_files(files, jobs):
        if report.ok:
            if not as_json:
                click.echo(f"ok  {report.path}: nothing to repair")
            continue
        try:
            done = repair_file(report.path, out, marked=True)
        except OSError as fault:
            raise click.ClickException(str(fault)) from fault
        lost |= bool(done.lost)
        click.echo(json.dumps(repaired_json(done), ensure_ascii=False) if as_json else repaired_words(done))
    return 1 if lost else 0


def _repair_here(files: tuple[Path, ...], folder: Path | None, jobs: int, as_json: bool) -> int:
    """Files of the collection, in their places."""
    from crawler.archived import ARCHIVE_FAULTS
    from crawler.mending import MendedFile, ReaderBusy, mend, mended_words

    collection = opened(folder)
    home = (collection.root / "archive").resolve()
    for path in files:
        if path.resolve().parent.parent != home:
            raise click.UsageError(f"{path} is no file of {collection.root}; say where the new one goes: --out FOLDER")

    def tell(file: MendedFile) -> None:
        click.echo(json.dumps(file.to_json(), ensure_ascii=False) if as_json else mended_words(file))

    try:
        made = mend(collection, everything(collection), files, jobs, tell)
    except (*ARCHIVE_FAULTS, ReaderBusy) as fault:
        raise click.ClickException(str(fault)) from fault
    for name in made.busy:
        click.echo(f"left alone, a visit to it is under way: {name}", err=True)
    if not as_json:
        click.echo(f"{made.sound} files sound, {len(made.files)} repaired")
    return 0 if made.is_whole else 1
