"""Single lines of text as people read them: blanks, invisible characters, entities that were escaped twice."""

from __future__ import annotations

import html
import re
import unicodedata

_SPACES = re.compile(r"\s+")
_DROPPED = dict.fromkeys(
    (
        *range(0x09),
        *range(0x0E, 0x1C),
        0x7F,
        0xAD,  # soft hyphen
        0x200B,  # zero width space
        0x200C,
        0x200D,
        0x200E,
        0x200F,
        *range(0x202A, 0x202F),
        *range(0x2060, 0x206A),
        0xFEFF,
        *range(0xFE00, 0xFE10),  # variation selectors, left behind by emoji that a database dropped
        *range(0xD800, 0xE000),
    )
)
_ENTITY = re.compile(r"&(?:#\d{2,6}|#x[0-9a-fA-F]{2,5}|[a-zA-Z]{2,8}\d{0,2});")


def visible(text: str) -> str:
    """Text without characters that nobody sees; white space stays as it is."""
    return text.translate(_DROPPED) if not text.isascii() or not text.isprintable() else text


def plain(text: str) -> str:
    """One line: invisible characters dropped, each run of white space one blank, none at the ends, NFC."""
    line = _SPACES.sub(" ", visible(text)).strip()
    return line if line.isascii() else unicodedata.normalize("NFC", line)


def unescaped(text: str) -> str:
    """Text of a heading or an attribute whose entities were escaped once more than the page needs."""
    for _ in range(2):
        if "&" not in text or not _ENTITY.search(text):
            break
        text = html.unescape(text)
    return text


def folded(text: str) -> str:
    """Letters and digits only, in lower case: for asking whether two lines say the same."""
    return "".join(c for c in unicodedata.normalize("NFKD", text).casefold() if c.isalnum())


def words_in(text: str) -> int:
    """Number of words."""
    return len(text.split())


def listed(words: str) -> frozenset[str]:
    """A set of words written as one text, which reads better than a hundred quotes."""
    return frozenset(words.split())
