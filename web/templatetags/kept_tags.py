from typing import Any

from django import template
from django.template.base import Parser, Token
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html

from web import kept

register = template.Library()


class FormNode(CsrfTokenNode):
    """Django's hidden field against forged forms, and ours that says who is typing (`web.kept`)."""

    def render(self, context: Any) -> str:
        token = super().render(context)
        request = context.get("request")
        marker = kept.marker(request) if token and request is not None else ""
        if not marker:
            return token
        return token + format_html('<input type="hidden" name="{}" value="{}">', kept.FIELD, marker)


@register.tag
def csrf_token(parser: Parser, token: Token) -> FormNode:
    """Stands in every form that is sent, so that no form can forget what is typed in it."""
    return FormNode()


@register.simple_tag(takes_context=True)
def has_typed(context: template.Context) -> bool:
    """`{% has_typed as is_kept %}`: what somebody typed in this browser waits for them to sign in."""
    request = context.get("request")
    return request is not None and kept.has_words(request)
