"""``warkat sources``: the definitions of the governments' sites."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from crawler.cli.chosen import collection_option, folder_of, known_sources, opened


@click.group("sources")
def sources_group() -> None:
    """Look at the definitions of the governments' sites."""


@sources_group.command("list")
@collection_option
@click.option("--json", "as_json", is_flag=True, help="Print the definitions as JSON Lines.")
def sources_list(folder: Path | None, as_json: bool) -> None:
    """List all sources."""
    found = known_sources(opened(folder) if (folder_of(folder) / "collection.toml").exists() else None)
    for source in found.values():
        if as_json:
            click.echo(json.dumps(source.model_dump(mode="json"), ensure_ascii=False))
        else:
            state = source.status if source.enabled else "off"
            click.echo(f"{source.id:<28} {state:<8} {source.platform:<10} {source.level:<9} {source.name}")


@sources_group.command("check")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@collection_option
def sources_check(files: tuple[Path, ...], folder: Path | None) -> None:
    """Check source files, or all that there are, and list every fault."""
    if not files:
        found = known_sources(opened(folder) if (folder_of(folder) / "collection.toml").exists() else None)
        click.echo(f"{len(found)} sources, no faults")
        return
    from crawler.sources.load import check_file

    faults = [fault for path in files for fault in check_file(path)]
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        sys.exit(4)
    click.echo(f"{len(files)} files, no faults")
