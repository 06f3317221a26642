"""What the pages of one site have in common, as a value: learnt from some of them, used in reading the others.

A profile never holds text of an article, only digests of texts that stand on several pages, and paths: the tags and
classes from ``body`` down to an element. The same pages give the same profile, and a profile can be stored as JSON.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache

from .letters import folded
from .survey import Survey
from .tree import BLOCK_TAGS, Element

PROFILE_VERSION = 1
MAX_STEPS = 12
"""Elements of a path that count, from the inside."""

NEAR_STEPS = 3

HEAD = "title"
"""The place of what a page calls itself for machines."""

_PASSING = re.compile(r"(?:active|current|open|show|odd|even|first|last|wow|animated|fade\w*|lazy\w*|selected)?")
"""Classes that differ from page to page on the same element."""


_NUMBERED = re.compile(r"[-_]*[A-Za-z]*\d\w*$")
"""The end of ``post-123`` and of names that a bundler makes, ``Detail_teks__Qq77d``."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What was learnt of one site."""

    pages: int
    """Pages that it was learnt from."""
    seen: frozenset[str] = frozenset()
    """Digests of texts that stand on three of them or more."""
    titles: tuple[str, ...] = ()
    """Paths of elements that print titles, the most common first."""
    boxes: tuple[str, ...] = ()
    """Paths of boxes that hold the text."""
    dates: tuple[str, ...] = ()
    """Paths of elements that print the day of publishing."""
    dropped: frozenset[str] = frozenset()
    """Paths of blocks in the box of the text that are none of it."""

    def knows(self, text: str, place: str) -> bool:
        """Whether a text stands in the same place on several pages of the site."""
        return bool(text) and digest_of(text, place) in self.seen

    def to_json(self) -> str:
        """One line, the same for the same profile."""
        told = {name: sorted(value) if isinstance(value, frozenset) else value for name, value in asdict(self).items()}
        return json.dumps({"profile": PROFILE_VERSION, **told}, ensure_ascii=False, sort_keys=True)

    @staticmethod
    def from_json(line: str) -> Profile | None:
        """The profile again; None where it is of another version and has to be learnt anew."""
        told = json.loads(line)
        if told.pop("profile") != PROFILE_VERSION:
            return None
        return Profile(
            pages=told["pages"], seen=frozenset(told["seen"]), titles=tuple(told["titles"]),
            boxes=tuple(told["boxes"]), dates=tuple(told["dates"]), dropped=frozenset(told["dropped"]),
        )  # fmt: skip

    @property
    def name(self) -> str:
        """Short name that a record's ``extractor`` shows: the digest of all that it holds."""
        return f"profile-{hashlib.sha256(self.to_json().encode()).hexdigest()[:12]}"


def digest_of(text: str, place: str) -> str:
    """The digest under which a text is remembered: letters and digits only, case folded, with where it stands.

    The title of an article stands in the lists of many other pages, and in its own place on one.
    """
    return hashlib.sha1(f"{place}\n{folded(text)}".encode(), usedforsecurity=False).hexdigest()[:16]


def place_of(page: Survey, at: int) -> str:
    """The inner end of a path: enough to tell the places of a page apart, and quick."""
    return path_of(page, at, NEAR_STEPS)


@lru_cache(maxsize=4096)
def step_of(tag: str, classes: str) -> str:
    """One step of a path: the tag with those classes that last."""
    names = (_NUMBERED.sub("", name) for name in classes.split())
    lasting = sorted({name for name in names if not _PASSING.fullmatch(name)})
    return ".".join((tag, *lasting))


def path_of(page: Survey, at: int, longest: int = MAX_STEPS) -> str:
    """Tags and lasting classes from an element outwards, innermost last."""
    steps: list[str] = []
    while at >= 0 and len(steps) < longest:
        steps.append(step_of(page.tags[at], page.nodes[at].get("class") or ""))
        at = page.parent[at]
    return "/".join(reversed(steps))


def block_texts(page: Survey) -> Iterator[tuple[int, str]]:
    """The text of each block itself with its place, blocks in it left out."""
    for at, tag in enumerate(page.tags):
        if page.own[at] >= 3 and (tag in BLOCK_TAGS or at == 0) and (text := " ".join(_own_texts(page, at)).strip()):
            yield at, text


def _own_texts(page: Survey, at: int) -> Iterator[str]:
    node: Element = page.nodes[at]
    yield node.text or ""
    inside = at + 1
    while inside <= page.last[at]:
        element = page.nodes[inside]
        if page.tags[inside] in BLOCK_TAGS:
            following = page.last[inside] + 1
        else:
            yield element.text or ""
            following = inside + 1
        yield element.tail or ""
        inside = following
