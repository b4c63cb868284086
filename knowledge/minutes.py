"""How long somebody needs to read a resource, between two visits."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from django.utils.html import strip_tags

if TYPE_CHECKING:
    from knowledge.models import ResourcePage

WORDS_A_MINUTE = 200
_WORD = re.compile(r"\w[\w’'-]*")
_FIELDS = ("bottom_line", "summary", "practice", "challenge", "approach", "result", "lessons")


def minutes_to_read(page: ResourcePage) -> int:
    """Whole minutes, one at least: of the page itself, not of its downloads or of what is said in its film."""
    texts = [getattr(page, name) for name in _FIELDS]
    texts += [strip_tags(text) for text in page.body.stream_block.get_searchable_content(page.body)]
    words = sum(len(_WORD.findall(text)) for text in texts)
    return max(1, math.ceil(words / WORDS_A_MINUTE))
