"""Our WACZ files in the hands of the reference tools: the validator, and the viewer in a real browser."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from archive.wacz import load_key
from tests.interop import viewer
from tests.interop.environments import run
from tests.test_wacz import make, pack

pytestmark = pytest.mark.interop


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("month", ["2026-10", "2026-11"])
def test_reference_validator_finds_the_package_valid(tmp_path: Path, month: str, signed: bool) -> None:
    """``wacz validate`` of py-wacz, closed and growing month, with and without signature."""
    key = load_key(tmp_path / "key.pem") if signed else None
    made = pack(make(tmp_path / "c"), tmp_path / "a.wacz", month, key)
    told = run("wacz", "validate", "-f", made.path, name="wacz")
    assert "Version detected as 1.1.1" in told
    assert "invalid" not in told.lower()
    assert "mismatch" not in told


@pytest.mark.skipif(bool(viewer.missing()), reason=f"needs {viewer.missing()}")
def test_reference_viewer_lists_the_pages_and_shows_one(tmp_path: Path) -> None:
    """replayweb.page opens the signed package, lists its articles by title and shows a revisit of another month."""
    made = pack(make(tmp_path / "c"), tmp_path / "a.wacz", key=load_key(tmp_path / "key.pem"))
    pictures = Path(os.environ.get("WARKAT_PICTURES", tmp_path))
    (tmp_path / "www").mkdir()
    titles = [f"Berita {number} “béda”" for number in (0, 4, 6, 7, 8)]
    with viewer.served(made.path, tmp_path / "www", "https://contoh.go.id/0", "20261103100000") as address:
        listed = viewer.look(f"{address}pages.html", titles, pictures / "pages.png")
        assert [title for title in titles if title not in listed] == []
        assert "Berita 5" not in listed
        shown = viewer.look(f"{address}page.html", ["Isi ke-0."], pictures / "page.png")
        assert "Isi ke-0." in shown
