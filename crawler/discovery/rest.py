"""Posts of WordPress REST (``/wp-json/wp/v2/posts``): a JSON list, its pages counted in a header."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl, urlencode

from crawler.discovery.harvest import Harvest


def read_posts(text: str, harvest: Harvest) -> str | None:
    """Hand the posts of one page to the harvest.

    Returns:
        The problem with the document, or None.
    """
    if looks_like_html(text):
        return "html-instead-of-rest"
    posts = parsed_json(text)
    if posts is None:
        return "not-json"
    if not isinstance(posts, list):
        return "not-posts"
    for post in posts:
        link = post.get("link") if isinstance(post, dict) else None
        if not isinstance(link, str):
            harvest.ignored["bad-url"] += 1
            continue
        modified, title = post.get("modified_gmt"), post.get("title")
        rendered = title.get("rendered") if isinstance(title, dict) else title
        harvest.link(
            link,
            [modified if isinstance(modified, str) else None],
            rendered if isinstance(rendered, str) else None,
        )
    return None


def following_page(url: str, total_pages: str | None, max_pages: int) -> str | None:
    """Address of the page after this one, as the site counts its pages; None at the last.

    Args:
        url: address of this page.
        total_pages: value of ``X-WP-TotalPages``.
        max_pages: pages that may be read on one visit.
    """
    total = int(total_pages) if total_pages and re.fullmatch(r"[0-9]{1,6}", total_pages) else 0
    head, _, query = url.partition("#")[0].partition("?")
    parts = parse_qsl(query, keep_blank_values=True)
    given = next((value for name, value in parts if name == "page"), "1")
    number = int(given) + 1 if re.fullmatch(r"[0-9]{1,6}", given) else 2
    if number > min(total, max_pages):
        return None
    kept = [(name, value) for name, value in parts if name != "page"]
    return f"{head}?{urlencode([*kept, ('page', str(number))])}"


def looks_like_html(text: str) -> bool:
    """Whether a page stands where a document should."""
    return re.match(r"\s*<(?:!doctype|html)\b", text, re.IGNORECASE) is not None


def parsed_json(text: str) -> Any:
    """The JSON value, also when PHP warnings stand before it; None for no JSON."""
    start = re.search(r"\[\s*\{|\{\s*\"", text[:4096])
    for candidate in (text, text[start.start() :] if start else ""):
        try:
            return json.loads(candidate)
        except (ValueError, RecursionError):
            continue
    return None
