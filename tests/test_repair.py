"""Repairing: every whole record is saved, the damaged file stays as it is, what is lost is told."""

from __future__ import annotations

import gzip
import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.warc import scan
from archive.warc.repair import LostRange, Repaired, repair_file
from archive.warc.verify import verify_file
from tests.standard.damages import DAMAGES, Damage
from tests.standard.pieces import RESOURCE, RESPONSE, good_file, gzipped, offset_of, packed
from tests.test_verify import our_file, our_members, with_dictionary, zstd_frames

NOW = datetime(2026, 12, 1, tzinfo=UTC)
GOOD = good_file()
ALL = packed(GOOD)
AT = [offset_of(GOOD, index) for index in range(len(GOOD) + 1)]


def repair(tmp_path: Path, data: bytes, name: str = "a.warc.gz") -> tuple[Repaired, bytes]:
    path = tmp_path / name
    path.write_bytes(data)
    result = repair_file(path, tmp_path / "baru", instant=NOW)
    assert path.read_bytes() == data
    return result, result.repaired.read_bytes() if result.repaired else b""


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :]


def test_sound_members_are_copied_as_they_are(tmp_path: Path) -> None:
    """One broken member is left out, all others are in the new file byte for byte."""
    result, new = repair(tmp_path, flipped(ALL, AT[5] - 6))
    assert result.lost == (LostRange(AT[4], AT[5], result.lost[0].reason),)
    assert "CRC-32" in result.lost[0].reason
    assert result.records == 8
    note = new[AT[1] : len(new) - (len(ALL) - AT[5]) - (AT[4] - AT[1])]
    assert new == ALL[: AT[1]] + note + ALL[AT[1] : AT[4]] + ALL[AT[5] :]
    told = gzip.decompress(note).decode()
    assert "repairedFrom: a.warc.gz\r\n" in told
    assert f"lost: {AT[4]}-{AT[5]} " in told
    assert result.sha256 == hashlib.sha256(flipped(ALL, AT[5] - 6)).hexdigest()
    assert result.report is not None
    assert result.report.findings == ()


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.name)
def test_repaired_file_is_valid(tmp_path: Path, damage: Damage) -> None:
    """Whatever the damage, the new file has no error, and what is not in it is told."""
    result, _ = repair(tmp_path, damage.data)
    assert result.report is None or result.report.ok
    if damage.error and len(damage.data) and result.repaired:
        assert result.lost or result.mended or damage.rule in ("revisit-differs", "segment-order")
    if damage.rule not in ("file-empty", "not-warc") and damage.name not in (
        "magic-only",
        "plain-cut",
        "plain-cut-head",
    ):
        assert result.records >= 6


@pytest.mark.parametrize(
    ("data", "lost"),
    [
        (ALL[: AT[3]] + b"catatan" + ALL[AT[3] :], [(AT[3], AT[3] + 7)]),
        (ALL[: AT[8] + 30], [(AT[8], AT[8] + 30)]),
        (ALL[: AT[3] + 40] + ALL[AT[3] + 60 :], [(AT[3], AT[4] - 20)]),
        (ALL[: AT[2] + 40] + ALL[AT[5] + 9 :], [(AT[2], AT[2] + 40 + AT[6] - AT[5] - 9)]),
        (ALL + bytes(700), [(AT[9], AT[9] + 700)]),
        (b"\n" + ALL, [(0, 1)]),
    ],
)
def test_lost_ranges_are_exact(tmp_path: Path, data: bytes, lost: list[tuple[int, int]]) -> None:
    """The offsets told are those of the damaged file, no more and no less than what is gone."""
    result, _ = repair(tmp_path, data)
    assert [(gap.offset, gap.end) for gap in result.lost] == lost


def test_whole_file_compression_is_taken_apart(tmp_path: Path) -> None:
    """A file of one gzip member becomes one member for each record, with nothing lost and nothing added."""
    records = [piece.unfolded for piece in GOOD]
    result, new = repair(tmp_path, gzipped(b"".join(records)))
    assert result.lost == ()
    assert new == b"".join(map(gzipped, records))
    halves = b"".join(gzipped(b"".join(records)[at : at + 700]) for at in range(0, len(b"".join(records)), 700))
    again, spread = repair(tmp_path, halves, "b.warc.gz")
    assert gzip.decompress(spread) == gzip.decompress(new)
    assert again.report is not None
    assert again.report.findings == ()


def test_cut_whole_file_compression_gives_what_came_before(tmp_path: Path) -> None:
    """The records before the damage of a single member are saved."""
    data = gzipped(b"".join(piece.unfolded for piece in GOOD))
    result, new = repair(tmp_path, data[: len(data) * 2 // 3])
    assert result.records >= 3
    assert gzip.decompress(new).startswith(GOOD[0].unfolded)


def test_plain_files_are_resynchronised(tmp_path: Path) -> None:
    """In a plain file the next record is found by its version line, also within a block of wrong length."""
    records = [piece.unfolded for piece in good_file()]
    wrong = records[RESPONSE].replace(b"Content-Length: 4", b"Content-Length: 9", 1)
    assert wrong != records[RESPONSE]
    data = b"".join([records[0], wrong, *records[2:]])
    result, new = repair(tmp_path, data, "a.warc")
    assert result.records == 8
    assert new.endswith(b"".join(records[2:]))
    start = len(records[0])
    assert [(gap.offset, gap.end) for gap in result.lost] == [(start, start + len(wrong))]


@pytest.mark.parametrize("dictionary", [False, True])
def test_zstd_frames_are_copied_as_they_are(tmp_path: Path, dictionary: bool) -> None:
    """Frames and the dictionary stay; what has to be written anew is compressed with it."""
    records = [piece.unfolded for piece in GOOD]
    data = with_dictionary(records, fold=True) if dictionary else zstd_frames(records)
    result, new = repair(tmp_path, data[:-5], "a.warc.zst")
    assert result.records == 8
    assert new[:8] == data[:8]
    assert result.report is not None
    assert [finding.rule for finding in result.report.findings] == ["segment-unfinished"]


def test_record_without_its_end_is_mended(tmp_path: Path) -> None:
    """A whole block whose two newlines are wrong is saved with the right ones."""
    pieces = good_file()
    pieces[RESOURCE].tail = b"\n\n\n\n"
    result, new = repair(tmp_path, packed(pieces))
    assert (result.records, result.mended, result.lost) == (9, 1, ())
    assert GOOD[RESOURCE].unfolded in gzip.decompress(new)


def test_our_file_stays_readable(tmp_path: Path) -> None:
    """Exchanges that were whole are read as before; what lost its partners is kept and told as a warning."""
    path = our_file(tmp_path)
    members = our_members(path)
    before = list(scan(path))
    path.write_bytes(b"".join([*members[:4], members[4][:-9], *members[5:]]))
    result = repair_file(path, path.parent, set_aside=True, instant=NOW)
    assert result.path.name == path.name + ".damaged"
    assert result.repaired == path
    assert [exchange.capture for exchange in scan(path)][0::1][0] == before[0].capture
    assert list(scan(path))[-1].capture == before[-1].capture
    report = verify_file(path)
    assert report.ok
    assert report.ours
    assert "concurrent-to-nowhere" in {finding.rule for finding in report.findings}


def test_lost_warcinfo_leaves_the_rest(tmp_path: Path) -> None:
    """One of our files without its warcinfo is known by its name and still accepted as repaired."""
    path = our_file(tmp_path)
    path.write_bytes(path.read_bytes()[40:])
    result = repair_file(path, tmp_path / "baru", instant=NOW)
    assert result.records == 12
    assert result.report is not None
    assert result.report.ok


def test_nothing_to_save(tmp_path: Path) -> None:
    """Where no record is whole no file is made."""
    result, _ = repair(tmp_path, b"<html>" * 50)
    assert (result.repaired, result.records, result.report) == (None, 0, None)
    assert [(gap.offset, gap.end) for gap in result.lost] == [(0, 300)]
    assert not list((tmp_path / "baru").glob("*"))


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A name that is taken is refused, and so is the damaged file's own place unless it is set aside."""
    path = tmp_path / "a.warc.gz"
    path.write_bytes(ALL[:-9])
    with pytest.raises(FileExistsError):
        repair_file(path, tmp_path)
    repair_file(path, tmp_path / "baru")
    with pytest.raises(FileExistsError):
        repair_file(path, tmp_path / "baru")
    assert path.read_bytes() == ALL[:-9]


def test_repair_of_a_sound_file_changes_nothing(tmp_path: Path) -> None:
    """A sound file comes out byte for byte."""
    assert repair(tmp_path, ALL)[1] == ALL
    path = our_file(tmp_path)
    result = repair_file(path, tmp_path / "baru")
    assert result.repaired is not None
    assert result.repaired.read_bytes() == path.read_bytes()
