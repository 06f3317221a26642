"""Where a known kind of site keeps the parts of an article: CSS selectors, each list tried in order.

A layout is data. A source's own selectors go before those of its platform; what neither finds is left to the generic
reader. A site that was rebuilt has pages of two layouts: the one whose body is found has read the page.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from crawler.sources.source import Select


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Selectors of one kind of page."""

    name: str
    """Name and version, as the record's ``extractor`` shows it."""
    mark: str = ""
    """Selector that a page of this kind fulfils; empty where the body selectors are sure enough."""
    title: tuple[str, ...] = ()
    subtitle: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    image: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    stop: tuple[str, ...] = ()
    """Elements (often pictures of headings) from which on the body is over."""
    stop_texts: tuple[str, ...] = ()
    """Texts of headings from which on the body is over, beside those that every page may have."""


def with_selectors(layout: Layout, own: Select) -> Layout:
    """The layout with a source's own selectors before its own."""
    return replace(
        layout,
        title=own.title + layout.title,
        subtitle=own.subtitle + layout.subtitle,
        date=own.date + layout.date,
        author=own.author + layout.author,
        section=own.section + layout.section,
        tags=own.tags + layout.tags,
        body=own.body + layout.body,
        image=own.image + layout.image,
        remove=own.remove + layout.remove,
        stop=tuple(text[4:] for text in own.cut_after if text.startswith("css:")) + layout.stop,
        stop_texts=tuple(text for text in own.cut_after if not text.startswith("css:")) + layout.stop_texts,
    )
