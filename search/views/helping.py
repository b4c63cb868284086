"""How to search, with examples that run."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
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


def examples() -> list[Example]:
    """A test runs each of them over the demo: an example that finds nothing teaches nothing."""
    today = timezone.localdate()
    last_year, this_month = today.year - 1, f"{today:%Y-%m}"
    return [
        Example("toddler sleep", _("Type the words that matter most. Results with all of them come first.")),
        Example('"health visitor"', _("Quotation marks keep words together, in this order.")),
        Example(
            "feeding -bottle",
            _("A minus leaves out everything that has the word after it. By itself it finds all else."),
        ),
        Example("reading OR stories", _("OR in capitals: one of the two is enough.")),
        Example(
            "speech in:webinars",
            _("In one place: resources, collections, webinars, people, or a space’s name."),
        ),
        Example(
            'by:"Helen Marchbank"',
            _("What somebody wrote, or a webinar that they spoke at. One of the two names, by:Helen, will do."),
        ),
        Example("topic:sleep", _("Everything about a topic.")),
        Example("sleep -topic:sleep", _("A minus before topic:, in: or is: leaves out what it names.")),
        Example(
            f"sleep after:{last_year}",
            _(
                "From that year on; a month or a day will do as well. For a resource it is the year in which it came "
                "out or, where nobody knows that, in which it came here."
            ),
        ),
        Example(f"feeding before:{this_month}", _("What was written, held or published before this month.")),
        Example(
            "english is:answered", _("Where something helped. There are is:unanswered and, for webinars, is:open too.")
        ),
    ]


@require_safe
def how_to(request: HttpRequest) -> HttpResponse:
    return render(request, "search/help.html", {"examples": examples()})
