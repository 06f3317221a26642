"""A site of 200 articles behind forty listing pages; on demand its pages never come."""

from __future__ import annotations

import random
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from archive.collection import Collection, make_collection, open_collection
from tests.hostile.site import frame

ARTICLES = 200
PER_PAGE = 5

SOURCE = """\
id = "seribu"
name = "Kabupaten Seribu"
level = "regency"
timezone = "WIB"
hosts = ["{host}"]
scheme = "http"
article = ['^/berita/kabar-\\d+$']

[politeness]
delay_s = 0.0

[[discovery]]
kind = "listing"
url = "/berita"
page = "/berita?page={{n}}"
"""

_WORDS = "bupati meninjau panen raya bersama kelompok tani di kecamatan sumber untuk melihat hasil sawah"


def article(number: int) -> bytes:
    """One article; the same for the same number, and no other's."""
    chance = random.Random(number)
    paragraphs = "".join(f"<p>{' '.join(chance.choices(_WORDS.split(), k=45)).capitalize()}.</p>" for _ in range(5))
    return frame(f"Kabar nomor {number} dari Seribu", f"{number % 28 + 1} Maret 2024", paragraphs).encode()


def listing(page: int, articles: int) -> bytes:
    """One listing page; behind the last one comes an empty one."""
    numbers = range((page - 1) * PER_PAGE, min(page * PER_PAGE, articles))
    links = "".join(f'<li><a href="/berita/kabar-{n}">Kabar nomor {n}</a></li>' for n in numbers)
    return f"<!doctype html><html><head><title>Berita</title></head><body><ul>{links}</ul></body></html>".encode()


class Site:
    """The site on a socket, while its ``with`` block runs.

    Args:
        slow_s: seconds before each answer.
        articles: how many there are.

    Attributes:
        asked: paths in the order in which they were asked for.
        failing: paths whose connection is closed without an answer.
        stuck: while it is set, article pages begin and never end.
    """

    def __init__(self, slow_s: float = 0.0, articles: int = ARTICLES) -> None:
        self.slow_s, self.articles = slow_s, articles
        self.asked: list[str] = []
        self.failing: set[str] = set()
        self.stuck = threading.Event()
        self.over = threading.Event()
        self._pages = {f"/berita/kabar-{n}": article(n) for n in range(articles)}
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.site = self
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        self.url = f"http://{self.host}"

    def __enter__(self) -> Site:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()

    def page(self, path: str) -> bytes | None:
        """What lies at a path."""
        if path.startswith("/berita?page="):
            return listing(int(path.rpartition("=")[2]), self.articles)
        return listing(1, self.articles) if path == "/berita" else self._pages.get(path)

    def collection(self, root: Path) -> Collection:
        """A new collection that may ask this site."""
        made = make_collection(root, title="Seribu", operator="test", contact="https://example.org/crawl")
        toml = root / "collection.toml"
        toml.write_text(toml.read_text().replace("allow = []", f'allow = ["{self.host}"]'))
        (made.own_sources / "seribu.toml").write_text(SOURCE.format(host=self.host))
        return open_collection(root)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    site: Site


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        site = self.server.site
        site.asked.append(self.path)
        time.sleep(site.slow_s)
        if self.path in site.failing:
            self.close_connection = True
            return
        body = site.page(self.path)
        self.send_response(200 if body is not None else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        if site.stuck.is_set() and "kabar" in self.path:
            self.wfile.write((body or b"")[:300])
            self.wfile.flush()
            site.over.wait(60)
            return
        self.wfile.write(body or b"")

    def handle(self) -> None:
        try:
            super().handle()
        except ConnectionError:  # the one who asked was killed
            return

    def log_message(self, *_: object) -> None:
        """Say nothing."""
