"""Who works for, in or at something that is renamed is found under its new name."""

import pytest

from accounts.models import Organisation, User
from outbox.actions import drain
from outbox.models import Job
from search import engines, indexing, naming
from tests import factories
from tests.search.community import announce
from vocabulary.models import Place, Sector

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def make(name):
    if name == "organisation":
        return Organisation.objects.create(name="Heron House")
    if name == "sector":
        return Sector.objects.create(name="Heron House", slug="heron")
    return Place.add_root(name="Heron House", slug="heron", kind=Place.Kind.COUNCIL)


def words_of(person):
    key = f"person:{person.pk}"
    return " ".join(engines.embedded().stored([key])[key].texts.values())


@pytest.mark.parametrize("name", naming.NAMED)
def test_people_are_found_under_the_new_name_once_the_worker_was_there(name):
    named = make(name)
    person = factories.make_user(is_listed=True, **{name: named})
    announce(User, person)
    assert "Heron House" in words_of(person)
    named.name = "Quagga Trust"
    named.save()
    drain([naming.KIND])
    assert "Quagga Trust" in words_of(person)
    assert "Heron House" not in words_of(person)


@pytest.mark.parametrize("name", naming.NAMED)
def test_people_are_not_found_under_the_name_of_what_was_deleted_once_the_worker_was_there(name, monkeypatch):
    named = make(name)
    person, other = factories.make_user(is_listed=True, **{name: named}), factories.make_user(is_listed=True)
    announce(User, person, other)
    with monkeypatch.context() as request:
        request.setattr(indexing, "store", lambda *args: pytest.fail("That is the worker's."))
        named.delete()
    drain([naming.KIND])
    assert "Heron House" not in words_of(person)
    assert person.display_name in words_of(person)


def test_what_nobody_is_filed_under_makes_no_work():
    for name in naming.NAMED:
        make(name).save()
    assert not Job.objects.filter(kind=naming.KIND).exists()
