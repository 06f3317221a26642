"""What we export, read by the tools that others use, and every recipe of the documentation run as it stands there."""

from __future__ import annotations

import http.server
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archive.collection import Collection
from archive.feed import Feed
from archive.feed.deliver import write_path
from archive.feed.formats import SHAPES, Setting
from tests.feed.shelves import article, shelved

pytestmark = pytest.mark.consumers
ROOT = Path(__file__).parent.parent.parent
HOME = Path(os.environ.get("WARKAT_CONSUMERS") or ROOT / ".consumers").absolute()
READERS, STORE = HOME / "readers" / "bin", HOME / "s3" / "bin"
PAGE = (ROOT / "docs/recipes.md").read_text(encoding="utf-8")
RECIPES = re.findall(r"^## (.+?)$|```(sh|python)\n(.*?)```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    parts: dict[str, Any] = {"region_code": "35.10", "body_text": "Pasar desa dibuka.\n\nNIK 3510123456780001"}
    return shelved(
        tmp_path / "mine", *(article(n, **parts) for n in range(1, 6)), article(2, version=2, title='=1+1 "x", <b>'),
        article(1, "lain", attribution="Sumber: Kompas", published_at="2026-10-04", published_precision="day"),
        article(2, "lain", integrity="suspect"), article(3, "lain", images=[], tags=[], published_at=None),
    )  # fmt: skip


def read(script: str, folder: Path, python: Path = READERS / "python", **env: str) -> str:
    """Run a script with a tool's own interpreter."""
    paths = f"{READERS}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    offline = {"HF_HUB_OFFLINE": "1", "HF_HOME": str(folder / "hf"), "NO_PROXY": "*", "PATH": paths}
    done = subprocess.run(
        [str(python), "-c", script],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | offline | env,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def recipes() -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    heading = ""
    for title, kind, text in RECIPES:
        heading = title or heading
        if kind:
            found.setdefault(heading, []).append((kind, text))
    return found


class Search(http.server.BaseHTTPRequestHandler):
    """Takes an index and bulk lines, and refuses what OpenSearch would refuse."""

    def do_PUT(self) -> None:
        self._take(b"")

    def do_POST(self) -> None:
        self._take(b"\n")

    def _take(self, end: bytes) -> None:
        server: Any = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        lines = [json.loads(line) for line in body.splitlines()] if end else [json.loads(body)]
        well = body.endswith(end) and (not end or len(lines) % 2 == 0)
        server.got.append((self.command, self.path, lines))
        self.send_response(200 if well else 400)
        self.end_headers()
        self.wfile.write(b'{"errors":false}')

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def search() -> Iterator[Any]:
    server: Any = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Search)
    server.got = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def expect(heading: str, folder: Path, printed: str, search: Any) -> None:
    """What each recipe must have made."""
    if heading == "jq":
        assert len((folder / "titles.tsv").read_text().splitlines()) == 7
        assert "7 Berita" in (folder / "sections.txt").read_text()
    elif heading == "DuckDB":
        assert "2026-11" in printed
        assert '=1+1 "x", <b>' in printed
    elif heading == "pandas":
        assert re.search(r"desa +6", printed)
        assert re.search(r"\(6, 4\d\)", printed)
    elif heading == "Datasette":
        assert len(json.loads((folder / "found.json").read_text())) == 4
    elif heading == "Hugging Face":
        assert "caption" in printed
        card = (folder / "dataset/README.md").read_text()
        assert "Personal numbers are masked" in card
        assert "| records (versions of articles) | 6 |" in card
    elif heading == "A step in a nightly job":
        assert next((folder / "delta").glob("*.zst")).stat().st_size > 100
    elif heading == "OpenSearch and Elasticsearch":
        assert [one[:2] for one in search.got] == [("PUT", "/berita"), ("POST", "/_bulk")]
        assert len(search.got[1][2]) == 16
        assert set(search.got[1][2][1]) == set(search.got[0][2][0]["mappings"]["properties"])
    else:
        assert heading == "A static site"
        assert len(list((folder / "site").glob("*.html"))) == 8
        assert (folder / "site/feeds/all.atom").exists()


@pytest.mark.parametrize("heading", recipes())
def test_a_recipe_works_as_it_stands(heading: str, collection: Collection, search: Any) -> None:
    """Copied from the page into a shell or an interpreter."""
    folder = collection.root.parent
    printed = ""
    env = {"OPENSEARCH": f"http://127.0.0.1:{search.server_address[1]}"}
    for kind, text in recipes()[heading]:
        script = text if kind == "python" else f"import subprocess; subprocess.run({['sh', '-ec', text]!r}, check=True)"
        printed += read(script, folder, **env)
    expect(heading, folder, printed, search)


def test_feeds_are_read_by_feedparser(collection: Collection, tmp_path: Path) -> None:
    """Well-formed by its measure, with ids, dates only where there are any, and content."""
    write_path(Feed(collection), SHAPES["feeds"], tmp_path / "f", Setting(title="Uji & <lain>"))
    script = """
import feedparser, json
d = feedparser.parse("f/all.atom"); assert not d.bozo, d.bozo_exception
entries = [[e.id, e.title, e.link, "published" in e, len(e.content)] for e in d.entries]
print(json.dumps([d.feed.title, d.version, entries]))
"""
    title, version, entries = json.loads(read(script, tmp_path))
    assert (version, "Uji &" in title, len(entries)) == ("atom10", True, 7)
    assert len({entry[0] for entry in entries}) == 7
    assert sum(entry[3] for entry in entries) == 5


def test_graph_is_read_by_rdflib(collection: Collection, tmp_path: Path) -> None:
    """Every article a schema.org NewsArticle, without fetching a context."""
    write_path(Feed(collection), SHAPES["jsonld"], tmp_path / "x.jsonld", Setting())
    script = """
import rdflib
g = rdflib.Graph().parse("x.jsonld", format="json-ld")
print(len(set(g.subjects(rdflib.RDF.type, rdflib.URIRef("https://schema.org/NewsArticle")))))
"""
    assert read(script, tmp_path).strip() == "8"


def test_parquet_keeps_types_and_nasty_texts(tmp_path: Path) -> None:
    """Nested lists, instants with their zone, half a surrogate pair, NUL, 10 MB; the same rows as the lines."""
    collection = shelved(
        tmp_path / "mine", article(1, title="A\u2028B 'x'"), article(2, body_text="kata " * 2_000_000),
        article(40, "lain", fetched_at="2026-12-01T00:00:00.000001Z", tags=[], body_text="nol \x00"),
    )  # fmt: skip
    path = next(collection.records.glob("uji/*.jsonl"))
    path.write_bytes(path.read_bytes().replace(b"Judul 2", b"\\ud83d x"))
    told = write_path(Feed(collection), SHAPES["parquet"], tmp_path / "p", Setting())
    names = {one["name"] for one in told["files"]}
    assert names == {"source_id=uji/month=2026-11/part-0.parquet", "source_id=lain/month=2026-12/part-0.parquet"}
    script = '''
import duckdb, json
q = duckdb.sql("""select id, version, title, source_id, images, tags, length(body_text) n, epoch_us(fetched_at) us
from 'p/**/*.parquet' order by n""")
print(dict(zip(q.columns, map(str, q.types)))["images"]); print(json.dumps(q.fetchall()))
'''
    kinds, rows = read(script, tmp_path).splitlines()
    assert kinds.startswith("STRUCT(url VARCHAR")
    told_rows = json.loads(rows)
    assert [row[6] for row in told_rows][-1] == 10_000_000
    assert {row[2] for row in told_rows} == {"A\u2028B 'x'", "\ufffd x", "Judul 40"}
    assert [row[7] for row in told_rows if row[3] == "lain"] == [1_796_083_200_000_001]


def test_an_object_store_gets_it_whole(collection: Collection, tmp_path: Path) -> None:
    """S3 as moto serves it: a file and a folder, the manifest last."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [str(STORE / "moto_server"), "-H", "127.0.0.1", "-p", str(port)], stderr=subprocess.DEVNULL
    )
    env = {
        "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "FSSPEC_S3_ENDPOINT_URL": f"http://127.0.0.1:{port}",
    }  # fmt: skip
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        python = STORE / "python"
        read("import s3fs; s3fs.S3FileSystem().mkdir('ember')", tmp_path, python, **env)
        for words in (["--format", "csv", "-o", "s3://ember/a/x.csv"], ["--format", "parquet", "-o", "s3://ember/p"]):
            script = f"from crawler.cli import main; main({['-C', str(collection.root), 'export', *words]!r})"
            read(f"import sys; sys.path.insert(0, {str(ROOT)!r}); {script}", tmp_path, python, **env)
        listed = read("import s3fs; print(*sorted(s3fs.S3FileSystem().find('ember')))", tmp_path, python, **env).split()
        assert [name for name in listed if name.startswith("ember/a/")] == [
            "ember/a/x.csv", "ember/a/x.csv-metadata.json", "ember/a/x.csv.manifest.json"
        ]  # fmt: skip
        assert "ember/p/manifest.json" in listed
        head = read("import s3fs; print(s3fs.S3FileSystem().head('ember/a/x.csv', 9))", tmp_path, python, **env)
        assert head.startswith("b'schema,id")
    finally:
        server.terminate()
        server.wait()


def fetched(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return bytes(answer.read())


def test_schemathesis_finds_nothing(collection: Collection, tmp_path: Path) -> None:
    """The description and the server agree, whatever is asked."""
    command = [sys.executable, "-u", "-m", "crawler.cli", "-C", str(collection.root), "serve", "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert server.stdout is not None
        url = server.stdout.readline().split()[1].removesuffix("/charts")
        # Cursors are opaque: no schema tells a good one from a bad one, so good ones are given. A request that changes
        # something is refused at the door with 403, before anybody asks whether the address takes it.
        good = {
            name: json.loads(fetched(f"{url}/api/{list_}?limit=2"))["next"]
            for name, list_ in (("cursor", "articles"), ("since", "changes"))
        }
        told = "".join(f'"query.{name}" = "{word}"\n' for name, word in good.items())
        (tmp_path / "schemathesis.toml").write_text(f"[parameters]\n{told}")
        done = subprocess.run(
            [str(READERS / "schemathesis"), "run", f"{url}/api/openapi.json", "--max-examples", "40", "--checks", "all",
             "--exclude-checks", "unsupported_method", "--seed", "1"],
            capture_output=True, text=True, check=False, cwd=tmp_path,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-4000:]
    finally:
        server.terminate()
        server.communicate()
