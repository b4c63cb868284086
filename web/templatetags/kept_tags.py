from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from web import kept

register = template.Library()


@register.simple_tag(takes_context=True)
def typed_by(context: template.Context) -> SafeString | str:
    """A hidden field that says who is typing, so that a session that ends does not lose their text (`web.kept`)."""
    request = context.get("request")
    if request is None or not request.user.is_authenticated:
        return ""
    return format_html('<input type="hidden" name="{}" value="{}">', kept.FIELD, kept.marker(request.user))
