from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from forum.models.audience import AUDIENCES, CIRCLE_AUDIENCE, OPEN, REPLIES, STARTS, Visibility, Who
from forum.models.membership import SpaceMembership, Standing, is_member
from markup.render import RENDERER_VERSION, render

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

# Words that stand where a space's slug does in the forum's own addresses.
RESERVED_SLUGS = frozenset(
    [
        "audience",
        "draft",
        "drafts",
        "earlier",
        "feed",
        "helped",
        "invitation",
        "merge",
        "move",
        "names",
        "new",
        "news",
        "poll",
        "post",
        "preview",
        "read",
        "reply",
        "split",
        "start",
        "thread",
        "undo",
    ]
)


@cache
def _spaces_address() -> str:
    return reverse("forum:space", args=["x"]).removesuffix("x/")


def not_reserved(slug: str) -> None:
    if slug in RESERVED_SLUGS:
        raise ValidationError(_("The site needs this address for something else. Choose another one."))


class SpaceQuerySet(models.QuerySet["Space"]):
    def visible_to(self, user: User | AnonymousUser) -> SpaceQuerySet:
        """Spaces that this reader may know of; what is inside them is `readable_by`."""
        if not is_member(user):
            return self.filter(visibility=Space.Visibility.PUBLIC)
        if user.is_moderator:
            return self.all()
        known = SpaceMembership.objects.filter(
            person=user, state__in=(SpaceMembership.State.JOINED, SpaceMembership.State.INVITED)
        )
        return self.filter(~Q(visibility=Space.Visibility.INVITED) | Q(pk__in=known.values("space")))

    def readable_by(self, user: User | AnonymousUser) -> SpaceQuerySet:
        """Spaces whose threads this reader may see."""
        if not is_member(user):
            return self.filter(visibility=Space.Visibility.PUBLIC)
        if user.is_moderator:
            return self.exclude(pk__in=Space.objects.circles_closed_to(user).values("pk"))
        joined = SpaceMembership.objects.filter(person=user, state=SpaceMembership.State.JOINED)
        return self.filter(Q(visibility__in=Space.OPEN) | Q(pk__in=joined.values("space")))

    def circles_closed_to(self, user: User) -> SpaceQuerySet:
        """Reflective spaces that this moderator is not in, and has not come into because of a report."""
        from forum.models.circle import CircleVisit

        joined = SpaceMembership.objects.filter(person=user, state=SpaceMembership.State.JOINED)
        visited = CircleVisit.objects.open().filter(moderator=user)
        closed = self.filter(is_reflective=True).order_by()
        return closed.exclude(pk__in=joined.values("space")).exclude(pk__in=visited.values("space"))

    def closed_to(self, user: User | AnonymousUser) -> SpaceQuerySet:
        """All spaces but those that are `readable_by` this reader."""
        return self.exclude(pk__in=self.readable_by(user).values("pk"))

    def writable_by(self, user: User | AnonymousUser) -> SpaceQuerySet:
        """Spaces in which this person may start a thread."""
        if not is_member(user):
            return self.none()
        mine = SpaceMembership.objects.filter(person=user, state=SpaceMembership.State.JOINED)
        may = Q(who_starts=Space.Who.MEMBERS) | Q(pk__in=mine.filter(is_keeper=True).values("space"))
        may |= Q(who_starts=Space.Who.NAMED, pk__in=mine.filter(is_named=True).values("space"))
        if user.is_moderator:
            may |= Q(is_reflective=False)
        return self.readable_by(user).filter(may, is_archived=False)

    def for_reader(self, user: User | AnonymousUser) -> SpaceQuerySet:
        """Visible spaces, each with how this reader stands to it, so that asking costs no further query."""
        found = self.visible_to(user)
        if not user.is_authenticated:
            return found
        mine = SpaceMembership.objects.filter(space=OuterRef("pk"), person=user)
        return found.annotate(
            my_state=Subquery(mine.values("state")[:1]),
            my_keeping=Exists(mine.filter(is_keeper=True, state=SpaceMembership.State.JOINED)),
        )

    def with_family(self) -> SpaceQuerySet:
        """Each with its parent, whom it is for, and `has_children`."""
        children = Space.objects.filter(parent=OuterRef("pk"))
        return self.select_related("parent", "place", "sector", "topic").annotate(has_children=Exists(children))

    def with_newest(self) -> SpaceQuerySet:
        """Each with `newest_id`, the thread that was written in last."""
        from forum.models.thread import Thread

        threads = Thread.objects.listed().filter(space=OuterRef("pk")).order_by("-last_post_at", "-id")
        return self.annotate(newest_id=Subquery(threads.values("pk")[:1]))


class Space(models.Model):
    """A room of the forum, for a purpose, a place or a sector."""

    Visibility = Visibility
    Who = Who
    OPEN = OPEN

    name = models.CharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(
        _("address"),
        max_length=60,
        unique=True,
        validators=[not_reserved],
        help_text=_("The last part of its web address: small letters, digits and dashes."),
    )
    purpose = models.CharField(_("what it is for, in one sentence"), max_length=200)
    welcome_source = models.TextField(_("welcome"), blank=True)
    welcome_html = models.TextField(blank=True, editable=False)
    welcome_version = models.PositiveSmallIntegerField(default=0, editable=False)
    rules_source = models.TextField(
        _("house rules"),
        blank=True,
        default="",
        db_default="",
        help_text=_("What holds here beside the rules of the whole site."),
    )
    rules_html = models.TextField(blank=True, default="", db_default="", editable=False)
    rules_version = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="children",
        verbose_name=_("stands beneath"),
        help_text=_("Another space, on the list of spaces. Who can read is each space’s own."),
    )
    visibility = models.CharField(_("who can read"), max_length=10, choices=Visibility, default=Visibility.MEMBERS)
    who_starts = models.CharField(
        _("who can start threads"), max_length=8, choices=Who, default=Who.MEMBERS, db_default=Who.MEMBERS
    )
    who_replies = models.CharField(
        _("who can reply, and vote"), max_length=8, choices=Who, default=Who.MEMBERS, db_default=Who.MEMBERS
    )
    open_to_search_engines = models.BooleanField(
        _("public threads may be found by outside search engines"), default=False
    )
    place = models.ForeignKey(
        "vocabulary.Place", null=True, blank=True, on_delete=models.SET_NULL, verbose_name=_("place")
    )
    sector = models.ForeignKey(
        "vocabulary.Sector", null=True, blank=True, on_delete=models.SET_NULL, verbose_name=_("sector")
    )
    topic = models.ForeignKey(
        "vocabulary.Topic", null=True, blank=True, on_delete=models.SET_NULL, verbose_name=_("topic")
    )
    project = models.CharField(
        _("project"),
        max_length=80,
        blank=True,
        default="",
        db_default="",
        help_text=_("The name of the project that it is for, if it is."),
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("Spaces are listed by this number, then by name.")
    )
    allows_nameless = models.BooleanField(
        _("people may post without their name"),
        db_default=False,
        default=False,
        help_text=_("Others then read “A member”. Who keeps the space can find out who it was, and that is logged."),
    )
    is_reflective = models.BooleanField(
        _("reflective: a small closed circle for peer support"),
        default=False,
        db_default=False,
        help_text=_(
            "At most twelve people, who agree to where confidentiality ends. Moderators read it only after a report. "
            "Nothing in it is searched, sent or fed out, and posts expire. This cannot be changed later."
        ),
    )
    expires_after_days = models.PositiveSmallIntegerField(
        _("days until posts expire"),
        default=90,
        db_default=90,
        validators=[MinValueValidator(7), MaxValueValidator(730)],
        help_text=_("Only in a reflective space."),
    )
    boundaries = models.TextField(
        _("where confidentiality ends"),
        blank=True,
        max_length=4000,
        help_text=_("Only in a reflective space: people agree to this when they join. Left empty, it is our own text."),
    )
    thread_count = models.PositiveIntegerField(default=0, editable=False)
    post_count = models.PositiveIntegerField(default=0, editable=False)
    last_post_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_archived = models.BooleanField(
        _("archived"), default=False, help_text=_("People can still read it, nobody can write in it.")
    )
    is_demo = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    # Set by `with_newest` and `with_family`.
    newest_id: int | None
    has_children: bool

    objects = SpaceQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(open_to_search_engines=False) | Q(visibility="public"),
                name="space_only_public_is_indexed",
            ),
            models.CheckConstraint(
                condition=Q(is_reflective=False) | Q(visibility__in=("ask", "invited")),
                name="space_reflective_is_closed",
            ),
            models.CheckConstraint(condition=~Q(parent=F("pk")), name="space_not_beneath_itself"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{_spaces_address()}{self.slug}/"

    @property
    def unnamed_url(self) -> str:
        """For e-mails: the address of a space that is not public would say what it is called."""
        return self.get_absolute_url() if self.is_public else reverse("forum:space_by_number", args=[self.pk])

    @property
    def container(self) -> str:
        """The key under which search knows who may see what is in this space."""
        return f"space:{self.pk}"

    @property
    def threads_listed(self) -> int | str:
        """How many threads it has, for whoever looks after all spaces; of a circle nobody needs to know."""
        return "" if self.is_reflective else self.thread_count

    @property
    def is_open(self) -> bool:
        """Every member reads it without having joined."""
        return self.visibility in self.OPEN

    @property
    def is_public(self) -> bool:
        return self.visibility == self.Visibility.PUBLIC

    @property
    def readers(self) -> str:
        """Which people read it, as a form keeps it that somebody fills in meanwhile."""
        return f"{self.pk}-{self.visibility}"

    @property
    def nameless_threads(self) -> bool:
        """Whether threads may carry no name: where only a few may start one, that would say who they are."""
        return self.allows_nameless and self.who_starts == self.Who.MEMBERS

    @property
    def nameless_replies(self) -> bool:
        return self.allows_nameless and self.who_replies == self.Who.MEMBERS

    @property
    def is_indexable(self) -> bool:
        """Outside search engines and feed readers may have its threads."""
        return self.is_public and self.open_to_search_engines

    def is_readable_by(self, user: User | AnonymousUser) -> bool:
        """Whether the threads may be seen: `readable_by` asked of one space."""
        if self.is_public:
            return True
        if not is_member(user):
            return False
        if self.is_open or (user.is_moderator and not self.is_reflective) or self.standing_of(user).has_joined:
            return True
        return user.is_moderator and self.visits.open().filter(moderator=user).exists()

    def is_known_to(self, user: User | AnonymousUser) -> bool:
        """Whether this reader may know of it: `visible_to` asked of one space."""
        if self.visibility == self.Visibility.INVITED or not is_member(user):
            return Space.objects.visible_to(user).filter(pk=self.pk).exists() if is_member(user) else self.is_public
        return True

    def check_place(self) -> None:
        """Spaces stand in two rows: those on their own, and those beneath one of them. Errors: ValidationError."""
        if self.parent is None:
            return
        if self.parent_id == self.pk or self.parent.parent_id is not None:
            raise ValidationError({"parent": _("Choose a space that does not stand beneath another one.")})
        if self.pk and self.children.exists():
            raise ValidationError({"parent": _("Other spaces stand beneath this one, so it must stand on its own.")})

    @property
    def audience(self) -> str:
        """Who reads what is written here, as half a sentence."""
        return str(CIRCLE_AUDIENCE if self.is_reflective else AUDIENCES[self.visibility])

    @property
    def writers_said(self) -> list[str]:
        """Who may start threads and who may reply, as sentences; none where every member who reads it may."""
        found = (STARTS.get(self.who_starts), REPLIES.get(self.who_replies))
        return [str(sentence) for sentence in found if sentence]

    @property
    def repliers_said(self) -> str:
        """Who may reply, as a sentence; empty where every member who reads it may."""
        return str(REPLIES.get(self.who_replies, ""))

    @property
    def has_named(self) -> bool:
        """Whether it is for its keepers to name people who may write."""
        return self.Who.NAMED in (self.who_starts, self.who_replies)

    def write_welcome(self, source: str) -> None:
        """Sets the welcome and its HTML; does not save."""
        self.welcome_source = source
        self.welcome_html, self.welcome_version = render(source), RENDERER_VERSION

    def write_rules(self, source: str) -> None:
        """Sets the house rules and their HTML; does not save."""
        self.rules_source = source
        self.rules_html, self.rules_version = render(source), RENDERER_VERSION

    def stand(self, state: str | None, keeps: bool) -> None:
        """Sets how the reader stands to it, as `for_reader` does."""
        vars(self).update(my_state=state, my_keeping=keeps)

    def standing_of(self, user: User | AnonymousUser) -> Standing:
        """How this person stands to the space; a query at most, none for spaces from `for_reader`."""
        if not user.is_authenticated:
            return Standing()
        known = vars(self)
        if "my_state" in known:
            return Standing(known["my_state"], known["my_keeping"])
        membership = self.memberships.filter(person=user).first()
        if membership is None:
            return Standing()
        return Standing(membership.state, membership.is_keeper and membership.state == SpaceMembership.State.JOINED)
