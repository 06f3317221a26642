"""Labelled digests (WARC/1.1 clauses 5.8 and 5.9): read, computed, compared."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple, Protocol


class Hash(Protocol):
    """What ``hashlib`` gives."""

    def update(self, data: bytes | memoryview, /) -> None:
        """Take in more bytes."""

    def digest(self) -> bytes:
        """The digest of all bytes so far."""
        ...


_NEW: dict[str, Callable[..., Hash]] = {
    name.replace("_", ""): getattr(hashlib, name)
    for name in (
        "md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_224", "sha3_256", "sha3_384", "sha3_512",
        "blake2s", "blake2b",
    )
}  # fmt: skip
SIZES = {name: len(new().digest()) for name, new in _NEW.items()}
"""Bytes of the digests that are computed; other labels are legal and taken on trust."""
_LABELLED = re.compile(r"([A-Za-z0-9!#$%&'*+.^_`|~-]+):([A-Za-z0-9!#$%&'*+.^_`|~=/-]+)\Z")


class Labelled(NamedTuple):
    """A digest as a field declares it."""

    algorithm: str
    """Lower case, without the hyphen that some write in ``sha-256``."""
    value: str
    digest: bytes | None
    """The bytes it stands for; None when they cannot be computed here."""


def read_labelled(text: str) -> Labelled | str:
    """A field value as a digest, or what is wrong with it; hex, Base32 and Base64 are told apart by length."""
    return _read_labelled(text) if len(text) < 300 else f"no labelled digest: {text[:80]!r}"


@lru_cache(256)
def _read_labelled(text: str) -> Labelled | str:
    match = _LABELLED.match(text)
    if match is None:
        return f"no labelled digest: {text[:80]!r}"
    algorithm, value = match[1].lower().replace("-", ""), match[2]
    size = SIZES.get(algorithm)
    if size is None:
        return Labelled(algorithm, value, None)
    digest = _bytes_of(value, size)
    return Labelled(algorithm, value, digest) if digest else f"{value[:80]!r} is no {algorithm} value"


_DIGITS_32 = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz2345670189+-_",
    "0123456789abcdefghijklmnop0123456789abcdefghijklmnopqrstuv.......",
)
"""RFC 4648 Base32 to the digits of ``int``, which is seven times as fast as ``base64.b32decode``."""


def _bytes_of(value: str, size: int) -> bytes | None:
    try:
        bare = value.rstrip("=")
        if len(bare) == size * 2:  # the padded Base32 of MD5 is as long as its hex
            return bytes.fromhex(bare)
        if len(bare) == (size * 4 + 2) // 3:
            digest = base64.b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_" if set("-_") & set(bare) else None)
            return digest if len(digest) == size else None
        spare = len(bare) * 5 - size * 8
        if not 0 <= spare < 5:
            return None
        return (int(bare.translate(_DIGITS_32), 32) >> spare).to_bytes(size, "big")
    except ValueError:
        return None


def new_hash(algorithm: str) -> Hash:
    """A fresh hash of one of ``SIZES``."""
    return _NEW[algorithm](usedforsecurity=False)


def labelled(algorithm: str, digest: bytes) -> str:
    """A digest as text, Base32 for SHA-1 as the tools of the field have it, else hex."""
    value = base64.b32encode(digest).decode() if algorithm == "sha1" else digest.hex()
    return f"{algorithm}:{value}"
