"""Whether a page is the government's own, or a gambling page that somebody put on its server.

Signals are scored, and at least two independent kinds are needed for ``injected``. A news item *about* ``judi online``
has the words too, but in sentences of news: terms in the prose only count where the page has no other signal's
absence to excuse them, that is, when title or address carry them as well.

Source of the terms: the public detectors named in the literature on go.id takeovers, 2022 to 2025.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from archive.record import Integrity
from crawler.sources.identity import on_host
from crawler.sources.source import Source

from .structured import Statements

_STRONG = re.compile(
    r"\b(?:slot (?:gacor|online|demo|deposit|dana|pulsa|terpercaya|resmi|88|777|thailand|hoki|maxwin|server)"
    r"|slot\d{2,4}|situs (?:slot|judi|togel|toto)"
    r"|max ?win|togel|toto (?:macau|slot|togel|hk|sgp)|totomacau|rtp (?:live|slot|gacor)|bandar (?:togel|slot|judi"
    r"|bola|qq)|scatter (?:hitam|gratis)"
    r"|link (?:alternatif|gacor|slot)|daftar (?:slot|akun slot|situs)|login slot|agen (?:judi|slot|togel|bola)"
    r"|judi (?:online|bola|slot|daring)"
    r"|gates of olympus|mahjong ways|sweet bonanza|starlight princess|pragmatic play|pg ?soft|habanero slot"
    r"|joker ?123|spaceman slot"
    r"|deposit (?:pulsa|dana|qris|5000|10k)|freebet|depo \d+|bonus new member|anti rungkad|gampang menang"
    r"|bocoran (?:slot|rtp|admin)|sabung ayam online"
    r"|poker online|live casino|casino online|kasino online|sbobet|idn ?(?:poker|slot|play)|domino ?qq|bandarq"
    r"|pkv games|slot ?gacor\w*|gacor)\b",
    re.IGNORECASE,
)
_BEGINNINGS = frozenset(
    b"slot togel toto totom gacor maxwi max judi casin kasin poker sbobe freeb joker pgsof pg banda scatt olymp mahjo"
    b" bonan starl pragm depos depo rungk gampa bocor sabun idn idnpo idnsl idnpl domin pkv bonus agen rtp".split()
)
"""The first five letters of a word in every strong term (four of ``slot``); ``link alternatif`` is asked for apart."""

_BLANKED = bytes(byte if chr(byte).isalnum() and byte < 128 else 32 for byte in range(256))

_ADDRESS = re.compile(
    r"(?:^|[/._-])(?:slot(?:s|-?\w{0,12})?|togel\w*|toto-?\w{2,8}|gacor\w*|maxwin|judi-?online|rtp-?(?:live"
    r"|slot)\w*|casino|sbobet|scatter-?hitam)(?:[/._-]|$)",
    re.IGNORECASE,
)
_NEWS = re.compile(
    r"\b(?:polisi|polres\w*|polda|polsek|kominfo|komdigi|diskominfo\w*|kejaksaan|satpol|bssn|ppatk|pemblokiran"
    r"|memblokir|diblokir|blokir"
    r"|memberantas|pemberantasan|berantas|bahaya|dampak|mencegah|pencegahan|cegah|imbau\w*|mengimbau|himbau\w*"
    r"|larang\w*|dilarang|sosialisasi"
    r"|edukasi|tersangka|ditangkap|korban|kecanduan|literasi|penindakan|hukum|pidana|asn|bupati|walikota|wali kota"
    r"|gubernur)\b",
    re.IGNORECASE,
)
_SHOP_TYPES = frozenset(("product", "product.item", "og:product"))


@dataclass(frozen=True, slots=True)
class Finding:
    """The judgement with what says so."""

    integrity: Integrity
    reasons: tuple[str, ...]


def judge(
    url: str, title: str, body: str, stated: Statements, links: tuple[str | None, str | None], source: Source
) -> Finding:
    """Weigh the signals of a page.

    Args:
        url: address of the capture.
        title: title of the article.
        body: its text.
        stated: what the page states about itself.
        links: canonical and AMP address as the page links them.
        source: the government whose page this should be.
    """
    reasons: dict[str, int] = {}
    _look_at_address(url, source, reasons)
    _look_at_words(title, body, stated, reasons)
    for name, address in zip(("canonical", "amphtml"), links, strict=True):
        if address and urlsplit_host(address) and not on_host(address, source):
            reasons[f"{name}-on-foreign-host"] = 1
    if (
        stated.first("og:type").lower() in _SHOP_TYPES
        or "product:price:amount" in stated.meta
        or "og:price:amount" in stated.meta
    ):
        reasons["product-page"] = 2
    if "slot" in stated.first("keywords").lower() and len(_terms(stated.first("keywords"))) >= 2:
        reasons["gambling-keywords"] = 2
    score = sum(reasons.values())
    verdict: Integrity = "injected" if score >= 4 and len(reasons) >= 2 else "suspect" if score >= 2 else "clean"
    return Finding(verdict, tuple(sorted(reasons)))


def urlsplit_host(address: str) -> str | None:
    """Host of an address, or None where it has none or is no address."""
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def _look_at_address(url: str, source: Source, reasons: dict[str, int]) -> None:
    own = {label for host in source.hosts for label in host.lower().split(".")}
    host = urlsplit_host(url) or ""
    if any(_ADDRESS.search(f".{label}.") for label in host.split(".") if label not in own):
        reasons["gambling-host"] = 3
    try:
        path = urlsplit(url).path
    except ValueError:
        return
    if len({found.lower() for found in _ADDRESS.findall(path)}) >= 1 and not _NEWS.search(path.replace("-", " ")):
        reasons["gambling-address"] = 2


def _look_at_words(title: str, body: str, stated: Statements, reasons: dict[str, int]) -> None:
    heads = " ".join(
        (title, stated.page_title, stated.first("og:title"), stated.first("description", "og:description"))
    )
    in_heads, in_body = _terms(heads), _terms(body)
    if not in_heads and not in_body:
        return
    excused = len(set(_NEWS.findall(f"{heads} {body}".lower()))) >= 3
    if len(in_heads) >= 2 and not excused:
        reasons["gambling-title"] = 3
    elif in_heads and not excused and len(in_body) >= 2:
        reasons["gambling-title"] = 2
    words = max(len(body.split()), 1)
    if len(in_body) >= 2 and not excused:
        reasons["gambling-words"] = 2
    elif len(in_body) >= 5 and len(_STRONG.findall(body)) / words > 0.2:
        # News about gambling names it often; a page made for search engines names little else.
        reasons["gambling-words"] = 3


def _terms(text: str) -> set[str]:
    # Looking for the words first is five times faster than for the terms, which hardly any page has.
    words = set(text.lower().encode("ascii", "replace").translate(_BLANKED).split())
    said = {word[:5] for word in words} | {word[:4] for word in words if word.startswith(b"slot")}
    if _BEGINNINGS.isdisjoint(said) and b"alternatif" not in words:
        return set()
    return {found.lower().replace(" ", "") for found in _STRONG.findall(text)}
