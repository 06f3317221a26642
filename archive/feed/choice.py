"""Which records are wanted. Pure: a line in, yes or no out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, get_args

from archive.line import text_field
from archive.record import Integrity

INTEGRITIES: tuple[str, ...] = get_args(Integrity)
Attribution = Literal["any", "none", "only"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is wanted; what is not given does not count."""

    sources: frozenset[str] | None = None
    """Ids of sources."""
    provinces: frozenset[str] = frozenset()
    """ISO 3166-2, e.g. ``ID-JI``."""
    sections: frozenset[str] = frozenset()
    """As printed, without regard to case."""
    languages: frozenset[str] = frozenset()
    """BCP 47; ``id`` takes ``id-ID`` too."""
    integrities: frozenset[str] = frozenset({"clean"})
    """Of ``clean``, ``suspect``, ``injected``."""
    attribution: Attribution = "any"
    """``none``: only texts of the government's own; ``only``: only those copied from a named source."""
    published_from: str | None = None
    """First calendar day, as the site dates it, ``YYYY-MM-DD``."""
    published_until: str | None = None
    """The day behind the last."""
    fetched_from: str | None = None
    """Earliest instant of the capture, the beginning of an ISO 8601 UTC instant."""
    fetched_until: str | None = None
    """The instant behind the latest."""
    latest: bool = False
    """One line per article: the newest version of those that are wanted."""
    _tests: tuple[Callable[[bytes], bool], ...] = field(default=(), init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_tests", tuple(self._made_tests()))

    @property
    def wants_set_aside(self) -> bool:
        """Whether records of hacked pages are wanted, which lie on a shelf of their own."""
        return "injected" in self.integrities

    def wants_source(self, source_id: str) -> bool:
        """Whether a source is wanted at all."""
        return self.sources is None or source_id in self.sources

    def wants(self, line: bytes) -> bool:
        """Whether a line is wanted, its source apart."""
        return all(test(line) for test in self._tests)

    def _made_tests(self) -> list[Callable[[bytes], bool]]:
        tests: list[Callable[[bytes], bool]] = []
        if set(self.integrities) != set(INTEGRITIES):
            tests.append(_one_of_marks([f'"integrity":"{name}"'.encode() for name in sorted(self.integrities)]))
        if self.provinces:
            tests.append(_one_of_marks([f'"province_code":"{code}"'.encode() for code in sorted(self.provinces)]))
        if self.attribution != "any":
            tests.append(_attributed if self.attribution == "only" else _unattributed)
        if self.sections:
            folded = frozenset(name.casefold() for name in self.sections)
            tests.append(lambda line: (text_field(line, b"section") or "\0").casefold() in folded)
        if self.languages:
            tests.append(lambda line: _speaks(text_field(line, b"language"), self.languages))
        if self.published_from or self.published_until:
            tests.append(lambda line: self._in_days(text_field(line, b"published_at")))
        if self.fetched_from or self.fetched_until:
            tests.append(lambda line: self._in_window(text_field(line, b"fetched_at") or ""))
        return tests

    def _in_days(self, day: str | None) -> bool:
        if not day:
            return False
        since, until = self.published_from or "", self.published_until or "9999"
        return since[: len(day)] <= day[:10] and day[:10] < until

    def _in_window(self, instant: str) -> bool:
        return (self.fetched_from or "") <= instant and (not self.fetched_until or instant < self.fetched_until)


def _one_of_marks(marks: list[bytes]) -> Callable[[bytes], bool]:
    if len(marks) == 1:
        mark = marks[0]
        return lambda line: mark in line
    return lambda line: any(mark in line for mark in marks)


def _attributed(line: bytes) -> bool:
    return b'"attribution":"' in line


def _unattributed(line: bytes) -> bool:
    return b'"attribution":"' not in line


def _speaks(language: str | None, wanted: frozenset[str]) -> bool:
    return language is not None and (language in wanted or language.partition("-")[0] in wanted)
