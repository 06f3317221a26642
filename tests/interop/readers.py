"""How warcio, FastWARC and pywb read a WARC file, each in its own environment, and where they disagree with us.

``disagreements`` takes any WARC file, so that it can be pointed at what a real crawl has written.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import socket
import subprocess
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from archive.capture import Capture, ContentUndecodable
from archive.catalog.surt import surt
from archive.warc import Exchange, scan
from archive.warc.reader import closed_name
from tests.interop.environments import SCRIPTS, program, run

EVERYBODY_DECODES = {"", "identity", "gzip", "x-gzip", "deflate"}
"""Content codings that the tools take off without further packages."""
PATIENCE_S = 60


@dataclass(frozen=True, slots=True)
class Seen:
    """One response or revisit as a tool sees it."""

    type: str
    url: str
    date: str
    status: str
    digests: bool | None
    """Whether block and payload digest are right; None where they are not checked."""
    stored: str
    """SHA-256 of the body without its head, content coding kept."""
    decoded: str | None = None
    """SHA-256 with the content coding removed, or None where it cannot be."""


def read_with(tool: str, path: Path) -> list[Seen]:
    """What ``warcio`` or ``fastwarc`` reads of a file, in the order of the file."""
    return [Seen(**line) for line in json.loads(run(tool, SCRIPTS / f"read_{tool}.py", path))]


def read_ourselves(path: Path) -> list[Seen]:
    """The same, by our reader."""
    return [
        Seen(
            type=exchange.record_type,
            url=exchange.capture.url,
            date=f"{exchange.capture.fetched_at:%Y-%m-%dT%H:%M:%S.%fZ}",
            status=str(exchange.capture.status),
            digests=exchange.record_type == "revisit" or exchange.payload_digest == exchange.capture.payload_digest,
            stored=hashlib.sha256(exchange.capture.body).hexdigest(),
            decoded=_decoded(exchange.capture),
        )
        for exchange in scan(path)
    ]


def _decoded(capture: Capture) -> str | None:
    coding = (capture.header("content-encoding") or "").strip().lower()
    if coding not in EVERYBODY_DECODES:
        return None
    if coding == "deflate" and capture.body and int.from_bytes(capture.body[:2]) % 31:
        return None  # bare deflate data, as some servers send it: FastWARC wants the zlib form
    try:
        return hashlib.sha256(capture.content).hexdigest()
    except ContentUndecodable:
        return None


def disagreements(path: Path) -> list[str]:
    """Where warcio or FastWARC finds another record, status, digest or body in a file than we do."""
    ours = read_ourselves(path)
    faults = [f"{path.name}: {one.url}: our digest is wrong" for one in ours if not one.digests]
    for tool in ("warcio", "fastwarc"):
        theirs = read_with(tool, path)
        if len(theirs) != len(ours):
            faults.append(f"{path.name}: {tool} finds {len(theirs)} records, we {len(ours)}")
        for mine, other in zip(ours, theirs, strict=False):
            for field in Seen.__slots__:
                want, found = getattr(mine, field), getattr(other, field)
                if want != found and not (field == "decoded" and want is None):
                    faults.append(f"{path.name}: {mine.url} at {mine.date}: {field} {want}, {tool} says {found}")
    return faults


@contextmanager
def pywb_server(archive: Path, index: Path, folder: Path) -> Iterator[int]:
    """pywb with one collection ``warkat``; its port on 127.0.0.1.

    Args:
        archive: folder that the file names of the index are below.
        index: the CDXJ.
        folder: where pywb may keep its own files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    places = {"index_paths": str(index), "archive_paths": f"{archive}/"}  # pywb joins names without a slash
    (folder / "config.yaml").write_text(json.dumps({"collections": {"warkat": places}}))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [str(program("pywb", "wayback")), "-b", "127.0.0.1", "-p", str(port)]
    with (folder / "log.txt").open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
        try:
            _wait(port, server, folder / "log.txt")
            yield port
        finally:
            server.terminate()
            server.wait(PATIENCE_S)


def _wait(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"pywb did not start:\n{log.read_text()}")


def replayed(port: int, url: str, timestamp: str) -> tuple[int, str, bytes]:
    """Status, timestamp of the capture and body that pywb gives for the raw form of a page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        # Close: of a truncated capture pywb repeats the Content-Length and never sends that much.
        told = {"Accept-Encoding": "gzip, deflate, br", "Connection": "close"}
        connection.request("GET", f"/warkat/{timestamp}id_/{url}", headers=told)
        answer = connection.getresponse()
        try:
            body = answer.read()
        except http.client.IncompleteRead as short:
            body = short.partial
        place = answer.getheader("Content-Location", "")
        return answer.status, place.partition("/warkat/")[2][:14], body
    finally:
        connection.close()


def replay_disagreements(port: int, paths: Iterable[Path]) -> list[str]:
    """Where pywb replays another status or body than the files hold.

    Asked is for every capture by its second; of several with one key in one second any will do. Not
    asked is for redirects to an address with the same key, which pywb refuses to replay.
    """
    exchanges = {(closed_name(path), one.locator.offset): one for path in paths for one in scan(path)}
    by_id = {one.record_id: one for one in exchanges.values()}
    moments: defaultdict[tuple[str, str], list[Exchange]] = defaultdict(list)
    for one in exchanges.values():
        moments[surt(one.capture.url), f"{one.capture.fetched_at:%Y%m%d%H%M%S}"].append(one)
    faults = []
    for (key, timestamp), several in moments.items():
        if any(_leads_to_itself(one.capture, key) for one in several):
            continue
        status, place, body = replayed(port, several[0].capture.url, timestamp)
        allowed = {(one.capture.status, timestamp, _body(one, by_id)) for one in several}
        if (status, place, body) not in allowed:
            faults.append(f"{several[0].capture.url} at {timestamp}: pywb gives {status} {place} {body[-200:]!r}")
    return faults


def _leads_to_itself(capture: Capture, key: str) -> bool:
    return 300 <= capture.status < 400 and surt(capture.header("location") or "") == key


def _body(exchange: Exchange, by_id: dict[str, Exchange]) -> bytes:
    """Of a revisit that of its original; a 304 is replayed as what it is, without a body."""
    if exchange.record_type != "revisit" or exchange.capture.status == 304 or exchange.refers_to is None:
        return exchange.capture.body
    return by_id[exchange.refers_to].capture.body
