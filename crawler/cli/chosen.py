"""What nearly every command asks: which collection, which sources."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from archive.collection import Collection
    from crawler.sources import Source

F = TypeVar("F", bound=Callable[..., Any])


def collection_option(command: F) -> F:
    """``-C DIR`` after the command too."""
    return click.option(
        "-C", "--collection", "folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False),
        help="The collection; without it $WARKAT_COLLECTION, the folder you are in, or ./collection.",
    )(command)  # fmt: skip


def folder_of(chosen: Path | None) -> Path:
    """Where the collection is: as given, as the environment says, here, or in ``./collection``."""
    given = chosen or click.get_current_context().obj or os.environ.get("WARKAT_COLLECTION")
    if given:
        return Path(given)
    return Path() if Path("collection.toml").exists() else Path("collection")


def opened(chosen: Path | None) -> Collection:
    """The collection; ends with status 4 and every fault of its file where it has some."""
    from archive.collection import CollectionInvalid, open_collection

    try:
        return open_collection(folder_of(chosen))
    except CollectionInvalid as fault:
        click.echo(str(fault), err=True)
        sys.exit(4)


def known_sources(collection: Collection | None) -> dict[str, Source]:
    """All definitions by id; ends with status 4 and every fault of every file where there are some."""
    from crawler.sources import SourceInvalid
    from crawler.sources.load import load_sources

    own = collection.own_sources if collection else None
    try:
        return load_sources(own if own and own.is_dir() else None)
    except SourceInvalid as fault:
        click.echo("\n".join(fault.faults), err=True)
        sys.exit(4)


def chosen_sources(sources: dict[str, Source], names: Sequence[str]) -> list[Source]:
    """The sources named, or all enabled ones."""
    import difflib

    for name in names:
        if name not in sources:
            near = difflib.get_close_matches(name, sources, n=1)
            hint = f"did you mean {near[0]}?" if near else "see them with: warkat sources list"
            raise click.UsageError(f"no source {name!r}; {hint}")
    return [sources[name] for name in names] or [source for source in sources.values() if source.enabled]
