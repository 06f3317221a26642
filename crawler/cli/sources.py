"""``warkat sources``: the definitions of the governments' sites."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.chosen import collection_option, folder_of, known_sources, opened, telling_faults

if TYPE_CHECKING:
    from archive.collection import Collection


@click.group("sources")
def sources_group() -> None:
    """Look at the definitions of the governments' sites."""


def collection_or_none(folder: Path | None) -> Collection | None:
    """The collection, where there is one: definitions can be looked at without."""
    return opened(folder) if (folder_of(folder) / "collection.toml").exists() else None


@sources_group.command("list")
@collection_option
@click.option("--province", help="Of one province: ID-JB, 32, or a part of its name.")
@click.option("--level", help="Of one level: province, regency, city, office, village, other.")
@click.option("--status", help="In one state: untried, working, broken, off.")
@click.option("--platform", help="Of one platform: wordpress, lokomedia, …")
@click.option("--json", "as_json", is_flag=True, help="Print the definitions as JSON Lines.")
def sources_list(
    folder: Path | None,
    province: str | None,
    level: str | None,
    status: str | None,
    platform: str | None,
    as_json: bool,
) -> None:
    """List the sources, all or those that fit what is given."""
    from crawler.sources.choose import counted, select_sources, state_of

    with telling_faults():
        everything = known_sources(collection_or_none(folder)).all()
    found = select_sources(everything, province=province, level=level, status=status, platform=platform)
    for one in found:
        if as_json:
            click.echo(json.dumps(one.model_dump(mode="json"), ensure_ascii=False))
        else:
            code = one.region_code or ""
            click.echo(f"{one.id:<24} {code:<6} {state_of(one):<8} {one.platform:<12} {one.hosts[0]:<36} {one.name}")
    click.echo(counted(found), err=True)


@sources_group.command("check")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@collection_option
def sources_check(files: tuple[Path, ...], folder: Path | None) -> None:
    """Check source files, or all that there are, and list every fault."""
    if not files:
        with telling_faults():
            sources = known_sources(collection_or_none(folder))
            click.echo(f"{len(sources.all())} sources, no faults")
        if sources.replaced:
            click.echo(f"of your own instead of those that come with warkat: {', '.join(sources.replaced)}")
        return
    from crawler.sources.load import check_file

    faults = [fault for path in files for fault in check_file(path)]
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        sys.exit(4)
    click.echo(f"{len(files)} files, no faults")
