"""An archived page for a browser that has no viewer: its text and its shape, and nothing that reaches out.

A sandbox and a policy stop requests; they do not stop a browser from getting ready for them: a ``preconnect``
link or a frame opens a connection to a host before the policy is asked (seen in Chromium 156). So a page that
a browser navigates to loses the names of such elements. Programs get the bytes as received, always. Pure.
"""

from __future__ import annotations

import re

from archive.capture import ContentUndecodable, decode_content, decode_text

_REACHING = re.compile(
    r"<(/?)(?=(?:link|i?frame|frameset|object|embed|applet|portal|fencedframe|script|base|svg|math|video|audio|source)\b)",
    re.IGNORECASE,
)
_REFRESH = re.compile(r"http-equiv", re.IGNORECASE)
_NAVIGATES = (b"document", b"iframe", b"frame", b"embed", b"object")
_MARKUP = ("text/html", "application/xhtml+xml")


def is_navigation(headers: list[tuple[bytes, bytes]]) -> bool:
    """Whether a browser asks for something to show, not a program that reads (Fetch Metadata)."""
    return any(name == b"sec-fetch-dest" and value.lower() in _NAVIGATES for name, value in headers)


def inert(body: bytes | None, content_type: str | None, coding: str | None) -> tuple[bytes, str] | None:
    """A body as a browser may have it, decoded, and its content type; None where it is to be given as it is.

    Args:
        body: as stored; None for one that is too large to be held.
        content_type: as archived.
        coding: content coding of the body.
    """
    kind = (content_type or "").partition(";")[0].strip().lower()
    if kind.startswith(("image/", "video/", "audio/")) and "svg" not in kind:
        return None
    if body is None:
        return b"This capture is too large to be shown here.\n", "text/plain; charset=utf-8"
    try:
        content = decode_content(body, coding, whole=False)
    except ContentUndecodable as fault:
        return f"This capture cannot be decoded: {fault}\n".encode(), "text/plain; charset=utf-8"
    if kind not in _MARKUP:
        return (content, "text/plain") if kind.startswith("text/") or "xml" in kind or not kind else None
    text = _REACHING.sub(r"<\1x-", decode_text(content, content_type))
    return _REFRESH.sub("x-equiv", text).encode("utf-8", "replace"), "text/html; charset=utf-8"
