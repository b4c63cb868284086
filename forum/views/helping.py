"""Small answers while somebody writes: who will read it, and whose name begins so."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.decorators import MemberRequest, member_required
from forum import calling
from forum.forms import ThreadForm
from forum.models import Space, Thread
from forum.views.loading import for_robots
from markup.characters import clean_characters
from web.limits import limited

LONGEST_NAME = 60


@require_safe
@member_required
def audience(request: MemberRequest) -> HttpResponse:
    """Who will read what is posted in `?space=`; with no space, who reads which."""
    slug = clean_characters(request.GET.get("space", ""))
    space = Space.objects.writable_by(request.user).filter(slug=slug).first() if slug else None
    form = None if space else ThreadForm(person=request.user)
    return for_robots(render(request, "forum/_audience.html", {"space": space, "form": form}))


@require_safe
@member_required
@limited("names", account=(300, 600), methods=("GET",))
def names(request: MemberRequest) -> HttpResponse:
    """Members whose name begins with `?q=`, as {"people": [{"name", "handle"}]}; `?thread=` adds those who wrote."""
    text = clean_characters(request.GET.get("q", ""))[:LONGEST_NAME]
    number = request.GET.get("thread", "")
    is_number = number.isdecimal() and len(number) < 19
    thread = Thread.objects.get_visible(int(number), request.user) if is_number else None
    found = calling.named(text, request.user, thread).values_list("display_name", "handle")
    return for_robots(JsonResponse({"people": [{"name": name, "handle": handle} for name, handle in found]}))
