"""WARC files inside a WACZ package, taken out one at a time and only where they are what the package says.

Rules of this room: a name of the package never becomes a path; a digest that does not fit means that
the file is not handed on.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import NamedTemporaryFile

_STEP = 1 << 20
_DESCRIPTION_LIMIT = 64 * _STEP
"""Bytes of a ``datapackage.json``; one for ten thousand files has three megabytes."""
_SUFFIXES = (".warc", ".warc.gz", ".warc.zst")


@dataclass(frozen=True, slots=True)
class Packed:
    """A WARC file taken out of a package."""

    name: str
    """Base name."""
    path: Path
    """A temporary file, gone when the next one is asked for."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A file of a package that is not handed on, or the package itself."""

    name: str
    reason: str


def is_package(path: Path) -> bool:
    """Whether a file is a ZIP file, as WACZ packages are."""
    return zipfile.is_zipfile(path)


def packed_warcs(path: Path) -> Iterator[Packed | Refused]:
    """WARC files of a WACZ, in the order of its directory."""
    try:
        with zipfile.ZipFile(path) as package:
            digests = _digests(package)
            if isinstance(digests, Refused):
                yield digests
                digests = {}
            names = [info for info in package.infolist() if info.filename.endswith(_SUFFIXES)]
            if not names:
                yield Refused(path.name, "no WARC file in this package")
            for info in names:
                yield from _taken_out(package, info, digests.get(info.filename))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as fault:
        yield Refused(path.name, f"the package cannot be read: {fault}")


def _digests(package: zipfile.ZipFile) -> dict[str, str] | Refused:
    """SHA-256 by name of the resources that ``datapackage.json`` lists."""
    try:
        info = package.getinfo("datapackage.json")
        if info.file_size > _DESCRIPTION_LIMIT:
            return Refused(info.filename, f"a description of {info.file_size} bytes")
        told = json.loads(package.read(info))
        return {
            one["path"]: one["hash"].removeprefix("sha256:")
            for one in told["resources"] if str(one.get("hash", "")).startswith("sha256:")
        }  # fmt: skip
    except KeyError:
        return Refused("datapackage.json", "missing: the files cannot be checked against it")
    except (ValueError, TypeError, AttributeError) as fault:
        return Refused("datapackage.json", f"not readable: {fault}")


def _taken_out(package: zipfile.ZipFile, info: zipfile.ZipInfo, digest: str | None) -> Iterator[Packed | Refused]:
    place = PurePosixPath(info.filename)
    if place.is_absolute() or ".." in place.parts or "\\" in info.filename:
        yield Refused(info.filename, "its name leads out of the package")
        return
    with NamedTemporaryFile(suffix="-" + place.name) as out:
        hashed = hashlib.sha256()
        try:
            with package.open(info) as file:
                while data := file.read(_STEP):
                    hashed.update(data)
                    out.write(data)
        except (zipfile.BadZipFile, EOFError, RuntimeError) as fault:
            yield Refused(info.filename, f"cannot be taken out: {fault}")
            return
        out.flush()
        if digest is not None and digest != hashed.hexdigest():
            yield Refused(info.filename, f"its digest is {hashed.hexdigest()}, the package says {digest}")
            return
        yield Packed(place.name, Path(out.name))
