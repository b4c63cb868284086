from typing import Any

from django import template

from accounts.models import User
from notifications import following, kinds, reading
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


@register.inclusion_tag("notifications/_follow_button.html", takes_context=True)
def follow_button(context: template.Context, key: str, thing: Any) -> dict[str, Any]:
    """`{% follow_button "topic" topic %}`: follow, mute or stop, for members; nothing for others. One query."""
    request = context["request"]
    person, followable = request.user, following.get(key)
    if followable is None or not (person.is_authenticated and person.is_member) or thing == person:
        return {}
    return {
        "followable": followable,
        "thing": thing,
        "wish": following.wish_of(person, key, thing.pk),
        "next": request.get_full_path(),
        "csrf_token": context.get("csrf_token"),
    }
