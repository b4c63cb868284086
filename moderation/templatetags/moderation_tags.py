"""What other rooms show of moderation: the way to report something."""

from __future__ import annotations

from functools import cache

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()


@cache
def _address(kind: str) -> str:
    """Everything of a report page's address but the number: thread pages ask for it twenty times."""
    return reverse("moderation:report", args=[kind, 0]).removesuffix("0/")


@register.simple_tag
def report_link_to(kind: str, pk: int, what: str = "") -> SafeString:
    """The link to the report page: `{% report_link_to "post" post.id %}`. No query, no include.

    `kind` is the word under which the room registered it; `what` tells links apart for screen readers ("post 3").
    """
    return format_html(
        '<a class="button button-quiet" rel="nofollow" href="{}{}/">{}<span class="visually-hidden"> {}</span></a>',
        _address(kind), pk, _("Report"), what,
    )  # fmt: skip
