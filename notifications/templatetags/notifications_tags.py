from django import template

from accounts.models import User
from notifications import reading
from notifications.models import Notification
from notifications.reading import Item

register = template.Library()


@register.simple_tag
def needs_you(user: User, limit: int) -> list[Item]:
    """The newest unread lines of this person's inbox that they may still see, at most `limit`; none for visitors."""
    if not user.is_authenticated:
        return []
    rows = Notification.objects.inbox_of(user).unread().select_related("event__actor").order_by("-pk")[:limit]
    return reading.items_for(rows, user)
