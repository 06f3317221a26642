"""The good site, the traps around it, and the server that shows both."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from archive.collection import Collection, make_collection, open_collection
from tests.portal.articles import all_articles, long_date
from tests.servers import read_request

GOOD = 20

SOURCE = """\
id = "tetangga"
name = "Kabupaten Tetangga"
level = "regency"
timezone = "WIB"
hosts = ["{host}"]
scheme = "http"
article = ['^/berita/']

[politeness]
delay_s = 0.0
timeout_s = {timeout_s}
max_requests = {max_requests}

[[discovery]]
kind = "listing"
url = "/berita"
"""


class Asked(str):
    """The path and query of a request, with what an answer may want to know."""

    site: Hostile
    head: bytes
    times: int
    """How often this path was asked for, this time included."""


Answer = bytes | Iterator[bytes]
Says = Callable[[Asked], Answer]


@dataclass(frozen=True)
class Trap:
    """One bad behaviour.

    Attributes:
        name: its own, part of all its addresses.
        answers: by path; a path that ends in ``*`` stands for all that begin so.
        links: what the front page links to; else its article address, if it answers there.
        how: further discovery entry of the source, as TOML keys.
        expect: names in the report, one of which must count it; none where it must do no harm only.
        records: titles that must be recorded all the same: the page is odd, and an article.
        head: markup in the head of the front page.
    """

    name: str
    answers: dict[str, Says] = field(default_factory=dict)
    expect: tuple[str, ...] = ()
    links: tuple[str, ...] | None = None
    how: tuple[tuple[str, object], ...] = ()
    records: tuple[str, ...] = ()
    head: str = ""

    @property
    def linked(self) -> tuple[str, ...]:
        if self.links is not None:
            return self.links
        return tuple(path for path in self.answers if path.startswith("/berita/") and "*" not in path)

    def toml(self) -> str:
        if not self.how:
            return ""
        lines = [f"{key} = {value}" if isinstance(value, int) else f'{key} = "{value}"' for key, value in self.how]
        return "\n[[discovery]]\n" + "\n".join(lines) + "\n"


def response(body: bytes, *lines: str, status: str = "200 OK", kind: str = "text/html; charset=utf-8") -> bytes:
    head = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", "Connection: close", *lines]
    return "\r\n".join(head).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


def frame(title: str, date: str, body: str, head: str = "") -> str:
    return (
        f"<!doctype html>\n<html lang=id><head><meta charset=utf-8><title>{title} - Kabupaten Tetangga</title>{head}"
        "</head><body><nav><a href='/'>Beranda</a> <a href='/berita'>Berita</a></nav><article>"
        f"<h1 class=judul>{title}</h1><p class=tanggal>{date}</p><div class=isi>{body}</div></article>"
        "<footer>Pemerintah Kabupaten Tetangga, Jalan Merdeka 1</footer></body></html>"
    )


def news(title: str, head: str = "", more: str = "") -> str:
    """A small article in the frame of the site, for traps that are one."""
    words = "Bupati meninjau panen raya di Kecamatan Sumber bersama kelompok tani dan penyuluh pertanian setempat. "
    return frame(title, "Selasa, 5 Maret 2024 10:00 WIB", f"<p>{words * 3}</p><p>{words * 2}{title}</p>{more}", head)


def plain(title: str = "Kontak") -> bytes:
    """A page of the site that is no article."""
    return f"<!doctype html><html><head><title>{title}</title></head><body><p>{title}</p></body></html>".encode()


def good_articles() -> list[tuple[str, str, str]]:
    """Path, title and page of each good article; texts are the demo portal's."""
    chosen = [a for a in all_articles() if len([b for b in a.body(1) if b.kind == "p"]) >= 3][:GOOD]
    made = []
    for number, article in enumerate(chosen):
        body = "".join(f"<p>{escape(block.text)}</p>" for block in article.body(1) if block.kind == "p")
        page = frame(escape(article.title), long_date(article.at), body)
        made.append((f"/berita/baik-{number:02}", article.title, page))
    return made


class Hostile:
    """The site on a socket, while its ``with`` block runs.

    Args:
        traps: what surrounds the good articles.
        robots: answers robots.txt; without it there is none.
    """

    def __init__(self, traps: Iterable[Trap] = (), robots: Says | None = None) -> None:
        self.traps = list(traps)
        self.good = good_articles()
        self.over = threading.Event()
        self.asked: list[str] = []
        self.answers: dict[str, Says] = {
            path: lambda _, page=page: response(page.encode()) for path, _, page in self.good
        }  # type: ignore[misc]
        self.answers["/berita"] = self._front
        if robots:
            self.answers["/robots.txt"] = robots
        for trap in self.traps:
            self.answers |= trap.answers
        self._wild = sorted((p[:-1] for p in self.answers if p.endswith("*")), key=len, reverse=True)
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.host = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self.url = f"http://{self.host}"
        self._canary = socket.create_server(("127.0.0.1", 0))
        self.inner = f"127.0.0.1:{self._canary.getsockname()[1]}"
        """An address beside the site that nobody may ask; ``intruders`` counts who does."""
        self.intruders = 0

    def __enter__(self) -> Hostile:
        threading.Thread(target=self._accept, daemon=True).start()
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self._socket.close()
        self._canary.close()

    def collection(self, root: Path, timeout_s: float = 2.0, max_requests: int = 500) -> Collection:
        made = make_collection(root, "Tetangga", contact="https://contoh.example/")
        toml = root / "collection.toml"
        toml.write_text(toml.read_text().replace("allow = []", f'allow = ["{self.host}"]'))
        source = SOURCE.format(host=self.host, timeout_s=timeout_s, max_requests=max_requests)
        (made.own_sources / "tetangga.toml").write_text(source + "".join(trap.toml() for trap in self.traps))
        return open_collection(root)

    def _front(self, _: Asked) -> bytes:
        """Traps and good articles in turn, so that neither stand together."""
        good = [path for path, _, _ in self.good]
        links: list[str] = []
        for number, trap in enumerate(self.traps):
            links += [*trap.linked, *good[number : number + 1]]
        links += good[len(self.traps) :]
        head = "".join(trap.head for trap in self.traps)
        items = "".join(f'<li><a href="{escape(link)}">Berita {n}</a></li>' for n, link in enumerate(links))
        return response(f"<!doctype html><html><head>{head}</head><body><ul>{items}</ul></body></html>".encode())

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _watch(self) -> None:
        while True:
            try:
                self._canary.accept()[0].close()
            except OSError:
                return
            self.intruders += 1

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection:
                request = read_request(connection)
                if request:
                    for piece in self._pieces(request):
                        connection.sendall(piece)
                        if self.over.is_set():
                            return
        except OSError:
            return

    def _pieces(self, request: bytes) -> Iterator[bytes]:
        asked = Asked(request.split(b" ", 2)[1].decode("latin-1"))
        self.asked.append(asked)
        asked.site, asked.head, asked.times = self, request, self.asked.count(asked)
        says = self.answers.get(asked) or self.answers.get(asked.partition("?")[0])
        if says is None:
            wild = next((prefix for prefix in self._wild if asked.startswith(prefix)), None)
            says = self.answers[wild + "*"] if wild is not None else _not_found
        answer = says(asked)
        yield from [answer] if isinstance(answer, bytes) else answer


def _not_found(_: Asked) -> bytes:
    return response(plain("Tidak ada"), status="404 Not Found")


def drip(site: Hostile, data: bytes, every_s: float = 0.1) -> Iterator[bytes]:
    """One byte at a time, over and over."""
    while not site.over.is_set():
        for byte in data:
            yield bytes([byte])
            time.sleep(every_s)


def hang(site: Hostile, first: bytes = b"") -> Iterator[bytes]:
    """The first bytes, then nothing more while the connection stays open."""
    yield first
    site.over.wait(300)
