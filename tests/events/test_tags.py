import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template

from tests import factories
from tests.events.conftest import JOIN_URL, session_in

COMING = "{% load events_tags %}{% coming_webinars 2 as rows %}"
ABOUT = "{% load events_tags %}{% webinars_about page topics as rows %}"
SHOWN = "{% for row in rows %}{{ row.title }}@{{ row.url }} {{ row.starts_at|when }};{% endfor %}"


@pytest.fixture
def draw(rf, db):
    def render(tag, user=None, **context):
        request = rf.get("/")
        request.user = user or AnonymousUser()
        return Template(tag + SHOWN).render(Context({"request": request, **context}))

    return render


def titles(text):
    return [part.split("@")[0] for part in text.split(";") if part]


def test_the_next_ones(draw):
    for title, hours in (("Third", 72), ("First", 24), ("Second", 48), ("Past", -24)):
        session_in(factories.make_webinar(title=title), hours=hours)
    session_in(hours=12, is_cancelled=True)
    text = draw(COMING)
    assert titles(text) == ["First", "Second"]
    assert JOIN_URL not in text and "/webinars/webinar-" in text


def test_about_a_resource(draw):
    topic = factories.make_topic()
    resource = factories.make_resource(topics=[topic])
    recorded, lost = [("Recorded", -24, "WEBVTT"), ("Older", -48, "WEBVTT")], [("Lost", -2, "")]
    for title, hours, transcript in [*recorded, *lost, ("Later", 48, ""), ("Soon", 24, "")]:
        page = factories.make_webinar(title=title)
        page.topics = [topic]
        page.save()
        session_in(page, hours=hours, transcript=transcript)
    # A series stands there once, with its next session.
    session_in(page, hours=30)
    session_in(factories.make_webinar(title="Other"))
    assert titles(draw(ABOUT, page=resource, topics=[topic])) == ["Soon", "Later", "Recorded"]
    assert titles(draw(ABOUT, page=factories.make_resource(), topics=[])) == []


@pytest.mark.parametrize("tag", [COMING, ABOUT], ids=["coming", "about"])
def test_only_what_the_reader_may_see(draw, member, tag):
    topic = factories.make_topic()
    page, resource = factories.make_webinar(title="For members"), factories.make_resource(topics=[topic])
    page.topics = [topic]
    page.save()
    session_in(page)
    factories.for_members_only(page)
    assert titles(draw(tag, page=resource, topics=[topic])) == []
    assert titles(draw(tag, member, page=resource, topics=[topic])) == ["For members"]
    page.unpublish()
    assert titles(draw(tag, member, page=resource, topics=[topic])) == []


@pytest.mark.parametrize("tag", [COMING, ABOUT], ids=["coming", "about"])
def test_they_cost_two_queries(draw, django_assert_max_num_queries, tag):
    topic = factories.make_topic()
    resource = factories.make_resource(topics=[topic])
    for _ in range(4):
        page = factories.make_webinar()
        page.topics = [topic]
        page.save()
        session_in(page)
    draw(tag, page=resource, topics=[topic])
    with django_assert_max_num_queries(2):
        draw(tag, page=resource, topics=[topic])
