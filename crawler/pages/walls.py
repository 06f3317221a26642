"""What is no page: error texts behind status 200, challenges, logins, listings, shells that JavaScript would fill.

Each has a stable name that the run report counts:

``http-status``, ``empty-page``, ``not-html``, ``undecodable``, ``too-large``, ``soft-error``, ``login-or-challenge``,
``javascript-shell``, ``not-an-article``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice, pairwise

from archive.capture import Capture, ContentUndecodable, decode_text
from archive.record import Skip
from crawler.sources.identity import is_article
from crawler.sources.source import Source

from .letters import plain
from .prune import MIN_CARDS, SHOWN, card_groups, has_documents
from .structured import Statements
from .survey import Survey
from .tree import MAX_CHARACTERS, Element, text_of

SHORT_PAGE = 1500
"""An error text on a page with more characters of prose is news about an error."""

_HTML_TYPES = frozenset(("", "text/html", "application/xhtml+xml", "text/plain", "application/octet-stream"))
_SIGNATURES = {
    b"%PDF": "PDF", b"PK\x03\x04": "ZIP or office document", b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"GIF8": "GIF",
    b"\xd0\xcf\x11\xe0": "office document", b"Rar!": "RAR", b"RIFF": "RIFF", b"\x1f\x8b": "gzip", b"7z\xbc\xaf": "7z",
}  # fmt: skip
_ERROR_TITLE = re.compile(
    r"(?:error )?(?:40[0-9]|410|50[0-9])(?:\b.*)?|.{0,40}(?:not found|tidak ditemukan|tidak tersedia|forbidden"
    r"|access denied|bad gateway"
    r"|service unavailable|internal server error|gateway time-?out|bad request|database error|under (?:maintenance"
    r"|construction)"
    r"|maintenance mode|sedang (?:dalam )?(?:perbaikan|pemeliharaan)|account suspended|akun ditangguhkan"
    r"|website (?:expired|disabled)"
    r"|error was encountered|runtime error|server error in).{0,60}|(?:oops|whoops|error|maintenance|kesalahan"
    r"|galat)\b.{0,60}"
    r"|index of /.*|apache2? .{0,20}default page.*|welcome to nginx!?|halaman (?:ini )?(?:error|kosong)",
    re.IGNORECASE | re.DOTALL,
)
_ERROR_TEXT = re.compile(
    r"error establishing a database connection|SQLSTATE\[|a database error occurred|unable to connect to (?:your"
    r"|the) database"
    r"|(?:fatal|parse) error:.{1,300} on line \d+|uncaught (?:error|exception)|whoops, looks like something went wrong"
    r"|the page you (?:requested|are looking for) (?:was not|could not|cannot be)|halaman yang anda (?:cari|minta"
    r"|tuju) tidak"
    r"|too many connections|mysqli?_connect\(\)|(?:resource|bandwidth) limit (?:is reached|exceeded)"
    r"|sorry, this page isn.t available"
    r"|(?:data|berita|artikel|konten|halaman|postingan) (?:ini |yang anda cari )?(?:tidak ditemukan|sudah dihapus"
    r"|telah dihapus)"
    r"|this account has been suspended|(?:situs|website|web) (?:ini )?sedang (?:dalam )?(?:perbaikan|pemeliharaan"
    r"|maintenance)",
    re.IGNORECASE,
)
_CHALLENGE_TITLE = re.compile(
    r"just a moment.*|attention required.*cloudflare.*|checking your browser.*|ddos.guard.*|please wait.{0,40}"
    r"|access to this page.*"
    r"|one moment, please.*|sucuri website firewall.*|bot verification|verifikasi (?:keamanan|browser).*"
    r"|human verification.*"
    r"|security check.*|robot or human.*|are you a robot.*",
    re.IGNORECASE | re.DOTALL,
)
_CHALLENGE_MARKUP = (
    "cf-browser-verification", "cf_chl_opt", "challenge-platform/h/", "_Incapsula_Resource",
    "sucuri_cloudproxy_js", "ddos-guard/js",
    "/aes.js", "toNumbers(", "imunify360", "perfdrive.com", "px-captcha", "awswaf", "distil_r_captcha",
)  # fmt: skip
_LOGIN_TITLE = re.compile(
    r"(?:.{0,30}\b)?(?:log ?in|masuk|sign in|silakan masuk|halaman login|authentication required)(?:\b.{0,60})?",
    re.IGNORECASE,
)
_HOME = re.compile(r"(?:index\.(?:php|html?|aspx?)|home|beranda)?/?(?:#.*)?", re.IGNORECASE)
_PASSWORD = re.compile(r"<input[^<>]{0,300}type\s*=\s*[\"']?password", re.IGNORECASE)
_SHELL = (
    "#root",
    "#app",
    "#__next",
    "#__nuxt",
    "app-root",
    "#___gatsby",
    "[data-reactroot]",
    "[ng-app]",
    "#q-app",
    "#svelte",
)
_LISTING_BODY = re.compile(
    r"(?:^|\s)(?:home|blog|archive|category|tag|date|author|search|search-results|post-type-archive|error404)(?:\s|$)"
)
_SINGLE_BODY = re.compile(r"(?:^|\s)(?:single|single-[\w-]+|page|singular|postid-\d+|page-id-\d+|attachment)(?:\s|$)")


def read_text(capture: Capture) -> str | Skip:
    """The decoded page, or why there is none."""
    if not 200 <= capture.status < 300:
        return Skip("http-status", str(capture.status))
    if capture.media_type not in _HTML_TYPES:
        return Skip("not-html", capture.media_type)
    try:
        content = capture.content
    except ContentUndecodable as fault:
        return Skip("undecodable", str(fault))
    if not content[:1].strip() and not content.strip():
        return Skip("empty-page")
    for signature, kind in _SIGNATURES.items():
        if content.startswith(signature):
            return Skip("not-html", f"a {kind} file")
    if len(content) > MAX_CHARACTERS:
        return Skip("too-large", f"{len(content)} bytes")
    return _checked(decode_text(content, capture.header("content-type")), capture)


def _checked(text: str, capture: Capture) -> str | Skip:
    if not text[:1].strip("\0 \t\r\n\ufeff") and not text.strip("\0 \t\r\n\ufeff"):
        return Skip("empty-page")
    if "<" not in text:
        return Skip("not-html", "no markup") if capture.media_type == "text/plain" else Skip("empty-page", "no markup")
    head = text.lstrip("\ufeff \t\r\n")[:300].lower()
    if head.startswith(("<?xml", "<rss", "<feed", "<urlset")) and "<html" not in head and "<!doctype html" not in head:
        return Skip("not-html", "XML")
    odd = text.count("\ufffd") + text.count("\0")
    if odd > 20 and odd > len(text) * 0.05:
        return Skip("undecodable", f"{odd} of {len(text)} characters cannot be decoded")
    return text


def find_wall(root: Element, text: str, page: Survey, source: Source) -> Skip | None:
    """What stands in the way of an article on a page that came with a good status, or None."""
    title = next((text_of(found) for found in root.iter("title")), "")
    prose = page.prose[0]
    short = prose < SHORT_PAGE
    told = text.casefold() if source.soft_errors else ""
    for wanted in source.soft_errors:
        if wanted and wanted.casefold() in told:
            return Skip("soft-error", wanted)
    if short and (_CHALLENGE_TITLE.fullmatch(title) or _has_challenge(text, page)):
        return Skip("login-or-challenge", title or "challenge script")
    if short and (wall := _login_wall(text, title, prose)):
        return wall
    if short and "post-password-form" in page.index.names:
        return Skip("login-or-challenge", "the article is locked by a password")
    if short and (fault := _error_on(root, title, page)):
        return Skip("soft-error", fault[:200])
    return None


def _has_challenge(text: str, page: Survey) -> bool:
    return page.total[0] < 600 and any(mark in text for mark in _CHALLENGE_MARKUP)


def _login_wall(text: str, title: str, prose: int) -> Skip | None:
    if prose < 400 and _LOGIN_TITLE.fullmatch(title) and _PASSWORD.search(text):
        return Skip("login-or-challenge", title)
    return None


def _error_on(root: Element, title: str, page: Survey) -> str | None:
    headings = [text_of(found) for found in islice(root.iter("h1", "h2"), 4)]
    parts = re.split(r"\s+[-|–»:]\s+", title)
    for line in (*parts[:1], *headings):
        if line and len(line) <= 100 and _ERROR_TITLE.fullmatch(line) and page.prose[0] < 700:
            return line
    if page.prose[0] < 700 and page.total[0] < 4000 and (found := _ERROR_TEXT.search(text_of(page.nodes[0])[:6000])):
        return found[0]
    return None


def find_shell(root: Element, page: Survey) -> Skip | None:
    """A page whose text JavaScript would fetch."""
    if page.total[0] < 300 and any(page.index.select(root, selector) for selector in _SHELL):
        return Skip("javascript-shell", f"{page.total[0]} characters of text")
    return None


def find_listing(root: Element, page: Survey, url: str, stated: Statements, source: Source) -> Skip | None:
    """A page that lists articles, as far as its frame says so."""
    names = " ".join(body.get("class") or "" for body in root.iter("body"))
    if _LISTING_BODY.search(names) and not _SINGLE_BODY.search(names):
        return Skip("not-an-article", f"body class {names[:80]}")
    if _HOME.fullmatch(url.partition("://")[2].partition("/")[2]):
        return Skip("not-an-article", "home page")
    if is_stated_article(stated) or _SINGLE_BODY.search(names):
        return None
    if not is_article(url, source) and not is_article(stated.canonical or url, source):
        return Skip("not-an-article", "address fits no pattern of the source")
    return _list_of_full_articles(root, page)


def is_stated_article(stated: Statements) -> bool:
    """Whether the page tells machines that it is one article."""
    return stated.article is not None or stated.first("og:type").lower() in ("article", "news", "newsarticle")


def _list_of_full_articles(root: Element, page: Survey) -> Skip | None:
    """Several entries of their own: malangkota.go.id and pontianak.go.id list whole articles."""
    found = [*root.iter("article"), *page.index.with_class("hentry", "type-post", "post")]
    entries = [at for entry in dict.fromkeys(found) if (at := page.position.get(entry)) is not None]
    entries = [at for at in entries if page.prose[at] >= 200 and len(_linked_headings(page.nodes[at])) == 1]
    outer = [at for at in entries if not any(other < at <= page.last[other] for other in entries)]
    if len(outer) >= 3 and max(page.prose[at] for at in outer) < 0.6 * page.prose[0]:
        return Skip("not-an-article", f"{len(outer)} articles on one page")
    return None


def _linked_headings(entry: Element) -> list[Element]:
    """Links that are, or are in, headings of a box."""
    headings = [heading for heading in entry.iter("h1", "h2", "h3", "h4", "h5") if _has_text(heading)]
    return [link for heading in headings for link in _link_of(heading)]


def _has_text(element: Element) -> bool:
    """Whether ``text_of`` would give any; looks no further than it must, for headings may hold each other."""
    return any(
        (isinstance(item.tag, str) and plain(item.text or "")) or (item is not element and plain(item.tail or ""))
        for item in element.iter()
    )


def _link_of(heading: Element) -> list[Element]:
    around = heading.getparent()
    inside = [link for link in heading.iter("a") if link.get("href")]
    return inside[:1] or ([around] if around is not None and around.tag == "a" and around.get("href") else [])


def _shows_something(elements: list[Element]) -> bool:
    """Whether a picture, a table or a document stands there: an article without text, above its related cards."""
    return any(element.tag in SHOWN or (element.tag == "a" and has_documents(element)) for element in elements[1:])


def find_cards(page: Survey, box: int, leads_elsewhere: Callable[[str], bool]) -> list[int]:
    """Places of the cards in a box of cards: headings or boxes that link to articles, no text before the first."""
    links = [(page.position.get(link, -1), link.get("href") or "") for link in _linked_headings(page.nodes[box])]
    headings = [at for at, address in links if at > 0 and leads_elsewhere(address) and page.prose[box]]
    for cards in (headings, *card_groups(page, box, leads_elsewhere)):
        if len(cards) < MIN_CARDS or (not page.prose[box] and _shows_something(page.nodes[box : cards[0]])):
            continue
        before = sum(page.good[box : cards[0]])
        longest = max(sum(page.good[at:end]) for at, end in pairwise([*cards, page.last[box] + 1]))
        if before <= 0.2 * page.prose[box] and longest <= 0.6 * page.prose[box]:
            return cards
    return []
