"""An anonymous signature: proof that whoever holds a key made the package, and that nobody changed it since.

ECDSA over P-384 with SHA-256, of the text of the digest of ``datapackage.json``; the signature is r and s,
48 bytes each, as browsers verify it.

Source: https://specs.webrecorder.net/wacz-auth/0.1.0/ (Anonymous Signature)
"""

from __future__ import annotations

import base64
import os
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

SPECIFICATION = "0.1.0"
_BYTES = 48


class KeyInvalid(ValueError):
    """A file holds no key that can sign."""


class SigningKey:
    """A private key."""

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self._key = key

    def sign(self, digest: str, created: str, software: str) -> dict[str, str]:
        """``signedData`` of ``datapackage-digest.json``.

        Args:
            digest: of ``datapackage.json``, ``sha256:…``.
            created: as in ``datapackage.json``.
            software: who signs.
        """
        r, s = utils.decode_dss_signature(self._key.sign(digest.encode(), ec.ECDSA(hashes.SHA256())))
        public = self._key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return {
            "hash": digest,
            "created": created,
            "software": software,
            "version": SPECIFICATION,
            "signature": base64.b64encode(r.to_bytes(_BYTES, "big") + s.to_bytes(_BYTES, "big")).decode(),
            "publicKey": base64.b64encode(public).decode(),
        }


def load_key(path: Path) -> SigningKey:
    """The key of a PEM file, which is made, for its owner's eyes only, when it is missing.

    Raises:
        KeyInvalid: it holds no unencrypted P-384 private key.
        OSError: it cannot be read or made.
    """
    if not path.exists():
        _make_key(path)
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as fault:
        raise KeyInvalid(f"{path}: no private key: {fault}") from fault
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP384R1):
        raise KeyInvalid(f"{path}: the key must be of the curve P-384")
    return SigningKey(key)


def _make_key(path: Path) -> None:
    pem = ec.generate_private_key(ec.SECP384R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(fd, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
