"""``warkat wacz``: a month of a source in one file."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click

from crawler.cli.chosen import collection_option, known_sources, opened, telling_faults


@click.command()
@click.argument("name", metavar="SOURCE")
@collection_option
@click.option("--month", required=True, metavar="YYYY-MM", help="The month in UTC, as WARC files have it.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="The new file; else in wacz/.")
@click.option(
    "--sign", "key_file", metavar="KEY.pem", type=click.Path(path_type=Path, dir_okay=False),
    help="Sign with this P-384 key, which is made when it is missing.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print what went in as one JSON line.")
def wacz(name: str, folder: Path | None, month: str, out: Path | None, key_file: Path | None, as_json: bool) -> None:
    """Pack a month of a source as a WACZ file, which replayweb.page and others open."""
    from archive.catalog import Catalog
    from archive.wacz import MonthEmpty, load_key, write_wacz
    from archive.wacz.signature import KeyInvalid
    from crawler.archived import ARCHIVE_FAULTS
    from crawler.version import software

    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
        raise click.UsageError(f"--month is like 2026-11, found {month!r}")
    collection = opened(folder)
    with telling_faults():
        sources = known_sources(collection)
        known = sources.get(name)
    if known is None and not collection.archive(name).is_dir():
        raise click.UsageError(f"no source {name!r}; see them with: warkat sources list")
    title = f"{known.name if known else name}, {month}"
    target = out or collection.root / "wacz" / f"{name}-{month.replace('-', '')}.wacz"
    try:
        key = load_key(key_file) if key_file else None
        with Catalog(collection.catalog) as catalog:
            made = write_wacz(collection, catalog, name, month, target, title=title, software=software(), key=key)
    except (*ARCHIVE_FAULTS, MonthEmpty, KeyInvalid) as fault:
        raise click.ClickException(str(fault)) from fault
    if as_json:
        told = {slot: getattr(made, slot) for slot in made.__slots__}
        click.echo(json.dumps(told | {"path": str(made.path), "signed": key is not None}, ensure_ascii=False))
        return
    came = f" and {made.referred} of other months that they refer to" if made.referred else ""
    click.echo(
        f"{made.path}: {made.bytes:,} bytes, {made.warc_files} WARC files, {made.captures} captures{came},"
        f" {made.pages} pages{', signed' if key else ''}"
    )
