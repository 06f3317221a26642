"""What a repair did, for people and for programs."""

from __future__ import annotations

from typing import Any

from archive.warc.repair import Repaired


def repaired_json(repaired: Repaired) -> dict[str, Any]:
    """A repair as values that ``json.dumps`` takes."""
    return {
        "damaged": str(repaired.path),
        "damaged_sha256": repaired.sha256,
        "repaired": str(repaired.repaired) if repaired.repaired else None,
        "records": repaired.records,
        "mended": repaired.mended,
        "lost": [{"offset": lost.offset, "end": lost.end, "reason": lost.reason} for lost in repaired.lost],
    }


def repaired_words(repaired: Repaired) -> str:
    """A repair in a few lines: what was saved and where, what was lost and why."""
    if repaired.repaired is None:
        saved = "no WARC record is whole, nothing could be saved"
    else:
        mended = f" ({repaired.mended} mended at their end)" if repaired.mended else ""
        saved = f"{repaired.records} WARC records{mended} saved in {repaired.repaired}"
    lines = [f"BAD {repaired.path}: {saved}"]
    lines += [f"    lost bytes {lost.offset}-{lost.end}: {lost.reason}" for lost in repaired.lost]
    return "\n".join(lines)
