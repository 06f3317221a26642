"""What once got the better of a parser does so no more (R15)."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from tests.fuzz.__main__ import CORPUS, CPU_S
from tests.fuzz.mutation import mutated
from tests.fuzz.targets import TARGETS

KEPT = sorted(path for path in CORPUS.glob("*/*"))


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_kept_input_is_survived(path: Path) -> None:
    """No fault but those that the room names, and in time."""
    began = time.process_time()
    TARGETS[path.parent.name].run(path.read_bytes())
    assert time.process_time() - began < 4 * CPU_S  # a slow machine under coverage


@pytest.mark.parametrize("name", TARGETS)
def test_every_target_reads_its_seeds_and_survives_some_mutants(name: str) -> None:
    """A few of the inputs that ``make fuzz`` makes by the million."""
    target, chance = TARGETS[name], random.Random(name)
    for data in target.seeds:
        target.run(data)
    for _ in range(15):
        target.run(mutated(target.seeds, target.tokens, chance))
