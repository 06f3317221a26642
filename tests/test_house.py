"""The laws of the house, checked from the syntax tree."""

from __future__ import annotations

import ast
import importlib.metadata
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
ARCHIVE = sorted((ROOT / "archive").rglob("*.py"))
CRAWLER = sorted((ROOT / "crawler").rglob("*.py"))

ROOMS = {
    "warcio": ("archive/warc",),
    "fastwarc": ("archive/warc",),
    "isal": ("archive/warc",),
    "sqlite3": ("archive/catalog", "archive/feed/formats/database.py"),
    "prometheus_client": ("archive/api",),
    "duckdb": ("archive/feed/formats",),
    "fsspec": ("archive/feed/destinations/store.py",),
    "confluent_kafka": ("archive/feed/destinations/kafka.py",),
    "bs4": ("crawler/pages",),
    "lxml": ("crawler/pages", "crawler/discovery"),
    "dateparser": ("crawler/pages",),
    "click": ("crawler/cli",),
    "aiohttp": ("crawler/wire.py", "crawler/tap.py", "crawler/peers.py"),
    "cronsim": ("crawler/sources",),
    "cryptography": ("archive/wacz",),
    "protego": ("crawler/politeness",),
    "starlette": ("archive/replay", "archive/api"),
    "uvicorn": ("archive/replay",),
    "jinja2": ("archive/replay",),
    "regex": ("archive/replay",),
}
"""Foreign libraries and the rooms they live in (law 5)."""

IMPURE = {
    "socket", "subprocess", "os", "pathlib", "io", "random", "secrets", "time", "urllib.request", "aiohttp", "scrapy",
    "twisted", "sqlite3", "tempfile", "shutil", "asyncio", "threading",
}  # fmt: skip
"""Modules through which a page's reading could depend on more than its capture (law 6)."""

CLOCK = {"now", "utcnow", "today"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module


def within(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


@pytest.mark.parametrize("path", ARCHIVE, ids=name_of)
def test_archive_knows_no_crawler(path: Path) -> None:
    """Law 4: the archive wing imports neither the crawler wing nor Scrapy nor Twisted."""
    found = [m for _, m in imports(path) for p in ("crawler", "scrapy", "twisted") if within(m, p)]
    assert found == []


@pytest.mark.parametrize("path", ARCHIVE + CRAWLER, ids=name_of)
def test_foreign_libraries_keep_to_their_rooms(path: Path) -> None:
    """Law 5: each foreign library is imported in its own room only."""
    strays = [
        f"{name_of(path)}:{line} imports {module}"
        for line, module in imports(path)
        for library, rooms in ROOMS.items()
        if within(module, library) and not name_of(path).startswith(rooms)
    ]
    assert strays == []


@pytest.mark.parametrize("path", [p for p in CRAWLER if "pages" in p.parts], ids=name_of)
def test_reading_is_pure(path: Path) -> None:
    """Law 6: pages touch no network, disk or chance, and never ask what time it is."""
    found = [m for _, m in imports(path) for p in IMPURE if within(m, p)]
    calls = [
        f"line {node.lineno}: {node.func.attr}()"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCK
    ]
    opened = [
        f"line {node.lineno}: open()"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "open"
    ]
    assert (found, calls, opened) == ([], [], [])


@pytest.mark.parametrize("path", ARCHIVE + CRAWLER, ids=name_of)
def test_only_the_command_prints(path: Path) -> None:
    """``print`` belongs to the command, and nobody swallows every exception."""
    bad = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            bad.append(f"line {node.lineno}: print")
        if isinstance(node, ast.ExceptHandler) and (
            node.type is None or (isinstance(node.type, ast.Name) and node.type.id == "Exception")
        ):
            bad.append(f"line {node.lineno}: except Exception")
    assert bad == []


@pytest.mark.parametrize("path", ARCHIVE + CRAWLER, ids=name_of)
def test_rooms_and_functions_stay_small(path: Path) -> None:
    """A module has at most 300 lines, a function at most 40."""
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 300
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > 40
    ]
    assert long == []


def test_no_room_has_a_name_that_says_nothing() -> None:
    """There is no utils, helpers, common, manager, base, core or misc."""
    nothing = re.compile(r"(^|_)(utils?|helpers?|common|manager|base|core|misc)$")
    assert [name_of(p) for p in ARCHIVE + CRAWLER if nothing.search(p.stem) or nothing.search(p.parent.name)] == []


def dependency_tree(name: str) -> set[str]:
    """Names of all distributions that a distribution needs, extras of its own left out."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for line in importlib.metadata.requires(waiting.pop()) or []:
            need = Requirement(line)
            if need.name not in found and (need.marker is None or need.marker.evaluate({"extra": ""})):
                found.add(need.name)
                waiting.append(need.name)
    return found


def test_no_copyleft_runs_in_our_process() -> None:
    """No GPL or AGPL distribution is in the tree of what ``pip install warkat`` brings."""
    tree = dependency_tree("warkat")
    assert {"Scrapy", "scrapy"} & tree
    bad = []
    for name in tree:
        told = importlib.metadata.metadata(name)
        says = [told.get("License-Expression") or told.get("License") or "", *(told.get_all("Classifier") or [])]
        words = " ".join(line for line in says if "\n" not in line)
        if re.search(r"\bA?GPL|Affero|GNU General Public", words) and not re.search(r"\bLGPL|Lesser", words):
            bad.append(name)
    assert bad == []
