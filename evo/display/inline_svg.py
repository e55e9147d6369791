"""Figures as a page has them: how large one is, and what it need not say within HTML."""

import re

_NAMESPACE = ' xmlns="http://www.w3.org/2000/svg"'
_SIZE = re.compile(r'<svg[^>]*? width="([\d.]+)" height="([\d.]+)"')


def size_of(svg: str) -> tuple[float, float]:
    """Return width and height in pixels of a figure; raises ValueError for one that does not begin with them."""
    found = _SIZE.match(svg)
    if found is None:
        raise ValueError(f"no size in {svg[:80]!r}")
    return float(found.group(1)), float(found.group(2))


def inline(svg: str) -> str:
    """Return a figure without the name of its language, which HTML does not need."""
    return svg.replace(_NAMESPACE, "")
