"""Lived experience: editors write it down, contributors approve, name and withdraw it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import MemberRequest, member_required
from knowledge.actions import experience as actions
from knowledge.forms.experience import ApprovalForm, ExperienceForm, WishForm
from knowledge.models import LivedExperience, ResourcePage
from notifications.actions import mark_read_for
from web.confirm import confirmation


@require_safe
@member_required
def mine(request: MemberRequest) -> HttpResponse:
    """Everything that this person contributed, withdrawn or not."""
    rows = LivedExperience.objects.filter(contributor=request.user).select_related("page").order_by("-pk")
    return render(request, "knowledge/experience/mine.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def contribution(request: MemberRequest, pk: int) -> HttpResponse:
    """The text as its contributor sees it, with the button that approves it."""
    experience = _own(request, pk)
    form = ApprovalForm(request.POST or None, initial={"name_shown": experience.name_shown})
    if request.method == "POST" and form.is_valid():
        if request.POST.get("words") == experience.fingerprint and actions.approve(
            experience=experience, name_shown=form.cleaned_data["name_shown"]
        ):
            messages.success(request, _("Thank you. It is shown on the page now."))
        else:
            messages.error(request, _("The words have changed since you read them. Please read them again."))
        return redirect(experience)
    mark_read_for(request.user, experience)
    return render(request, "knowledge/experience/contribution.html", {"experience": experience, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def withdraw(request: MemberRequest, pk: int) -> HttpResponse:
    experience = _own(request, pk)
    if request.method == "POST":
        actions.withdraw(experience=experience, actor=request.user)
        messages.success(request, _("It is withdrawn. Your words are deleted from this site."))
        return redirect(experience)
    return confirmation(
        request,
        title=_("Withdraw your words?"),
        text=_("They go from the page at once and are deleted here, also from what was kept of earlier versions."),
        button=_("Yes, withdraw them"),
        cancel_url=experience.get_absolute_url(),
        danger=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def other_words(request: MemberRequest, pk: int) -> HttpResponse:
    """The contributor says what should be put otherwise."""
    experience = _own(request, pk)
    form = WishForm(request.POST or None, initial={"text": experience.wish})
    if experience.withdrawn_at:
        return redirect(experience)
    if request.method == "POST" and form.is_valid():
        if actions.wish(experience=experience, contributor=request.user, text=form.cleaned_data["text"]):
            messages.success(request, _("Thank you. Those who look after it are told, and you are asked again."))
        return redirect(experience)
    return render(request, "knowledge/experience/other_words.html", {"experience": experience, "form": form})


@require_safe
def of_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What is written down about one resource, for those who edit it."""
    page = _edited(request, pk)
    rows = page.lived_experience.select_related("contributor").order_by("-pk")
    return render(request, "knowledge/experience/of_page.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: MemberRequest, pk: int, experience_pk: int | None = None) -> HttpResponse:
    """A new one, or one that is there."""
    page = _edited(request, pk)
    known = page.lived_experience.filter(withdrawn_at=None)
    experience = get_object_or_404(known, pk=experience_pk) if experience_pk else LivedExperience(page=page)
    form = ExperienceForm(request.POST or None, instance=experience, editor=request.user)
    if request.method == "POST" and form.is_valid():
        actions.save(experience=form.save(commit=False), editor=request.user)
        messages.success(
            request,
            _("Saved. The contributor is asked to approve it.") if experience.contributor_id else _("Saved."),
        )
        return redirect("resource_experience", page.pk)
    return render(request, "knowledge/experience/write.html", {"page": page, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def take_away(request: MemberRequest, pk: int, experience_pk: int) -> HttpResponse:
    """An editor withdraws it for somebody without an account, or because the wrong person was asked."""
    page = _edited(request, pk)
    experience = get_object_or_404(page.lived_experience.filter(withdrawn_at=None), pk=experience_pk)
    if request.method == "POST":
        actions.withdraw(experience=experience, actor=request.user)
        messages.success(request, _("The words are withdrawn, and deleted from this site."))
        return redirect("resource_experience", page.pk)
    return confirmation(
        request,
        title=_("Withdraw these words?"),
        text=_("They go from the page at once and are deleted here, also from what was kept of earlier versions."),
        button=_("Yes, withdraw them"),
        cancel_url=reverse("change_experience", args=[page.pk, experience.pk]),
        danger=True,
    )


def _own(request: MemberRequest, pk: int) -> LivedExperience:
    """Nobody but the contributor knows of it here. Raises Http404."""
    return get_object_or_404(LivedExperience.objects.select_related("page"), pk=pk, contributor=request.user)


def _edited(request: HttpRequest, pk: int) -> ResourcePage:
    """A resource that this person edits: a draft is seen by nobody else. Raises Http404 and PermissionDenied."""
    page = get_object_or_404(ResourcePage, pk=pk)
    if request.user.is_authenticated and page.permissions_for_user(request.user).can_edit():
        return page
    if ResourcePage.objects.visible_to(request.user).filter(pk=pk).exists():
        raise PermissionDenied
    raise Http404
