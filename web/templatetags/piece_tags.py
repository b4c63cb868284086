"""Shared pieces with more in them than values: `{% row title=… url=… %} anything {% endrow %}`.

The frame is that of `templates/components/`, so a piece looks and changes the same whether a page includes it with
values alone or puts something of its own inside, which the piece gets as `body`.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_block_tag
def row(content: str, **values: Any) -> SafeString:
    """components/row.html; what stands inside comes last in the row, or beside it with `is_beside=True`."""
    return render_to_string("components/row.html", {**values, "body": content})


@register.simple_block_tag
def card(content: str, **values: Any) -> SafeString:
    return render_to_string("components/card.html", {**values, "body": content})


@register.simple_block_tag
def notice(content: str, **values: Any) -> SafeString:
    return render_to_string("components/notice.html", {**values, "body": content})


@register.simple_block_tag
def empty_state(content: str, **values: Any) -> SafeString:
    return render_to_string("components/empty.html", {**values, "body": content})


@register.simple_block_tag
def breadcrumbs(content: str) -> SafeString:
    return render_to_string("components/breadcrumbs.html", {"body": content})
