import datetime as dt

import pytest
from django.urls import reverse

from events.models import Session, WebinarPage
from tests import factories
from tests.conftest import signed_in
from tests.events.conftest import place, session_in

SPOKEN = """WEBVTT

1
00:00:04.000 --> 00:00:16.000
<v Hannah>Good afternoon. Babble comes before words.

2
00:00:20.000 --> 00:00:30.000
<v Rukhsana>Then come words, and more BABBLE.
"""


def on(date, time, page=None, **fields):
    return factories.make_session(
        page, date=dt.date.fromisoformat(date), start_time=dt.time.fromisoformat(time), **fields
    )


def count_queries(client, path, django_assert_max_num_queries, most):
    with django_assert_max_num_queries(most) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_the_list_has_coming_then_recordings_then_the_rest(client, db):
    titles = ("Next week", "Tomorrow", "Recorded", "Only past", "Called off")
    pages = {title: factories.make_webinar(title=title) for title in titles}
    session_in(pages["Next week"], hours=24 * 7)
    session_in(pages["Tomorrow"], hours=24)
    session_in(pages["Recorded"], hours=-48, transcript=SPOKEN)
    session_in(pages["Only past"], hours=-24)
    session_in(pages["Called off"], hours=-24, is_cancelled=True)
    text = client.get("/webinars/").text
    order = [text.index(f">{title}<") for title in ("Tomorrow", "Next week", "Recorded", "Only past")]
    assert order == sorted(order)
    assert "Called off" not in text


def test_an_empty_list_says_so(client, db):
    factories.webinar_index()
    assert "No webinar is planned at the moment." in client.get("/webinars/").text


def test_filters(client, db):
    topic, sector = factories.make_topic(), factories.make_sector()
    page, other = factories.make_webinar(title="About sleep"), factories.make_webinar(title="About play")
    page.topics, page.sectors = [topic], [sector]
    page.save()
    for one in (page, other):
        session_in(one)
    for query in (f"?topic={topic.slug}", f"?sector={sector.slug}", f"?topic={topic.slug}&sector={sector.slug}"):
        text = client.get(f"/webinars/{query}").text
        assert "About sleep" in text and "About play" not in text
    text = client.get("/webinars/?topic=nothing-like-it").text
    assert "No coming webinar fits what you chose." in text


@pytest.mark.parametrize("query", ["?coming=rubbish", "?topic=%00", "?recordings=' OR 1=1", "?sector=" + "x" * 500])
def test_the_list_survives_odd_requests(client, session, query):
    assert client.get(f"/webinars/{query}").status_code == 200


def test_the_list_goes_on_on_further_pages(client, db):
    for number in range(23):
        session_in(factories.make_webinar(title=f"Coming number {number:02d}."), hours=24 + number)
    first = client.get("/webinars/")
    assert first.text.count("Coming number") == 20
    assert "Coming number 19." in first.text and "Coming number 20." not in first.text
    second = client.get("/webinars/" + first.context["coming"]["older_url"]).text
    assert "Coming number 22." in second and "Coming number 19." not in second


def test_the_list_costs_the_same_for_many(as_member, member, django_assert_max_num_queries):
    def one_more():
        for fields in ({"hours": 24}, {"hours": -24}, {"hours": -24, "transcript": SPOKEN}):
            place(session_in(**fields), member)

    one_more()
    as_member.get("/webinars/")
    few = count_queries(as_member, "/webinars/", django_assert_max_num_queries, 30)
    for _ in range(4):
        one_more()
    assert count_queries(as_member, "/webinars/", django_assert_max_num_queries, 30) == few


def test_a_page_costs_the_same_for_many(as_member, member, django_assert_max_num_queries):
    page = factories.make_webinar()

    def one_more(hours):
        session = session_in(page, hours=hours, transcript=SPOKEN if hours < 0 else "")
        place(session)
        place(session, member, state="waiting")
        page.topics = [*page.topics.all(), factories.make_topic()]
        page.sectors = [*page.sectors.all(), factories.make_sector()]
        page.save()

    one_more(24)
    one_more(-24)
    as_member.get(page.url)
    few = count_queries(as_member, page.url, django_assert_max_num_queries, 30)
    for number in range(4):
        one_more(48 + number)
        one_more(-48 - number)
    assert count_queries(as_member, page.url, django_assert_max_num_queries, 30) == few


@pytest.mark.parametrize(
    ("date", "spoken"),
    [("2035-01-16", "16 January 2035, 1pm"), ("2035-07-17", "17 July 2035, 1pm")],
    ids=["winter", "summer"],
)
def test_a_reader_in_london_sees_london_time_alone(client, db, date, spoken):
    text = client.get(on(date, "13:00").page.url).text
    assert spoken in text
    assert "London time" not in text


@pytest.mark.parametrize(
    ("date", "local", "organiser"),
    [
        ("2035-01-16", "17 January 2035, 2am", "Tuesday 16 January, 1pm, London time"),
        ("2035-07-17", "18 July 2035, midnight", "Tuesday 17 July, 1pm, London time"),
    ],
    ids=["winter", "summer"],
)
def test_a_reader_in_auckland_sees_both(db, date, local, organiser):
    session = on(date, "13:00")
    reader = signed_in(factories.make_user(time_zone="Pacific/Auckland"))
    text = reader.get(session.page.url).text
    assert local in text
    assert "your time" in text
    assert organiser in " ".join(text.split())
    assert local in reader.get("/webinars/").text


def test_one_main_button_and_what_it_says(client, as_member, member):
    page = factories.make_webinar()
    session_in(page, hours=24, capacity=2)
    session_in(page, hours=48)
    visitor = client.get(page.url).text
    assert visitor.count('class="main-action"') == 1
    assert f"{reverse('account_login')}?next={page.url}" in visitor
    assert "Session 1 of 2" in visitor
    text = as_member.get(page.url).text
    assert text.count('class="main-action"') == 1
    assert "2 places are left." in text


def test_a_cancelled_session_has_no_button(as_member):
    session = session_in(is_cancelled=True)
    text = as_member.get(session.page.url).text
    assert "This session is cancelled." in text
    assert reverse("events:register", args=[session.pk]) not in text


def test_afterwards_the_recording(client, db):
    session = session_in(hours=-24, recording_url="https://video.example.org/1", transcript=SPOKEN)
    text = client.get(session.page.url).text
    assert 'href="https://video.example.org/1"' in text
    assert "<strong>Hannah</strong>" in text and "0:20" in text


def test_a_webinar_without_a_session_yet(client, db):
    assert "not known yet" in client.get(factories.make_webinar().url).text


def test_words_are_found_in_the_transcript(client, db):
    url = session_in(hours=-24, transcript=SPOKEN).page.url
    text = client.get(url, {"find": "babble"}).text
    assert "2 places say “babble”." in text
    assert "<mark>Babble</mark> comes" in text and "<mark>BABBLE</mark>" in text
    text = client.get(url, {"find": "afternoon"}).text
    assert "1 place says" in text and "Then come words" not in text
    assert "Nobody says" in client.get(url, {"find": "[a-z]+("}).text


HOSTILE = """WEBVTT

STYLE
::cue { background: url(javascript:alert(1)) }

00:00:01.000 --> 00:00:02.000
<v <script>alert(1)</script>>hello <img src=x onerror=alert(2)> &lt;svg onload=alert(3)&gt;

00:00:03.000 --> 00:00:04.000
<v Eve"><b onclick="alert(4)">words</b></v> {{ 7|add:7 }} <iframe src="javascript:alert(5)">
"""


@pytest.mark.parametrize("find", ["", "<svg", "alert", "<script>alert(6)</script>"])
def test_a_hostile_transcript_is_text(client, db, find):
    session = session_in(hours=-24)
    type(session).objects.filter(pk=session.pk).update(transcript=HOSTILE)
    main = client.get(session.page.url, {"find": find}).text.split("<main", 1)[1].split("</main>", 1)[0]
    for tag in ("<script", "<img", "<iframe", "<b ", "<svg onload", "onclick=", "onerror="):
        assert tag not in main.replace("<svg class=", "")
    assert "{{ 7|add:7 }}" in main or find


def test_a_preview_of_a_page_never_saved(as_administrator, rf, administrator):
    page = WebinarPage(title="Soon", slug="soon", summary="Words.")
    page.sessions = [Session(date=dt.date(2035, 3, 6), start_time=dt.time(13))]
    factories.webinar_index().add_child(instance=page)
    page = page.get_latest_revision_as_object()
    page.sessions = [*page.sessions.all(), Session(date=dt.date(2035, 3, 7), start_time=dt.time(14))]
    request = rf.get(page.url)
    request.user = administrator
    assert "7 March 2035, 2pm" in page.make_preview_request(request, "").rendered_content


def test_speakers_and_who_it_is_for(client, db):
    page = factories.make_webinar(speakers=[("speaker", {"name": "Ada <b>", "job": "Midwife"})])
    sector = factories.make_sector(name="Midwifery")
    page.sectors = [sector]
    page.save()
    text = client.get(page.url).text
    assert "<strong>Ada &lt;b&gt;</strong>, Midwife" in text
    assert f'href="/webinars/?sector={sector.slug}"' in text


def test_discussions_about_it(client, db):
    session = session_in()
    page = session.page
    assert "Nobody has started a discussion" in client.get(page.url).text
    assert f"{reverse('forum:start')}?page={page.pk}" in client.get(page.url).text
    space = factories.make_space(visibility="public", open_to_search_engines=True)
    factories.make_thread(space, page=page, title="What I took away")
    factories.make_thread(factories.make_space(visibility="members"), page=page, title="Among members")
    text = client.get(page.url).text
    assert "What I took away" in text and "Among members" not in text


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "sees"), [("moderator", True), ("editor", True), (None, False)])
def test_who_looks_after_webinars_finds_the_way_to_edit_them(role, sees):
    page = factories.make_webinar()
    reader = signed_in(factories.make_user(*([role] if role else [])))
    assert (f"/cms/pages/{page.pk}/edit/" in reader.get(page.url).text) is sees
