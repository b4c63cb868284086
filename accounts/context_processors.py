from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject


def reader(request: HttpRequest) -> dict:
    """Who is reading: `is_moderator`, `is_editor`."""
    user = request.user
    return {
        "is_moderator": SimpleLazyObject(lambda: user.is_authenticated and user.is_moderator),
        "is_editor": SimpleLazyObject(lambda: user.is_authenticated and user.is_editor),
    }
