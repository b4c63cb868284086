import pytest
from django.core.exceptions import ValidationError
from wagtail.models import PageViewRestriction

from knowledge.actions.topics import compose
from knowledge.models import ChosenResource, TopicIndexPage, TopicPage
from tests import factories
from tests.conftest import signed_in

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def topic(db):
    return factories.make_topic(name="Teeth", slug="teeth", summary="Brushing and sugar.")


def composed(topic, **fields):
    page = compose(topic=topic, editor=None)
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()
    return page


def text_of(client, url="/topics/teeth/"):
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.postgres
def test_a_topic_that_nobody_composed_has_a_page(client, topic):
    factories.make_resource(title="Brushing twice", topics=[topic])
    factories.make_thread(
        factories.make_space(visibility="public", open_to_search_engines=True), title="Sweet drinks"
    ).topics.add(topic)
    session = factories.make_session()
    session.page.topics.add(topic)
    session.page.save()
    text = text_of(client)
    for shown in ("Brushing and sugar.", "Brushing twice", "Sweet drinks", session.page.title, "/library/?topic=teeth"):
        assert shown in text, shown


def test_an_empty_topic_says_so_and_what_to_do(client, topic):
    text = text_of(client)
    assert "The library has nothing on this topic yet." in text
    assert "Nobody has asked about this yet." in text


def test_an_editor_composes_a_topic(client, topic):
    first = factories.make_resource(title="Begin here")
    page = composed(topic, introduction="<p>Why teeth matter.</p>", key_messages=[("message", "Brush twice a day.")])
    page.chosen = [ChosenResource(resource=first, note="Short and plain.")]
    page.save_revision().publish()
    text = text_of(client)
    for shown in ("Why teeth matter.", "Brush twice a day.", "Begin here", "Short and plain."):
        assert shown in text, shown
    assert page.url == "/topics/teeth/"


def test_what_an_editor_types_is_escaped(client, topic):
    composed(topic, title="<script>alert(1)</script>", key_messages=[("message", "<img src=x onerror=alert(1)>")])
    text = text_of(client)
    assert "<script>alert(1)" not in text
    assert "<img src=x" not in text


def test_a_draft_of_a_topic_leaves_the_automatic_page(client, topic):
    page = compose(topic=topic, editor=None)
    assert not page.live
    page.key_messages = [("message", "Not yet.")]
    page.save_revision()
    assert "Not yet." not in text_of(client)


def test_a_chosen_resource_that_the_reader_may_not_see_is_left_out(client, topic, member):
    hidden = factories.make_resource(title="Only for us")
    factories.for_members_only(hidden)
    page = composed(topic)
    page.chosen = [ChosenResource(resource=hidden)]
    page.save_revision().publish()
    assert "Only for us" not in text_of(client)
    assert "Only for us" in text_of(signed_in(member))


def test_a_private_topic_asks_visitors_to_sign_in(client, topic, member):
    page = composed(topic, key_messages=[("message", "Among ourselves.")])
    factories.for_members_only(page)
    answer = client.get("/topics/teeth/")
    assert answer.status_code == 302
    assert answer.url.startswith("/account/login/")
    assert "Among ourselves." in text_of(signed_in(member))


def test_what_is_published_or_withdrawn_shows_at_once(client, topic):
    page = factories.make_resource(title="Brushing twice", topics=[topic])
    assert "Brushing twice" in text_of(client)
    page.unpublish()
    assert "Brushing twice" not in text_of(client)
    page.save_revision().publish()
    assert "Brushing twice" in text_of(client)
    factories.for_members_only(page)
    assert "Brushing twice" not in text_of(client)


def test_the_list_of_topics_counts_what_the_reader_sees(client, topic, member):
    factories.make_resource(topics=[topic])
    PageViewRestriction.objects.create(
        page=factories.make_resource(topics=[topic]), restriction_type=PageViewRestriction.LOGIN
    )
    assert "1 resource<" in text_of(client, "/topics/")
    assert "2 resources<" in text_of(signed_in(member), "/topics/")


def test_a_site_without_topics_says_so(client):
    assert "No topics have been set up yet." in text_of(client, "/topics/")


def test_there_is_no_page_of_what_is_no_topic(client):
    assert client.get("/topics/none/").status_code == 404


def test_an_editor_begins_a_page_from_the_topic(editor, topic):
    client = signed_in(editor)
    assert "Compose this page" in text_of(client)
    answer = client.post("/topics/teeth/compose/")
    page = TopicPage.objects.get(topic=topic)
    assert answer.url == f"/cms/pages/{page.pk}/edit/"
    assert client.get(answer.url).status_code == 200
    client.post("/topics/teeth/compose/")
    assert TopicPage.objects.filter(topic=topic).count() == 1
    assert TopicIndexPage.objects.count() == 1


def test_only_editors_begin_a_page(client, member, moderator, editor, topic, forged):
    assert client.post("/topics/teeth/compose/").url.startswith("/account/login/")
    for person in (member, moderator):
        assert "Compose this page" not in text_of(signed_in(person))
        assert signed_in(person).post("/topics/teeth/compose/").status_code == 403
    assert signed_in(editor).get("/topics/teeth/compose/").status_code == 405
    assert signed_in(editor).post("/topics/none/compose/").status_code == 404
    assert forged(editor).post("/topics/teeth/compose/").status_code == 403
    assert not TopicPage.objects.exists()


def test_a_topic_is_composed_once(topic):
    composed(topic)
    with pytest.raises(ValidationError, match="has a page already"):
        TopicPage(title="Again", topic=topic).clean()


@pytest.mark.parametrize("who", ["visitor", "member"])
def test_topic_pages_cost_the_same_whatever_they_show(client, member, django_assert_max_num_queries, who):
    reader = client if who == "visitor" else signed_in(member)

    def cost(number):
        topic = factories.make_topic()
        page = composed(topic)
        resources = [factories.make_resource(topics=[topic]) for _ in range(number)]
        page.chosen = [ChosenResource(resource=each) for each in resources]
        page.save_revision().publish()
        for _ in range(number):
            factories.make_thread(factories.make_space(visibility="public", open_to_search_engines=True)).topics.add(
                topic
            )
            webinar = factories.make_session().page
            webinar.topics.add(topic)
            webinar.save()
        counts = []
        for url in (f"/topics/{topic.slug}/", "/topics/"):
            text_of(reader, url)
            with django_assert_max_num_queries(18) as counted:
                text_of(reader, url)
            counts.append(len(counted))
        return counts

    assert cost(1) == cost(4)
