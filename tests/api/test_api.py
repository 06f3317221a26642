"""The HTTP interface: every answer from the record files, every refusal in words, nothing lost between two pages."""

from __future__ import annotations

import gzip
import json
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.api.app import api_app
from archive.api.library import Library
from archive.api.questions import FILTERS, LIMIT, SINCE, RequestInvalid, asked
from archive.api.routes import ADDRESSES
from archive.catalog.shelves import RecordIndex
from archive.collection import Collection
from archive.record import Record
from archive.replay.guard import App, door_for
from tests.api.calls import TODAY, app_of, ask, library_of
from tests.feed.shelves import add, article, cursor_of, run, shelved


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    return shelved(
        tmp_path / "c", *(article(n) for n in range(1, 8)), article(3, version=2, title="Diubah"),
        article(4, "lain", province_code="ID-JB", language="jv", attribution="Sumber: Kompas"),
        article(5, integrity="suspect", version=2), article(30, "lain", integrity="suspect", section="Lowongan"),
    )  # fmt: skip


@pytest.fixture
def app(collection: Collection) -> App:
    return app_of(collection)


def walked(app: App, target: str, by: str = "cursor") -> list[dict[str, Any]]:
    """All items, page by page."""
    items: list[dict[str, Any]] = []
    page = ask(app, target).json()
    while True:
        items += page["items"]
        if not page["next"] or page.get("more") is False:
            return items
        page = ask(app, f"{target}&{by}={page['next']}").json()


@pytest.mark.parametrize("limit", [1, 2, 3, 200])
def test_pages_give_every_article_once_newest_first(app: App, limit: int) -> None:
    """Whatever the page's size; each article by its newest clean version."""
    items = walked(app, f"/api/articles?limit={limit}")
    at = [one["fetched_at"] for one in items]
    assert at == sorted(at, reverse=True)
    assert len({one["id"] for one in items}) == len(items) == 8
    assert {one["title"] for one in items if one["version"] == 2} == {"Diubah"}
    Record.model_validate(items[0])


@pytest.mark.parametrize(
    ("query", "count"),
    [("source=lain", 1), ("source=lain&source=uji", 8),
     ("province=ID-JB", 1), ("section=BERITA", 8), ("language=jv", 1),
     ("integrity=suspect", 2), ("integrity=suspect&section=lowongan", 1), ("attribution=only", 1),
     ("attribution=none", 7),
     ("published_from=2026-10-04&published_until=2026-10-06", 3), ("fetched_from=2026-11-07", 2),
     ("fetched_until=2026-11-03", 1), ("source=tidakada", 0)],
)  # fmt: skip
def test_filters_of_lists_and_changes(app: App, query: str, count: int) -> None:
    """Lists and changes leave out the same; changes tell every version."""
    assert len(walked(app, f"/api/articles?{query}")) == count
    versions = (
        1 if query in ("source=lain&source=uji", "section=BERITA", "attribution=none") or "published" in query else 0
    )
    assert len(walked(app, f"/api/changes?{query}", "since")) == count + versions


def test_one_article_its_versions_and_none(app: App) -> None:
    """The newest clean version; all of them, hacked ones too; 404 in words."""
    three, five = article(3).id, article(5).id
    assert ask(app, f"/api/articles/{three}").json()["title"] == "Diubah"
    assert ask(app, f"/api/articles/{five}").json()["version"] == 1
    told = ask(app, f"/api/articles/{five}/versions").json()["items"]
    assert [(one["version"], one["integrity"]) for one in told] == [(1, "clean"), (2, "suspect")]
    for wrong in ("0" * 32, "x", three.upper(), "..%2f..%2fetc", "%00"):
        answer = ask(app, f"/api/articles/{wrong}")
        assert (answer.status, answer.head["content-type"]) == (404, "application/problem+json"), wrong


def test_changes_go_on_where_they_stopped(app: App, collection: Collection) -> None:
    """New and changed by name; the cursor is that of an export, and what is added is found behind it."""
    first = walked(app, "/api/changes?limit=3", "since")
    assert [one["change"] for one in first].count("changed") == 1
    assert len(first) == 9
    cursor = cursor_of(run(collection, "export"))
    add(collection, article(9), article(1, version=2))
    page = ask(app, f"/api/changes?since={cursor}").json()
    assert [(one["change"], one["record"]["version"]) for one in page["items"]] == [("new", 1), ("changed", 2)]
    assert ask(app, f"/api/changes?since={page['next']}").json() == {"items": [], "next": page["next"], "more": False}
    assert ask(app, f"/api/articles/{article(1).id}").json()["version"] == 2


def test_a_page_of_changes_looks_through_a_bounded_part(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A filter that fits nothing costs pages, not a stand-still; nothing is passed over."""
    monkeypatch.setattr("archive.api.library._SCAN", 2000)
    app = app_of(collection)
    page = ask(app, "/api/changes?language=su").json()
    assert (page["items"], page["more"]) == ([], True)
    assert len(walked(app, "/api/changes?language=jv", "since")) == 1
    assert len(walked(app, "/api/changes?limit=200", "since")) == 9


def test_sources_runs_figures_and_charts(app: App, collection: Collection) -> None:
    """What there is, what happened, for Prometheus and for people; a name cannot become a tag."""
    folder = collection.runs / "20261128T000000Z-ab"
    folder.mkdir(parents=True)
    visit = {"source_id": "<script>", "started_at": "x", "ended_at": "y", "outcome": '"><b>'}
    (folder / "report.json").write_text(json.dumps({"run_id": folder.name, "exit_status": 30, "sources": [visit]}))
    (collection.runs / "broken").mkdir()
    (collection.runs / "broken/report.json").write_text("{")
    told = {one["id"]: one for one in ask(app, "/api/sources").json()["items"]}
    assert (told["uji"]["name"], told["uji"]["records"], told["uji"]["articles"]) == ("Pemerintah Uji", 9, 7)
    assert told["lain"]["level"] is None
    assert [one["exit_status"] for one in ask(app, "/api/runs").json()["items"]] == [30]
    text = ask(app, "/metrics").body.decode()
    assert 'warkat_records{source="uji"} 9.0' in text
    assert 'warkat_http_requests_total{path="/api/sources",status="200"} 1.0' in text
    page = ask(app, "/charts")
    assert b"<rect" in page.body
    assert b"<script" not in page.body
    assert b"<b>" not in page.body
    assert "default-src 'none'" in page.head["content-security-policy"]


def test_an_empty_collection_says_so(tmp_path: Path) -> None:
    """No records, no runs: empty lists and a page that says what to do."""
    app = app_of(shelved(tmp_path / "c"))
    assert ask(app, "/api/articles").json() == {"items": [], "next": None}
    assert ask(app, "/api/changes").json()["items"] == []
    assert ask(app, "/api/runs").json()["items"] == []
    assert b"warkat crawl" in ask(app, "/charts").body


def test_tags_and_packing(app: App) -> None:
    """The same answer has the same tag and need not be sent again; it is packed for who can unpack it."""
    whole = ask(app, "/api/articles")
    packed = ask(app, "/api/articles", accept_encoding="br, gzip;q=0.5")
    assert gzip.decompress(packed.body) == whole.body
    assert packed.head["content-encoding"] == "gzip"
    assert packed.head["vary"] == "Accept-Encoding"
    assert "content-encoding" not in ask(app, "/api/articles", accept_encoding="gzip;q=0").head
    again = ask(app, "/api/articles", if_none_match=f'"x", {whole.head["etag"]}')
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize(
    "target",
    ["/api/articles?nothing=1", "/api/articles?limit=0", "/api/articles?limit=1&limit=2",
     "/api/articles?limit=%F0%9F%92%A5",
     "/api/articles?cursor=xyz", "/api/articles?cursor=AAAA", "/api/changes?since=zzz",
     "/api/articles?published_from=2026-13-01",
     "/api/articles?published_from=2026-02-30", "/api/articles?integrity=injected", "/api/articles?source=%00",
     "/api/articles?province=ID-JI'--", "/api/articles?language=../../x", "/api/sources?x=" + "9" * 5000],
)  # fmt: skip
def test_hostile_questions_get_a_problem(app: App, target: str) -> None:
    """400 and the reason, in the form of RFC 9457; what was given is cut short."""
    answer = ask(app, target)
    told = answer.json()
    assert (answer.status, told["status"], answer.head["content-type"]) == (400, 400, "application/problem+json")
    assert 10 < len(told["detail"]) < 600


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.sampled_from([one.name for one in (*FILTERS, LIMIT, SINCE)]) | st.text(), st.text())))
def test_no_question_breaks_the_table(query: list[tuple[str, str]]) -> None:
    """Whatever is asked: values of the right kind, or a refusal."""
    try:
        found = asked(query, (*FILTERS, LIMIT, SINCE))
    except RequestInvalid:
        return
    assert set(found) <= {one.name for one in (*FILTERS, LIMIT, SINCE)}
    assert 1 <= found.get("limit", 1) <= 200


def test_only_reading_and_only_by_our_name(collection: Collection) -> None:
    """No method but GET and HEAD, no foreign host or origin, and beyond loopback no one without the token."""
    app = app_of(collection, token="rahasia")
    bearer = {"authorization": "Bearer rahasia"}
    assert ask(app, "/api/sources").status == 401
    assert ask(app, "/api/sources", authorization="Bearer salah").status == 401
    assert ask(app, "/api/sources", **bearer).status == 200
    assert ask(app, "/api/sources", **(bearer | {"host": "evil.example"})).status == 403
    open_app = app_of(collection)
    for method in ("POST", "DELETE", "PUT", "PATCH"):
        assert ask(open_app, "/api/articles", method).status == 403
        answer = ask(open_app, "/api/articles", method, origin="http://127.0.0.1:8760")
        assert (answer.status, answer.head["allow"]) == (405, "GET, HEAD")
    assert ask(open_app, "/api/nothing").status == ask(open_app, "/etc/passwd").status == 404
    assert ask(open_app, "/api/sources").head["x-content-type-options"] == "nosniff"


def test_takedown_and_masks_reach_the_interface(tmp_path: Path) -> None:
    """On the list: 451, and in no page; a number of a person is masked."""
    taken = article(1)
    collection = shelved(
        tmp_path / "c", taken, article(2, body_text="NIK 3510123456780001"), more=f'[[takedown]]\nid = "{taken.id}"'
    )
    app = app_of(collection, redact=True)
    assert ask(app, f"/api/articles/{taken.id}").status == 451
    assert ask(app, f"/api/articles/{taken.id}/versions").status == 451
    for target in ("/api/articles", "/api/changes"):
        answer = ask(app, target)
        assert len(answer.json()["items"]) == 1
        assert b"3510123456780001" not in answer.body


def test_files_made_anew_are_read_anew(collection: Collection) -> None:
    """A rebuild or reread behind the server's back: old places are not trusted, the new ones are found."""
    app = app_of(collection)
    assert len(ask(app, "/api/articles").json()["items"]) == 8
    shutil.rmtree(collection.records)
    add(collection, *(article(n, extractor="uji/2 of another length", title=f"Baru {n}") for n in range(1, 5)))
    ask(app, "/api/sources")
    assert [one["title"] for one in walked(app, "/api/articles?limit=2")] == ["Baru 4", "Baru 3", "Baru 2", "Baru 1"]
    assert [one["id"] for one in ask(app, "/api/sources").json()["items"]] == ["uji"]


def test_two_processes_keep_one_index(collection: Collection) -> None:
    """The second finds what the first took in and adds nothing twice."""
    one, two = library_of(collection), library_of(collection)
    add(collection, article(40))
    for library in (one, two, one):
        library.refresh()
        assert library.index.counts() == (12, 10, 2)


def test_the_description_names_every_address(app: App) -> None:
    """OpenAPI 3.1, with the parameters that requests are checked by and the record's own schema."""
    told = ask(app, "/api/openapi.json").json()
    assert told["openapi"].startswith("3.1")
    assert set(told["paths"]) == {one.path for one in ADDRESSES}
    names = [one["name"] for one in told["paths"]["/api/articles"]["get"]["parameters"]]
    assert {"source", "limit", "cursor"} <= set(names)
    assert told["components"]["schemas"]["Article"]["properties"]["title"]
    assert "#/$defs" not in json.dumps(told)


def test_an_index_that_is_being_made_says_so(collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside other pages nobody waits for it: changes are told at once, lists when it is whole, a fault in words."""
    go, done = threading.Event(), threading.Event()
    follow = RecordIndex.follow

    def slow(self: RecordIndex, *told: Any) -> bool:
        go.wait(30)
        if done.is_set():
            raise OSError(28, "no room")
        return follow(self, *told)

    library = Library(collection, {}, lambda: 0.0)
    app = api_app(library, door_for("127.0.0.1", 8760), lambda: TODAY)
    monkeypatch.setattr(RecordIndex, "follow", slow)
    for end in (200, 503):
        library.prepare_beside()
        assert ask(app, "/api/articles").status == ask(app, "/charts").status == 503
        assert len(ask(app, "/api/changes").json()["items"]) == 9
        assert ask(app, "/metrics").status == 200
        go.set()
        for thread in threading.enumerate():
            if thread.name == "record index":
                thread.join(30)
        assert ask(app, "/api/articles").status == end
        go.clear()
        done.set()
    assert "no room" in ask(app, "/api/articles").json()["detail"]
