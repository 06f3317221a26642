"""Pages in the markup from before the rebuild, as the Swarakalibata / Lokomedia family of systems writes it.

Kept from the family: table-less columns, single quotes, relative addresses, a view counter in the line of the date,
the body inside one more ``p``, and the headings "Berita terkait" and "Komentar" as pictures without text.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from string import Template

from .articles import DAYS, MONTHS, Article, all_articles, slugify
from .bodies import body_html, document_path, picture_path
from .extras import ADMIN, Entry

SITE = "Pemerintah Kabupaten Tirtasari"
_FRAME = Template("""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" \
"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml">
<head>
<title>$title</title>
<meta http-equiv="X-UA-Compatible" content="IE=edge" />
<meta name="robots" content="index, follow" />
$head
<meta http-equiv="Copyright" content="tirtasari" />
<meta name="generator" content="swarakalibata" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<link rel="shortcut icon" href="images/lambang.svg" />
<link rel="stylesheet" href="style.css" type="text/css" media="screen" />
</head>
<body class='lama'>
<div id='fb-root'></div>
<div class='header'><a href='./'><img src='images/lambang.svg' alt='' width='54' height='62' /></a>
<div class='judul_situs'><b>$site</b><br />Situs Resmi Pemerintah Daerah</div></div>
$menu
<div class='main-column-wrapper'>
<div class='main-column-left'>
$middle
</div>
$sidebar
<div class='clear'>&nbsp;</div>
</div>
<div class='footer'>
<p>Copyright &copy; 2019 - 2024 Dinas Komunikasi dan Informatika Kabupaten Tirtasari. All Rights Reserved.</p>
<p><small>Kabupaten Tirtasari adalah kabupaten rekaan. Semua nama, peristiwa, dan angka di situs ini fiktif.</small>
| <a href='$admin' rel='nofollow'>Login Admin</a></p>
</div>
</body>
</html>
""")

_POST = Template("""<div class='post post-style-1'>

<h4>$section</h4>
<div class='sub_judul2'>$subtitle</div>

<h2 class='article-title'>$title</h2>

<div class='info'> <span class='date'><b>$name</b> <span style="color:#EA1C1C;">|</span>
$date
<span style="color:#EA1C1C;">|</span> dibaca: $views pembaca</span>

<div class='section'>
$share
</div>
</div>
$picture
<p>$body
$document</p>

<div class='fb-like' data-href='$address' data-send='true' data-width='580'></div>
<div class='garis'></div><br/>
<br/><img src='images/berita_terkait.svg' width='383' height='23' /><br /><ul>
$related
</ul>
<br/><img src='images/komen.svg' width='383' height='23' /><br/><br/>
<div class='fbkomluar'><div class='fbkomdalam'>
<div class='fb-comments' data-href='$address' data-num-posts='2' data-width='383'></div></div></div>
<br/><div class='post-title2'><h5><b>Komentar Via Website : 0</b></h5></div>
<div id='container'>
<form name='form' action='#' method='post'>
<h3 class='tag_title'>Nama</h3><input type='text' class='tag_form' name='nama_komentar'/>
<h3 class='tag_title'>Email</h3><input type='text' class='tag_form' name='url' />
<h3 class='tag_title'>Komentar</h3><textarea class='tag_form' name='isi_komentar'></textarea>
<br/>(Masukkan 6 kode di atas)<br><input type='text' name='kode' size='6' maxlength='6' class='tag_form2'>
<input type='button' name='submit' value='Kirim Komentar' class='tag_button'/>
</form></div>
</div>""")


def printed_date(article: Article) -> str:
    """The date as the old markup prints it: ``Jum'at, 19 Mei 2023 - 10:44:21 WIB``."""
    if article.printed:
        return article.printed
    at = article.at
    day = DAYS[at.weekday()].replace("Jumat", "Jum'at")
    time = f"{at:%H.%M}" if article.precision == "minute" else f"{at:%H:%M:%S}"
    return f"{day}, {at.day:02d} {MONTHS[at.month - 1]} {at.year} - {time} WIB"


def old_page(title: str, head: str, middle: str) -> str:
    """A whole page around its middle column."""
    parts = {"menu": _menu(), "middle": middle, "sidebar": _sidebar()}
    return _FRAME.substitute(parts, title=title, head=head, site=SITE, admin=ADMIN.lstrip("/"))


def old_article(article: Article, visit: int, views: int) -> str:
    """An article's page; ``views`` is printed as its counter and so differs from visit to visit."""
    title = escape(article.title, quote=False)
    middle = _POST.substitute(
        title=title,
        section=f"<a href='kategori-{slugify(article.section)}.html'>{article.section}</a>",
        subtitle=article.subtitle or "",
        name=article.by,
        date=escape(printed_date(article), quote=False),
        views=views,
        share=_share(article),
        picture=_picture(article),
        body=body_html(article, visit),
        document=_document(article),
        address=article.path.lstrip("/"),
        related=_related(article),
    )
    words = ", ".join(article.title.split()[:6])
    head = f'<meta name="description" content="{escape(article.title)}" />\n'
    head += f'<meta name="keywords" content="{escape(words)}, tirtasari" />'
    return old_page(f"{title} - {SITE}", head, middle)


def old_listing(heading: str, entries: Sequence[Entry], pager: str) -> str:
    """``halberita-N.html`` and ``kategori-X.html``: titles with their day."""
    items = []
    for entry in entries:
        day = f"{DAYS[entry.at.weekday()]}, {entry.at.day:02d} {MONTHS[entry.at.month - 1]} {entry.at.year}"
        href = entry.path.lstrip("/")
        items.append(
            f"<div class='item'><h3><a href='{href}'>{escape(entry.title, quote=False)}</a></h3>\n"
            f"<span class='tanggal01'>{day}</span> <a href='{href}' class='more'>selengkapnya</a></div>"
        )
    body = "\n".join(items) or "<p>Belum ada berita.</p>"
    middle = f"<div class='arsip'><h2>{heading}</h2>\n{body}\n<div class='pages'>{pager}</div></div>"
    return old_page(f"{heading} - {SITE}", f'<meta name="description" content="{heading}" />', middle)


def _menu() -> str:
    links = {
        "./": "Beranda",
        "profil": "Profil",
        "halberita-1.html": "Arsip Berita",
        "kategori-pemerintahan.html": "Pemerintahan",
        "kategori-kesehatan.html": "Kesehatan",
        "kategori-pendidikan.html": "Pendidikan",
        "kategori-ekonomi.html": "Ekonomi",
        "layanan": "Layanan",
        "kontak": "Hubungi Kami",
    }
    items = "".join(f"<li><a href='{href}'>{text}</a></li>\n" for href, text in links.items())
    return f"<div class='menu'><ul>\n{items}</ul></div>"


def _share(article: Article) -> str:
    target = f"berita-{article.slug}.html"
    return f"""<div class='addthis_toolbox addthis_default_style'>
<a class='addthis_button_facebook' href='#bagikan' title='{target}'>Facebook</a>
<a class='addthis_button_twitter' href='#bagikan' title='{target}'>Twitter</a>
<a class='addthis_button_print' href='#cetak'>Cetak</a>
<a class='addthis_counter addthis_bubble_style'></a>
</div>"""


def _picture(article: Article) -> str:
    if article.image is None:
        return ""
    source = picture_path(article.key).lstrip("/")
    return f"""<div class='image2'><img src='{source}' width=350 border=0 class='image' >
<p class='ket_gambar'>{escape(article.image, quote=False)}</p></div>"""


def _document(article: Article) -> str:
    if article.attachment is None:
        return ""
    return f"<p><a href='{document_path(article.key).lstrip('/')}' target='_blank'>{article.attachment}</a></p>"


def _old_only() -> list[Article]:
    return [article for article in all_articles() if article.is_old]


def _related(article: Article) -> str:
    others = [other for other in _old_only() if other.section == article.section and other.key != article.key]
    items = [f"<li><a href='{o.path.lstrip('/')}'>{escape(o.title, quote=False)}</a></li>" for o in others[:5]]
    return "\n".join(items)


def _sidebar() -> str:
    """Most read with counters and newest with days: numbers and dates of OTHER articles, on every page."""
    olds = _old_only()
    popular = "\n".join(
        f"<div class='item'><div class='text'><a href='{a.path.lstrip('/')}'><span class='judulberita1'>"
        f"{escape(a.title, quote=False)}</span></a>\n"
        f"<p><span class='tanggal01'> dibaca : {2913 - 377 * n} pembaca</span></p></div></div>"
        for n, a in enumerate(olds[3::6][:5])
    )
    recent = "\n".join(
        f"<div class='item'><div class='text'><a href='{a.path.lstrip('/')}'><span class='judulberita1'>"
        f"{escape(a.title, quote=False)}</span></a>\n"
        f"<p><span class='tanggal01'>{DAYS[a.at.weekday()]}, {a.at.day:02d} {MONTHS[a.at.month - 1]} {a.at.year}"
        "</span></p></div></div>"
        for a in olds[:5]
    )
    return f"""<div class="sidebar">
<div class="sidebar-item"><div class="latest-activity">
<div class="sidebar-title"><b>TERPOPULER</b></div><div class="list">
{popular}
</div></div></div>
<div class="sidebar-item"><div class="latest-activity">
<div class="sidebar-title"><b>TERKINI</b></div><div class="list">
{recent}
</div></div></div>
<div class="sidebar-item"><div class="latest-news"><div class="sidebar-title"><b>AGENDA</b></div>
<div class="list"><ul><li><p><span class='tanggal02'>12 Juni 2024 - 14 Juni 2024</span></p>
<b>Pekan Panutan Pajak</b></li>
<li><p><span class='tanggal02'>25 Juni 2024 - 25 Juni 2024</span></p><b>Rapat Koordinasi Kearsipan</b></li></ul></div>
</div></div>
<div class="sidebar-item"><div class="latest-news"><div class="sidebar-title"><b>JAJAK PENDAPAT</b></div>
<div class="list"><div class='poling1'>Bagaimana pendapat Anda tentang situs ini?</div>
<form action='#'><input type='radio' name='pilihan' />&nbsp;&nbsp;Bagus<br />
<input type='radio' name='pilihan' />&nbsp;&nbsp;Cukup<br />
<input type='radio' name='pilihan' />&nbsp;&nbsp;Perlu diperbaiki</form></div></div></div>
</div>"""
