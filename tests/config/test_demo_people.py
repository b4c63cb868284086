"""The people of the demo can do what they are there to show."""

import pytest
from django.core.management import call_command
from django.utils import timezone

from config.demo import people
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


def test_the_administrator_gets_into_the_admin_and_nobody_else(monkeypatch, tmp_path):
    monkeypatch.setattr(people, "LOGINS_FILE", tmp_path / "logins.json")
    call_command("load_vocabulary", verbosity=0)
    people.load_places()
    found = people.load(timezone.now())
    statuses = {what: signed_in(found[key]).get("/admin/").status_code for what, (key, _) in people.SHOWN.items()}
    assert statuses.pop("administrator") == 200
    assert set(statuses.values()) == {302}
