"""``warkat export`` and ``warkat schema``: the records, and what is in one."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from crawler.cli.chosen import chosen_sources, collection_option, known_sources, opened


@click.command()
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@collection_option
@click.option("--all", "every", is_flag=True, help="Also records of pages that look hacked.")
def export(names: tuple[str, ...], folder: Path | None, every: bool) -> None:
    """Print the records as JSON Lines, every version of every article."""
    from archive.feed import lines

    collection = opened(folder)
    known = {path.name for path in collection.records.glob("*") if path.is_dir()}
    if unknown := [name for name in names if name not in known]:
        chosen_sources(known_sources(collection), unknown)  # a source without records is no mistake, an unknown one is
    out = sys.stdout.buffer
    try:
        for name in names or [None]:
            for line in lines(collection, name, clean_only=not every):
                out.write(line)
        out.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.command()
def schema() -> None:
    """Print the JSON Schema of a record."""
    from archive.schema import SCHEMA_FILE

    click.echo(SCHEMA_FILE.read_text(encoding="utf-8"), nl=False)
