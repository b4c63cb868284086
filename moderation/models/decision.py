from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Case, F, OuterRef, Subquery, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from moderation.models.report import Report, is_about

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class DecisionQuerySet(models.QuerySet["Decision"]):
    def visible_to(self, user: User | AnonymousUser) -> DecisionQuerySet:
        """What was decided about a person's own words; moderators see all."""
        if not user.is_authenticated:
            return self.none()
        return self.all() if user.is_moderator else self.filter(author=user)

    def with_newest(self) -> DecisionQuerySet:
        """Each with `newest`: the id of the newest decision of the same sort about the same thing, perhaps its own.

        Words and accounts are decided about apart; a warning is never overtaken.
        """
        same = Decision.objects.filter(content_type=OuterRef("content_type"), object_id=OuterRef("object_id"))
        sorts = [
            When(verb__in=sort, then=Subquery(same.filter(verb__in=sort).order_by("-pk").values("pk")[:1]))
            for sort in (Decision.ABOUT_WORDS, Decision.ABOUT_ACCOUNTS)
        ]
        return self.annotate(newest=Case(*sorts, default=F("pk"), output_field=models.BigIntegerField()))

    def told_to_author(self) -> DecisionQuerySet:
        """That nothing was done would tell them that they had been reported."""
        return self.exclude(verb=Decision.Verb.DISMISS)

    def for_moderator(self, user: User) -> DecisionQuerySet:
        """All but those about their own words, of which they read what every author reads."""
        return self.exclude(author=user)

    def about(self, subject: models.Model) -> DecisionQuerySet:
        return self.filter(is_about(ContentType.objects.get_for_model(subject), subject.pk))

    def reasons_for(self, model: type[models.Model], pks: Iterable[int]) -> dict[int, str]:
        """Why each of these things was hidden last, by its id; things that were not are left out. One query."""
        found = self.filter(
            content_type=ContentType.objects.get_for_model(model),
            object_id__in=list(pks),
            verb__in=Decision.HIDING,
        )
        return dict(found.order_by("pk").values_list("object_id", "reason"))


class Decision(models.Model):
    """What was decided about something, and why. Rows are only ever added."""

    class Verb(models.TextChoices):
        HOLD = "hold", _("Hidden until a moderator looks")
        HIDE = "hide", _("Hidden")
        RESTORE = "restore", _("Shown again")
        DISMISS = "dismiss", _("Left as it is")
        EDIT = "edit", _("Changed by a moderator")
        REMOVE = "remove", _("Removed for good")
        CLOSE = "close", _("Space closed")
        REOPEN = "reopen", _("Space opened again")
        WARN = "warn", _("Warned")
        SUSPEND = "suspend", _("Account closed for a time")
        EXPEL = "expel", _("Removed from the site")
        LIFT = "lift", _("Let back in")
        TRUST = "trust", _("Trust changed")

    HIDING = (Verb.HOLD, Verb.HIDE, Verb.REMOVE)
    ABOUT_ACCOUNTS = (Verb.SUSPEND, Verb.EXPEL, Verb.LIFT)
    ABOUT_WORDS = (
        Verb.HOLD, Verb.HIDE, Verb.RESTORE, Verb.DISMISS, Verb.EDIT, Verb.REMOVE, Verb.CLOSE, Verb.REOPEN,
    )  # fmt: skip
    # What a report was right about.
    UPHOLDING = (Verb.HIDE, Verb.EDIT, Verb.REMOVE, Verb.CLOSE, Verb.WARN)
    APPEALABLE = (*UPHOLDING, Verb.SUSPEND, Verb.EXPEL, Verb.TRUST)

    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    object_id = models.BigIntegerField()
    subject = GenericForeignKey()
    verb = models.CharField(max_length=10, choices=Verb)
    reason = models.TextField(_("reason"), max_length=1000)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Who had written what was decided about."),
    )
    is_nameless = models.BooleanField(
        default=False,
        db_default=False,
        editable=False,
        help_text="Who had written it did so without their name: no page shows it.",
    )
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(auto_now_add=True)
    until = models.DateTimeField(null=True, blank=True, help_text=_("When it ends by itself."))
    erased_at = models.DateTimeField(null=True, blank=True, help_text=_("When the removed words went for good."))
    reports = models.ManyToManyField(Report, blank=True, related_name="decisions")

    newest: int  # set by with_newest()

    objects = DecisionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["content_type", "object_id", "-decided_at"], name="decision_subject")]

    def __str__(self) -> str:
        return f"{self.get_verb_display()}: {self.object_id}"

    def get_absolute_url(self) -> str:
        """The author's own page about it."""
        return reverse("moderation:decision", args=[self.pk])
