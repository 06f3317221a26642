"""The command: answers at once, and the README tells all of it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from archive.record import json_schema
from crawler.cli import main
from crawler.health import ExitStatus

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
HEAVY = ("scrapy", "twisted", "aiohttp", "bs4", "lxml", "pydantic", "warcio", "fastwarc", "dateparser", "sqlite3")


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "crawler.cli", *words], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["crawl", "--help"], ["schema"]])
def test_help_imports_nothing_heavy(words: list[str]) -> None:
    """What only tells imports no library that takes time to load."""
    code = (
        "import sys\nfrom crawler.cli import main\n"
        f"try:\n    main({words!r})\nexcept SystemExit:\n    pass\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    )
    got = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert got.stderr.strip() == "[]"


def test_readme_names_every_command() -> None:
    """A command that the README does not show does not exist for a newcomer."""
    commands = set(main.commands) - {"sources"} | {f"sources {name}" for name in main.commands["sources"].commands}  # type: ignore[attr-defined]
    assert {name for name in commands if f"`warkat {name}" not in README} == set()


def test_readme_names_every_setting_and_exit_status() -> None:
    """Settings of ours and exit statuses are in the README's tables."""
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "crawler").rglob("*.py"))
    settings = set(re.findall(r'"(WARKAT_[A-Z_]+)"', code)) | set(re.findall(r"^(WARKAT_[A-Z_]+)", code, re.MULTILINE))
    set_by_files = {"WARKAT_ALLOW_ADDRESSES", "WARKAT_TLS_ALLOW", "WARKAT_TLS_AUTHORITIES"}
    assert {name for name in settings - set_by_files if f"`{name}`" not in README} == set()
    assert {int(s) for s in ExitStatus if not re.search(rf"^\| {int(s)} \|", README, re.MULTILINE)} == set()


def test_schema_is_printed() -> None:
    """``warkat schema`` prints the contract."""
    assert json.loads(run("schema").stdout) == json_schema()


def test_sources_are_listed_and_checked() -> None:
    """The sources that ship are there, right, and honest about not having been tried."""
    listed = [json.loads(line) for line in run("sources", "list", "--json").stdout.splitlines()]
    assert {"banyuwangikab", "serdangbedagaikab", "kesbang-tanjabtimkab"} <= {one["id"] for one in listed}
    assert {one["status"] for one in listed} == {"untried"}
    assert run("sources", "check").returncode == 0


def test_init_makes_a_collection_once(tmp_path: Path) -> None:
    """``warkat init`` says what to do next, keeps what it is told, and never writes over a collection."""
    folder = tmp_path / "mine"
    made = run("init", str(folder), "--operator", 'Perpustakaan "Uji"', "--contact", "mailto:a@contoh.go.id")
    assert made.returncode == 0
    assert "next:" in made.stdout
    text = (folder / "collection.toml").read_text(encoding="utf-8")
    assert "mailto:a@contoh.go.id" in text
    again = run("init", str(folder))
    assert again.returncode == 1
    assert "already" in again.stderr
    assert (folder / "collection.toml").read_text(encoding="utf-8") == text
