from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models, transaction
from django.db.models import Count, ExpressionWrapper, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import model_from_serializable_data
from wagtail.models import Orderable

from events import transcripts, zones
from events.models.pages import WebinarPage

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

# What registering and telling keep on the row. A page's revision holds old values of these: they never win.
KEPT = ("confirmed_count", "sequence", "announced")
OPENS_BEFORE = dt.timedelta(minutes=15)


class SessionQuerySet(models.QuerySet["Session"]):
    def visible_to(self, user: User | AnonymousUser) -> SessionQuerySet:
        """Sessions of the live webinars that this reader may see."""
        return self.filter(page__in=WebinarPage.objects.visible_to(user).order_by().values("pk"))

    def coming(self) -> SessionQuerySet:
        """Not over yet: the one that runs now is still to be joined."""
        return self.filter(ends_at__gt=timezone.now())

    def over(self) -> SessionQuerySet:
        return self.filter(ends_at__lte=timezone.now())

    def for_lists(self) -> SessionQuerySet:
        """With the page's title and address, and without long texts. Adds `is_recorded`, `number` and `total`."""
        recorded = ExpressionWrapper(~Q(transcript="") | ~Q(recording_url=""), output_field=models.BooleanField())
        others = Session.objects.filter(page=OuterRef("page")).order_by().values("page").annotate(n=Count("pk"))
        return (
            self.select_related("page")
            .defer("transcript", "announced", "page__body", "page__speakers", "page__search_description")
            .annotate(
                is_recorded=recorded,
                number=Subquery(others.filter(starts_at__lte=OuterRef("starts_at")).values("n")),
                total=Subquery(others.values("n")),
            )
        )


class Session(Orderable):
    """One meeting of a webinar: wall time with its zone, so that a change of the clocks' rules moves nothing."""

    page = ParentalKey(WebinarPage, on_delete=models.CASCADE, related_name="sessions")
    date = models.DateField(_("date"))
    start_time = models.TimeField(_("starts at"))
    minutes = models.PositiveSmallIntegerField(
        _("how long, in minutes"), default=60, validators=[MinValueValidator(5), MaxValueValidator(24 * 60)]
    )
    time_zone = models.CharField(_("time zone"), max_length=60, default=zones.LONDON, validators=[zones.validate])
    starts_at = models.DateTimeField(editable=False, db_index=True, help_text="The same in UTC, for ordering.")
    ends_at = models.DateTimeField(editable=False, db_index=True)
    capacity = models.PositiveIntegerField(
        _("places"), null=True, blank=True, validators=[MinValueValidator(1)], help_text=_("Empty: no limit.")
    )
    confirmed_count = models.PositiveIntegerField(default=0, editable=False)
    join_url = models.URLField(
        _("address to join"),
        max_length=500,
        blank=True,
        validators=[URLValidator(schemes=["https"])],
        help_text=_("Only people with a place see it. It begins with https://."),
    )
    recording_url = models.URLField(
        _("address of the recording"), max_length=500, blank=True, validators=[URLValidator(schemes=["https"])]
    )
    transcript = models.TextField(_("transcript (WebVTT)"), blank=True, validators=[transcripts.validate])
    is_cancelled = models.BooleanField(
        _("cancelled"), default=False, help_text=_("Everybody who has a place or is in line is told when you publish.")
    )
    sequence = models.PositiveIntegerField(default=0, editable=False, help_text="How often its facts have changed.")
    announced = models.JSONField(default=dict, editable=False, help_text="The facts as the registered know them.")

    objects = SessionQuerySet.as_manager()

    class Meta(Orderable.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(capacity__isnull=True) | models.Q(confirmed_count__lte=models.F("capacity")),
                name="session_not_overfull",
            )
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.start_time:%H:%M}"

    @classmethod
    def from_serializable_data(cls, data: dict, check_fks: bool = True, strict_fks: bool = False) -> Session | None:
        """A session as a revision of its page holds it.

        A draft made before its session was first published names no row for it. Publishing that draft again
        would remove the published row with everybody registered on it: the same page and time is the same session.
        """
        if data.get("pk") is None:
            same = {name: data.get(name) for name in ("date", "start_time", "time_zone")}
            row = cls.objects.filter(page_id=data.get("page"), **same).values_list("pk", flat=True).first()
            data = {**data, "pk": row}
        return model_from_serializable_data(cls, data, check_fks=check_fks, strict_fks=strict_fks)

    def clean(self) -> None:
        super().clean()
        errors = {}
        if self._has_wall_time() and not zones.exists(self.date, self.start_time, self.time_zone):
            errors["start_time"] = gettext(
                "The clocks go forward on that day: this time never comes. Choose an earlier or a later one."
            )
        taken = Session.objects.filter(pk=self.pk).values_list("confirmed_count", flat=True).first() or 0
        if self.capacity is not None and self.capacity < taken:
            errors["capacity"] = gettext(
                "%(taken)d people have a place already. Give at least %(taken)d places, "
                "or ask people to give theirs back."
            ) % {"taken": taken}
        if errors:
            raise ValidationError(errors)

    def _has_wall_time(self) -> bool:
        return bool(self.date and self.start_time and self.time_zone in zones.names())

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.starts_at = self.start.astimezone(dt.UTC)
        self.ends_at = self.end.astimezone(dt.UTC)
        with transaction.atomic():
            self._keep_what_is_kept()
            super().save(*args, **kwargs)

    def _keep_what_is_kept(self) -> None:
        row = Session.objects.select_for_update().only(*KEPT).filter(pk=self.pk).first() if self.pk else None
        if row:
            self.confirmed_count, self.sequence, self.announced = row.confirmed_count, row.sequence, row.announced
        else:
            # A copy of a page copies its sessions, but nobody has registered for those.
            self.confirmed_count, self.sequence, self.announced = 0, 0, self.facts()
        if self.capacity is not None:
            # A draft may have been checked before the last people got their places: they keep them.
            self.capacity = max(self.capacity, self.confirmed_count)

    def facts(self) -> dict[str, Any]:
        """What a registered person must hear of when it changes."""
        return {
            "starts": self.start.astimezone(dt.UTC).isoformat(),
            "minutes": self.minutes,
            "zone": self.time_zone,
            "join": self.join_url,
            "cancelled": self.is_cancelled,
        }

    @property
    def start(self) -> dt.datetime:
        """The moment it starts, in the organiser's zone. Right for a preview too, before anything is saved."""
        return zones.moment(self.date, self.start_time, self.time_zone)

    @property
    def end(self) -> dt.datetime:
        return (self.start.astimezone(dt.UTC) + dt.timedelta(minutes=self.minutes)).astimezone(self.start.tzinfo)

    @property
    def wall_start(self) -> dt.datetime:
        """The organiser's clock, without a zone: for showing beside the reader's own time."""
        return self.start.replace(tzinfo=None)

    @property
    def city(self) -> str:
        return zones.city(self.time_zone)

    @property
    def is_elsewhere(self) -> bool:
        return zones.is_elsewhere(self.start)

    @property
    def is_over(self) -> bool:
        return self.end <= timezone.now()

    @property
    def is_joinable(self) -> bool:
        """From a quarter of an hour before it starts until it ends."""
        opens = self.start.astimezone(dt.UTC) - OPENS_BEFORE
        return opens <= timezone.now() < self.end and not self.is_cancelled

    @property
    def is_full(self) -> bool:
        return self.capacity is not None and self.confirmed_count >= self.capacity

    @property
    def places_left(self) -> int | None:
        """None: as many as like."""
        return None if self.capacity is None else max(self.capacity - self.confirmed_count, 0)
