"""Frames of sites that were made by hand, by small content systems and in the time of tables."""

# ruff: noqa: E501 - markup and sentences have long lines

from __future__ import annotations

from .page import Around, Frame, document, links
from .texts import DAYS, ENGLISH, News

_BLURB = (
    "Selamat datang di situs resmi Pemerintah Kabupaten Uji. Melalui situs ini kami menyampaikan informasi pembangunan,"
    " layanan publik, dan potensi daerah kepada seluruh masyarakat, serta menerima saran dan masukan melalui layanan"
    " aduan daring yang tersedia setiap hari kerja pukul 08.00 sampai 15.00 WIB di kantor Dinas Komunikasi."
)
_MENU = (
    '<div id="menu"><ul>'
    + "".join(
        f'<li><a href="/{name.lower()}">{name}</a></li>'
        for name in ("Beranda", "Profil", "Layanan", "Berita", "Kontak")
    )
    + "</ul></div>"
)
_FOOT = (
    '<div class="bawah">Hak Cipta &copy; 2018 Pemerintah Kabupaten Uji. Jalan Merdeka 1. Telepon (0333) 425001</div>'
)


def table_layout(of: News, body: str, around: Around) -> tuple[str, str]:
    """Nested tables, fonts, a counter, the list of others in the same column."""
    others = links(around.others, '<tr><td><font size="2">&raquo; <a href="{url}">{title}</a> ({day})</font></td></tr>')
    html = (
        f'<table width="960"><tr><td colspan="3">{_MENU}</td></tr><tr><td width="180" valign="top"><b>Sambutan</b><br>'
        f'{_BLURB}</td><td valign="top"><table><tr><td><font size="4"><b>{of.title}</b></font></td></tr>'
        f'<tr><td><font size="1">{of.printed} | Dibaca {of.number % 977} kali</font></td></tr>'
        f"<tr><td>{body}</td></tr><tr><td><b>Berita Lainnya</b></td></tr>{others}</table></td>"
        f'<td width="180">Kalender<br>Pengunjung hari ini: 21</td></tr></table>{_FOOT}'
    )
    return f"{around.host}/index.php?p=berita&id={of.number}", document("Kabupaten Uji", "", html, "en")


def image_headings(of: News, body: str, around: Around) -> tuple[str, str]:
    """Headings of lists are pictures without text; the date stands above a bare body."""
    html = (
        f'{_MENU}<div class="kiri"><div class="post"><h4><a href="/kategori-berita.html">Berita</a></h4>'
        f'<h2 class="article-title">{of.title}</h2><div class="info"><span class="date"><b>Admin</b> {of.printed} - '
        f'09:15:00 WIB | dibaca: {of.number % 613} pembaca</span></div>{body}<img src="/img/berita_terkait.png"><ul>'
        + links(around.others, '<li><a href="{url}">{title}</a> - {day}</li>')
        + '</ul><img src="/img/komentar.png"></div></div><div class="kanan"><h3>Terpopuler</h3><ul>'
        + links(around.latest, '<li><a href="{url}">{title}</a><br><small>{day}</small></li>')
        + f"</ul></div>{_FOOT}"
    )
    return f"{around.host}/berita-{of.slug}.html", document(f"{of.title} - Kabupaten Uji", "", html)


def category_heading(of: News, body: str, around: Around) -> tuple[str, str]:
    """The category is the h1, the title a h2, ``title`` says the same on each page, a counter above."""
    html = (
        f'{_MENU}<div class="container"><h1>Berita Daerah</h1><div class="col-md-8"><p>{of.number % 541} x Dibaca</p>'
        f'<h2>{of.title}</h2><p><i class="fa fa-calendar"></i> {of.printed} | 10:22 WIB</p><img src="/foto/{of.number}.jpg">'
        f'{body}<div class="bagi">Bagikan: <a href="https://facebook.com/sharer">Facebook</a> <a href="#">Twitter</a></div>'
        '</div><div class="col-md-4"><h4>Berita Terbaru</h4>'
        + links(around.latest, '<div class="media"><a href="{url}">{title}</a><p>{day}</p></div>')
        + f"<h4>Tentang Kami</h4><p>{_BLURB}</p></div></div>{_FOOT}"
    )
    url = f"{around.host}/berita/detail/{of.number}/{of.slug}"
    return url, document("Website Resmi Kabupaten Uji", "", html)


def village(of: News, body: str, around: Around) -> tuple[str, str]:
    """A village: widgets of statistics and officials, dates of agendas, comments with dates."""
    html = (
        f'<div id="nav">{_MENU}</div><div class="single_page_area"><h4 class="catg_titile">{of.title}</h4>'
        f'<div class="single_page_content"><div class="meta_date">{of.day.day:02d} {of.printed.split()[2]} {of.day.year}'
        f' 08:15:30 <i class="fa fa-user"></i> Operator <i class="fa fa-eye"></i> {of.number % 320} Kali dibuka</div>'
        f'<div class="teks">{body}</div></div><div class="form-komentar"><h5>Kirim Komentar</h5><p>Komentar baru terbit'
        " setelah disetujui Admin desa dan tidak mengandung unsur yang melanggar hukum yang berlaku.</p></div></div>"
        f'<aside><div class="single_bottom_rightbar"><h2>Agenda</h2><p>12 Januari 2024 Musyawarah desa</p><h2>Arsip</h2>'
        + links(around.latest, '<table><tr><td><a href="{url}">{title}</a></td></tr><tr><td>{day}</td></tr></table>')
        + "<h2>Statistik Pengunjung</h2><table><tr><td>Hari ini</td><td>12</td></tr></table></div></aside>"
    )
    url = f"{around.host}/artikel/{of.day.year}/{of.day.month}/{of.day.day}/{of.slug}"
    return url, document(f"Desa Sukamaju - {of.title}", "", html)


def related_excerpts(of: News, body: str, around: Around) -> tuple[str, str]:
    """Others with long excerpts in the same column as the text, in boxes that no name tells apart."""
    html = (
        f'{_MENU}<div class="konten"><div class="kolom"><h3>{of.title}</h3><div>Ditulis oleh Admin pada'
        f" {of.day.day}/{of.day.month:02d}/{of.day.year}</div>{body}<h3>Kabar Daerah</h3>"
        + links(
            around.others[:4], '<div class="kotak"><h5><a href="{url}">{title}</a></h5><p>{excerpt} {excerpt}</p></div>'
        )
        + f'</div><div class="kolom2"><p>{_BLURB}</p></div></div>{_FOOT}'
    )
    return f"{around.host}/news/{of.number}/{of.slug}", document(f"{of.title} | Kabupaten Uji", "", html)


def english_months(of: News, body: str, around: Around) -> tuple[str, str]:
    """A Laravel portal: English months on an Indonesian page, today's date in the top bar, others' dates around."""
    stamp = f"{of.day.day:02d} {ENGLISH[of.day.month - 1]} {of.day.year}, 14:07 WIB"
    html = (
        f'<div class="top"><span>{DAYS[0]}, 2 Desember 2024</span></div>{_MENU}<div class="row"><div class="col-lg-8">'
        f'<h3 class="fw-bold">{of.title}</h3><p class="text-muted small">Published on {stamp} &middot; Humas</p>'
        f'<div class="description">{body}</div></div><div class="col-lg-4"><h5>Berita Lainnya</h5>'
        + links(around.latest, '<div class="d-flex"><a href="{url}">{title}</a><span class="small">{day}</span></div>')
        + f"</div></div>{_FOOT}"
    )
    return f"{around.host}/post/show/{of.number}", document("Portal Kabupaten Uji", "", html, "en")


def visitor_table(of: News, body: str, around: Around) -> tuple[str, str]:
    """The body stands bare in its column; a table of visitors and a long notice follow it there on each page."""
    html = (
        f'{_MENU}<div id="isi"><span class="judul">{of.title}</span><br><span class="kecil">Diposting: {of.printed}</span>'
        f"<hr>{body}<hr><table><tr><td>Hari ini</td><td>{of.number % 97}</td></tr><tr><td>Total kunjungan</td>"
        f"<td>{of.number * 7}</td></tr></table><p>{_BLURB}</p><p>Pengumuman: pelayanan administrasi kependudukan tutup"
        " pada hari libur nasional dan cuti bersama, warga dapat memakai layanan daring melalui aplikasi Uji Siap.</p>"
        + links(around.others, '<p><a href="{url}">{title}</a> <small>{day}</small></p>')
        + f"</div>{_FOOT}"
    )
    return f"{around.host}/baca-berita-{of.number}-{of.slug}.html", document(f"Kabupaten Uji :: {of.title}", "", html)


OLD: dict[str, Frame] = {
    frame.__name__: frame
    for frame in (
        table_layout, image_headings, category_heading, village, related_excerpts, english_months, visitor_table,
    )
}  # fmt: skip
