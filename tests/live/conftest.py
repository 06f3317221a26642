"""Live tests run only when asked for (`pytest -m live`), and only where the software is installed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live import packages
from tests.live.wordpress import Permalinks, Theme, WordPress

SITES: list[tuple[Permalinks, Theme]] = [
    ("date", "twentytwentyone"),
    ("name", "twentytwentythree"),
    ("plain", "twentytwentyone"),
]
"""Each shape of addresses once, and both kinds of themes."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skips what was not asked for: starting servers is no part of an everyday run."""
    here = Path(__file__).parent
    ours = [item for item in items if here in item.path.parents]
    reason = ""
    if "live" not in str(config.option.markexpr):
        reason = "starts real servers: run with -m live"
    elif lacking := packages.missing():
        reason = f"not installed: {' '.join(lacking)} (tests/live/wordpress.sh --install)"
    for item in ours if reason else []:
        item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="module", params=SITES, ids=["-".join(site) for site in SITES])
def site(request: pytest.FixtureRequest) -> Iterator[WordPress]:
    permalinks, theme = request.param
    with WordPress(permalinks, theme) as running:
        yield running
