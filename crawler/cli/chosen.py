"""What nearly every command asks: which collection, which sources."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from archive.collection import Collection
    from crawler.progress import Display
    from crawler.sources import Source
    from crawler.sources.load import Sources

F = TypeVar("F", bound=Callable[..., Any])


def collection_option(command: F) -> F:
    """``-C DIR`` after the command too."""
    return click.option(
        "-C", "--collection", "folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False),
        help="The collection; without it $WARKAT_COLLECTION, the folder you are in, or ./collection.",
    )(command)  # fmt: skip


def settings_option(command: F) -> F:
    """``--set NAME=VALUE``."""
    return click.option(
        "-s", "--set", "settings", metavar="NAME=VALUE", multiple=True, help="A Scrapy setting for this run."
    )(command)


def settings_given(settings: Sequence[str]) -> dict[str, Any]:
    """The settings of ``--set``; ends with status 2 where one is wrong."""
    if wrong := [one for one in settings if "=" not in one]:
        raise click.UsageError(f"--set wants NAME=VALUE, not {wrong[0]!r}")
    from crawler.run import setting_fault

    given = dict(one.split("=", 1) for one in settings)
    if faults := [fault for name, value in given.items() if (fault := setting_fault(name, value))]:
        raise click.UsageError("; ".join(faults))
    return given


def progress_option(command: F) -> F:
    """``--progress STYLE``."""
    return click.option(
        "--progress", type=click.Choice(["terminal", "plain", "json", "silent"]),
        help="How progress is told on standard error; default terminal where it is one, else plain.",
    )(command)  # fmt: skip


def shown(style: str | None) -> Display:
    """The display of a style on standard error."""
    import shutil

    from crawler.progress import display

    def write(text: str) -> None:
        click.echo(text, err=True, nl=False)

    chosen: Any = style or ("terminal" if sys.stderr.isatty() else "plain")
    return display(chosen, write, shutil.get_terminal_size().columns)


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


def known_sources(collection: Collection | None) -> Sources:
    """All definitions by id, each read when it is asked for."""
    from crawler.sources.load import Sources

    own = collection.own_sources if collection else None
    return Sources(own if own and own.is_dir() else None)


@contextlib.contextmanager
def telling_faults() -> Iterator[None]:
    """Ends with status 4 and every fault where a definition is wrong."""
    from crawler.sources import SourceInvalid

    try:
        yield
    except SourceInvalid as fault:
        click.echo("\n".join(fault.faults), err=True)
        sys.exit(4)


def everything(collection: Collection | None) -> dict[str, Source]:
    """All definitions by id; ends with status 4 and every fault of every file where there are some."""
    with telling_faults():
        return known_sources(collection).all()
    raise AssertionError  # telling_faults ends the process


def chosen_sources(sources: Sources, names: Sequence[str]) -> list[Source]:
    """The sources named, or all enabled ones; ends with status 4 and every fault of their files."""
    import difflib

    for name in names:
        if name not in sources:
            near = difflib.get_close_matches(name, sources, n=1)
            hint = f"did you mean {near[0]}?" if near else "see them with: warkat sources list"
            raise click.UsageError(f"no source {name!r}; {hint}")
    with telling_faults():
        sources.check_own()
        return [sources[name] for name in names] or [one for one in sources.all().values() if one.enabled]
    raise AssertionError  # telling_faults ends the process
