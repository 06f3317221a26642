"""``warkat serve``: the records over HTTP, for programs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.chosen import collection_option, known_sources, opened

if TYPE_CHECKING:
    from archive.api.library import SourceInfo
    from archive.collection import Collection


@click.command()
@collection_option
@click.option("--port", type=click.IntRange(0, 65535), default=8760, help="Default 8760; 0 takes a free one.")
@click.option(
    "--listen", "address", default="127.0.0.1", help="Address to listen on; beyond loopback a token is needed."
)
@click.option("--name", "names", metavar="HOST", multiple=True, help="A further host name that leads here.")
@click.option(
    "--token-file", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="File with the token that everybody must bring; or $WARKAT_TOKEN.",
)  # fmt: skip
@click.option("--redact", is_flag=True, help="Mask identity numbers (NIK) and telephone numbers.")
def serve(
    folder: Path | None, port: int, address: str, names: tuple[str, ...], token_file: Path | None, redact: bool
) -> None:
    """Answer questions about the records over HTTP, read-only: /api/openapi.json says which.

    /metrics is for Prometheus, /charts for people.
    """
    collection = opened(folder)
    try:
        from archive.api.app import api_app
        from archive.api.library import Library
        from archive.replay.guard import door_for, is_loopback
        from archive.replay.serve import listen
        from archive.replay.serve import serve as run
    except ModuleNotFoundError as fault:
        raise click.ClickException(f"{fault.name} is missing; bring it with: pip install 'warkat[serve]'") from fault
    import time
    from datetime import UTC, datetime

    token = token_file.read_text(encoding="utf-8").strip() if token_file else os.environ.get("WARKAT_TOKEN", "")
    if not is_loopback(address) and not token:
        raise click.UsageError(f"{address} is open to others: give a token with --token-file or WARKAT_TOKEN")
    from archive.catalog import CatalogFault
    from crawler.sweep import GONE_AFTER

    try:
        place = listen(address, port)
        library = Library(collection, _infos(collection), time.monotonic, redact=redact, gone_after=GONE_AFTER)
        library.prepare(lambda count: click.echo(f"  {count:,} records taken into the index", err=True))
    except (OSError, CatalogFault) as fault:
        raise click.ClickException(f"{address}:{port}: {fault}") from fault
    shown = f"http://{f'[{address}]' if ':' in address else address}:{place.port}"
    app = api_app(library, door_for(address, place.port, names, token or None), lambda: f"{datetime.now(UTC):%Y-%m-%d}")
    run([(app, place)], lambda: click.echo(f"open {shown}/charts\n  {shown}/api/openapi.json says what may be asked"))


def interface_routes(collection: Collection) -> list[Any]:
    """The interface for programs, to be put beside other pages; its index is made while they are shown."""
    import time
    from datetime import UTC, datetime

    from archive.api.library import Library
    from archive.api.routes import api_routes
    from crawler.sweep import GONE_AFTER

    library = Library(collection, _infos(collection), time.monotonic, gone_after=GONE_AFTER)
    library.prepare_beside()
    return api_routes(library, lambda: f"{datetime.now(UTC):%Y-%m-%d}")


def _infos(collection: Collection) -> dict[str, SourceInfo]:
    """What the definitions say of the sources that have records."""
    from archive.api.library import SourceInfo
    from crawler.sources import SourceInvalid

    known, infos = known_sources(collection), {}
    for path in collection.records.glob("*"):
        if path.name in known:
            try:
                source = known[path.name]
            except SourceInvalid:
                continue  # a wrong definition is no reason not to show what there is
            infos[path.name] = SourceInfo(source.name, source.level)
    return infos
