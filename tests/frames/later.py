"""Frames written after the reader that they try, each for what one kind of site does."""

# ruff: noqa: E501 - markup has long lines

from __future__ import annotations

from .page import Around, Frame, document, links
from .texts import DAYS, MONTHS, News

_TOP = '<div class="navbar"><a href="/">Home</a> <a href="/profil">Profil</a> <a href="/berita">Berita</a> <a href="/galeri">Galeri</a></div>'
_END = '<div id="footer"><div class="container"><p>Dinas Komunikasi dan Informatika Kabupaten Uji, Jl. Pahlawan No. 12, Telp. 0333-421000. Copyright 2023</p></div></div>'
_TASKS = (
    "Dinas mempunyai tugas membantu bupati melaksanakan urusan pemerintahan yang menjadi kewenangan daerah, menyusun"
    " kebijakan teknis, membina pelaksanaan tugas, serta melaporkan hasilnya secara berkala kepada sekretaris daerah."
)


def blog_boxes(of: News, body: str, around: Around) -> tuple[str, str]:
    """No heading at all; the date with a time and dashes; ``title`` says what kind of page it is."""
    stamp = f"{of.day:%d-%m-%Y} 10:11:12"
    html = (
        f'{_TOP}<div class="container"><div class="blog-post"><div class="blog-title">{of.title}</div><div class="blog-meta">'
        f'<i class="icon-user"></i> Admin <i class="icon-time"></i> {stamp} <i class="icon-eye"></i> {of.number % 500} hits</div>'
        f'<img class="img-responsive" src="/upload/{of.number}.jpg"><div class="blog-body">{body}</div></div><div class="blog-list">'
        + links(
            around.others[:4],
            '<div class="item"><div class="item-title"><a href="{url}">{title}</a></div><div class="item-meta">{day}</div><div class="item-text">{excerpt}</div></div>',
        )
        + f"</div></div>{_END}"
    )
    return f"{around.host}/berita/view/{of.number}", document("Detail Berita", "", html)


def editorial(of: News, body: str, around: Around) -> tuple[str, str]:
    """A kicker above, credits in the byline, an agenda with dates and texts inside ``main``, a form for comments."""
    html = (
        f'{_TOP}<main><article><header><h4 class="kicker">BERITA DAERAH</h4><h1>{of.title}</h1><p class="byline">Penulis: Rina Marlina |'
        f' Editor: Budi S | {of.day.day} {MONTHS[of.day.month - 1][:3]} {of.day.year} | 10:00</p></header><figure><img src="/f/{of.number}.jpg">'
        f"<figcaption>Peserta mengikuti acara (Foto: Prokopim)</figcaption></figure>{body}</article><section><h3>Agenda</h3><p>Kamis, 14 Maret"
        f" 2024: {_TASKS}</p></section><section><h3>Tinggalkan Komentar</h3><form><label>Nama</label><input></form></section><section>"
        "<h3>Terbaru</h3>"
        + links(around.latest, '<p><a href="{url}">{title}</a> - {day}</p>')
        + f"</section></main>{_END}"
    )
    return f"{around.host}/detailpost/{of.slug}", document(f"{of.title} - Prokopim Kabupaten Uji", "", html)


def date_below(of: News, body: str, around: Around) -> tuple[str, str]:
    """A notice before the article, the title in h4, the day below the text."""
    html = (
        f'{_TOP}<div class="tab"><b>Pengumuman</b><p>{_TASKS}</p><p>{_TASKS} Pendaftaran ditutup 30 April 2024.</p></div><div class="tab">'
        f'<h4>{of.title}</h4><div style="text-align:justify">{body}</div><p><small>Dipublikasikan pada: {of.printed} 10:00 WIB oleh Operator'
        "</small></p></div><div class='tab'><h5>Indeks</h5>"
        + links(around.others, '<div><a href="{url}">{title}</a> <span>({day})</span></div>') + f"</div>{_END}"
    )  # fmt: skip
    return f"{around.host}/index.php/informasi/detail/berita/{of.number}_{of.slug}", document("Dinas Kominfo", "", html)


def before_and_after(of: News, body: str, around: Around) -> tuple[str, str]:
    """Popular articles with excerpts before, previous and next behind, the day in the address alone."""
    html = (
        f'{_TOP}<div class="row"><div class="kolom-kiri">'
        + links(
            around.latest, '<div class="populer"><a href="{url}"><b>{title}</b></a><p>{excerpt} {excerpt}</p></div>'
        )
        + f'</div><div class="kolom-tengah"><h2><a href="/{of.day:%Y/%m/%d}/{of.slug}">{of.title}</a></h2><div>{body}</div><p>Kategori: Berita</p>'
        + links(around.others[:2], '<div class="pindah"><a href="{url}">{title}</a></div>')
        + f"</div></div>{_END}"
    )
    return f"{around.host}/{of.day:%Y/%m/%d}/{of.slug}", document(f"{of.title} | Bappeda Uji", "", html)


def elementor(of: News, body: str, around: Around) -> tuple[str, str]:
    """A page builder: nothing but boxes in boxes, and cards that are articles."""

    def box(kind: str, inner: str) -> str:
        return f'<div class="elementor-element elementor-element-a{of.number} elementor-widget-{kind}"><div class="elementor-widget-container">{inner}</div></div>'

    info = f'<ul class="elementor-icon-list-items"><li class="elementor-icon-list-item"><span class="elementor-post-info__item--type-date">{of.printed}</span></li></ul>'
    posts = links(
        around.others,
        '<article class="elementor-post"><h3 class="elementor-post__title"><a href="{url}">{title}</a></h3><div class="elementor-post__excerpt"><p>{excerpt}</p></div><span class="elementor-post-date">{day}</span></article>',
    )
    html = (
        box("nav-menu", '<ul><li><a href="/">Beranda</a></li></ul>')
        + '<div class="elementor-location-single">'
        + box("theme-post-title", f'<h2 class="elementor-heading-title">{of.title}</h2>')
        + box("post-info", info)
        + box("theme-post-content", body)
        + box("posts", posts)
        + f'</div><div class="elementor-location-footer">{box("text-editor", f"<p>{_TASKS}</p>")}</div>'
    )
    return f"{around.host}/{of.slug}/", document(
        f"{of.title} &#8211; Dinas", "", html, "id", f"single single-post postid-{of.number}"
    )


def long_date(of: News, body: str, around: Around) -> tuple[str, str]:
    """The day and the time on two lines, a clock of today on top, tags and share links inside the box."""
    today = f"{DAYS[3]}, 18 April 2024 | 09:31:22 WIB"
    html = (
        f'<div class="jam" id="clock">{today}</div>{_TOP}<div class="wrap"><div class="news"><div class="news-head"><h2 class="news-h">{of.title}</h2>'
        f'<span class="tgl">{of.day.day} {MONTHS[of.day.month - 1]} {of.day.year}</span><br><span class="jam">5:03pm</span></div><div class="news-t">{body}'
        '<p class="tags">Tag: <a href="/tag/uji">uji</a>, <a href="/tag/desa">desa</a></p><a href="https://wa.me/?text=x">Kirim lewat WhatsApp</a>'
        '</div></div><div class="side"><h3>Paling Banyak Dibaca</h3><ol>'
        + links(around.latest, '<li><a href="{url}">{title}</a> <em>{hits} kali</em></li>') + f"</ol></div></div>{_END}"
    )  # fmt: skip
    return f"{around.host}/web/detailberita/{of.number}/{of.slug}", document(f"{of.title} - Diskominfo", "", html)


LATER: dict[str, Frame] = {
    frame.__name__: frame
    for frame in (blog_boxes, editorial, date_below, before_and_after, elementor, long_date)
}  # fmt: skip
