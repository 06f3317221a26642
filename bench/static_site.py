"""A static news site on loopback: article pages of 30 to 80 kB behind listing pages, served from memory.

``python -m bench.static_site PAGES`` prints its address and serves until it is stopped.
"""

from __future__ import annotations

import asyncio
import random
import sys

PER_LISTING = 100

_WORDS = (  # noqa: SIM905  # forty words on three lines
    "bupati kabupaten masyarakat program pembangunan kesehatan pendidikan jalan desa kecamatan warga petani nelayan"
    " pasar harga bantuan kegiatan pelatihan kepala dinas menyampaikan mengatakan berharap bersama untuk dengan yang"
    " dari pada dalam akan telah dapat lebih juga agar para serta tahun anggaran daerah pemerintah provinsi"
).split()


def article(number: int) -> bytes:
    """One article page; the same for the same number."""
    chance = random.Random(number)
    paragraphs = "".join(f"<p>{_sentences(chance, 60)}</p>\n" for _ in range(chance.randint(6, 14)))
    menu = "".join(
        f'<li class="menu-item"><a href="/halaman/{n}">{_sentences(chance, 2)}</a></li>\n' for n in range(120)
    )
    related = "".join(
        f'<li><a href="/berita/artikel-{chance.randint(1, 9999)}">{_sentences(chance, 8)}</a>'
        f"<span>{chance.randint(1, 28)} Maret 2024</span></li>\n"
        for _ in range(30)
    )
    title = f"Berita nomor {number}: {_sentences(chance, 6)}"
    script = "var x=[" + ",".join(str(chance.randint(0, 99999)) for _ in range(chance.randint(1500, 7000))) + "];"
    return f"""<!DOCTYPE html><html lang="id"><head><meta charset="utf-8"><title>{title} - Kabupaten Uji</title>
<script>{script}</script></head><body><nav><ul>{menu}</ul></nav>
<main><div class="post"><h1 class="post-title">{title}</h1>
<div class="meta"><span class="date">Selasa, {number % 28 + 1} Maret 2024</span></div>
<div class="entry-content">{paragraphs}<p>(hms/{number})</p></div></div>
<aside><h3>Berita Terkait</h3><ul>{related}</ul></aside></main><footer>&copy; 2024 Kabupaten Uji</footer></body></html>
""".encode()


def listing(page: int, pages: int) -> bytes:
    """One listing page with its links and a link to the next."""
    if page > pages:
        return b"<html><body><ul></ul></body></html>"
    first = (page - 1) * PER_LISTING
    links = "".join(f'<li><a href="/berita/artikel-{n}">Berita {n}</a></li>' for n in range(first, first + PER_LISTING))
    following = f'<a rel="next" href="/indeks?page={page + 1}">lagi</a>' if page < pages else ""
    return f"<html><body><ul>{links}</ul>{following}</body></html>".encode()


def _sentences(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(_WORDS, k=words)).capitalize() + "."


class _Server(asyncio.Protocol):
    """HTTP/1.1 with keep-alive and nothing else."""

    pages = 0
    distinct: tuple[bytes, ...] = ()
    transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        path = data.split(b" ", 2)[1].decode()
        body, status = self.answer(path)
        head = f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
        self.transport.write(head.encode() + body)

    def answer(self, path: str) -> tuple[bytes, str]:
        if path.startswith("/berita/artikel-"):
            number = int(path.removeprefix("/berita/artikel-"))
            page = self.distinct[number % len(self.distinct)]
            # Distinct for each address, at the price of a replacement.
            return page.replace(b"Berita nomor", f"Berita {number} nomor".encode()), "200 OK"
        if path.startswith("/indeks"):
            return listing(int(path.partition("=")[2] or 1), self.pages // PER_LISTING), "200 OK"
        return b"", "404 Not Found"


async def _serve(pages: int) -> None:
    _Server.pages = pages
    _Server.distinct = tuple(article(number) for number in range(500))
    server = await asyncio.get_running_loop().create_server(_Server, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
