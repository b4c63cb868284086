from allauth.account.forms import LoginForm as AllauthLoginForm
from django import forms


class LoginForm(AllauthLoginForm):
    """Sign in by e-mail address and password."""


class SignupForm(forms.Form):
    """What is asked at sign-up besides address and password."""

    def signup(self, request, user) -> None:
        """allauth calls this before it saves the new member."""
