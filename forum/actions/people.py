"""What becomes of somebody's words when they lose their name, and what taking part says about them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, Min, Sum
from django.utils import timezone

from accounts.actions import follow_taking_part
from forum.models import Attachment, Nameless, Post, Thread
from moderation.trust import level_earned
from web.signals import content_changed

if TYPE_CHECKING:
    from accounts.models import Trust, User

# A post stood when nobody had to take it down for so long.
STANDS_AFTER = dt.timedelta(days=3)


@transaction.atomic
def take_name_off(*, person: User) -> None:
    """Threads and posts stay, and say that they are by somebody who has left."""
    posts = Post.objects.filter(author=person)
    threads = Thread.objects.filter(author=person)
    numbers = list(posts.values_list("pk", flat=True)), list(threads.values_list("pk", flat=True))
    posts.update(author=None)
    threads.update(author=None)
    Nameless.objects.filter(person=person).delete()
    Attachment.objects.filter(uploader=person, post__isnull=False).update(uploader=None)
    Thread.objects.filter(last_post_by=person).update(last_post_by=None)
    content_changed.send(sender=Post, ids=numbers[0])
    content_changed.send(sender=Thread, ids=numbers[1])


def follow_trust() -> int:
    """Once a day: what people have earned by posts that stood, days and thanks. Returns how many have changed."""
    stood = Post.objects.signed().filter(hidden_at=None, created_at__lt=timezone.now() - STANDS_AFTER)
    counted = stood.values("author").annotate(posts=Count("pk"), thanks=Sum("thanks"), first=Min("created_at"))
    earned: dict[Trust, list[int]] = defaultdict(list)
    for row in counted.order_by().values_list("author", "posts", "thanks", "first").iterator(chunk_size=2000):
        earned[level_earned(posts=row[1], thanks=row[2], since=row[3])].append(row[0])
    return sum(follow_taking_part(level=level, people=people) for level, people in earned.items())
