"""The probe against little sites of each platform: what it finds, what it writes, how often it asks."""

from __future__ import annotations

import ssl
import tomllib
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import trustme
from click.testing import CliRunner

from archive.collection import Collection, make_collection, open_collection
from crawler.cli import main
from crawler.probe import Probed, ProbeFailed, probe
from crawler.probe.file import place_file, source_file
from crawler.probe.patterns import likely_articles, patterns_of
from crawler.probe.probing import provisional
from crawler.sources.load import Sources
from tests import little_sites
from tests.little_sites import DAYS, TITLES, LittleSite, slug
from tests.servers import RawServer

TODAY = date(2026, 2, 1)
QUICK: dict[str, Any] = {"id": "contohkab", "politeness": {"delay_s": 0}}


def collection_for(root: Path, server: RawServer) -> Collection:
    made = make_collection(root / "c", title="Uji", contact="mailto:uji@contoh.go.id")
    toml = made.root / "collection.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("allow = []", f'allow = ["127.0.0.1:{server.port}"]'))
    return open_collection(made.root)


def probed(server: RawServer, root: Path) -> Probed:
    return probe(provisional(server.url, QUICK), collection_for(root, server), TODAY)


def found(one: Probed) -> dict[str, str]:
    return {finding.name: finding.value for finding in one.findings}


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("wordpress", {"rest", "feed"}),
        ("lokomedia", {"listing"}),
        ("phpmu", {"listing"}),
        ("popojicms", {"listing"}),
        ("opensid", {"feed"}),
        ("laravel", {"listing"}),
        ("codeigniter", {"listing"}),
        ("generic", {"listing"}),
    ],
)
def test_each_platform_is_known_by_its_traces_and_read(name: str, places: set[str], tmp_path: Path) -> None:
    """Platform, patterns and places come out right, three articles are read, and no address is asked twice."""
    with LittleSite(getattr(little_sites, name)) as site:
        one = probed(site, tmp_path)
        assert max(Counter(site.asked).values()) == 1, site.asked
        assert len(site.asked) <= 16
    assert one.works, one
    assert found(one)["platform"] == name
    (tmp_path / "contohkab.toml").write_text(one.text, encoding="utf-8")
    source = Sources(tmp_path, packaged=False)["contohkab"]
    assert places <= {how.kind for how in source.discovery}
    assert (source.status, source.checked_on, source.scheme) == ("working", "2026-02-01", "http")
    articles = [sample.article for sample in one.samples]
    assert [article.title for article in articles if article] == list(TITLES[:3])
    dates = [article.published_at[:10] for article in articles if article and article.published_at]
    assert dates == ["2026-01-31", "2026-01-30", "2026-01-29"]
    assert DAYS[0] in found(one)["dates"]
    CHECKS.get(name, lambda _: None)(one)


def check_codeigniter(one: Probed) -> None:
    """The second page was looked at before the template was believed, and the platform's patterns fit."""
    assert 'page = "/berita/index/{n}"\nstart = 15\nstep = 15' in one.text
    assert "article = " not in one.text


def check_generic(one: Probed) -> None:
    """Where no template fits, the addresses themselves tell."""
    assert found(one)["article"] == "^/publik/kabar/baca/[^/?]+$"
    assert found(one)["listing"] == "/publik/kabar, further pages /publik/kabar?hal={n}"


CHECKS = {"codeigniter": check_codeigniter, "generic": check_generic}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"HTTP/1.1 301 Gone\r\nLocation: https://baru.contoh.go.id/\r\nContent-Length: 0\r\n\r\n",
         "has moved to https://baru.contoh.go.id/: probe that address"),
        (b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", "status 404"),
    ],
)  # fmt: skip
def test_a_site_that_cannot_be_looked_at_is_told_why(answer: bytes, said: str, tmp_path: Path) -> None:
    """Away, moved or missing: the cause is named and nothing is written."""
    ok = b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"
    server = RawServer(lambda request: ok if b"robots" in request else answer)
    with server, pytest.raises(ProbeFailed, match=said):
        probed(server, tmp_path)


def test_robots_that_forbid_are_obeyed(tmp_path: Path) -> None:
    """A site that wants no robots is asked for its rules and for nothing else."""
    rules = b"HTTP/1.1 200 OK\r\nContent-Length: 25\r\n\r\nUser-agent: *\nDisallow: /"
    with RawServer(lambda _: rules) as server:
        with pytest.raises(ProbeFailed, match="robots-disallowed"):
            probed(server, tmp_path)
        assert [request.split(b" ")[1] for request in server.requests] == [b"/robots.txt"]


def test_inner_addresses_are_not_asked() -> None:
    """The guard of a crawl is the guard of a probe."""
    with RawServer(lambda _: b"") as server:
        with pytest.raises(ProbeFailed, match="robots-unreachable: AddressForbidden"):
            probe(provisional(server.url, QUICK), None, TODAY)
        assert server.requests == []


def test_the_command_adds_a_source_that_the_next_crawl_uses(tmp_path: Path) -> None:
    """``sources add`` writes the file once; a second time it wants to be told to write over it."""
    with LittleSite(little_sites.wordpress) as site:
        collection = collection_for(tmp_path, site)
        name = "Pemerintah \x1b[31mContoh"
        words = ["-C", str(collection.root), "sources", "add", site.url, "--id", "contohkab", "--name", name]
        words += ["--level", "office", "--delay", "0"]
        first = CliRunner().invoke(main, words)
        assert first.exit_code == 0, first.output
        assert "\x1b" not in first.output
        assert "sample 3" in first.output
        asked = len(site.requests)
        again = CliRunner().invoke(main, words)
        assert (again.exit_code, len(site.requests)) == (2, asked)
    written = Sources(collection.own_sources, packaged=False)["contohkab"]
    assert (written.level, written.platform, len(written.discovery)) == ("office", "wordpress", 2)


def test_a_certificate_that_is_wrong_is_named_and_not_gone_around(tmp_path: Path) -> None:
    """No http in place of an https that cannot be trusted: a person decides."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(tls)
    server = RawServer(lambda _: b"", tls)
    with server, pytest.raises(ProbeFailed, match=r"CertificateRefused: .*untrusted"):
        probed(server, tmp_path)


def test_what_a_person_wrote_stays_when_a_source_is_looked_at_anew(tmp_path: Path) -> None:
    """Selectors and politeness are no matter of a look; the delay of the look is none of the file's."""
    with LittleSite(little_sites.generic) as site:
        told = {"politeness": {"delay_s": 9.0}, "select": {"title": ["h1"]}, "region_code": "35.10", "level": "regency"}
        one = probe(provisional(site.url, QUICK | told), collection_for(tmp_path, site), TODAY, delay_s=0)
    assert one.works
    table = tomllib.loads(one.text)
    assert (table["politeness"], table["select"]) == ({"delay_s": 9.0}, {"title": ["h1"]})
    assert table["region_code"] == "35.10"


@pytest.mark.parametrize("address", ["ftp://contoh.go.id", "http://", "bukan alamat", "https://a b/"])
def test_what_is_no_address_is_refused(address: str) -> None:
    """Before anything is asked."""
    with pytest.raises(ProbeFailed, match="no address of a site"):
        provisional(address, {})


# --- patterns ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["/berita/panen-raya", "/berita/jalan-desa", "/berita/banjir"], ["^/berita/[^/?]+$"]),
        (["/berita/12/panen-raya", "/berita/13/jalan-desa"], [r"^/berita/(?P<id>\d+)/[^/?]+$"]),
        (["/2026/01/31/panen-raya/", "/2025/12/01/jalan-desa"], [r"^/\d{4}/\d{1,2}/\d{1,2}/[^/?]+$"]),
        (["/berita12-1-panen.html", "/berita13-1-jalan.html"], [r"^/berita[^/?]+\.html$"]),
        (["/informasi/detail/berita/12_panen", "/informasi/detail/berita/13_x"],
         [r"^/informasi/detail/berita/(?P<id>\d+)[-_][^/?]*$"]),
        (["/?p=3&id=42", "/?p=3&id=43"], [r"^//?\?(?=.*\bid=)(?=.*\bp=)"]),
        (["/panen-raya-padi/", "/jalan-desa-baru"], ["^/[^/?.]*-[^/?]*$"]),
        (["/index.php/berita/detil/7", "/berita/detil/9"], [r"^/berita/detil/(?P<id>\d+)$"]),
        (["/frontend/d_informasi/7", "/frontend/d_informasi/8"], [r"^/frontend/d_informasi/(?P<id>\d+)$"]),
    ],
)  # fmt: skip
def test_addresses_tell_their_pattern(paths: list[str], expected: list[str]) -> None:
    """Every shape that Indonesian governments use."""
    got = patterns_of(f"https://contohkab.go.id{path}" for path in paths)
    assert (list(got.article), got.share) == (expected, 1.0)


def test_headlines_are_told_from_the_frame() -> None:
    """Menus, categories and short links are no articles, however many there are."""
    base = "https://contohkab.go.id"
    menu = [(f"{base}/profil/dinas-nomor-{n}", "Dinas Pekerjaan Umum dan Tata Ruang Kabupaten") for n in range(30)]
    news = [(f"{base}/kabar/{slug(title)}", title) for title in TITLES]
    assert likely_articles([*menu, *news, (base + "/", "Beranda")]) == [url for url, _ in news]
    assert likely_articles(menu) == []


def test_a_site_s_words_cannot_break_the_file() -> None:
    """Line breaks and controls in what a site says end no comment and no string."""
    text = source_file({"id": "x", "name": 'A "b" \\ \x7f', "article": ["^/it's$", r"^/\d+$"]}, ["a\nid = 'y'\x00\x7f"])
    assert text.splitlines()[0] == "# a id = 'y'"
    assert tomllib.loads(text) == {"id": "x", "name": 'A "b" \\ \x7f', "article": ["^/it's$", r"^/\d+$"]}


def test_a_file_is_not_written_over_by_chance(tmp_path: Path) -> None:
    """Whole or not at all, and only over an old one when told to."""
    path = tmp_path / "sources" / "x.toml"
    place_file(path, "a", replace=False)
    with pytest.raises(FileExistsError):
        place_file(path, "b", replace=False)
    place_file(path, "b", replace=True)
    assert [p.name for p in path.parent.iterdir()] == ["x.toml"]
