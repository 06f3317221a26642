"""A source file, written: the keys in the order of the template, patterns so that a person can read them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_ORDER = (
    "id", "name", "level", "region_code", "region_code_bps", "province_code", "timezone", "language", "hosts", "scheme",
    "platform", "enabled", "status", "checked_on", "cookies", "minimum_articles", "article", "not_article",
)  # fmt: skip
_WIDEST = 300
_TABLES = ("select", "politeness", "tls")


def source_file(table: dict[str, Any], remarks: list[str]) -> str:
    """The TOML of a source.

    Args:
        table: keys of a source file; those that have no value are left out.
        remarks: lines that stand in front as comments.
    """
    lines = [f"# {harmless(remark)[:_WIDEST]}" for remark in remarks]
    lines += [f"{key} = {_value(table[key], key)}" for key in _ORDER if table.get(key) not in (None, [], ())]
    for how in table.get("discovery", ()):
        lines += ["", "[[discovery]]", *(f"{key} = {_value(value, key)}" for key, value in how.items())]
    for name in _TABLES:
        if table.get(name):
            lines += ["", f"[{name}]", *(f"{key} = {_value(value, key)}" for key, value in table[name].items())]
    return "\n".join(lines) + "\n"


def harmless(text: str) -> str:
    """A site's words on one line, without characters that a terminal or TOML would take for more than text."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def place_file(path: Path, text: str, *, replace: bool) -> None:
    """Write the file whole or not at all.

    Raises:
        FileExistsError: there is one and it is not to be replaced.
    """
    if path.exists() and not replace:
        raise FileExistsError(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".new")
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)


def _value(value: Any, key: str) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(one, key) for one in value)}]"
    if isinstance(value, str) and key in ("article", "not_article") and "'" not in value:
        return f"'{value}'"  # a literal string: backslashes stay as they are
    # Strings, numbers and truth values are written in TOML as in JSON; DEL is the one exception.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
