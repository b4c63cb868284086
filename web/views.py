from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token does not fit: the page says what to do; nothing was changed."""
    return render(request, "403_csrf.html", status=403)
