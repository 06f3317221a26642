"""The other pages: home, static pages, error pages, the hacked page and the page that hides an error behind 200."""

from __future__ import annotations

from .extras import Entry, Extra
from .pages_new import SITE, new_listing, new_page

SPAM_TITLE = "TIRTAHOKI88 # Login Situs Slot Gacor Maxwin Dinas Perhubungan Kabupaten Tirtasari"
SPAM_PARAGRAPHS = (
    "TIRTAHOKI88 adalah situs slot gacor dengan rtp live tertinggi hari ini, link alternatif resmi dan daftar cepat.",
    "Login TIRTAHOKI88 sekarang juga untuk merasakan scatter hitam dan jackpot maxwin bersama bandar togel terpercaya.",
    "Pertanyaan umum: bagaimana cara daftar TIRTAHOKI88? Isi data, lalu mainkan slot demo anti lag sepuasnya.",
)
"""What the intruder wrote: the record of such a page is set aside, its capture is kept."""

_STATIC = {
    "/profil": (
        "Kabupaten Tirtasari terdiri atas sebelas kecamatan, dari lereng Gunung Sirah hingga pesisir Tanjungrejo.",
        "Sungai Wening membelah wilayah ini dan menjadi sumber air bagi sawah, tambak, dan permukiman.",
        "Luas wilayah 1.214 kilometer persegi dengan penduduk sekitar 734 ribu jiwa.",
    ),
    "/kontak": (
        "Kantor: Jalan Pendapa Nomor 1, Tirtasari. Telepon (0299) 555-100.",
        "Laporkan tautan rusak atau halaman yang mencurigakan kepada pengelola. Kami menjawab dalam dua hari kerja.",
    ),
    "/layanan": (
        "Mal Pelayanan Publik buka Senin sampai Jumat pukul 08.00 – 15.00 WIB.",
        "Layanan yang tersedia: kependudukan, perizinan, pajak daerah, jaminan kesehatan, dan pengaduan.",
    ),
}


def home_page(entries: list[Entry], visit: int) -> str:
    """The front page: the newest lines of the listing."""
    more = '<p class="halaman"><a href="/berita">Berita lainnya</a> <a href="/halberita-1.html">Arsip lama</a></p>'
    return new_listing("Berita Terbaru", entries, more, visit)


def static_page(path: str, title: str, visit: int) -> str:
    """A page that is no article: no date, no section."""
    text = "\n".join(f"<p>{paragraph}</p>" for paragraph in _STATIC[path])
    head = f'<meta name="description" content="{title}">'
    return new_page(f"{title} | {SITE}", head, f'<h1>{title}</h1>\n<div class="isi-halaman">{text}</div>', visit=visit)


def not_found_page(visit: int) -> str:
    """What a missing address answers."""
    main = "<h1>404</h1>\n<p>Halaman yang Anda cari tidak ditemukan atau telah dipindahkan.</p>"
    return new_page(f"Halaman tidak ditemukan | {SITE}", '<meta name="robots" content="noindex">', main, visit=visit)


def server_error_page() -> str:
    """What a framework shows when its database is away."""
    return """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Server Error</title></head>
<body><div class="flex-center"><div class="code">500</div><div class="message">Server Error</div></div></body></html>
"""


def soft_error_page(title: str) -> str:
    """A failure that answers 200: half a page, then the interpreter's complaint in place of the article."""
    main = f"""<article><h1>{title}</h1></article>
<div style="border:1px solid #990000;padding-left:20px;margin:0 0 10px 0;">
<h4>A Database Error Occurred</h4>
<p>Unable to connect to your database server using the provided settings.</p>
<p>Filename: controllers/Berita.php</p>
<p>Line Number: 148</p>
</div>"""
    return new_page(f"{title} | {SITE}", "", main)


def internal_page(extra: Extra) -> str:
    """An ordinary looking article under an address that robots.txt forbids."""
    text = "<p>Notulen ini hanya untuk keperluan internal dan tidak untuk disebarluaskan.</p>"
    return new_page(f"{extra.title} | {SITE}", "", f'<h1>{extra.title}</h1>\n<div class="isi-berita">{text}</div>')


def spam_page(base: str, path: str) -> str:
    """A page that an intruder left: shop template, foreign language and amphtml, price, verification code."""
    text = "\n".join(f"<p>{paragraph}</p>" for paragraph in SPAM_PARAGRAPHS)
    return f"""<!DOCTYPE html>
<html lang="en-US" itemscope itemtype="http://schema.org/WebPage">
<head>
<meta charset="utf-8">
<title>{SPAM_TITLE}</title>
<meta name="description" content="TIRTAHOKI88 situs slot gacor, login slot88, daftar togel, rtp live, link alternatif.">
<meta name="keywords" content="login TIRTAHOKI88, daftar TIRTAHOKI88, situs slot gacor, rtp slot, link alternatif">
<meta name="google-site-verification" content="k3x0Zq-contoh-asing-7741">
<link rel="canonical" href="{base}{path}">
<link rel="amphtml" href="https://tirtahoki88-amp.pages.invalid/">
<meta property="og:type" content="product">
<meta property="og:title" content="{SPAM_TITLE}">
<meta property="product:price:amount" content="888.00">
<meta property="product:price:currency" content="IDR">
<style>body {{ background: #111; color: #eee; font-family: sans-serif; max-width: 42rem; margin: 2rem auto; }}</style>
</head>
<body>
<div class="breadcrumbs"><a href="/">Home</a> &gt; Shop &gt; Slot Gacor</div>
<h1 class="product-title">{SPAM_TITLE}</h1>
<div class="product-price">IDR 888.00</div>
<a class="btn" href="https://tirtahoki88.invalid/daftar" rel="nofollow">DAFTAR</a>
<a class="btn" href="https://tirtahoki88.invalid/login" rel="nofollow">LOGIN</a>
<div class="product-description">
{text}
</div>
<div class="product-reviews">4.9 out of 5 stars (88,888 reviews)</div>
</body>
</html>
"""
