"""What decisions say, for moderators to change."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import MemberRequest, moderator_required
from moderation import actions, wording
from moderation.forms import LABELS, WordingForm
from moderation.models import Decision, Wording
from web.limits import limited


@require_safe
@moderator_required
def wordings(request: MemberRequest) -> HttpResponse:
    """Every decision, with what it says now."""
    rows = [(verb.value, LABELS[verb], wording.words_for(verb)) for verb in wording.EDITABLE]
    return render(request, "moderation/wordings.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@moderator_required
@limited("wording", account=(60, 600))
def edit_wording(request: MemberRequest, verb: str) -> HttpResponse:
    if verb not in [known.value for known in wording.EDITABLE]:
        raise Http404
    found = Wording.objects.filter(verb=verb).first() or Wording(verb=verb)
    as_it_came = wording.as_it_came(verb)
    data = request.POST if request.method == "POST" else None
    form = WordingForm(data, instance=found)
    if request.method == "POST" and form.is_valid():
        actions.change_wording(words=form.save(commit=False), actor=request.user)
        messages.success(request, _("It is kept. Within half a minute it holds everywhere."))
        return redirect("moderation:wordings")
    context = {"form": form, "label": LABELS[Decision.Verb(verb)], "as_it_came": as_it_came}
    return render(request, "moderation/wording.html", context)
