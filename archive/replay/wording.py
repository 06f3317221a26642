"""What changed between two texts, word by word. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_PIECES = re.compile(r"\s+|[^\s]+")
_LIMIT = 1_000_000
"""Words of the one times words of the other side of a changed passage beyond which it is shown as a whole."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that stayed, went or came."""

    kind: Literal["same", "removed", "added"]
    text: str


def differences(old: str, new: str) -> list[list[Piece]]:
    """Two texts as one, paragraph by paragraph.

    Args:
        old, new: paragraphs joined by an empty line.
    """
    before, after = old.split("\n\n"), new.split("\n\n")
    made: list[list[Piece]] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            made += [[Piece("same", text)] for text in before[a:b]]
        elif tag == "replace" and b - a == d - c:
            made += [list(_words(*pair)) for pair in zip(before[a:b], after[c:d], strict=True)]
        elif tag == "replace":
            made.append(list(_words("\n\n".join(before[a:b]), "\n\n".join(after[c:d]))))
        else:
            made += [[Piece("removed", text)] for text in before[a:b]]
            made += [[Piece("added", text)] for text in after[c:d]]
    return made


def _words(old: str, new: str) -> Iterator[Piece]:
    before, after = _PIECES.findall(old), _PIECES.findall(new)
    if len(before) * len(after) > _LIMIT:
        yield Piece("removed", old)
        yield Piece("added", new)
        return
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(before[a:b]))
            continue
        if b > a:
            yield Piece("removed", "".join(before[a:b]))
        if d > c:
            yield Piece("added", "".join(after[c:d]))


def excerpt(text: str, asked: str, width: int = 240) -> list[Piece]:
    """A passage of a text around the first of some words, these marked as ``added``."""
    words = [re.escape(word) for word in re.findall(r"\w+", asked)]
    flat = " ".join(text.split())
    if not words:
        return [Piece("same", flat[:width])]
    pattern = re.compile(rf"\b(?:{'|'.join(words)})\w*", re.IGNORECASE)
    first = pattern.search(flat)
    start = max(0, first.start() - width // 3) if first else 0
    start = flat.rfind(" ", 0, start) + 1
    passage = flat[start : start + width]
    pieces, at = ([Piece("same", "… ")] if start else []), 0
    for found in pattern.finditer(passage):
        pieces += [Piece("same", passage[at : found.start()]), Piece("added", found[0])]
        at = found.end()
    return [*pieces, Piece("same", passage[at:] + ("…" if start + width < len(flat) else ""))]
