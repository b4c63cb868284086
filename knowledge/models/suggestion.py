"""What members would like to see in the library, and what was said and decided about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from knowledge.models.kinds import Kind

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


def looks_after_library(user: User | AnonymousUser) -> bool:
    """Moderators and editors."""
    return user.is_authenticated and user.is_active and (user.is_moderator or user.is_editor)


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    def visible_to(self, user: User | AnonymousUser) -> SuggestionQuerySet:
        """A person's own; moderators and editors see all."""
        if not user.is_authenticated:
            return self.none()
        return self.all() if looks_after_library(user) else self.filter(person=user)

    def waiting(self) -> SuggestionQuerySet:
        """For a moderator: new ones, and those whose question was answered."""
        return self.filter(state=Suggestion.State.WAITING)

    def unfinished(self) -> SuggestionQuerySet:
        return self.filter(state__in=Suggestion.UNFINISHED)


class Suggestion(models.Model):
    """Something that may belong into the library. Whoever suggested it sees each step and its reason."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for a moderator")
        CHANGES = "changes", _("You are asked for something")
        ACCEPTED = "accepted", _("Accepted: its page is being written")
        PUBLISHED = "published", _("In the library")
        DECLINED = "declined", _("Not in the library")
        TAKEN_BACK = "taken_back", _("Taken back")

    UNFINISHED = (State.WAITING, State.CHANGES, State.ACCEPTED)
    OPEN = (State.WAITING, State.CHANGES)

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="suggestions"
    )
    title = models.CharField(_("title"), max_length=255)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, blank=True)
    doi = models.CharField("DOI", max_length=120, blank=True)
    address = models.URLField(_("address"), max_length=500, blank=True)
    document = models.ForeignKey(
        "files.SiteDocument", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    authors = models.CharField(_("authors"), max_length=300, blank=True)
    publisher = models.CharField(_("publisher"), max_length=150, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    summary = models.TextField(_("what it says"), max_length=600, blank=True)
    reason = models.TextField(_("why others should know it"), max_length=1000, blank=True)
    found = models.JSONField(default=dict, help_text="What a look-up of the DOI said: CSL-JSON.")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    page = models.OneToOneField(
        "knowledge.ResourcePage", null=True, blank=True, on_delete=models.SET_NULL, related_name="suggestion"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now_add=True)

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["state", "changed_at"], name="suggestion_queue"),
            models.Index(fields=["doi"], condition=~models.Q(doi=""), name="suggestion_doi"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("suggestion", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether its words can still be changed, and whether something can be decided."""
        return self.state in self.OPEN


class StepQuerySet(models.QuerySet["SuggestionStep"]):
    def visible_to(self, user: User | AnonymousUser) -> StepQuerySet:
        """Steps of suggestions that this person sees; what moderators note for each other only for them."""
        found = self.filter(suggestion__in=Suggestion.objects.visible_to(user))
        return found if looks_after_library(user) else found.filter(is_internal=False)


class SuggestionStep(models.Model):
    """One thing that happened to a suggestion. Rows are only ever added."""

    class Verb(models.TextChoices):
        SUGGESTED = "suggested", _("Suggested")
        CHANGED = "changed", _("Changed")
        NOTED = "noted", _("Noted")
        ASKED = "asked", _("Asked for something")
        ACCEPTED = "accepted", _("Accepted")
        PUBLISHED = "published", _("Put into the library")
        DECLINED = "declined", _("Not taken")
        TAKEN_BACK = "taken_back", _("Taken back")

    suggestion = models.ForeignKey(Suggestion, on_delete=models.CASCADE, related_name="steps")
    verb = models.CharField(max_length=10, choices=Verb)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField(max_length=2000, blank=True)
    is_internal = models.BooleanField(default=False, help_text="For moderators and editors only.")
    at = models.DateTimeField(auto_now_add=True)

    objects = StepQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.suggestion_id}: {self.verb}"

    def get_absolute_url(self) -> str:
        return self.suggestion.get_absolute_url()


def is_suggested(kind: str, pk: int, user: Any) -> bool:
    """Whether this file came with a suggestion that `user` may see."""
    return kind == "document" and Suggestion.objects.visible_to(user).filter(document=pk).exists()
