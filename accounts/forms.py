"""What people fill in: at the door (allauth's forms, in our words) and about themselves."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.core import context as allauth_context
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts import agreement, sessions
from accounts.models import MEMBER, Organisation, User
from markup.characters import clean_characters
from vocabulary.models import Place, Sector
from web import limits

MOST_SUGGESTIONS = 300
# As many as allauth allows for one code; and room for a council's staff who sign in from one address at nine o'clock.
GUESSES_A_CODE, GUESSES_AN_ADDRESS, AN_HOUR = 3, 200, 3600
# Persian, Hindi and other scripts join letters with these; the blanks are letters of Hangul that draw nothing.
JOINERS, BLANKS = "\u200c\u200d", "\u115f\u1160\u3164\uffa0"
# Alphabets with letters that look the same: of two of them one makes the name of somebody else.
LOOK_ALIKE = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})
OFFICES = re.compile(r"\b(?:moderators?|administrators?|admins?|safeguarding leads?)\b", re.IGNORECASE)
NO_NAMES = (_("A member"), _("Somebody"), _("Somebody who has left"), _("The site"), settings.SITE_NAME)
PASSWORD_HELP = _("At least 10 characters. Three words that only you would put together work well.")


class SharedComputerMixin(forms.Form):
    shared_computer = forms.BooleanField(
        label=_("This is a shared computer"),
        required=False,
        help_text=_("We then sign you out when the browser closes, or after 30 minutes without use."),
    )


def in_our_words(form: forms.Form, **words: tuple[Any, Any]) -> None:
    """Set label and help of fields, and leave out placeholders, which vanish when they are needed."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
    for name, (label, help_text) in words.items():
        if name in form.fields:
            form.fields[name].label = label
            form.fields[name].help_text = help_text


class LoginForm(SharedComputerMixin, allauth_forms.LoginForm):
    """Sign in by e-mail address and password."""

    field_order = ["login", "password", "shared_computer"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_our_words(self, login=(_("E-mail address"), ""), password=(_("Password"), ""))

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        sessions.set_shared(request, self.cleaned_data["shared_computer"])
        response = super().login(request, redirect_url=redirect_url)
        # allauth has just set its own age on the session.
        sessions.apply_rule(request)
        return response


class RequestLoginCodeForm(SharedComputerMixin, allauth_forms.RequestLoginCodeForm):
    """Have a code sent by e-mail."""

    field_order = ["email", "shared_computer"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_our_words(self, email=(_("E-mail address"), ""))

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        sessions.set_shared(allauth_context.request, answers.get("shared_computer", False))
        return answers


class _CodeMixin(forms.Form):
    expected_code: str | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_our_words(self, code=(_("Code"), _("The six numbers in our e-mail.")))
        self.fields["code"].widget.attrs.update({"inputmode": "numeric", "maxlength": "12"})

    def clean_code(self) -> str:
        """allauth counts guesses in the session, where those sent at the same moment do not see each other."""
        request = allauth_context.request
        this_code = f"{request.session.session_key}:{self.expected_code}"
        may_guess = limits.allow("code", this_code, limit=GUESSES_A_CODE, seconds=AN_HOUR) and limits.allow(
            "codes", limits.network(request), limit=GUESSES_AN_ADDRESS, seconds=AN_HOUR
        )
        if not may_guess:
            raise get_adapter().validation_error("too_many_login_attempts")
        return super().clean_code()  # type: ignore[misc]  # of allauth's form beside this one


class ConfirmLoginCodeForm(_CodeMixin, allauth_forms.ConfirmLoginCodeForm):
    pass


class ConfirmEmailVerificationCodeForm(_CodeMixin, allauth_forms.ConfirmEmailVerificationCodeForm):
    pass


class ConfirmPasswordResetCodeForm(_CodeMixin, allauth_forms.ConfirmPasswordResetCodeForm):
    pass


class AddEmailForm(allauth_forms.AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_our_words(self, email=(_("New e-mail address"), _("We send a code there before anything changes.")))


class ResetPasswordForm(allauth_forms.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_our_words(self, email=(_("E-mail address"), ""))


class _NewPasswordMixin(forms.Form):
    """Asks for a new password once: its field can be shown, and a slip is mended by a code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        in_our_words(self, oldpassword=(_("Current password"), ""), password1=(_("New password"), PASSWORD_HELP))


class ChangePasswordForm(_NewPasswordMixin, allauth_forms.ChangePasswordForm):
    pass


class SetPasswordForm(_NewPasswordMixin, allauth_forms.SetPasswordForm):
    pass


class ResetPasswordKeyForm(_NewPasswordMixin, allauth_forms.ResetPasswordKeyForm):
    pass


class ReauthenticateForm(allauth_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_our_words(self, password=(_("Password"), ""))


class PlaceField(forms.ModelChoiceField):
    """The partnership's places with their wards, grouped so that a phone's own list can be read."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Place.objects.all(), empty_label=_("Choose a place"), **kwargs)

    def fill(self) -> None:
        councils = list(Place.objects.filter(is_partnership=True).order_by("name"))
        beneath = Q(pk__in=[])
        for council in councils:
            beneath |= Q(path__startswith=council.path, depth__gt=council.depth)
        wards = list(Place.objects.filter(beneath).order_by("name"))
        groups: list[tuple[Any, Any]] = [("", self.empty_label)]
        for council in councils:
            own = [(ward.pk, ward.name) for ward in wards if ward.path.startswith(council.path)]
            whole = (council.pk, _t("All of %(place)s") % {"place": council.name})
            groups.append((council.name, [whole, *own]))
        self.choices = groups
        self.queryset = Place.objects.filter(pk__in=[place.pk for place in [*councils, *wards]])


class SectorField(forms.ModelChoiceField):
    """Sectors, grouped by how close they are to families."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Sector.objects.all(), empty_label=_("Choose a sector"), **kwargs)

    def fill(self) -> None:
        groups: dict[Any, list] = {str(kind.label): [] for kind in Sector.Involvement}
        for sector in Sector.objects.all():
            groups[str(Sector.Involvement(sector.involvement).label)].append((sector.pk, sector.name))
        self.choices = [("", self.empty_label), *[(name, found) for name, found in groups.items() if found]]


def visible_line(text: str) -> str:
    """One line without what cannot be seen: overrides of direction, marks without width, letters that are blank."""
    kept = (
        character
        for character in clean_characters(text)
        if character in JOINERS or not (unicodedata.category(character) == "Cf" or character in BLANKS)
    )
    return " ".join("".join(kept).split())


class PersonFields(forms.Form):
    """What a new member and a member's profile have in common."""

    display_name = forms.CharField(
        label=_("Your name, as others see it"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("Your real name works best. Members see it; people outside see it on what you post in public."),
    )
    role = forms.ChoiceField(label=_("You are here as"), choices=User.Role.choices, widget=forms.RadioSelect)
    sector = SectorField(label=_("Sector you work in"), required=False)
    organisation = forms.CharField(
        label=_("Organisation"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"list": "organisations", "autocomplete": "organization"}),
        help_text=_("Start to type: you may find it in the list. Otherwise we add it."),
    )
    place = PlaceField(label=_("Place"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, PlaceField | SectorField):
                field.fill()

    def organisation_names(self) -> Iterable[str]:
        """Suggestions for the text field."""
        return Organisation.objects.values_list("name", flat=True)[:MOST_SUGGESTIONS]

    def clean_display_name(self) -> str:
        name = visible_line(unicodedata.normalize("NFKC", self.cleaned_data["display_name"]))[:80]
        if not any(character.isalpha() for character in name):
            raise ValidationError(_("Please give a name that people can read."))
        if "@" in name or "://" in name:
            raise ValidationError(_("Please give a name, not an e-mail or web address: everybody would see it."))
        if len({unicodedata.name(letter, "").split(" ")[0] for letter in name if letter.isalpha()} & LOOK_ALIKE) > 1:
            raise ValidationError(_("Please write your name in the letters of one alphabet."))
        if not self.may_be_called(name):
            raise ValidationError(_("Please give your own name: others would take this one for somebody else."))
        return name

    def may_be_called(self, name: str) -> bool:
        """Whether nobody would take it for those who look after the site, or for what stands in place of a name."""
        letters = unicodedata.normalize("NFKD", name)
        plain = "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()
        return not (OFFICES.search(plain) or plain in {said.casefold() for said in NO_NAMES})

    def clean_organisation(self) -> Organisation | None:
        """The organisation of that name, whatever its capitals; made when it is new, and only with the rest."""
        name = visible_line(self.cleaned_data["organisation"])
        if not name:
            return None
        return Organisation.objects.filter(name__iexact=name).first() or Organisation(name=name)


class SignupForm(SharedComputerMixin, PersonFields, allauth_forms.SignupForm):
    """How people join."""

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

    @transaction.atomic
    def save(self, request: HttpRequest) -> User:
        sessions.set_shared(request, self.cleaned_data["shared_computer"])
        organisation = self.cleaned_data["organisation"]
        if organisation is not None and organisation.pk is None:
            organisation.save()
        return super().save(request)
