"""Traps in the markup: pages that stall parsers, pages that pretend, and articles with a sting in them."""

from __future__ import annotations

from .site import Trap, frame, news, response
from .traps import page

NOT = ("not-an-article",)
STALL = ("reader-timeout", "reader-died", "too-large", "not-an-article")
WORDS = "Main slot gacor maxwin di situs slot online terpercaya, bonus new member, rtp live, link alternatif. "


def html(name: str, markup: str | bytes, *expect: str, records: tuple[str, ...] = (), kind: str = "text/html") -> Trap:
    body = markup if isinstance(markup, bytes) else markup.encode("utf-8", "surrogatepass")
    return page(name, response(body, kind=kind), *expect, records=records)


def moved_in(name: str, head: str, *expect: str, records: tuple[str, ...] = ()) -> Trap:
    """An article with something in its head."""
    return html(name, news(name.replace("-", " ").title(), head), *expect, records=records)


MARKUP: list[Trap] = [
    # parsers
    html("attributes-40000", f"<html><body><p {' '.join(f'a{n}=1' for n in range(40_000))}>x</p></body></html>",
         *STALL),
    html("attributes-without-end", "<html><body><p " + "a" * 9_000_000, *STALL, "empty-page"),
    html("deep-200000", "<div>" * 200_000 + "x", *STALL),
    html("tables-in-tables", "<table><tr><td>" * 100_000, *STALL, "empty-page"),
    html("formatting-unclosed", "<b><i><u>" * 60_000 + "x", *STALL),
    html("entities-many", "<html><body><p>" + "&amp;" * 1_500_000, *STALL, "too-large"),
    html("comment-unclosed", "<html><body><!--" + "-" * 2_000_000, *NOT, "empty-page"),
    html("cdata-soup", "<html><body>" + "<![CDATA[<p>" * 100_000, *STALL, "empty-page"),
    html("script-unclosed", "<html><body><script>" + "var a;" * 200_000, *NOT, "empty-page", "javascript-shell"),
    html("json-ld-bomb", f"<html><head><script type='application/ld+json'>{'[' * 100_000}</script></head>"
         "<body><p>x</p></body></html>", *STALL),
    html("links-100000", "<html><body>" + "".join(f"<a href='/x/{n}'>n</a>" for n in range(100_000)), *STALL),
    html("blanks-eight-megabytes", "<html><body><p>" + " \t" * 4_000_000 + "x</p>", *STALL),
    html("dates-many", "<html><body>" + "<p>Senin, 4 Maret 2024 10:00 WIB</p>" * 50_000, *STALL),
    html("one-line-of-dots", "<html><body><p>" + "a." * 2_000_000 + "</p>", *STALL, "empty-page"),
    # letters
    html("nothing-but-nulls", bytes(5000), "empty-page"),
    html("noise", bytes((n * n * 7 + n) % 251 for n in range(60_000)), "undecodable", "not-html", "empty-page", *NOT),
    html("picture-as-page", b"\x89PNG\r\n\x1a\n" + bytes(3000), "not-html"),
    html("pdf-as-page", b"%PDF-1.7\n" + bytes(3000), "not-html"),
    html("pdf", b"%PDF-1.7\n" + bytes(3000), "not-html", kind="application/pdf"),
    html("charset-wrong", news("Café Naïf").encode("cp1252"), records=("Café Naïf",), kind="text/html; charset=utf-8"),
    html("utf-16", ("\ufeff" + news("Utf Enam Belas")).encode("utf-16-le"), records=("Utf Enam Belas",)),
    html("nulls-inside", news("Banyak Nol").replace("panen ", "panen \0"), records=("Banyak Nol",)),
    html("utf-8-broken", news("Huruf Rusak").encode() + b"\xff\xfe\xc3\x28" * 5, records=("Huruf Rusak",)),
    # pages that pretend
    html("soft-404", "<html><head><title>404 Not Found</title></head><body><h1>Halaman tidak ditemukan</h1></body>",
         "soft-error"),
    html("soft-500", "<html><head><title>Kabupaten</title></head><body>Error establishing a database connection</body>",
         "soft-error"),
    html("challenge-200", "<html><head><title>Just a moment...</title></head><body><div class=cf_chl_opt></div></body>",
         "login-or-challenge"),
    html("login", "<html><head><title>Login</title></head><body><form><input type=password></form></body></html>",
         "login-or-challenge"),
    html("javascript-shell", "<html><body><div id=root></div><script src=/app.js></script></body></html>",
         "javascript-shell"),
    html("spam", frame("Slot Gacor Maxwin Hari Ini", "5 Maret 2024", f"<p>{WORDS * 6}</p>"), "integrity-injected"),
    html("spam-product", frame("Situs Slot Gacor Resmi", "", f"<p>{WORDS * 4}</p>",
         "<meta property='og:type' content='product'><meta property='product:price:amount' content='10'>"),
         "integrity-injected"),
    html("nothing", b"", "empty-page"),
    html("xml", "<?xml version='1.0'?><rss><channel><title>x</title></channel></rss>", "not-html"),
    # articles with a sting: recorded as they are, and nothing happens
    moved_in("canonical-elsewhere", "<link rel=canonical href='https://judi.example/slot'>",
             records=("Canonical Elsewhere",)),
    moved_in("canonical-home", "<link rel=canonical href='/'>", records=("Canonical Home",)),
    moved_in("canonical-to-another", "<link rel=canonical href='/berita/baik-00'>", records=("Canonical To Another",)),
    moved_in("canonical-script", "<link rel=canonical href='javascript:alert(1)'>", records=("Canonical Script",)),
    moved_in("base-elsewhere", "<base href='https://judi.example/'>", records=("Base Elsewhere",)),
    html("title-with-escapes", news("Panen \x1b[31mmerah\x1b[0m\x07 raya"), records=("Panen [31mmerah[0m raya",)),
    html("title-formula", news("=HYPERLINK(0) Panen"), records=("=HYPERLINK(0) Panen",)),
    html("title-script", news("Panen &lt;script&gt;alert(1)&lt;/script&gt; raya"),
         records=("Panen <script>alert(1)</script> raya",)),
    html("date-in-the-future", news("Masa Depan").replace("5 Maret 2024", "5 Maret 2924"), records=("Masa Depan",)),
    html("body-with-handlers", news("Isi Berbahaya", more="<p onclick=alert(1)>x <img src=x onerror=alert(1)>"
         "<iframe src='javascript:alert(1)'></iframe><a href='javascript:alert(1)'>klik</a></p>"),
         records=("Isi Berbahaya",)),
    moved_in("refresh-to-itself", "<meta http-equiv=refresh content='0;url=/berita/refresh-to-itself'>",
             records=("Refresh To Itself",)),
    moved_in("refresh-of-a-live-page", "<meta http-equiv=refresh content='60;url=/berita'>",
             records=("Refresh Of A Live Page",)),
]  # fmt: skip
