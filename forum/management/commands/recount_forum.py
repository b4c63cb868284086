"""Repairs the counts that lists show, from the rows that they count."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from forum.models import Attachment, Post, Space, Thread

THREADS_AT_ONCE = 1000
POSTS_AT_ONCE = 1000


class Command(BaseCommand):
    help = "Counts threads, replies, posts, and what hangs on them again and says how many rows were wrong."

    def handle(self, *args: Any, **options: Any) -> None:
        posts = self._recount_attachments()
        threads = self._recount_threads()
        spaces = self._recount_spaces()
        self.stdout.write(f"Mended {threads} threads, {spaces} spaces and {posts} posts.")

    def _recount_attachments(self) -> int:
        """Of posts that have any, or say so."""
        mended, last = 0, 0
        hung = Attachment.objects.filter(post__isnull=False, removed_at=None).order_by().values("post")
        posts = (
            Post.objects.filter(Q(attachment_count__gt=0) | Q(pk__in=hung)).order_by("pk").values_list("pk", flat=True)
        )
        while ids := list(posts.filter(pk__gt=last)[:POSTS_AT_ONCE]):
            mended += self._mend_posts(ids)
            last = ids[-1]
        return mended

    @transaction.atomic
    def _mend_posts(self, ids: list[int]) -> int:
        held = dict(
            Post.objects.select_for_update(no_key=True).filter(pk__in=ids).values_list("pk", "attachment_count")
        )
        hung = Attachment.objects.filter(post__in=ids, removed_at=None).order_by().values("post")
        counted = dict(hung.annotate(n=Count("pk")).values_list("post", "n"))
        wrong = [pk for pk in held if held[pk] != counted.get(pk, 0)]
        for pk in wrong:
            Post.objects.filter(pk=pk).update(attachment_count=counted.get(pk, 0))  # not indexed
        return len(wrong)

    def _recount_threads(self) -> int:
        """In portions, each its own transaction, so that nobody who writes waits for long."""
        mended, last = 0, 0
        while ids := list(
            Thread.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:THREADS_AT_ONCE]
        ):
            mended += self._mend_threads(Thread.objects.filter(pk__in=ids))
            last = ids[-1]
        return mended

    @transaction.atomic
    def _mend_threads(self, threads: QuerySet[Thread]) -> int:
        posts = Post.objects.filter(thread=OuterRef("pk")).order_by().values("thread")
        shown = posts.filter(hidden_at__isnull=True)
        counted = threads.annotate(
            replies=Coalesce(Subquery(shown.filter(number__gt=1).annotate(n=Count("pk")).values("n")), 0),
            thanks_given=Coalesce(Subquery(shown.annotate(n=Sum("thanks")).values("n")), 0),
            highest=Coalesce(Subquery(posts.annotate(n=Max("number")).values("n")), 0),
        )
        wrong = counted.exclude(replies=F("reply_count"), highest=F("last_number"), thanks_given=F("helpful"))
        # Values first: the rows that are wrong cannot be both read and written by one statement everywhere.
        found = list(wrong.values_list("pk", "replies", "highest", "thanks_given"))
        for pk, replies, highest, helpful in found:
            right = {"reply_count": replies, "last_number": highest, "helpful": helpful}
            Thread.objects.filter(pk=pk).update(**right)  # not indexed
        return len(found)

    @transaction.atomic
    def _recount_spaces(self) -> int:
        mended = 0
        counted = Thread.objects.filter(hidden_at__isnull=True).order_by().values("space")
        openings = Q(posts__number=1, posts__hidden_at__isnull=True)
        first = dict(counted.annotate(n=Count("posts", filter=openings)).values_list("space", "n"))
        rest = {
            space: (threads, replies, newest)
            for space, threads, replies, newest in counted.annotate(
                threads=Count("pk"), replies=Sum("reply_count"), newest=Max("last_post_at")
            ).values_list("space", "threads", "replies", "newest")
        }
        for space in Space.objects.select_for_update(no_key=True).order_by("pk"):
            threads, replies, newest = rest.get(space.pk, (0, 0, None))
            right = (threads, replies + first.get(space.pk, 0), newest)
            if right != (space.thread_count, space.post_count, space.last_post_at):
                space.thread_count, space.post_count, space.last_post_at = right
                space.save(update_fields=["thread_count", "post_count", "last_post_at"])
                mended += 1
        return mended
