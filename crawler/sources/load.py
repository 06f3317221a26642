"""Source files into checked ``Source`` values: all faults of all files at once, or all sources.

Rules of this room: it reads files and nothing else; a file is right as a whole or not loaded.
A fault reads ``path: key: what is wrong, found VALUE``, with the line where the file is no TOML.
Scrapy and lxml stay out, because ``warkat sources`` must answer at once.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from crawler.sources.check import more_faults
from crawler.sources.source import Discovery, Politeness, Select, Source, SourceInvalid, Tls

PACKAGED = Path(__file__).parent
"""Where the definitions lie that come with warkat."""

_PARTS: dict[str, type[BaseModel]] = {"discovery": Discovery, "select": Select, "politeness": Politeness, "tls": Tls}
_SHOWN = 100
"""Characters of a wrong value that a fault shows."""


def load_sources(folder: Path | None = None, *, packaged: bool = True) -> dict[str, Source]:
    """All sources below the packaged folder and below one of the user's own, by id, in order of id.

    Args:
        folder: further definitions, such as a collection's ``sources/``.
        packaged: False leaves out those that come with warkat.

    Raises:
        SourceInvalid: a file is wrong or unreadable, or two files define one id; lists every fault.
    """
    folders = [PACKAGED] if packaged else []
    if folder is not None:
        if not folder.is_dir():
            raise SourceInvalid([f"{folder}: no such folder"])
        folders.append(folder)
    sources: dict[str, Source] = {}
    paths: dict[str, Path] = {}
    faults: list[str] = []
    for path in _files(folders):
        source, wrong = _read(path)
        faults += wrong
        if source is None:
            continue
        if source.id in sources:
            faults.append(f"{path}: id: {source.id!r} is already defined in {paths[source.id]}")
        sources[source.id], paths[source.id] = source, path
    if faults:
        raise SourceInvalid(faults)
    return dict(sorted(sources.items()))


def check_file(path: Path) -> list[str]:
    """Every fault of one source file; an empty list for a right one."""
    return _read(path)[1]


def _files(folders: Iterable[Path]) -> Iterator[Path]:
    seen: set[Path] = set()
    for folder in folders:
        for path in sorted(folder.rglob("*.toml")):
            hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
            # A collection that lies inside the package, or the other way round, is read once.
            if hidden or path.resolve() in seen:
                continue
            seen.add(path.resolve())
            yield path


def _read(path: Path) -> tuple[Source | None, list[str]]:
    try:
        table = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as fault:
        return None, [f"{path}: cannot be read: {fault.strerror}"]
    except UnicodeDecodeError as fault:
        line = fault.object[: fault.start].count(b"\n") + 1
        return None, [f"{path}:{line}: not UTF-8: {fault.reason}"]
    except tomllib.TOMLDecodeError as fault:
        return None, [_syntax_fault(path, str(fault))]
    faults: list[str] = []
    source: Source | None = None
    try:
        # By way of JSON, strict types still let TOML's arrays be tuples and its dates texts.
        source = Source.model_validate_json(json.dumps(table, default=str), strict=True)
    except ValidationError as invalid:
        faults += [_form_fault(error) for error in invalid.errors(include_url=False) if not _is_echo(error)]
    faults += more_faults(table, path.stem)
    return (None if faults else source), [f"{path}: {fault}" for fault in faults]


def _syntax_fault(path: Path, message: str) -> str:
    place = re.search(r" \(at line (\d+), column (\d+)\)$", message)
    if not place:
        return f"{path}: not TOML: {message}"
    return f"{path}:{place[1]}: not TOML: {message[: place.start()]} (column {place[2]})"


def _is_echo(error: ErrorDetails) -> bool:
    """Whether pydantic calls a list too short only because its entries are wrong, which it has said before."""
    return error["type"] == "too_short" and bool(error["input"])


def _form_fault(error: ErrorDetails) -> str:
    """One fault that the form found, as ``key: what is wrong``."""
    key = re.sub(r"\.(\d+)", r"[\1]", ".".join(str(step) for step in error["loc"]))
    value = error["input"]
    if error["type"] == "missing":
        return f"{key}: is missing"
    if error["type"] == "extra_forbidden":
        return f"{key}: unknown key{_nearest_key(error['loc'])}"
    message = re.sub(r"^(Input|String) should ", "must ", error["msg"].removeprefix("Value error, "))
    near = ""
    if error["type"] == "string_type" and isinstance(value, int | float):
        message = "must be text, in quotes"
    elif error["type"] == "too_short":
        message = "must have at least one entry"
    elif error["type"] == "literal_error":
        near = _suggestion(str(value), re.findall(r"'([^']+)'", message))
    return f"{key}: {message}" + ("" if isinstance(value, dict) else f", found {_shown(value)}") + near


def _nearest_key(location: tuple[int | str, ...]) -> str:
    """Where an unknown key may have been meant to go: the nearest name, or the table that knows it."""
    key = str(location[-1])
    home = _PARTS.get(str(location[0])) if len(location) > 1 else Source
    near = _suggestion(key, home.model_fields if home else ())
    if near:
        return near
    if home is not Source and key in Source.model_fields:
        return f"; {key!r} belongs to the top of the file, above the first [table]"
    owner = next((name for name, part in _PARTS.items() if key in part.model_fields), None)
    return f"; {key!r} belongs to [{owner}]" if owner else ""


def _suggestion(word: str, known: Iterable[str]) -> str:
    spelled = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower(), list(spelled), n=1)
    return f"; did you mean {spelled[near[0]]!r}?" if near else ""


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
