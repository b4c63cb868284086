from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class SpaceQuerySet(models.QuerySet["Space"]):
    def visible_to(self, user: User | AnonymousUser) -> SpaceQuerySet:
        """Spaces that this reader may know of; what is inside them is `readable_by`."""
        if not user.is_authenticated:
            return self.filter(visibility=Space.Visibility.PUBLIC)
        if user.is_moderator:
            return self.all()
        return self.filter(~Q(visibility=Space.Visibility.INVITED) | Q(pk__in=self._known(user)))

    def readable_by(self, user: User | AnonymousUser) -> SpaceQuerySet:
        """Spaces whose threads this reader may see."""
        if not user.is_authenticated:
            return self.filter(visibility=Space.Visibility.PUBLIC)
        if user.is_moderator:
            return self.all()
        open_to_members = (Space.Visibility.PUBLIC, Space.Visibility.MEMBERS)
        joined = SpaceMembership.objects.filter(person=user, state=SpaceMembership.State.JOINED)
        return self.filter(Q(visibility__in=open_to_members) | Q(pk__in=joined.values("space")))

    @staticmethod
    def _known(user: User) -> models.QuerySet:
        states = (SpaceMembership.State.JOINED, SpaceMembership.State.INVITED)
        return SpaceMembership.objects.filter(person=user, state__in=states).values("space")


class Space(models.Model):
    """A room of the forum, for a purpose, a place or a sector."""

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("Public: anyone on the internet can read")
        MEMBERS = "members", _("Members: everyone who has joined this site can read")
        ASK = "ask", _("Ask to join: only people who were let in can read")
        INVITED = "invited", _("Invited: only people who were invited can read, others do not see it")

    name = models.CharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    purpose = models.CharField(_("what it is for, in one sentence"), max_length=200)
    welcome_source = models.TextField(_("welcome"), blank=True)
    welcome_html = models.TextField(blank=True, editable=False)
    welcome_version = models.PositiveSmallIntegerField(default=0, editable=False)
    visibility = models.CharField(_("who can read"), max_length=10, choices=Visibility, default=Visibility.MEMBERS)
    open_to_search_engines = models.BooleanField(
        _("public threads may be found by outside search engines"), default=False
    )
    place = models.ForeignKey("vocabulary.Place", null=True, blank=True, on_delete=models.SET_NULL)
    sector = models.ForeignKey("vocabulary.Sector", null=True, blank=True, on_delete=models.SET_NULL)
    position = models.PositiveSmallIntegerField(default=0)
    thread_count = models.PositiveIntegerField(default=0, editable=False)
    post_count = models.PositiveIntegerField(default=0, editable=False)
    last_post_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_archived = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SpaceQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(open_to_search_engines=False) | Q(visibility="public"), name="space_only_public_is_indexed"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("forum:space", args=[self.slug])

    @property
    def container(self) -> str:
        """The key under which search knows who may see what is in this space."""
        return f"space:{self.pk}"


class SpaceMembership(models.Model):
    """A person in a space, or on the way in."""

    class State(models.TextChoices):
        JOINED = "joined", _("Joined")
        ASKED = "asked", _("Asked to join")
        INVITED = "invited", _("Invited")

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="space_memberships")
    state = models.CharField(max_length=10, choices=State, default=State.JOINED)
    is_keeper = models.BooleanField(_("keeps this space"), default=False)
    message = models.CharField(_("why you would like to join"), max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "person"], name="membership_once")]
        indexes = [models.Index(fields=["person", "state"], name="membership_of_person")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.space_id}: {self.state}"
