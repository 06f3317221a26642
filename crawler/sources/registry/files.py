"""One source file for each row of the table of governments.

The table is tab-separated with a head line: ``code, level, name, province, domain, source, iso_3166_2, tz,
bps_code_2020, alt_domains``. Codes are texts from end to end: 35.10 read as a number is 35.1, another regency.

A file that does not begin with ``MARK`` was made by hand and is never written over; a government that such a file
defines (by its code, at its level) gets no other.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

MARK = "# Made by crawler.sources.registry; nobody has tried it.\n"
CREDIT = (
    "# Names, codes: Kepmendagri 300.2.2-2138/2025 (indrayoga/data-wilayah-indonesia, CC BY 4.0); BPS codes of 2020\n"
    "# (edwardsamuel/Wilayah-Administratif-Indonesia, ODbL). "
)
_LEVELS = {"provinsi": "province", "kabupaten": "regency", "kota": "city"}
_COLUMNS = ("code", "level", "name", "province", "domain", "source", "iso_3166_2", "tz", "bps_code_2020", "alt_domains")
_CODE = re.compile(r"\d{2}(\.\d{2})?")
_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_GUESS = "rule guess"
"""What the column ``source`` says of a domain that nobody has seen."""

Row = dict[str, str]


class RegistryInvalid(ValueError):
    """The table is not what it should be; names the line."""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of the rows."""

    made: tuple[Path, ...]
    kept: tuple[str, ...]
    """Codes of governments whose files were made by hand."""


@dataclass(frozen=True, slots=True)
class Definition:
    """One file to be."""

    id: str
    folder: str
    """Name of the province, as a folder."""
    code: str
    level: str
    text: str


def definitions(table: Path) -> Iterator[Definition]:
    """A definition for each row of the table, in its order.

    Raises:
        RegistryInvalid: a column is missing, or a value is none of its kind.
        OSError: the table cannot be read.
    """
    rows = list(_rows(table))
    shared = {row["code"] for row in rows if _is_shared(row, rows)}
    for row in rows:
        hosts, guessed = _hosts(row, is_shared=row["code"] in shared)
        known = _evidence().get(row["code"], {})
        text = "".join(_lines(row, hosts, known, guessed=guessed))
        yield Definition(_id(hosts, known), _slug(row["province"]), row["code"], _LEVELS[row["level"]], text)


def write_definitions(table: Path, folder: Path) -> Written:
    """Write the files below ``folder/<province>/<id>.toml``; those of an earlier table that are not made any more go.

    Raises:
        RegistryInvalid: see ``definitions``; or two governments would have one id. Nothing is written then.
    """
    by_hand = {_place(path) for path in folder.rglob("*.toml") if not _is_ours(path)}
    wanted = [one for one in definitions(table) if (one.code, one.level) not in by_hand]
    ids = [one.id for one in wanted]
    if twice := sorted({name for name in ids if ids.count(name) > 1}):
        raise RegistryInvalid(f"{table}: one id for two governments: {', '.join(twice)}")
    made = {folder / one.folder / f"{one.id}.toml": one.text for one in wanted}
    for path in folder.rglob("*.toml"):
        if path not in made and _is_ours(path):
            path.unlink()
    for path, text in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    codes = {one.code for one in wanted}
    return Written(tuple(made), tuple(row["code"] for row in _rows(table) if row["code"] not in codes))


def _rows(table: Path) -> Iterator[Row]:
    with table.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        if missing := set(_COLUMNS) - set(reader.fieldnames or ()):
            raise RegistryInvalid(f"{table}: no column {', '.join(sorted(missing))}")
        for number, row in enumerate(reader, 2):
            told = {name: (row[name] or "").strip() for name in _COLUMNS}
            if (
                not _CODE.fullmatch(told["code"])
                or told["level"] not in _LEVELS
                or not _DOMAIN.fullmatch(told["domain"])
            ):
                raise RegistryInvalid(f"{table}:{number}: no government: {told['code']!r} {told['domain']!r}")
            yield told


def _is_shared(row: Row, rows: list[Row]) -> bool:
    """Whether the domain is another government's: of those that the lists give it to, the one it is named after."""
    sharing = [other for other in rows if other["domain"] == row["domain"]]
    return len(sharing) > 1 and row["name"] != min((other["name"] for other in sharing), key=len)


def _hosts(row: Row, *, is_shared: bool) -> tuple[list[str], bool]:
    """Host names, the news host first, and whether the first is only a guess."""
    others = [name for name in re.split(r"[\s;,]+", row["alt_domains"]) if name.endswith(".go.id")]
    if is_shared and others:
        return others, False
    if is_shared:  # two of three regencies are named by this rule
        return [_slug(row["name"]).removeprefix("kabupaten-").replace("-", "") + "kab.go.id"], True
    known = _evidence().get(row["code"], {})
    if "host" in known:
        return [known["host"]], False
    return [row["domain"], *others], row["source"].startswith(_GUESS)


def _id(hosts: list[str], known: dict[str, str]) -> str:
    """The government's own label, whatever host its news moved to: ``depok`` for berita.depok.go.id."""
    labels = hosts[0].removesuffix(".go.id").split(".")
    return labels[-1] if "host" in known else "-".join(labels)


def _lines(row: Row, hosts: list[str], known: dict[str, str], *, guessed: bool) -> Iterator[str]:
    yield MARK
    if guessed:
        yield CREDIT + "Domain: a guess by rule, seen nowhere; so it is not crawled.\n"
    elif "seen" in known:
        yield CREDIT + f"News: {known['seen']}.\n"
    else:
        yield CREDIT + "Domain: public lists.\n"
    yield f'id = "{_id(hosts, known)}"\n'
    yield f'name = "{_official(row)}"\n'
    yield f'level = "{_LEVELS[row["level"]]}"\n'
    yield f'region_code = "{row["code"]}"\n'
    if row["bps_code_2020"]:
        yield f'region_code_bps = "{row["bps_code_2020"]}"\n'
    yield f'province_code = "{row["iso_3166_2"]}"\n'
    yield f'timezone = "{row["tz"]}"\n'
    yield f"hosts = [{', '.join(f'{host!r}'.replace(chr(39), chr(34)) for host in hosts)}]\n"
    if "platform" in known:
        yield f'platform = "{known["platform"]}"\n'
    yield 'status = "untried"\n'
    if guessed:
        yield "enabled = false\n"


def _official(row: Row) -> str:
    if row["level"] != "provinsi":
        return f"Pemerintah {row['name']}"
    return f"Pemerintah {'' if row['name'].startswith('Daerah Istimewa') else 'Provinsi '}{row['name']}"


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


@cache
def _evidence() -> dict[str, dict[str, str]]:
    told: dict[str, Any] = tomllib.loads((Path(__file__).parent / "evidence.toml").read_text(encoding="utf-8"))
    return dict(told["news"])


def _is_ours(path: Path) -> bool:
    with path.open(encoding="utf-8") as file:
        return file.readline() == MARK


def _place(path: Path) -> tuple[str, str]:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return str(table.get("region_code")), str(table.get("level"))
