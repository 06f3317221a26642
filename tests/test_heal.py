"""A growing file with damage in its middle: what is whole stays where it is, what is not is kept aside."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from archive.warc import ArchiveDamaged, Exchange, WarcWriter, heal, scan
from archive.warc.gap import filling
from archive.warc.verify import exit_status, verify_files
from tests.test_warc import NOW, capture, write

INFO = {
    "software": "warkat/0.1.0 Scrapy/2.19.0",
    "format": "WARC File Format 1.1",
    "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
    "operator": "Perpustakaan Contoh https://contoh.go.id/crawl",
    "http-header-user-agent": "warkat/0.1.0 (+https://contoh.go.id/crawl)",
    "robots": "obey",
    "isPartOf": "Arsip Contoh",
    "source": "contoh",
    "sourceDigest": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}
"""As a visit writes it."""


def five(folder: Path) -> tuple[Path, list[Exchange]]:
    out = WarcWriter(folder / "contoh", "contoh", INFO)
    for n in range(5):
        out.append(capture(url=f"https://contoh.go.id/{n}", body=b"isi %d " % n * 40))
    out.close()
    path = next((folder / "contoh").glob("*.open"))
    return path, list(scan(path))


def is_clean(path: Path) -> bool:
    return exit_status(list(verify_files([path], 1))) == 0


def spoil(path: Path, start: int, size: int = 40) -> None:
    data = bytearray(path.read_bytes())
    data[start : start + size] = bytes(b ^ 0x5A for b in data[start : start + size])
    path.write_bytes(data)


@pytest.mark.parametrize("which", [0, 2, 3])
@pytest.mark.parametrize("known", [False, True])
def test_exchanges_behind_damage_keep_their_places(tmp_path: Path, which: int, known: bool) -> None:
    """One exchange is damaged, all others are whole and where they were, and the file is valid again."""
    path, before = five(tmp_path)
    spoil(path, before[which].locator.offset + 30)
    spoiled = path.read_bytes()
    start = before[which].locator.offset
    healed = heal(path, start if known else 0, tmp_path / "aside")
    assert [e.locator for e in scan(path)] == [e.locator for n, e in enumerate(before) if n != which]
    assert is_clean(path)
    ((first, end, kept),) = healed.gaps
    assert (first, end, kept.read_bytes()) == (start, before[which].end, spoiled[start : before[which].end])
    assert f"damaged bytes {start} to {end} kept in" in healed.told()[0]
    assert heal(path, 0, tmp_path / "aside").told() == []


def test_warcinfo_that_is_damaged_is_made_again(tmp_path: Path) -> None:
    """The records refer to it: it comes back under its own id."""
    path, before = five(tmp_path)
    spoil(path, 20)
    heal(path, 0, tmp_path / "aside")
    assert list(scan(path)) == before
    assert is_clean(path)
    write(tmp_path, capture())  # and the next visit goes on with this file
    assert len(list(scan(path))) == 6


def test_damage_in_the_middle_and_a_torn_end(tmp_path: Path) -> None:
    """Both at once; every byte that was there is in the file or aside."""
    path, before = five(tmp_path)
    spoil(path, before[1].locator.offset + 5)
    spoil(path, before[2].end - 60, 10)
    data = path.read_bytes()[:-20]
    path.write_bytes(data)
    healed = heal(path, 0, tmp_path / "aside")
    assert [e.capture.url for e in scan(path)] == ["https://contoh.go.id/0", "https://contoh.go.id/3"]
    assert healed.cut is not None
    assert (
        path.read_bytes()[: before[0].end]
        + b"".join(k.read_bytes() for *_, k in healed.gaps)
        + path.read_bytes()[before[3].locator.offset :]
        + healed.cut.read_bytes()
        == data
    )


def test_any_damage_leaves_a_valid_file(tmp_path: Path) -> None:
    """Wherever it is and however long: the exchanges that it does not touch stay, and nothing is thrown away."""
    chance = random.Random(5)
    for turn in range(60):
        folder = tmp_path / str(turn)
        path, before = five(folder)
        size = path.stat().st_size
        start = chance.randrange(size)
        end = min(size, start + chance.choice([1, 2, 50, 700, 2500]))
        data = bytearray(path.read_bytes())
        data[start:end] = bytes(end - start) if turn % 2 else chance.randbytes(end - start)
        path.write_bytes(data)
        healed = heal(path, 0, folder / "aside")
        left = {e.capture.url for e in scan(path)} if path.exists() else set()
        assert {e.capture.url for e in before if e.end <= start or e.locator.offset >= end} <= left
        # A flip in the time that a gzip head carries changes nothing that a reader could see.
        assert not path.exists() or not healed.told() or is_clean(path)


def test_bytes_cut_off_twice_are_kept_twice(tmp_path: Path) -> None:
    """A second torn end at the same place does not write over the first."""
    path, before = five(tmp_path)
    end = path.stat().st_size
    for tail in (b"satu", b"dua"):
        path.write_bytes(path.read_bytes() + tail)
        assert heal(path, before[-1].end, tmp_path / "aside").whole == end
    assert {kept.read_bytes() for kept in (tmp_path / "aside").iterdir()} == {b"satu", b"dua"}


@pytest.mark.parametrize("size", [*range(420, 440), 1300, 9_999, 65_535 + 18, 70_000, 3 * 65_535 + 33, 1_000_000])
def test_filling_has_exactly_the_size_of_the_gap(tmp_path: Path, size: int) -> None:
    """Sizes around the limits of a stored block, and where the length gains a digit."""
    path = tmp_path / "x.warc.gz"
    data = filling(path, 100, 100 + size, "x.cut", "urn:uuid:6ba7b810-9dad-41d1-80b4-00c04fd430c8", NOW)
    assert len(data) == size


def test_gap_too_small_for_a_record_is_told(tmp_path: Path) -> None:
    """No exchange is so small; who meets this has another fault."""
    with pytest.raises(ArchiveDamaged, match="too few"):
        filling(tmp_path / "x", 0, 60, "x.cut", "urn:uuid:x", NOW)


def test_file_of_nothing_is_taken_away(tmp_path: Path) -> None:
    """Its maker was killed before the first byte; the next visit begins another."""
    path = tmp_path / "contoh-20261123194518-00000-aaaaaaaa.warc.gz.open"
    path.touch()
    assert heal(path, 0, tmp_path / "aside").cut is None
    assert list(tmp_path.iterdir()) == []
