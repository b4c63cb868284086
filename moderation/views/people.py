"""What moderators decide about a person, and what somebody whose account is closed reads."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import MemberRequest, moderator_required
from accounts.models import User
from accounts.permissions import can_suspend
from moderation import actions, emails, watching, wording
from moderation.forms import AppealForm, DecisionForm, decision_form
from moderation.models import Appeal, Decision
from moderation.permissions import can_appeal
from web import tokens
from web.limits import limited

Verb = Decision.Verb
MOST_DECISIONS = 100
DECIDE: dict[str, tuple[Callable[..., Decision], str | Promise]] = {
    Verb.SUSPEND: (actions.suspend, gettext_lazy("The account is closed, and the person is told by e-mail.")),
    Verb.EXPEL: (actions.expel, gettext_lazy("The person is removed, and told by e-mail.")),
    Verb.LIFT: (actions.lift, gettext_lazy("The account is open again.")),
    Verb.TRUST: (actions.set_trust, gettext_lazy("It holds from now on, and the person is told.")),
}


@require_safe
@moderator_required
def person(request: MemberRequest, pk: int) -> HttpResponse:
    """One person: whether the account is open, what was decided before, and what can be decided."""
    found = get_object_or_404(User.objects.exclude(pk=request.user.pk), pk=pk)
    return _page(request, found, _forms(request.user, found))


@require_POST
@moderator_required
@limited("decide", account=(240, 600))
def decide_person(request: MemberRequest, pk: int, verb: str) -> HttpResponse:
    found = get_object_or_404(User.objects.exclude(pk=request.user.pk), pk=pk)
    if verb not in [known.value for known in _verbs(found)]:
        raise Http404
    if not can_suspend(request.user, found):
        raise PermissionDenied
    form = decision_form(Verb(verb), f"person-{found.pk}", request.POST)
    if not form.is_valid():
        return _page(request, found, [form])
    act, done = DECIDE[Verb(verb)]
    try:
        act(person=found, actor=request.user, reason=form.reason, seen=form.seen.decision, **form.more)
    except actions.AlreadyDecidedError:
        messages.warning(request, _("This has changed since you opened the page. Nothing was done; look at it again."))
    else:
        messages.success(request, str(done))
    return redirect("moderation:person", found.pk)


def _verbs(found: User) -> tuple[Verb, ...]:
    return (Verb.SUSPEND, Verb.EXPEL, Verb.TRUST) if found.is_active else (Verb.LIFT,)


def _forms(user: User, found: User) -> list[DecisionForm]:
    if not can_suspend(user, found):
        return []
    newest = actions.newest_about(found)
    seen = actions.Seen(decision=newest.pk if newest else 0)
    return [decision_form(verb, f"person-{found.pk}", seen=seen) for verb in _verbs(found)]


def _page(request: MemberRequest, found: User, forms: list[DecisionForm]) -> HttpResponse:
    # What they wrote without their name stays without it.
    named = Decision.objects.filter(author=found, is_nameless=False)
    decisions = named.select_related("decided_by").order_by("-pk")
    context = {"trust": watching.level(found), "person": found, "forms": forms, "decisions": decisions[:MOST_DECISIONS]}
    return render(request, "moderation/person.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@limited("closed-appeal", address=(20, 3600))
def closed(request: HttpRequest, token: str) -> HttpResponse:
    """Why an account is closed, until when, and the form to ask for a second look; no account is needed to read it."""
    decided = _decision_of(token)
    if decided.author is None or decided.author.is_active:
        raise Http404
    made = Appeal.objects.filter(decision=decided).first()
    form = AppealForm(request.POST or None) if can_appeal(decided.author, decided) else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            actions.appeal(decision=decided, author=decided.author, text=form.cleaned_data["text"])
        except actions.AlreadyDecidedError:
            messages.info(request, _("You have asked already. Somebody will look again."))
        else:
            messages.success(request, _("Thank you. Somebody else will look at it. Come back here for their answer."))
        return redirect("moderation:closed", token)
    words = wording.words_for(decided.verb)
    context = {"decision": decided, "letter": words.letter, "appeal": made, "form": form}
    return render(request, "moderation/closed.html", context)


def _decision_of(token: str) -> Decision:
    try:
        value = tokens.read(token, emails.CLOSED, max_age=None)
    except tokens.BadToken:
        raise Http404 from None
    rows = Decision.objects.with_newest().select_related("author")
    decided = get_object_or_404(rows, pk=value["decision"])
    return decided
