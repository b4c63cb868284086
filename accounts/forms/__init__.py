"""What people fill in: at the door and about themselves."""

from accounts.forms.joining import SignupForm
from accounts.forms.profile import ProfileForm
from accounts.forms.signing_in import (
    AddEmailForm,
    ChangePasswordForm,
    ConfirmEmailVerificationCodeForm,
    ConfirmLoginCodeForm,
    ConfirmPasswordResetCodeForm,
    LoginForm,
    ReauthenticateForm,
    RequestLoginCodeForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
)

__all__ = [
    "AddEmailForm",
    "ChangePasswordForm",
    "ConfirmEmailVerificationCodeForm",
    "ConfirmLoginCodeForm",
    "ConfirmPasswordResetCodeForm",
    "LoginForm",
    "ProfileForm",
    "ReauthenticateForm",
    "RequestLoginCodeForm",
    "ResetPasswordForm",
    "ResetPasswordKeyForm",
    "SetPasswordForm",
    "SignupForm",
]
