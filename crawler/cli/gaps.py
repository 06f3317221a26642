"""``warkat gaps``: what a source listed, day by day, and what the archive has of it."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.chosen import chosen_sources, collection_option, known_sources, opened

if TYPE_CHECKING:
    from crawler.gaps import GapMap, State

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("name", metavar="SOURCE")
@collection_option
@click.option("--since", type=_DAY, help="From this day of publication on.")
@click.option("--until", type=_DAY, help="Up to this day of publication.")
@click.option("--missing", is_flag=True, help="Name the addresses that are not fetched, too.")
@click.option("--json", "as_json", is_flag=True, help="Print the map as JSON.")
def gaps(
    name: str, folder: Path | None, since: datetime | None, until: datetime | None, missing: bool, as_json: bool
) -> None:
    """Show day by day what a source listed and what the archive has of it, from the archived listings."""
    from archive.catalog import CatalogUnusable
    from crawler.gaps import gap_map

    collection = opened(folder)
    source = chosen_sources(known_sources(collection), [name])[0]
    try:
        found = gap_map(collection, source, since and since.date(), until and until.date())
    except CatalogUnusable as fault:
        raise click.ClickException(str(fault)) from fault
    if as_json:
        click.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
    else:
        _show(found, missing=missing)


def _show(found: GapMap, *, missing: bool) -> None:
    from crawler.probe.file import harmless

    days = found.days()
    click.echo("day         listed  fetched  failed  set-aside  no-article  never-seen")
    before: date | None = None
    for day in days:
        if before is not None and day.day - before > timedelta(days=1):
            click.echo(f"            … {(day.day - before).days - 1} days with nothing listed")
        before = day.day
        _row(day.day.isoformat(), day.counts)
    _row("all", Counter(one.state for one in found.listed))
    reasons = Counter(f"{one.state.replace('_', '-')}: {one.reason}" for one in found.listed if one.reason)
    for reason, count in reasons.most_common():
        click.echo(f"  {count} {reason}")
    weak = sum(one.dated_by == "listing" for one in found.listed)
    click.echo(f"{found.documents} archived documents; {found.unlisted} articles that none of them names", err=True)
    if weak:
        click.echo(f"{weak} addresses without a date stand on the day that first listed them", err=True)
    for one in found.listed if missing else ():
        if one.state != "fetched":
            click.echo(f"{one.day} {one.state.replace('_', '-'):<10} {one.reason:<24} {harmless(one.url)}")


def _row(name: str, counts: Counter[State]) -> None:
    shown = (counts[state] for state in ("fetched", "failed", "set_aside", "no_article", "never_seen"))
    first, second, third, fourth, fifth = shown
    click.echo(f"{name:<12}{counts.total():>6}{first:>9}{second:>8}{third:>11}{fourth:>12}{fifth:>12}")
