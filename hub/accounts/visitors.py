"""Browsers that are not signed in, told apart by where they come from."""

from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Final

from hub.accounts.hub import Hub

IPV6_PREFIX: Final = 64
"""What one household or phone gets (RFC 6177, RIPE-690): it can use every address in it."""


def from_ip(hub: Hub, ip: str) -> str:
    """Return whose tries and sends are counted for a network address; the address is not kept."""
    return f"ip:{hub.lookup.of('ip', _place_of(ip))}"


def _place_of(ip: str) -> str:
    try:
        address = ip_address(ip)
    except ValueError:
        return ip
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(IPv6Network((address.packed, IPV6_PREFIX), strict=False))
