"""Manifests: every damage is found, nothing that warkat itself does is called damage."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.catalog import Catalog
from archive.collection import Collection, make_collection
from archive.fixity import Checked, Event, accept, check, hashing, write_manifest
from archive.fixity.manifest import Entry, Manifest, ManifestInvalid, Part
from archive.warc import WarcWriter, heal, scan
from crawler.archived import row_of
from crawler.mending import mend
from crawler.rebuild import nameless
from tests.test_cli import run as warkat
from tests.test_warc import capture

START = datetime(2026, 10, 30, tzinfo=UTC)
SOURCES = ("contoh", "uji")


class Kept:
    """A collection that grows run by run."""

    def __init__(self, root: Path) -> None:
        self.collection = make_collection(root, "Uji") if not root.exists() else Collection(root, None)  # type: ignore[arg-type]
        self.chance = random.Random(7)
        self.runs = 0

    def visit(self, source: str, day: int, pages: int = 2, size: int = 3000) -> None:
        out = WarcWriter(self.collection.archive(source), source, {"software": "warkat/uji"})
        for page in range(pages):
            at = START + timedelta(days=day, seconds=page)
            url = f"https://{source}.go.id/{day}/{page}"
            out.append(capture(url=url, body=self.chance.randbytes(size), fetched_at=at))
        out.close()
        self.tell_catalog(source)

    def tell_catalog(self, source: str) -> None:
        with Catalog(self.collection.catalog) as catalog:
            for path in self.collection.warc_files(source):
                known = catalog.file_end(path.name.removesuffix(".open"))
                catalog.add_captures(row_of(nameless(source), one) for one in scan(path, known))

    def manifest(self, **more: object) -> Path:
        self.runs += 1
        with Catalog(self.collection.catalog) as catalog:
            write_manifest(self.collection, catalog, f"run-{self.runs}", START, **more)  # type: ignore[arg-type]
        return self.collection.runs / f"run-{self.runs}" / "manifest.json"

    def check(self) -> Checked:
        with Catalog(self.collection.catalog) as catalog:
            return check(self.collection, catalog.file_end)

    def troubles(self) -> list[tuple[str, str]]:
        return [(one.what, one.name) for one in self.check().troubles]

    def entries(self) -> dict[str, Entry]:
        path = self.collection.runs / f"run-{self.runs}" / "manifest.json"
        return {entry.name: entry for entry in Manifest.from_bytes(path.read_bytes()).files}


def grown_collection(root: Path) -> Kept:
    """Two sources, four runs over two months: each source has a closed file and a growing one."""
    kept = Kept(root)
    for day in (0, 1, 2, 3):
        for source in SOURCES:
            kept.visit(source, day)
        kept.manifest()
    assert [entry.is_closed for entry in kept.entries().values()] == [True, False, True, False]
    return kept


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return grown_collection(tmp_path_factory.mktemp("fixity") / "c").collection.root


def files(kept: Kept) -> list[Path]:
    return kept.collection.warc_files()


def flip(kept: Kept, chance: random.Random) -> str:
    path = chance.choice(files(kept))
    data = bytearray(path.read_bytes())
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)
    return path.name


def cut(kept: Kept, chance: random.Random) -> str:
    path = chance.choice(files(kept))
    os.truncate(path, chance.randrange(path.stat().st_size))
    return path.name


def swap(kept: Kept, chance: random.Random) -> str:
    one, other = chance.sample(files(kept), 2)
    aside = one.with_suffix(".aside")
    one.rename(aside)
    other.rename(one)
    aside.rename(other)
    return one.name


def remove(kept: Kept, chance: random.Random) -> str:
    path = chance.choice(files(kept))
    path.unlink()
    return path.name


def rename(kept: Kept, chance: random.Random) -> str:
    path = chance.choice(files(kept))
    name = path.name.replace("-00000-", f"-{chance.randrange(10, 99999):05d}-").replace("-00001-", "-77777-")
    path.rename(path.with_name(name))
    return path.name


def move(kept: Kept, chance: random.Random) -> str:
    path = chance.choice(files(kept))
    path.rename(kept.collection.archive(SOURCES[path.parent.name == SOURCES[0]]) / path.name)
    return path.name


def add(kept: Kept, chance: random.Random) -> str:
    path = chance.choice(files(kept))
    name = path.name.replace("-2026", "-2025")
    shutil.copy(path, path.with_name(name))
    return name


def append_to_closed(kept: Kept, chance: random.Random) -> str:
    path = chance.choice([path for path in files(kept) if path.suffix == ".gz"])
    with path.open("ab") as file:
        file.write(chance.randbytes(chance.randrange(1, 200)))
    return path.name


def insert(kept: Kept, chance: random.Random) -> str:
    path = chance.choice(files(kept))
    data, at = path.read_bytes(), 0
    at = chance.randrange(len(data) - 1)
    path.write_bytes(data[:at] + b"\0" + data[at:])
    return path.name


def flip_manifest(kept: Kept, chance: random.Random) -> str:
    path = chance.choice(sorted(kept.collection.runs.glob("*/manifest.json")))
    data = bytearray(path.read_bytes())
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)
    return path.parent.name


def remove_manifest(kept: Kept, chance: random.Random) -> str:
    path = chance.choice(sorted(kept.collection.runs.glob("*/manifest.json")))
    if chance.random() < 0.5:
        shutil.rmtree(path.parent)
    else:
        path.unlink()
    return path.parent.name


def older_manifest(kept: Kept, chance: random.Random) -> str:
    one, other = chance.sample(sorted(kept.collection.runs.glob("*/manifest.json")), 2)
    shutil.copy(one, other)
    return other.parent.name


def spoil_head(kept: Kept, chance: random.Random) -> str:
    path = kept.collection.runs / "head.json"
    if chance.random() < 0.5:
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[: chance.randrange(path.stat().st_size)])
    return "head"


DAMAGES: list[Callable[[Kept, random.Random], str]] = [
    flip, flip, flip, cut, cut, swap, remove, rename, move, add, append_to_closed, insert, flip_manifest,
    remove_manifest, older_manifest, spoil_head,
]  # fmt: skip


@pytest.mark.parametrize("seed", range(100))
def test_every_random_damage_is_found(grown: Path, tmp_path: Path, seed: int) -> None:
    """Flips, cuts, swaps, files removed, added and renamed, and the same done to manifests: each is named."""
    root = tmp_path / "c"
    shutil.copytree(grown, root)
    kept = Kept(root)
    assert kept.check().ok
    chance = random.Random(seed)
    damage = DAMAGES[seed % len(DAMAGES)]
    name = damage(kept, chance).removesuffix(".open")
    found = kept.check()
    assert not found.ok
    assert any(name in one.name or name in one.text for one in found.troubles if one.is_error), found.troubles


def test_the_damage_is_called_by_its_name(grown: Path, tmp_path: Path) -> None:
    """A person reads what happened, not only that something did."""
    wanted = {
        flip: {"changed"}, cut: {"cut"}, swap: {"swapped", "cut"}, remove: {"removed"}, rename: {"renamed", "added"},
        move: {"renamed", "added"}, add: {"added"}, append_to_closed: {"grown"}, spoil_head: {"head-missing"},
    }  # fmt: skip
    for number, (damage, names) in enumerate(wanted.items()):
        root = tmp_path / str(number)
        shutil.copytree(grown, root)
        damage(Kept(root), random.Random(number))
        found = {one.what for one in Kept(root).check().troubles if one.is_error}
        assert found
        assert found <= names, (damage, found)


def test_what_runs_do_is_no_damage(tmp_path: Path) -> None:
    """Growing, closing, a new source, a torn end that is healed: told where it is worth it, never an error."""
    kept = Kept(tmp_path / "c")
    assert kept.troubles() == [("no-manifest", "runs")]
    kept.visit("contoh", 0)
    kept.manifest()
    assert kept.troubles() == []
    kept.visit("contoh", 1)
    kept.visit("uji", 1)
    assert [what for what, _ in kept.troubles()] == ["newer", "newer"]
    kept.visit("contoh", 3)
    assert kept.check().ok
    kept.manifest()
    assert kept.troubles() == []
    path = kept.collection.warc_files("contoh")[-1]
    with path.open("ab") as file:
        file.write(b"\x1f\x8b torn")
    (torn,) = kept.check().troubles
    assert (torn.is_error, "unknown to the catalog" in torn.text) == (False, True)
    kept.manifest()  # a run that did not see it must not vouch for it
    heal(path, 0, kept.collection.set_aside("contoh"))
    assert kept.troubles() == []
    kept.manifest(events=[Event("contoh", "healed", "torn end")])
    assert kept.troubles() == [("healed", "contoh")]


def test_begun_and_killed_is_no_stray(tmp_path: Path) -> None:
    """A file that holds its warcinfo alone was begun by a visit; the same under another name was not."""
    kept = grown_collection(tmp_path / "c")
    out = WarcWriter(kept.collection.archive("baru"), "baru", {"software": "warkat/uji"})
    out.append(capture(fetched_at=START))
    path = next(kept.collection.archive("baru").glob("*.open"))
    assert kept.troubles() == [("newer", f"baru/{path.name.removesuffix('.open')}")]
    path.rename(path.with_name(path.name.replace("-0000", "-0009")))
    assert [what for what, _ in kept.troubles()] == ["added"]


def test_damage_is_not_vouched_for_by_the_next_run(tmp_path: Path) -> None:
    """What was damaged before a run is still called damaged after it."""
    kept = grown_collection(tmp_path / "c")
    for change in (flip, remove, cut):
        change(kept, random.Random(5))
    before = set(kept.troubles())
    kept.visit("baru", 4)
    kept.manifest()
    assert set(kept.troubles()) == before
    assert not kept.check().ok


def test_flip_in_a_growing_file_survives_its_closing(tmp_path: Path) -> None:
    """The digest of a closed file is taken only from bytes that are what they were."""
    kept = Kept(tmp_path / "c")
    kept.visit("contoh", 0)
    kept.manifest()
    path = kept.collection.warc_files()[0]
    data = bytearray(path.read_bytes())
    data[500] ^= 1
    path.write_bytes(data)
    kept.visit("contoh", 3)
    kept.manifest()
    assert [what for what, _ in kept.troubles()] == ["changed"]


def test_growing_files_are_read_in_part_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run reads what was appended and at most the last part that is not full; a closed file is read once."""
    monkeypatch.setattr(hashing, "PART", 10_000)
    read: list[int] = []
    pread = os.pread
    monkeypatch.setattr(os, "pread", lambda fd, size, at: read.append(size) or pread(fd, size, at))  # type: ignore[func-returns-value]
    kept = Kept(tmp_path / "c")
    sizes = []
    for _ in range(8):
        kept.visit("contoh", 3, pages=1, size=4000)
        read.clear()
        kept.manifest()
        sizes.append(sum(read))
    assert 3 <= len(kept.entries().popitem()[1].parts) <= 5
    assert max(sizes) < 20_000 < kept.collection.warc_files()[0].stat().st_size
    kept.visit("contoh", 40)
    kept.manifest()
    assert kept.troubles() == []
    read.clear()
    kept.manifest()
    assert read == []


def test_run_in_a_hurry_leaves_the_rest_to_the_next(tmp_path: Path) -> None:
    """What is not hashed in time is newer than the manifest, no more."""
    kept = Kept(tmp_path / "c")
    kept.visit("contoh", 0)
    kept.visit("uji", 0)
    kept.manifest(enough=lambda: True)
    assert [what for what, _ in kept.troubles()] == ["newer", "newer"]
    kept.manifest()
    assert kept.troubles() == []


def test_repair_is_told_and_no_damage(tmp_path: Path) -> None:
    """Before the repair it is damage, after it a fact with the name of the damaged file."""
    kept = grown_collection(tmp_path / "c")
    path = files(kept)[0]
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert not kept.check().ok
    mend(kept.collection, {})
    found = kept.check()
    assert found.ok
    assert [(one.what, one.is_error) for one in found.troubles] == [("repaired", False)]
    assert f"{path.name}.damaged" in found.troubles[0].text
    path.write_bytes(data)
    assert not kept.check().ok


def test_accepting_tells_what_differed(tmp_path: Path) -> None:
    """Whoever rebuilds a collection accepts its files; the manifest says which they were."""
    kept = grown_collection(tmp_path / "c")
    first, second, third, _ = files(kept)
    first.unlink()
    os.truncate(second, 700)
    third.write_bytes(b"\0" * third.stat().st_size)
    shutil.rmtree(kept.collection.runs / "run-2")
    with Catalog(kept.collection.catalog) as catalog:
        accept(kept.collection, catalog, "rebuilt", START)
    found = kept.check()
    assert found.ok
    assert found.manifests == 1
    told = {one.name: one.text for one in found.troubles}
    assert told[f"contoh/{first.name}"] == "it is gone"
    assert "700 bytes" in told[f"contoh/{second.name.removesuffix('.open')}"]
    assert told[f"uji/{third.name}"] == "it holds other bytes"
    assert any("manifest-missing" in text for text in told.values())
    kept.manifest()
    assert kept.check().ok


def test_two_runs_that_end_together_make_one_chain(tmp_path: Path) -> None:
    """A manifest written by hand into a run's folder is not of the chain; the lock keeps it straight."""
    kept = grown_collection(tmp_path / "c")
    numbers = [json.loads(p.read_bytes())["number"] for p in sorted(kept.collection.runs.glob("*/manifest.json"))]
    assert numbers == [1, 2, 3, 4]
    assert kept.check().manifests == 4


def test_lost_head_is_found_again(tmp_path: Path) -> None:
    """Without ``head.json`` the next run goes on from the manifest with the highest number."""
    kept = grown_collection(tmp_path / "c")
    (kept.collection.runs / "head.json").write_text("{")
    assert [what for what, _ in kept.troubles()] == ["head-missing"]
    kept.manifest()
    assert kept.troubles() == []
    assert kept.check().manifests == 5


@pytest.mark.parametrize(
    "data",
    [
        b"", b"[]", b"{}", b'{"schema": "warkat/manifest/9"}', b"\xff\xfe",
        Manifest("r", 1, "", None, (Entry("a", False, (Part(0, 5, "0" * 64), Part(6, 2, "0" * 64))),), ()).to_bytes(),
        Manifest("r", 1, "", None, (Entry("a", False, (Part(0, 5, "0" * 9),)),), ()).to_bytes(),
    ],
)  # fmt: skip
def test_what_is_no_manifest(data: bytes) -> None:
    """Whatever a file holds, it is a manifest or it is refused."""
    with pytest.raises(ManifestInvalid):
        Manifest.from_bytes(data)


def test_manifest_comes_back_equal(grown: Path) -> None:
    """Written, read and written again it is byte for byte the same."""
    for path in grown.glob("runs/*/manifest.json"):
        manifest = Manifest.from_bytes(path.read_bytes())
        assert manifest.to_bytes() == path.read_bytes()
    empty = replace(manifest, files=())
    assert Manifest.from_bytes(empty.to_bytes()) == empty


def test_the_command_says_so(grown: Path, tmp_path: Path) -> None:
    """In words and as JSON, with status 1 for damage; also where the catalog is gone."""
    root = tmp_path / "c"
    shutil.copytree(grown, root)
    good = warkat("-C", str(root), "verify", "--manifest")
    assert (good.returncode, good.stdout[-15:]) == (0, "all as it was\n"[-15:].rjust(15))
    for path in root.glob("catalog.sqlite3*"):
        path.unlink()
    assert warkat("-C", str(root), "verify", "--manifest").returncode == 0
    name = remove(Kept(root), random.Random(1)).removesuffix(".open")
    bad = warkat("-C", str(root), "verify", "--manifest", "--jobs", "2")
    assert bad.returncode == 1
    assert f"{name}: removed" in bad.stdout
    told = json.loads(warkat("-C", str(root), "verify", "--manifest", "--json").stdout)
    assert [one["what"] for one in told["troubles"] if one["error"]] == ["removed"]
    assert warkat("-C", str(root), "verify", "--manifest", str(root / "collection.toml")).returncode == 2
