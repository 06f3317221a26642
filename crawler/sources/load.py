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
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from crawler.sources.check import more_faults
from crawler.sources.platforms import with_platform
from crawler.sources.source import Discovery, Politeness, Select, Source, SourceInvalid, Tls

PACKAGED = Path(__file__).parent / "id"
"""Where the definitions lie that come with warkat."""

_PARTS: dict[str, type[BaseModel]] = {
    "discovery": Discovery, "select": Select, "politeness": Politeness, "tls": Tls
}  # fmt: skip
_SHOWN = 100
"""Characters of a wrong value that a fault shows."""


class Sources(Mapping[str, Source]):
    """All definitions by id, in order of id; a file is read when its source is first asked for.

    The file's name is the id, so the names are known without reading a file: naming one source of hundreds reads one
    file. A definition of the user's own goes before one of the same id that comes with warkat.

    Args:
        folder: further definitions, such as a collection's ``sources/``.
        packaged: False leaves out those that come with warkat.

    Attributes:
        replaced: ids of packaged definitions that one of the user's own stands before.

    Raises:
        SourceInvalid: the folder is missing, or two files in it define one id; later, the file asked for is wrong.
    """

    def __init__(self, folder: Path | None = None, *, packaged: bool = True) -> None:
        self._paths: dict[str, Path] = dict(_shelf(PACKAGED)[0]) if packaged else {}
        self._read: dict[str, Source] = {}
        self.replaced: tuple[str, ...] = ()
        if folder is not None:
            if not folder.is_dir():
                raise SourceInvalid([f"{folder}: no such folder"])
            own, self._twice = _shelf(folder)
            self.replaced = tuple(
                sorted(name for name in own if name in self._paths and own[name] != self._paths[name])
            )
            self._paths |= own
            self._own = tuple(sorted(own))
        self._paths = dict(sorted(self._paths.items()))

    _twice: tuple[str, ...] = ()
    _own: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Source:
        if name not in self._read:
            source, faults = _read(self._paths[name])
            if source is None:
                raise SourceInvalid(faults)
            self._read[name] = source
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def __contains__(self, name: object) -> bool:
        return name in self._paths

    def path(self, name: str) -> Path:
        """The file that defines a source."""
        return self._paths[name]

    def all(self) -> dict[str, Source]:
        """Every source.

        Raises:
            SourceInvalid: a file is wrong or unreadable, or two of the user's own define one id; lists every fault.
        """
        self._read_through(self._paths)
        return {name: self[name] for name in self._paths}

    def check_own(self) -> None:
        """Read every definition of the user's own: a person who has just written one hears of its faults at once.

        Raises:
            SourceInvalid: see ``all``.
        """
        self._read_through(self._own)

    def _read_through(self, names: Iterable[str]) -> None:
        faults = list(self._twice)
        for name in names:
            try:
                self[name]
            except SourceInvalid as invalid:
                faults += invalid.faults
        if faults:
            raise SourceInvalid(faults)


def load_sources(folder: Path | None = None, *, packaged: bool = True) -> dict[str, Source]:
    """All sources below the packaged folder and below one of the user's own, by id, in order of id.

    Raises:
        SourceInvalid: see ``Sources.all``.
    """
    return Sources(folder, packaged=packaged).all()


def check_file(path: Path) -> list[str]:
    """Every fault of one source file; an empty list for a right one."""
    return _read(path)[1]


def _shelf(folder: Path) -> tuple[dict[str, Path], tuple[str, ...]]:
    """The files of a folder by the id that their name says, and the faults of names that occur twice."""
    found: dict[str, Path] = {}
    faults: list[str] = []
    for path in sorted(folder.rglob("*.toml")):
        if any(part.startswith(".") for part in path.relative_to(folder).parts):
            continue
        first = found.setdefault(path.stem, path)
        if first != path:
            faults.append(f"{path}: id: {path.stem!r} is already defined in {first}")
    return found, tuple(faults)


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
    table = with_platform(table)
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
