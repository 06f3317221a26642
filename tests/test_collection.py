"""``collection.toml``: every fault at once, in words that name file and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.collection import FILE, CollectionInvalid, make_collection, open_collection


def faults(root: Path, text: bytes) -> list[str]:
    (root / FILE).write_bytes(text)
    with pytest.raises(CollectionInvalid) as caught:
        open_collection(root)
    assert all(FILE in fault for fault in caught.value.faults)
    return caught.value.faults


def test_made_collection_opens_with_what_was_told(tmp_path: Path) -> None:
    """Quotes, backslashes and letters beyond ASCII included; a second one is not made over it."""
    made = make_collection(tmp_path / "c", 'Arsip "Béda" \\ uji', "Perpustakaan", "mailto:a@uji.go.id")
    assert open_collection(tmp_path / "c") == made
    assert (made.about.title, made.about.network.allow) == ('Arsip "Béda" \\ uji', ())
    with pytest.raises(FileExistsError):
        make_collection(tmp_path / "c", "lain")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"title = ", [FILE]),
        (b'title = "\xff"', [FILE]),
        (b"", ["title"]),
        (b'title = ""\nwarna = 1\ncontact = "a(b"', ["title", "contact", "warna"]),
        (b'title = "x"\n[network]\nallow = ["uji.go.id"]', ["names are not taken here"]),
        (b'title = "x"\n[network]\nallow = ["127.0.0.1:99999"]', ["no such port"]),
    ],
)
def test_every_fault_is_told(tmp_path: Path, text: bytes, words: list[str]) -> None:
    """One text for each, with the key that it is about."""
    told = faults(tmp_path, text)
    assert len(told) == len(words)
    assert [word for word, fault in zip(words, told, strict=True) if word not in fault] == []


@pytest.mark.parametrize("place", ["127.0.0.1", "127.0.0.1:80", "::1", "[::1]:8080", "[::1]"])
def test_places_that_may_be_asked(tmp_path: Path, place: str) -> None:
    """Addresses of both kinds, with and without port."""
    (tmp_path / FILE).write_text(f'title = "x"\n[network]\nallow = ["{place}"]')
    assert open_collection(tmp_path).about.network.allow == (place,)


def test_folder_without_the_file_says_how_to_begin(tmp_path: Path) -> None:
    """And one that cannot be read says why."""
    with pytest.raises(CollectionInvalid, match="warkat init"):
        open_collection(tmp_path)
    (tmp_path / FILE).mkdir()
    with pytest.raises(CollectionInvalid, match="cannot be read"):
        open_collection(tmp_path)


def test_locator_finds_the_file_closed_or_growing(tmp_path: Path) -> None:
    """The name in a record has no ``.open``; damaged files that were set aside are no WARC files."""
    made = make_collection(tmp_path / "c", "x")
    folder = made.archive("uji")
    folder.mkdir(parents=True)
    for name in ("uji-1.warc.gz", "uji-2.warc.gz.open", "uji-1.warc.gz.damaged", ".lock"):
        (folder / name).touch()
    assert made.warc_file("uji", "uji-1.warc.gz") == folder / "uji-1.warc.gz"
    assert made.warc_file("uji", "uji-2.warc.gz") == folder / "uji-2.warc.gz.open"
    assert [path.name for path in made.warc_files()] == ["uji-1.warc.gz", "uji-2.warc.gz.open"]
    assert made.warc_files("lain") == []
