from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from web import kept

register = template.Library()


@register.simple_tag(takes_context=True)
def typed_by(context: template.Context, place: str = "") -> SafeString | str:
    """Hidden fields that say who is typing, so that a session that ends does not lose their text (`web.kept`).

    `place` is the id on the page to come back to after signing in.
    """
    request = context.get("request")
    if request is None or not request.user.is_authenticated:
        return ""
    fields = format_html('<input type="hidden" name="{}" value="{}">', kept.FIELD, kept.marker(request.user))
    if place:
        fields += format_html('<input type="hidden" name="{}" value="{}">', kept.PLACE_FIELD, place)
    return fields


@register.simple_tag(takes_context=True)
def has_typed(context: template.Context) -> bool:
    """`{% has_typed as is_kept %}`: what somebody typed in this browser waits for them to sign in."""
    request = context.get("request")
    return request is not None and kept.SESSION_KEY in request.session
