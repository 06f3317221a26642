"""Receivers and places: whole or not at all, each line at least once, and the cursor only behind what was taken."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.server
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import confluent_kafka as kafka
import fsspec
import pytest

from archive.collection import Collection
from archive.feed import Feed, encode_cursor
from archive.feed.deliver import send_all, write_path, write_store
from archive.feed.destinations import DeliveryFailed, target_of
from archive.feed.destinations.path import TargetBusy, new_file, new_folder
from archive.feed.destinations.webhook import Waiting, Webhook
from archive.feed.formats import SHAPES, ExtraMissing, Setting
from archive.feed.sending import own_cursor
from archive.record import from_line
from tests.feed.shelves import add, article, run, shelved


class Hook(http.server.BaseHTTPRequestHandler):
    """A receiver that answers what it was told to, one status after the other, then 204."""

    def do_POST(self) -> None:
        server: Any = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = server.statuses.pop(0) if server.statuses else 204
        server.got.append((status, {name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/elsewhere")
        if status == 429:
            self.send_header("Retry-After", "120")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def hook() -> Iterator[Any]:
    server: Any = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    server.statuses, server.got = [], []
    server.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.at = 1_800_000_000.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds

    def waiting(self, patience_s: float = 7200) -> Waiting:
        return Waiting(now=lambda: self.at, sleep=self.sleep, patience_s=patience_s)


def taken(hook: Any) -> list[str]:
    """Lines of the batches that were answered with a receipt."""
    return [line for status, _, body in hook.got if status < 300 for line in body.decode().splitlines()]


def test_a_webhook_is_signed_and_gets_everything_once(tmp_path: Path, hook: Any) -> None:
    """By the command: batches in order, a signature that verifies, then only what is new."""
    collection = shelved(tmp_path / "c", *(article(n) for n in range(250)))
    secret = "whsec_" + base64.b64encode(b"kunci").decode()
    for expected in (250, 250, 251):
        if expected == 251:
            add(collection, article(999))
        done = run(collection, "export", "-o", hook.url, env={"WARKAT_WEBHOOK_SECRET": secret})
        assert done.returncode == 0, done.stderr
        assert len(taken(hook)) == len({from_line(line).id for line in taken(hook)}) == expected
    _, head, body = hook.got[0]
    signed = f"{head['webhook-id']}.{head['webhook-timestamp']}.".encode() + body
    assert head["webhook-signature"] == f"v1,{base64.b64encode(hmac.digest(b'kunci', signed, 'sha256')).decode()}"
    assert len(hook.got) == 4
    assert own_cursor(collection, target_of(hook.url)).exists()


def test_a_receiver_that_fails_for_an_hour_loses_nothing(tmp_path: Path, hook: Any) -> None:
    """500 again and again, later and later: the same batch under the same id, until it is taken."""
    collection = shelved(tmp_path / "c", *(article(n) for n in range(3)))
    hook.statuses = [500, 503, 429, *([500] * 18)]
    clock, told = Clock(), []
    sent = send_all(Feed(collection), Webhook(hook.url, "", clock.waiting(), told.append), lambda _: None)
    assert (sent, len(taken(hook)), len(told)) == (3, 3, 21)
    assert 3600 < sum(clock.slept) < 5400
    assert clock.slept[:4] == [1, 2, 120, 8]
    assert max(clock.slept) == 300
    assert len({head["webhook-id"] for _, head, _ in hook.got}) == 1


@pytest.mark.parametrize(("statuses", "tries"), [([500] * 99, 15), ([401] * 99, 3), ([302] * 99, 15)])
def test_a_receiver_that_never_takes_it_is_given_up(tmp_path: Path, hook: Any, statuses: list[int], tries: int) -> None:
    """After the patience, or a few tries where waiting helps nothing; redirects are not followed; the cursor stays."""
    collection = shelved(tmp_path / "c", *(article(n) for n in range(120)))
    hook.statuses = [204, *statuses]
    kept: list[str] = []
    feed = Feed(collection)
    with pytest.raises(DeliveryFailed, match="20 records"):
        send_all(feed, Webhook(hook.url, "s", Clock().waiting(1800)), lambda at: kept.append(encode_cursor(at)))
    assert len(hook.got) == 1 + tries
    assert len(kept) == 1
    from archive.feed import decode_cursor

    assert len(list(Feed(collection, since=decode_cursor(kept[0])))) == 20


def test_nobody_listens(tmp_path: Path) -> None:
    """A port where nothing is: told in words, status 1, no cursor."""
    collection = shelved(tmp_path / "c", article(1))
    done = run(collection, "export", "-o", "http://127.0.0.1:9/", "--patience", "0")
    assert (done.returncode, b"did not take 1 records" in done.stderr) == (1, True)
    assert not (collection.root / "cursors").exists()


@pytest.mark.parametrize(
    "shape",
    [
        "jsonl",
        "text",
        pytest.param("csv", marks=pytest.mark.torture),
        pytest.param("sqlite", marks=pytest.mark.torture),
    ],
)
def test_killed_while_exporting_leaves_no_half(tmp_path: Path, shape: str) -> None:
    """SIGKILL at any moment: the old export stands as it was, and the next one is whole."""
    collection = shelved(tmp_path / "c", article(0))
    target = tmp_path / "out" / "x"
    assert run(collection, "export", "--format", shape, "-o", str(target)).returncode == 0
    before = {path.name: path.read_bytes() for path in target.parent.rglob("*") if path.is_file()}
    add(collection, *(article(n, body_text="kata " * 3000) for n in range(1, 400)))
    command = [sys.executable, "-m", "crawler.cli", "-C", str(collection.root), "export", "--format", shape]
    killed = 0
    for wait in (0.0, 0.02):
        child = subprocess.Popen([*command, "-o", str(target)], stderr=subprocess.DEVNULL)
        end = time.monotonic() + 20
        while not (target.parent / ".x.part").exists() and child.poll() is None and time.monotonic() < end:
            time.sleep(0.002)
        time.sleep(wait)
        child.send_signal(signal.SIGKILL)
        killed += child.wait() == -signal.SIGKILL
        if killed and (target.parent / ".x.part").exists():
            now = {p.name: p.read_bytes() for p in target.parent.rglob("*") if p.is_file() and ".x." not in str(p)}
            assert {name: now.get(name) for name in before if "manifest" not in name} == {
                name: data for name, data in before.items() if "manifest" not in name
            }
    assert run(collection, "export", "--format", shape, "-o", str(target)).returncode == 0
    assert not [path.name for path in target.parent.iterdir() if path.name.startswith(".")]
    beside = target / "manifest.json" if target.is_dir() else target.parent / "x.manifest.json"
    told = json.loads(beside.read_text())
    assert told["records"] == 400
    home = target if target.is_dir() else target.parent
    assert all(hashlib.sha256((home / f["name"]).read_bytes()).hexdigest() == f["sha256"] for f in told["files"])


def test_killed_between_file_and_cursor_gives_the_same_again(tmp_path: Path) -> None:
    """The cursor file moves last: without it the same lines come again, with it only what is new."""
    collection = shelved(tmp_path / "c", article(1))
    cursor, target = tmp_path / "cursor", tmp_path / "x.jsonl"
    words = ("export", "--cursor-file", str(cursor), "-o", str(target))
    assert run(collection, *words).returncode == 0
    old = cursor.read_bytes()
    add(collection, article(2))
    assert run(collection, *words).returncode == 0
    first = target.read_bytes()
    cursor.write_bytes(old)  # as after a kill before it was written
    assert run(collection, *words).returncode == 0
    assert target.read_bytes() == first
    assert run(collection, *words).returncode == 0
    assert target.read_bytes() == b""
    cursor.write_text("nonsense")
    assert (run(collection, *words).returncode, target.read_bytes()) == (2, b"")


@pytest.mark.parametrize("shape", ["jsonl", "csv", "sqlite"])
def test_a_full_disk_ends_with_its_status_and_no_file(tmp_path: Path, shape: str) -> None:
    """Status 3, nothing half, and the old file where it was."""
    collection = shelved(tmp_path / "c", *(article(n, body_text="kata " * 500) for n in range(50)))
    target = tmp_path / "out" / "x.jsonl"
    target.parent.mkdir()
    target.write_text("old")
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (60000, 60000)); from crawler.cli import main; main(sys.argv[1:])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "-C", str(collection.root), "export", "--format", shape, "-o", str(target)],
        capture_output=True, check=False, env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert target.read_text() == "old"
    assert [path.name for path in target.parent.iterdir()] == ["x.jsonl"]


def test_follow_goes_on_and_ends_cleanly(tmp_path: Path) -> None:
    """``--follow`` prints what is added while it runs; Ctrl-C ends it with its own status."""
    collection = shelved(tmp_path / "c", article(1))
    command = [sys.executable, "-m", "crawler.cli", "-C", str(collection.root), "export", "--follow"]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert child.stdout is not None
    assert from_line(child.stdout.readline().decode()).title == "Judul 1"
    add(collection, article(2))
    assert from_line(child.stdout.readline().decode()).title == "Judul 2"
    child.send_signal(signal.SIGINT)
    child.communicate(timeout=30)
    assert child.returncode == 11


def test_two_exports_to_one_place(tmp_path: Path) -> None:
    """The second is told, and touches nothing."""
    with new_file(tmp_path / "x") as file:
        file.write(b"one")
        with pytest.raises(TargetBusy), new_file(tmp_path / "x"):
            pass
    assert (tmp_path / "x").read_bytes() == b"one"


def test_a_folder_caught_between_two_renames_comes_back(tmp_path: Path) -> None:
    """Killed when the old folder had been moved aside: the next export finds it."""
    (tmp_path / ".x.old").mkdir()
    (tmp_path / ".x.old" / "manifest.json").write_text("old")
    with pytest.raises(ZeroDivisionError), new_folder(tmp_path / "x", "manifest.json"):
        _ = 1 / 0
    assert (tmp_path / "x" / "manifest.json").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_missing_libraries_name_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kafka and object stores: which ``pip install`` brings them; and a topic has to be named."""
    from archive.feed.destinations.kafka import Topic
    from archive.feed.destinations.store import put
    from archive.feed.formats import FormatInvalid

    with pytest.raises(FormatInvalid, match="host:port/topic"):
        Topic("kafka://127.0.0.1:9092")
    monkeypatch.setitem(sys.modules, "confluent_kafka", None)
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(ExtraMissing, match=r"warkat\[kafka\]"):
        Topic("kafka://127.0.0.1:9092/x")
    with pytest.raises(ExtraMissing, match=r"warkat\[s3\]"):
        put(tmp_path, "s3://bucket/x", "manifest.json")


@pytest.mark.parametrize(
    ("name", "kind"),
    [("-", "stdout"), ("x.jsonl", "path"), ("/a/b", "path"), ("s3://b/x", "store"), ("memory://x", "store"),
     ("https://x/y", "webhook"), ("kafka://h:1/t", "kafka"), ("C:x", "path")],
)  # fmt: skip
def test_an_output_says_what_it_is(name: str, kind: str) -> None:
    """By its scheme."""
    assert target_of(name).kind == kind


def test_manifest_says_what_was_left_out(tmp_path: Path) -> None:
    """Takedown, masks and choice; and where to go on."""
    collection: Collection = shelved(
        tmp_path / "c", article(1), article(2), more=f'[[takedown]]\nid = "{article(1).id}"'
    )
    told = write_path(Feed(collection, redact=True), SHAPES["jsonl"], tmp_path / "x", Setting())
    assert told["takedown"] == {"entries": 1, "lines_kept_out": 1}
    assert (told["redacted"], told["records"]) == (True, 1)
    assert run(collection, "export", "--since", told["cursor"]).stdout == b""


def test_damaged_lines_are_left_out_and_told(tmp_path: Path) -> None:
    """A line that rotted: the others go out, the status says that something is missing; a table ends with it."""
    collection = shelved(tmp_path / "c", article(1), article(2), article(3))
    path = next(collection.records.glob("*/*.jsonl"))
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + b"\xff" * 40 + b"\n" + lines[2])
    done = run(collection, "export")
    assert (done.returncode, done.stdout) == (1, lines[0] + lines[2])
    assert b"1 damaged lines were left out" in done.stderr
    path.write_bytes(lines[0] + lines[1].replace(b'"title":"', b'"title":"\\x'))
    done = run(collection, "export", "--format", "csv", "-o", str(tmp_path / "x.csv"))
    assert (done.returncode, b"warkat verify" in done.stderr) == (1, True)
    assert not (tmp_path / "x.csv").exists()


def test_levels_and_provinces_by_name(tmp_path: Path) -> None:
    """A level picks sources by their definitions, a province may be named in words."""
    collection = shelved(tmp_path / "c", article(1, "banyuwangikab"), article(2, "lain", province_code="ID-JB"))
    for words, count in ((["--level", "regency"], 1), (["--level", "city"], 0), (["--province", "Jawa Barat"], 1)):
        assert len(run(collection, "export", *words).stdout.splitlines()) == count, words


def test_kafka_gets_each_record_once_and_then_what_is_new(tmp_path: Path) -> None:
    """librdkafka's mock cluster: keyed by article, in order; a second export sends only what was added."""
    collection = shelved(tmp_path / "c", *(article(n) for n in range(7)), article(2, version=2))
    cluster = kafka.Producer({"bootstrap.servers": "", "test.mock.num.brokers": 1, "log_level": 0})
    broker = next(iter(cluster.list_topics(timeout=30).brokers.values()))
    url = f"kafka://{broker.host}:{broker.port}/berita"
    assert run(collection, "export", "-o", url, "--patience", "60").returncode == 0
    add(collection, article(77))
    assert run(collection, "export", "-o", url, "--patience", "60").returncode == 0
    reader = kafka.Consumer(
        {
            "bootstrap.servers": f"{broker.host}:{broker.port}",
            "group.id": "g",
            "auto.offset.reset": "earliest",
            "log_level": 0,
        }
    )
    reader.subscribe(["berita"])
    got: list[Any] = []
    end = time.monotonic() + 60
    while len(got) < 9 and time.monotonic() < end:
        message = reader.poll(1)
        if message is not None and message.error() is None:
            got.append(message)
    assert reader.poll(2) is None
    reader.close()
    told = [from_line(message.value().decode()) for message in got]
    assert [message.key().decode() for message in got] == [one.id for one in told]
    assert len({(one.id, one.version) for one in told}) == 9
    versions = [one.version for one in told if one.id == article(2).id]
    assert versions == [1, 2]


@pytest.mark.parametrize("scheme", ["file", "memory"])
def test_a_store_gets_file_and_folder_whole(tmp_path: Path, scheme: str) -> None:
    """Through fsspec: no half name is left, the manifest is there; a store that refuses is told in words."""
    collection = shelved(tmp_path / "c", article(1), article(2))
    for name, files in (("csv", {"x.csv", "x.csv-metadata.json", "x.csv.manifest.json"}), ("text", {"manifest.json"})):
        folder = f"{scheme}://{tmp_path}/store/{name}"
        write_store(Feed(collection), SHAPES[name], f"{folder}/x{'.csv' if name == 'csv' else ''}", Setting())
        store, place = fsspec.core.url_to_fs(folder)
        found = {one.rpartition("/")[2] for one in store.find(place)}
        assert files <= found
        assert not [one for one in found if one.endswith(".part")]
    (tmp_path / "no").write_text("a file")
    if scheme == "file":
        with pytest.raises(DeliveryFailed):
            write_store(Feed(collection), SHAPES["csv"], f"file://{tmp_path}/no/x.csv", Setting())
    with pytest.raises(DeliveryFailed, match="nosuch"):
        write_store(Feed(collection), SHAPES["csv"], "nosuch://a/x.csv", Setting())


def test_killed_while_delivering_loses_nothing(tmp_path: Path, hook: Any) -> None:
    """SIGKILL while the second batch is with the receiver: the next run sends it again, under the same id."""
    collection = shelved(tmp_path / "c", *(article(n) for n in range(250)))
    command = [sys.executable, "-m", "crawler.cli", "-C", str(collection.root), "export", "-o", hook.url]
    hook.statuses = [204, 500]
    child = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 60
    while len(hook.got) < 2 and time.monotonic() < end:
        time.sleep(0.01)
    child.kill()
    assert child.wait() == -signal.SIGKILL
    hook.statuses = []
    before = len(hook.got)
    assert run(collection, "export", "-o", hook.url).returncode == 0
    assert hook.got[before][1]["webhook-id"] == hook.got[1][1]["webhook-id"]
    told = [from_line(line).id for line in taken(hook)]
    assert len(told) == len(set(told)) == 250
