import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from events.actions import hide_webinar, restore_webinar
from events.models import Registration, Session, WebinarPage
from tests import factories
from tests.events.conftest import place, session_in

SPOKEN = "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n<v Ann>Wörds.\n"


def row(session=None, **changes):
    given = {
        "id": session.pk if session else "",
        "date": session.date.isoformat() if session else "2035-03-06",
        "start_time": session.start_time.isoformat("seconds") if session else "13:00",
        "minutes": session.minutes if session else 60,
        "time_zone": session.time_zone if session else "Europe/London",
        "capacity": (session.capacity or "") if session else "",
        "join_url": session.join_url if session else "",
        "recording_url": "",
        "transcript": session.transcript if session else "",
    }
    return {**given, **changes}


def posted(*rows, initial=0, publish=True):
    files = {
        f"sessions-{number}-transcript_file": one.pop("transcript_file")
        for number, one in enumerate(rows)
        if "transcript_file" in one
    }
    fields = {
        "title": "A webinar",
        "slug": "a-webinar",
        "summary": "Words.",
        "topics": [],
        "sectors": [],
        "place": "",
        "body": streamfield([]),
        "speakers": streamfield([("speaker", {"name": "Ann", "job": ""})]),
        "sessions": inline_formset(rows, initial=initial),
        "comments": inline_formset([]),
    }
    return {**nested_form_data(fields), **files, **({"action-publish": "1"} if publish else {})}


@pytest.fixture
def edit(as_moderator):
    def send(session, *rows, **options):
        path = reverse("wagtailadmin_pages:edit", args=[session.page_id])
        return as_moderator.post(path, posted(*rows, initial=1, **options))

    return send


def test_a_moderator_lists_a_webinar(as_moderator):
    parent = factories.webinar_index()
    path = reverse("wagtailadmin_pages:add", args=["events", "webinarpage", parent.pk])
    assert as_moderator.get(path).status_code == 200
    response = as_moderator.post(path, posted(row(), row(date="2035-07-06")))
    assert response.status_code == 302, response.text
    page = WebinarPage.objects.get()
    assert page.live
    moments = list(page.sessions.order_by("starts_at").values_list("starts_at", flat=True))
    assert moments == [dt.datetime(2035, 3, 6, 13, tzinfo=dt.UTC), dt.datetime(2035, 7, 6, 12, tzinfo=dt.UTC)]


def test_members_list_nothing(as_member):
    path = reverse("wagtailadmin_pages:add", args=["events", "webinarpage", factories.webinar_index().pk])
    assert as_member.post(path, posted(row())).status_code in (302, 403)
    assert not WebinarPage.objects.exists()


def test_editing_moves_the_moment_and_keeps_who_registered(edit, session):
    place(session)
    assert edit(session, row(session, date="2035-07-06", start_time="09:30")).status_code == 302
    after = Session.objects.get()
    assert (after.pk, after.confirmed_count, after.sequence) == (session.pk, 1, 1)
    assert after.starts_at == dt.datetime(2035, 7, 6, 8, 30, tzinfo=dt.UTC)
    assert Registration.objects.count() == 1


def test_a_draft_changes_nothing_yet(edit, session):
    place(session)
    assert edit(session, row(session, date="2035-07-06"), publish=False).status_code == 302
    assert Session.objects.get().starts_at == session.starts_at


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"capacity": "1"}, "2 people have a place already."),
        ({"capacity": "0"}, "greater than or equal to 1"),
        ({"date": "2035-03-25", "start_time": "01:30"}, "clocks go forward"),
        ({"time_zone": "Mars/Olympus"}, "is not a time zone"),
        ({"time_zone": ""}, "Please fill this in"),
        ({"join_url": "javascript:alert(1)"}, "Enter a valid URL"),
        ({"join_url": "http://meet.example.org/"}, "Enter a valid URL"),
        ({"transcript": "Just words."}, "This is not WebVTT"),
        ({"minutes": "0"}, "greater than or equal to 5"),
    ],
)
def test_mistakes_are_explained(edit, session, changes, words):
    place(session)
    place(session)
    response = edit(session, row(session, **changes))
    assert response.status_code == 200
    assert words in response.text.replace("&quot;", '"').replace("&#x27;", "'")
    after = Session.objects.get()
    assert (after.capacity, after.starts_at, after.join_url) == (None, session.starts_at, session.join_url)


def test_a_session_with_people_is_not_removed(edit, session):
    place(session)
    response = edit(session, row(session, DELETE="1"))
    assert "People have registered for a session that you removed." in response.text
    assert Session.objects.exists()


def test_a_session_without_people_is_removed(edit, session):
    assert edit(session, row(session, DELETE="1")).status_code == 302
    assert not Session.objects.exists()


def test_a_transcript_is_uploaded(edit):
    session = session_in(hours=-24)
    file = SimpleUploadedFile("talk.vtt", SPOKEN.encode())
    assert edit(session, row(session, transcript_file=file)).status_code == 302
    assert Session.objects.get().transcript == SPOKEN


@pytest.mark.parametrize("content", [b"\xff\xfe\x00broken", b"Just words."])
def test_what_is_no_transcript_is_not_taken(edit, content):
    session = session_in(hours=-24)
    response = edit(session, row(session, transcript_file=SimpleUploadedFile("talk.vtt", content)))
    assert response.status_code == 200
    assert Session.objects.get().transcript == ""


@pytest.mark.parametrize("what", ["delete", "unpublish"])
def test_people_who_registered_keep_the_page(as_moderator, administrator, as_administrator, session, what):
    place(session)
    path = reverse(f"wagtailadmin_pages:{what}", args=[session.page_id])
    response = as_administrator.post(path, follow=True)
    assert "People have registered for" in response.text
    assert WebinarPage.objects.get().live
    Session.objects.update(is_cancelled=True)
    as_administrator.post(path)
    assert not WebinarPage.objects.live().exists()


def test_the_list_of_pages_does_not_take_it_away_either(as_administrator, session):
    place(session)
    path = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    as_administrator.post(f"{path}?id={session.page_id}")
    assert WebinarPage.objects.exists()


@pytest.fixture
def hidden(session):
    """Published, and then hidden by a moderator."""
    page = session.page
    page.save_revision().publish()
    hide_webinar(page=page, actor=None)
    return WebinarPage.objects.get(pk=page.pk)


def test_what_moderators_hid_no_editor_publishes(as_moderator, edit, session, hidden):
    answer = edit(session, row(session), publish=True)
    page = as_moderator.get(answer.url).content.decode()
    assert "only a moderator can show it again" in page
    many = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    as_moderator.post(f"{many}?id={hidden.pk}", {"id": hidden.pk})
    now = WebinarPage.objects.get(pk=hidden.pk)
    assert not now.live and now.hidden_at and now.has_unpublished_changes
    assert now.get_latest_revision_as_object().summary == "Words."
    assert as_moderator.get(hidden.url).status_code == 404
    restore_webinar(page=now)
    edit(session, row(session), publish=True)
    now.refresh_from_db()
    assert now.live and now.hidden_at is None and now.summary == "Words."


def test_no_date_and_no_older_version_publishes_it_either(hidden):
    """Versions from before it was hidden, and programs that ask nobody."""
    hidden.save_revision().publish()
    hidden.revisions.order_by("pk").first().publish()
    now = WebinarPage.objects.get(pk=hidden.pk)
    assert not now.live and now.hidden_at
    # Nor do versions from those days hide it again.
    version = now.save_revision()
    restore_webinar(page=now)
    WebinarPage.objects.get(pk=hidden.pk).revisions.get(pk=version.pk).publish()
    assert WebinarPage.objects.get(pk=hidden.pk).live
    assert hidden.copy(update_attrs={"slug": "b", "title": "B"}).hidden_at is None
