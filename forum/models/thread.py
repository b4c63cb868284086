from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, TypeGuard

from django.conf import settings
from django.db import connection, models
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.models.space import Space
from notifications.models import Following
from web.prepared import Prepared

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from forum.models.post import Post


POSTS_A_PAGE = 20
LISTED = Q(hidden_at__isnull=True)
# Kinds of threads that wait for an answer.
ASKING = ("question", "problem")


@cache
def _threads_address() -> str:
    return reverse("forum:thread", args=[1, "x"]).removesuffix("1/x/")


def thread_url(pk: int, slug: str) -> str:
    """A thread's address. `reverse()` costs twenty times as much, and lists show fifty of them."""
    return f"{_threads_address()}{pk}/{slug}/"


def place_url(url: str, number: int) -> str:
    """Where the post with this number stands, in the thread with this address."""
    page = -(-number // POSTS_A_PAGE)
    return f"{url}{f'?page={page}' if page > 1 else ''}#post-{number}"


def _is_moderator(user: User | AnonymousUser) -> TypeGuard[User]:
    return user.is_authenticated and user.is_moderator


class ThreadQuerySet(models.QuerySet["Thread"]):
    def visible_to(self, user: User | AnonymousUser) -> ThreadQuerySet:
        """Threads in spaces that this reader may read, and not hidden (moderators see hidden ones)."""
        if _is_moderator(user):
            return self.exclude(space__in=Space.objects.circles_closed_to(user))
        # Said in the negative: given a list of spaces to look in, both databases take the index on the space and
        # sort all that they find, where they should walk the index on the date and stop after one page.
        return self.exclude(space__in=Space.objects.closed_to(user)).filter(hidden_at__isnull=True)

    def listed(self) -> ThreadQuerySet:
        """What lists show, to moderators too: the indexes of lists leave hidden threads out."""
        return self.filter(hidden_at__isnull=True)

    def shown_elsewhere_to(self, user: User | AnonymousUser) -> ThreadQuerySet:
        """Of the visible threads those that other pages name, not only their space's and the search.

        Nothing of a circle. To visitors, and so to outside search engines, only what its space opened to those: the
        pages that name it are indexed.
        """
        if not user.is_authenticated:
            return self.exclude(space__in=Space.objects.filter(open_to_search_engines=False)).listed()
        return self.visible_to(user).listed().filter(space__is_reflective=False)

    def unanswered(self) -> ThreadQuerySet:
        """Questions and problems that nobody has replied to."""
        return self.filter(reply_count=0, kind__in=ASKING)

    def followed_by(self, user: User) -> ThreadQuerySet:
        """Threads that this person follows, or in a space, on a topic or by a person that they follow."""

        def chosen(kind: str) -> models.QuerySet:
            mine = Following.objects.filter(person=user, kind=kind, wish=Following.Wish.FOLLOW)
            return mine.values("object_id")

        tagged = Thread.topics.through.objects.filter(topic__in=chosen("topic")).values("thread")
        return self.filter(
            Q(pk__in=Follow.objects.filter(person=user).values("thread"))
            | Q(space__in=chosen("space"))
            | Q(author__in=chosen("person"))
            | Q(pk__in=tagged)
        )

    def not_muted_by(self, user: User) -> ThreadQuerySet:
        """Without threads and spaces of which this person wants to hear nothing."""
        muted = Following.objects.muted_by
        return self.exclude(pk__in=muted(user, "thread")).exclude(space__in=muted(user, "space"))

    def unread_by(self, user: User) -> ThreadQuerySet:
        """Threads with posts that this person has not read; older than their joining counts as read."""
        read = ThreadRead.objects.filter(person=user, thread=OuterRef("pk"), last_number__gte=OuterRef("last_number"))
        return self.filter(~Exists(read), last_post_at__gt=user.date_joined)

    def with_opening(self) -> ThreadQuerySet:
        """Each with its first post at hand, in one query for all."""
        from forum.models.post import Post

        posts = Post.objects.filter(number=1)
        return self.prefetch_related(Prefetch("posts", queryset=posts, to_attr="openings"))

    def with_writer(self) -> ThreadQuerySet:
        """As `with_opening`, with who wrote it where it carries no name: for the rules of moderation alone."""
        from forum.models.post import Post

        posts = Post.objects.filter(number=1).select_related("nameless__person")
        return self.prefetch_related(Prefetch("posts", queryset=posts, to_attr="openings"))

    def get_visible(self, pk: int, user: User | AnonymousUser) -> Thread | None:
        """The thread with its space, if `visible_to` would give it; with how this reader stands to it.

        The same rule asked in Python: for one row its SQL takes four times as long to build as to run.
        """
        found = WITH_SPACE.rows(pk=pk)
        if not found:
            return None
        thread = found[0]
        if user.is_authenticated:
            thread.stand(user)
        is_shown = thread.hidden_at is None or _is_moderator(user)
        return thread if is_shown and thread.space.is_readable_by(user) else None


WITH_SPACE = Prepared(lambda pk: Thread.objects.filter(pk=pk).select_related("space"), "pk")
STANDING = """
    SELECT (SELECT last_number FROM forum_threadread WHERE thread_id = %s AND person_id = %s),
           EXISTS (SELECT 1 FROM forum_follow WHERE thread_id = %s AND person_id = %s),
           EXISTS (SELECT 1 FROM notifications_following
                   WHERE kind = 'thread' AND object_id = %s AND person_id = %s AND wish = 'mute'),
           EXISTS (SELECT 1 FROM forum_draft WHERE key = %s AND person_id = %s),
           (SELECT state FROM forum_spacemembership WHERE space_id = %s AND person_id = %s),
           EXISTS (SELECT 1 FROM forum_spacemembership
                   WHERE space_id = %s AND person_id = %s AND is_keeper AND state = 'joined')
"""
TAGS = """
    SELECT 'topics', slug, name, '' FROM vocabulary_topic
      JOIN forum_thread_topics ON topic_id = vocabulary_topic.id WHERE thread_id = %s
    UNION ALL
    SELECT 'sectors', slug, name, shape FROM vocabulary_sector
      JOIN forum_thread_sectors ON sector_id = vocabulary_sector.id WHERE thread_id = %s
    UNION ALL
    SELECT 'mentions', '', '', '' WHERE EXISTS (SELECT 1 FROM forum_postlink WHERE thread_id = %s)
"""


class Thread(models.Model):
    """A question, a discussion or a problem, and the posts beneath it. Its first post is number 1."""

    class Kind(models.TextChoices):
        QUESTION = "question", _("Question")
        DISCUSSION = "discussion", _("Something to talk about")
        PROBLEM = "problem", _("A problem to solve together")
        ANNOUNCEMENT = "announcement", _("Announcement")

    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="threads")
    kind = models.CharField(_("what it is"), max_length=12, choices=Kind, default=Kind.QUESTION)
    title = models.CharField(_("title"), max_length=160)
    slug = models.SlugField(max_length=80)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="threads")
    page = models.ForeignKey(
        "wagtailcore.Page",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="threads",
        help_text=_("The resource or webinar that this thread is about."),
    )
    topics = models.ManyToManyField("vocabulary.Topic", blank=True, related_name="threads")
    sectors = models.ManyToManyField("vocabulary.Sector", blank=True, related_name="threads")
    answer = models.ForeignKey(
        "forum.Post",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("what helped"),
    )
    reply_count = models.PositiveIntegerField(default=0, editable=False, help_text="Posts but the first, not hidden.")
    helpful = models.PositiveIntegerField(
        db_default=0, editable=False, help_text="How often its posts that are not hidden were thanked for."
    )
    last_number = models.PositiveIntegerField(
        default=0, editable=False, help_text="Number of the newest post, hidden or not."
    )
    last_post_at = models.DateTimeField(default=timezone.now)
    last_post_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    is_nameless = models.BooleanField(
        default=False, db_default=False, editable=False, help_text="Its first post has no name."
    )
    is_last_nameless = models.BooleanField(
        default=False, db_default=False, editable=False, help_text="Its newest post has no name."
    )
    is_pinned = models.BooleanField(default=False)
    is_locked = models.BooleanField(default=False)
    hidden_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When the last of its posts was deleted by its author."
    )
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, editable=False, on_delete=models.CASCADE, related_name="merged"
    )
    is_rearranged = models.BooleanField(
        db_default=False, editable=False, help_text="It was moved, or posts came to it or went from it."
    )
    created_at = models.DateTimeField(default=timezone.now)

    # Set by `stand`.
    my_last_number: int | None
    my_follow: bool
    my_mute: bool
    my_draft: bool
    # Set by `discussions_about`.
    how: str
    # Set by `with_opening`.
    openings: list[Post]

    objects = ThreadQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["space", "-last_post_at", "-id"], condition=LISTED, name="thread_in_space"),
            models.Index(fields=["space", "kind", "-last_post_at", "-id"], condition=LISTED, name="thread_of_kind"),
            models.Index(
                fields=["space", "reply_count", "-last_post_at", "-id"], condition=LISTED, name="thread_unanswered"
            ),
            models.Index(fields=["reply_count", "-last_post_at", "-id"], condition=LISTED, name="thread_waiting"),
            models.Index(fields=["space", "-helpful", "-id"], condition=LISTED, name="thread_helpful_in_space"),
            models.Index(fields=["-helpful", "-id"], condition=LISTED, name="thread_helpful"),
            models.Index(fields=["space"], condition=LISTED & Q(is_pinned=True), name="thread_pinned"),
            models.Index(fields=["-last_post_at", "-id"], condition=LISTED, name="thread_newest"),
            models.Index(fields=["page", "-last_post_at"], name="thread_about_page"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return thread_url(self.pk, self.slug)

    @property
    def opening(self) -> Post | None:
        """Its first post; no query after `with_opening`."""
        if hasattr(self, "openings"):
            return self.openings[0] if self.openings else None
        return self.posts.filter(number=1).first()

    def stand(self, user: User) -> None:
        """Sets how far this person has read, whether they follow and have a draft, and their standing in the space.

        Written by hand: through the ORM these five take the page longer than all of its posts.
        """
        me, draft = user.pk, f"reply:{self.pk}"
        with connection.cursor() as cursor:
            mine, here = (self.pk, me), (self.space_id, me)
            cursor.execute(STANDING, [*mine, *mine, *mine, draft, me, *here, *here])
            number, follows, mutes, has_draft, state, keeps = cursor.fetchone()
        self.my_last_number, self.my_follow, self.my_draft = number, bool(follows), bool(has_draft)
        self.my_mute = bool(mutes)
        self.space.stand(state, bool(keeps))

    def tags(self) -> dict[str, tuple[tuple[str, str, str], ...]]:
        """Topics and sectors as (name, slug, shape), by name; one query, written by hand for the same reason.

        It says too whether somebody points at the thread: `mentions` is empty where nobody does.
        """
        with connection.cursor() as cursor:
            cursor.execute(TAGS, [self.pk, self.pk, self.pk])
            rows = cursor.fetchall()
        found: dict[str, list[tuple[str, str, str]]] = {"topics": [], "sectors": [], "mentions": []}
        for what, slug, name, shape in rows:
            found[what].append((name, slug, shape))
        return {what: tuple(sorted(tags)) for what, tags in found.items()}

    @property
    def container(self) -> str:
        """The key under which search knows who may see this thread."""
        return f"space:{self.space_id}"

    @property
    def is_asking(self) -> bool:
        """A question or a problem, so that a post can be what helped."""
        return self.kind in ASKING

    @property
    def pages(self) -> int:
        """How many pages its posts fill, at least 1."""
        return max(1, -(-self.last_number // POSTS_A_PAGE))

    def place_url(self, number: int) -> str:
        """Where the post with this number stands."""
        return place_url(self.get_absolute_url(), number)

    def page_url(self, page: int) -> str:
        return self.get_absolute_url() + (f"?page={page}" if page > 1 else "")


class Follow(models.Model):
    """A person wants to hear of new posts in a thread."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="follows")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "person"], name="follow_once")]

    def __str__(self) -> str:
        return f"{self.person_id} follows {self.thread_id}"


class ThreadRead(models.Model):
    """How far a person has read a thread."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reads")
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="reads")
    last_number = models.PositiveIntegerField()
    read_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "thread"], name="read_once")]

    def __str__(self) -> str:
        return f"{self.person_id} read {self.thread_id} to {self.last_number}"
