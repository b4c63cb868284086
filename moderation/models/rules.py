from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Rules(models.Model):
    """What has a text wait for a moderator, whoever it may tell of. One row; moderators edit it on the desk."""

    words = models.TextField(
        _("words to watch"), max_length=5000, blank=True,
        help_text=_("One word or phrase a line. An asterisk stands for any ending: “vape*” also finds “vapes”. "
                    "Capitals and accents make no difference."),
    )  # fmt: skip
    most_links = models.PositiveSmallIntegerField(
        _("links that a new member may post at once"), default=3, validators=[MaxValueValidator(100)],
        help_text=_("Links to this site do not count."),
    )  # fmt: skip
    most_same = models.PositiveSmallIntegerField(
        _("times that a new member may post the same text in a day"), default=2, db_default=2,
        validators=[MaxValueValidator(100)],
        help_text=_("What comes more often waits. Short texts, such as a word of thanks, do not count. 0: no limit."),
    )  # fmt: skip
    most_an_hour = models.PositiveSmallIntegerField(
        _("posts of a new member in an hour"), default=30, db_default=30, validators=[MaxValueValidator(500)],
        help_text=_("What comes faster waits. 0: no limit."),
    )  # fmt: skip
    new_for_days = models.PositiveSmallIntegerField(
        _("days for which somebody is a new member"), default=14, validators=[MaxValueValidator(365)],
        help_text=_("With 0, nobody is new, and links are not counted."),
    )  # fmt: skip

    class Meta:
        verbose_name_plural = _("rules")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_row_of_rules")]

    def __str__(self) -> str:
        return str(_("Rules for holding posts"))
