"""``warkat export`` and ``warkat schema``: the records, and what is in one."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.chosen import chosen_sources, collection_option, known_sources, opened

if TYPE_CHECKING:
    from archive.collection import Collection
    from archive.feed import Choice
    from archive.feed.sending import Order, Sent

FORMATS = ("jsonl", "csv", "parquet", "sqlite", "feeds", "jsonld", "bulk", "text", "huggingface")
LEVELS = ("province", "regency", "city", "office", "village", "other")
INTEGRITIES = ("clean", "suspect", "injected")
DAY = click.DateTime(["%Y-%m-%d"])


_CHOOSING = (
    click.option(
        "--since", metavar="CURSOR|DAY", help="Only what came after this cursor, or was fetched from this day on."
    ),
    click.option("--until", type=DAY, metavar="DAY", help="Only what was fetched before this day (UTC)."),
    click.option(
        "--latest",
        "latest",
        flag_value=True,
        default=None,
        type=bool,
        help="One line per article: its newest version.",
    ),
    click.option(
        "--versions", "latest", flag_value=False, type=bool, help="All versions; the default for lines and tables."
    ),
    click.option(
        "--province", "provinces", multiple=True, help="ISO 3166-2 (ID-JI), Kemendagri code, or a part of the name."
    ),
    click.option("--level", "levels", multiple=True, type=click.Choice(LEVELS), help="Of these governments."),
    click.option("--section", "sections", multiple=True, help="As printed on the page."),
    click.option("--language", "languages", multiple=True, help="BCP 47, such as id or jv."),
    click.option("--published-from", type=DAY, metavar="DAY", help="First day, as the site dates it."),
    click.option("--published-until", type=DAY, metavar="DAY", help="The day behind the last."),
    click.option(
        "--integrity", "integrities", multiple=True, type=click.Choice(INTEGRITIES), help="Default: clean only."
    ),
    click.option("--all", "every", is_flag=True, help="Also records of pages that look hacked."),
    click.option(
        "--attribution",
        type=click.Choice(["any", "none", "only"]),
        default="any",
        help="none: without texts copied from a named source.",
    ),
    click.option("--redact", is_flag=True, help="Mask identity numbers (NIK) and telephone numbers."),
)
"""Options that say which records."""


_GOING = (
    click.option("--format", "shape", type=click.Choice(FORMATS), default="jsonl", help="Default: jsonl."),
    click.option(
        "-o",
        "--output",
        default="-",
        metavar="TARGET",
        help="Path, s3://… (fsspec), https://… (webhook), kafka://host:port/topic; - is standard output.",
    ),
    click.option(
        "--compress", type=click.Choice(["none", "gzip", "zstd"]), help="Without it as the name ends: .gz, .zst."
    ),
    click.option("--fields", metavar="A,B,…", help="Only these fields (jsonl, csv, bulk)."),
    click.option("--follow", is_flag=True, help="Go on with what is added, until interrupted."),
    click.option(
        "--events/--no-events",
        default=True,
        help="With a cursor: lines about articles that are missing, gone or back, too. Default: yes.",
    ),
    click.option(
        "--cursor-file",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Goes on from the cursor in it, and keeps the next one there.",
    ),
    click.option("--per-feed", type=click.IntRange(1, 1000), default=50, help="Entries of each web feed; default 50."),
    click.option("--base-url", default="", help="Where the web feeds will be published."),
    click.option("--index", "index_name", default="warkat-articles", help="Search index that bulk lines name."),
    click.option(
        "--patience",
        type=click.IntRange(min=0),
        default=7200,
        metavar="SECONDS",
        help="How long a receiver is tried; default 7200.",
    ),
)
"""Options that say in which shape and where."""


def _with(*options: Callable[..., Any]) -> Callable[..., Any]:
    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return add


@click.command()
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@collection_option
@_with(*_CHOOSING, *_GOING)
def export(names: tuple[str, ...], folder: Path | None, **given: Any) -> None:
    """Give the records to other tools: as JSON Lines on standard output, or in another shape to another place.

    The cursor that stands at the end goes to standard error; --since takes it up. A webhook is signed with the secret
    in WARKAT_WEBHOOK_SECRET.
    """
    from archive.catalog import CatalogFault, CatalogUnusable
    from archive.feed.cursor import CursorInvalid
    from archive.feed.destinations import DeliveryFailed
    from archive.feed.destinations.path import TargetBusy
    from archive.feed.formats import ExtraMissing, FormatInvalid
    from archive.feed.sending import fulfil
    from archive.line import LineDamaged

    collection = opened(folder)
    try:
        order = _order(collection, names, given)
        done = fulfil(collection, order)
    except (CursorInvalid, FormatInvalid) as fault:
        raise click.UsageError(str(fault)) from fault
    except (
        ExtraMissing, DeliveryFailed, TargetBusy, FileExistsError, LineDamaged, CatalogFault, CatalogUnusable,
    ) as fault:  # fmt: skip
        raise click.ClickException(str(fault)) from fault
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return
    except KeyboardInterrupt:
        sys.exit(11)
    except OSError as fault:
        click.echo(f"Error: {fault}", err=True)
        sys.exit(3 if fault.errno in (27, 28, 122) else 1)  # EFBIG, ENOSPC, EDQUOT
    _tell(done, order)
    sys.exit(1 if done.damaged else 0)


def _tell(done: Sent, order: Order) -> None:
    for name in done.moved:
        click.echo(f"{name}: its records were made anew since that cursor; the place was looked for", err=True)
    if done.damaged:
        click.echo(f"{done.damaged} damaged lines were left out; warkat verify names them", err=True)
    if order.target.kind != "stdout":
        click.echo(f"{done.records} records: {order.target.name}", err=True)
    if order.cursor_file is None:
        click.echo(f"cursor: {done.cursor}", err=True)


def _order(collection: Collection, names: tuple[str, ...], given: dict[str, Any]) -> Order:
    import time

    from archive.feed.destinations import target_of
    from archive.feed.destinations.webhook import Waiting
    from archive.feed.formats import SHAPES, Setting, chosen_fields
    from archive.feed.sending import Order, read_cursor
    from crawler.sweep import GONE_AFTER

    choice, since = _choice(collection, names, given)
    about = collection.about
    setting = Setting(
        title=about.title, operator=about.operator, contact=about.contact, fields=chosen_fields(given["fields"]),
        per_feed=given["per_feed"], base_url=given["base_url"], index=given["index_name"],
    )  # fmt: skip
    return Order(
        choice=choice, gone_after=GONE_AFTER if _is_delta(given, since) else None,
        since=read_cursor(since, given["cursor_file"]), redact=given["redact"],
        shape=SHAPES[given["shape"]], target=target_of(given["output"]), setting=setting, compression=given["compress"],
        follows=given["follow"], cursor_file=given["cursor_file"], secret=os.environ.get("WARKAT_WEBHOOK_SECRET", ""),
        waiting=Waiting(now=time.time, sleep=time.sleep, patience_s=given["patience"]), out=sys.stdout.buffer,
        tell=lambda words: click.echo(words, err=True),
    )  # fmt: skip


def _is_delta(given: dict[str, Any], cursor: str | None) -> bool:
    """Whether lines about absent articles go with the records: where somebody keeps a copy up to date."""
    goes_on = cursor or given["cursor_file"] or given["follow"] or given["output"].startswith(("http", "kafka:"))
    return bool(goes_on and given["events"] and given["shape"] == "jsonl" and given["fields"] is None)


def _choice(collection: Collection, names: tuple[str, ...], given: dict[str, Any]) -> tuple[Choice, str | None]:
    """What is wanted, and the cursor that was given instead of a day."""
    import re

    from archive.feed import Choice

    sources, provinces = _sources(collection, names, given["levels"], given["provinces"])
    day = given["since"] if re.fullmatch(r"\d{4}-\d\d-\d\d", given["since"] or "") else None
    until = given["until"]
    integrities = given["integrities"] or (("clean", "suspect") if given["every"] else ("clean",))
    latest = given["latest"] if given["latest"] is not None else given["shape"] in ("feeds", "huggingface", "text")
    choice = Choice(
        sources=sources, provinces=provinces, sections=frozenset(given["sections"]),
        languages=frozenset(given["languages"]), integrities=frozenset(integrities), attribution=given["attribution"],
        published_from=_day(given["published_from"]), published_until=_day(given["published_until"]),
        fetched_from=day, fetched_until=_day(until), latest=latest,
    )  # fmt: skip
    return choice, None if day else given["since"]


def _day(given: Any) -> str | None:
    return f"{given:%Y-%m-%d}" if given else None


def _sources(
    collection: Collection, names: tuple[str, ...], levels: tuple[str, ...], provinces: tuple[str, ...]
) -> tuple[frozenset[str] | None, frozenset[str]]:
    """Ids of the sources that are meant, None for all; and codes of provinces."""
    known = {path.name for path in collection.root.glob("records/*")}
    if unknown := [name for name in names if name not in known]:
        chosen_sources(known_sources(collection), unknown)  # a source without records is no mistake, an unknown one is
    sources = frozenset(names) if names else None
    codes = frozenset(name for name in provinces if len(name) == 5 and name.startswith("ID-"))
    if levels or len(codes) < len(provinces):
        from crawler.cli.chosen import everything
        from crawler.sources.choose import province_codes

        every = everything(collection)
        for name in set(provinces) - codes:
            codes |= {code for code in province_codes(every.values(), name) if code}
        if levels:
            fitting = {one.id for one in every.values() if one.level in levels}
            sources = frozenset(fitting if sources is None else fitting & sources)
    return sources, codes


@click.command()
def schema() -> None:
    """Print the JSON Schema of a record."""
    from archive.schema import SCHEMA_FILE

    click.echo(SCHEMA_FILE.read_text(encoding="utf-8"), nl=False)
