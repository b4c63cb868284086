from django.core.cache import cache
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import User

DEMO_KEY, DEMO_SECONDS = "shows-the-demo", 300


def reader(request: HttpRequest) -> dict:
    """Who is reading (`is_moderator`, `is_editor`), and whether the site shows invented people (`is_demo_site`)."""
    user = request.user
    return {
        "is_moderator": SimpleLazyObject(lambda: user.is_authenticated and user.is_moderator),
        "is_editor": SimpleLazyObject(lambda: user.is_authenticated and user.is_editor),
        "is_demo_site": SimpleLazyObject(shows_the_demo),
    }


def shows_the_demo() -> bool:
    return bool(cache.get_or_set(DEMO_KEY, lambda: User.objects.filter(is_demo=True).exists(), DEMO_SECONDS))
