"""WACZ packages: all that was fetched, found by its index, listed with its articles, the same bytes each time."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

from archive.catalog import Catalog
from archive.collection import Collection, make_collection
from archive.record import article_id, to_line
from archive.takedown import TakenDown
from archive.wacz import MonthEmpty, Packed, SigningKey, load_key, write_wacz
from archive.wacz.index import BlockIndex
from archive.wacz.signature import KeyInvalid
from archive.warc import ArchiveDamaged, Original, WarcWriter, scan
from archive.warc.verify import verify_file
from crawler.archived import row_of
from crawler.rebuild import nameless
from tests.records import record
from tests.test_cli import run as warkat
from tests.test_warc import capture

OCTOBER, NOVEMBER = datetime(2026, 10, 30, 8, 0, 0, 5000, tzinfo=UTC), datetime(2026, 11, 3, 9, 0, 0, 7000, tzinfo=UTC)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"


def page(number: int) -> bytes:
    return f"<html><title>Berita {number}</title><body><h1>Berita {number}</h1><p>Isi ke-{number}.</p>".encode() * 9


def make(root: Path) -> Collection:
    """A source with a closed file of October and a growing one of November, which refers back to October once."""
    collection = make_collection(root, "Uji")
    out = WarcWriter(collection.archive("contoh"), "contoh", {"software": "warkat/uji"})
    for month, numbers in ((OCTOBER, range(4)), (NOVEMBER, range(4, 9))):
        for number in numbers:
            at = month.replace(minute=number)
            out.append(
                capture(url=f"https://contoh.go.id/{number}", body=page(number), response_head=HEAD, fetched_at=at)
            )
    out.sync()
    first = next(scan(collection.warc_files()[0]))
    assert first.payload_digest is not None
    original = Original(
        record_id=first.record_id, url=first.capture.url, fetched_at=OCTOBER, payload_digest=first.payload_digest
    )
    again = capture(
        url="https://contoh.go.id/0", body=page(0), response_head=HEAD, fetched_at=NOVEMBER.replace(hour=10)
    )
    out.append(again, original)
    out.close()
    with Catalog(collection.catalog) as catalog:
        for path in collection.warc_files():
            catalog.add_captures(row_of(nameless("contoh"), one) for one in scan(path))
        write_records(collection, catalog)
    return collection


def write_records(collection: Collection, catalog: Catalog) -> None:
    for row in catalog.captures():
        number = int(row.url[-1])
        one = record(
            source_id="contoh", id=article_id("contoh", row.url), url=row.url, canonical_url=row.url,
            title=f"Berita {number} “béda”", body_text=f"Isi ke-{number}.", warc_filename=row.locator.filename,
            integrity="injected" if number == 5 else "clean", warc_record_id=row.record_id,
            fetched_at=row.fetched_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        )  # fmt: skip
        path = collection.records / "contoh" / f"{row.fetched_at:%Y-%m}.jsonl"
        path.parent.mkdir(exist_ok=True)
        with path.open("a") as file:
            file.write(to_line(one) + "\n")


def pack(collection: Collection, path: Path, month: str = "2026-11", key: SigningKey | None = None) -> Packed:
    with Catalog(collection.catalog) as catalog:
        return write_wacz(
            collection, catalog, "contoh", month, path, title="Contoh, 2026-11", software="warkat/uji", key=key
        )


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    return make(tmp_path_factory.mktemp("wacz") / "c")


def told(package: zipfile.ZipFile, name: str) -> Any:
    return json.loads(package.read(name))


def test_package_holds_the_month_and_says_so(collection: Collection, tmp_path: Path) -> None:
    """Every resource is listed with its size and digest, the WARC files are those of the archive."""
    made = pack(collection, tmp_path / "a.wacz")
    assert (made.warc_files, made.captures, made.referred, made.pages) == (1, 6, 1, 5)
    with zipfile.ZipFile(made.path) as package:
        assert package.testzip() is None
        data = told(package, "datapackage.json")
        assert (data["profile"], data["wacz_version"], data["created"]) == (
            "data-package", "1.1.1", "2026-11-03T10:00:00Z",
        )  # fmt: skip
        listed = {one["path"]: one for one in data["resources"]}
        inside = set(package.namelist()) - {"datapackage.json", "datapackage-digest.json"}
        assert set(listed) == inside
        for path, one in listed.items():
            content = package.read(path)
            assert (one["bytes"], one["hash"]) == (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}")
        growing = collection.warc_files("contoh")[1]
        assert package.read(f"archive/{growing.name.removesuffix('.open')}") == growing.read_bytes()
        stored = {info.filename for info in package.infolist() if info.compress_type == zipfile.ZIP_STORED}
        assert {path for path in inside if not path.startswith("pages/")} <= stored
        digest = told(package, "datapackage-digest.json")
        whole = hashlib.sha256(package.read("datapackage.json")).hexdigest()
        assert digest == {"path": "datapackage.json", "hash": f"sha256:{whole}"}


def test_index_leads_to_every_capture(collection: Collection, tmp_path: Path) -> None:
    """Each line's offset and length cut out one member of the file that it names; so does each line of the idx."""
    made = pack(collection, tmp_path / "a.wacz")
    with zipfile.ZipFile(made.path) as package:
        packed = package.read("indexes/index.cdx.gz")
        lines = gzip.decompress(packed).splitlines()
        assert lines == sorted(lines)
        assert len(lines) == 7
        for line in lines:
            where = json.loads(line.split(b" ", 2)[2])
            start = int(where["offset"])
            member = package.read(f"archive/{where['filename']}")[start : start + int(where["length"])]
            assert f"WARC-Target-URI: {where['url']}".encode() in gzip.decompress(member)
        head, *blocks = package.read("indexes/index.idx").decode().splitlines()
        assert head == '!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}'
        (block,) = blocks
        where = json.loads(block[block.index("{") :])
        assert packed[where["offset"] : where["offset"] + where["length"]] == packed
        assert block.startswith(lines[0].decode()[: block.index("{")])


def test_pages_are_the_clean_articles(collection: Collection, tmp_path: Path) -> None:
    """What looks hacked is in the WARC file and in no list."""
    made = pack(collection, tmp_path / "a.wacz")
    with zipfile.ZipFile(made.path) as package:
        head, *pages = map(json.loads, package.read("pages/pages.jsonl").splitlines())
    assert head["format"] == "json-pages-1.0"
    assert [one["url"][-1] for one in pages] == ["0", "4", "6", "7", "8"]
    assert pages[1] == {
        "id": f"{article_id('contoh', 'https://contoh.go.id/4')}-1", "url": "https://contoh.go.id/4",
        "ts": "2026-11-03T09:04:00Z", "title": "Berita 4 “béda”", "text": "Isi ke-4.",
    }  # fmt: skip


def test_what_was_taken_down_is_in_no_list(collection: Collection, tmp_path: Path) -> None:
    """The WARC file holds it; neither the pages nor the index lead there."""
    four = TakenDown(url="https://www.contoh.go.id/4/")
    listed = replace(collection, about=collection.about.model_copy(update={"takedown": (four,)}))
    with zipfile.ZipFile(pack(listed, tmp_path / "a.wacz").path) as package:
        pages = [json.loads(line) for line in package.read("pages/pages.jsonl").splitlines()[1:]]
        name = next(name for name in package.namelist() if name.endswith((".cdx.gz", ".cdxj")))
        index = package.read(name)
    index = gzip.decompress(index) if name.endswith(".gz") else index
    assert [one["url"][-1] for one in pages] == ["0", "6", "7", "8"]
    assert b"contoh.go.id/6" in index
    assert b"contoh.go.id/4" not in index


def test_payload_of_another_month_comes_along(collection: Collection, tmp_path: Path) -> None:
    """A revisit replays from the package alone: what it refers to is in it, and nothing else of October."""
    made = pack(collection, tmp_path / "a.wacz")
    with zipfile.ZipFile(made.path) as package:
        (name,) = (name for name in package.namelist() if name.endswith("-referred.warc.gz"))
        came = tmp_path / "referred.warc.gz"
        came.write_bytes(package.read(name))
    (exchange,) = scan(came)
    assert exchange.capture.url == "https://contoh.go.id/0"
    assert exchange.capture.body == page(0)
    assert verify_file(came).ok
    assert pack(collection, tmp_path / "b.wacz", "2026-10").referred == 0


def test_same_month_gives_the_same_bytes(collection: Collection, tmp_path: Path) -> None:
    """Packed twice it is one file; nothing is left beside it."""
    first, second = pack(collection, tmp_path / "a.wacz"), pack(collection, tmp_path / "b.wacz")
    assert first.path.read_bytes() == second.path.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.wacz", "b.wacz"]


def test_anonymous_signature_is_that_of_the_specification(collection: Collection, tmp_path: Path) -> None:
    """The key is made once, for its owner alone; anyone can verify with what the package holds, and a change shows."""
    key_file = tmp_path / "key.pem"
    made = pack(collection, tmp_path / "a.wacz", key=load_key(key_file))
    assert key_file.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(made.path) as package:
        signed = told(package, "datapackage-digest.json")["signedData"]
        created = told(package, "datapackage.json")["created"]
    assert set(signed) == {"hash", "created", "software", "version", "signature", "publicKey"}
    assert (signed["hash"], signed["created"], signed["version"]) == (made.digest, created, "0.1.0")
    public = serialization.load_der_public_key(base64.b64decode(signed["publicKey"]))
    raw = base64.b64decode(signed["signature"])
    assert isinstance(public, ec.EllipticCurvePublicKey)
    assert len(raw) == 96
    der = utils.encode_dss_signature(int.from_bytes(raw[:48], "big"), int.from_bytes(raw[48:], "big"))
    public.verify(der, signed["hash"].encode(), ec.ECDSA(hashes.SHA256()))
    with pytest.raises(InvalidSignature):
        public.verify(der, signed["hash"][:-1].encode() + b"x", ec.ECDSA(hashes.SHA256()))
    again = pack(collection, tmp_path / "b.wacz", key=load_key(key_file))
    with zipfile.ZipFile(again.path) as package:
        assert told(package, "datapackage-digest.json")["signedData"]["publicKey"] == signed["publicKey"]


def test_what_is_no_key_is_refused(tmp_path: Path) -> None:
    """Text, and keys of other curves."""
    path = tmp_path / "key.pem"
    other = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for data in (b"rahasia", other):
        path.write_bytes(data)
        with pytest.raises(KeyInvalid):
            load_key(path)


def test_failed_package_leaves_the_old_one(tmp_path: Path) -> None:
    """A month without captures and a file that was cut are refused; what was there stays as it was."""
    collection = make(tmp_path / "c")
    out = tmp_path / "a.wacz"
    out.write_bytes(b"lama")
    with pytest.raises(MonthEmpty):
        pack(collection, out, "2025-01")
    growing = collection.warc_files("contoh")[1]
    growing.write_bytes(growing.read_bytes()[:-9])
    with pytest.raises(ArchiveDamaged):
        pack(collection, out)
    assert out.read_bytes() == b"lama"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["a.wacz"]


def test_index_of_many_lines_is_in_blocks() -> None:
    """Every block opens on its own at the place that the idx names."""
    lines = [b'id,go,contoh)/%06d 20261103090000 {"url": "x"}\n' % number for number in range(7001)]
    index = BlockIndex()
    packed = b"".join(index.blocks(lines))
    got = []
    for entry in index.idx().decode().splitlines()[1:]:
        where = json.loads(entry[entry.index("{") :])
        block = packed[where["offset"] : where["offset"] + where["length"]]
        assert where["digest"] == f"sha256:{hashlib.sha256(block).hexdigest()}"
        part = gzip.GzipFile(fileobj=BytesIO(block)).readlines()
        assert part[0].decode().startswith(entry[: entry.index("{")])
        got += part
    assert got == lines
    assert len(index.idx().splitlines()) == 4


def test_the_command(collection: Collection, tmp_path: Path) -> None:
    """``warkat wacz`` writes into ``wacz/``, tells what went in, and says what is wrong with what it was asked."""
    root = str(collection.root)
    got = warkat("-C", root, "wacz", "contoh", "--month", "2026-11", "--sign", str(tmp_path / "k.pem"), "--json")
    assert got.returncode == 0, got.stderr
    made = json.loads(got.stdout)
    assert (made["path"], made["pages"], made["signed"]) == (f"{root}/wacz/contoh-202611.wacz", 5, True)
    for name, month, status in (("contoh", "november", 2), ("bukan", "2026-11", 2), ("contoh", "2020-01", 1)):
        bad = warkat("-C", root, "wacz", name, "--month", month)
        assert (bad.returncode, bool(bad.stderr)) == (status, True)


GROW = """
import resource, sys
from pathlib import Path
from archive.catalog import Catalog
from archive.collection import open_collection
from archive.wacz import write_wacz
collection = open_collection(Path(sys.argv[1]))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with Catalog(collection.catalog) as catalog:
    write_wacz(collection, catalog, "contoh", "2026-11", Path(sys.argv[2]), title="x", software="y")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_memory_does_not_grow_with_the_month(tmp_path: Path) -> None:
    """A month of 60 MB costs a few MB of memory."""
    collection = make_collection(tmp_path / "c", "Uji")
    out = WarcWriter(collection.archive("contoh"), "contoh", {"software": "warkat/uji"})
    noise = b"".join(hashlib.sha256(b"%d" % n).digest() for n in range(62500))
    for number in range(30):
        out.append(capture(url=f"https://contoh.go.id/{number}", body=noise, response_head=HEAD, fetched_at=NOVEMBER))
    out.close()
    with Catalog(collection.catalog) as catalog:
        catalog.add_captures(row_of(nameless("contoh"), one) for one in scan(collection.warc_files()[0]))
    done = subprocess.run(
        [sys.executable, "-c", GROW, str(collection.root), str(tmp_path / "a.wacz")], capture_output=True, check=True
    )
    assert (tmp_path / "a.wacz").stat().st_size > 55_000_000
    assert int(done.stdout) < 20_000
