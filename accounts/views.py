from __future__ import annotations

import json

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import actions, holding, permissions, privacy
from accounts.decorators import MemberRequest, member_required
from accounts.forms import ProfileForm
from accounts.models import ADMINISTRATOR, MODERATOR, User
from files.actions import UploadRefused
from web.confirm import confirmation
from web.limits import allow, limited

NAMESAKE = gettext_lazy(
    "Another member has the same name. Add your job or task: it stands beside your name and tells you apart."
)
# To draw one can take some seconds of a processor.
PHOTOS_AN_HOUR = 10
WITH_NAMES = ("sector", "organisation", "place")
NAMES_OF_GROUPS = {ADMINISTRATOR: gettext_lazy("administrator"), MODERATOR: gettext_lazy("moderator")}


@require_safe
@member_required
def me(request: MemberRequest) -> HttpResponse:
    """The way to everything a member can set."""
    person: User = request.user
    context = {"has_namesake": not person.job_title and User.objects.namesakes_of(person).exists()}
    return render(request, "accounts/me.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
@limited("profile", account=(30, 600))
def edit_profile(request: HttpRequest) -> HttpResponse:
    person = User.objects.select_related(*WITH_NAMES).get(pk=request.user.pk)
    if request.method == "POST":
        form = ProfileForm(request.POST, request.FILES, person=person)
        if form.is_valid() and _saved(form, person):
            if form.why_it_waits:
                texts = {name: form.cleaned_data[name] for name in holding.TEXTS}
                messages.success(request, _("It is kept, and nobody else reads it yet. The rest is saved."))
                return redirect(holding.hold_change(person=person, texts=texts, why=form.why_it_waits))
            messages.success(request, _("We have saved your profile."))
            if not person.job_title and User.objects.namesakes_of(person).exists():
                messages.info(request, NAMESAKE)
            return redirect("accounts:profile", person.handle)
    else:
        form = ProfileForm(initial=ProfileForm.answers_of(person), person=person)
    waits = person.profile_changes.waiting().exists()
    return render(request, "accounts/edit_profile.html", {"form": form, "person": person, "waits": waits})


def _saved(form: ProfileForm, person: User) -> bool:
    """Whether the profile could be written; a photo that was refused becomes an error of its field."""
    answers = dict(form.cleaned_data)
    if form.why_it_waits:
        answers |= {name: getattr(person, name) for name in holding.TEXTS}
    photo, remove_photo = answers.pop("photo"), answers.pop("remove_photo", False)
    if photo and not allow("profile-photo", f"account:{person.pk}", limit=PHOTOS_AN_HOUR, seconds=3600):
        form.add_error("photo", _("You have changed your photo very often. Try again in an hour."))
        return False
    try:
        actions.update_profile(person=person, changes=answers, photo=photo, remove_photo=remove_photo)
    except UploadRefused as refused:
        form.add_error("photo", refused)
        return False
    holding.drop_changes(person=person)
    return True


@require_safe
def profile(request: HttpRequest, handle: str) -> HttpResponse:
    """One person, for members only."""
    people = User.objects.visible_to(request.user).select_related(*WITH_NAMES)
    person = get_object_or_404(people, handle=handle)
    response = render(request, "accounts/profile.html", {"person": person, "is_me": person == request.user})
    response["X-Robots-Tag"] = "noindex"
    return response


@require_POST
@member_required
def end_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    person = User.objects.get(pk=request.user.pk)
    actions.end_sessions(person=person)
    update_session_auth_hash(request, person)
    messages.success(request, _("You are now signed out everywhere else."))
    return redirect("accounts:me")


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
@reauthentication_required
@limited("data", account=(10, 3600))
def data(request: HttpRequest) -> HttpResponse:
    """All that the site holds about the reader, as a file that people and programs can read."""
    if request.method != "POST":
        return confirmation(
            request,
            title=_("Your data"),
            text=_("One file with all that we hold about you: your profile, what you wrote, what you follow and more."),
            button=_("Get my data"),
            cancel_url=reverse("accounts:me"),
        )
    person = User.objects.select_related(*WITH_NAMES, "photo").get(pk=request.user.pk)
    text = json.dumps(privacy.everything_about(person), cls=DjangoJSONEncoder, indent=2, ensure_ascii=False)
    name = f"{slugify(settings.SITE_NAME)}-{timezone.localdate()}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type="application/json; charset=utf-8", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
@reauthentication_required
@limited("leave", account=(10, 3600))
def leave(request: HttpRequest) -> HttpResponse:
    """Deletes the reader's own account, after a page that says what that means."""
    person = User.objects.get(pk=request.user.pk)
    if request.method != "POST":
        group = permissions.needed_as(person)
        context = {"needed_as": NAMES_OF_GROUPS[group] if group else ""}
        return render(request, "accounts/leave.html", context)
    actions.delete_account(person=person)
    logout(request)
    messages.success(request, _("Your account is deleted. Thank you for having been here."))
    return redirect("/")


@require_safe
def admin_login(request: HttpRequest) -> HttpResponse:
    """Where both admins send people they do not let in: to allauth, or 403 for those who have signed in."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next", "/"), reverse("account_login"))


def not_here(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Stands where a part of Wagtail is switched off."""
    raise Http404
