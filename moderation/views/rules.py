"""The rules that moderators make for holding posts."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import MemberRequest, moderator_required
from moderation import actions
from moderation.forms import RulesForm
from moderation.models import Rules
from web.limits import limited


@require_http_methods(["GET", "HEAD", "POST"])
@moderator_required
@limited("wording", account=(60, 600))
def rules(request: MemberRequest) -> HttpResponse:
    found = Rules.objects.filter(pk=1).first() or Rules(pk=1)
    form = RulesForm(request.POST if request.method == "POST" else None, instance=found)
    if request.method == "POST" and form.is_valid():
        actions.change_rules(rules=form.save(commit=False), actor=request.user)
        messages.success(request, _("It is kept. Within half a minute it holds everywhere."))
        return redirect("moderation:rules")
    return render(request, "moderation/rules.html", {"form": form})
