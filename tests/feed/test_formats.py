"""Each shape, read back by the standard library; the field's own tools come with ``make consumers``."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import sqlite3
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.collection import Collection
from archive.feed import Choice, Feed
from archive.feed.deliver import write_path
from archive.feed.formats import SHAPES, ExtraMissing, Setting, writer
from archive.feed.formats.csv_table import cell
from archive.feed.formats.data_card import Tally, card
from archive.feed.formats.web_feeds import rfc3339
from archive.record import from_line
from tests.feed.shelves import add, article, run, shelved

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

NASTY = [
    article(1, title="=cmd|'/C calc'!A0", subtitle="+1", section=" =1+1", tags=["a,b", 'c"d']),
    article(2, title='Petik "ganda", koma;\ttab', body_text='Baris\r\nlain, "kutip"\n\n\u2028 pemisah \x00 nol'),
    article(3, "lain", title="<b>&amp; ]]> \x0b</b>", province_code="ID-JB", published_at="2026-10-04",
            published_precision="day", section=None, tags=[], images=[], body_html="<p>x &lt; y</p>"),
    article(4, "lain", published_at=None, published_precision="none", authors=["Ani", "Budi"],
            attachments=[{"url": "https://lain.go.id/a.pdf", "title": "SK", "media_type": "application/pdf"}]),
    article(1, version=2, title="Diubah"),
]  # fmt: skip


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    return shelved(tmp_path / "c", *NASTY)


def made(collection: Collection, name: str, path: Path, choice: Choice | None = None, **setting: Any) -> dict[str, Any]:
    return write_path(Feed(collection, choice), SHAPES[name], path, Setting(title="Koleksi Uji", **setting))


@pytest.mark.parametrize(("ending", "unpack"), [("", bytes), (".gz", gzip.decompress), (".zst", zstd.decompress)])
def test_lines_plain_and_packed(collection: Collection, tmp_path: Path, ending: str, unpack: Any) -> None:
    """The bytes of the record files, whatever they are packed in, and the same file each time."""
    whole = b"".join(path.read_bytes() for path in sorted(collection.records.glob("*/*.jsonl")))
    target = tmp_path / f"x.jsonl{ending}"
    digests = set()
    for _ in range(2):
        assert run(collection, "export", "-o", str(target)).returncode == 0
        assert unpack(target.read_bytes()) == whole
        digests.add(hashlib.sha256(target.read_bytes()).hexdigest())
    told = json.loads(Path(f"{target}.manifest.json").read_text())
    assert (told["records"], {one["sha256"] for one in told["files"]}) == (5, digests)
    assert not list(tmp_path.glob(".*"))


def test_chosen_fields_in_the_order_asked(collection: Collection) -> None:
    """``--fields`` gives these and no others."""
    first = run(collection, "export", "uji", "--fields", "title,id").stdout.splitlines()[0]
    assert list(json.loads(first)) == ["title", "id"]
    assert run(collection, "export", "--format", "csv", "--fields", "version,title").stdout.startswith(
        b"version,title\r\n"
    )


def test_csv_is_read_back_and_runs_nothing(collection: Collection, tmp_path: Path) -> None:
    """A sniffer finds the dialect; every row has every column; no cell begins a formula."""
    path = tmp_path / "x.csv"
    made(collection, "csv", path)
    text = path.read_bytes().decode()
    assert csv.Sniffer().sniff(text[:2000], ",;\t").delimiter == ","
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(rows) == 5
    assert None not in {key for row in rows for key in row}
    by_url = {(row["url"], row["version"]): row for row in rows}
    nasty = by_url["https://uji.go.id/berita/1", "1"]
    assert nasty["title"] == "'=cmd|'/C calc'!A0"
    assert json.loads(nasty["tags"]) == ["a,b", 'c"d']
    assert by_url["https://uji.go.id/berita/2", "1"]["title"] == 'Petik "ganda", koma;\ttab'
    assert by_url["https://lain.go.id/berita/4", "1"]["published_at"] == ""
    guide = json.loads((tmp_path / "x.csv-metadata.json").read_text())
    assert [one["name"] for one in guide["tableSchema"]["columns"]] == list(rows[0])


@settings(max_examples=100)
@given(st.text(st.sampled_from(" \t\r\n'\"=+-@|%＝a1(\x00\x0b")))
def test_no_cell_is_a_formula(text: str) -> None:
    """Whatever stands before the sign: a spreadsheet that trims or strips quotes finds none at the front."""
    made_cell = str(cell(text))
    assert made_cell.startswith("'") or made_cell.lstrip("\t\r\n '\"")[:1] not in tuple("=+-@|%＝")


def test_database_finds_words(collection: Collection, tmp_path: Path) -> None:
    """Articles, sources, and a full-text index; a line given twice is one row."""
    add(collection, NASTY[-1])
    path = tmp_path / "x.sqlite3"
    made(collection, "sqlite", path)
    db = sqlite3.connect(path)
    try:
        assert db.execute("SELECT count(*) FROM article").fetchone() == (5,)
        found = db.execute(
            "SELECT a.title FROM article_fts f JOIN article a ON a.rowid = f.rowid WHERE article_fts MATCH 'diubah'"
        )
        assert found.fetchall() == [("Diubah",)]
        assert db.execute("SELECT source_id, records FROM source ORDER BY 1").fetchall() == [("lain", 2), ("uji", 3)]
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    finally:
        db.close()
    assert json.loads((tmp_path / "x.sqlite3.metadata.json").read_text())["databases"]["x"]["tables"]["article"]


def test_feeds_per_source_province_and_all(collection: Collection, tmp_path: Path) -> None:
    """Well-formed, newest version first, an article once, no time of day where the site gave none."""
    made(collection, "feeds", tmp_path / "f", per_feed=3, base_url="https://arsip.example/f")
    names = {path.relative_to(tmp_path / "f").as_posix() for path in (tmp_path / "f").rglob("*.atom")}
    assert names == {"all.atom", "source/uji.atom", "source/lain.atom", "province/ID-JI.atom", "province/ID-JB.atom"}
    space = {"a": "http://www.w3.org/2005/Atom"}
    feed = ET.parse(tmp_path / "f/source/uji.atom")  # noqa: S314  # our own file
    assert {one.text for one in feed.iterfind("a:entry/a:title", space)} == {"Diubah", NASTY[1].title}
    told = json.loads((tmp_path / "f/source/lain.json").read_text())
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    assert told["feed_url"] == "https://arsip.example/f/source/lain.json"
    assert all("date_published" not in item for item in told["items"])
    assert len(json.loads((tmp_path / "f/all.json").read_text())["items"]) == 3


@pytest.mark.parametrize(
    ("told", "said"),
    [("2026-10-04T08:15:00+07:00", "2026-10-04T08:15:00+07:00"),
     ("2026-10-04T08:15+07:00", "2026-10-04T08:15:00+07:00"),
     ("2026-10-04", None), ("2026-10", None), (None, None)],
)  # fmt: skip
def test_feeds_invent_no_time(told: str | None, said: str | None) -> None:
    """RFC 3339 wants seconds; a day alone is no instant."""
    assert rfc3339(told) == said


def test_graph_bulk_and_text_files(collection: Collection, tmp_path: Path) -> None:
    """One JSON document; pairs of lines with outside versions; a file per record and a table of them."""
    made(collection, "jsonld", tmp_path / "x.jsonld")
    graph = json.loads((tmp_path / "x.jsonld").read_text())["@graph"]
    assert {one["@type"] for one in graph} == {"NewsArticle"}
    assert len({one["@id"] for one in graph}) == len(graph) == 5
    made(collection, "bulk", tmp_path / "x.ndjson", index="berita")
    lines = (tmp_path / "x.ndjson").read_bytes().splitlines()
    actions = [json.loads(line)["index"] for line in lines[::2]]
    records = [from_line(line.decode()) for line in lines[1::2]]
    assert [(one["_id"], one["version"]) for one in actions] == [(one.id, one.version) for one in records]
    assert {(one["_index"], one["version_type"]) for one in actions} == {("berita", "external_gte")}
    assert "body_text" in (tmp_path / "x.ndjson.mapping.json").read_text()
    made(collection, "text", tmp_path / "t", Choice(latest=True))
    with (tmp_path / "t/files.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 4
    assert (tmp_path / "t" / rows[0]["file"]).read_text(encoding="utf-8").startswith("<b>&amp;")


def test_lone_surrogates_reach_no_file(tmp_path: Path) -> None:
    """A line of another hand with half a pair in it is written as U+FFFD where a file cannot hold it."""
    collection = shelved(tmp_path / "c", article(1, title="AWAL"))
    path = next(collection.records.glob("*/*.jsonl"))
    path.write_bytes(path.read_bytes().replace(b"AWAL", b"\\ud83d x"))
    for name in ("csv", "sqlite", "jsonld", "text", "feeds"):
        assert made(collection, name, tmp_path / name)["records"] == 1
    assert "\ufffd x" in (tmp_path / "csv").read_text(encoding="utf-8")


def test_a_body_of_ten_megabytes_goes_through(tmp_path: Path) -> None:
    """Every shape takes it; a feed links to it."""
    collection = shelved(tmp_path / "c", article(1, body_text="kata " * 2_000_000))
    for name in ("jsonl", "csv", "text", "bulk", "feeds"):
        assert made(collection, name, tmp_path / name)["records"] == 1
    assert (tmp_path / "feeds/all.atom").stat().st_size < 10_000


def test_nothing_makes_empty_files_that_read(tmp_path: Path) -> None:
    """A collection without records: each shape is whole and empty."""
    collection = shelved(tmp_path / "c")
    for name in ("jsonl", "csv", "jsonld", "bulk", "sqlite", "text", "feeds"):
        assert made(collection, name, tmp_path / name)["records"] == 0
    assert json.loads((tmp_path / "jsonld").read_text())["@graph"] == []
    assert json.loads((tmp_path / "feeds/all.json").read_text())["items"] == []


def test_missing_library_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """What brings it is one line to copy."""
    monkeypatch.setitem(sys.modules, "duckdb", None)
    monkeypatch.delitem(sys.modules, "archive.feed.formats.parquet", raising=False)
    with pytest.raises(ExtraMissing, match=r"pip install 'warkat\[parquet\]'"):
        writer(SHAPES["parquet"])


def test_a_folder_that_no_export_made_is_left_alone(collection: Collection, tmp_path: Path) -> None:
    """An older export is replaced, anything else never."""
    target = tmp_path / "mine"
    made(collection, "text", target)
    made(collection, "text", target)
    (target / "manifest.json").unlink()
    done = run(collection, "export", "--format", "text", "-o", str(target))
    assert (done.returncode, b"no export" in done.stderr) == (1, True)


def test_card_is_made_of_what_is_there(collection: Collection) -> None:
    """Counts, span, sources, gaps; front matter that the hub reads."""
    tally = Tally()
    assert len(list(tally.over(Feed(collection)))) == 5
    text = card(tally, Setting(title='Berita "uji"', operator="Perpustakaan", told=lambda: {"redacted": True}))
    head, words = text.split("---\n", 2)[1:]
    assert 'pretty_name: "Berita \\"uji\\""' in head
    assert 'language: ["id"]' in head
    assert "| records (versions of articles) | 5 |" in words
    assert "| lain | Kabupaten Lain | 2 |" in words
    assert "- 1 records have no date" in words
    assert "Personal numbers are masked" in words
    assert "| published | 2026-10-02 to 2026-10-04 |" in words
    assert "none dated" in card(Tally(), Setting())
