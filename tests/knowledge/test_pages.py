import datetime
import html

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction, Site

from accounts.models import User
from forum.actions import post_reply, set_follow
from knowledge.models import Evidence, HomePage, InformationPage, LibraryPage, ResourcePage
from outbox.actions import drain
from tests import factories

pytestmark = [pytest.mark.django_db]


def restrict(page, kind=PageViewRestriction.LOGIN):
    return PageViewRestriction.objects.create(page=page, restriction_type=kind)


def query_count(client, url, django_assert_max_num_queries, most):
    client.get(url)
    with django_assert_max_num_queries(most) as counted:
        assert client.get(url).status_code == 200
    return len(counted)


@pytest.mark.postgres
def test_the_first_migration_makes_a_site_with_its_pages():
    assert Site.objects.get(is_default_site=True).root_page.specific_class is HomePage
    assert Page.find_problems() == ([], [], [], [], [])
    assert LibraryPage.objects.get().url == "/library/"
    purposes = set(InformationPage.objects.live().values_list("purpose", flat=True))
    assert purposes == {"about", "privacy", "accessibility", "rules", "child"}


@pytest.mark.parametrize("slug", ["about", "privacy", "accessibility", "house-rules", "worried-about-a-child"])
def test_every_information_page_is_there_and_linked_in_the_footer(client, slug):
    answer = client.get(f"/{slug}/")
    assert answer.status_code == 200
    assert f'href="/{slug}/"' in answer.content.decode()


def test_worried_about_a_child_shows_each_places_contacts(client):
    factories.make_place(name="Blackpool", child_contacts="01253 000000")
    text = client.get("/worried-about-a-child/").content.decode()
    assert "999" in text
    assert "01253 000000" in text


def test_worried_about_a_child_without_contacts_leads_to_the_council(client):
    text = client.get("/worried-about-a-child/").content.decode()
    assert 'href="https://www.gov.uk/report-child-abuse-to-local-council"' in text and "by day and by night" in text
    assert "Who to call in each place" not in client.get("/privacy/").content.decode()


def test_a_resource_shows_what_a_reader_needs_to_judge_it(client):
    topic, sector = factories.make_topic(name="Teeth"), factories.make_sector(name="Dentistry", shape="cross")
    page = factories.make_resource(
        title="Brushing twice",
        summary="Twice is better than once.",
        practice="Ask who helps with brushing.",
        body=[("heading", "What was found"), ("text", "<p>Fewer holes.</p>")],
        year=2019,
        pmid="12345",
        doi="10.1000/182",
        citation="A. Author. Brushing twice. 2019.",
        age_from_months=0,
        age_to_months=60,
        licence="CC BY 4.0",
        credit="Somebody",
        country="Wales",
        topics=[topic],
        sectors=[sector],
    )
    page.evidence.add(Evidence(scheme="wwc", value="Meets standards without reservations"))
    page.save()
    text = client.get(page.url).content.decode()
    for shown in (
        "Twice is better than once.", "Ask who helps", "Fewer holes.", "A. Author.", "birth to 5 years", "CC BY 4.0",
        "Wales", "Meets standards without reservations", "What Works Clearinghouse", "Dentistry",
        f"/topics/{topic.slug}/", "https://doi.org/10.1000/182", 'id="what-was-found"',
    ):  # fmt: skip
        assert shown in text, shown


def test_text_of_editors_is_escaped_where_it_is_not_rich_text(client):
    page = factories.make_resource(title="<script>alert(1)</script>", summary="<img src=x onerror=alert(1)>")
    text = client.get(page.url).content.decode()
    assert "<script>alert(1)" not in text
    assert "<img src=x" not in text


def test_a_draft_is_seen_by_nobody(as_member):
    page = factories.make_resource(live=False)
    assert as_member.get(page.url).status_code == 404


def test_a_private_resource_asks_visitors_to_sign_in_and_shows_in_no_list(client, as_member):
    page = factories.make_resource(title="Only for us")
    restrict(page)
    answer = client.get(page.url)
    assert answer.status_code == 302
    assert answer.url.startswith("/account/login/")
    assert "Only for us" not in client.get("/").content.decode()
    assert as_member.get(page.url).status_code == 200


def test_a_guide_shows_its_parts_in_order_on_every_page_of_it(client):
    top = factories.make_resource(title="Feeding")
    first = factories.make_resource(top, title="Milk")
    factories.make_resource(top, title="Solids")
    factories.make_resource(top, title="Hidden part", live=False)
    text = client.get(first.url).content.decode().partition("In this guide")[2]
    assert text.index("Feeding") < text.index("Milk") < text.index("Solids")
    assert "Hidden part" not in text
    assert f'href="{first.url}"' in text


def test_a_guide_names_only_parts_that_the_reader_may_see(client, as_member):
    top = factories.make_resource(title="Feeding")
    open_part = factories.make_resource(top, title="Milk")
    restrict(factories.make_resource(top, title="Only for us"))
    assert "Only for us" not in client.get(open_part.url).content.decode()
    assert "Only for us" in as_member.get(open_part.url).content.decode()


def test_a_part_is_not_taken_for_the_guide_while_the_guide_is_not_published(client):
    top = factories.make_resource(title="Feeding", live=False)
    part = factories.make_resource(top, title="Milk")
    factories.make_resource(top, title="Solids")
    assert "In this guide" not in client.get(part.url).content.decode()


def test_a_resource_is_found_and_let_through_by_one_query(client, django_assert_num_queries):
    page = factories.make_resource()
    for address in (page.url, f"{page.url}nothing/", page.url):
        client.get(address)
    # The page, and threads about it: without topics nothing else is related.
    with django_assert_num_queries(2):
        assert client.get(page.url).status_code == 200
    assert client.head(page.url).status_code == 200


def test_with_a_second_site_wagtail_finds_the_page(client):
    page = factories.make_resource(title="Of the first site")
    other = HomePage(title="Other home", slug="other-home", lead="Other")
    Page.objects.get(depth=1).add_child(instance=other)
    Site.objects.create(hostname="other.test", root_page=other)
    assert client.get(page.url).status_code == 200
    assert client.get(page.url, headers={"host": "other.test"}).status_code in (400, 404)


def test_what_is_published_anew_shows_at_once(client):
    page = factories.make_resource(title="Brushing", topics=[factories.make_topic(name="Teeth")])
    assert "Brushing" in client.get(page.url).content.decode()
    page.summary = "Now three times a day."
    page.save_revision().publish()
    assert "Now three times a day." in client.get(page.url).content.decode()


def test_related_resources_share_topics_and_are_visible(client):
    topic = factories.make_topic()
    page = factories.make_resource(topics=[topic])
    factories.make_resource(title="Also about it", topics=[topic])
    restrict(factories.make_resource(title="Private one", topics=[topic]))
    factories.make_resource(title="About nothing")
    aside = client.get(page.url).content.decode()
    assert "Also about it" in aside
    assert "Private one" not in aside
    assert "About nothing" not in aside


def test_a_resource_page_costs_the_same_whatever_it_shows(client, as_member, django_assert_max_num_queries):
    def cost(number):
        topics = [factories.make_topic() for _ in range(number)]
        page = factories.make_resource(topics=topics, sectors=[factories.make_sector() for _ in range(number)])
        for _ in range(number):
            factories.make_resource(topics=topics)
            factories.make_thread(factories.make_space(visibility="public", open_to_search_engines=True), page=page)
        as_visitor = query_count(client, page.url, django_assert_max_num_queries, 10)
        return as_visitor, query_count(as_member, page.url, django_assert_max_num_queries, 14)

    assert cost(1) == cost(6)


def test_the_home_page_costs_the_same_whatever_it_shows(client, member, as_member, django_assert_max_num_queries):
    def cost(number):
        for _ in range(number):
            factories.make_resource()
            factories.make_session()
            thread = factories.make_thread(factories.make_space(visibility="public", open_to_search_engines=True))
            set_follow(thread=thread, person=member, wanted=True)
            post_reply(thread=thread, author=factories.make_user(), source="Yes.")
        drain()
        as_visitor = query_count(client, "/", django_assert_max_num_queries, 10)
        return as_visitor, query_count(as_member, "/", django_assert_max_num_queries, 18)

    assert cost(1) == cost(4)


def test_ages_must_be_in_order():
    page = factories.make_resource()
    page.age_from_months, page.age_to_months = 24, 12
    with pytest.raises(ValidationError, match="children from"):
        page.full_clean()


@pytest.mark.parametrize(
    ("months", "words"),
    [((0, 60), "birth to 5 years"), ((24, 24), "2 years"), ((9, None), "from 9 months"), ((None, None), "")],
)
def test_ages_are_said_as_people_say_them(months, words):
    assert ResourcePage(age_from_months=months[0], age_to_months=months[1]).ages == words


def test_there_is_one_page_of_each_purpose():
    page = InformationPage(title="Another", slug="another", purpose="privacy")
    with pytest.raises(ValidationError, match="already"):
        page.clean()


def test_what_a_member_sees_first(member, as_member):
    sector = factories.make_sector()
    member.sector = sector
    member.save()
    now = datetime.datetime.now(datetime.UTC)
    factories.make_resource(title="For your work", sectors=[sector], first_published_at=now)
    text = as_member.get("/").content.decode()
    assert f"Hello, {member.display_name}" in text
    assert "For your work" in text


def test_what_was_replaced_is_no_news(client, member, as_member):
    member.sector = factories.make_sector()
    member.save()
    newer = factories.make_resource(title="Second edition", sectors=[member.sector])
    factories.make_resource(title="First edition", sectors=[member.sector], replaced_by=newer)
    for reader in (client, as_member):
        text = reader.get("/").content.decode()
        assert "Second edition" in text and "First edition" not in text


def test_a_member_is_told_first_what_needs_them(member, as_member):
    thread = factories.make_thread(title="Naps")
    set_follow(thread=thread, person=member, wanted=True)
    bea = factories.make_user(display_name="Bea")
    reply = post_reply(thread=thread, author=bea, source=f"Try a walk, @{member.handle}.")
    post_reply(thread=thread, author=bea, source="Or a song.")
    drain()
    needs = as_member.get("/").content.decode().partition("Needs you")[2].partition("</section>")[0]
    assert f'href="/community/post/{reply.pk}/">Bea mentioned you in “Naps”</a>' in needs
    assert "replied in" not in needs
    assert "just now" in needs


def test_kinds_have_names_that_people_use():
    labels = {str(label) for label in ResourcePage.Kind.labels}
    assert labels >= {"Research summary", "Guideline or guidance", "Toolkit"}


def test_the_home_page_of_an_empty_site_answers():
    assert Client().get("/").status_code == 200


def test_first_steps_are_for_new_members(member, as_member):
    page = as_member.get("/").content.decode()
    assert "first steps" in page and reverse("accounts:edit") in page.partition("<main")[2]
    User.objects.filter(pk=member.pk).update(sector=factories.make_sector(), place=factories.make_place())
    page = as_member.get("/").content.decode().partition("<main")[2]
    assert "first steps" in page and reverse("accounts:edit") not in page
    User.objects.filter(pk=member.pk).update(date_joined=timezone.now() - datetime.timedelta(days=15))
    assert "first steps" not in as_member.get("/").content.decode()


def test_the_cms_bears_the_name_of_the_site_and_of_who_is_there(editor, as_editor):
    page = as_editor.get("/cms/").content.decode()
    title = page.partition("<title>")[2].partition("</title>")[0]
    assert "Common Ground" in title and "Wagtail" not in title
    assert "img/logo" in page
    assert f'"name": "{editor.display_name}"' in html.unescape(page)
