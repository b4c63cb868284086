from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import closing, door
from accounts.models import User
from outbox.mail import REPEAT_SAFE_HEADER
from web import limits
from web.addresses import NO_ADDRESS, parts_of
from web.emails import add_html


class AccountAdapter(DefaultAccountAdapter):
    """Where allauth asks this site how it does things."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed for now. Ask a moderator if you think that is wrong."),
        "duplicate_email": _("This is already the address of your account."),
        "email_password_mismatch": _(
            "This e-mail address and password do not go together. Check both, or ask for a code."
        ),
        "email_taken": _("This address cannot be used. Please choose another one."),
        "enter_current_password": _("This is not your current password. Please try again."),
        "incorrect_code": _("This code is not right. Check the newest e-mail from us and type its six numbers."),
        "incorrect_password": _("This is not your password. Please try again."),
        "same_as_current": _("This is the address you already have. Please give a different one."),
        "too_many_login_attempts": _("That did not work too many times. Please wait 15 minutes, then start again."),
        "use_a_code": _(
            "Many passwords were tried for this address, perhaps by somebody else. To keep it safe, have a code "
            "sent to you instead: choose “Send me a code” below."
        ),
        "rate_limited": _("We have just sent you one. Please wait a little before you ask again."),
    }

    def is_safe_url(self, url: str | None) -> bool:
        """Whether `next=` leads to a page of ours; allauth's own fails on what is no address at all."""
        if not url or parts_of(url) == NO_ADDRESS:
            return False
        return super().is_safe_url(url)

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Whoever has shown that a closed account is theirs reads why, until when, and how to ask for a second look."""
        address = closing.page_for(user)
        return HttpResponseRedirect(address) if address else super().respond_user_inactive(request, user)

    def get_client_ip(self, request: HttpRequest) -> str:
        return request.client_address  # type: ignore[attr-defined]

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        super().pre_authenticate(request, **credentials)
        email = credentials.get("email", "")
        if not door.may_try_here(request, email):
            raise self.validation_error("too_many_login_attempts")
        if not door.may_try_passwords(email):
            raise self.validation_error("use_a_code")

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        """The new member with everything the sign-up form asked for."""
        answers = form.cleaned_data
        for name in ("display_name", "role", "sector", "organisation", "place"):
            setattr(user, name, answers[name])
        user.privacy_agreed_at = timezone.now()
        return super().save_user(request, user, form, commit=commit)

    def set_password(self, user: User, password: str) -> None:
        """The password and nothing else: a moderator may have closed the account since it was read."""
        user.set_password(password)
        user.save(update_fields=["password"])

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        if not door.may_send_mail(allauth_context.request, email):
            raise ImmediateHttpResponse(limits.too_many(allauth_context.request, door.AN_HOUR))
        super().send_mail(template_prefix, email, context)

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMultiAlternatives:
        """A code that comes twice does no harm; one that never comes locks somebody out."""
        context = {**context, "site_name": settings.SITE_NAME, "base_url": settings.BASE_URL}
        text = super().render_mail(template_prefix, email, context, {**(headers or {}), REPEAT_SAFE_HEADER: "yes"})
        mail = EmailMultiAlternatives(text.subject, text.body, text.from_email, text.to, headers=text.extra_headers)
        add_html(mail)
        return mail
