from __future__ import annotations

import datetime as dt
import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Subquery, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from moderation import registry
from moderation.registry import Urgency

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

# Without letters and digits that look alike when somebody reads them out on the telephone.
REFERENCE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
REFERENCE_LENGTH = 5
# A moderator who is called away says nothing: what they looked at is free again after so long.
LOOKING_TIME = dt.timedelta(minutes=30)


def is_about(content_type: ContentType, object_id: int) -> Q:
    """Rows of Report or Decision about one thing."""
    return Q(content_type=content_type, object_id=object_id)


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: User | AnonymousUser) -> ReportQuerySet:
        """A person's own reports; moderators see those of others too, but none about themselves."""
        if not user.is_authenticated:
            return self.none()
        mine = self.made_by(user)
        return mine | self.ordinary().not_about(user) if user.is_moderator else mine

    def ordinary(self) -> ReportQuerySet:
        """Without allegations against staff and volunteers, which only those see whom they went to."""
        return self.exclude(reason=Report.Reason.STAFF)

    def not_about(self, user: User) -> ReportQuerySet:
        """A report never reaches the person whom it concerns."""
        return self.exclude(concerns=user)

    def made_by(self, user: User | AnonymousUser) -> ReportQuerySet:
        return self.filter(reporter=user) if user.is_authenticated else self.none()

    def waiting(self) -> ReportQuerySet:
        return self.filter(state=Report.State.OPEN)

    def looked_at(self) -> ReportQuerySet:
        """Those that a moderator has said to be looking at, not too long ago."""
        return self.filter(looked_at_by__isnull=False, looking_since__gt=timezone.now() - LOOKING_TIME)

    def heads(self) -> ReportQuerySet:
        """Of every thing with waiting reports the oldest one, with the `urgency` of the gravest among them."""
        waiting = Report.objects.ordinary().waiting()
        same = waiting.filter(content_type=OuterRef("content_type"), object_id=OuterRef("object_id"))
        ranked = same.annotate(rank=_urgency_of_reason()).order_by("rank")
        return (
            self.ordinary()
            .waiting()
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
        STAFF = "staff", _("It is about somebody who works or volunteers with children")
        SPAM = "spam", _("It is advertising or does not belong here")
        SCREENED = "screened", _("Held before it appeared: it may tell who somebody is")
        RULED = "ruled", _("Held before it appeared: by a rule of the moderators")
        OTHER = "other", _("Something else")

    # What nobody reported, but the site held by itself.
    BY_ITSELF = (Reason.SCREENED, Reason.RULED)

    class State(models.TextChoices):
        OPEN = "open", _("Waiting")
        UPHELD = "upheld", _("Hidden")
        DISMISSED = "dismissed", _("Left as it is")
        PASSED_ON = "passed_on", _("Taken up by the safeguarding lead")

    reference = models.CharField(max_length=12, unique=True)
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    object_id = models.BigIntegerField()
    subject = GenericForeignKey()
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(_("what is wrong with it"), max_length=12, choices=Reason)
    concerns = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        help_text=_("The member whom it is about: they never see it."),
    )  # fmt: skip
    details = models.TextField(_("what should the moderators know"), max_length=2000, blank=True)
    is_from_outside = models.BooleanField(default=False, help_text=_("Made by somebody without an account."))
    sender = models.EmailField(
        blank=True, help_text=_("Of somebody outside who wants to be told, until it is decided.")
    )
    confirmed_at = models.DateTimeField(null=True, blank=True, help_text=_("When the sender's address proved right."))
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    looked_at_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+",
        help_text=_("The moderator who said that they are looking at it, until it is decided."),
    )  # fmt: skip
    looking_since = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "reporter"],
                condition=Q(state="open") & ~Q(reason="staff"),
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
    def is_by_itself(self) -> bool:
        return self.reason in self.BY_ITSELF

    @property
    def is_allegation(self) -> bool:
        """About somebody who works or volunteers with children: the safeguarding lead's alone."""
        return self.reason == self.Reason.STAFF

    @property
    def thing_url(self) -> str:
        """The desk's page about what was reported; empty where no room registers it any more."""
        model = self.content_type.model_class()
        if model is None or not registry.is_known(model):
            return ""
        return reverse("moderation:thing", args=[registry.of_model(model).kind, self.object_id])

    @property
    def is_urgent(self) -> bool:
        return URGENCY.get(self.reason) == Urgency.URGENT

    @property
    def is_looked_at(self) -> bool:
        since = self.looking_since
        return self.looked_at_by_id is not None and since is not None and since > timezone.now() - LOOKING_TIME

    @property
    def looked_at_until(self) -> dt.datetime | None:
        return self.looking_since + LOOKING_TIME if self.looking_since else None

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
    Report.Reason.RULED: Urgency.URGENT,
    Report.Reason.STAFF: Urgency.URGENT,
    Report.Reason.ABUSE: Urgency.THIS_WEEK,
    Report.Reason.WRONG: Urgency.THIS_WEEK,
}
