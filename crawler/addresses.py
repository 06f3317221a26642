"""Which network addresses may be asked: public ones, and those that the collection allows by name.

The address checked is the one that the connection reached after DNS, before the first byte is
sent, so that neither a redirect nor a name that resolves inward leads into the operator's network.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from scrapy.exceptions import IgnoreRequest

_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
"""The only part of IPv6 that is given out for hosts of the internet (RFC 4291 section 2.4)."""
_NO_SERVERS = (
    # The library's opinion of these changed between versions of Python.
    ipaddress.ip_network("192.0.0.0/24"),  # protocol assignments
    ipaddress.ip_network("192.88.99.0/24"),  # 6to4 relays
    ipaddress.ip_network("2001::/23"),  # protocol assignments
    ipaddress.ip_network("3fff::/20"),  # documentation
)


class AddressForbidden(IgnoreRequest):
    """A name led to an address that no public web server has.

    An ``IgnoreRequest``, because asking again would lead to the same place.
    """


class Guard:
    """Decides about a connected peer.

    Args:
        allowed: ``address`` or ``address:port`` (IPv6 as ``[address]:port``) that are let through.
    """

    def __init__(self, allowed: Iterable[str]) -> None:
        self._allowed = frozenset(allowed)

    def check(self, address: str, port: int) -> None:
        """Let a peer pass or refuse it.

        Raises:
            AddressForbidden: loopback, private, link-local, multicast or reserved, and not allowed.
        """
        ip = ipaddress.ip_address(address.partition("%")[0])
        embedded = _embedded_ipv4(ip)
        written = f"[{ip}]:{port}" if ip.version == 6 else f"{ip}:{port}"
        if {str(ip), written} & self._allowed:
            return
        if not _is_public(embedded or ip) or not (embedded or ip.version == 4 or ip in _GLOBAL_UNICAST):
            raise AddressForbidden(f"{written} is no public address; allow it in collection.toml if it is meant")


def _is_public(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    special = ip.is_multicast or ip.is_reserved or any(ip in network for network in _NO_SERVERS)
    return ip.is_global and not special


def _embedded_ipv4(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 one leads to: mapped, 6to4, Teredo or NAT64."""
    if isinstance(ip, ipaddress.IPv4Address):
        return None
    if ip.ipv4_mapped or ip.sixtofour:
        return ip.ipv4_mapped or ip.sixtofour
    if ip.teredo:
        return ip.teredo[1]
    if ip in ipaddress.ip_network("64:ff9b::/96") or ip in ipaddress.ip_network("::/96"):
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return None
