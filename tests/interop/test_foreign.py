"""``verify`` over files that others wrote and we never saw: no false alarm."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from archive.warc.verify import verify_file
from tests.interop.foreign import NAMES, Site

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(not shutil.which("wget"), reason="needs wget"),
]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()
    thread.join()


def fetch(folder: Path, address: str, *words: str) -> list[Path]:
    """What wget writes; it says with its status that some pages were missing."""
    command = ["wget", "--quiet", "--recursive", "--level=1", "--tries=1", "--timeout=5", *words, address]
    subprocess.run(command, cwd=folder, check=False, timeout=60)
    return sorted(folder.glob("*.warc*"))


@pytest.mark.parametrize(
    "words",
    [
        [], ["--no-warc-compression"], ["--warc-max-size=3k"], ["--warc-header=operator: Uji"], ["--no-warc-keep-log"],
        ["--compression=auto"], ["--warc-cdx"],
    ],
    ids=lambda words: words[0].split("=")[0] if words else "plain",
)  # fmt: skip
def test_files_of_wget_are_accepted(tmp_path: Path, address: str, words: list[str]) -> None:
    """WARC/1.0 by GNU Wget, with each option that shapes its files."""
    reports = [verify_file(path) for path in fetch(tmp_path, address, "--warc-file=a", *words)]
    assert [finding for report in reports for finding in report.findings if finding.severity == "error"] == []
    assert sum(report.records for report in reports) >= 2 * len(NAMES)


def test_revisits_of_wget_are_accepted(tmp_path: Path, address: str) -> None:
    """Their block digest is that of nothing: advice, not damage."""
    fetch(tmp_path, address, "--warc-file=a", "--warc-cdx")
    fetch(tmp_path, address, "--warc-file=b", "--warc-dedup=a.cdx")
    report = verify_file(tmp_path / "b.warc.gz")
    assert report.ok, report.findings
    assert "block-digest-of-nothing" in {finding.rule for finding in report.findings}
