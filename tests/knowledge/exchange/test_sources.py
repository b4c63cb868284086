"""Repositories in the CMS: who may, what the pages say, and what the worker and the clock do."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from knowledge.actions import harvesting
from knowledge.models import Harvested, ResourcePage, Source
from outbox.fetching import FetchFailed
from outbox.models import Job
from tests import factories
from tests.conftest import text_of
from tests.knowledge.exchange.test_oai import answer

pytestmark = pytest.mark.django_db
URL = "https://example.org/oai"
NEW = {"url": URL, "subset": "health", "kind": "policy", "is_daily": "on"}


@pytest.fixture
def source():
    factories.library_page()
    return Source.objects.create(url=URL, kind="policy")


def jobs():
    return Job.objects.filter(kind=harvesting.JOB)


def asked(*answers):
    waiting = list(answers)

    def ask(url):
        found = waiting.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    harvesting.work(list(jobs().order_by("pk")), ask=ask, pause=0)


@pytest.mark.postgres
def test_an_editor_adds_one_and_it_is_asked_at_once(as_editor):
    factories.library_page()
    assert "No repository is known yet" in text_of(as_editor, "/cms/imports/sources/")
    assert "/cms/imports/sources/" in text_of(as_editor, "/cms/imports/")
    assert "Add it and ask it now" in text_of(as_editor, "/cms/imports/sources/new/")
    made = as_editor.post("/cms/imports/sources/new/", NEW)
    source = Source.objects.get()
    assert made.url == f"/cms/imports/sources/{source.pk}/" and source.is_daily and jobs().count() == 1
    assert "waits for its first turn" in text_of(as_editor, made.url)
    asked(answer(("a", "Sleep in one"), ("b", "Sleep in one")))
    assert "1 taken, 1 passed over" in text_of(as_editor, "/cms/imports/sources/")
    assert "1 of its records is a page here" in text_of(as_editor, made.url)
    assert "It has the same title." in text_of(as_editor, made.url)
    as_editor.post("/cms/imports/sources/new/", {**NEW, "is_daily": ""})
    assert not Source.objects.get().is_daily, "what is known already takes the new choices"


@pytest.mark.parametrize("url", ["", "ftp://example.org/oai", "javascript:alert(1)", "what"])
def test_what_is_no_address_is_refused_on_the_form(as_editor, url):
    factories.library_page()
    assert as_editor.post("/cms/imports/sources/new/", {**NEW, "url": url}).status_code == 200
    assert not Source.objects.exists()


def test_what_went_wrong_is_said_and_asked_again(as_editor, source):
    page = f"/cms/imports/sources/{source.pk}/"
    as_editor.post(f"{page}run/")
    as_editor.post(f"{page}run/")
    assert jobs().count() == 1, "two clicks are one"
    asked(FetchFailed("The repository answered 503."))
    assert "The repository answered 503." in text_of(as_editor, page)
    assert Source.objects.get().tried_at is not None


def test_what_is_not_done_in_time_goes_on_in_another_job(source, monkeypatch):
    monkeypatch.setattr(harvesting, "SECONDS", -1.0)
    harvesting.harvest_later(source=source)
    asked(answer(("a", "Sleep in one"), token="next"))
    assert jobs().count() == 2 and Source.objects.get().is_under_way
    jobs().order_by("pk").first().delete()
    asked(answer(("b", "Teeth for two")))
    found = Source.objects.get()
    assert (found.taken, found.is_under_way, ResourcePage.objects.count()) == (2, False, 2)


def test_the_clock_asks_those_of_every_day_once_a_day(as_editor, source):
    harvesting.plan()
    assert not jobs().exists()
    as_editor.post(f"/cms/imports/sources/{source.pk}/daily/", {"wanted": "yes"})
    harvesting.plan()
    assert jobs().count() == 1
    jobs().delete()
    Source.objects.update(tried_at=timezone.now() - dt.timedelta(hours=23))
    harvesting.plan()
    assert not jobs().exists()
    as_editor.post(f"/cms/imports/sources/{source.pk}/daily/", {"wanted": "no"})
    Source.objects.update(tried_at=None)
    harvesting.plan()
    assert not jobs().exists()


def test_a_repository_that_was_taken_away_meanwhile_is_no_error(source):
    harvesting.harvest_later(source=source)
    source.delete()
    asked()


@pytest.mark.parametrize("path", ["", "new/", "{pk}/", "{pk}/run/", "{pk}/daily/"])
def test_it_is_for_editors(as_moderator, as_member, as_editor, editor, forged, source, path):
    url = f"/cms/imports/sources/{path.format(pk=source.pk)}"
    for client in (as_moderator, as_member, Client()):
        assert client.get(url).status_code in (302, 403, 405) and client.post(url, NEW).status_code in (302, 403, 405)
    assert "/cms/imports/sources/" not in text_of(as_moderator, "/cms/imports/")
    if path.endswith(("run/", "daily/")):
        assert as_editor.get(url).status_code == 405 and forged(editor).post(url).status_code == 403
    if "{pk}" in path:
        assert as_editor.post(url.replace(str(source.pk), "999999")).status_code == 404
        assert as_editor.post(url.replace(str(source.pk), str(2**63))).status_code == 404
    assert not jobs().exists() and Source.objects.count() == 1


def test_the_number_of_queries_does_not_depend_on_the_records(as_editor, source, django_assert_max_num_queries):
    def cost():
        with django_assert_max_num_queries(40) as counted:
            text_of(as_editor, f"/cms/imports/sources/{source.pk}/")
            text_of(as_editor, "/cms/imports/sources/")
        return len(counted)

    def add(number):
        for place in range(number):
            name = f"{Harvested.objects.count()}-{place}"
            Harvested.objects.create(source=source, identifier=name, error="Twin", page=factories.make_resource())
            Source.objects.create(url=f"https://example.org/{name}")

    add(1)
    cost()
    few = cost()
    add(4)
    assert cost() == few
