"""What a request says of its own encoding is not believed."""

import io

import pytest
from django.urls import reverse

from config.handler import Handler

pytestmark = pytest.mark.django_db


def answer(charset, *, query="", body=b""):
    told = f"multipart/form-data; boundary=b; charset={charset}" if body else f"text/plain; charset={charset}"
    environ = {
        "REQUEST_METHOD": "POST" if body else "GET",
        "PATH_INFO": reverse("account_login"),
        "QUERY_STRING": query,
        "CONTENT_TYPE": told,
        "CONTENT_LENGTH": str(len(body)),
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": "http",
        "wsgi.errors": io.StringIO(),
    }
    statuses = []
    page = b"".join(Handler()(environ, lambda status, headers: statuses.append(status)))
    return statuses[0][:3], page.decode()


@pytest.mark.parametrize("charset", ["utf-7", "unicode_escape", "rot13", "punycode"])
def test_every_request_is_read_as_utf8(charset):
    status, page = answer(charset, query="next=/a%5Cud800%2B2AA-")
    assert status == "200"
    assert 'value="/a\\ud800+2AA-"' in page
    typed = b'--b\r\nContent-Disposition: form-data; name="login"\r\n\r\n\\ud800+2AA-\r\n--b--\r\n'
    assert answer(charset, body=typed)[0] == "403", "read as far as the token that is missing"
