"""``warkat sources probe`` and ``warkat sources add``: a definition out of a look at the live site."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.chosen import collection_option, known_sources, telling_faults
from crawler.cli.sources import collection_or_none

if TYPE_CHECKING:
    from crawler.probe import Probed
    from crawler.sources import Source

_OPTIONS = (
    collection_option,
    click.option(
        "--delay", type=click.FloatRange(min=0), help="Seconds between two questions; else 5, or the source's."
    ),
    click.option("--dry-run", is_flag=True, help="Show, write nothing."),
    click.option("--replace", is_flag=True, help="Write over a file of the collection."),
    click.option("--json", "as_json", is_flag=True, help="Print findings, file and samples as JSON."),
)


def _with_options(command: Any) -> Any:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command("probe")
@click.argument("target", metavar="URL|ID")
@_with_options
def sources_probe(
    target: str, folder: Path | None, delay: float | None, dry_run: bool, replace: bool, as_json: bool
) -> None:
    """Look at a live site and write its source file.

    With the ID of a source its publisher is kept and all else found out anew.
    """
    from crawler.probe.probing import ProbeFailed, provisional
    from crawler.sources.choose import source_at

    known = known_sources(collection_or_none(folder))
    try:
        with telling_faults():
            source = known.get(target) or provisional(target, {})
            named = target in known or "://" in target
            source = source if target in known else source_at(known.all(), source.hosts[0]) or source
    except ProbeFailed as fault:
        raise click.UsageError(f"{fault}; or no source has this id, see: warkat sources list") from fault
    _probe(source, folder, delay, named=named, dry_run=dry_run, replace=replace, as_json=as_json)


@click.command("add")
@click.argument("url", metavar="URL")
@click.option("--id", "source_id", help="Short name for ever; else made of the host.")
@click.option("--name", help="Official name of the publisher; else the host.")
@click.option("--level", default="other", help="province, regency, city, office, village or other.")
@click.option("--timezone", default="WIB", help="WIB, WITA, WIT, or a name such as Asia/Manila.")
@click.option("--region-code", help="Kemendagri code, such as 35.10.")
@click.option("--province-code", help="ISO 3166-2 code, such as ID-JI.")
@_with_options
def sources_add(
    url: str, source_id: str | None, name: str | None, level: str, timezone: str, region_code: str | None,
    province_code: str | None, folder: Path | None, delay: float | None, dry_run: bool, replace: bool, as_json: bool,
) -> None:  # fmt: skip
    """Add the site of a publisher that nobody listed: an office, a village, another country."""
    from crawler.probe.probing import ProbeFailed, provisional
    from crawler.sources.choose import source_at

    told = {
        "id": source_id,
        "name": name,
        "level": level,
        "timezone": timezone,
        "region_code": region_code,
        "province_code": province_code,
    }
    try:
        source = provisional(url, {key: value for key, value in told.items() if value is not None})
    except ProbeFailed as fault:
        raise click.UsageError(str(fault)) from fault
    known = known_sources(collection_or_none(folder))
    with telling_faults():
        listed = source_at(known.all(), source.hosts[0])
    if listed and listed.id != source.id:
        raise click.UsageError(f"this is the site of {listed.id!r}: warkat sources probe {listed.id}")
    if source.id in known and not replace:
        raise click.UsageError(
            f"there is a source {source.id!r}; look at it anew with: warkat sources probe {source.id}"
        )
    _probe(source, folder, delay, named="://" in url, dry_run=dry_run, replace=replace, as_json=as_json)


def _probe(
    source: Source,
    folder: Path | None,
    delay: float | None,
    *,
    named: bool,
    dry_run: bool,
    replace: bool,
    as_json: bool,
) -> None:
    from datetime import UTC, datetime

    from crawler.probe import ProbeFailed, probe
    from crawler.probe.file import place_file

    collection = collection_or_none(folder)
    path = collection.own_sources / f"{source.id}.toml" if collection and not dry_run else None
    if path and path.exists() and not replace:
        raise click.UsageError(f"{path} is there already; write over it with --replace, or only look with --dry-run")
    pause_s = source.politeness.delay_s if delay is None else delay
    click.echo(f"looking at {source.base_url}, {pause_s:g} s between two questions …", err=True)
    try:
        probed = probe(source, collection, datetime.now(UTC).date(), delay_s=delay, may_fall_back=not named)
    except ProbeFailed as fault:
        raise click.ClickException(str(fault)) from fault
    if path and not probed.faults:
        place_file(path, probed.text, replace=replace)
    _tell(probed, path, as_json=as_json)
    sys.exit(0 if probed.works else 30)


def _tell(probed: Probed, path: Path | None, *, as_json: bool) -> None:
    if as_json:
        click.echo(
            json.dumps(
                asdict(probed) | {"works": probed.works},
                ensure_ascii=False,
                indent=2,
                default=lambda part: part.model_dump(),
            )
        )
    else:
        _show(probed)
    if probed.faults:
        click.echo("no right file came of it; mend and save it yourself:", err=True)
        click.echo("\n".join(f"  {fault}" for fault in probed.faults), err=True)
    elif path:
        click.echo(f"written: {path}\nnext: warkat crawl {probed.source_id} --limit 10", err=True)
    else:
        click.echo("nothing written (no collection, or --dry-run)", err=True)


def _show(probed: Probed) -> None:
    from crawler.probe.file import harmless

    for one in probed.findings:
        why = f"  ({harmless(one.why)[:90]})" if one.why else ""
        click.echo(f"{one.sure:<7} {one.name:<9} {harmless(one.value)[:110] or '-'}{why}")
    for number, sample in enumerate(probed.samples, 1):
        click.echo(f"\nsample {number}: {harmless(sample.url)}")
        if sample.article is None:
            click.echo(f"  no article: {sample.why}")
            continue
        told = sample.article
        click.echo(f"  {harmless(told.title)[:110]}\n  {told.published_at or 'no date'}  [{harmless(told.extractor)}]")
        click.echo(f"  {harmless(told.body_text)[:160]} … ({len(told.body_text)} characters)")
    click.echo(f"\n{probed.requests} questions asked\n\n{probed.text}")


def add_to(group: click.Group) -> None:
    """Put both commands into their family."""
    group.add_command(sources_probe)
    group.add_command(sources_add)
