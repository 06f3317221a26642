"""Whether a page came, and why it did not: by a short stable name that the report counts."""

from __future__ import annotations

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    NotSupported,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response

from crawler.addresses import AddressForbidden
from crawler.archived import ArchiveStopped
from crawler.certificates import CertificateRefused
from crawler.politeness import Skipped
from crawler.redirects import RedirectRefused

_NAMES: tuple[tuple[type[Exception], str], ...] = (
    (AddressForbidden, "address-forbidden"),
    (CannotResolveHostError, "host-unknown"),
    (DownloadConnectionRefusedError, "connection-refused"),
    (DownloadTimeoutError, "timeout"),
    (DownloadCancelledError, "too-large"),
    (ResponseDataLossError, "truncated"),
    (UnsupportedURLSchemeError, "scheme-unsupported"),
    (NotSupported, "scheme-unsupported"),
    (DownloadFailedError, "connection-failed"),
)


SITE_FAULTS: tuple[type[Exception], ...] = (Skipped, RedirectRefused, CertificateRefused, *(kind for kind, _ in _NAMES))
"""All that can go wrong with one question to a site."""


def fault_name(fault: BaseException) -> str:
    """The name of a fault; ``unexpected-<type>`` for one that should not happen."""
    if isinstance(fault, Skipped | ArchiveStopped | RedirectRefused):
        return fault.reason
    if isinstance(fault, CertificateRefused):
        return f"tls-{fault.fault}"
    for kind, name in _NAMES:
        if isinstance(fault, kind):
            return name
    return f"unexpected-{type(fault).__name__}"


def has_come(response: Response) -> bool:
    """Whether an answer is the page: with its text, or unchanged, said to one who asked (RFC 9110 section 13.1)."""
    asked = response.request.headers if response.request is not None else ()
    is_conditional = "If-None-Match" in asked or "If-Modified-Since" in asked
    return response.status == 200 or (response.status == 304 and is_conditional)
