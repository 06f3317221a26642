"""What a robots.txt means for us (RFC 9309): pure functions, no network, no clock.

Protego reads the grammar. Which group is ours is decided here, because Protego matches a group
name to any beginning of our token: a group for ``war`` would bind ``warkat`` too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from protego import Protego

from crawler.politeness.skips import SkipReason

PRODUCT_TOKEN = "warkat"  # noqa: S105 - the name that robots.txt groups are matched with
"""Our product token (RFC 9309 section 2.2.1); the user agent header begins with it."""

PARSE_LIMIT = 512 * 1024
"""Bytes of a robots.txt that are read; RFC 9309 section 2.5 asks for 500 KiB at least."""

HOP_LIMIT = 5
"""Redirects that are followed to a robots.txt (RFC 9309 section 2.3.1.2)."""

_AGENT_LINE = re.compile(r"\s*user[- ]?agent\b\s*:?(?P<value>[^#]*)", re.IGNORECASE)
_TOKEN = re.compile(r"[A-Za-z_-]+")
_NOBODY = "-"  # a group name that is no part of our token, so that Protego never picks it


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one robots.txt as they bind us."""

    parsed: Protego | None = None
    """What was read, or None where no rule was found."""
    refusal: SkipReason | None = None
    """Why every address is refused, or None."""

    def refuses(self, url: str) -> SkipReason | None:
        """The reason why an address may not be fetched, or None if it may."""
        if self.refusal:
            return self.refusal
        if self.parsed is not None and not self.parsed.can_fetch(url, PRODUCT_TOKEN):
            return "robots-disallowed"
        return None

    @property
    def delay_s(self) -> float:
        """Seconds between requests by Crawl-delay or Request-rate, the stricter; 0 without either.

        Both are outside RFC 9309 and old habits of robots.txt writers. A Request-rate for some
        hours of the day is kept all day: slower than asked is never impolite.
        """
        if self.parsed is None:
            return 0.0
        rate = self.parsed.request_rate(PRODUCT_TOKEN)
        return max(self.parsed.crawl_delay(PRODUCT_TOKEN) or 0.0, rate.seconds / rate.requests if rate else 0.0)


ALLOW_ALL = Rules()
UNREACHABLE = Rules(refusal="robots-unreachable")


def robots_verdict(status: int | None, body: bytes = b"") -> Rules:
    """The rules that follow from the answer to a request for robots.txt.

    Args:
        status: of the last answer after redirects, or None where nobody answered.
        body: without content coding.

    Source: RFC 9309 section 2.3.1. A 429 is a 4xx, which only *may* be taken for permission; it
    says that we knock too hard, so it counts as unreachable.
    """
    if status is None or status < 200 or status == 429 or status >= 500:
        return UNREACHABLE  # 2.3.1.4: MUST assume complete disallow
    if status < 300:
        return Rules(parsed=Protego.parse(_name_groups(_text(body))))
    return ALLOW_ALL  # 2.3.1.3, and 2.3.1.2 for a redirect that leads nowhere


def redirect_target(url: str, status: int, location: str | None) -> str | None:
    """The absolute http address that a redirect points to, or None if this is no such redirect."""
    if status not in (301, 302, 303, 307, 308) or not location:
        return None
    try:
        target = urljoin(url, location.strip())
        parts = urlsplit(target)
    except ValueError:  # the server sent something like http://[
        return None
    return target if parts.scheme in ("http", "https") and parts.hostname else None


def _text(body: bytes) -> str:
    """The part that is read: whole lines only, for half a path would be another rule."""
    if len(body) > PARSE_LIMIT:
        body = body[:PARSE_LIMIT]
        body = body[: max(body.rfind(b"\n"), body.rfind(b"\r")) + 1]
    return body.decode("utf-8-sig", "replace")


def _name_groups(text: str) -> str:
    """Rewrite the names of groups so that exactly ours and ``*`` can match.

    Source: RFC 9309 section 2.2.1: the whole product token, compared without regard to case.
    """
    return "\n".join(_name_group(line) for line in text.splitlines())


def _name_group(line: str) -> str:
    match = _AGENT_LINE.match(line)
    if not match:
        return line
    value = match["value"].strip()
    token = _TOKEN.match(value)
    if token and token[0].lower() == PRODUCT_TOKEN:
        return f"User-agent: {PRODUCT_TOKEN}"
    return f"User-agent: {value if value in ('', '*') else _NOBODY}"
