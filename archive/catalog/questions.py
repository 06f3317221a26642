"""Which articles a list holds, as a value and as SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line lies."""

    article: bytes
    """16 bytes."""
    fetched_at: str
    source_id: str
    month: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which articles, each by its newest version of that integrity, newest fetched first."""

    sources: tuple[str, ...] = ()
    province: str | None = None
    section: str | None = None
    language: str | None = None
    integrity: str = "clean"
    attributed: bool | None = None
    published_from: str | None = None
    published_until: str | None = None
    fetched_from: str | None = None
    fetched_until: str | None = None
    behind: tuple[str, bytes] | None = None
    """``fetched_at`` and id of the last article of the page before."""


def conditions(asked: Question) -> tuple[list[str], list[Any]]:
    """Conditions on a line of the index, and the values in them."""
    said: list[tuple[str, Any]] = [("integrity = ?", asked.integrity)]
    for condition, value in (
        ("province_code = ?", asked.province), ("section = ?", asked.section),
        ("attributed = ?", asked.attributed), ("published_on >= ?", asked.published_from),
        ("published_on < ?", asked.published_until), ("fetched_at >= ?", asked.fetched_from),
        ("fetched_at < ?", asked.fetched_until),
    ):  # fmt: skip
        if value is not None:
            said.append((condition, value))
    where, values = [one for one, _ in said], [one for _, one in said]
    if asked.language is not None:
        where.append("(language = ? OR language LIKE ? || '-%')")
        values += [asked.language, asked.language]
    if asked.sources:
        where.append(f"source_id IN ({','.join('?' * len(asked.sources))})")
        values += asked.sources
    if asked.behind:
        where.append("(fetched_at, id) < (?, ?)")
        values += asked.behind
    return where, values
