"""Our index keys against those that cdxj-indexer makes."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from archive.catalog.surt import surt
from tests.interop.environments import SCRIPTS, run
from tests.property.test_surt import addresses
from tests.test_cdxj import known_keys

pytestmark = pytest.mark.interop


def keys(urls: list[str]) -> list[str]:
    """What cdxj-indexer makes of addresses, in one run."""
    found: list[str] = json.loads(run("cdxj-indexer", SCRIPTS / "surt_keys.py", told=json.dumps(urls)))
    return found


def test_frozen_keys_are_still_those_of_the_indexer() -> None:
    """The table that the fast tests use has not aged."""
    table = known_keys()
    assert keys(list(table)) == list(table.values())


def test_made_up_addresses_have_the_same_keys() -> None:
    """Thousands of addresses of odd pieces: not one key differs."""
    made: set[str] = set()

    @settings(max_examples=4000, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(addresses())
    def collect(url: str) -> None:
        made.add(url)

    collect()
    urls = sorted(made)
    assert len(urls) > 2000
    theirs = zip(urls, keys(urls), strict=True)
    assert [(url, key, surt(url)) for url, key in theirs if surt(url) != key] == []
