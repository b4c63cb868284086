import os

os.environ.setdefault("DEBUG", "true")

import pytest  # noqa: E402
from django.test import Client  # noqa: E402

from tests import factories  # noqa: E402


@pytest.fixture(autouse=True)
def folders_of_their_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MAIL_FOLDER = tmp_path / "mail"


@pytest.fixture
def member(db):
    return factories.make_user()


@pytest.fixture
def moderator(db):
    return factories.make_user("moderator")


@pytest.fixture
def editor(db):
    return factories.make_user("editor")


@pytest.fixture
def administrator(db):
    return factories.make_user("administrator")


def signed_in(user, **options) -> Client:
    client = Client(**options)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def as_member(member):
    return signed_in(member)


@pytest.fixture
def as_moderator(moderator):
    return signed_in(moderator)


@pytest.fixture
def as_editor(editor):
    return signed_in(editor)


@pytest.fixture
def as_administrator(administrator):
    return signed_in(administrator)


@pytest.fixture
def forged():
    """Gives a client that Django asks for a CSRF token, as a browser is asked, signed in as the given person."""

    def make(user=None) -> Client:
        return signed_in(user, enforce_csrf_checks=True) if user else Client(enforce_csrf_checks=True)

    return make
