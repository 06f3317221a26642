"""What is wrong outside: each case ends in a clear message or a named count, and costs nothing that was kept."""

from __future__ import annotations

import ctypes
import gzip
import json
import os
import re
import resource
import shutil
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import trustme

from archive.collection import make_collection
from archive.record import from_line
from archive.warc import scan
from tests.servers import RawServer

WARKAT = [sys.executable, "-m", "crawler.cli"]
QUICK = ["-s", "WARKAT_BACKOFF_BASE_S=0.02", "-s", "WARKAT_RETRY_TIMES=1"]
SOURCE = """\
id = "uji"
name = "Kabupaten Uji"
level = "regency"
timezone = "WIB"
hosts = ["{host}"]
scheme = "http"
article = ['^/berita/[^/?]+$']

[politeness]
delay_s = 0.0
timeout_s = {timeout_s}

[[discovery]]
kind = "listing"
url = "/"
"""
WORDS = "Bupati meninjau panen raya di Kecamatan Sumber bersama kelompok tani dan penyuluh pertanian lapangan. " * 4


def article(name: str, extra: str = "") -> bytes:
    """A page that is read as an article."""
    return (
        f"<!doctype html><html><head><title>Panen Raya {name}</title></head><body><article><h1>Panen Raya {name}</h1>"
        f"<time datetime='2024-03-05T10:00:00+07:00'>5 Maret 2024</time><p>{WORDS}</p><p>{WORDS} {name}</p>{extra}"
        "</article></body></html>"
    ).encode()


def answer(body: bytes, head: str = "200 OK", kind: str = "text/html; charset=utf-8", *more: str) -> bytes:
    lines = [f"HTTP/1.1 {head}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", "Connection: close", *more]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


Page = bytes | Callable[[], bytes | Iterator[bytes]]


class Site:
    """Three good articles and the pages of a test, all linked from the front page."""

    def __init__(self, pages: dict[str, Page], good: int = 3) -> None:
        self.pages: dict[str, Page] = {f"/berita/baik-{n}": answer(article(f"baik {n}")) for n in range(good)}
        self.pages |= pages
        self.pages.setdefault("/", self.front)
        self.asked: list[str] = []

    def front(self) -> bytes:
        links = "".join(f"<a href='{path}'>Berita {path}</a>" for path in self.pages if path.startswith("/berita"))
        return answer(f"<html><body>{links}</body></html>".encode())

    def __call__(self, request: bytes) -> bytes | Iterator[bytes]:
        path = request.split(b" ", 2)[1].decode()
        self.asked.append(path)
        page = self.pages.get(path, answer(b"no such page", "404 Not Found", "text/plain"))
        return page() if callable(page) else page


@dataclass
class Place:
    """A collection with one source, and the server behind it."""

    root: Path
    site: Site
    url: str

    def run(self, *words: str, **more: Any) -> subprocess.CompletedProcess[str]:
        got = subprocess.run(
            [*WARKAT, "-C", str(self.root), *words], capture_output=True, text=True, check=False, timeout=60, **more
        )
        assert "Traceback" not in got.stdout + got.stderr, got.stderr
        return got

    def crawl(self, *words: str, status: int = 0, **more: Any) -> dict[str, Any]:
        """The report of one visit."""
        got = self.run("crawl", "uji", "--json", *QUICK, *words, **more)
        assert got.returncode == status, got.stderr
        told: dict[str, Any] = json.loads(got.stdout)["sources"][0]
        return {**told, "said": got.stderr}

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*WARKAT, "-C", str(self.root), "crawl", "uji", "--json", *QUICK, *words],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def records(self) -> list[str]:
        lines = [line for path in sorted(self.root.glob("records/*/*.jsonl")) for line in path.read_text().splitlines()]
        return sorted(from_line(line).url.rpartition("/")[2] for line in lines)

    def wait_for(self, is_there: Callable[[], object]) -> None:
        for _ in range(1200):
            if is_there():
                return
            time.sleep(0.05)
        raise AssertionError("did not come")


GOOD = ["baik-0", "baik-1", "baik-2"]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Place]]:
    """Makes a site and the collection for it; servers end with the test."""
    servers: list[RawServer] = []

    def made(pages: dict[str, Page] | None = None, good: int = 3, timeout_s: float = 20, host: str = "") -> Place:
        site = Site(pages or {}, good)
        server = RawServer(site)
        servers.append(server.__enter__())
        place = f"127.0.0.1:{server.port}"
        collection = make_collection(tmp_path / "c", "Uji", contact="https://uji.example/")
        toml = collection.root / "collection.toml"
        toml.write_text(toml.read_text().replace("allow = []", f'allow = ["{place}"]'))
        (collection.own_sources / "uji.toml").write_text(SOURCE.format(host=host or place, timeout_s=timeout_s))
        return Place(collection.root, site, server.url)

    yield made
    for server in servers:
        server.__exit__()


# our own files


BROKEN = """\
id = "rusak"
name = ""
level = "kingdom"
timezone = "Batavia"
hosts = ["http://rusak"]
article = ["["]
colour = "red"

[[discovery]]
kind = "rumour"
url = "/"
"""


@pytest.mark.parametrize("command", [("crawl", "uji"), ("sources", "check"), ("sources", "list"), ("rebuild",)])
def test_every_fault_of_a_source_file_is_listed(make: Callable[..., Place], command: tuple[str, ...]) -> None:
    """A wrong source file stops every command that needs the sources, with all its faults at once."""
    place = make()
    wrong = place.root / "sources" / "rusak.toml"
    wrong.write_text(BROKEN)
    got = place.run(*command)
    assert got.returncode == 4
    for key in ("name", "level", "timezone", "hosts[0]", "article[0]", "colour", "discovery[0].kind"):
        assert f"{wrong}: {key}" in got.stderr


def test_scrapy_tells_the_faults_of_a_source_file(make: Callable[..., Place]) -> None:
    """``scrapy list`` ends with the same words and the same status."""
    place = make()
    (place.root / "sources" / "rusak.toml").write_text(BROKEN)
    got = subprocess.run(
        [sys.executable, "-m", "scrapy", "list"], capture_output=True, text=True, check=False,
        env={**os.environ, "WARKAT_COLLECTION": str(place.root)},
    )  # fmt: skip
    assert got.returncode == 4
    assert "Traceback" not in got.stderr
    assert "rusak.toml: level" in got.stderr


def test_source_file_that_is_no_toml_names_the_line(make: Callable[..., Place]) -> None:
    """The line is in the message."""
    place = make()
    (place.root / "sources" / "rusak.toml").write_text('id = "rusak"\nname = \n')
    got = place.run("crawl")
    assert (got.returncode, "rusak.toml:2: not TOML" in got.stderr) == (4, True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title = \n", "line 1"),
        ("title = 'x'\ncolour = 'red'\ncontact = '(x)'\n", "colour"),
        ("title = 'x'\n[network]\nallow = 'all'\n", "network.allow"),
        ("title = 'x'\n[network]\nallow = ['localhost']\n", "localhost"),
        ("\x00\xff", "collection.toml"),
    ],
)
def test_wrong_collection_file_is_told(make: Callable[..., Place], text: str, said: str) -> None:
    """A wrong ``collection.toml`` is a bad definition, with file and key."""
    place = make()
    (place.root / "collection.toml").write_text(text, encoding="latin-1")
    got = place.run("crawl", "uji")
    assert got.returncode == 4
    assert str(place.root / "collection.toml") in got.stderr
    assert said in got.stderr


def test_no_collection_says_how_to_make_one(tmp_path: Path) -> None:
    """Without a collection the message names the command that makes one."""
    got = subprocess.run([*WARKAT, "crawl"], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (got.returncode, "warkat init" in got.stderr) == (4, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["crawl", "banyuwangi"], "did you mean banyuwangikab?"),
        (["crawl", "uji", "--limit", "0"], "--limit"),
        (["crawl", "uji", "--limit", "x"], "--limit"),
        (["crawl", "uji", "-s", "nothing"], "NAME=VALUE"),
        (["crawl", "uji", "-s", "WARKAT_DISK_RESERVE=much"], "WARKAT_DISK_RESERVE"),
        (["crwl"], "No such command"),
    ],
)
def test_wrong_command_line_is_a_usage_error(make: Callable[..., Place], words: list[str], said: str) -> None:
    """Status 2, and a word about what was meant; nothing is fetched."""
    place = make()
    got = place.run(*words)
    assert (got.returncode, said in got.stderr) == (2, True), got.stderr
    assert place.site.asked == []


# the site


def test_unreachable_host_is_named(make: Callable[..., Place]) -> None:
    """Nobody listens: the outcome says so and the contract is broken."""
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    place = make(host=f"127.0.0.1:{port}")
    toml = place.root / "collection.toml"
    toml.write_text(re.sub(r"allow = .*", f'allow = ["127.0.0.1:{port}"]', toml.read_text()))
    report = place.crawl(status=30)
    assert report["outcome"] == "robots-unreachable"
    assert report["failures"] == {"robots-unreachable": 1}
    assert "refused" in " ".join(report["messages"]).lower()


def test_unknown_host_is_named(make: Callable[..., Place]) -> None:
    """A name that no name server knows."""
    report = make(host="tidak-ada.invalid").crawl(status=30)
    assert report["outcome"] == "robots-unreachable"
    assert "tidak-ada.invalid" in " ".join(report["messages"])


def test_certificate_fault_is_named(make: Callable[..., Place]) -> None:
    """Nothing is fetched over a connection that nobody vouches for, unless the source says why."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    place = make()
    with RawServer(place.site, context) as server:
        host = f"127.0.0.1:{server.port}"
        toml, source = place.root / "collection.toml", place.root / "sources" / "uji.toml"
        toml.write_text(re.sub(r"allow = .*", f'allow = ["{host}"]', toml.read_text()))
        secure = re.sub(r"hosts = .*", f'hosts = ["{host}"]', source.read_text()).replace('"http"', '"https"')
        source.write_text(secure)
        report = place.crawl(status=30)
        assert f"certificate of {host} refused (untrusted)" in " ".join(report["messages"])
        source.write_text(secure + '[tls]\nallow = ["untrusted"]\nreason = "its office has been told"\n')
        place.crawl()
    assert place.records() == GOOD
    assert {e.capture.tls for e in scan(warc_of(place))} == {"untrusted"}


def test_500_everywhere(make: Callable[..., Place]) -> None:
    """A server that only fails: nothing but robots.txt is asked (RFC 9309 section 2.3.1.4)."""
    broken = answer(b"Internal Server Error", "500 Internal Server Error")
    place = make({"/robots.txt": broken, "/": broken})
    assert place.crawl(status=30)["outcome"] == "robots-unreachable"
    assert set(place.site.asked) == {"/robots.txt"}
    kept = [e.capture.status for path in place.root.glob("archive/*/*.warc.gz*") for e in scan(path)]
    assert kept == [500, 500]


def test_500_on_the_listing(make: Callable[..., Place]) -> None:
    """No articles are found, and the report says why."""
    report = make({"/": answer(b"", "500 Internal Server Error")}).crawl(status=30)
    assert report["outcome"] == "http-status"


def cut(body: bytes) -> bytes:
    return answer(body).replace(b"Content-Length: %d" % len(body), b"Content-Length: %d" % (len(body) + 999))


def bomb() -> bytes:
    return gzip.compress(b"<html><body><p>" + b"A" * (100 << 20), 9)


BAD_PAGES: dict[str, tuple[Page, tuple[str, str]]] = {
    "server-error": (answer(b"x", "500 Internal Server Error"), ("failures", "http-500")),
    "truncated": (cut(article("buruk")), ("failures", "truncated")),
    "no-article": (
        answer(b"<html><title>Kontak</title><body><a href='/'>Beranda</a> Kontak</body></html>"),
        ("skipped", "not-an-article"),
    ),
    "empty": (answer(b""), ("skipped", "empty-page")),
    "blank": (answer(b"  \r\n\0\n "), ("skipped", "empty-page")),
    "picture": (answer(b"\x89PNG\r\n\x1a\n" + bytes(500), "200 OK", "image/png"), ("skipped", "not-html")),
    "picture-as-html": (answer(b"\x89PNG\r\n\x1a\n" + bytes(500)), ("skipped", "not-html")),
    "soft-404": (
        answer(b"<html><head><title>404 Not Found</title></head><body><h1>Halaman tidak ditemukan</h1></body></html>"),
        ("skipped", "soft-error"),
    ),
    "50-mb": (lambda: iter([answer(b"")[:-4].replace(b"Content-Length: 0\r\n", b"") + b"\r\n\r\n<p>",
                            *[b"A" * (1 << 20)] * 50]), ("failures", "too-large")),
    "50-mb-declared": (
        lambda: iter([answer(b"").replace(b"Length: 0", b"Length: %d" % (50 << 20)), *[b"A" * (1 << 20)] * 50]),
        ("failures", "too-large"),
    ),
    "gzip-bomb": (
        lambda: answer(bomb(), "200 OK", "text/html", "Content-Encoding: gzip"), ("skipped", "undecodable")
    ),
    "broken-gzip": (
        answer(b"\x1f\x8b\x08\0" + bytes(range(200)), "200 OK", "text/html", "Content-Encoding: gzip"),
        ("skipped", "undecodable"),
    ),
    "cut-gzip": (
        answer(gzip.compress(article("x"))[:-40], "200 OK", "text/html", "Content-Encoding: gzip"),
        ("skipped", "undecodable"),
    ),
    "unknown-coding": (
        answer(article("x"), "200 OK", "text/html", "Content-Encoding: rot13"), ("skipped", "undecodable")
    ),
    "no-gzip-at-all": (
        answer(article("x"), "200 OK", "text/html", "Content-Encoding: gzip"), ("skipped", "undecodable")
    ),
    "gone": (answer(b"gone", "410 Gone"), ("failures", "http-410")),
    "nothing": (b"", ("failures", "connection-failed")),
    "bad-location": (answer(b"", "302 Found", "text/html", "Location: http://[::1"), ("failures", "redirect-invalid")),
}  # fmt: skip


def test_bad_pages_are_counted_by_name_and_good_ones_kept(make: Callable[..., Place]) -> None:
    """Each kind of bad page has its reason in the report; none takes a good page with it."""
    place = make({f"/berita/{name}": page for name, (page, _) in BAD_PAGES.items()})
    report = place.crawl("-s", "WARKAT_TROUBLE_MAX=99")
    assert place.records() == GOOD
    wanted: dict[str, dict[str, int]] = {"failures": {}, "skipped": {}}
    for _, (shelf, reason) in BAD_PAGES.values():
        wanted[shelf][reason] = wanted[shelf].get(reason, 0) + 1
    assert report["failures"] == wanted["failures"]
    assert {k: v for k, v in report["skipped"].items() if not k.startswith("truncated-")} == wanted["skipped"]
    named = {one["url"].rpartition("/")[2] for one in report["failed_pages"]}
    assert named == {name for name, (_, (shelf, _)) in BAD_PAGES.items() if shelf == "failures"}
    place.run("rebuild")
    assert place.records() == GOOD


@pytest.mark.parametrize(
    ("told", "real"), [("utf-8", "cp1252"), ("iso-8859-1", "utf-8"), ("utf-16", "utf-8"), ("klingon", "utf-8")]
)
def test_wrong_charset_is_read_all_the_same(make: Callable[..., Place], told: str, real: str) -> None:
    """A page that names the wrong charset keeps its letters."""
    page = article("café naïve").decode().encode(real)
    place = make({"/berita/aksen": answer(page, "200 OK", f"text/html; charset={told}")}, good=0)
    place.crawl()
    record = from_line(next(place.root.glob("records/*/*.jsonl")).read_text().splitlines()[0])
    assert record.title == "Panen Raya café naïve"


# the disk


def test_disk_that_is_nearly_full_is_left_alone(make: Callable[..., Place]) -> None:
    """Below the reserve nothing is written, the status is 3, and with room again all comes."""
    place = make()
    report = place.crawl("-s", f"WARKAT_DISK_RESERVE={1 << 60}", status=3)
    assert report["outcome"] == "disk-full"
    assert "bytes free" in report["said"]
    assert place.records() == []
    place.crawl()
    assert place.records() == GOOD


@pytest.mark.parametrize("kilobytes", [1, 20, 60])
def test_write_that_fails_leaves_all_before_it_whole(make: Callable[..., Place], kilobytes: int) -> None:
    """A file that may not grow further: status 3 or 1, no half line, no half record; afterwards each article once."""
    place = make(good=12)
    limit = kilobytes * 1024

    def tighten() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    got = place.run("crawl", "uji", *QUICK, preexec_fn=tighten)
    assert got.returncode in (1, 3), got.stderr
    for path in place.root.glob("records/*/*.jsonl"):
        assert path.read_bytes().endswith(b"\n")
    for path in place.root.glob("archive/*/*.warc.gz*"):
        list(scan(path))
    place.crawl()
    assert place.records() == sorted(f"baik-{n}" for n in range(12))


def without_power() -> None:
    """Root may write everywhere; this takes that from the next program (capabilities 1 and 2)."""
    for capability in (1, 2):
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)


@pytest.mark.parametrize("what", [".", "archive/uji/*.open", "catalog.sqlite3", "records/uji/*.jsonl", "runs"])
def test_read_only_collection_is_told(make: Callable[..., Place], what: str) -> None:
    """Who may not write there learns what it is, and nothing is fetched in vain."""
    place = make()
    place.crawl()
    wanted = next(place.root.glob(what)) if "*" in what else place.root / what
    before = wanted.stat().st_mode
    wanted.chmod(0o555 if wanted.is_dir() else 0o444)
    place.site.pages["/berita/baru"] = answer(article("baru"))
    got = place.run("crawl", "uji", *QUICK, preexec_fn=without_power)
    wanted.chmod(before)
    assert got.returncode == 1, got.stderr
    assert str(wanted) in got.stderr


# what was kept before


def warc_of(place: Place) -> Path:
    return next(place.root.glob("archive/uji/*.warc.gz*"))


def test_warc_file_that_is_gone_stops_the_visit(make: Callable[..., Place]) -> None:
    """The message names the file and the way out; the way out works."""
    place = make()
    place.crawl()
    gone = warc_of(place)
    gone.unlink()
    report = place.crawl(status=1)
    assert report["outcome"] == "archive-damaged"
    assert gone.name.removesuffix(".open") in report["said"]
    assert "warkat rebuild" in report["said"]
    assert place.run("rebuild").returncode == 0
    place.crawl()
    assert place.records() == GOOD


def test_warc_file_that_was_cut_stops_the_visit(make: Callable[..., Place]) -> None:
    """A file shorter than the catalog knows is not written to; file and offset are named."""
    place = make()
    place.crawl()
    path = warc_of(place)
    size = path.stat().st_size - 700
    os.truncate(path, size)
    report = place.crawl(status=1)
    assert report["outcome"] == "archive-damaged"
    assert f"offset {size}" in report["said"]
    assert path.stat().st_size == size
    assert place.records() == GOOD


def test_damaged_record_is_named_and_the_others_are_read(make: Callable[..., Place]) -> None:
    """One flipped byte costs one article, which stays owed; the status is 1 and the place is named."""
    place = make()
    place.crawl()
    with sqlite3.connect(place.root / "catalog.sqlite3") as catalog:
        catalog.execute("DELETE FROM reading")
        catalog.execute("DELETE FROM article")
        catalog.execute("DELETE FROM record_file")
        offset, length = catalog.execute(
            "SELECT offset, length FROM capture WHERE role = 'article' ORDER BY seq LIMIT 1"
        ).fetchone()
    catalog.close()
    shutil.rmtree(place.root / "records")
    path = warc_of(place)
    data = bytearray(path.read_bytes())
    data[offset + length // 2] ^= 0x55
    path.write_bytes(data)
    report = place.crawl(status=1)
    assert f"{path}: offset {offset}" in report["said"]
    assert len(place.records()) == 2


def test_listing_whose_first_capture_is_damaged_is_asked_for_anew(make: Callable[..., Place]) -> None:
    """Not modified, says the server, but what it was is lost: the whole is fetched again."""
    place = make()
    tagged = place.site.front().replace(b"Connection", b'ETag: "1"\r\nConnection')
    unchanged = b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\nConnection: close\r\n\r\n'
    place.site.pages["/"] = tagged
    place.crawl()
    path = warc_of(place)
    exchange = next(e for e in scan(path) if e.capture.role == "listing")
    data = bytearray(path.read_bytes())
    data[exchange.locator.offset + exchange.locator.length // 2] ^= 0x55
    path.write_bytes(data)
    answers = [unchanged, tagged]
    place.site.pages["/"] = lambda: answers.pop(0)
    report = place.crawl()
    assert f"offset {exchange.locator.offset}" in " ".join(report["messages"])
    assert report["known"] == 3


def test_half_a_line_is_cut_off_and_read_again(make: Callable[..., Place]) -> None:
    """What a crash left of a record is kept aside; the records are whole afterwards."""
    place = make()
    place.crawl()
    path = next(place.root.glob("records/*/*.jsonl"))
    whole = path.read_bytes()
    with path.open("ab") as file:
        file.write(whole[:100])
    assert len(place.run("export").stdout.splitlines()) == 3
    place.crawl()
    assert path.read_bytes() == whole
    assert path.with_suffix(".jsonl.cut").read_bytes() == whole[:100]


def test_catalog_of_another_version_is_told(make: Callable[..., Place]) -> None:
    """The message names the file and ``warkat rebuild``, and that helps."""
    place = make()
    place.crawl()
    with sqlite3.connect(place.root / "catalog.sqlite3") as catalog:
        catalog.execute("PRAGMA user_version = 99")
    catalog.close()
    for command in (("crawl", "uji"), ("index",)):
        got = place.run(*command)
        assert (got.returncode, "catalog.sqlite3" in got.stderr, "warkat rebuild" in got.stderr) == (1, True, True)
    before = place.records()
    assert place.run("rebuild").returncode == 0
    place.crawl()
    assert place.records() == before == GOOD


@pytest.mark.parametrize("how", ["no-database", "middle"])
def test_damaged_catalog_is_told(make: Callable[..., Place], how: str) -> None:
    """No traceback, status 1, and ``warkat rebuild`` puts it right."""
    place = make(good=40)
    place.crawl()
    path = place.root / "catalog.sqlite3"
    for more in place.root.glob("catalog.sqlite3-*"):
        more.unlink()
    data = bytearray(path.read_bytes())
    if how == "no-database":
        data[:100] = b"x" * 100
    else:
        for page in range(2, len(data) // 4096):
            data[page * 4096 : page * 4096 + 512] = b"\xff" * 512
    path.write_bytes(data)
    got = place.run("crawl", "uji", *QUICK)
    assert (got.returncode, "malformed" in got.stderr or "not a database" in got.stderr) == (1, True), got.stderr
    assert place.run("rebuild").returncode == 0
    place.crawl()
    assert len(place.records()) == 40


# two at once, and the end before the end


def test_second_visit_to_a_source_says_who_is_there(make: Callable[..., Place]) -> None:
    """The second ends at once with status 12, names the first, and disturbs nothing."""
    gate = threading.Event()

    def slow() -> Iterator[bytes]:
        gate.wait(50)
        yield answer(article("pelan"))

    place = make({"/berita/pelan": slow})
    first = place.start()
    place.wait_for(lambda: "/berita/pelan" in place.site.asked)
    report = place.crawl(status=12)
    assert report["outcome"] == "busy"
    assert f"process {first.pid} on " in report["said"]
    assert "crawl uji" in report["said"]
    assert first.poll() is None
    rebuilt = place.run("rebuild")
    assert (rebuilt.returncode, f"process {first.pid} on " in rebuilt.stderr) == (12, True)
    gate.set()
    first.communicate(timeout=30)
    assert first.returncode == 0
    assert place.records() == [*GOOD, "pelan"]


def children_of(pid: int) -> list[int]:
    return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_reader_that_is_killed_is_replaced(make: Callable[..., Place]) -> None:
    """The reader's death costs no record."""
    gate = threading.Event()

    def slow() -> Iterator[bytes]:
        gate.wait(20)
        yield answer(article("pelan"))

    place = make({"/berita/pelan": slow})
    crawl = place.start()
    place.wait_for(lambda: "/berita/pelan" in place.site.asked)
    for reader in children_of(crawl.pid):
        os.kill(reader, signal.SIGKILL)
    gate.set()
    _, said = crawl.communicate(timeout=30)
    assert (crawl.returncode, "reader ended early" in said) == (0, True)
    assert place.records() == [*GOOD, "pelan"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_ends_the_visit_and_keeps_what_came(make: Callable[..., Place], number: signal.Signals) -> None:
    """Also while a server is stuck: within ten seconds, status 11, a report, and the next run has the rest."""
    stuck = threading.Event()

    def hang() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>"
        stuck.wait(30)

    place = make({"/berita/macet": hang}, timeout_s=60)
    crawl = place.start()
    place.wait_for(lambda: {"/berita/macet", *(f"/berita/{name}" for name in GOOD)} <= set(place.site.asked))
    time.sleep(0.5)  # the last answer is on its way into the archive
    started = time.monotonic()
    crawl.send_signal(number)
    told, said = crawl.communicate(timeout=30)
    assert time.monotonic() - started < 10
    assert crawl.returncode == 11, said
    assert "stopping" in said
    assert "Traceback" not in said
    report = json.loads(told)["sources"][0]
    assert report["outcome"] == "interrupted"
    assert place.records() == GOOD
    kept = [e.capture for e in scan(warc_of(place)) if e.capture.truncated]
    assert [(c.url.rpartition("/")[2], c.truncated, c.body) for c in kept] == [("macet", "time", b"<html>")]
    stuck.set()
    place.site.pages["/berita/macet"] = answer(article("macet"))
    place.crawl()
    assert place.records() == [*GOOD, "macet"]


def test_second_signal_ends_at_once(make: Callable[..., Place]) -> None:
    """Whoever asks twice waits two seconds at most."""
    stuck = threading.Event()

    def hang() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n"
        stuck.wait(30)

    place = make({"/berita/macet": hang}, timeout_s=60)
    crawl = place.start()
    place.wait_for(lambda: "/berita/macet" in place.site.asked)
    crawl.terminate()
    time.sleep(0.5)
    started = time.monotonic()
    crawl.terminate()
    _, said = crawl.communicate(timeout=30)
    assert (crawl.returncode, time.monotonic() - started < 2) == (11, True), said
    stuck.set()
    place.site.pages["/berita/macet"] = answer(article("macet"))
    place.crawl()
    assert place.records() == [*GOOD, "macet"]


def test_signal_while_a_host_rests(make: Callable[..., Place]) -> None:
    """A pause of minutes that a server asked for does not hold up the end."""
    place = make({"/berita/sibuk": answer(b"", "503 Busy", "text/html", "Retry-After: 250")})
    crawl = place.start()
    place.wait_for(lambda: "/berita/sibuk" in place.site.asked)
    time.sleep(0.3)
    started = time.monotonic()
    crawl.terminate()
    _, said = crawl.communicate(timeout=30)
    assert (crawl.returncode, time.monotonic() - started < 10) == (11, True), said


def test_time_limit_ends_the_visit(make: Callable[..., Place]) -> None:
    """A visit that takes too long ends with status 15; what came is kept."""
    place = make({"/berita/sibuk": answer(b"", "503 Busy", "text/html", "Retry-After: 250")})
    assert place.crawl("-s", "CLOSESPIDER_TIMEOUT=6", status=15)["outcome"] == "time-limit"
    assert place.records() == GOOD


def test_host_that_asks_for_years_rests(make: Callable[..., Place]) -> None:
    """Status 18, and the report says until when; the host was asked once more, to tell it from its page."""
    busy = answer(b"", "429 Too Many", "text/html", "Retry-After: 999999999")

    def tired() -> bytes:
        place.site.pages.update(dict.fromkeys(place.site.pages, busy))
        return busy

    place = make({"/berita/sibuk": tired, "/berita/sibuk-juga": answer(article("juga"))})
    report = place.crawl(status=18)
    assert report["outcome"] == "rate-limited"
    assert report["resting"][0]["until"] > "2050"
    assert place.site.asked.count("/berita/sibuk") == 1
    assert len(place.site.asked) <= 7


def test_one_page_that_asks_for_years_costs_no_other(make: Callable[..., Place]) -> None:
    """The host still answers, so the page alone waits for the next visit."""
    busy = answer(b"", "503 Busy", "text/html", "Retry-After: 999999999")
    place = make({"/berita/a-sibuk": busy, "/berita/z-baik": answer(article("z"))}, good=1)
    assert place.crawl()["failures"] == {"http-503": 1}
    assert place.site.asked.count("/berita/a-sibuk") == 1
    assert place.records() == ["baik-0", "z-baik"]


def test_export_to_a_reader_that_has_enough_is_quiet(make: Callable[..., Place]) -> None:
    """``warkat export | head -1`` says nothing about pipes."""
    place = make(good=60)
    place.crawl()
    export = subprocess.Popen(
        [*WARKAT, "-C", str(place.root), "export"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert export.stdout is not None
    assert export.stderr is not None
    with export.stdout as lines:
        assert json.loads(lines.readline())["source_id"] == "uji"
    with export.stderr as said:
        assert said.read() == b""
    assert export.wait() == 0
