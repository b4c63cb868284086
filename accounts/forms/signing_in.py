"""At the door: allauth's forms, in our words."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.core import context as allauth_context
from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts import sessions
from web import limits

# As many as allauth allows for one code; and room for a council's staff who sign in from one address at nine o'clock.
GUESSES_A_CODE, GUESSES_AN_ADDRESS, AN_HOUR = 3, 200, 3600
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
