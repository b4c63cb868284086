"""How people join."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts import agreement, sessions
from accounts.forms.people import MOST_SUGGESTIONS, PersonFields
from accounts.forms.signing_in import PASSWORD_HELP, SharedComputerMixin, in_our_words
from accounts.models import MEMBER, Organisation, User


class SignupForm(SharedComputerMixin, PersonFields, allauth_forms.SignupForm):
    """An account, and what others see of a person."""

    account_already_exists: bool
    agree = forms.BooleanField(label=_("I agree to the privacy notice"))
    field_order = [
        "email",
        "display_name",
        "role",
        "sector",
        "organisation",
        "place",
        "password1",
        "agree",
        "shared_computer",
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_our_words(
            self,
            email=(_("E-mail address"), _("You sign in with it. Other members do not see it.")),
            password1=(_("Password"), PASSWORD_HELP),
        )
        self.fields["agree"].error_messages["required"] = _("You can only join if you agree to the privacy notice.")
        self._explain_agreement()

    def _explain_agreement(self) -> None:
        terms = agreement.current()
        if terms is None:
            return
        if terms.minimum_age:
            self.fields["agree"].label = _t("I am %(age)s or older, and I agree to the privacy notice") % {
                "age": terms.minimum_age
            }
        if terms.url:
            words = _t("Read the privacy notice (opens a new tab)")
            self.fields["agree"].help_text = format_html('<a href="{}" target="_blank">{}</a>', terms.url, words)

    def organisation_names(self) -> Iterable[str]:
        """Strangers read this page: it names what an administrator has placed, or what two members share."""
        members = Count("user", filter=Q(user__groups__name=MEMBER, user__is_active=True))
        shared = Organisation.objects.annotate(members=members).filter(Q(sector__isnull=False) | Q(members__gte=2))
        return shared.values_list("name", flat=True)[:MOST_SUGGESTIONS]

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        if self.account_already_exists:
            # A new account costs the hash of a password: without it the clock would tell who has joined.
            make_password(self.cleaned_data["password1"])
            return super().try_save(request)
        try:
            return super().try_save(request)
        except IntegrityError:
            made = User.objects.filter(email__iexact=self.cleaned_data["email"]).first()
            if made is None:
                raise
        # The same form twice at the same moment, by a double click, goes on with the account that it has just made.
        if made.check_password(self.cleaned_data["password1"]) and not made.is_member:
            return made, None
        self.account_already_exists = True
        return super().try_save(request)

    @transaction.atomic
    def save(self, request: HttpRequest) -> User:
        sessions.set_shared(request, self.cleaned_data["shared_computer"])
        organisation = self.cleaned_data["organisation"]
        if organisation is not None and organisation.pk is None:
            organisation.save()
        return super().save(request)
