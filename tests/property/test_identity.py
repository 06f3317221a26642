"""What holds for the identity of every address, however odd."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.sources import Discovery, Source
from crawler.sources.identity import canonical_address, is_article, on_host

SOURCE = Source(
    id="contohkab",
    name="Pemerintah Kabupaten Contoh",
    level="regency",
    timezone="WIB",
    hosts=("contohkab.go.id", "berita.contohkab.go.id:8080"),
    discovery=(Discovery(kind="listing", url="/berita"),),
    article=(r"^/berita/[^/?]+$",),
)

SEGMENTS = st.sampled_from(
    [
        *("berita", "panen-raya", "index.php", "amp", "amp.html", "to_top", "print", "comment-page-2", "", ".", ".."),
        *("%61mp", "%2e%2e", "a%2Fb", "%25", "%zz", "é", "Jum’at", "a b", "+", "~", "a:b", ";", ";jsessionid=1A"),
        *("x;jsessionid=2;v=1", "x;v=1"),
    ]
)
PARTS = st.sampled_from(
    [
        *("utm_source=wa", "%75tm_medium=x", "fbclid=x", "sid=9", "sid=0123456789abcdef0123456789", "replytocom=4"),
        *("p=12", "id=3", "p", "=", "", "a=%26", "amp;b=1", "m=1", "m=201807", "amp", "q=a+b", "q=a%20b", "é=ü"),
        *("x=1;y=2", "%", "a=b=c", "+=+"),
    ]
)
HOSTS = st.sampled_from(
    [
        *("contohkab.go.id", "www.contohkab.go.id", "CONTOHKAB.go.id:80", "contohkab.go.id:443", "contohkab.go.id."),
        *("berita.contohkab.go.id:8080", "u:p@contohkab.go.id", "lain.go.id", "ä.go.id", "[::1]", "[::1", "[]@"),
        *("a:99999", "a b", ""),
    ]
)
WILD = st.text(alphabet="/?&=%.:;@[]#\\aé+ 2fF", max_size=30)


@st.composite
def addresses(draw: st.DrawFn) -> str:
    scheme = draw(st.sampled_from(["http://", "https://", "HTTP://", "//", "", "http:\\\\", "ftp://", "javascript:"]))
    path = "".join("/" + segment for segment in draw(st.lists(SEGMENTS, max_size=6)))
    query = "&".join(draw(st.lists(PARTS, max_size=5)))
    tail = draw(st.sampled_from(["", "#isi", "?", "/", " ", "\n"]))
    return scheme + draw(HOSTS) + path + ("?" + query if query else "") + tail


@settings(max_examples=1000)
@given(addresses() | st.text(max_size=60) | WILD.map("http://contohkab.go.id".__add__) | WILD.map("http://".__add__))
def test_the_identity_of_an_identity_is_itself(url: str) -> None:
    """Whatever the text, the second application changes nothing and nothing is raised."""
    once = canonical_address(url, SOURCE)
    assert canonical_address(once, SOURCE) == once
    once.encode("utf-8")
    on_host(url, SOURCE)
    is_article(url, SOURCE)


@settings(max_examples=300)
@given(addresses())
def test_belonging_to_the_source_survives_the_identity(url: str) -> None:
    """An address lies on the source's hosts exactly if its identity does."""
    assert on_host(url, SOURCE) == on_host(canonical_address(url, SOURCE), SOURCE)


@given(st.permutations(["a=1", "b=2", "c=3", "utm_medium=x", "fbclid=y"]))
def test_order_of_the_query_never_matters(parts: list[str]) -> None:
    """Parameters in any order, with tracking among them, give one identity."""
    url = "https://contohkab.go.id/berita?" + "&".join(parts)
    assert canonical_address(url, SOURCE) == "https://contohkab.go.id/berita?a=1&b=2&c=3"
