"""How to search, with examples that run."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe


class Example(NamedTuple):
    """Something to type, and what it does. Examples are searches, so they stay as they are in every language."""

    typed: str
    means: str | Promise

    @property
    def url(self) -> str:
        return f"{reverse('search')}?{urlencode({'q': self.typed})}"


# A test runs each of them over the demo: an example that finds nothing teaches nothing.
EXAMPLES = (
    Example("toddler sleep", _("Type the words that matter most. Results with all of them come first.")),
    Example('"health visitor"', _("Quotation marks keep words together, in this order.")),
    Example("feeding -bottle", _("A minus leaves out everything that has the word after it.")),
    Example("reading OR stories", _("OR in capitals: one of the two is enough.")),
    Example("speech in:webinars", _("In one place: resources, discussions, webinars, people, or a space by its name.")),
    Example("by:Rukhsana", _("What somebody wrote, or a webinar that they spoke at.")),
    Example("topic:sleep", _("Everything about a topic.")),
    Example("asthma after:2010", _("From a year, a month (2010-05) or a day on.")),
    Example("asthma before:2015", _("Until then, without it.")),
    Example("sleep is:answered", _("Questions where something helped. Others: is:unanswered, is:open for webinars.")),
)  # fmt: skip


@require_safe
def how_to(request: HttpRequest) -> HttpResponse:
    return render(request, "search/help.html", {"examples": EXAMPLES})
