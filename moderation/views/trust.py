"""What people may do at each level of trust: one page for everybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Trust
from moderation import trust as levels
from moderation import watching


@require_safe
def trust(request: HttpRequest) -> HttpResponse:
    """How trust grows, what it changes, and where the reader stands."""
    mine = watching.level(request.user) if request.user.is_authenticated else None
    rules = watching.rules()
    context = {
        # People begin as new; what only a moderator sets comes last.
        "levels": [(level, levels.ALLOWED[level]) for level in (*list(Trust)[1:], Trust.WATCHED)],
        "mine": mine,
        "rules": rules,
        "settled_posts": levels.SETTLED_POSTS,
        "trusted_posts": levels.TRUSTED_POSTS,
        "trusted_thanks": levels.TRUSTED_THANKS,
        "trusted_days": levels.TRUSTED_AFTER.days,
    }
    return render(request, "moderation/trust.html", context)
