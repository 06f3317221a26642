"""How warkat names itself, to archives and to servers."""

from __future__ import annotations

from archive.version import VERSION

HOME = "https://github.com/warkat/warkat"


def software() -> str:
    """Name and version, for warcinfo and reports."""
    return f"warkat/{VERSION}"


def user_agent(contact: str) -> str:
    """An honest user agent: what we are, and where the operator is reached."""
    return f"{software()} (+{contact or HOME})"
