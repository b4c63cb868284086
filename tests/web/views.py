"""A small site of its own: a form that keeps what is typed, a limited view, a confirmation."""

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template import engines
from django.urls import path
from django.views.decorators.http import require_POST

from config.urls import urlpatterns as site
from web.confirm import confirmation
from web.limits import limited

FORM = """<main><h1>Write</h1><details><form method="post" enctype="multipart/form-data">{% csrf_token %}
<input name="title"><textarea name="text" id="id_text"></textarea><input type="hidden" name="form_token" value="new">
<input type="checkbox" name="topics" value="1" checked><input type="checkbox" name="topics" value="2">
<input type="radio" name="who" value="me" checked><input type="radio" name="who" value="you">
<select name="place"><option value="" selected>-</option><option>Leeds</option></select>
<select name="many" multiple><option value="1" selected>One</option><option value="2">Two</option></select>
<input type="password" name="pass"><input type="file" name="photo"><button name="wish" value="post">Send</button>
</form></details><form method="post" action="/send/">{% csrf_token %}<input name="title" value="untouched"></form>
<form method="get"><input name="title" value="sought"></form></main>"""


def write(request):
    """A page with a form for members; those of others are like it."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.path)
    if request.method == "POST":
        return HttpResponse("sent")
    return HttpResponse(engines["django"].from_string(FORM).render({}, request))


@require_POST
def preview(request):
    """Shows the form once more, as a mistake does."""
    return HttpResponse(engines["django"].from_string(FORM).render({}, request))


@require_POST
def hidden(request):
    """Takes what another page's form sends, and tells a visitor that there is nothing here."""
    if not request.user.is_authenticated:
        raise Http404
    return HttpResponse("sent")


def moved(request):
    """A page that leads elsewhere by now."""
    return redirect("/ask/") if request.user.is_authenticated else redirect_to_login(request.path)


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
    path("preview/", preview),
    path("hidden/", hidden),
    path("moved/", moved),
    path("send/", send),
    path("ask/", ask),
    *site,
]
