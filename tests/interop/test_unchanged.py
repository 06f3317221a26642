"""A page that had not changed, in pywb: the payload it confirms, at its own instant."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.replay.archive_app import archive_app
from archive.replay.guard import door_for
from archive.replay.shelf import Shelf
from crawler.rebuild import write_cdxj
from tests.asgi import ask
from tests.collections import SITE, article_page, exchange, made_collection
from tests.interop.readers import pywb_server, replayed

pytestmark = pytest.mark.interop

PAGE = article_page("Panen Raya")


def test_no_bare_304_in_pywb(tmp_path: Path) -> None:
    """pywb opens the collection as it lies there and shows each capture as we do, the 304 with its payload."""
    collection = made_collection(
        tmp_path / "koleksi",
        [
            exchange("/berita/panen", PAGE),
            exchange("/berita/panen", b"", minutes=60),
            exchange("/berita/panen", b"", minutes=120, status="304 Not Modified"),
        ],
    )
    assert write_cdxj(collection) == 3
    assert b'"304"' not in collection.index.read_bytes()
    shelf = Shelf(collection)
    ours = archive_app(shelf, door_for("127.0.0.1", 8750), "'none'")
    with pywb_server(collection.root / "archive", collection.index, tmp_path / "pywb") as port:
        for stamp in ("20240504030000", "20240504040000", "20240504050000"):
            assert replayed(port, f"{SITE}/berita/panen", stamp) == (200, stamp, PAGE)
            answer = ask(ours, f"/web/{stamp}id_/{SITE}/berita/panen")
            assert (answer.status, answer.body) == (200, PAGE)
    shelf.close()
