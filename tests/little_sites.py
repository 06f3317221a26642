"""Little sites in the markup of each platform: paths and what they answer, for a server on 127.0.0.1."""

from __future__ import annotations

import json
from collections.abc import Mapping

from tests.servers import RawServer

TITLES = (
    "Bupati Resmikan Pasar Induk Baru di Kecamatan Sumberagung",
    "Panen Raya Padi Organik Hasilkan Delapan Ton per Hektare",
    "Jalan Penghubung Tiga Desa Selesai Diperbaiki Tahun Ini",
    "Pelajar Kabupaten Contoh Raih Emas di Olimpiade Sains",
    "Layanan Kependudukan Kini Buka Sampai Hari Sabtu Siang",
)
DAYS = ("31 Januari 2026", "30 Januari 2026", "29 Januari 2026", "28 Januari 2026", "27 Januari 2026")
TEXT = (
    "Pemerintah kabupaten melanjutkan pekerjaan itu pada pekan ini bersama warga dan perangkat desa di tiga kecamatan.",
    "Kepala dinas mengatakan bahwa hasilnya sudah dirasakan oleh ribuan warga yang sebelumnya menempuh jarak jauh.",
    "Warga berharap pekerjaan serupa dilakukan pula di wilayah lain, karena manfaatnya besar bagi ekonomi setempat.",
)
Page = str | tuple[str, str]
"""HTML, or a body with its head lines."""


def slug(title: str) -> str:
    return "-".join(title.lower().split())


def paragraphs(title: str) -> str:
    return "".join(f"<p>{title}. {text}</p>" for text in TEXT)


def html(body: str, head: str = "", title: str = "Kabupaten Contoh") -> str:
    return f'<!DOCTYPE html><html lang="id"><head><title>{title}</title>{head}</head><body>{body}</body></html>'


def links(addresses: list[str]) -> str:
    pairs = zip(addresses, TITLES, strict=True)
    return "".join(f'<div class="item"><h3><a href="{url}">{title}</a></h3></div>' for url, title in pairs)


def rss(addresses: list[str], generator: str = "") -> tuple[str, str]:
    items = "".join(
        f"<item><title>{title}</title><link>{url}</link><pubDate>{day}</pubDate></item>"
        for url, title, day in zip(addresses, TITLES, DAYS, strict=True)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{generator}{items}</channel></rss>', "application/rss+xml"


MENU = '<a href="/profil">Profil</a><a href="/kontak-kami">Kontak Kami</a><a href="/kategori/umum">Umum</a>'


def wordpress(base: str) -> dict[str, Page]:
    urls = [f"{base}/{slug(title)}/" for title in TITLES]
    posts = [
        {"id": n, "link": url, "modified_gmt": "2026-01-31T00:00:00", "title": {"rendered": title}}
        for n, (url, title) in enumerate(zip(urls, TITLES, strict=True))
    ]
    head = '<meta name="generator" content="WordPress 6.1"><link rel="https://api.w.org/" href="/wp-json/">'
    head += '<link rel="alternate" type="application/rss+xml" href="/feed/">'
    site: dict[str, Page] = {"/": html(MENU + links(urls), head), "/feed/": rss(urls)}
    site["/wp-json/wp/v2/posts"] = (json.dumps(posts), "application/json")
    for url, title, day in zip(urls, TITLES, DAYS, strict=True):
        page = f'<article class="post"><h1 class="entry-title">{title}</h1><div class="entry-meta">'
        page += (
            f'<time class="entry-date">{day}</time></div><div class="entry-content">{paragraphs(title)}</div></article>'
        )
        site[url.removeprefix(base)] = html(page, head, title)
    return site


def _listed(
    addresses: list[str], listing: str, second: str, home: str, frame: str = "", head: str = ""
) -> dict[str, Page]:
    """A site whose news is listed on two pages and nowhere else."""
    pager = f'<a href="{listing}">1</a> <a href="{second}">2</a>'
    older = [address.replace("-", "-lama-", 1) for address in addresses]
    return {
        "/": html(f'{frame}{MENU}<a href="{listing}">{home}</a>{links(addresses)}', head),
        listing: html(f"{frame}{MENU}{links(addresses)}{pager}", head),
        second: html(f"{frame}{MENU}{links(older)}{pager}", head),
    }


def _with_articles(site: dict[str, Page], addresses: list[str], frame: str) -> dict[str, Page]:
    for url, title, day in zip(addresses, TITLES, DAYS, strict=True):
        site[url] = html(frame.format(title=title, day=day, text=paragraphs(title)), title=title)
    return site


def lokomedia(_: str) -> dict[str, Page]:
    urls = [f"/berita-{slug(title)}.html" for title in TITLES]
    site = _listed(urls, "/halberita-1.html", "/halberita-2.html", "Berita", "<!-- swarakalibata -->")
    frame = '<div class="post"><h2 class="article-title">{title}</h2><div class="info"><p class="date">{day}</p></div>'
    return _with_articles(site, urls, frame + "{text}</div>")


def phpmu(_: str) -> dict[str, Page]:
    urls = [f"/berita/detail/{slug(title)}" for title in TITLES]
    site = _listed(urls, "/berita/indeks_berita", "/berita/indeks_berita/15", "Index Berita", "<b>phpmu tigo</b>")
    frame = '<div class="article-title"><h1 class="title">{title}</h1><span class="date">{day}</span></div>'
    return _with_articles(site, urls, frame + '<div class="shortcode-content"><div class="column9">{text}</div></div>')


def popojicms(_: str) -> dict[str, Page]:
    urls = [f"/detailpost/{slug(title)}" for title in TITLES]
    site = _listed(urls, "/category/all", "/category/all/page/2", "Semua Berita", '<img src="/po-content/logo.png">')
    frame = '<div class="entry-title"><h2>{title}</h2></div><ul class="entry-meta"><li>{day}</li></ul>'
    return _with_articles(site, urls, frame + '<div class="entry-content">{text}</div>')


def opensid(base: str) -> dict[str, Page]:
    urls = [f"/artikel/2026/1/{31 - n}/{slug(title)}" for n, title in enumerate(TITLES)]
    site: dict[str, Page] = {"/": html(f'{MENU}{links(urls)}<p>OpenSID 23.01</p><img src="/desa/logo/a.png">')}
    site["/feed"] = rss([base + url for url in urls])
    frame = (
        '<div class="single_page_content"><h4 class="catg_titile">{title}</h4><p class="meta_date">{day} 08:00:00</p>'
    )
    return _with_articles(site, urls, frame + '<div class="teks">{text}</div></div>')


def laravel(_: str) -> dict[str, Page]:
    urls = [f"/post/show/{40 - n}" for n, _ in enumerate(TITLES)]
    site = _listed(urls, "/berita", "/berita?page=2", "Berita", head='<meta name="csrf-token" content="x">')
    site["/berita?page=2"] = html(links([f"/post/show/{20 - n}" for n in range(5)]))
    frame = '<h3 class="fw-bold">{title}</h3><p>Oleh: Admin | {day}</p><div class="description">{text}</div>'
    return _with_articles(site, urls, frame)


def codeigniter(_: str) -> dict[str, Page]:
    urls = [f"/berita/detail/{40 - n}/{slug(title)}" for n, title in enumerate(TITLES)]
    site = _listed(urls, "/berita", "/berita/index/15", "Berita")
    return _with_articles(site, urls, "<h1>Berita</h1><h2>{title}</h2><div>{day}</div><div>{text}</div>")


def generic(_: str) -> dict[str, Page]:
    urls = [f"/publik/kabar/baca/{slug(title)}" for title in TITLES]
    site = _listed(urls, "/publik/kabar", "/publik/kabar?hal=2", "Kabar Terbaru")
    return _with_articles(site, urls, "<h1>{title}</h1><p class='tanggal'>{day}</p><div>{text}</div>")


COOKIES = {laravel: "laravel_session=abc", codeigniter: "ci_session=abc"}


class LittleSite(RawServer):
    """A server for one of the sites; ``asked`` holds the paths in order."""

    def __init__(self, make: object) -> None:
        super().__init__(self._answer)
        self._cookie = COOKIES.get(make)  # type: ignore[call-overload]
        self.pages: Mapping[str, Page] = make(self.url)  # type: ignore[operator]

    @property
    def asked(self) -> list[str]:
        return [request.split(b" ")[1].decode() for request in self.requests]

    def _answer(self, request: bytes) -> bytes:
        path = request.split(b" ")[1].decode()
        page = self.pages.get(path) or self.pages.get(path.partition("?")[0] if "/wp-json" in path else path)
        status, (body, kind) = "200 OK", page if isinstance(page, tuple) else (page or "", "text/html; charset=utf-8")
        if page is None:
            status, body = "404 Not Found", html("<h1>Tidak ditemukan</h1>")
        cookie = f"Set-Cookie: {self._cookie}; path=/\r\n" if self._cookie else ""
        data = body.encode()
        head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{cookie}Content-Length: {len(data)}\r\n\r\n"
        return head.encode() + data
