"""TLS: every certificate is verified; a source may let named faults through, and the verdict is kept."""

from __future__ import annotations

import ssl
from urllib.parse import urlsplit

import certifi
from scrapy.exceptions import IgnoreRequest
from scrapy.settings import BaseSettings
from scrapy.utils.ssl import _make_ssl_context

VERIFIED = "verified"

_FAULTS = {
    9: "not-yet-valid",
    10: "expired",
    18: "self-signed",
    19: "untrusted",
    20: "untrusted",
    21: "untrusted",
    62: "name-mismatch",
    64: "name-mismatch",
}
"""OpenSSL's X509_V_ERR numbers, by the name that a source file uses."""

_NO_CHECK_TIME = 0x200000
"""OpenSSL's X509_V_FLAG_NO_CHECK_TIME, which Python gives no name."""


class CertificateRefused(IgnoreRequest):
    """The certificate has a fault that the source does not let through.

    Attributes:
        fault: its name, as in ``tls.allow``.
    """

    def __init__(self, host: str, fault: str, message: str) -> None:
        super().__init__(f"certificate of {host} refused ({fault}): {message}; see tls.allow in the source file")
        self.fault = fault


class Certificates:
    """One TLS context per host, strict until a fault that is let through was met there."""

    def __init__(self, settings: BaseSettings) -> None:
        self._settings = settings
        self._allowed = frozenset(settings.getlist("WARKAT_TLS_ALLOW"))
        self._authorities: str | None = settings.get("WARKAT_TLS_AUTHORITIES")
        self._faults: dict[str, tuple[str, ...]] = {}
        self._contexts: dict[tuple[str, ...], ssl.SSLContext] = {}

    def context(self, url: str) -> ssl.SSLContext:
        """The context to ask this address with."""
        faults = self._faults.get(urlsplit(url).netloc, ()) if self._faults else ()
        if faults not in self._contexts:
            self._contexts[faults] = self._make(faults)
        return self._contexts[faults]

    def verdict(self, url: str) -> str:
        """``verified``, or the names of the faults that were let through, joined by a comma."""
        return ",".join(self._faults.get(urlsplit(url).netloc, ())) or VERIFIED

    def let_through(self, url: str, fault: Exception) -> None:
        """Note a fault, so that the next ``context`` passes over it.

        Raises:
            CertificateRefused: the source does not let this fault through, or it did not help.
        """
        host = urlsplit(url).netloc
        name = _FAULTS.get(getattr(fault, "verify_code", 0), "untrusted")
        known = self._faults.get(host, ())
        if name not in self._allowed or name in known:
            raise CertificateRefused(host, name, str(fault)) from fault
        self._faults[host] = (*known, name)

    def _make(self, faults: tuple[str, ...]) -> ssl.SSLContext:
        context = _make_ssl_context(self._settings)
        context.verify_mode = ssl.CERT_REQUIRED
        context.check_hostname = True
        context.load_default_certs()
        # A small Debian has no certificates of its own until a package brings them.
        context.load_verify_locations(certifi.where())
        if self._authorities:
            context.load_verify_locations(self._authorities)
        if "name-mismatch" in faults or {"self-signed", "untrusted"} & set(faults):
            context.check_hostname = False
        if {"expired", "not-yet-valid"} & set(faults):
            context.verify_flags |= _NO_CHECK_TIME
        if {"self-signed", "untrusted"} & set(faults):
            # No anchor to verify against: the connection is only as good as no TLS, and is noted as that.
            context.verify_mode = ssl.CERT_NONE
        return context
