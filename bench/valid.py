"""100,000 WARC records by our writer, in the hands of ``warcio check``, ``fastwarc check`` and ``warkat verify``.

Responses and revisits of all shapes that servers give: coded, chunked, empty, cut, binary, large, 304, odd heads.

    python -m bench.valid [--records 100000]
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive.capture import Capture
from archive.warc import Original, WarcWriter

START = datetime(2026, 11, 1, tzinfo=UTC)
BIN = Path(sys.executable).parent
HEADS = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
    b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nContent-Type: text/html; charset=utf-8\r\n\r\n",
    b"HTTP/1.1 200\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-Kota: caf\xe9\r\n\r\n",
    b"HTTP/1.0 404 Tidak Ada\r\nServer: x\r\n\r\n",
    b"HTTP/1.1 301 Moved Permanently\r\nLocation: https://contoh.go.id/b\r\n\r\n",
)
CUTS = (None, None, None, None, None, "length", "time", "disconnect")


def make_capture(chance: random.Random, number: int) -> Capture:
    body = chance.randbytes(chance.choice((0, 1, 40, 700, 3000))) + b"<p>isi</p>" * chance.randrange(200)
    head = chance.choice(HEADS)
    if number % 3 == 0:
        body, head = zlib.compress(body, 6, 31), HEADS[0].replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n")
    return Capture(
        url=f"https://contoh.go.id/berita/{number}?q=%C3%A9&x={number % 7}",
        fetched_at=START + timedelta(microseconds=number * 137),
        request=b"GET /berita/%d HTTP/1.1\r\nHost: contoh.go.id\r\n\r\n" % number,
        response_head=head,
        body=body,
        role="article",
        via="https://contoh.go.id/berita" if number % 2 else None,
        hops="L",
        ip="203.0.113.7" if number % 5 else "2001:db8::7",
        tls="verified" if number % 4 else None,
        fetch_ms=number % 900,
        truncated=CUTS[number % len(CUTS)],  # type: ignore[arg-type]
    )


def write(folder: Path, records: int) -> list[Path]:
    chance = random.Random(2026)
    out = WarcWriter(folder, "contoh", {"software": "warkat/bench", "operator": "bench"}, size_limit=20_000_000)
    before, original = make_capture(chance, 0), None
    for number in range(records // 3):
        capture, known = make_capture(chance, number), None
        if number % 6 == 5:  # the page before comes once more
            capture, known = replace(before, fetched_at=capture.fetched_at), original
        written = out.append(capture, known)
        if number % 6 == 4:
            before = capture
            original = Original(
                record_id=written.record_id, url=capture.url, fetched_at=capture.fetched_at,
                payload_digest=capture.payload_digest,
            )  # fmt: skip
    out.close()
    return sorted(folder.glob("*.warc.gz*"))


def complaints(command: list[str]) -> list[str]:
    """What a checker says of a file that it does not accept."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).splitlines() or ["failed"] if done.returncode else []


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--records", type=int, default=100_000)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = [str(path) for path in write(Path(folder) / "contoh", given.records)]
        size = sum(Path(path).stat().st_size for path in files)
        print(f"{given.records} records in {len(files)} files, {size / 1e6:.0f} MB")
        failed = 0
        for words in (["warcio", "check"], ["fastwarc", "check", "-q"], ["warkat", "verify"]):
            faults = [line for path in files for line in complaints([str(BIN / words[0]), *words[1:], path])]
            print(f"{' '.join(words):<24}{len(faults)} problems", *faults[:5], sep="\n    " if faults else "")
            failed |= bool(faults)
    sys.exit(failed)


if __name__ == "__main__":
    main()
