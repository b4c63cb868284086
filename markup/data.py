"""Data inside a page, for programs: a block that no browser runs and no text can end."""

from __future__ import annotations

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

# As Django's own json_script has them: no sign that HTML could read as its own is left.
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def json_ld(value: dict[str, Any]) -> SafeString:
    """The value as a data block of linked data (schema.org)."""
    text = json.dumps(value, ensure_ascii=False).translate(_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 – escaped above
