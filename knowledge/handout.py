"""Whether the page for families fits onto one sheet of A4."""

from __future__ import annotations

import math
import re

from django.utils.html import strip_tags

# Counted in lines of print: of each block how many letters make a line, and the space above it. Tried in print.
_BLOCKS = {"h2": (48, 1.6), "h3": (60, 1.4), "p": (92, 0.5), "li": (88, 0.3)}
LINES = 31
_BLOCK = re.compile(r"<(h2|h3|p|li)\b[^>]*>(.*?)</\1>", re.DOTALL)


def is_too_long(html: str) -> bool:
    """An estimate: letters differ in width, and printers in their margins."""
    lines = 0.0
    for name, inner in _BLOCK.findall(html):
        letters, space = _BLOCKS[name]
        lines += math.ceil(len(strip_tags(inner)) / letters) + space
    return lines > LINES
