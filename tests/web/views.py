"""A small site of its own: a form that keeps what is typed, a limited view, a confirmation."""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, JsonResponse
from django.template import engines
from django.urls import path

from config.urls import urlpatterns as site
from web import kept
from web.confirm import confirmation
from web.limits import limited


def write(request):
    """A form for members, as rooms write them with accounts.decorators.member_required."""
    if not request.user.is_authenticated:
        if request.method == "POST":
            kept.keep_typed(request)
        return redirect_to_login(request.path)
    if request.method == "POST":
        return HttpResponse("sent")
    return JsonResponse(kept.take_typed(request, request.path))


def marked(request):
    return HttpResponse(engines["django"].from_string("{% typed_by %}").render({}, request))


@limited("test", account=(2, 600), address=(4, 600))
def send(request):
    return HttpResponse("sent")


def ask(request):
    if request.method == "POST":
        return HttpResponse("done")
    return confirmation(request, title="Leave?", text="You go.", button="Leave", cancel_url="/", danger=True)


urlpatterns = [
    path("write/", write),
    path("write-more/", write),
    path("marked/", marked),
    path("send/", send),
    path("ask/", ask),
    *site,
]
