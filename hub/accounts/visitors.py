"""Browsers that are not signed in, told apart by where they come from."""

from hub.accounts.hub import Hub


def from_ip(hub: Hub, ip: str) -> str:
    """Return whose tries and sends are counted for a network address; the address is not kept."""
    return f"ip:{hub.lookup.of('ip', ip)}"
