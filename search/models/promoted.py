from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, PageChooserPanel
from wagtail.models import Page

from search import inflections, words
from vocabulary.spelling import one_spelling
from web.privacy import pages_visible_to

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

# Search keeps all phrases here for a minute.
CACHE_KEY = "search-promoted-phrases"
LONGEST_KEY = 80


class PromotedResultQuerySet(models.QuerySet["PromotedResult"]):
    def on(self, day: dt.date) -> PromotedResultQuerySet:
        begun = Q(first_day__isnull=True) | Q(first_day__lte=day)
        return self.filter(begun, Q(last_day__isnull=True) | Q(last_day__gte=day))

    def visible_to(self, user: User | AnonymousUser) -> PromotedResultQuerySet:
        """Those whose page this reader may see."""
        return self.filter(page__in=pages_visible_to(Page.objects.all(), user))


class PromotedResult(ClusterableModel):
    """A page that editors put above the results when somebody searches for certain words."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+", verbose_name=_("page"))
    reason = models.CharField(
        _("why, in a sentence"),
        max_length=200,
        blank=True,
        help_text=_("Shown beneath the title. Left empty, the page’s own description stands there."),
    )
    first_day = models.DateField(_("from"), null=True, blank=True)
    last_day = models.DateField(_("until"), null=True, blank=True)

    objects = PromotedResultQuerySet.as_manager()

    panels = [
        PageChooserPanel("page"),
        InlinePanel("phrases", heading=_("When somebody searches for"), label=_("Words"), min_num=1, max_num=20),
        FieldPanel("reason"),
        FieldRowPanel([FieldPanel("first_day"), FieldPanel("last_day")], heading=_("Only for a time")),
    ]

    class Meta:
        verbose_name = _("result chosen by the editors")
        verbose_name_plural = _("results chosen by the editors")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_day__isnull=True) | Q(last_day__isnull=True) | Q(first_day__lte=F("last_day")),
                name="promoted_days_in_order",
            )
        ]

    def __str__(self) -> str:
        return self.page.title

    @admin.display(description=_("words"))
    def phrase_list(self) -> str:
        return ", ".join(phrase.text for phrase in self.phrases.all())

    def clean(self) -> None:
        super().clean()
        if self.first_day and self.last_day and self.first_day > self.last_day:
            raise ValidationError({"last_day": _("This must not be before the first day.")})


class PromotedPhrase(models.Model):
    """Words that somebody may search for, among others. Endings and American spellings do not matter."""

    result = ParentalKey(PromotedResult, on_delete=models.CASCADE, related_name="phrases")
    text = models.CharField(_("words"), max_length=80)
    key = models.CharField(max_length=LONGEST_KEY, db_index=True, editable=False)

    panels = [FieldPanel("text")]

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        super().clean()
        if not phrase_key(self.text):
            raise ValidationError({"text": _("Write at least one word.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.key = phrase_key(self.text)
        super().save(*args, **kwargs)
        # Before, another reader would have the old phrases kept for a minute more.
        transaction.on_commit(lambda: cache.delete(CACHE_KEY))


def phrase_key(text: str) -> str:
    """What is the same however its words end, in British and in American."""
    return " ".join(keyed(words.WORD.findall(words.fold(text))))[:LONGEST_KEY]


def keyed(folded: Iterable[str]) -> list[str]:
    """Folded words as they stand in keys."""
    return [inflections.stem(one_spelling(word)) for word in folded]
