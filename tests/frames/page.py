"""What frames share: the neighbours of an article, and lists of them in the forms that sites print."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .texts import News


@dataclass(frozen=True, slots=True)
class Around:
    """What stands on a page beside its article."""

    site: str
    others: tuple[News, ...]
    """Other articles, different on each page: related ones."""
    latest: tuple[News, ...]
    """Other articles, the same on each page: the newest, the most read."""

    @property
    def host(self) -> str:
        """Address of the site."""
        return f"https://{self.site.replace('_', '-')}.contoh.go.id"


Frame = Callable[[News, str, Around], tuple[str, str]]
"""Article, its body as HTML, what stands around it: address and page."""


def excerpt(of: News, length: int = 150) -> str:
    """The beginning of an article, as cards show it."""
    return of.paragraphs[0][:length] + "…"


def links(items: Iterable[News], form: str) -> str:
    """Items in one form: ``{url} {title} {day} {excerpt} {hits}``."""
    return "\n".join(
        form.format(
            url=f"/berita/{item.slug}",
            title=item.title,
            day=item.printed,
            excerpt=excerpt(item),
            hits=item.number % 877,
        )
        for item in items
    )


def document(title: str, head: str, body: str, lang: str = "id", classes: str = "") -> str:
    """A whole page."""
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f'<body class="{classes}">{body}</body></html>'
    )
