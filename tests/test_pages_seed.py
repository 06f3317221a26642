"""One real article in every markup of the field: each page must give exactly the same record.

The text is no part of the repository; it is read from ``../shared`` beside it, and the test is skipped where it is not.
The frames around it are made here: menus, sidebars with other dates, related items, share bars, counters, footers.
"""

# ruff: noqa: E501 - the frames are pages, and pages have long lines

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.capture import Capture
from archive.record import Article
from crawler.pages import READER_VERSION, read
from crawler.sources.source import Discovery, Select, Source

SEED = Path(__file__).resolve().parents[2] / "shared" / "data" / "seed" / "banyuwangikab-2018-03-27.txt"
URL = "https://banyuwangikab.go.id/berita/ratusan-peserta-diklatpim-asal-banten-benchmark-ke-banyuwangi"


@dataclass(frozen=True)
class Seed:
    title: str
    date: str
    paragraphs: tuple[str, ...]


def read_seed() -> Seed:
    text = SEED.read_text(encoding="utf-8").split("Berita Terkait")[0]
    lines = [line for line in text.splitlines() if line.strip("\u00a0 ")]
    return Seed(lines[0], lines[1], tuple(lines[2:]))


def source_for(platform: str, select: Select | None = None) -> Source:
    return Source.model_validate(
        {
            "id": "banyuwangikab",
            "name": "Pemerintah Kabupaten Banyuwangi",
            "level": "regency",
            "timezone": "WIB",
            "hosts": ("banyuwangikab.go.id",),
            "platform": platform,
            "discovery": (Discovery(kind="listing", url="/berita"),),
            "article": ("/berita",),
            "select": select or Select(),
        }
    )


def capture_of(page: str, url: str = URL) -> Capture:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    at = datetime(2023, 5, 4, 3, 2, 1, tzinfo=UTC)
    return Capture(url=url, fetched_at=at, request=b"", response_head=head, body=page.encode())


# Bodies: how an editor may have pasted the same text.


def as_paragraphs(seed: Seed) -> str:
    return "\n".join(f"<p>{html.escape(p, quote=False)}</p>" for p in seed.paragraphs)


def as_breaks(seed: Seed) -> str:
    return "<br />\n<br />\n".join(html.escape(p, quote=False) for p in seed.paragraphs) + "<br><br>&nbsp;<br>"


def as_word_soup(seed: Seed) -> str:
    def soup(text: str) -> str:
        words = html.escape(text, quote=False).replace(" ", "&nbsp; ", 1).split(" ")
        middle = len(words) // 2
        first, second = " ".join(words[:middle]), " ".join(words[middle:])
        return (
            f'<p class="MsoNormal" style="text-align:justify;mso-x:1"><span lang="IN" style="font-family:Calibri">{first} '
            f"<o:p></o:p></span><span style='font-size:12pt'>{second[:3]}</span><span>{second[3:]}</span></p><p>&nbsp;</p>"
        )

    return "".join(soup(p) for p in seed.paragraphs)


def as_chat_divs(seed: Seed) -> str:
    lines = "".join(
        f'<div dir="auto" class="x11i5rnm xat24cr x1mh8g0r" style="white-space:pre-wrap">{html.escape(p, quote=False)}\u200b</div>'
        for p in seed.paragraphs
    )
    return f'<div class="xdj266r"><div class="x1vvkbs">{lines}</div></div>'


def as_double_escaped(seed: Seed) -> str:
    return html.escape(as_paragraphs(seed))


BODIES: dict[str, Callable[[Seed], str]] = {
    "paragraphs": as_paragraphs,
    "breaks": as_breaks,
    "word": as_word_soup,
    "chat": as_chat_divs,
    "escaped": as_double_escaped,
}

OTHERS = (
    ("Panen Raya Padi di Kecamatan Rogojampi", "Senin, 26 Maret 2018"),
    ("Bupati Lepas Kontingen Porprov", "Minggu, 25 Maret 2018"),
    ("Festival Kuwung Digelar Desember", "Sabtu, 24 Maret 2018"),
    ("Pelayanan Keliling Jemput Bola di Desa Sarongan", "Jum'at, 23 Maret 2018"),
)
MENU = (
    '<ul class="nav navbar-nav"><li><a href="/">Beranda</a></li><li><a href="/profil">Profil</a></li><li><a href="/berita">Berita</a>'
    '</li><li><a href="/ppid">PPID</a></li><li><a href="/kontak">Kontak</a></li></ul>'
)
FOOTER = (
    "<footer><p>Pemerintah Kabupaten Banyuwangi, Jl. Ahmad Yani No. 100, telepon (0333) 425001, faks (0333) 425012.</p>"
    "<p>Hak Cipta © 2018 - 2023. Diperbarui 3 Mei 2023. Pengunjung hari ini: 1.204</p></footer>"
)


def related(row: str = '<li><a href="/berita/{n}">{title}</a> <span class="date">{date}</span></li>') -> str:
    return "".join(row.format(n=n, title=title, date=date) for n, (title, date) in enumerate(OTHERS))


def frame(title: str, head: str, body: str, names: str = "") -> str:
    return (
        f'<!DOCTYPE html><html lang="id"><head><meta charset="utf-8"><title>{html.escape(title)}</title>{head}'
        f"<style>.a{{color:red}}</style></head><body class=\"{names}\"><script>var d='1 Januari 2020';</script>"
        f'<div class="topbar">Kamis, 4 Mei 2023 | <a href="/masuk">Masuk</a></div>{MENU}{body}{FOOTER}</body></html>'
    )


def portal(seed: Seed, body: str) -> str:
    """The regency's own portal: date and share bar around a plain content box."""
    return frame(
        f"{seed.title} - Pemerintah Kabupaten Banyuwangi",
        f'<meta property="og:title" content="{html.escape(seed.title)}"><meta property="og:site_name" content="Banyuwangikab">',
        f"""<div class="container"><ol class="breadcrumb"><li><a href="/">Beranda</a></li><li>Berita</li></ol><div class="row">
        <div class="col-md-8"><h1 class="judul">{seed.title}</h1><p class="tanggal">{seed.date}</p><img src="/media/berita/diklat.jpg" alt="">
        <div class="isi">{body}</div><h4>Berita Terkait</h4><ul class="list">{related()}</ul><h4>Bagikan Artikel :</h4>
        <a href="https://facebook.com/sharer">Facebook</a></div><div class="col-md-4 sidebar"><h4>Terbaru</h4><ul>{related()}</ul></div></div></div>""",
    )


def plain_portal(seed: Seed, body: str) -> str:
    """The same without any speaking class, text and headings in one box."""
    return frame(
        "Pemerintah Kabupaten Banyuwangi",
        "",
        f"""<div class="c1"><div class="c2"><h2>{seed.title}</h2><div>{seed.date}</div><br>{body}<br><b>Berita Terkait</b>
        <div>{related('<div><a href="/berita/{n}">{title}</a><br>{date}</div>')}</div><b>Bagikan Artikel :</b> <a href="#">WhatsApp</a></div></div>""",
    )


def wordpress_classic(seed: Seed, body: str) -> str:
    return frame(
        f"{seed.title} – Kabupaten Banyuwangi",
        '<meta name="generator" content="WordPress 4.9.4"><meta property="article:modified_time" content="2018-04-02T03:00:00+00:00">',
        f"""<div id="primary"><main><article id="post-9" class="post-9 post type-post hentry"><header class="entry-header">
        <h1 class="entry-title">{seed.title}</h1><div class="entry-meta"><span class="posted-on">Posted on <a href="#">
        <time class="entry-date published" datetime="2018-03-27">{seed.date}</time></a></span><span class="byline"> by
        <span class="author vcard"><a class="url fn n" href="/author/admin">admin</a></span></span></div></header>
        <div class="entry-content">{body}<div class="sharedaddy sd-sharing-enabled"><h3 class="sd-title">Bagikan Artikel :</h3><ul><li><a href="?share=x">
        Facebook</a></li></ul></div><div id="jp-relatedposts" class="jp-relatedposts"><h3>Berita Terkait</h3>{related()}</div></div>
        <footer class="entry-footer"><span class="cat-links">Posted in <a href="/c/b" rel="category tag">Berita</a></span></footer></article>
        <nav class="navigation post-navigation"><a rel="prev" href="/x">Panen Raya Padi di Kecamatan Rogojampi</a></nav>
        <div id="comments" class="comments-area"><h3 id="reply-title">Leave a Reply</h3><form><p>Alamat surel Anda tidak akan
        dipublikasikan. Ruas yang wajib ditandai harus diisi dengan lengkap dan benar.</p></form></div></main></div><aside id="secondary" class="widget-area">
        <section class="widget"><h2>Pos-pos Terbaru</h2><ul>{related()}</ul></section></aside>""",
        "post-template-default single single-post postid-9",
    )


def wordpress_blocks(seed: Seed, body: str) -> str:
    return frame(
        f"{seed.title} | Banyuwangi",
        "",
        f"""<div class="wp-site-blocks"><main class="wp-block-group"><h1 class="wp-block-post-title">{seed.title}</h1>
        <div class="wp-block-post-date"><time datetime="2018-03-27">{seed.date}</time></div>
        <figure class="wp-block-post-featured-image"><img src="https://banyuwangikab.go.id/wp-content/uploads/2018/03/diklat.jpg" alt="Diklat"></figure>
        <div class="entry-content wp-block-post-content is-layout-flow">{body}</div>
        <div class="wp-block-template-part"><h2>Berita Terkait</h2><ul class="wp-block-latest-posts">{related()}</ul>
        <h2>Bagikan Artikel :</h2></div></main></div>""",
        "single single-post",
    )


def swarakalibata(seed: Seed, body: str) -> str:
    """Headings of related items and comments are pictures without text."""
    return frame(
        f"{seed.title} - Banyuwangi",
        "",
        f"""<div class="main"><div class="post"><h4 class="sub_judul2">Diklatpim Tingkat IV</h4><h2 class="article-title">{seed.title}</h2>
        <div class="info"><span class="date">Humas, {seed.date} - 10:15:00 WIB, dibaca: 1204 pembaca</span></div>
        <div class="image2"><img src="foto_berita/12diklat.jpg" width="400"></div>{body}
        <div class="addthis_inline_share_toolbox"></div><img src="layout/biru/images/berita_terkait.png" /><ul>{related()}</ul>
        <img src="layout/biru/images/komentar.png" /><div class="fb-comments"></div><ul><li>Bagus sekali kegiatan ini, semoga berlanjut.</li></ul></div></div>
        <div id="kanan"><h3>Berita Populer</h3><ul>{related()}</ul></div>""",
    )


def lokomedia_codeigniter(seed: Seed, body: str) -> str:
    """The category is the h1; a counter stands before the title; the date is a weekday that may be wrong."""
    return frame(
        "Kesbangpol Kabupaten Banyuwangi",
        "",
        f"""<section><div class="container"><h1>Berita</h1><div class="box"><span>21 x Dibaca</span><h2>{seed.title}</h2>
        <p><i class="fa fa-calendar"></i> {seed.date} | 09:10 WIB</p>{body}</div>
        <div class="box"><h3>Berita Lainnya</h3>{related('<div class="row"><a href="/b/{n}"><h4>{title}</h4></a><p>{date}</p></div>')}</div></div></section>""",
    )


def tigo(seed: Seed, body: str) -> str:
    return frame(
        f"{seed.title} | Pemerintah Kabupaten Banyuwangi",
        "",
        f"""<div class="main-content"><div class="main-page left"><div class="single-block"><div class="content-block main left"><div class="block">
        <div class="article-title"><div class="share-block right"><a href="#">Bagikan Artikel :</a></div><h1><span class="title">{seed.title}</span></h1>
        <div class="author"><span class="date">{seed.date}</span></div></div><div class="shortcode-content"><div class="paragraph-row">
        <div class="column12"><img src="/media/diklat.jpg"></div><div class="column9">{body}</div></div></div></div></div></div></div>
        <div class="main-sidebar right"><div class="widget"><h3>Berita Terkait</h3>{related()}</div><div class="widget-social">
        <a href="#">1,204 Fans</a></div></div></div>""",
    )


def popoji(seed: Seed, body: str) -> str:
    return frame(
        f"{seed.title} - PopojiCMS",
        "",
        f"""<div class="single-post"><div class="entry-title"><h2>{seed.title}</h2></div><ul class="entry-meta"><li><i class="icon-calendar3"></i>
        {seed.date}</li><li><a href="/user/admin">Admin</a></li><li><a href="#">0 Komentar</a></li><li>Hits 1204</li></ul>
        <div class="entry-image"><img src="/po-content/uploads/diklat.jpg"></div><div class="entry-content">{body}</div>
        <div class="panel panel-default"><div class="panel-body">Tentang penulis: admin situs resmi kabupaten ini sejak 1 Januari 2016.</div></div>
        <h4>Berita Terkait</h4><div class="related-posts">{related('<div class="mpost"><h4><a href="/p/{n}">{title}</a></h4><ul class="entry-meta"><li>{date}</li><li>55 Hits</li></ul></div>')}</div></div>""",
    )


def opensid_natra(seed: Seed, body: str) -> str:
    return frame(
        f"{seed.title} - Desa Contoh",
        "",
        f"""<div class="single_page"><h4 class="catg_titile">{seed.title}</h4><div class="meta_date"><i class="fa fa-user"></i>Administrator
        <i class="fa fa-clock-o"></i>27 Maret 2018 10:11:12 <i class="fa fa-eye"></i> Dibaca 33 Kali</div><div class="single_page_content">
        <div class="teks">{body}</div></div><div class="fb-like"></div><div class="social_link">Bagikan Artikel :</div></div>
        <div class="latest_post"><h2>Berita Terkait</h2><ul>{related()}</ul></div>""",
    )


def opensid_esensi(seed: Seed, body: str) -> str:
    return frame(
        f"{seed.title} - Desa Contoh",
        "",
        f"""<main class="container"><article><h1 class="text-h2">{seed.title}</h1><ul class="inline-flex"><li>27 Maret 2018</li>
        <li>Administrator</li><li>Dibaca 33</li></ul><div class="content py-2">{body}</div></article><h3>Berita Terkait</h3><div>{related()}</div></main>""",
    )


def laravel(seed: Seed, body: str) -> str:
    """English month names on an Indonesian page."""
    return frame(
        "Portal Resmi",
        "",
        f"""<section class="py-5"><div class="row"><div class="col-lg-8"><h3 class="fw-bold mb-3">{seed.title}</h3>
        <small class="text-muted">Published on 27 March 2018, 10:05 WIB</small><img src="/storage/posts/diklat.jpg" class="img-fluid">
        <div class="description mt-3">{body}</div></div><div class="col-lg-4"><h5>Berita Lainnya</h5>
        {related('<div class="d-flex"><a href="/post/show/{n}">{title}</a><small>{date}</small></div>')}</div></div></section>""",
    )


def magazine(seed: Seed, body: str) -> str:
    """An article element that holds title and meta only; the text is its sibling."""
    return frame(
        f"{seed.title} » Banyuwangi",
        "",
        f"""<div class="wrap"><article><h1>{seed.title}</h1><span class="meta">{seed.date} | Oleh Humas</span></article>
        <div class="txt">{body}</div><section class="more"><h3>Berita Terkait</h3>{related('<article><h2><a href="/b/{n}">{title}</a></h2><time>{date}</time><p>Kegiatan ini diikuti warga dari berbagai kecamatan.</p></article>')}
        </section></div>""",
    )


def table_layout(seed: Seed, body: str) -> str:
    return frame(
        "Situs Resmi Kabupaten Banyuwangi",
        "",
        f"""<table width="100%"><tr><td width="180" valign="top"><b>Agenda</b><br>{related('<a href="/a/{n}">{title}</a><br>{date}<br>')}</td>
        <td valign="top"><table><tr><td><font size="4"><b class="judul">{seed.title}</b></font></td></tr><tr><td>{seed.date}</td></tr>
        <tr><td>{body}</td></tr></table></td></tr></table>""",
    )


FRAMES: dict[str, tuple[str, Callable[[Seed, str], str]]] = {
    "portal": ("generic", portal),
    "plain-portal": ("generic", plain_portal),
    "wordpress-classic": ("wordpress", wordpress_classic),
    "wordpress-blocks": ("wordpress", wordpress_blocks),
    "swarakalibata": ("lokomedia", swarakalibata),
    "codeigniter": ("lokomedia", lokomedia_codeigniter),
    "tigo": ("lokomedia", tigo),
    "popoji": ("lokomedia", popoji),
    "natra": ("generic", opensid_natra),
    "esensi": ("generic", opensid_esensi),
    "laravel": ("generic", laravel),
    "magazine": ("generic", magazine),
    "table": ("generic", table_layout),
}


def check(article: Article, day: str) -> None:
    assert article.title == "Ratusan Peserta Diklatpim Asal Banten Benchmark ke Banyuwangi"
    assert (article.published_at or "")[:10] == day
    assert article.dateline == "BANYUWANGI"
    paragraphs = article.body_text.split("\n\n")
    assert len(paragraphs) == 11
    assert article.body_text.startswith("Banyuwangi kedatangan peserta pendidikan")
    assert article.body_text.endswith("Bangsring Underwater dan Pulau Merah.")
    assert "  " not in article.body_text
    assert "\u00a0" not in article.body_text
    assert article.credit_raw == "(*)"
    for words in ("Berita Terkait", "Bagikan Artikel", "Rogojampi", "Dibaca"):
        assert words not in article.body_text
        assert words not in article.body_html
    assert article.body_kind == "text"
    assert article.integrity == "clean"


@pytest.mark.skipif(not SEED.exists(), reason="the article's text is not here")
@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("name", FRAMES)
@pytest.mark.parametrize("described", [True, False], ids=["platform", "generic"])
def test_seed_article_is_read_from_every_markup(name: str, body: str, described: bool) -> None:
    """Title, date, dateline, text and end mark come out the same, with the platform named and without."""
    platform, build = FRAMES[name]
    seed = read_seed()
    found = read(capture_of(build(seed, BODIES[body](seed))), source_for(platform if described else "generic"))
    assert isinstance(found, Article), found
    check(found, "2018-03-27")
    timed = name in ("swarakalibata", "codeigniter", "natra", "laravel")
    if described or name != "swarakalibata":
        assert found.published_precision in (("minute", "second") if timed else ("day",))
    assert found.extractor.startswith(READER_VERSION)
    text = seed.paragraphs[3]
    assert re.sub(r"\s+", " ", text).strip() in found.body_text


@pytest.mark.skipif(not SEED.exists(), reason="the article's text is not here")
def test_seed_text_alone_is_day_precise() -> None:
    """The portal's page prints a day, so the record has a day."""
    seed = read_seed()
    found = read(capture_of(portal(seed, as_paragraphs(seed))), source_for("generic"))
    assert isinstance(found, Article)
    assert (found.published_at, found.published_precision, found.published_from) == ("2018-03-27", "day", "selector")
    assert found.published_raw == "Selasa, 27 Maret 2018"
    assert [image.url for image in found.images] == ["https://banyuwangikab.go.id/media/berita/diklat.jpg"]
