import datetime as dt
import gc
import os

import hypothesis
import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import timezone

from audit.models import Entry, Retention
from search import learning
from tests import factories
from tests.databases import django_db_setup  # noqa: F401  (pytest finds fixtures by name)
from tests.sharing import dearest_first, pytest_xdist_make_scheduler  # noqa: F401
from web import kept

# The same examples on every machine, however busy it is.
hypothesis.settings.register_profile(
    "site", deadline=None, derandomize=True, database=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("site")


@pytest.fixture(autouse=True)
def apart(settings, tmp_path):
    """Each test has folders of its own and finds nothing in the cache: rolled-back rows give their numbers back."""
    cache.clear()
    learning._remembered.clear()
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MAIL_FOLDER = tmp_path / "mail"


def pytest_collection_modifyitems(items):
    """Tests that commit end with a flush: have what the migrations wrote restored before each of them."""
    for item in items:
        if _commits(item):
            item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True), append=False)
        # Browsers and clusters have their own pace: once may be chance, and is reported; twice is a fault.
        if item.get_closest_marker("browser") or item.get_closest_marker("cluster"):
            item.add_marker(pytest.mark.flaky(reruns=1))
    items.sort(key=lambda item: (_commits(item), dearest_first(item)))


def pytest_collection_finish():
    """Looking for garbage among all that was imported, again and again, took a tenth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _commits(item):
    marker = item.get_closest_marker("django_db")
    by_fixture = {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(by_fixture or (marker and marker.kwargs.get("transaction")))


@pytest.fixture(autouse=True)
def flush_is_possible(request):
    """The audit log's triggers would refuse the flush; so would tables that Django does not know of."""
    if not _commits(request.node):
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    Retention.objects.create(before=timezone.now() + dt.timedelta(days=1))
    Entry.objects.all().delete()
    sql_flush = type(connection.ops).sql_flush
    connection.ops.sql_flush = lambda *args, **options: sql_flush(  # type: ignore[method-assign]
        connection.ops, *args, **{**options, "allow_cascade": True}
    )


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


def text_of(client, url) -> str:
    """What a page says that must be there."""
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.getvalue().decode()


def typed_by(user, page="/") -> dict[str, str]:
    """What every form says of itself that `user` opened on `page`."""
    request = RequestFactory().get(page)
    request.user = user
    return {kept.FIELD: kept.marker(request)}


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


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    return _refuse_missing_parts((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    return _refuse_missing_parts((yield))


def _refuse_missing_parts(report):
    """In CI a skip whose reason starts with "needs" says that a real part is missing: that is a failure."""
    if os.environ.get("CI") == "true" and report.skipped and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2].removeprefix("Skipped: ")
        if reason.startswith("needs"):
            report.outcome = "failed"
            report.longrepr = f"In CI this must not be skipped: {reason}"
    return report
