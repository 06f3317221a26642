"""Our index lines against those that cdxj-indexer prints for the same file."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.catalog.cdxj import write_index
from tests.interop.environments import run
from tests.interop.files import make_warc, rows_of

pytestmark = pytest.mark.interop


def indexed(*arguments: str | Path) -> bytes:
    """What cdxj-indexer prints, sorted."""
    return run("cdxj-indexer", "--sort", *arguments, name="cdxj-indexer").encode()


def test_index_is_that_of_the_indexer(tmp_path: Path) -> None:
    """Byte for byte, with the names of the files below the archive folder."""
    archive = tmp_path / "archive"
    path = make_warc(archive)
    index = tmp_path / "indexes" / "index.cdxj"
    count = write_index(index, rows_of(path), lambda _: str(path.relative_to(archive)))
    assert count > 20
    assert index.read_bytes() == indexed("--dir-root", archive, path)


def test_bare_file_names(tmp_path: Path) -> None:
    """The same with the indexer's default, the base name."""
    path = make_warc(tmp_path)
    index = tmp_path / "index.cdxj"
    write_index(index, rows_of(path), lambda _: path.name)
    assert index.read_bytes() == indexed(path)
