"""The kill runner in small, and whether it would notice what it looks for."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.kills.__main__ import main
from tests.kills.runner import Tally, finish, killed_round, lines_of, look, stopped_round
from tests.kills.site import Site


@pytest.mark.torture
def test_kills_at_random_moments_cost_nothing(tmp_path: Path) -> None:
    """A few kills, one collection, 200 articles: each once, nothing left behind, few requests more."""
    tally = killed_round(tmp_path / "c", random.Random(3), 4)
    assert tally.is_kept, tally
    assert tally.signals + tally.ended_before >= 1


@pytest.mark.torture
def test_stops_at_random_moments_are_orderly(tmp_path: Path) -> None:
    """Status 11, in time, with stuck servers and second signals among them."""
    slowest: dict[str, float] = {}
    tally = stopped_round(tmp_path / "c", random.Random(2), 3, slowest)
    assert tally.is_kept, tally


def test_the_runner_notices_what_it_looks_for(tmp_path: Path) -> None:
    """A line twice, a line gone, a flipped bit, a stray file and too many requests are each counted."""
    with Site() as site:
        collection = site.collection(tmp_path / "c")
        fine = Tally()
        finish(site, collection, fine)
        told = set(lines_of(collection))
        look(site, collection, fine, told)
        assert fine.is_kept, fine
        lines = next(collection.records.glob("*/*.jsonl"))
        first, second, *others = lines.read_text().splitlines(keepends=True)
        lines.write_text("".join([first, first, "{}\n", *others]))
        warc = collection.warc_files()[0]
        data = bytearray(warc.read_bytes())
        data[len(data) // 2] ^= 1
        warc.write_bytes(data)
        (collection.root / "records" / "half.tmp").touch()
        bad = Tally(requests=10, minimum=9)
        look(site, collection, bad, told)
        assert (bad.json_twice, bad.corrupt, bad.orphans, bad.lost) == (1, 2, 1, 2)
        assert not Tally(requests=10, minimum=9).is_kept
        assert second in {line + "\n" for line in told}


@pytest.mark.torture
def test_the_command_says_whether_every_promise_was_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a person runs it."""
    monkeypatch.setattr("sys.argv", ["kills", "--kills", "10", "--stops", "8"])
    assert main() == 0
    assert "every promise kept" in capsys.readouterr().out
