from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Subquery, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from moderation.registry import Urgency

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

# Without letters and digits that look alike when somebody reads them out on the telephone.
REFERENCE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
REFERENCE_LENGTH = 5


def is_about(content_type: ContentType, object_id: int) -> Q:
    """Rows of Report or Decision about one thing."""
    return Q(content_type=content_type, object_id=object_id)


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: User | AnonymousUser) -> ReportQuerySet:
        """A person's own reports; moderators see all."""
        if not user.is_authenticated:
            return self.none()
        return self.all() if user.is_moderator else self.made_by(user)

    def made_by(self, user: User | AnonymousUser) -> ReportQuerySet:
        return self.filter(reporter=user) if user.is_authenticated else self.none()

    def waiting(self) -> ReportQuerySet:
        return self.filter(state=Report.State.OPEN)

    def heads(self) -> ReportQuerySet:
        """Of every thing with waiting reports the oldest one, with the `urgency` of the gravest among them."""
        same = Report.objects.waiting().filter(content_type=OuterRef("content_type"), object_id=OuterRef("object_id"))
        ranked = same.annotate(rank=_urgency_of_reason()).order_by("rank")
        return (
            self.waiting()
            .filter(~Exists(same.filter(pk__lt=OuterRef("pk"))))
            .annotate(urgency=Subquery(ranked.values("rank")[:1], output_field=models.IntegerField()))
        )


def _urgency_of_reason() -> Case:
    return Case(
        *(When(reason=reason, then=level.value) for reason, level in URGENCY.items()),
        default=Urgency.CAN_WAIT.value,
        output_field=models.IntegerField(),
    )


class Report(models.Model):
    """Somebody's word that something should be looked at."""

    class Reason(models.TextChoices):
        IDENTIFIES = "identifies", _("It may identify a child or a family")
        HARM = "harm", _("Somebody may be at risk of harm")
        ABUSE = "abuse", _("It is unkind, threatening or discriminating")
        WRONG = "wrong", _("It is unsafe or wrong advice")
        SPAM = "spam", _("It is advertising or does not belong here")
        SCREENED = "screened", _("Held before it appeared: it may tell who somebody is")
        OTHER = "other", _("Something else")

    class State(models.TextChoices):
        OPEN = "open", _("Waiting")
        UPHELD = "upheld", _("Hidden")
        DISMISSED = "dismissed", _("Left as it is")

    reference = models.CharField(max_length=12, unique=True)
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    object_id = models.BigIntegerField()
    subject = GenericForeignKey()
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(_("what is wrong with it"), max_length=12, choices=Reason)
    details = models.TextField(_("what should the moderators know"), max_length=2000, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "reporter"],
                condition=Q(state="open"),
                name="report_once_while_open",
            )
        ]
        indexes = [
            models.Index(fields=["state", "-created_at"], name="report_queue"),
            models.Index(fields=["content_type", "object_id"], name="report_subject"),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        """The reporter's own page about it."""
        return reverse("moderation:sent", args=[self.reference])

    @property
    def is_urgent(self) -> bool:
        return URGENCY.get(self.reason) == Urgency.URGENT

    @staticmethod
    def free_reference() -> str:
        """A short word to quote on the telephone, such as R-7K3Q9."""
        while True:
            letters = (secrets.choice(REFERENCE_LETTERS) for _ in range(REFERENCE_LENGTH))
            reference = f"R-{''.join(letters)}"
            if not Report.objects.filter(reference=reference).exists():
                return reference


URGENCY: dict[str, Urgency] = {
    Report.Reason.IDENTIFIES: Urgency.URGENT,
    Report.Reason.HARM: Urgency.URGENT,
    Report.Reason.SCREENED: Urgency.URGENT,
    Report.Reason.ABUSE: Urgency.THIS_WEEK,
    Report.Reason.WRONG: Urgency.THIS_WEEK,
}


class DecisionQuerySet(models.QuerySet["Decision"]):
    def visible_to(self, user: User | AnonymousUser) -> DecisionQuerySet:
        """What was decided about a person's own words; moderators see all."""
        if not user.is_authenticated:
            return self.none()
        return self.all() if user.is_moderator else self.filter(author=user)

    def with_newest(self) -> DecisionQuerySet:
        """Each with `newest`: the id of the newest decision about the same thing, perhaps its own."""
        same = Decision.objects.filter(content_type=OuterRef("content_type"), object_id=OuterRef("object_id"))
        return self.annotate(newest=Subquery(same.order_by("-pk").values("pk")[:1]))

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

    HIDING = (Verb.HOLD, Verb.HIDE)

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
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(auto_now_add=True)
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


class Outsider(models.Model):
    """Somebody outside the moderators who hears an appeal where no moderator but the first one could."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return str(self.person)


class AppealQuerySet(models.QuerySet["Appeal"]):
    def visible_to(self, user: User | AnonymousUser) -> AppealQuerySet:
        """A person's own; for those who hear appeals all, save those that wait and are about their own decision."""
        if not (user.is_authenticated and user.is_active):
            return self.none()
        if user.is_moderator or Outsider.objects.filter(person=user).exists():
            return self.exclude(decision__decided_by=user, state=Appeal.State.OPEN)
        return self.filter(decision__author=user)

    def waiting(self) -> AppealQuerySet:
        return self.filter(state=Appeal.State.OPEN)


class Appeal(models.Model):
    """The author's word against a decision to hide; somebody else looks again."""

    class State(models.TextChoices):
        OPEN = "open", _("Waiting")
        GRANTED = "granted", _("Shown again")
        REFUSED = "refused", _("Still hidden")

    decision = models.OneToOneField(Decision, on_delete=models.CASCADE, related_name="appeal")
    text = models.TextField(_("why it should be shown"), max_length=2000)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    answer = models.TextField(_("answer"), max_length=1000, blank=True)
    heard_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    heard_at = models.DateTimeField(null=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["state", "created_at"], name="appeal_queue")]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.decision_id}"

    def get_absolute_url(self) -> str:
        return reverse("moderation:hear", args=[self.pk])
