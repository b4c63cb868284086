"""A reflective space with its keeper, a member who wrote, and a moderator outside."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from forum import actions
from forum.models import Post
from moderation import actions as moderation
from moderation.models import Report
from tests import factories

WORD = "marmalade"


class Circle:
    def __init__(self) -> None:
        self.space = factories.make_space(name="Quiet room", slug="quiet", visibility="invited", is_reflective=True)
        self.keeper = factories.make_user(display_name="Kay Keeper")
        self.member = factories.make_user(display_name="Mo Member", job_title="Falconer")
        self.moderator = factories.make_user("moderator")
        factories.join(self.space, self.keeper, is_keeper=True)
        factories.join(self.space, self.member)
        self.thread = actions.start_thread(
            space=self.space, author=self.member, kind="question", title="Xylophone", source=f"All {WORD}."
        )
        self.opening = self.thread.posts.get(number=1)
        self.url = self.thread.get_absolute_url()

    def report(self) -> Report:
        return moderation.report(subject=self.opening, reporter=self.keeper, reason=Report.Reason.ABUSE)

    def grow_old(self, *posts: Post) -> None:
        Post.objects.filter(pk__in=[post.pk for post in posts]).update(
            created_at=timezone.now() - dt.timedelta(days=91)
        )
