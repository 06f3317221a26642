"""Which sources a person means: by province, level, status, platform. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from crawler.sources.source import Source


def select_sources(
    sources: Mapping[str, Source],
    *,
    province: str | None = None,
    level: str | None = None,
    status: str | None = None,
    platform: str | None = None,
) -> list[Source]:
    """Those that fit all that is given.

    Args:
        sources: definitions by id.
        province: ISO 3166-2 code (``ID-JB``), Kemendagri code (``32``), or a part of the province's name.
        level: as the definition has it.
        status: as the definition has it, or ``off`` for those that are not crawled.
        platform: as the definition has it.
    """
    codes = None if province is None else province_codes(sources.values(), province)
    return [
        source
        for source in sources.values()
        if (codes is None or source.province_code in codes)
        and level in (None, source.level)
        and status in (None, state_of(source))
        and platform in (None, source.platform)
    ]


def province_codes(sources: Iterable[Source], wanted: str) -> set[str]:
    """ISO codes of the provinces that a word means; empty where it means none."""
    word = wanted.strip().lower()
    codes: set[str] = set()
    for source in sources:
        code = source.province_code
        if code is None:
            continue
        named = source.level == "province" and word in source.name.lower()
        if named or word in (code.lower(), code.lower().partition("-")[2], (source.region_code or "")[:2]):
            codes.add(code)
    return codes


def source_at(sources: Mapping[str, Source], host: str) -> Source | None:
    """The source that a host belongs to, with or without ``www.``; the one that it is canonical for goes first."""
    bare = host.lower().removeprefix("www.")
    found = [one for one in sources.values() if bare in {name.removeprefix("www.") for name in one.hosts}]
    return min(found, key=lambda one: one.hosts[0].removeprefix("www.") != bare) if found else None


def state_of(source: Source) -> str:
    """``status``, or ``off`` for a source that is not crawled."""
    return source.status if source.enabled else "off"


def counted(sources: Iterable[Source]) -> str:
    """How many there are, in words: ``553 sources: 551 untried, 2 off``."""
    states = Counter(state_of(source) for source in sources)
    told = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    return f"{states.total()} sources" + (f": {told}" if told else "")
