"""What the header of every page says about somebody's inbox."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from notifications.models import Notification


def inbox(request: HttpRequest) -> dict:
    """`unread_count`: read when a template asks, by one query on an index; 0 for visitors."""

    def count() -> int:
        return Notification.objects.unread_count(request.user) if request.user.is_authenticated else 0

    return {"unread_count": SimpleLazyObject(count)}
