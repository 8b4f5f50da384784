"""A QR code as a path, so that a page draws it without an image address or markup."""

from dataclasses import dataclass

import segno

_BORDER = 2
"""Modules of white around it; the page's padding adds the rest of the four that readers want."""


@dataclass(frozen=True, kw_only=True)
class QrPath:
    """A square of `size` units, and the path of its dark modules."""

    size: int
    path: str


def draw(value: str) -> QrPath:
    """Return the code for a value, one run of modules a sub-path."""
    rows = list(segno.make(value, error="m", micro=False).matrix_iter(border=_BORDER))
    path = []
    for y, row in enumerate(rows):
        x = 0
        modules = [bool(module) for module in row]
        while x < len(modules):
            if not modules[x]:
                x += 1
                continue
            end = x
            while end < len(modules) and modules[end]:
                end += 1
            path.append(f"M{x} {y}h{end - x}v1H{x}z")
            x = end
    return QrPath(size=len(rows), path="".join(path))
