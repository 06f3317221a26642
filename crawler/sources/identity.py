"""Which address an article is known by, whatever address led to it.

Rules of this room: pure, no network, and it never raises on an address that a page invented.
An identity only drops what cannot tell two articles apart: the alias of a host, a tracking
parameter, a view of the same text. Whatever might (``?p=``, ``?id=``) stays, because two
articles taken for one is a loss, while one article under two addresses is mended later by its
canonical link.

::

    as found    http://www.Contoh.go.id:80/index.php/berita//panen-raya/amp/?utm_source=wa&b=2&a=1#isi
    identity    https://contoh.go.id/berita/panen-raya?a=1&b=2

Quoting and dot segments are settled by yarl, the order of the query by w3lib: w3lib alone keeps
default ports and ``/../``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote_plus

from w3lib.url import canonicalize_url
from yarl import URL

from crawler.sources.source import Source

TRACKING = re.compile(
    r"utm_.*|fbclid|gclid|gclsrc|dclid|[gw]braid|msclkid|yclid|twclid|ttclid|li_fat_id|igsh|igshid|mc_[ce]id|mkt_tok"
    r"|_ga|_gl|_hsenc|_hsmi|fb_(action_ids|action_types|source|ref|comment_id)|ref_(src|url)|__twitter_impression"
    r"|__cf_chl_.*"
)
"""Parameters that say where a reader came from."""

SESSIONS = re.compile(r"phpsessid|jsessionid|aspsessionid.*|session_?id|ci_session|oscsid|zenid|cfid|cftoken")
"""Parameters that number a visitor."""

VIEWS = re.compile(r"replyto(com|comment)|print|amp|amp_markup|share|nb|like_comment|_wpnonce")
"""Parameters that show the same text for another purpose; with any value."""

VIEW_VALUES = frozenset({("m", "0"), ("m", "1"), ("outputtype", "amp"), ("tmpl", "component"), ("noamp", "mobile")})
"""Parameters that do so with this value only: ``?m=201807`` is a month of a WordPress archive."""

VIEW_SEGMENT = re.compile(r"amp|amp\.html|to_top|print|comment-page-\d+", re.IGNORECASE)
"""Last segments of a path that show the article above them. ``to_top`` is a relative "to top" link
that answers with the same article (seen on ``/web/detailberita/<id>/``)."""

_BLANK_IN_HOST = re.compile(r"[\x00-\x20\x7f]+")
_BREAKS = re.compile(r"[\t\r\n]+")
_BLANKS = "".join(map(chr, range(33))) + "\x7f\xa0"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?!\d+(?:/|$))")
_PATH_SESSION = re.compile(r";jsessionid=[^;]*", re.IGNORECASE)
_LONG_TOKEN = re.compile(r"[0-9A-Za-z,-]{20,}")


def canonical_address(url: str, source: Source) -> str:
    """The address that stands for the article, the same for each of its spellings.

    On a host of the source it gets the source's scheme and first host; on another host it is
    only normalized. Applying it twice changes nothing.

    Returns:
        The identity; for what is no address on the web, the text itself without blanks around it.
    """
    return _canonical(_absolute(url, source.scheme, source.hosts[0]), source.scheme, source.hosts)


@lru_cache(maxsize=4096)
def _canonical(text: str, scheme: str, hosts: tuple[str, ...]) -> str:
    # Each link of a page is asked for twice, and those of the menu on every page.
    address = _parsed(text)
    if address is None:
        return text
    try:
        return _identity(address, scheme, hosts)
    except ValueError:
        # yarl and w3lib each refuse some host names and ports that the other lets through.
        return text


def on_host(url: str, source: Source) -> bool:
    """Whether an absolute address lies on a host of the source, with or without ``www.``."""
    address = _parsed(_absolute(url, source.scheme, source.hosts[0]))
    return address is not None and _on_host(address, source.hosts)


def is_article(url: str, source: Source, identity: str | None = None) -> bool:
    """Whether an address lies on the source's hosts and fits its patterns of article addresses.

    Patterns are searched in path and query, percent-encoded, both as the address has them and as
    its identity has them: ``^/berita/[^/]+$`` finds ``/index.php/berita/panen-raya/`` too.

    Args:
        url: the address, absolute or a path on the source's first host.
        source: whose patterns they are.
        identity: its canonical address, where the caller knows it.
    """
    address = _parsed(_absolute(url, source.scheme, source.hosts[0]))
    if address is None or not _on_host(address, source.hosts):
        return False
    forms = {_tail(str(address)), _tail(identity or canonical_address(url, source))}
    return _fits(source.article, forms) and not _fits(source.not_article, forms)


@lru_cache(maxsize=4096)
def article_number(url: str, source: Source) -> str | None:
    """What tells an article by the number in its address: all up to the group ``id`` of the pattern that it fits.

    ``/berita/12/panen`` and ``/berita/12/panen-raya`` have one. None where no pattern has such a group.
    """
    tail = _tail(canonical_address(url, source))
    for pattern in source.article:
        found = _compiled(pattern).search(tail) if "(?P<id>" in pattern else None
        if found and found["id"]:
            return f"number:{tail[: found.end('id')]}"
    return None


def _absolute(url: str, scheme: str, first_host: str) -> str:
    """The text as browsers read it: no blanks around it, no line breaks in it, ``\\`` as ``/``."""
    text = _BREAKS.sub("", url.encode("utf-8", "replace").decode("utf-8")).strip(_BLANKS)
    if _SCHEME.match(text) and not text[:5].lower().startswith("http"):
        return text
    path, mark, rest = text.partition("?")
    text = path.replace("\\", "/") + mark + rest
    if text.startswith("//"):
        return f"{scheme}:{text}"
    return f"{scheme}://{first_host}{text}" if text.startswith("/") else text


@lru_cache(maxsize=4096)
def _parsed(text: str) -> URL | None:
    try:
        address = URL(text)
        place = address.host_port_subcomponent
    except (ValueError, IndexError):
        # yarl 1.25 raises IndexError on "http://[]@".
        return None
    if address.scheme not in ("http", "https") or not place or _BLANK_IN_HOST.search(place):
        return None
    return address


def _on_host(address: URL, hosts: tuple[str, ...]) -> bool:
    return _bare(address.host_port_subcomponent or "") in _bare_all(hosts)


def _bare(host: str) -> str:
    return host.lower().removeprefix("www.")


@lru_cache(maxsize=1024)
def _bare_all(hosts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(_bare, hosts))


def _identity(address: URL, scheme: str, hosts: tuple[str, ...]) -> str:
    place = hosts[0]
    if not _on_host(address, hosts):
        place, scheme = address.host_port_subcomponent or "", address.scheme
    path, query = _path(address.raw_path), _query(address.raw_query_string)
    return str(canonicalize_url(f"{scheme}://{place}{path}{'?' if query else ''}{query}"))


def _path(raw: str) -> str:
    segments = [_PATH_SESSION.sub("", segment).rstrip(";") for segment in raw.split("/")]
    kept = [segment for segment in segments if segment not in ("", ".", "..", "index.php")]
    while len(kept) > 1 and VIEW_SEGMENT.fullmatch(kept[-1]):
        kept.pop()
    return "/" + "/".join(kept)


def _query(raw: str) -> str:
    # "&amp;" is left where a page escaped its links twice.
    parts = re.sub(r"&(?:amp;)+", "&", "&" + raw).split("&")
    return "&".join(part for part in parts if part and _tells_apart(part))


def _tells_apart(part: str) -> bool:
    """Whether one ``name=value`` of a query may belong to the article's identity."""
    name, _, value = part.partition("=")
    name, value = unquote_plus(name).strip().lower(), unquote_plus(value).strip()
    if any(pattern.fullmatch(name) for pattern in (TRACKING, SESSIONS, VIEWS)):
        return False
    if name in ("sid", "s_id", "session"):
        # PHP-Nuke numbers its articles "sid"; only a long token is a session.
        return not _LONG_TOKEN.fullmatch(value)
    return (name, value.lower()) not in VIEW_VALUES


def _tail(url: str) -> str:
    """Path and query of an absolute address."""
    rest = url.partition("#")[0].partition("://")[2]
    start = re.search(r"[/?]", rest)
    if not start:
        return "/"
    tail = rest[start.start() :]
    return tail if tail.startswith("/") else "/" + tail


def _fits(patterns: tuple[str, ...], forms: set[str]) -> bool:
    return any(_compiled(pattern).search(form) for pattern in patterns for form in forms)


@lru_cache(maxsize=8192)
def _compiled(pattern: str) -> re.Pattern[str]:
    # re's own cache holds 512 patterns, fewer than a sweep over all governments has.
    return re.compile(pattern)
