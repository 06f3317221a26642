"""Record files: whole lines, healed after a crash, printed in order."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.collection import make_collection
from archive.feed import RecordFiles, heal, line_faults, lines, record_file
from archive.record import Record, from_line, to_line
from tests.records import record

NAME = record_file("records", "uji", "2026-11-23T00:00:00Z")


def written(root: Path, *records: Record) -> Path:
    files = RecordFiles(root)
    for one in records:
        files.append(NAME, to_line(one))
    files.sync()
    return root / NAME


def test_lines_are_appended_with_the_size_they_make(tmp_path: Path) -> None:
    """The size told for a line is that of the file once it is written; what is forgotten is not written."""
    files = RecordFiles(tmp_path)
    _, first = files.append(NAME, to_line(record()))
    _, second = files.append(NAME, to_line(record(version=2)))
    files.sync()
    assert (tmp_path / NAME).stat().st_size == second > first
    files.append(NAME, "nothing")
    files.forget()
    files.sync()
    assert (tmp_path / NAME).stat().st_size == second


def test_heal_takes_whole_lines_in_and_cuts_half_ones_off(tmp_path: Path) -> None:
    """A line that the catalog never heard of is told to it; half a line is kept aside."""
    path = written(tmp_path, record(), record(version=2))
    size = path.stat().st_size
    with path.open("ab") as file:
        file.write(b'{"schema": "war')
    adopted: list[tuple[int, int]] = []
    cut = heal(tmp_path, lambda _: 0, lambda one, _, at: adopted.append((one.version, at)))
    assert (cut, adopted[-1]) == ([path], (2, size))
    assert [version for version, _ in adopted] == [1, 2]
    assert path.stat().st_size == size
    assert path.with_suffix(".jsonl.cut").read_bytes() == b'{"schema": "war'
    assert heal(tmp_path, lambda _: size, lambda *_: None) == []


def test_lines_set_aside_beyond_the_catalog_are_written_anew(tmp_path: Path) -> None:
    """They carry no promise: the capture is read once more."""
    name = record_file("set-aside", "uji", "2026-11-23")
    files = RecordFiles(tmp_path)
    files.append(name, "{}")
    files.sync()
    assert heal(tmp_path, lambda _: 0, lambda *_: pytest.fail("no record")) == [tmp_path / name]
    assert (tmp_path / name).stat().st_size == 0


def test_export_leaves_out_what_looks_hacked_and_what_is_being_written(tmp_path: Path) -> None:
    """Clean lines by default; the last line counts when it is whole."""
    collection = make_collection(tmp_path / "c", "uji")
    suspect = record(version=2, integrity="suspect", title='"integrity":"clean"')
    path = written(collection.root, record(), suspect)
    with path.open("ab") as file:
        file.write(b"half")
    assert [from_line(line.decode()).version for line in lines(collection)] == [1]
    assert [from_line(line.decode()).version for line in lines(collection, "uji", clean_only=False)] == [1, 2]
    assert list(lines(collection, "lain")) == []


def test_faults_of_lines_name_file_and_line(tmp_path: Path) -> None:
    """Half a line, no record, a WARC file that is gone or too short."""
    collection = make_collection(tmp_path / "c", "uji")
    path = written(collection.root, record())
    with path.open("ab") as file:
        file.write(b"{}\nhalf")
    assert [fault.split(":")[1] for fault in line_faults(collection)] == ["1", "2", "3"]
    warc = collection.archive("uji") / record().warc_filename
    warc.parent.mkdir(parents=True)
    warc.write_bytes(b"x" * 20)
    assert "ends before offset 30" in line_faults(collection)[0]
    warc.write_bytes(b"x" * 30)
    assert len(line_faults(collection)) == 2
