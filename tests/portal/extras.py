"""What the listing links to besides articles: gone, broken, forbidden, moved and hacked addresses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from .articles import WIB, Article, all_articles, articles_at

AbsentReason = Literal["not-found", "server-error", "soft-error", "robots-disallowed", "not-an-article"]
"""Why an address gives no record."""


@dataclass(frozen=True, slots=True)
class Extra:
    """An entry of the listing that is no article of the portal."""

    path: str
    title: str
    at: datetime
    """The day printed beside it in the listing, and its place there."""
    absent: AbsentReason | None
    """Why it gives no record; None for the hacked page, which gives one to be set aside."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a listing."""

    path: str
    title: str
    at: datetime
    picture: str | None
    """Key of the article whose picture is shown, None for the coat of arms."""


HACKED = "/berita/slot-gacor-maxwin-dishub"
"""The page that intruders left."""

INTERNAL = "/berita/arsip-internal"
"""Prefix that robots.txt forbids."""

EXTRAS = (
    Extra(
        "/berita/daftar-pemenang-undian-pajak-kendaraan",
        "Daftar Pemenang Undian Pajak Kendaraan",
        datetime(2025, 11, 18, tzinfo=WIB),
        "not-found",
    ),
    Extra(
        "/berita/laporan-harga-bahan-pokok-harian",
        "Laporan Harga Bahan Pokok Harian",
        datetime(2025, 10, 20, tzinfo=WIB),
        "server-error",
    ),
    Extra(
        f"{INTERNAL}-notulen-rapat-staf",
        "Notulen Rapat Staf (Internal)",
        datetime(2025, 9, 11, tzinfo=WIB),
        "robots-disallowed",
    ),
    Extra(
        HACKED,
        "TIRTAHOKI88 # Situs Slot Gacor Dinas Perhubungan",
        datetime(2025, 8, 2, 3, 12, tzinfo=WIB),
        None,
    ),
    Extra(
        "/berita/agenda-kegiatan-pimpinan-daerah",
        "Agenda Kegiatan Pimpinan Daerah",
        datetime(2025, 6, 24, tzinfo=WIB),
        "soft-error",
    ),
)

STATIC = {
    "/profil": "Profil Kabupaten Tirtasari",
    "/kontak": "Hubungi Kami",
    "/layanan": "Layanan Publik",
}
"""Pages that the sitemap lists and that are no articles."""

ADMIN = "/admin/login"
"""Linked from every footer and forbidden by robots.txt."""


def entry_of(article: Article) -> Entry:
    """The listing's line for an article."""
    return Entry(article.path, article.title, article.at, None if article.image is None else article.key)


def _moved(visit: int) -> list[Entry]:
    """Old addresses that the listing still shows, beside the articles that they redirect to."""
    moved = [(a.alias, a) for a in articles_at(visit) if a.alias]
    return [Entry(alias, article.title.capitalize(), article.at, None) for alias, article in moved]


def listing(visit: int) -> list[Entry]:
    """Everything that ``/berita?page=N`` links to at this visit, newest first."""
    entries = [entry_of(article) for article in articles_at(visit)]
    entries += [Entry(extra.path, extra.title, extra.at, None) for extra in EXTRAS]
    return sorted(entries + _moved(visit), key=lambda entry: (entry.at, entry.path), reverse=True)


def aliases() -> dict[str, Article]:
    """Redirecting addresses and the articles that they lead to."""
    return {article.alias: article for article in all_articles() if article.alias}
