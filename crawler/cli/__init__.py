"""The ``warkat`` command: parses, calls one function, prints. No logic.

A module for each family of commands. Everything heavy is imported inside the command that needs it, so that ``--help``
answers at once.
"""

from __future__ import annotations

import logging
from pathlib import Path

import click

from archive.version import VERSION
from crawler.cli.chosen import collection_option
from crawler.cli.crawl import crawl, init
from crawler.cli.export import export, schema
from crawler.cli.gaps import gaps
from crawler.cli.keep import index, rebuild, repair, verify
from crawler.cli.probe import add_to as add_probe_to
from crawler.cli.replay import replay
from crawler.cli.reread import reread
from crawler.cli.run import run, schedule, status
from crawler.cli.serve import serve
from crawler.cli.sources import sources_group
from crawler.cli.wacz import wacz
from crawler.plain import speak_plainly


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="warkat")
@collection_option
@click.option("-v", "--verbose", count=True, help="Tell more; twice for everything.")
@click.pass_context
def main(context: click.Context, folder: Path | None, verbose: int) -> None:
    """Keep the news pages of regional governments.

    Start with: warkat init DIR, then warkat -C DIR crawl SOURCE.
    """
    context.obj = folder
    speak_plainly((logging.WARNING, logging.INFO, logging.DEBUG)[min(verbose, 2)])


add_probe_to(sources_group)
for command in (
    init,
    gaps,
    crawl,
    run,
    schedule,
    status,
    export,
    serve,
    schema,
    sources_group,
    rebuild,
    reread,
    replay,
    index,
    verify,
    repair,
    wacz,
):
    main.add_command(command)
