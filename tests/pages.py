"""Pages for the reader's tests: a capture of some HTML and a source to read it with."""

# ruff: noqa: E501 - pages have long lines

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from archive.capture import Capture
from archive.record import Article, Skip
from crawler.pages import read
from crawler.sources.source import Discovery, Select, Source

LEAD = (
    "Pemerintah Kabupaten Contoh membagikan bibit padi kepada seratus kelompok tani di Balai Desa Sukamaju. Bibit itu tahan"
    " wereng dan dapat dipanen dalam seratus hari, kata kepala dinas pertanian."
)
MORE = (
    "Ketua kelompok tani berterima kasih atas bantuan itu. Menurut dia, musim tanam tahun ini datang lebih awal, sehingga petani"
    " harus segera menyiapkan lahan, saluran air, dan pupuk."
)
LAST = "Penyaluran bibit dijadwalkan selesai pekan depan di seluruh kecamatan, termasuk wilayah pegunungan yang sulit dijangkau."
TITLE = "Seratus Kelompok Tani Terima Bibit Padi Tahan Wereng"
TEXT = f"<p>{LEAD}</p><p>{MORE}</p><p>{LAST}</p>"
URL = "https://contoh.go.id/berita/seratus-kelompok-tani"


def source(platform: str = "generic", **changes: Any) -> Source:
    """A source for pages of contoh.go.id."""
    select = changes.pop("select", {})
    return Source.model_validate(
        {
            "id": "contoh",
            "name": "Pemerintah Kabupaten Contoh",
            "level": "regency",
            "timezone": "WITA",
            "hosts": ("contoh.go.id", "www.contoh.go.id"),
            "platform": platform,
            "discovery": (Discovery(kind="listing", url="/berita"),),
            "article": ("/berita", r"/\d{4}/\d\d/", r"\?p=\d+"),
            "select": Select.model_validate(select),
            **changes,
        }
    )


def capture(
    body: str | bytes, url: str = URL, status: int = 200, content_type: str = "text/html; charset=utf-8", **changes: Any
) -> Capture:
    """One exchange of 4 May 2023, noon in WITA."""
    head = f"HTTP/1.1 {status} OK\r\nContent-Type: {content_type}\r\n\r\n".encode()
    at = datetime(2023, 5, 4, 4, 0, tzinfo=UTC)
    content = body.encode() if isinstance(body, str) else body
    return Capture(url=url, fetched_at=at, request=b"", response_head=head, body=content, **changes)


def page(
    body: str, head: str = "", title: str = f"{TITLE} - Kabupaten Contoh", names: str = "", lang: str = "id"
) -> str:
    """A whole page around some content."""
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><title>{title}</title>{head}</head><body class="{names}">'
        '<header><a href="/"><img src="/img/logo.png" alt="Logo"></a><nav><ul><li><a href="/">Beranda</a></li>'
        '<li><a href="/profil">Profil</a></li></ul></nav><div class="topbar">Kamis, 4 Mei 2023</div></header>'
        f"<main>{body}</main><footer><p>Dinas Kominfo Kabupaten Contoh, Jalan Merdeka Nomor 1. Hak cipta © 2019.</p></footer></body></html>"
    )


def article(body: str, head: str = "", **how: Any) -> Article:
    """The article on a page whose content follows a heading."""
    url, of = how.pop("url", URL), how.pop("source", source())
    found = read(capture(page(f"<article><h1>{TITLE}</h1>{body}</article>", head, **how), url), of)
    assert isinstance(found, Article), found
    return found


def skip(html: str | bytes, of: Source | None = None, **how: Any) -> Skip:
    """The reason for which a page is no article."""
    found = read(capture(html, **how), of or source())
    assert isinstance(found, Skip), found
    return found
