"""The ZIP file and its data package: every resource is hashed as it is written."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, BinaryIO

WACZ_VERSION = "1.1.1"
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""ZIP knows no earlier time; a true one would make each file another."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A file of the package."""

    path: str
    sha256: str
    bytes: int

    def to_json(self) -> dict[str, Any]:
        """As ``datapackage.json`` lists it."""
        name = self.path.rpartition("/")[2].lower()
        return {"name": name, "path": self.path, "hash": f"sha256:{self.sha256}", "bytes": self.bytes}


class Package:
    """A WACZ that is being written.

    Args:
        out: seekable, empty.
    """

    def __init__(self, out: BinaryIO) -> None:
        self._zip = zipfile.ZipFile(out, "w", zipfile.ZIP_STORED, allowZip64=True)
        self.resources: list[Resource] = []

    def add(self, path: str, pieces: Iterable[bytes], *, size: int = 0, fold: bool = False) -> Resource:
        """Write a file; WARC files and indexes are stored, or nobody could read into them by range (clause archive).

        Args:
            path: in the package.
            pieces: its bytes.
            size: how many those are; needed from 2 GiB on.
            fold: compress it.
        """
        resource = self._write(path, pieces, size, fold)
        self.resources.append(resource)
        return resource

    def abandon(self) -> None:
        """Leave the file as it is: no directory is written."""
        self._zip.fp = None

    def close(self, about: dict[str, Any]) -> str:
        """Write ``datapackage.json``; gives its digest, ``sha256:…``. Then ``finish``."""
        listed = [resource.to_json() for resource in self.resources]
        told = {"profile": "data-package", "wacz_version": WACZ_VERSION, **about, "resources": listed}
        return f"sha256:{self._write_json('datapackage.json', told).sha256}"

    def finish(self, digest: str, signed: dict[str, str] | None) -> None:
        """Write ``datapackage-digest.json`` and the directory of the ZIP."""
        told: dict[str, Any] = {"path": "datapackage.json", "hash": digest}
        if signed:
            told["signedData"] = signed
        self._write_json("datapackage-digest.json", told)
        self._zip.close()

    def _write_json(self, path: str, value: dict[str, Any]) -> Resource:
        return self._write(path, [json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n"], 0, fold=False)

    def _write(self, path: str, pieces: Iterable[bytes], told: int, fold: bool) -> Resource:
        info = zipfile.ZipInfo(path, _EPOCH)
        info.compress_type = zipfile.ZIP_DEFLATED if fold else zipfile.ZIP_STORED
        info.external_attr = 0o644 << 16
        digest, size = hashlib.sha256(), 0
        # The long form for smaller files would be as right, but wabac.js reads it only where the directory has it too.
        with self._zip.open(info, "w", force_zip64=told > zipfile.ZIP64_LIMIT) as entry:
            for piece in pieces:
                entry.write(piece)
                digest.update(piece)
                size += len(piece)
        return Resource(path, digest.hexdigest(), size)
