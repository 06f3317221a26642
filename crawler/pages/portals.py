"""Portals that are made with a framework or for villages: OpenSID, Laravel, CodeIgniter.

- OpenSID, themes natra (``.single_page_content .teks``, ``.meta_date``) and esensi (``article h1``, ``div.content``).
- Laravel portals of OKU and Murung Raya: ``h3.fw-bold`` or ``h1``, ``.description``, "Berita Lainnya" behind.
- CodeIgniter portals have no markup in common: Lokomedia's layouts for those that descend from it, else the generic
  reader.
"""

from __future__ import annotations

from . import lokomedia
from .layout import Layout

NATRA = Layout(
    name="opensid-natra/1",
    mark=".single_page_content",
    title=("h4.catg_titile", ".catg_titile", ".single_page_area h2"),
    date=(".meta_date", ".post_commentbox .meta_date"),
    author=(".post_commentbox a[href*='author']",),
    body=(".single_page_content .teks", ".single_page_content"),
    image=(".single_page_content > .sampul img", ".single_page_content img"),
    remove=(".fb-like", ".share", ".post_commentbox", ".social_link", ".komentar", ".related_post", ".form-group"),
    stop_texts=("Dokumen Lampiran", "Unduh Lampiran", "Komentar"),
)
ESENSI = Layout(
    name="opensid-esensi/1",
    mark="article div.content",
    title=("article h1",),
    date=("article time", "article .text-sm .fa-calendar-alt + *", "article ul li"),
    body=("article div.content",),
    remove=(".fb-like", ".share", "form"),
    stop_texts=("Dokumen Lampiran", "Unduh Lampiran", "Komentar"),
)
PORTAL = Layout(
    name="laravel-portal/1",
    mark=".description",
    title=("h3.fw-bold", "h1"),
    body=(".description",),
    remove=(".share", ".related", ".berita-lainnya"),
    stop_texts=("Berita Lainnya",),
)

OPENSID = (NATRA, ESENSI)
LARAVEL = (PORTAL,)
CODEIGNITER = lokomedia.LAYOUTS
