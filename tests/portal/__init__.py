"""The demo portal: a small news site of a fictional regency, served on the loopback address.

It ships with the repository so that ``make demo`` and the integration tests crawl something whose every page is known.
All texts were written for it; Kabupaten Tirtasari does not exist.

::

    with Portal() as portal:             # or: python -m tests.portal --port 8765
        crawl(portal.url)                # the state of the first visit
        assert records == expected(portal.url)
        portal.visit = 2                 # one article edited, one withdrawn, one new
        crawl(portal.url)

Two markups on one site, because it was rebuilt in July 2024:

================  ==============================================  ==============================================
what              before: Swarakalibata / Lokomedia               after: in the manner of banyuwangikab.go.id
================  ==============================================  ==============================================
article           ``/berita-<slug>.html``                         ``/berita/<slug>`` (not ``/berita/kanal/…``)
listing           ``/halberita-<n>.html``, items ``.arsip .item``  ``/berita?page=<n>``, items ``.ng-wrp-item``
section           ``/kategori-<slug>.html``, ``.post > h4 a``     ``/berita/kanal/<slug>``, ``.kanal-aktif``
title, subtitle   ``h2.article-title``, ``.post > .sub_judul2``   ``h1``
date              ``.info .date``, with time and counter          ``.info-berita .tanggal``; some also in the head
body              ``.post > p``: what is after ``.image2``        ``.isi-berita``
leading picture   ``.image2 img``, ``.ket_gambar``                ``figure.utama img``, ``figcaption``
document          a link in the body                              ``.lampiran a``
tags              none                                            ``.tag-berita a``
ends before       ``.fb-like``                                    ``.bagikan``, ``.terkait``
================  ==============================================  ==============================================

Channels: ``/berita?page=<n>`` lists all of both kinds, ten a page, newest first, and is empty past its end; ``/feed``
is RSS 2.0 with the newest fifteen; ``/sitemap.xml`` leads to ``/sitemap-berita.xml`` (all articles, with lastmod) and
``/sitemap-halaman.xml`` (pages that are no articles). ``/robots.txt`` forbids ``/admin/`` and an address that the
listing links to. Feed, sitemaps and robots.txt have validators and answer 304; pages have none.

Also in the listing: a missing page, one that always fails, one that fails twice a run, one that is slow, one chunked,
two in windows-1252 (one of them labelled ISO-8859-1), an error text behind status 200, a redirect to a listed article,
a page that is a document, one that is a picture, one that is a table, and one that intruders left.
"""

from .expected import (
    ExpectedAbsent,
    ExpectedArticle,
    ExpectedAttachment,
    ExpectedImage,
    expected,
    expected_absent,
)
from .server import Portal, Request

__all__ = [
    "ExpectedAbsent",
    "ExpectedArticle",
    "ExpectedAttachment",
    "ExpectedImage",
    "Portal",
    "Request",
    "expected",
    "expected_absent",
]
