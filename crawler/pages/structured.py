"""What a page says about itself for machines: meta elements, OpenGraph, JSON-LD, canonical link, language.

Nothing is judged here but this: of several articles in JSON-LD only the one that the page is about counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .letters import folded, listed, plain, unescaped
from .tree import Element, parse_fragment, text_of

MAX_JSON_CHARACTERS = 1_000_000
MAX_JSON_NODES = 2_000
ARTICLE_TYPES = listed(
    "Article NewsArticle BlogPosting ReportageNewsArticle AnalysisNewsArticle BackgroundNewsArticle OpinionNewsArticle"
    " ReviewNewsArticle LiveBlogPosting SocialMediaPosting TechArticle ScholarlyArticle Report AdvertiserContentArticle"
    " AskPublicNewsArticle SatiricalArticle"
)


@dataclass(frozen=True, slots=True)
class LinkedArticle:
    """The article as its JSON-LD describes it; a field that is not stated is empty."""

    headline: str = ""
    published: str = ""
    modified: str = ""
    authors: tuple[str, ...] = ()
    section: str = ""
    keywords: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    body: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Statements:
    """All that a page states about itself."""

    meta: dict[str, tuple[str, ...]]
    """Contents by lower-case name, property or itemprop, in page order."""
    article: LinkedArticle | None
    page_dates: tuple[str, str]
    """Published and modified as stated for the page itself, where JSON-LD tells no article."""
    canonical: str | None
    shortlink: str | None
    amphtml: str | None
    language: str | None
    page_title: str
    """Text of ``title``, with the name of the site."""

    def first(self, *names: str) -> str:
        """The first content that is not empty, asking the names in turn."""
        return next((value for name in names for value in self.meta.get(name, ()) if value), "")


def read_statements(root: Element) -> Statements:
    """Everything stated in the head (and in JSON-LD anywhere)."""
    title = next((text_of(found) for found in root.iter("title")), "")
    meta = _meta(root)
    nodes = list(_linked_nodes(root))
    return Statements(
        meta=meta,
        article=_the_article(nodes, title, meta.get("og:title", ())),
        page_dates=_page_dates(nodes),
        canonical=_linked(root, "canonical"),
        shortlink=_linked(root, "shortlink"),
        amphtml=_linked(root, "amphtml"),
        language=root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang"),
        page_title=unescaped(title),
    )


def _linked(root: Element, relation: str) -> str | None:
    """Address of a ``link`` in the head."""
    links = (link.get("href") for link in root.iter("link") if relation in (link.get("rel") or "").lower().split())
    return next((href for href in links if href), None)


def _meta(root: Element) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for element in root.iter("meta"):
        content = plain(element.get("content") or "")
        for attribute in ("name", "property", "itemprop", "http-equiv"):
            for name in (element.get(attribute) or "").lower().replace("dc:", "dc.").split():
                found.setdefault(name, []).append(unescaped(content))
    return {name: tuple(values) for name, values in found.items()}


def _linked_nodes(root: Element) -> Iterator[dict[str, Any]]:
    """Every object of every JSON-LD block, outer before inner, blocks that are no JSON passed over."""
    left = MAX_JSON_NODES
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        text = (script.text or "").strip().removeprefix("<![CDATA[").removesuffix("]]>").strip().rstrip(";")
        if len(text) > MAX_JSON_CHARACTERS:
            continue
        try:
            waiting: list[Any] = [json.loads(text, strict=False)]
        except (ValueError, RecursionError):
            continue
        while waiting and left:
            left -= 1
            node = waiting.pop(0)
            if isinstance(node, list):
                waiting[:0] = node[:MAX_JSON_NODES]
            elif isinstance(node, dict):
                yield node
                waiting[:0] = [node[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in node]


def _types(node: dict[str, Any]) -> set[str]:
    stated = node.get("@type")
    names = stated if isinstance(stated, list) else [stated]
    return {name.rsplit("/", 1)[-1] for name in names if isinstance(name, str)}


def _the_article(nodes: list[dict[str, Any]], title: str, og_titles: tuple[str, ...]) -> LinkedArticle | None:
    articles = [node for node in nodes if _types(node) & ARTICLE_TYPES]
    if len(articles) > 1:
        # A listing states one object for each of its cards; so does a list of related articles.
        names = [folded(text) for text in (title, *og_titles) if text]
        fitting = [node for node in articles if _is_named(node, names)]
        if not fitting and len({_text(node.get("headline")) for node in articles}) > 1:
            return None
        articles = fitting or articles
    return _linked_article(articles) if articles else None


def _is_named(node: dict[str, Any], names: list[str]) -> bool:
    headline = folded(_text(node.get("headline")) or _text(node.get("name")))
    return bool(headline) and any(headline in name or (len(name) > 20 and name in headline) for name in names)


def _linked_article(nodes: list[dict[str, Any]]) -> LinkedArticle:
    """One article out of the objects that describe it, the first that states a field deciding."""

    def stated(*keys: str) -> Any:
        return next((node[key] for node in nodes for key in keys if node.get(key)), None)

    return LinkedArticle(
        headline=_text(stated("headline", "name")),
        published=_text(stated("datePublished", "dateCreated")),
        modified=_text(stated("dateModified")),
        authors=tuple(dict.fromkeys(_people(stated("author", "creator")))),
        section=_text(stated("articleSection")),
        keywords=tuple(dict.fromkeys(_names(stated("keywords")))),
        images=tuple(dict.fromkeys(_addresses(stated("image")))),
        body=_body(stated("articleBody")),
        description=_text(stated("description")),
    )


def _page_dates(nodes: list[dict[str, Any]]) -> tuple[str, str]:
    pages = [node for node in nodes if _types(node) & {"WebPage", "ItemPage"}]
    if len(pages) != 1:
        # A recipe, a film, instructions: one thing that was published on one day.
        days = {_text(node.get("datePublished") or node.get("uploadDate")) for node in nodes} - {""}
        return (days.pop(), "") if len(days) == 1 and not pages else ("", "")
    return _text(pages[0].get("datePublished")), _text(pages[0].get("dateModified"))


def _text(value: Any) -> str:
    if isinstance(value, list):
        return next((text for item in value if (text := _text(item))), "")
    if isinstance(value, dict):
        return _text(value.get("name") or value.get("@value"))
    return plain(unescaped(value)) if isinstance(value, str) else ""


def _names(value: Any) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        if name := _text(item):
            yield name


def _people(value: Any) -> Iterator[str]:
    """Names of authors that are not said to be organisations."""
    for item in value if isinstance(value, list) else [value]:
        if not (isinstance(item, dict) and any(kind.endswith("Organization") for kind in _types(item))):
            yield from _names(item)


def _addresses(value: Any) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        address = item.get("url") or item.get("contentUrl") if isinstance(item, dict) else item
        if isinstance(address, str) and address.strip():
            yield address.strip()


def _body(value: Any) -> str:
    """``articleBody`` without markup; some sites put HTML into it, escaped or not."""
    if not isinstance(value, str):
        return ""
    text = unescaped(value)
    if "<" in text and (box := parse_fragment(text)) is not None:
        return text_of(box)
    return plain(text)
