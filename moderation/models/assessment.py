from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def visible_to(self, user: User | AnonymousUser) -> AssessmentQuerySet:
        """For those who look after the site."""
        return self.all() if user.is_authenticated and user.is_moderator else self.none()

    def newest(self) -> AssessmentQuerySet:
        """The version of each kind that counts now."""
        later = Assessment.objects.filter(kind=models.OuterRef("kind"), version__gt=models.OuterRef("version"))
        return self.filter(~models.Exists(later))


class Assessment(models.Model):
    """One version of a record that the Online Safety Act asks for. Rows are only ever added."""

    class Kind(models.TextChoices):
        ILLEGAL = "illegal", _("Illegal content risk assessment")
        ACCESS = "access", _("Children’s access assessment")
        CHILDREN = "children", _("Children’s risk assessment")

    kind = models.CharField(max_length=10, choices=Kind)
    version = models.PositiveSmallIntegerField()
    answers = models.JSONField(help_text="By the names of the questions in moderation.assessments.")
    signed_by = models.CharField(_("who is responsible for it"), max_length=120, help_text=_("Name and role."))
    review_by = models.DateField(_("to be looked at again by"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "version"], name="assessment_version_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.version}"

    def get_absolute_url(self) -> str:
        return reverse("moderation:assessment", args=[self.kind, self.version])

    @property
    def is_due(self) -> bool:
        return self.review_by <= timezone.localdate()
