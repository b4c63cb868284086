from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import AnonymousUser, Group, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from web.prepared import Prepared

MEMBER, MODERATOR, EDITOR, ADMINISTRATOR = "member", "moderator", "editor", "administrator"
NEW_FOR = dt.timedelta(days=14)
GROUPS = frozenset({MEMBER, MODERATOR, EDITOR, ADMINISTRATOR})


def validate_time_zone(name: str) -> None:
    """ValidationError unless the machine knows this zone; every page would fail otherwise."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("We do not know this time zone."))


class Organisation(models.Model):
    name = models.CharField(max_length=120, unique=True)
    place = models.ForeignKey("vocabulary.Place", null=True, blank=True, on_delete=models.SET_NULL)
    sector = models.ForeignKey("vocabulary.Sector", null=True, blank=True, on_delete=models.SET_NULL)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Trust(models.IntegerChoices):
    """How far the site trusts somebody who takes part. The first is only ever set by a moderator."""

    WATCHED = 0, _("Looked at first")
    NEW = 1, _("New")
    MEMBER = 2, _("Settled in")
    TRUSTED = 3, _("Trusted")


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: User | AnonymousUser) -> UserQuerySet:
        """Members see members; nobody else sees anybody."""
        is_member = user.is_authenticated and user.is_active and user.is_member
        return self.filter(is_active=True) if is_member else self.none()

    def namesakes_of(self, person: User) -> UserQuerySet:
        """Other members of the same name in the same place, whom one might take for this person."""
        same = self.filter(display_name__iexact=person.display_name, place=person.place_id, groups__name=MEMBER)
        return same.filter(is_active=True).exclude(pk=person.pk)

    def moderators(self) -> UserQuerySet:
        """Those who can moderate now."""
        keeps = models.Q(groups__name__in=(MODERATOR, ADMINISTRATOR)) | models.Q(is_superuser=True)
        return self.filter(keeps, is_active=True)

    def listed(self) -> UserQuerySet:
        """Those who chose to be found in the directory and in search."""
        return self.filter(is_listed=True)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        if not email:
            raise ValueError("A member needs an e-mail address.")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing]  # Wagtail is untyped
    """A person. Signs in with an e-mail address; others see the display name."""

    class Role(models.TextChoices):
        PRACTITIONER = "practitioner", _("Practitioner")
        VOLUNTEER = "volunteer", _("Volunteer")
        PARENT_CARER = "parent_carer", _("Parent or carer")
        COMMUNITY_MEMBER = "community_member", _("Community member")
        STUDENT = "student", _("Student or apprentice")

    email = models.EmailField(_("e-mail address"), unique=True)
    display_name = models.CharField(_("your name, as others see it"), max_length=80)
    handle = models.SlugField(
        max_length=64, unique=True, help_text=_("What others type after @ to mention this person.")
    )
    role = models.CharField(_("you are here as"), max_length=20, choices=Role, default=Role.COMMUNITY_MEMBER)
    job_title = models.CharField(_("job or task"), max_length=80, blank=True)
    sector = models.ForeignKey(
        "vocabulary.Sector", null=True, blank=True, on_delete=models.SET_NULL, verbose_name=_("sector")
    )
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.SET_NULL, verbose_name=_("organisation")
    )
    place = models.ForeignKey(
        "vocabulary.Place", null=True, blank=True, on_delete=models.SET_NULL, verbose_name=_("place")
    )
    about_source = models.TextField(_("about you"), max_length=2000, blank=True)
    about_html = models.TextField(blank=True, editable=False)
    about_version = models.PositiveSmallIntegerField(default=0, editable=False)
    photo = models.ForeignKey("files.SiteImage", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    is_listed = models.BooleanField(
        _("members may find me in search"),
        default=False,
        help_text=_("Your profile is never shown to people outside."),
    )
    time_zone = models.CharField(
        _("time zone"), max_length=60, default="Europe/London", validators=[validate_time_zone]
    )
    hidden_profile = models.JSONField(
        null=True, blank=True, editable=False, help_text="What a moderator has hidden: job, about, photo."
    )
    privacy_agreed_at = models.DateTimeField(null=True, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)
    suspended_until = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When a closed account opens by itself; empty: not by itself."
    )
    trust = models.SmallIntegerField(choices=Trust, db_default=Trust.NEW, default=Trust.NEW, editable=False)
    trust_is_set = models.BooleanField(
        db_default=False, default=False, editable=False, help_text="By a moderator: taking part does not change it."
    )
    session_number = models.PositiveIntegerField(
        default=0, editable=False, help_text="Counting it up ends every session of this person."
    )

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_whatever_case")]
        # The desk looks for what new people wrote.
        indexes = [models.Index(fields=["date_joined"], name="user_date_joined")]

    def __str__(self) -> str:
        return self.display_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.handle:
            self.handle = self._free_handle()
        super().save(*args, **kwargs)

    def _free_handle(self) -> str:
        base = slugify(self.display_name)[:50] or "member"
        taken = set(User.objects.filter(handle__startswith=base).values_list("handle", flat=True))
        number = 2
        handle = base
        while handle in taken:
            handle, number = f"{base}-{number}", number + 1
        return handle

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django compares this with the session at each request: a new number or password ends all sessions."""
        own = f"{self.password}:{self.session_number}"
        return salted_hmac("accounts.session", own, secret=secret, algorithm="sha256").hexdigest()

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name

    @property
    def is_new(self) -> bool:
        """Joined so lately that their first page shows them first steps."""
        return timezone.now() - self.date_joined < NEW_FOR

    @property
    def first_name(self) -> str:
        """What the CMS calls somebody in its menu, where it would show the e-mail address."""
        return self.display_name

    def get_absolute_url(self) -> str:
        return reverse("accounts:profile", args=[self.handle])

    @cached_property
    def rights(self) -> frozenset[str]:
        """Names of the groups this person is in; read once a request."""
        return frozenset(RIGHTS.rows(user=self.pk))

    @property
    def is_member(self) -> bool:
        """Has confirmed an e-mail address, and nobody has taken the right to take part away."""
        return self.is_superuser or MEMBER in self.rights

    @property
    def is_moderator(self) -> bool:
        return self.is_superuser or bool(self.rights & {MODERATOR, ADMINISTRATOR})

    @property
    def is_editor(self) -> bool:
        return self.is_superuser or bool(self.rights & {EDITOR, ADMINISTRATOR})

    @property
    def is_administrator(self) -> bool:
        return self.is_superuser or ADMINISTRATOR in self.rights


class ProfileChangeQuerySet(models.QuerySet["ProfileChange"]):
    def visible_to(self, user: User | AnonymousUser) -> ProfileChangeQuerySet:
        """One's own; moderators see all."""
        if not user.is_authenticated:
            return self.none()
        return self.all() if user.is_moderator else self.filter(person=user)

    def waiting(self) -> ProfileChangeQuerySet:
        return self.filter(applied_at=None, dropped_at=None)


class ProfileChange(models.Model):
    """New words about oneself that a moderator looks at before others read them."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="profile_changes")
    display_name = models.CharField(max_length=80, blank=True)
    job_title = models.CharField(max_length=80, blank=True)
    about_source = models.TextField(max_length=2000, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    applied_at = models.DateTimeField(null=True, blank=True, help_text="When a moderator let it through.")
    dropped_at = models.DateTimeField(null=True, blank=True, help_text="When its author wrote something else.")

    objects = ProfileChangeQuerySet.as_manager()

    def __str__(self) -> str:
        return f"change {self.pk} of {self.person_id}"

    def get_absolute_url(self) -> str:
        return self.person.get_absolute_url()


# Asked at each request of somebody who is signed in.
RIGHTS = Prepared(lambda user: Group.objects.filter(user=user).order_by().values_list("name", flat=True), "user")


def has_photo_in_use(kind: str, pk: int, user: Any) -> bool:
    """Whether this picture is the photo of somebody whom `user` may see."""
    return kind == "image" and User.objects.visible_to(user).filter(photo_id=pk).exists()
