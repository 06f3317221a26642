"""Captures again as bytes: Memento, the CDX API, revisits, damage, who may ask."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.capture import Capture
from archive.collection import Collection
from archive.replay.address import AddressInvalid, instant, web_address
from archive.replay.archive_app import archive_app
from archive.replay.cdx import QueryInvalid, query_of
from archive.replay.guard import door_for
from archive.replay.inert import inert
from archive.replay.shelf import OriginalMissing, Shelf
from archive.warc import quick
from crawler.rebuild import rebuild
from tests.asgi import Answer, ask
from tests.collections import SITE, article_page, exchange, made_collection, sources_of, write_warc

PAGE, LATER = article_page("Panen Raya"), article_page("Panen Raya Ditunda")
PANEN = f"{SITE}/berita/panen"
HOSTILE = ("Set-Cookie: a=b", "Refresh: 0; url=https://live.example/", "Link: <https://live.example/x>; rel=preload",
           "Clear-Site-Data: *", "Content-Security-Policy: default-src *", "Access-Control-Allow-Origin: *",
           "Service-Worker-Allowed: /")  # fmt: skip


def captures() -> list[Capture]:
    return [
        exchange("/berita/panen", PAGE, minutes=0, lines=HOSTILE),
        exchange("/berita/panen", b"", minutes=60, lines=("X-Second: 1",)),
        exchange("/berita/panen", b"", minutes=120, status="304 Not Modified"),
        exchange("/berita/panen", LATER, minutes=180),
        exchange("/berita/kode", gzip.compress(PAGE, mtime=0), minutes=1, lines=("Content-Encoding: gzip",)),
        exchange(
            "/berita/pindah", b"pindah", minutes=2, status="302 Found", lines=("Location: https://live.example/",)
        ),
        exchange("/berita/tiada", b"tiada", minutes=3, status="404 Not Found"),
        exchange("/berita/a?b=1&c=<x>", b"<p>a</p>", minutes=4),
        exchange("http://sub.contoh.go.id/", b"<p>sub</p>", minutes=5),
        exchange("/gambar.png", b"\x89PNG", minutes=6, kind="image/png"),
    ]


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    return made_collection(tmp_path_factory.mktemp("replay") / "koleksi", captures())


@pytest.fixture
def app(collection: Collection) -> Iterator[Any]:
    shelf = Shelf(collection)
    yield archive_app(shelf, door_for("127.0.0.1", 8750), "http://127.0.0.1:8749")
    shelf.close()


def cdx(app: Any, query: str) -> list[str]:
    answer = ask(app, f"/cdx?{query}")
    assert answer.status == 200, answer.text
    return answer.text.splitlines()


def test_capture_as_received(app: Any) -> None:
    """Body, type and instant; the nearest one for an instant between two."""
    first = ask(app, f"/web/20240504030000id_/{PANEN}")
    assert (first.status, first.body, first.header("content-type")) == (200, PAGE, "text/html; charset=utf-8")
    assert first.header("memento-datetime") == "Sat, 04 May 2024 03:00:00 GMT"
    near = ask(app, f"/web/20240504055500id_/{PANEN}")
    assert (near.body, near.header("content-location")) == (LATER, f"/web/20240504060000id_/{PANEN}")
    assert ask(app, f"/web/1990id_/{PANEN}").body == PAGE
    assert ask(app, f"/web/2099id_/{PANEN}").body == LATER


def test_revisits_give_the_original_at_their_own_instant(app: Any) -> None:
    """An identical payload has the head of the later answer; a 304 is never shown as one."""
    same = ask(app, f"/web/20240504040000id_/{PANEN}")
    assert (same.status, same.body, same.header("x-archive-orig-x-second")) == (200, PAGE, "1")
    assert same.header("memento-datetime") == "Sat, 04 May 2024 04:00:00 GMT"
    unchanged = ask(app, f"/web/20240504050000id_/{PANEN}")
    assert (unchanged.status, unchanged.body) == (200, PAGE)
    assert unchanged.header("memento-datetime") == "Sat, 04 May 2024 05:00:00 GMT"


def test_answer_goes_before_an_error_of_the_same_second(tmp_path: Path) -> None:
    """A server that failed and then answered within a second is shown as it answered."""
    first = exchange("/berita/x", b"rusak", status="503 Service Unavailable")
    later = replace(exchange("/berita/x", PAGE), fetched_at=first.fetched_at + timedelta(milliseconds=400))
    collection = made_collection(tmp_path / "koleksi", [first, later])
    shelf = Shelf(collection)
    app = archive_app(shelf, door_for("127.0.0.1", 8750), "'none'")
    assert ask(app, f"/web/20240504030000id_/{SITE}/berita/x").status == 200
    shelf.close()


def test_content_coding_goes_to_those_who_know_it(app: Any) -> None:
    """As stored for a client that takes gzip, plain for one that does not say so."""
    coded = ask(app, f"/web/2024id_/{SITE}/berita/kode", Accept_Encoding="gzip, br")
    assert (coded.header("content-encoding"), gzip.decompress(coded.body)) == ("gzip", PAGE)
    plain = ask(app, f"/web/2024id_/{SITE}/berita/kode")
    assert (plain.header("content-encoding"), plain.body) == (None, PAGE)
    assert plain.header("content-length") == str(len(PAGE))


def test_other_statuses_are_kept(app: Any) -> None:
    """A 404 is a 404."""
    assert ask(app, f"/web/2024id_/{SITE}/berita/tiada").status == 404


def test_archived_headers_do_not_act(app: Any) -> None:
    """What the archived server wanted of the browser is told under another name."""
    answer = ask(app, f"/web/20240504030000id_/{PANEN}")
    names = [name for name, _ in answer.headers]
    for name in ("set-cookie", "refresh", "clear-site-data", "access-control-allow-origin", "service-worker-allowed"):
        assert name not in names
        assert f"x-archive-orig-{name}" in names
    policies = [value for name, value in answer.headers if name == "content-security-policy"]
    assert len(policies) == 1
    assert policies[0].startswith("sandbox; default-src 'none'")
    assert "live.example" not in (answer.header("link") or "")


def test_browser_gets_a_page_that_reaches_nothing(app: Any) -> None:
    """Elements that make a browser connect lose their names; whatever its charset; a program gets the bytes."""
    hidden = b'<\x1b(Blink rel="preconnect" href="https://live.example">'
    for body, kind in (
        (b'<LINK rel="preconnect" href="https://live.example"><iframe src="https://live.example">', "text/html"),
        ('<link rel="preconnect" href="https://live.example">'.encode("utf-16"), "text/html"),
        (hidden, "text/html; charset=iso-2022-jp"),
    ):
        shown = inert(gzip.compress(body), kind, "gzip")
        assert shown is not None
        assert shown[1] == "text/html; charset=utf-8"
        assert b"<link" not in shown[0].lower()
        assert b"<iframe" not in shown[0].lower()
    assert inert(b"<svg onload=x>", "image/svg+xml", None) == (b"<svg onload=x>", "text/plain")
    assert inert(b"\x89PNG", "image/png", None) is None
    assert b"too large" in (inert(None, "text/html", None) or (b"",))[0]
    assert b"decoded" in (inert(b"x", "text/html", "lzma") or (b"",))[0]
    answer = ask(app, f"/web/2024id_/{SITE}/berita/kode", Sec_Fetch_Dest="iframe", Accept_Encoding="gzip")
    assert (answer.header("content-encoding"), answer.header("content-type")) == (None, "text/html; charset=utf-8")
    assert answer.body == PAGE


def test_redirects_stay_in_the_archive(app: Any) -> None:
    """An archived redirect leads to the archived target, an address of ours to our own paths."""
    answer = ask(app, f"/web/2024id_/{SITE}/berita/pindah")
    assert (answer.status, answer.header("location")) == (302, "/web/20240504030200id_/https://live.example/")
    for target in (
        f"/web/{PANEN}",
        f"/timegate/{PANEN}",
        f"/web/2024/{PANEN}",
        "/web///live.example",
        "/web/2024/%0d%0aX:1",
    ):
        place = ask(app, target).header("location")
        assert place is None or place.startswith("/web/2024")


def test_timegate_negotiates(app: Any) -> None:
    """RFC 7089: nearest to Accept-Datetime, Vary, and the links of a memento."""
    answer = ask(app, f"/timegate/{PANEN}", Accept_Datetime="Sat, 04 May 2024 04:10:00 GMT")
    assert (answer.status, answer.header("location")) == (302, f"/web/20240504040000id_/{PANEN}")
    assert "accept-datetime" in (answer.header("vary") or "")
    link = answer.header("link") or ""
    for relation in ("original", "timegate", "timemap", "memento"):
        assert f'rel="{relation}"' in link
    assert ask(app, f"/timegate/{PANEN}").header("location") == f"/web/20240504060000id_/{PANEN}"
    assert ask(app, f"/timegate/{PANEN}", Accept_Datetime="kemarin").status == 400


def test_timemap_lists_all(app: Any) -> None:
    """Link format with first and last, and JSON."""
    text = ask(app, f"/timemap/link/{PANEN}").text
    assert text.count("memento") == 4
    assert 'rel="first memento"' in text
    assert 'rel="last memento"; datetime="Sat, 04 May 2024 06:00:00 GMT"' in text
    told = json.loads(ask(app, f"/timemap/json/{PANEN}").text)
    assert len(told["mementos"]["list"]) == 4
    assert ask(app, f"/timemap/xml/{PANEN}").status == 400


def test_never_captured_helps(app: Any) -> None:
    """404 with what is near, and nothing of the address as markup."""
    answer = ask(app, f"/web/2024id_/{SITE}/berita/panem<script>alert(1)</script>")
    assert answer.status == 404
    assert "<script>" not in answer.text
    assert PANEN in answer.text
    assert ask(app, "/web/2024id_/https://jauh.go.id/").status == 404
    assert "right collection" in ask(app, "/web/2024id_/https://jauh.go.id/").text


NO_ADDRESS = (
    "/web/",
    "/web/2024id_/javascript:alert(1)",
    "/web/20249999999999id_/x.id",
    "/web/2024id_/file:///etc/passwd",
    "/web/2024id_/data:text/html,x",
    f"/web/2024id_/{'a' * 9000}",
)


@pytest.mark.parametrize("target", NO_ADDRESS)
def test_no_address_is_said(app: Any, target: str) -> None:
    """Status 400 and words."""
    assert ask(app, target).status == 400


def test_cdx_parameters(app: Any) -> None:
    """Those of pywb's CDX server."""
    assert len(cdx(app, f"url={PANEN}")) == 4
    assert len(cdx(app, f"url={SITE}/berita/*")) == 8
    assert len(cdx(app, f"url={SITE}/berita/&matchType=prefix")) == 8
    assert len(cdx(app, "url=contoh.go.id&matchType=host")) == 9
    assert len(cdx(app, "url=contoh.go.id&matchType=domain")) == len(cdx(app, "url=*.contoh.go.id")) == 10
    assert len(cdx(app, f"url={PANEN}&from=20240504040000&to=20240504050000")) == 2
    assert len(cdx(app, f"url={PANEN}&from=2024&to=2024")) == 4
    assert len(cdx(app, f"url={PANEN}&to=2023")) == 0
    assert len(cdx(app, f"url={PANEN}&limit=3")) == 3
    stamps = [line.split()[1] for line in cdx(app, f"url={PANEN}&sort=reverse")]
    assert stamps == sorted(stamps, reverse=True)
    assert cdx(app, f"url={PANEN}&closest=20240504041000&sort=closest&limit=1&fl=timestamp") == ["20240504040000"]
    assert len(cdx(app, f"url={SITE}/*&filter=mime:image")) == 1
    assert len(cdx(app, f"url={SITE}/*&filter=!=mime:text/html&filter=!mime:revisit")) == 1
    assert len(cdx(app, f"url={SITE}/*&filter=~status:[34]..")) == 3
    assert len(cdx(app, f"url={PANEN}&collapse=timestamp:8")) == 1
    assert len(cdx(app, f"url={PANEN}&collapseTime=10")) == 4
    assert len(cdx(app, f"url={PANEN}&collapse=digest")) == 2
    assert len(cdx(app, f"url={SITE}/*&pageSize=4&page=2")) == 1
    assert json.loads(cdx(app, f"url={SITE}/*&pageSize=4&showNumPages=true")[0])["pages"] == 3
    line = json.loads(cdx(app, f"url={PANEN}&output=json&limit=1")[0])
    assert (line["urlkey"], line["status"], line["mime"]) == ("id,go,contoh)/berita/panen", "200", "text/html")
    resolved = json.loads(cdx(app, f"url={PANEN}&output=json&resolveRevisits=true&from=20240504040000&limit=1")[0])
    assert resolved["orig.offset"] == line["offset"]


@pytest.mark.parametrize(
    "query",
    ["", "url=", "url=x.id&matchType=alles", "url=x.id&limit=viele", "url=x.id&from=gestern", "url=x.id&filter=~mime:[",
     "url=x.id&filter=ohne", "url=mailto:x", "url=https://contoh.go.id/*&collapse=digest:x", "url=x.id&output=xml"],
)  # fmt: skip
def test_cdx_says_what_is_wrong(app: Any, query: str) -> None:
    """Status 400 with a message."""
    answer = ask(app, f"/cdx?{query}")
    assert answer.status == 400
    assert json.loads(answer.text)["message"]


def test_pattern_that_takes_for_ever_is_stopped() -> None:
    """A filter cannot hold up the server."""
    query = query_of([("url", "x.id"), ("filter", r"~url:(?:x|xx)+[yz]")])
    with pytest.raises(QueryInvalid, match="too long"):
        query.filters[0]({"url": "x" * 80})


def test_only_who_means_us_may_ask(app: Any, collection: Collection) -> None:
    """A foreign or missing Host, a foreign Origin, a missing token."""
    for host in ("evil.example", "127.0.0.1:1", "127.0.0.1.evil.example:8750", ""):
        assert ask(app, f"/web/2024id_/{PANEN}", host=host).status == 403
    assert ask(app, "/cdx", host="localhost:8750").status == 400
    assert ask(app, "/cdx", "POST", Origin="https://evil.example").status == 403
    shelf = Shelf(collection)
    closed = archive_app(shelf, door_for("0.0.0.0", 8750, ["arsip.example"], "rahasia"), "'none'")
    assert ask(closed, "/cdx", host="arsip.example").status == 401
    assert ask(closed, "/cdx", host="arsip.example", Authorization="Bearer salah").status == 401
    assert ask(closed, "/cdx", host="arsip.example", Authorization="Basic bm9ib2R5OnJhaGFzaWE=").status == 400
    assert ask(closed, "/cdx", host="arsip.example", Authorization="Bearer rahasia").status == 400
    shelf.close()


def test_damage_and_loss_are_said(tmp_path: Path) -> None:
    """Broken bytes, other bytes, a file that is gone, an original that is gone: a page that says so, no crash."""
    collection = made_collection(tmp_path / "koleksi", captures())
    (path,) = collection.warc_files()
    data = path.read_bytes()
    shelf = Shelf(collection)
    app = archive_app(shelf, door_for("127.0.0.1", 8750), "'none'")
    offset = next(shelf.moments.all_of(PANEN)).locator.offset

    def told(data: bytes | None) -> Answer:
        if data is None:
            path.unlink()
        else:
            path.write_bytes(data)
        shelf._files.clear()
        return ask(app, f"/web/20240504030000id_/{PANEN}")

    assert told(data[: offset + 60] + b"\0" * 40 + data[offset + 100 :]).status == 502
    assert told(data[: offset + 100]).status == 502
    assert told(b"x" * 100 + data).status == 502
    assert told(data).status == 200
    assert told(None).status == 404
    shelf.close()


def test_revisit_without_original_is_said(tmp_path: Path) -> None:
    """Its payload is not in this collection: not a bare 304, not an empty page."""
    collection = made_collection(tmp_path / "koleksi", [exchange("/berita/x", b"", status="304 Not Modified")])
    first = next(iter(collection.warc_files()))
    assert first.exists()
    shelf = Shelf(collection)
    row = replace(
        next(shelf.moments.all_of(f"{SITE}/berita/x")),
        record_type="revisit",
        refers_to="urn:uuid:x",
        payload_digest=None,
    )
    with pytest.raises(OriginalMissing, match="not in this collection"):
        shelf.open(row)
    shelf.close()


def test_large_capture_comes_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is larger than what is held at once is streamed, byte for byte."""
    monkeypatch.setattr(quick, "_AT_ONCE", 300_000)
    body = b"".join(b"%07d " % number for number in range(200_000))
    collection = made_collection(tmp_path / "koleksi", [exchange("/besar.bin", body, kind="application/octet-stream")])
    shelf = Shelf(collection)
    answer = ask(archive_app(shelf, door_for("127.0.0.1", 8750), "'none'"), f"/web/2024id_/{SITE}/besar.bin")
    assert (answer.status, answer.header("content-length")) == (200, str(len(body)))
    assert answer.body == body
    shelf.close()


def test_catalog_that_is_replaced_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a rebuild the server asks the new catalog."""
    monkeypatch.setattr("archive.replay.shelf.LOOK_S", 0)
    collection = made_collection(tmp_path / "koleksi", captures()[:1])
    shelf = Shelf(collection)
    app = archive_app(shelf, door_for("127.0.0.1", 8750), "'none'")
    assert ask(app, f"/web/2024id_/{SITE}/berita/baru").status == 404
    write_warc(collection, [exchange("/berita/baru", PAGE, minutes=500)])
    rebuild(collection, sources_of(collection))
    assert ask(app, f"/web/2024id_/{SITE}/berita/baru").status == 200
    shelf.close()


def test_instants_and_addresses() -> None:
    """Cut timestamps mean their first instant; collapsed slashes are mended."""
    assert instant("2024").isoformat() == "2024-01-01T00:00:00+00:00"
    assert instant("20240504").isoformat() == "2024-05-04T00:00:00+00:00"
    assert instant("20240231").isoformat() == "2024-02-29T00:00:00+00:00"
    assert instant("00000000000000").year == 1990
    assert web_address("https:/contoh.go.id/a#b") == "https://contoh.go.id/a"
    assert web_address("contoh.go.id:8080/a") == "http://contoh.go.id:8080/a"
    with pytest.raises(AddressInvalid):
        web_address("javascript:alert(1)")
