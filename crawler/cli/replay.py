"""``warkat replay``: the archive in a browser, and as raw bytes for programs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from crawler.cli.chosen import collection_option, opened
from crawler.cli.serve import interface_routes


@click.command()
@click.argument("root", metavar="[COLLECTION]", required=False, type=click.Path(path_type=Path, file_okay=False))
@collection_option
@click.option("--port", type=click.IntRange(0, 65535), default=8750, help="Port of the pages for people; default 8750.")
@click.option("--archive-port", type=click.IntRange(0, 65535), help="Port of the archived pages; default the next one.")
@click.option(
    "--listen", "address", default="127.0.0.1", help="Address to listen on; beyond loopback a token is needed."
)
@click.option("--name", "names", metavar="HOST", multiple=True, help="A further host name that leads here.")
@click.option(
    "--token-file", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="File with the token that everybody must bring; or $WARKAT_TOKEN.",
)  # fmt: skip
@click.option(
    "--install", "install", is_flag=True, help="Fetch the viewer for archived pages from the npm registry, and end."
)
@click.option(
    "--install-from", metavar="FILE", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The same from a file that was fetched elsewhere.",
)  # fmt: skip
def replay(
    root: Path | None, folder: Path | None, port: int, archive_port: int | None, address: str, names: tuple[str, ...],
    token_file: Path | None, install: bool, install_from: Path | None,
) -> None:  # fmt: skip
    """Show a collection in the browser: sources, search, articles, versions, archived pages.

    Programs find Memento and the CDX API on the port of the archived pages, and the records below /api of the other.
    """
    if install or install_from:
        _install(install_from)
        return
    collection = opened(root or folder)
    token = token_file.read_text(encoding="utf-8").strip() if token_file else os.environ.get("WARKAT_TOKEN", "")
    try:
        from archive.replay.start import PortTaken, TokenMissing, start
    except ImportError as fault:
        raise click.ClickException(f"{fault.name} is missing; install it with: pip install 'warkat[serve]'") from fault
    from archive.catalog import CatalogUnusable
    from crawler.sources import SourceInvalid
    from crawler.sources.load import load_sources

    try:
        own = collection.own_sources
        sources = load_sources(own if own.is_dir() else None)
    except SourceInvalid:
        sources = {}  # a wrong definition is no reason not to show what is archived
    try:
        start(
            collection, {source.id: source.name for source in sources.values()}, address=address, port=port,
            archive_port=archive_port, names=names, token=token or None, ready=_ready,
            more=interface_routes(collection),
        )  # fmt: skip
    except TokenMissing as fault:
        raise click.UsageError(str(fault)) from fault
    except (CatalogUnusable, PortTaken) as fault:
        raise click.ClickException(str(fault)) from fault


def _ready(page: str, archive: str, viewer: str | None) -> None:
    click.echo(f"open {page}")
    click.echo(f"  Memento and CDX: {archive}/web/<timestamp>id_/<address>, {archive}/cdx?url=<address>", err=True)
    if viewer is None:
        click.echo(
            "  archived pages are shown without scripts and pictures; for more: warkat replay --install", err=True
        )
    click.echo("  Ctrl-C ends it", err=True)
    sys.stdout.flush()


def _install(file: Path | None) -> None:
    from archive.replay.viewer import InstallFailed, install

    try:
        made = install(file)
    except InstallFailed as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(f"installed {made}")
