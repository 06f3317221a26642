"""Which software a site runs on, by the traces that it leaves in its pages, heads and addresses. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from archive.capture import Capture, ContentUndecodable

SURE = 0.5
"""Weight of all traces together from which on a platform is named; below it the site is generic."""

_TRACES: dict[str, tuple[tuple[str, float], ...]] = {
    "wordpress": (
        (r'name="generator" content="WordPress', 0.95), (r"/wp-(content|includes)/", 0.9), (r"api\.w\.org/", 0.9),
        (r"<generator>https?://wordpress\.org", 0.95), (r'\?rest_route=', 0.5),
    ),
    "popojicms": ((r"PopojiCMS", 0.9), (r"/po-content/", 0.9), (r"/detailpost/", 0.8), (r"/category/all\b", 0.3)),
    "opensid": (
        (r"OpenSID", 0.9), (r"/(first/)?artikel/\d{4}/\d", 0.8), (r"/first/artikel/", 0.7),
        (r"/desa/(themes|upload|logo)/", 0.6),
    ),
    "phpmu": (
        (r"phpmu", 0.9), (r"/berita/indeks_berita", 0.7), (r"/kategori/detail/", 0.4), (r"/halaman/detail/", 0.4),
        (r"/asset/foto_berita", 0.4),
    ),
    "lokomedia": (
        (r"swarakalibata|lokomedia", 0.8), (r"\bhalberita-\d+\.html", 0.8), (r"\bberita-[\w-]+\.html", 0.4),
        (r"\bkategori-[\w-]+\.html", 0.4), (r"\bfoto_berita/", 0.4), (r"\bberita\d+-\d+-", 0.5),
    ),
    "laravel": (
        (r"(?i)^set-cookie: laravel_session", 0.9), (r"(?i)^set-cookie: XSRF-TOKEN", 0.6), (r"/livewire/", 0.6),
        (r'name="csrf-token"', 0.5), (r"/build/assets/", 0.2), (r"/storage/", 0.1),
    ),
    "codeigniter": (
        (r"(?i)^set-cookie: ci_session", 0.9), (r"csrf_cookie_name", 0.5), (r"A PHP Error was encountered", 0.6),
        (r"/index\.php/(berita|web|home)/", 0.3), (r"/berita/(detail|index)/\d", 0.3),
    ),
}  # fmt: skip
"""Traces with the weight of each: how likely a site that leaves it runs on the platform. Those first win a tie:
phpMu is made with CodeIgniter and leaves traces of both."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """A platform with what speaks for it."""

    platform: str
    weight: float
    """0 to 1."""
    traces: tuple[str, ...]


def recognise(captures: list[Capture]) -> Recognised:
    """The platform that most speaks for, or generic with the weight that nothing else reached."""
    text = "\n".join(_text(capture) for capture in captures)
    best = Recognised("generic", SURE, ())
    for platform, traces in _TRACES.items():
        rest, found = 1.0, []
        for pattern, weight in traces:
            if seen := re.search(pattern, text, re.MULTILINE):
                rest *= 1 - weight
                found.append(seen[0][:60])
        if 1 - rest > best.weight:
            best = Recognised(platform, round(1 - rest, 2), tuple(found))
    return best


def _text(capture: Capture) -> str:
    head = capture.response_head.decode("latin-1").replace("\r", "")
    try:
        return head + capture.text
    except ContentUndecodable:
        return head
