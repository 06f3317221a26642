"""Why a page did not come, by a short stable name that the report counts."""

from __future__ import annotations

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)

from archive.warc import ArchiveFull
from crawler.addresses import AddressForbidden
from crawler.certificates import CertificateRefused
from crawler.politeness import Skipped

_NAMES: tuple[tuple[type[BaseException], str], ...] = (
    (ArchiveFull, "disk-full"),
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


def fault_name(fault: BaseException) -> str:
    """The name of a fault; ``unexpected-<type>`` for one that should not happen."""
    if isinstance(fault, Skipped):
        return fault.reason
    if isinstance(fault, CertificateRefused):
        return f"tls-{fault.fault}"
    for kind, name in _NAMES:
        if isinstance(fault, kind):
            return name
    if isinstance(fault, IgnoreRequest):
        # Scrapy's own: a redirect too many, or one that leads off the source's hosts.
        return "redirect-refused"
    return f"unexpected-{type(fault).__name__}"
