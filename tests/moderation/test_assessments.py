"""Assessments for the Online Safety Act: kept by version, taken along, and looked at again."""

import datetime as dt

import pytest
from django.utils import timezone

from audit.models import Entry
from moderation import actions, assessments
from moderation.models import Assessment
from outbox.actions import drain
from tests.conftest import typed_by

pytestmark = pytest.mark.django_db
KINDS = ["illegal", "access", "children"]


def answers(**fields) -> dict:
    day = timezone.localdate() + dt.timedelta(days=300)
    return {"signed_by": "Jo Rennick, council officer", "review_by": day.isoformat(), **fields}


def test_the_templates_have_what_ofcom_asks_for():
    titles = [str(part.title) for part in assessments.TEMPLATES["illegal"]]
    kinds = assessments.ILLEGAL
    assert len(kinds) == 18, "seventeen kinds, of which child sexual exploitation is in two parts"
    assert {str(label) for _name, label in kinds} <= set(titles)
    for kind in KINDS:
        names = [question.name for question in assessments.questions(kind)]
        assert len(names) == len(set(names))


@pytest.mark.parametrize("kind", KINDS)
def test_each_is_written_kept_and_taken_along(as_moderator, moderator, kind):
    name = assessments.questions(kind)[0].name
    question = assessments.questions(kind)[0]
    said = question.choices[0][0] if question.choices else "=Early years; a partnership."
    begun = as_moderator.get(f"/desk/assessments/{kind}/").content.decode()
    in_a_year = timezone.localdate() + dt.timedelta(days=365)
    assert f'value="{in_a_year.isoformat()}"' in begun, "browsers read a day in no other form"
    made = as_moderator.post(f"/desk/assessments/{kind}/", answers(**{name: said}))
    assert made.url == f"/desk/assessments/{kind}/1/"
    assert Entry.objects.get(verb="moderation.assessed").detail == {"kind": kind, "version": 1}
    page = as_moderator.get(made.url).content.decode()
    assert "Jo Rennick" in page and "Not answered" in page
    table = as_moderator.get(f"{made.url}?format=csv")
    assert table["Content-Disposition"] == f'attachment; filename="{kind}-1.csv"'
    assert "Jo Rennick" in table.content.decode() and ",=Early" not in table.content.decode()
    file = as_moderator.get(f"{made.url}?format=html")
    assert "attachment" in file["Content-Disposition"] and "<script" not in file.content.decode()


@pytest.mark.parametrize(
    ("url", "field"), [("/desk/assessments/illegal/", "purpose"), ("/desk/wording/hide/", "letter")]
)
def test_what_was_written_outlives_a_session(client, moderator, url, field):
    assert client.post(url, {**typed_by(moderator, url), field: "An hour of work.", "z": "x"}).status_code == 302
    client.force_login(moderator, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(url).content.decode()
    assert "An hour of work." in page and 'name="typed_by"' in page


def test_a_new_version_never_changes_the_one_before(as_moderator):
    as_moderator.post("/desk/assessments/illegal/", answers(purpose="First."))
    assert "First." in as_moderator.get("/desk/assessments/illegal/").content.decode(), "it begins with the last one"
    as_moderator.post("/desk/assessments/illegal/", answers(purpose="Second."))
    kept = Assessment.objects.order_by("version").values_list("version", "answers__purpose")
    assert list(kept) == [(1, "First."), (2, "Second.")]
    page = as_moderator.get("/desk/assessments/").content.decode()
    assert "Version 1" in page and "Version 2" in page and "Nobody has written it yet." in page


@pytest.mark.parametrize(
    "fields", [{"signed_by": ""}, {"review_by": ""}, {"review_by": "2001-01-01"}, {"overall": "?"}]
)
def test_what_is_missing_is_said(as_moderator, fields):
    page = as_moderator.post("/desk/assessments/illegal/", answers(**fields))
    assert page.status_code == 200 and "error-summary" in page.content.decode()
    assert not Assessment.objects.exists()


def test_on_the_day_of_its_review_moderators_are_reminded_once(as_moderator, moderator):
    form = {"answers": {}, "signed_by": "Jo", "actor": moderator}
    actions.assess(kind="illegal", review_by=timezone.localdate(), **form)
    assert actions.remind_of_reviews() == 1
    drain()
    assert "To be looked at again: Illegal content" in as_moderator.get("/inbox/").content.decode()
    assert "It is to be looked at again." in as_moderator.get("/desk/assessments/").content.decode()
    actions.assess(kind="illegal", review_by=timezone.localdate() + dt.timedelta(days=9), **form)
    assert actions.remind_of_reviews() == 0
    assert "To be looked at again: Illegal content" not in as_moderator.get("/inbox/").content.decode()


def test_who_reads_and_writes_them(as_member, as_editor, client, forged, moderator, as_administrator):
    for address in ("/desk/assessments/", "/desk/assessments/illegal/"):
        assert client.get(address).status_code == 404
        for other in (as_member, as_editor):
            assert other.get(address).status_code == 403
    assert as_member.post("/desk/assessments/illegal/", answers()).status_code == 403
    assert client.post("/desk/assessments/illegal/", answers()).status_code == 302
    assert forged(moderator).post("/desk/assessments/illegal/", answers()).status_code == 403
    assert as_administrator.get("/desk/assessments/illegal/7/").status_code == 404
    assert as_administrator.get("/desk/assessments/nonsense/").status_code == 404
    assert as_administrator.post("/desk/assessments/").status_code == 405
    assert not Assessment.objects.exists()


def test_queries_do_not_depend_on_how_many_versions_there_are(as_moderator, moderator, django_assert_max_num_queries):
    as_moderator.get("/desk/assessments/")
    for _ in range(7):
        day = timezone.localdate() + dt.timedelta(days=9)
        actions.assess(kind="illegal", answers={}, signed_by="Jo", review_by=day, actor=moderator)
    with django_assert_max_num_queries(7):
        page = as_moderator.get("/desk/assessments/").content.decode()
    assert page.count("Version ") == 7
