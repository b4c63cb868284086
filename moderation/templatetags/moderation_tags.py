"""What other rooms show of moderation: the way to report something, and to its author why it is hidden."""

from __future__ import annotations

from functools import cache
from typing import Any

from django import template
from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from moderation import registry
from moderation.models import Decision

register = template.Library()


@cache
def _address(kind: str) -> str:
    """Everything of a report page's address but the number: thread pages ask for it twenty times."""
    return reverse("moderation:report", args=[kind, 0]).removesuffix("0/")


@register.simple_tag
def report_link(subject: Model, what: str = "") -> SafeString:
    """The link to the report page. `what` tells links apart for screen readers ("post 3"). No query, no include."""
    return report_link_to(registry.of(subject).kind, subject.pk, what)


@register.simple_tag
def report_link_to(kind: str, pk: int, what: str = "") -> SafeString:
    """The same for rows read with `values()`: `{% report_link_to "post" post.id %}`."""
    return format_html(
        '<a class="button button-quiet" rel="nofollow" href="{}{}/">{}<span class="visually-hidden"> {}</span></a>',
        _address(kind), pk, _("Report"), what,
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def hidden_reason(context: template.Context, subject: Any) -> str:
    """Why a thing is hidden, for the person who wrote it; empty for everybody else and for what is not hidden.

    One query; for many at once ask `Decision.objects.reasons_for(Post, pks)`.
    """
    adapter = registry.of(subject)
    author = adapter.summary(subject).author
    if author is None or author != context.get("user") or not adapter.is_hidden(subject):
        return ""
    return Decision.objects.reasons_for(adapter.model, [subject.pk]).get(subject.pk, "")
