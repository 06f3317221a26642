"""The feed: a stable order, a cursor that holds, filters that say what they leave out."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.feed import Choice, CursorInvalid, Feed, decode_cursor, encode_cursor
from archive.feed.cursor import Position
from archive.feed.stream import Following
from archive.line import id_and_version, text_field
from archive.record import from_line, to_line
from tests.collections import article_page, exchange, made_collection, sources_of
from tests.feed.shelves import add, article, cursor_of, run, shelved
from tests.records import record

POSITIONS = st.dictionaries(
    st.integers(0, 2**32 - 1), st.builds(Position, st.integers(0, 2**60), st.integers(0, 2**32 - 1)), max_size=20
)


@given(POSITIONS)
def test_cursor_comes_back_as_it_was(cursor: dict[int, Position]) -> None:
    """Every set of positions survives being written as one word; nothing else reads as a cursor."""
    word = encode_cursor(cursor)
    assert decode_cursor(word) == cursor
    for wrong in (word[:-1], word[:-6], "A" + word[1:], word + "AAAA", ""):
        with pytest.raises(CursorInvalid):
            decode_cursor(wrong)


@settings(max_examples=60)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.text(st.characters(exclude_categories=["Cs"])))
def test_fields_are_found_without_parsing(title: str, section: str) -> None:
    """A field found in the line is the field of the record, whatever quotes and backslashes stand around it."""
    one = record(title=title, section=section, tags=[section, title], subtitle='","language":"xx')
    line = to_line(one).encode() + b"\n"
    assert (text_field(line, b"title"), text_field(line, b"section")) == (title, section)
    assert text_field(line, b"language") is None
    assert id_and_version(line) == (one.id.encode(), 1)


def test_delta_gives_what_is_new_and_the_same_bytes_twice(tmp_path: Path) -> None:
    """Behind a cursor stands what was added since; the same cursor gives the same bytes."""
    collection = shelved(tmp_path / "c", article(1), article(2), article(1, "lain"))
    first = run(collection, "export")
    assert len(first.stdout.splitlines()) == 3
    cursor = cursor_of(first)
    assert run(collection, "export", "--since", cursor).stdout == b""
    add(collection, article(3), article(1, version=2, title="Diubah"), article(9, "baru"))
    again = [run(collection, "export", "--since", cursor) for _ in range(2)]
    assert again[0].stdout == again[1].stdout
    told = [(one.source_id, one.version) for one in map(from_line, again[0].stdout.decode().splitlines())]
    assert sorted(told) == [("baru", 1), ("uji", 1), ("uji", 2)]
    assert run(collection, "export", "--since", cursor_of(again[0])).stdout == b""
    assert cursor_of(again[0]) == cursor_of(run(collection, "export"))


def test_cursor_holds_at_every_line(tmp_path: Path) -> None:
    """Stopped behind any line, the next feed gives the rest: nothing lost, nothing twice."""
    collection = shelved(tmp_path / "c", *(article(n, source) for source in ("a", "b") for n in range(6)))
    whole = list(Feed(collection))
    for stop in range(1, len(whole) + 1):
        feed = Feed(collection)
        given = [line for _, line in zip(range(stop), feed, strict=False)]
        word = encode_cursor(feed.cursor)
        assert given + list(Feed(collection, since=decode_cursor(word))) == whole


def test_cursor_survives_a_rebuild(tmp_path: Path) -> None:
    """Catalog and records made anew from the WARC files: the cursor stands where it stood."""
    from crawler.rebuild import rebuild

    pages = [exchange(f"/berita/{n}", article_page(f"Pasar desa nomor {n} dibuka"), minutes=n) for n in range(4)]
    collection = made_collection(tmp_path / "c", pages)
    feed = Feed(collection)
    head = [line for _, line in zip(range(2), feed, strict=False)]
    cursor = feed.cursor
    rest = list(Feed(collection, since=cursor))
    assert len(head) == len(rest) == 2
    collection.catalog.unlink()
    shutil.rmtree(collection.records)
    rebuild(collection, sources_of(collection))
    assert list(Feed(collection, since=cursor)) == rest


def test_cursor_finds_its_line_in_files_made_anew(tmp_path: Path) -> None:
    """Another reader wrote longer lines: the place is found by the capture, and the feed says so."""
    records = [article(n) for n in range(4)]
    collection = shelved(tmp_path / "c", *records)
    feed = Feed(collection)
    _ = [line for _, line in zip(range(2), feed, strict=False)]
    cursor = feed.cursor
    shutil.rmtree(collection.records)
    add(collection, *(one.model_copy(update={"extractor": "uji/2 with a longer name"}) for one in records))
    anew = Feed(collection, since=cursor)
    assert [from_line(line.decode()).id for line in anew] == [one.id for one in records[2:]]
    assert anew.moved == ["uji"]
    shutil.rmtree(collection.records)
    add(collection, records[0], records[3])
    assert len(list(Feed(collection, since=cursor))) == 2  # its line is gone: rather twice than never


def test_half_a_line_is_not_there_yet(tmp_path: Path) -> None:
    """A line that is being written is given by the next feed, whole and once."""
    collection = shelved(tmp_path / "c", article(1))
    path = next(collection.records.glob("*/*.jsonl"))
    line = to_line(article(2)).encode() + b"\n"
    with path.open("ab") as file:
        file.write(line[:100])
        file.flush()
        feed = Feed(collection)
        assert len(list(feed)) == 1
        file.write(line[100:])
    assert list(Feed(collection, since=feed.cursor)) == [line]


def test_latest_gives_one_line_per_article(tmp_path: Path) -> None:
    """The newest version that is wanted: a hacked one does not hide the last good one."""
    collection = shelved(
        tmp_path / "c", article(1), article(2), article(1, version=2), article(1, version=3, integrity="suspect"),
    )  # fmt: skip
    told = [from_line(line.decode()) for line in Feed(collection, Choice(latest=True))]
    assert [(one.title, one.version) for one in told] == [("Judul 2", 1), ("Judul 1", 2)]
    both = Choice(latest=True, integrities=frozenset({"clean", "suspect"}))
    assert [from_line(line.decode()).version for line in Feed(collection, both)] == [1, 3]


@pytest.mark.parametrize(
    ("choice", "numbers"),
    [
        ({"sources": frozenset({"lain"})}, [5]),
        ({"provinces": frozenset({"ID-JB"})}, [2]),
        ({"sections": frozenset({"PENGUMUMAN"})}, [3]),
        ({"languages": frozenset({"jv"})}, [4]),
        ({"attribution": "only"}, [6]),
        ({"attribution": "none", "sources": frozenset({"uji"})}, [1, 2, 3, 4]),
        ({"published_from": "2026-10-05", "published_until": "2026-10-07"}, [4, 5]),
        ({"fetched_from": "2026-11-06"}, [5, 6]),
        ({"fetched_until": "2026-11-03"}, [1]),
        ({"integrities": frozenset({"suspect"})}, [7]),
        ({"integrities": frozenset({"injected"})}, [8]),
    ],
)
def test_filters_leave_out_the_rest(tmp_path: Path, choice: dict[str, object], numbers: list[int]) -> None:
    """Each filter takes what it names; hacked pages come from the shelf where they were set aside."""
    collection = shelved(
        tmp_path / "c", article(1), article(2, province_code="ID-JB"), article(3, section="Pengumuman"),
        article(4, language="jv"), article(5, "lain"), article(6, attribution="Sumber: Kompas"),
        article(7, integrity="suspect", published_at=None, published_precision="none"),
    )  # fmt: skip
    aside = collection.set_aside("uji")
    aside.mkdir(parents=True)
    hacked = json.loads(to_line(article(8, integrity="injected")))
    (aside / "2026-11.jsonl").write_text(json.dumps({"reasons": ["x"], "record": hacked}) + '\n{"reasons": ["y"]}\n')
    told = [from_line(line.decode()) for line in Feed(collection, Choice(**choice))]  # type: ignore[arg-type]
    assert sorted(int(one.url.rpartition("/")[2]) for one in told) == numbers


def test_takedown_keeps_articles_out_and_counts_them(tmp_path: Path) -> None:
    """By id, and by any spelling of any address; the record files keep them."""
    taken = article(1)
    more = (
        f'[[takedown]]\nid = "{taken.id}"\n[[takedown]]\nurl = "http://www.UJI.go.id/berita/2/"\nreason = "diminta"\n'
        '[[takedown]]\nurl = "https://uji.go.id/lama"'
    )
    collection = shelved(
        tmp_path / "c", taken, article(2), article(3, aliases=["https://uji.go.id/lama"]), article(22), more=more
    )
    feed = Feed(collection)
    assert [from_line(line.decode()).url for line in feed] == ["https://uji.go.id/berita/22"]
    assert feed.kept_out == 3


@pytest.mark.parametrize("wrong", ['id = "x"', 'reason = "no article named"', 'url = "berita/1"'])
def test_a_wrong_takedown_is_told(tmp_path: Path, wrong: str) -> None:
    """A list that names nothing must not pass for one that works."""
    from archive.collection import CollectionInvalid

    with pytest.raises(CollectionInvalid, match="takedown"):
        shelved(tmp_path / "c", more=f"[[takedown]]\n{wrong}")


def test_following_gives_what_is_added(tmp_path: Path) -> None:
    """After all lines it waits, and goes on with what came meanwhile."""
    collection = shelved(tmp_path / "c", article(1))
    waited: list[int] = []

    def pause() -> None:
        waited.append(1)
        if len(waited) == 3:
            raise KeyboardInterrupt
        add(collection, article(10 + len(waited)))

    given_before: list[object] = []
    following = Following(Feed(collection), pause, lambda: given_before.append(following.cursor))
    got: list[bytes] = []

    def read_on() -> None:
        got.extend(following)

    with pytest.raises(KeyboardInterrupt):
        read_on()
    whole = Feed(collection)
    assert got == list(whole)
    assert len(got) == 3
    assert given_before[-1] == whole.cursor


def test_command_names_what_is_wrong(tmp_path: Path) -> None:
    """Unknown field, filter, source or cursor, and what does not go together: status 2 and the reason in words."""
    collection = shelved(tmp_path / "c", article(1))
    for words, said in (
        (("--since", "xyz"), b"no cursor"),
        (("--fields", "id,nothing"), b"no field nothing"),
        (("--integrity", "rotten"), b"rotten"),
        (("--level", "planet"), b"planet"),
        (("--nonsense",), b"nonsense"),
        (("nosuchsource",), b"nosuchsource"),
        (("--format", "parquet"), b"--output"),
        (("--format", "csv", "-o", "https://127.0.0.1:1/"), b"jsonl"),
        (("--follow", "-o", str(tmp_path / "x")), b"--follow"),
    ):
        done = run(collection, "export", *words)
        assert (done.returncode, said in done.stderr) == (2, True), (words, done.stderr)


def test_old_ways_of_calling_still_work(tmp_path: Path) -> None:
    """A source by name, ``--all``, and a day."""
    collection = shelved(tmp_path / "c", article(1), article(2, integrity="suspect"), article(3, "lain"))
    assert len(run(collection, "export", "uji").stdout.splitlines()) == 1
    assert len(run(collection, "export", "uji", "--all").stdout.splitlines()) == 2
    assert len(run(collection, "export", "--since", "2026-11-04").stdout.splitlines()) == 1
