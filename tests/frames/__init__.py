"""Page frames of Indonesian content systems, each crossed with messy bodies, with exact gold.

A frame is a function from an article and its neighbours to HTML; every new trap is one more of them. The frames are
not copied from any site: they are written from what such sites do.
"""

from __future__ import annotations

from dataclasses import dataclass

from .bodies import BODIES, body
from .later import LATER
from .modern import MODERN
from .old import OLD
from .page import Around, Frame
from .texts import News, news

FRAMES: dict[str, Frame] = {**OLD, **MODERN, **LATER}


@dataclass(frozen=True, slots=True)
class Gold:
    """A page with what is on it."""

    frame: str
    url: str
    html: str
    title: str
    text: str
    published: str
    """``YYYY-MM-DD``."""


def pages(frame: str, count: int, first: int = 0) -> list[Gold]:
    """Pages of one site that is built with a frame; the same for the same numbers."""
    made: list[Gold] = []
    offset = 1000 * (1 + list(FRAMES).index(frame))
    for at in range(first, first + count):
        article = news(offset + at)
        others = tuple(news(offset + at + step) for step in (1, 2, 3, 5, 8, 13))
        latest = tuple(news(offset + 700 + n) for n in range(5))
        url, html = FRAMES[frame](article, body(article, at), Around(frame, others, latest))
        made.append(Gold(frame, url, html, article.title, "\n\n".join(article.paragraphs), article.day.isoformat()))
    return made


__all__ = ["BODIES", "FRAMES", "Gold", "News", "pages"]
