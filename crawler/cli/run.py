"""``warkat run``, ``schedule`` and ``status``: what is due, when, and how all stand."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    telling_faults,
)  # fmt: skip
from crawler.plain import end_at_signals

if TYPE_CHECKING:
    from archive.collection import Collection
    from crawler.schedule import Duty
    from crawler.sources import Source


@click.command()
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@collection_option
@click.option("--minutes", type=click.FloatRange(min=0, min_open=True), help="End after so long; the next run goes on.")
@click.option("--pages", type=click.IntRange(min=1), help="End after so many exchanges; the next run goes on.")
@click.option("--dry-run", is_flag=True, help="Tell what is due, and visit nobody.")
@click.option("-q", "--quiet", is_flag=True, help="Say something only when a person is needed, for cron.")
@settings_option
@progress_option
@click.option("--json", "as_json", is_flag=True, help="Print the report of the run as JSON.")
def run(
    names: tuple[str, ...], folder: Path | None, minutes: float | None, pages: int | None, dry_run: bool, quiet: bool,
    settings: tuple[str, ...], progress: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Crawl whatever is due, then report: call it every ten minutes.

    Never two at a time. The status is 30 only when something new needs a person.
    """
    end_at_signals(11)
    collection = opened(folder)
    sources = chosen_sources(known_sources(collection), names)
    if dry_run:
        _tell_due(collection, sources, as_json=as_json)
        return
    done = _do(
        collection, sources, quiet=quiet, seconds=minutes and minutes * 60, exchanges=pages,
        settings=settings_given(settings), display=shown("silent" if quiet else progress),
    )  # fmt: skip
    if as_json and done.run:
        click.echo(json.dumps(done.run.as_json(), ensure_ascii=False, indent=2))
    _tell_done(collection, done, quiet=quiet)
    sys.exit(int(done.status))


def _do(collection: Collection, sources: Sequence[Source], *, quiet: bool, **how: Any) -> Duty:
    """One call; ends with status 12 when another is at work, 4 or 1 when it cannot begin."""
    from datetime import UTC, datetime

    from archive.catalog import CatalogUnusable
    from archive.lease import LeaseHeld
    from crawler.schedule import run_due

    with telling_faults():
        try:
            return run_due(collection, sources, datetime.now(UTC), **how)
        except LeaseHeld as held:
            if not quiet:
                click.echo(f"another run is under way: {held.holder.told() if held.holder else held}", err=True)
            sys.exit(12)
        except CatalogUnusable as fault:
            raise click.ClickException(str(fault)) from fault
    raise AssertionError  # telling_faults ends the process


def _tell_due(collection: Collection, sources: Sequence[Source], *, as_json: bool) -> None:
    from datetime import UTC, datetime

    from crawler.schedule.duty import due_now

    with telling_faults():
        due = due_now(collection, sources, datetime.now(UTC))
    for source in due:
        click.echo(json.dumps({"source_id": source.id, "host": source.hosts[0]}) if as_json else source.id)
    click.echo(f"{len(due)} of {len(sources)} sources are due", err=True)


def _tell_done(collection: Collection, done: Duty, *, quiet: bool) -> None:
    from crawler.schedule.alarms import alarm_text

    if done.status == 3:
        click.echo("the disk is full: nobody was visited", err=True)
    if done.run is None:
        if not quiet and not done.waiting:
            click.echo("nothing is due", err=True)
        return
    if text := alarm_text(collection, done.run.reports):
        click.echo(text, err=True, nl=False)
    if quiet:
        return
    if done.waiting:
        click.echo(f"{done.waiting} sources still wait: the budget is spent", err=True)
    click.echo(f"report: {collection.runs / done.run.run_id / 'report.json'}", err=True)


@click.command()
@collection_option
@click.option("--all", "every", is_flag=True, help="Name every source that is not fine.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line per source.")
def status(folder: Path | None, every: bool, as_json: bool) -> None:
    """Tell in one screen what is fine, what needs a person, since when, and what to do."""
    from archive.catalog import CatalogUnusable
    from crawler.standing import Standing

    collection = opened(folder)
    sources = chosen_sources(known_sources(collection), ())
    try:
        standing = Standing.of(collection, sources)
    except CatalogUnusable as fault:
        raise click.ClickException(str(fault)) from fault
    if as_json:
        for one in standing.stands:
            click.echo(json.dumps(one.as_json(), ensure_ascii=False))
        return
    click.echo("\n".join(standing.screen(every=every)))


@click.command()
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@collection_option
@click.option("--print", "kind", type=click.Choice(["systemd", "cron"]), help="Print what calls warkat run, and end.")
@settings_option
@progress_option
def schedule(
    names: tuple[str, ...], folder: Path | None, kind: str | None, settings: tuple[str, ...], progress: str | None
) -> None:
    """Crawl what is due for as long as this runs, or print what lets systemd or cron do it."""
    collection = opened(folder)
    if kind:
        from crawler.schedule.units import cron_line, systemd_units

        program = Path(sys.executable).with_name("warkat")
        command = [str(program)] if program.exists() else [sys.executable, "-m", "crawler.cli"]
        print_unit = systemd_units if kind == "systemd" else cron_line
        click.echo(print_unit(command, collection.root.resolve()), nl=False)
        return
    sources = chosen_sources(known_sources(collection), names)
    _watch(collection, sources, settings_given(settings), progress)


def _watch(collection: Collection, sources: Sequence[Source], settings: dict[str, Any], progress: str | None) -> None:
    import time
    from datetime import UTC, datetime

    from crawler.schedule.watch import TURN_S, Watch, watch

    is_terminal = sys.stderr.isatty() and progress in (None, "terminal")

    def duty(now: datetime) -> Duty:  # noqa: ARG001  # the run takes the time when it has its lease
        return _do(collection, sources, quiet=False, seconds=TURN_S, settings=settings, display=shown(progress))

    last: list[str] = []

    def tell(lines: Sequence[str]) -> None:
        if is_terminal:
            click.clear()
        if is_terminal or list(lines) != last:
            click.echo("\n".join(lines), err=True)
        last[:] = lines

    def sleep(seconds: float) -> bool:
        end_at_signals(0, "between two runs")  # a run has handlers of its own and takes them away
        time.sleep(seconds)
        return True

    with telling_faults():
        sys.exit(int(watch(collection, sources, Watch(lambda: datetime.now(UTC), sleep, duty, tell))))
