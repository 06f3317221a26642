"""The pages for people: what they show, what they never let through, and the viewer beside them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from archive.catalog.search import SearchIndex, match_of
from archive.collection import About, Collection
from archive.record import article_id
from archive.replay import viewer
from archive.replay.archive_app import archive_app
from archive.replay.calendar import strip, years
from archive.replay.desk import Desk
from archive.replay.guard import door_for, is_loopback
from archive.replay.packaged import Packaged
from archive.replay.reader_app import reader_app
from archive.replay.shelf import Shelf
from archive.replay.wording import differences, excerpt
from archive.takedown import TakenDown
from tests.asgi import Answer, ask
from tests.collections import SITE, article_page, exchange, made_collection

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u202e Panen"
FIRST, SECOND = article_page("Panen Raya di Desa Sukamaju"), article_page("Panen Raya di Desa Sukamaju Ditunda")


def captures() -> list[Any]:
    return [
        exchange("/berita/panen", FIRST, minutes=1),
        exchange("/berita/panen", SECOND, minutes=60 * 24 * 40),
        exchange("/berita/jahat", article_page(HOSTILE.replace("<", "&lt;")), minutes=2),
    ]


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    return made_collection(tmp_path_factory.mktemp("halaman") / "koleksi", captures())


@pytest.fixture
def desk(collection: Collection) -> Iterator[Desk]:
    shelf = Shelf(collection)
    made = Desk(shelf, {"contoh": "Pemerintah Kabupaten Contoh"})
    made.index.update()
    yield made
    made.close()
    shelf.close()


@pytest.fixture
def app(desk: Desk) -> Any:
    return reader_app(desk, door_for("127.0.0.1", 8750), 8751, viewer=False)


def article_of(app: Any, words: str) -> str:
    found = re.search(r"/article/[0-9a-f]{32}", ask(app, f"/search?q={words}").text)
    assert found
    return found[0]


def test_home_tells_sources_with_counts(app: Any) -> None:
    """Name, articles, captures, days."""
    page = ask(app, "/").text
    assert "Pemerintah Kabupaten Contoh" in page
    assert "2 articles · 3 captures" in page
    assert page.count("<rect") == 24


def test_source_lists_its_days_and_articles(app: Any) -> None:
    """A day with captures is a link; it shows what was read on it."""
    page = ask(app, "/source/contoh").text
    assert 'href="?day=2024-05-04"' in page
    assert page.count("Panen Raya di Desa Sukamaju") == 2
    day = ask(app, "/source/contoh?day=2024-05-04").text
    assert "Ditunda" not in day
    assert "none of them gave" in ask(app, "/source/contoh?day=2024-05-05").text
    assert ask(app, "/source/contoh?day=kemarin").status == 400
    assert ask(app, "/source/lain").status == 404


def test_search_finds_words_from_their_beginning(app: Any) -> None:
    """Titles and texts, the newest version of each article, with the passage."""
    assert "Ditunda" in ask(app, "/search?q=pan+suka").text
    assert "<mark>bibit</mark>" in ask(app, "/search?q=bibit").text.lower()
    assert "No article" in ask(app, "/search?q=tidakada").text
    assert ask(app, '/search?q="desa+sukamaju"').text.count("<li>") == 2
    assert ask(app, "/search?q=panen&source=lain").text.count("<li>") == 0
    for odd in ("%22", "*", "AND", "NEAR(", "a%00b", "-x", "title:", "'; DROP TABLE line", "%F0%9F%8C%BE"):
        assert ask(app, f"/search?q={odd}").status == 200
    assert match_of('panen "desa sukamaju" ***') == '"panen"* "desa sukamaju"'


def test_article_shows_text_page_versions_and_origin(app: Any) -> None:
    """All that a journalist wants on one page; the archived page in a frame of the other port."""
    page = ask(app, article_of(app, "panen+ditunda")).text
    assert "membagikan bibit padi" in page
    assert re.search(r'<iframe src="http://127.0.0.1:8751/web/20240613030000id_/[^"]+" [^>]*sandbox>', page)
    assert "warkat replay --install" in page
    for told in ("Version 1", "Version 2", "What changed", "sha1:", ".warc.gz", "verified", "Verify now"):
        assert told in page
    assert ask(app, article_of(app, "panen") + "?version=7").status == 404
    assert ask(app, "/article/" + "0" * 32).status == 404


def test_changes_are_shown_word_by_word(app: Any) -> None:
    """What came and what went."""
    page = ask(app, article_of(app, "sukamaju") + "/changes").text
    assert re.search(r"<ins>\s*Ditunda</ins>", page)
    assert "<del>" in page  # the key


def test_verify_says_whether_the_bytes_match(app: Any, collection: Collection) -> None:
    """Only from our own pages, and damage is seen."""
    place = article_of(app, "sukamaju") + "/1/verify"
    assert ask(app, place, "POST").status == 403
    assert ask(app, place, "POST", Origin="http://evil.example").status == 403
    assert ask(app, place).status == 405
    own = {"Origin": "http://127.0.0.1:8750"}
    assert "Everything matches" in ask(app, place, "POST", **own).text
    path = collection.warc_files()[0]
    data = path.read_bytes()
    path.write_bytes(data[:1000] + b"\0" * 40 + data[1040:])
    try:
        answer = ask(app, place, "POST", **own)
        assert answer.status == 200
        assert "Something does not match" in answer.text
    finally:
        path.write_bytes(data)


def test_hostile_titles_stay_text(app: Any) -> None:
    """No markup of a title gets through, nor characters that turn text around."""
    pages = [ask(app, target) for target in ("/source/contoh", "/search?q=alert", article_of(app, "alert"))]
    for page in pages:
        assert "alert(1)" in unescape(page.text)
        assert "<script" not in page.text
        assert "<img" not in page.text
        assert "\u202e" not in page.text
    echoed = ask(app, "/search?q=%22%3E%3Cscript%3Ealert(2)%3C/script%3E").text
    assert "<script" not in echoed
    assert "<script" not in ask(app, "/captures?url=http://x/%3Cscript%3E").text
    assert "<script" not in ask(app, "/source/%3Cscript%3E").text


def policies(answer: Answer) -> str:
    return " ".join(value for name, value in answer.headers if name == "content-security-policy")


def test_no_script_runs_in_our_pages(app: Any) -> None:
    """The policy of every page allows none, and frames of the archive's port alone."""
    for target in ("/", "/search", "/captures", "/nirgends", "/source/lain"):
        policy = policies(ask(app, target))
        assert policy.startswith("default-src 'none';")
        assert "script-src" not in policy
        assert policy.endswith("frame-src http://127.0.0.1:8751")


@pytest.mark.parametrize(
    "target",
    ["/static/..%2fguard.py", "/static/%2e%2e/guard.py", "/static/../../pyproject.toml", "/static//etc/passwd"],
)
def test_no_path_leads_out(app: Any, target: str) -> None:
    """Static files are known by name."""
    assert ask(app, target).status == 404


def test_captures_of_an_address(app: Any) -> None:
    """All of them, or what is near, or what to do."""
    assert ask(app, f"/captures?url={SITE}/berita/panen").text.count("UTC</a>") == 2
    none = ask(app, f"/captures?url={SITE}/berita/panem")
    assert (none.status, "Captured nearby" in none.text) == (404, True)
    assert ask(app, "/captures?url=javascript:alert(1)").status == 400
    assert ask(app, "/captures").status == 200


def test_empty_collection_says_what_to_do(tmp_path: Path) -> None:
    """No captures: the command that makes some."""
    collection = made_collection(tmp_path / "kosong", [])
    shelf = Shelf(collection)
    desk = Desk(shelf, {})
    app = reader_app(desk, door_for("127.0.0.1", 8750), 8751, viewer=True)
    assert "warkat -C" in ask(app, "/").text
    assert "No article" in ask(app, "/search?q=x").text
    desk.close()
    shelf.close()


@pytest.mark.parametrize(
    "entry",
    [
        TakenDown(url="http://www.contoh.go.id/berita/panen/"),
        TakenDown(id=article_id("contoh", f"{SITE}/berita/panen")),
    ],
)
def test_what_was_taken_down_is_not_shown(tmp_path: Path, entry: TakenDown) -> None:
    """Neither as text nor as page; by address or by id."""
    collection = made_collection(tmp_path / "koleksi", captures())
    listed = About(title="x", takedown=(entry,))
    shelf = Shelf(replace(collection, about=listed))
    desk = Desk(shelf, {})
    desk.index.update()
    app = reader_app(desk, door_for("127.0.0.1", 8750), 8751, viewer=False)
    raw = archive_app(shelf, door_for("127.0.0.1", 8750), "'none'", viewer.viewer_routes(shelf, None, "'none'"))
    assert "Ditunda" not in ask(app, "/search?q=bibit").text
    assert "Ditunda" not in ask(app, "/source/contoh").text
    article = desk.index.search("ditunda", None, 1)[0].article_id
    assert ask(app, f"/article/{article}").status == 404
    assert ask(raw, f"/web/2024id_/{SITE}/berita/panen").status == 451
    assert ask(raw, f"/web/2024id_/{SITE}/berita/jahat").status == 200
    assert len(ask(raw, f"/cdx?url={SITE}/*").text.splitlines()) == 1
    desk.close()
    shelf.close()


def test_search_index_follows_the_record_files(tmp_path: Path) -> None:
    """Appended lines are taken in, replaced files make it anew, another version of it too."""
    records = tmp_path / "records" / "contoh"
    records.mkdir(parents=True)
    told = {"id": "a" * 32, "version": 1, "source_id": "contoh", "title": "Satu", "published_at": None,
            "fetched_at": "2024-05-04T00:00:00Z", "integrity": "clean", "body_text": "isi"}  # fmt: skip
    file = records / "2024-05.jsonl"
    file.write_text(json.dumps(told) + "\n" + '{"half')
    index = SearchIndex(tmp_path / "search.sqlite3", tmp_path / "records")
    index.update()
    assert [row.title for row in index.search("satu", None, 10)] == ["Satu"]
    file.write_text(json.dumps(told) + "\n" + json.dumps(told | {"id": "b" * 32, "title": "Dua"}) + "\nno json\n")
    assert not index.is_current()
    index.update()
    assert index.is_current()
    assert [row.title for row in index.search("dua", None, 10)] == ["Dua"]
    fresh = records / "new"
    fresh.write_text(json.dumps(told | {"title": "Tiga"}) + "\n")
    fresh.replace(file)
    index.update()
    assert [index.search(word, None, 10) != [] for word in ("satu", "dua", "tiga")] == [False, False, True]
    index.close()
    (tmp_path / "search.sqlite3").write_bytes(b"no database at all, but long enough to be looked at" * 99)
    again = SearchIndex(tmp_path / "search.sqlite3", tmp_path / "records")
    again.update()
    assert again.search("isi", None, 10) != []
    again.close()


def test_differences_and_excerpts() -> None:
    """Words that came and went; passages around the words asked for."""
    (paragraph,) = differences("Rapat digelar Senin pagi.", "Rapat digelar Selasa pagi.")
    assert [(piece.kind, piece.text) for piece in paragraph if piece.kind != "same"] == [
        ("removed", "Senin"), ("added", "Selasa"),
    ]  # fmt: skip
    assert [p[0].kind for p in differences("a\n\nb", "a\n\nb\n\nc")] == ["same", "same", "added"]
    huge = differences("x " * 5_000, "y " * 5_000)
    assert [piece.kind for piece in huge[0]] == ["removed", "added"]
    pieces = excerpt("kata " * 200 + "panen raya", "panen")
    assert [piece.text for piece in pieces if piece.kind == "added"] == ["panen"]


def test_calendar_has_every_day() -> None:
    """A leap year too; the strip ends with the last month."""
    (year,) = years({"2024-02-29": 3})
    assert (len(year.days), year.count) == (366, 3)
    assert [day.row for day in year.days if day.count] == [3]
    months = strip({"2024-02-29": 3}, "2024-03")
    assert (len(months), months[-2].count, months[-2].height, months[0].month) == (24, 3, 20, "2022-04")


def test_package_is_made_while_it_is_read(collection: Collection, tmp_path: Path) -> None:
    """A ZIP that the standard library opens: WARC files as they lie, an index in blocks, and any range of it."""
    import gzip
    import zipfile

    shelf = Shelf(collection)
    app = archive_app(
        shelf, door_for("127.0.0.1", 8750), "'none'", viewer.viewer_routes(shelf, None, "http://127.0.0.1:8749")
    )
    whole = ask(app, "/collection-1.wacz")
    (tmp_path / "a.zip").write_bytes(whole.body)
    with zipfile.ZipFile(tmp_path / "a.zip") as package:
        index = gzip.decompress(package.read("indexes/index.cdx.gz")).decode().splitlines()
        heading = json.loads(package.read("indexes/index.idx").decode().splitlines()[1].split(" ", 2)[2])
        assert heading["offset"] == 0
        told = json.loads(index[0].split(" ", 2)[2])
        entry = package.getinfo(f"archive/{told['filename']}")
        start = entry.header_offset + 30 + len(entry.filename) + 20
    assert len(index) == 3
    path = collection.warc_file("contoh", told["filename"].partition("/")[2])
    offset = start + int(told["offset"])
    part = ask(app, "/collection-1.wacz", Range=f"bytes={offset}-{offset + 9}")
    assert (part.status, part.body) == (206, path.read_bytes()[int(told["offset"]) :][:10])
    assert ask(app, "/collection-1.wacz", Range="bytes=-5").body == whole.body[-5:]
    for wrong in ("bytes=9-3", "bytes=a-b", "bytes=99999999-", "bytes=1-2,4-5", "zeilen=1-2"):
        assert ask(app, "/collection-1.wacz", Range=wrong).status == 416
    assert Packaged(shelf).plan()[1].size == len(whole.body)
    shelf.close()


def test_viewer_is_installed_only_when_its_hash_fits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another file is refused by name of both hashes; a registry that is not there is said."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    (tmp_path / "wrong.tgz").write_bytes(b"something else")
    with pytest.raises(viewer.InstallFailed, match="sha512-"):
        viewer.install(tmp_path / "wrong.tgz")
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")
    with pytest.raises(viewer.InstallFailed, match="--install-from"):
        viewer.install()
    monkeypatch.setenv("npm_config_registry", "file:///etc")
    with pytest.raises(viewer.InstallFailed, match="no address"):
        viewer.install()
    assert viewer.installed() is None


def test_viewer_is_served_unmodified_with_licence_and_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, collection: Collection
) -> None:
    """From a tarball with the right hash; hostile parameters of its page stay text."""
    import base64
    import hashlib
    import io
    import tarfile

    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for name in ("ui.js", "sw.js", "LICENSE"):
            info = tarfile.TarInfo(f"package/{name}")
            info.size = len(name)
            tar.addfile(info, io.BytesIO(name.encode()))
    (tmp_path / "v.tgz").write_bytes(out.getvalue())
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr(
        viewer, "INTEGRITY", "sha512-" + base64.b64encode(hashlib.sha512(out.getvalue()).digest()).decode()
    )
    viewer.install(tmp_path / "v.tgz")
    shelf = Shelf(collection)
    app = archive_app(
        shelf,
        door_for("127.0.0.1", 8750),
        "'none'",
        viewer.viewer_routes(shelf, viewer.installed(), "http://127.0.0.1:8749"),
    )
    assert ask(app, "/viewer/ui.js").body == b"ui.js"
    assert ask(app, "/replay/sw.js").header("service-worker-allowed") == "/replay/"
    assert ask(app, "/viewer/..%2fx").status == 404
    page = ask(app, '/view?url=http://x/"><script>alert(1)</script>&ts=2024"onload="x').text
    assert "AGPL-3.0-or-later" in page
    assert viewer.SOURCE in page
    assert page.count("<script") == 1
    assert "onload" not in page
    assert 'url="' not in ask(app, "/view?url=javascript:alert(1)").text
    shelf.close()


def test_loopback_is_known() -> None:
    """Only these need no token."""
    assert all(map(is_loopback, ("127.0.0.1", "127.9.9.9", "::1", "localhost")))
    assert not any(map(is_loopback, ("0.0.0.0", "::", "10.0.0.1", "x", "localhost.example")))
