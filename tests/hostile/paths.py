"""Traps in addresses: redirects, refreshes, aliases, and discovery documents without an end."""

from __future__ import annotations

from .site import Asked, Says, Trap, news, response
from .traps import endless, lazily, page, zeros

XML = "application/xml"


def to(target: str, status: str = "302 Found") -> Says:
    return lambda a: response(b"", f"Location: {target.format(site=a.site)}", status=status)


def redirect(name: str, target: str, *expect: str) -> Trap:
    return page(name, to(target), *expect)


def refresh(name: str, target: str, *expect: str) -> Trap:
    markup = f"<html><head><meta http-equiv='refresh' content='0; url={target}'></head><body>Sebentar</body></html>"
    return page(name, lambda a: response(markup.format(site=a.site).encode()), *expect)


def document(kind: str, name: str, says: Says, *expect: str, **how: object) -> Trap:
    """A trap that is a discovery document of its own."""
    path = f"/{name}"
    told = (("kind", kind), ("url", path), *how.items())
    return Trap(name, {path: says, f"{path}/*": says, f"{path}?*": says}, expect, links=(), how=told)


def text(body: str | bytes, kind: str = XML) -> Says:
    return lambda a: response(
        body if isinstance(body, bytes) else body.replace("{url}", a.site.url).encode(), kind=kind
    )


def _listing(*links: str, head: str = "") -> str:
    items = "".join(f'<li><a href="{link}">Berita {n}</a></li>' for n, link in enumerate(links))
    return f"<html><head>{head}</head><body><ul>{items}</ul></body></html>"


def _sitemap(*urls: str) -> str:
    rows = "".join(f"<url><loc>{{url}}{url}</loc></url>" for url in urls)
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'


def _index(*urls: str) -> str:
    rows = "".join(f"<sitemap><loc>{{url}}{url}</loc></sitemap>" for url in urls)
    return (
        f'<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</sitemapindex>'
    )


def _chain(asked: Asked) -> bytes:
    step = int(asked.rpartition("-")[2])
    return to(f"/berita/chain-of-fifty-{step + 1}")(asked) if step < 50 else response(news("Akhir").encode())  # type: ignore[return-value]


def _page_number(asked: Asked) -> int:
    digits = "".join(c for c in asked.partition("?")[2] if c.isdigit())
    return int(digits or "1")


def _pages_without_end(asked: Asked) -> bytes:
    n = _page_number(asked)
    return text(_listing(f"/berita/tanpa-akhir-{n}", head=f"<link rel=next href='?page={n + 1}'>"), "text/html")(asked)  # type: ignore[return-value]


def _calendar(asked: Asked) -> bytes:
    n = _page_number(asked)
    return text(_listing(f"/kalender/{n}", head=f"<link rel=next href='?bulan={n + 1}'>"), "text/html")(asked)  # type: ignore[return-value]


def _index_without_end(asked: Asked) -> bytes:
    n = asked.count("/")
    return text(_index(*(f"{asked}/{m}" for m in range(40))) if n < 50 else _index())(asked)  # type: ignore[return-value]


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12))
    + "]><rss><channel><item><title>&m;</title><link>{url}/berita/baik-00</link></item></channel></rss>"
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/passwd">'
    '<!ENTITY y SYSTEM "http://127.0.0.1:9/"><!ENTITY % z SYSTEM "http://127.0.0.1:9/dtd">%z;]>'
    "<urlset><url><loc>{url}/berita/baik-00?&x;&y;</loc></url></urlset>"
)
OFF = "redirect-off-host"

PATHS: list[Trap] = [
    # redirects
    redirect("loop-of-one", "/berita/loop-of-one", "redirect-loop"),
    Trap("loop-of-two", {"/berita/loop-of-two": to("/berita/loop-of-two-b"), "/berita/loop-of-two-b":
         to("/berita/loop-of-two")}, ("redirect-loop",), links=("/berita/loop-of-two",)),
    Trap("chain-of-fifty", {"/berita/chain-of-fifty-*": _chain}, ("redirect-too-many",),
         links=("/berita/chain-of-fifty-0",)),
    Trap("growing-redirect", {"/berita/growing-redirect*": lambda a: to(f"{a}/a")(a)}, ("redirect-too-many",),
         links=("/berita/growing-redirect",)),
    redirect("to-file", "file:///etc/passwd", "redirect-scheme"),
    redirect("to-ftp", "ftp://127.0.0.1/x", "redirect-scheme"),
    redirect("to-javascript", "javascript:alert(1)", "redirect-scheme"),
    redirect("to-data", "data:text/html,<h1>x</h1>", "redirect-scheme"),
    redirect("to-gopher", "gopher://{site.inner}/_x", "redirect-scheme"),
    redirect("to-inner", "http://{site.inner}/berita/x", OFF),
    redirect("to-metadata-service", "http://169.254.169.254/latest/meta-data/", OFF),
    redirect("to-ipv6-loopback", "http://[::1]/", OFF),
    redirect("to-mapped-loopback", "http://[::ffff:127.0.0.1]/", OFF),
    redirect("to-hexadecimal", "http://0x7f.1/", OFF, "redirect-invalid"),
    redirect("to-decimal", "http://2130706433/", OFF, "redirect-invalid"),
    redirect("to-octal", "http://0177.0.0.1/", OFF, "redirect-invalid"),
    redirect("to-short", "http://127.1/", OFF, "redirect-invalid"),
    redirect("to-localhost", "http://localhost/", OFF),
    redirect("to-userinfo", "http://{site.host}@{site.inner}/", OFF),
    redirect("to-own-userinfo", "http://admin:admin@{site.host}/berita/baik-00", "redirect-credentials"),
    redirect("to-backslash", "http://{site.inner}\\@{site.host}/", OFF, "redirect-invalid", "redirect-credentials"),
    redirect("to-other-host", "https://judi.example/slot-gacor", OFF),
    redirect("to-scheme-relative", "//judi.example/berita/x", OFF),
    redirect("to-nonsense", "http://[::1", "redirect-invalid"),
    redirect("to-nothing", "", "http-302"),
    redirect("to-line-break", "/berita/to-line-break-x\tX-Evil: 1", "http-404"),
    redirect("to-long", "/berita/" + "a" * 9000, "redirect-too-long"),
    redirect("to-home", "/?to-home", "not-an-article", "redirected-off-pattern", "http-404"),
    redirect("to-listing", "/berita?to-listing", "not-an-article", "redirected-off-pattern"),
    page("redirect-with-body", response(news("Pindah").encode(), "Location: /berita/baik-00", status="301 Moved")),
    refresh("refresh-loop", "/berita/refresh-loop?x=1", "redirect-loop", "redirect-too-many", "not-an-article"),
    refresh("refresh-away", "https://judi.example/", OFF),
    refresh("refresh-inward", "http://{site.inner}/", OFF),
    refresh("refresh-script", "javascript:alert(1)", "redirect-scheme"),
    # addresses
    Trap("tracking", {}, links=tuple(f"/berita/baik-01?utm_source={n}&fbclid={n}" for n in range(50))),
    Trap("sessions", {}, links=tuple(f"/berita/baik-02?PHPSESSID={n:032x}" for n in range(50))),
    Trap("unknown-parameters", {}, ("same-page",), links=tuple(f"/berita/baik-04?unknown-parameters={n}"
         for n in range(20))),
    Trap("spellings", {}, links=("//{host}/berita/baik-03", "/berita/./baik-03", "/berita//baik-03",
         "/berita/x/../baik-03", "/berita/%62aik-03", "/berita/baik-03#isi", "/berita/baik-03/")),
    Trap("long-address", {}, links=("/berita/" + "a" * 100_000,)),
    Trap("odd-addresses", {}, links=("javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://[",
         "http://", "mailto:a@b.c", "http://127.0.0.1:99999/berita/x", "\x00\x01", "http://user@127.0.0.1/berita/x")),
    Trap("letters-in-addresses", {}, links=("/berita/caf\u00e9-%zz-%", "/berita/%ff%fe", "/berita/\u202epanen")),
    Trap("inner-links", {}, links=("http://{inner}/berita/x", "http://169.254.169.254/berita/x")),
    # listings
    document("listing", "pages-without-end", _pages_without_end, max_pages=8),
    document("listing", "calendar", _calendar, "off-pattern", max_pages=8),
    document("listing", "itself-thousandfold", text(_listing(*(f"/itself-thousandfold?x={n}" for n in range(1000))),
             "text/html"), "off-pattern"),
    document("listing", "link-flood", text(_listing(*(f"/umpan/{n}" for n in range(100_000))), "text/html"),
             "link-flood"),
    document("listing", "attributes-in-listing",
             text(f"<html><body><ul {' '.join(f'a{n}=1' for n in range(40_000))}><a href='/berita/baik-00'>x</a>",
             "text/html")),
    document("listing", "deep-listing", text("<div>" * 200_000 + "<a href='/berita/baik-00'>x</a>", "text/html"),
             "too-deep"),
    document("listing", "base-away", text(_listing("berita/baik-00", head="<base href='https://judi.example/'>"),
             "text/html"), "off-host"),
    document("listing", "listing-bomb", lazily(lambda: response(zeros(), "Content-Encoding: gzip")),
             "undecodable"),
    document("listing", "listing-endless", endless(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<ul>",
             b"<li><a href='/x'>x</a>" * 3000), "too-large"),
    # feeds and sitemaps
    document("feed", "laughs", text(LAUGHS)),
    document("sitemap", "outside-entity", text(OUTSIDE)),
    document("sitemap", "index-without-end", _index_without_end, max_pages=8),
    document("sitemap", "index-of-itself", text(_index("/index-of-itself", "/index-of-itself?", "/index-of-itself#a"))),
    document("sitemap", "sitemap-flood", text(_sitemap(*(f"/halaman/{n}" for n in range(60_000)))), "link-flood"),
    document("sitemap", "sitemap-inward", text('<urlset><url><loc>http://127.0.0.1:9/berita/x</loc></url><url><loc>'
             "file:///etc/passwd</loc></url></urlset>"), "off-host"),
    document("sitemap", "index-inward", text("<sitemapindex><sitemap><loc>http://169.254.169.254/</loc></sitemap>"
             "<sitemap><loc>file:///etc/passwd</loc></sitemap></sitemapindex>"), "off-host"),
    document("sitemap", "sitemap-gzip-bomb", lazily(lambda: response(zeros(), kind="application/gzip")),
             "undecodable"),
    document("sitemap", "sitemap-html", text("<html><body>Selamat datang</body></html>", "text/html"),
             "html-instead-of-sitemap"),
    document("feed", "feed-attributes", text(f"<rss {' '.join(f'a{n}=1' for n in range(40_000))}><channel/></rss>")),
    document("feed", "feed-deep", text("<rss><channel>" + "<item>" * 100_000)),
    document("feed", "feed-binary", text(bytes(range(256)) * 50), "not-xml", "not-a-feed"),
    document("rest", "json-deep", text("[" * 200_000, "application/json"), "not-json"),
    document("rest", "json-of-nothing", text('[{"link": 5}, 7, null, {"link": "http://["}]', "application/json"),
             "bad-url"),
]  # fmt: skip
