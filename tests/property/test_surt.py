"""What holds for the index key of every address, however odd."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archive.catalog.surt import surt

SESSION = "0123456789abcdef0123456789abcdef"
TICKET = "abcdefghijklmnopqrstuvwx"
BEGINNINGS = st.sampled_from(
    [
        *("http://", "https://", "https://", "http:", "https:/", "http:///", "HTTP://", "HtTps://", "ftp://", "foo:/"),
        *("", "//", "dns:", "urn:", "mailto:", "foo:", "foo://", "httpx:", "data:", "javascript:", "filedesc:"),
        *("http://u@", "https://u:p@", "http://@", "https://a@b@"),
    ]
)
HOSTS = st.sampled_from(
    [
        *("banyuwangikab.go.id", "www.x.go.id", "WWW2.Pontianak.go.id", "www.", "www1", "www.www.a", "localhost", ""),
        *("127.0.0.1", "1.2.3", "0177.1", "1.08", "0x1", "4294967297", "1.256", "www.1", "[::1]", "[2001:db8::1"),
        *("a..b", "a...b", ".a", "a.", "...", "é.go.id", "b%C3%BCc.id", "x%2ey", "x%", "%c3", "xn--9ca.id", "a。b"),
        *("x,y", "a_b", "(x)", "a%00b", "a b", "İ.id", "ß.id", "اa.id"),
    ]
)
PORTS = st.sampled_from(["", "", "", ":", ":80", ":443", ":8080", ":0", ":080", ":x", ":65536", "::", ":1:2"])
SEGMENTS = st.sampled_from(
    [
        *("berita", "Berita", "index.php", "a.aspx", "A.ASPX", ".", "..", "", "%2e", "%2E%2e", "%2f", "A%2FB", "%3f"),
        *("a%20b", "a b", "a+b", "“q”", "jum'at", "é", "%C3%A9", "%c3", "%zz", "%", "%25", "%2541", "%%32%35", "%23"),
        *(f"({TICKET})", f"(S({TICKET}))", f"(s({TICKET})f({TICKET}))", f"a;jsessionid={SESSION}", "a:b", "a@b"),
        *("\x01", "\x7f", "\u2028", "😀", "[x]", "\\", "*", "~", "2018"),
    ]
)
NAMES = st.sampled_from(
    [
        *("a", "b", "A", "aa", "a-", "page", "id", "é", "%61", "%26", "%3d", "a[]", "a b", "_", ""),
        *("sid", "xsid", "phpsessid", "PHPSESSID", "jsessionid", "aspsessionidabcdefgh", "cfid", "cftoken"),
    ]
)
VALUES = st.sampled_from(
    [
        "",
        "=",
        "=1",
        "=10",
        "=a+b",
        "=%20",
        "=%26",
        "=é",
        f"={SESSION}",
        f"={SESSION.upper()}",
        f"={TICKET}",
        "=/../",
        "=?",
    ]
)
NOISE = st.text("aA0/.?#&=%@:;[]()-_~ +\t\n\r\x00\x0b\x1f\x80é“\u3000\u200b😀25fF", max_size=14)


@st.composite
def addresses(draw: st.DrawFn) -> str:
    """Addresses made of the pieces that keys treat specially, now and then with noise in them."""
    path = "/".join(["", *draw(st.lists(SEGMENTS, max_size=5))])
    pieces = draw(st.lists(st.tuples(NAMES, VALUES).map("".join), max_size=5))
    query = "?" + draw(st.sampled_from(["&", "&", "&", ";", "&&"])).join(pieces) if pieces else ""
    tail = draw(st.sampled_from(["", "", "", "#f", "?", " "]))
    url = draw(BEGINNINGS) + draw(HOSTS) + draw(PORTS) + path + query + tail
    place = draw(st.integers(0, len(url)))
    return url[:place] + draw(st.one_of(st.just(""), st.just(""), NOISE)) + url[place:]


@given(st.one_of(addresses(), NOISE, st.text()))
def test_every_text_has_a_key(url: str) -> None:
    """Nothing is raised; the key is plain ASCII without blanks, or the text itself."""
    key = surt(url)
    assert key == url or (key.isascii() and key.isprintable() and " " not in key)


@given(st.lists(SEGMENTS, max_size=5), st.lists(st.tuples(NAMES, VALUES).map("".join), max_size=4))
def test_key_does_not_tell_how_a_page_was_reached(segments: list[str], pieces: list[str]) -> None:
    """Scheme, user, www, default port, fragment and the case of the host change nothing."""
    page = f"/{'/'.join(segments)}?{'&'.join(pieces)}"
    key = surt(f"https://contoh.go.id{page}")
    for place in ("http://contoh.go.id:80", "https://u:p@www.contoh.go.id:443", "HTTP://WWW3.Contoh.GO.id"):
        assert surt(place + page) == key
    assert surt(f"https://contoh.go.id{page}#f") == key


@given(st.lists(st.sampled_from(["page=2", "a", "b=", "é=1", "a=%26", "A=1"]), max_size=5).flatmap(
    lambda pieces: st.tuples(st.just(pieces), st.permutations(pieces))
))  # fmt: skip
def test_order_of_the_query_does_not_matter(both: tuple[list[str], list[str]]) -> None:
    """Two orders of the same pieces have one key."""
    written, shuffled = both
    assert surt(f"https://contoh.go.id/?{'&'.join(written)}") == surt(f"https://contoh.go.id/?{'&'.join(shuffled)}")
