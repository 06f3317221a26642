"""warcio, FastWARC and pywb read what we write as we do."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.catalog.cdxj import write_index
from tests.interop.files import make_warc, rows_of
from tests.interop.readers import disagreements, pywb_server, read_ourselves, replay_disagreements

pytestmark = pytest.mark.interop


def test_readers_agree_on_every_body_and_digest(tmp_path: Path) -> None:
    """Same records, statuses, stored and decoded bodies, and nobody finds a wrong digest."""
    path = make_warc(tmp_path / "archive")
    assert len(read_ourselves(path)) > 20
    assert disagreements(path) == []


def test_pywb_replays_every_capture(tmp_path: Path) -> None:
    """pywb finds every capture through our index by address and second, and gives the stored bytes."""
    archive = tmp_path / "archive"
    path = make_warc(archive)
    index = tmp_path / "indexes" / "index.cdxj"
    write_index(index, rows_of(path), lambda _: str(path.relative_to(archive)))
    with pywb_server(archive, index, tmp_path / "pywb") as port:
        assert replay_disagreements(port, [path]) == []
