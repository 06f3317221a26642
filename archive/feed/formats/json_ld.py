"""JSON-LD: one document whose graph holds a schema.org ``NewsArticle`` per record."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from typing import Any, BinaryIO

from archive.feed.formats import Setting
from archive.line import record_of

CONTEXT = {"@vocab": "https://schema.org/"}
"""Said in the document, so that no reader has to fetch it."""


def write(lines: Iterable[bytes], out: BinaryIO, setting: Setting) -> int:
    """Write the document; how many articles are in its graph."""
    out.write(b'{"@context":' + json.dumps(CONTEXT).encode() + b',"@graph":[')
    count = 0
    for count, line in enumerate(lines, 1):
        article = json.dumps(news_article(record_of(line)), ensure_ascii=False, separators=(",", ":"))
        out.write((",\n" if count > 1 else "\n").encode() + article.encode())
    out.write(b"\n]}\n")
    return count


def name_of(article_id: str) -> str:
    """The article's id as a URN: its 128 bits written as a UUID."""
    return uuid.UUID(hex=article_id).urn


def news_article(told: dict[str, Any]) -> dict[str, Any]:
    """A record in schema.org's words; what is unknown is left out."""
    said = {
        "@type": "NewsArticle",
        "@id": f"{name_of(told['id'])}#{told['version']}",
        "identifier": told["id"],
        "version": told["version"],
        "url": told["canonical_url"],
        "headline": told["title"],
        "alternativeHeadline": told["subtitle"],
        "datePublished": told["published_at"],
        "dateModified": told["modified_at"],
        "sdDatePublished": told["fetched_at"],
        "author": [{"@type": "Person", "name": name} for name in told["authors"]],
        "publisher": {"@type": "GovernmentOrganization", "name": told["publisher"]},
        "creditText": told["attribution"],
        "contentLocation": {"@type": "Place", "name": told["dateline"]} if told["dateline"] else None,
        "articleSection": told["section"],
        "keywords": told["tags"],
        "inLanguage": told["language"],
        "articleBody": told["body_text"],
        "image": [
            {
                "@type": "ImageObject",
                "contentUrl": one["url"],
                **({"caption": one["caption"]} if one["caption"] else {}),
            }
            for one in told["images"]
        ],
        "associatedMedia": [
            {"@type": "MediaObject", "contentUrl": one["url"], **({"name": one["title"]} if one["title"] else {})}
            for one in told["attachments"]
        ],
    }
    return {key: value for key, value in said.items() if value not in (None, [], "")}
