"""What sites of one platform have in common: one TOML template each, which a source names and need not repeat.

A template gives ``article``, ``not_article``, ``discovery`` and ``soft_errors``; a key that a source states replaces
the template's, ``article`` and ``not_article`` together. How the pages of a platform are read: ``crawler.pages``.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
_GIVEN = ("discovery", "soft_errors")


def platform_names() -> list[str]:
    """Names of all platforms that have a template."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


@cache
def template(name: str) -> dict[str, Any]:
    """The template of a platform as TOML gives it; empty for a name that has none, which the form reports."""
    path = FOLDER / f"{name}.toml"
    if not name.isalnum() or not path.is_file():
        return {}
    return tomllib.loads(path.read_text(encoding="utf-8"))


def with_platform(table: dict[str, Any]) -> dict[str, Any]:
    """The table of a source file with what its platform gives where the file is silent."""
    platform = table.get("platform", "generic")
    given = template(platform) if isinstance(platform, str) else {}
    told = {name: given[name] for name in _GIVEN if name in given}
    if "article" not in table:
        told |= {name: given[name] for name in ("article", "not_article") if name in given}
    return told | table
