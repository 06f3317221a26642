"""Pages in the markup from after the rebuild, in the manner of the Banyuwangi portal.

Kept from it: listing items ``.ng-wrp-item`` inside their link, ``h1`` title, a long date without time zone clutter,
"Berita Terkait" with titles and dates of OTHER articles behind the body, "Bagikan Artikel :", and a popular column.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from string import Template

from .articles import Article, all_articles, articles_at, long_date, slugify
from .bodies import body_html, document_path, picture_path
from .extras import ADMIN, Entry

SITE = "Portal Berita Kabupaten Tirtasari"
SECTIONS = sorted({article.section for article in all_articles()})
DISTRICTS = (
    *("Tirtasari Kota", "Karangjati", "Sukamulya", "Wanasari", "Muarasari", "Pagerwangi"),
    *("Cibanteng", "Lembahjaya", "Tanjungrejo", "Kebonagung", "Gandasoli"),
)
OFFICES = (
    *("Sekretariat Daerah", "Sekretariat DPRD", "Inspektorat", "Badan Perencanaan Pembangunan Daerah"),
    *("Badan Pendapatan Daerah", "Badan Penanggulangan Bencana Daerah", "Dinas Kesehatan", "Dinas Perikanan"),
    *("Dinas Pendidikan dan Kebudayaan", "Dinas Pekerjaan Umum dan Penataan Ruang", "Dinas Perhubungan"),
    *("Dinas Komunikasi dan Informatika", "Dinas Pertanian", "Dinas Sosial", "Dinas Lingkungan Hidup"),
)
_FRAME = Template("""<!DOCTYPE html>
<html lang="id">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
$head
<link rel="icon" href="/images/lambang.svg" type="image/svg+xml">
<link rel="alternate" type="application/rss+xml" title="$site" href="/feed">
<link rel="stylesheet" href="/style.css">
</head>
<body class="baru">
<header class="topbar">
<a class="brand" href="/"><img src="/images/lambang.svg" alt="" width="40" height="46">
<span>Kabupaten Tirtasari</span></a>
<nav><ul>
<li><a href="/">Beranda</a></li>
<li><a href="/berita">Berita</a></li>
<li><a href="/profil">Profil</a></li>
<li><a href="/layanan">Layanan</a></li>
<li><a href="/kontak">Kontak</a></li>
</ul></nav>
</header>
<nav class="kanal"><ul>
$nav</ul></nav>
<div class="container">
<main>
$main
</main>
<aside class="samping">
$popular
$latest
<div class="kotak"><strong>Layanan Darurat</strong>
<p>BPBD 24 jam: (0299) 555-112<br>Ambulans: (0299) 555-118</p></div>
</aside>
</div>
<footer>
<div class="kolom"><div><strong>Perangkat Daerah</strong>$offices</div>
<div><strong>Kecamatan</strong>$districts</div></div>
<p>&copy; 2025 Dinas Komunikasi dan Informatika Kabupaten Tirtasari</p>
<p>Jalan Pendapa Nomor 1, Tirtasari &middot; <a href="/halberita-1.html">Arsip lama</a> &middot;
<a href="/feed">RSS</a> &middot; <a href="$admin" rel="nofollow">Masuk pengelola</a></p>
<p class="rekaan">Kabupaten Tirtasari adalah kabupaten rekaan. Semua nama, peristiwa, dan angka di situs ini fiktif.</p>
</footer>
<script>
document.addEventListener('DOMContentLoaded', function () {
  var tombol = document.querySelector('.bagikan a[href="#salin"]');
  if (!tombol) { return; }
  tombol.addEventListener('click', function (kejadian) {
    kejadian.preventDefault();
    navigator.clipboard.writeText(location.href).then(function () { tombol.textContent = 'Tersalin'; });
  });
});
</script>
</body>
</html>
""")


def printed_date(article: Article) -> str:
    """The date as the new markup prints it: ``Selasa, 4 Maret 2025 08.15 WIB``, or the day alone."""
    day = long_date(article.at)
    return day if article.precision == "day" else f"{day} {article.at:%H.%M} WIB"


def new_page(title: str, head: str, main: str, *, visit: int = 1) -> str:
    """A whole page around its main column, with the popular and the newest articles beside it."""
    nav = "".join(f'<li><a href="/berita/kanal/{slugify(name)}">{name}</a></li>\n' for name in SECTIONS[:9])
    return _FRAME.substitute(
        title=title,
        head=head,
        main=main,
        nav=nav,
        site=SITE,
        admin=ADMIN,
        popular=_popular(visit),
        latest=_latest(visit),
        offices=_plain_list(OFFICES),
        districts=_plain_list(DISTRICTS),
    )


def new_article(article: Article, visit: int, base: str) -> str:
    """An article's page."""
    title = escape(article.title, quote=False)
    writer = f'<span class="penulis">Penulis : {article.by}</span>' if article.by else ""
    main = f"""<div class="remah"><a href="/">Beranda</a> / <a href="/berita">Berita</a> /
<a class="kanal-aktif" href="/berita/kanal/{slugify(article.section)}">{article.section}</a></div>
<article>
<h1>{title}</h1>
<div class="info-berita"><span class="tanggal">{printed_date(article)}</span>{writer}</div>
{_picture(article)}
<div class="isi-berita">
{_document(article) if article.kind == "document" else body_html(article, visit)}
</div>
{"" if article.kind == "document" else _document(article)}
{_tags(article)}
</article>
<div class="bagikan"><strong>Bagikan Artikel :</strong>
<a href="#wa">WhatsApp</a> <a href="#fb">Facebook</a> <a href="#x">X</a> <a href="#salin">Salin Tautan</a></div>
{_related(article, visit)}"""
    return new_page(f"{title} | {SITE}", _head(article, visit, base), main, visit=visit)


def new_listing(heading: str, entries: Sequence[Entry], pager: str, visit: int) -> str:
    """``/berita?page=N`` and the section pages: each item a link around its box."""
    items = "\n".join(_item(entry) for entry in entries) or '<p class="kosong">Tidak ada berita.</p>'
    main = f'<h2 class="judul-kanal">{heading}</h2>\n<div class="daftar-berita">\n{items}\n</div>\n{pager}'
    head = f'<meta name="description" content="{heading} Kabupaten Tirtasari">'
    return new_page(f"{heading} | {SITE}", head, main, visit=visit)


def _item(entry: Entry) -> str:
    picture = picture_path(entry.picture) if entry.picture else "/images/lambang.svg"
    size = "cover" if entry.picture else "contain"
    style = f"background-image: url('{picture}'); background-size: {size}; background-position: center;"
    return f"""<a href="{entry.path}">
<div class="ng-wrp-item">
<div class="gambar-kecil" style="{style}"></div>
<div style="flex:1;padding-left:1rem;">
<div style="text-align: left; font-weight:600">{escape(entry.title, quote=False)}</div>
<div style="text-align: left; color:#6b7280"><small>{long_date(entry.at)}</small></div>
</div>
</div>
</a>"""


def _head(article: Article, visit: int, base: str) -> str:
    """What the head says of the article: nothing, Open Graph, or Open Graph with JSON-LD."""
    if article.head == "none":
        return '<meta name="description" content="Berita resmi Kabupaten Tirtasari">'
    url = base + article.path
    properties = {
        "og:type": "article",
        "og:site_name": SITE,
        "og:title": article.title,
        "og:url": url,
        "article:published_time": article.at.isoformat(),
        "article:section": article.section,
    }
    if article.image is not None:
        properties["og:image"] = base + picture_path(article.key)
    lines = [f'<link rel="canonical" href="{url}">']
    lines += [f'<meta property="{name}" content="{escape(value)}">' for name, value in properties.items()]
    if article.head == "json-ld":
        lines.append(f'<script type="application/ld+json">\n{_json_ld(article, visit, url, base)}\n</script>')
    return "\n".join(lines)


def _json_ld(article: Article, visit: int, url: str, base: str) -> str:
    publisher = {"@type": "GovernmentOrganization", "name": "Pemerintah Kabupaten Tirtasari", "url": base}
    thing: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": {"@type": "WebPage", "@id": url},
        "headline": article.title,
        "datePublished": article.at.isoformat(),
        "articleSection": article.section,
        "keywords": list(article.tags),
        "author": {"@type": "Organization", "name": "Diskominfo Kabupaten Tirtasari"},
        "publisher": publisher,
        "inLanguage": "id",
    }
    if article.is_edited(visit):
        thing["dateModified"] = article.changed_at(visit).isoformat()
    if article.image is not None:
        thing["image"] = [base + picture_path(article.key)]
    return json.dumps(thing, ensure_ascii=False, indent=1).replace("</", "<\\/")


def _picture(article: Article) -> str:
    if article.image is None:
        return ""
    caption = f"\n<figcaption>{escape(article.image, quote=False)}</figcaption>" if article.image else ""
    source = picture_path(article.key)
    return f'<figure class="utama"><img src="{source}" width="400" height="240" alt="">{caption}</figure>'


def _document(article: Article) -> str:
    """The link to the document: below the body, or all there is of it for a document post."""
    if article.attachment is None:
        return ""
    link = f'<a href="{document_path(article.key)}">{escape(article.attachment, quote=False)}</a>'
    return f'<div class="lampiran"><p>{link}</p></div>'


def _tags(article: Article) -> str:
    if not article.tags:
        return ""
    links = " ".join(f'<a href="/tag/{slugify(tag)}" rel="tag">{tag}</a>' for tag in article.tags)
    return f'<div class="tag-berita">Tag : {links}</div>'


def _related(article: Article, visit: int) -> str:
    """Up to four others of the section and the day's newest, each with its own title and date."""
    others = [other for other in articles_at(visit) if other.key != article.key]
    near = [other for other in others if other.section == article.section and not other.is_old]
    chosen = (near + [other for other in others if other not in near])[:4]
    items = "\n".join(
        f'<li><a href="{other.path}">{escape(other.title, quote=False)}</a> <small>{long_date(other.at)}</small></li>'
        for other in chosen
    )
    return f'<div class="terkait"><h3>Berita Terkait</h3>\n<ul>\n{items}\n</ul></div>'


def _popular(visit: int) -> str:
    chosen = [article for article in articles_at(visit) if not article.is_old and not article.gone][5:30:5]
    items = "\n".join(
        f'<li><a href="{article.path}">{escape(article.title, quote=False)}</a>\n'
        f"<small>{long_date(article.at)} &middot; {4120 - 611 * number} kali dilihat</small></li>"
        for number, article in enumerate(chosen)
    )
    return f'<div class="kotak"><strong>Berita Populer</strong>\n<ol>\n{items}\n</ol></div>'


def _latest(visit: int) -> str:
    """The newest articles with their days, on every page: dates that belong to others."""
    items = "\n".join(
        f'<div class="terbaru"><a href="{article.path}">{escape(article.title, quote=False)}</a>\n'
        f'<span class="tanggal">{printed_date(article)}</span></div>'
        for article in articles_at(visit)[:6]
    )
    return f'<div class="kotak"><strong>Berita Terbaru</strong>\n{items}\n</div>'


def _plain_list(names: tuple[str, ...]) -> str:
    return "<ul>\n" + "\n".join(f"<li>{name}</li>" for name in names) + "\n</ul>"
