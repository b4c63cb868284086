"""“Was this helpful?”: one answer each, for members and visitors, and nobody remembered. See the decision on it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from knowledge.actions import feedback as actions
from knowledge.forms.looking_after import WhyNotForm
from knowledge.models import Feedback, ResourcePage
from web import tokens
from web.limits import allow, limited, network

PURPOSE = "feedback"
AN_HOUR, A_DAY, A_MONTH = 3600, 24 * 3600, 30 * 24 * 3600
# Sixty people may stand behind one council's address.
MOST_OF_AN_ADDRESS = 60


@require_POST
@limited("helpful", account=(60, AN_HOUR), address=(300, AN_HOUR))
def helpful(request: HttpRequest, pk: int) -> HttpResponse:
    """Yes or no, by a button on the resource's page."""
    page = get_object_or_404(ResourcePage.objects.visible_to(request.user), pk=pk)
    answer = request.POST.get("answer")
    if answer not in ("yes", "no"):
        return redirect(page.url)
    if not _is_first(request, page):
        messages.info(request, _("You have told us already. Thank you."))
        return redirect(page.url)
    said = actions.say(page=page, is_helpful=answer == "yes")
    if said.is_helpful:
        messages.success(request, _("Thank you. It helps us to know what is useful."))
        return redirect(page.url)
    token = tokens.make(PURPOSE, {"feedback": said.pk})
    return redirect(f"{reverse('resource_why_not', args=[pk])}?{urlencode({'about': token})}")


def _is_first(request: HttpRequest, page: ResourcePage) -> bool:
    """A member answers once a month; of visitors only the network is counted, as a digest that lasts a day."""
    name = f"helpful-{page.pk}"
    if request.user.is_authenticated:
        return allow(name, f"account:{request.user.pk}", limit=1, seconds=A_MONTH)
    return allow(name, f"address:{network(request)}", limit=MOST_OF_AN_ADDRESS, seconds=A_DAY)


@require_http_methods(["GET", "HEAD", "POST"])
@limited("why-not", account=(60, AN_HOUR), address=(300, AN_HOUR))
def why_not(request: HttpRequest, pk: int) -> HttpResponse:
    """What was the matter; for whoever has just said no. The token in the address names that answer and nobody."""
    page = get_object_or_404(ResourcePage.objects.visible_to(request.user), pk=pk)
    said = _answer(request, page)
    form = WhyNotForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        actions.explain(feedback=said, reason=data["reason"], text=data["text"])
        messages.success(request, _("Thank you. Those who look after the library will read it."))
        return redirect(page.url)
    return render(request, "knowledge/life/why_not.html", {"page": page, "form": form})


def _answer(request: HttpRequest, page: ResourcePage) -> Feedback:
    try:
        value = tokens.read(request.GET.get("about", ""), PURPOSE, max_age=A_DAY)
    except tokens.BadToken:
        raise Http404 from None
    return get_object_or_404(Feedback, pk=value["feedback"], page=page, is_helpful=False)
