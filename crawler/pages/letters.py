"""Single lines of text as people read them: blanks, invisible characters, entities that were escaped twice."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

_DROPPED = {code: None for code in range(128) if not chr(code).isalnum()}
_NOT_ALNUM = re.compile(r"[\W_]+")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f"
    "\u00ad"  # soft hyphen
    "\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"  # of no width, or marks of direction
    "\ufe00-\ufe0f"  # variation selectors, left behind by emoji that a database dropped
    "\ud800-\udfff]"
)
_ENTITY = re.compile(r"&(?:#\d{2,6}|#x[0-9a-fA-F]{2,5}|[a-zA-Z]{2,8}\d{0,2});")

_ESCAPED_BLOCK = re.compile(r"&lt;/?(?:p|div|br|span|strong|ul|li|table)\b[^&]{0,300}?/?&gt;", re.IGNORECASE)


def visible(text: str) -> str:
    """Text without characters that nobody sees; white space stays as it is."""
    # Most texts are ASCII without a control character: nothing in them can be unseen.
    return text if text.isascii() and text.isprintable() else _UNSEEN.sub("", text)


def plain(text: str) -> str:
    """One line: invisible characters dropped, each run of white space one blank, none at the ends, NFC."""
    line = " ".join(visible(text).split())
    return line if line.isascii() else unicodedata.normalize("NFC", line)


def unescaped(text: str) -> str:
    """Text of a heading or an attribute whose entities were escaped once more than the page needs."""
    for _ in range(2):
        if "&" not in text or not _ENTITY.search(text):
            break
        text = html.unescape(text)
    return text


def unescape_twice(markup: str) -> str:
    """Markup whose body was escaped once more than it should be (PopojiCMS stores it so), made markup again."""
    for _ in range(2):
        escaped = len(_ESCAPED_BLOCK.findall(markup))
        if escaped < 2 or escaped <= markup.count("<p"):
            return markup
        markup = html.unescape(markup)
    return markup


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """Letters and digits only, in lower case: for asking whether two lines say the same."""
    if text.isascii():
        return text.lower().translate(_DROPPED)
    return _NOT_ALNUM.sub("", unicodedata.normalize("NFKD", text).casefold())


def words_in(text: str) -> int:
    """Number of words."""
    return len(text.split())


def listed(words: str) -> frozenset[str]:
    """A set of words written as one text, which reads better than a hundred quotes."""
    return frozenset(words.split())


def are_glued(left: str, right: str) -> bool:
    """Whether two words stand against each other only because a span ended between them."""
    before, after = left[-1:], right[:1]
    if before in ",;:!?)”" and after.isalpha():
        return True
    word = re.search(r"([^\W\d_]+)\.?$", left)
    if word is None or not after.isupper() or not right[1:2].islower():
        return False
    return word[1][-1].islower() and len(word[1]) >= 3
