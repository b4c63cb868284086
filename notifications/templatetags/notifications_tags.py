from django import template

from accounts.models import User
from notifications import kinds, reading
from notifications.models import Notification
from notifications.reading import Item

register = template.Library()


@register.simple_tag
def needs_you(user: User, limit: int) -> list[Item]:
    """The newest unread lines that wait for this person to do something, at most `limit`; none for visitors."""
    if not user.is_authenticated:
        return []
    asking = [kind.key for kind in kinds.for_person(user) if kind.asks]
    rows = Notification.objects.inbox_of(user).unread().filter(event__kind__in=asking)
    rows = rows.select_related("event__actor").order_by("-pk")[:limit]
    return reading.items_for(rows, user)
