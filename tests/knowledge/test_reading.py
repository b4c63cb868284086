"""A resource as readers see it: each kind's parts, their own sector first, and nothing that they may not see."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from files.actions import store_document
from knowledge.models import (
    Author,
    Citation,
    Evidence,
    LivedExperience,
    PracticeNote,
    Relation,
    ResourceDocument,
    ResourcePage,
    Step,
)
from tests import factories
from tests.files.documents import pdf

pytestmark = [pytest.mark.django_db]


def text_of(client, page):
    return client.get(page.url).content.decode()


def published(page):
    page.save_revision().publish()
    return ResourcePage.objects.get(pk=page.pk)


def closed(page):
    factories.for_members_only(page)
    return page


def test_the_bottom_line_stands_before_all_but_the_title(client):
    page = factories.make_resource(title="Sleep", bottom_line="On the back.", summary="Babies sleep on their backs.")
    text = text_of(client, page).partition("<main")[2]
    assert text.index("<h1") < text.index("On the back.") < text.index("Babies sleep on their backs.")


def test_ones_own_sector_comes_first(client, member, as_member):
    housing, police = factories.make_sector(name="Housing"), factories.make_sector(name="Police")
    page = factories.make_resource(practice="For all of you.")
    page.practice_notes = [PracticeNote(sector=housing, text="Ask."), PracticeNote(sector=police, text="Wait.")]
    page.save()
    text = text_of(client, page)
    assert text.index("For all of you.") < text.index("Ask.") < text.index("Wait.")
    member.sector = police
    member.save()
    text = text_of(as_member, page)
    assert text.index("Wait.") < text.index("Ask.") and "your sector" in text
    assert "your sector" not in text_of(client, page)


def test_ratings_are_words_and_a_graphic_that_needs_no_colour(client):
    page = factories.make_resource(kind="programme")
    page.evidence = [
        Evidence(scheme="eif", value="3+", outcome="Talk", assessed_on=dt.date(2020, 5, 1), note="Two trials."),
        Evidence(scheme="eif", measure="cost", value="2"),
        Evidence(scheme="other", value="Gold", assessed_by="A council"),
    ]
    page.save()
    text = text_of(client, page)
    assert 'role="img" aria-label="3+ on a scale from NE to 4"' in text
    assert '<span class="is-it">3+</span>' in text and "short-term impact" in text and "Two trials." in text
    assert text.index("How strong the evidence is") < text.index("What it costs")
    assert "£100 to £499 for each child or family" in text
    assert "<strong>Gold</strong>" in text and text.count('class="scale"') == 2


PARTS = {
    "legal": ({"in_force_from": dt.date(2022, 3, 21), "jurisdiction": "Wales"}, ["In force from", "Wales", "by when"]),
    "toolkit": ({"make_it_yours": "Change the colour."}, ["Make it yours", "Change the colour.", "Steps"]),
    "case_study": (
        {"challenge": "Few came.", "lessons": "Ask first."},
        ["Few came.", "What they would do differently"],
    ),
    "recording": (
        {"video_url": "https://vimeo.com/1", "transcript": "Good morning."},
        ["/watch/", "Good morning.", "Nothing is loaded from there before you agree."],
    ),
    "guidance": ({}, ["Recommendations", "strong"]),
    "programme": ({"delivered_by": "Volunteers"}, ["Who delivers it"]),
}


@pytest.mark.parametrize("kind", PARTS)
def test_each_kind_shows_its_parts(client, kind):
    fields, shown = PARTS[kind]
    page = factories.make_resource(kind=kind, **fields)
    page.steps = [Step(title="Do it", due=dt.date(2030, 1, 2), strength="strong")]
    page.save()
    text = text_of(client, page)
    assert [words for words in shown if words not in text] == []
    assert ("Do it" in text) == (kind in ("legal", "toolkit", "guidance"))
    assert "<iframe" not in text


def test_authors_and_where_it_comes_from(client):
    page = factories.make_resource(
        issued="2019-03", language="cy", isbn="9780306406157", funding="A trust.", conflicts="None declared."
    )
    page.people = [Author(given="Jo", family="Lee", orcid="0000-0002-1825-0097"), Author(literal="Public Health Wales")]
    page.save()
    text = text_of(client, page)
    for shown in ("Jo Lee", "https://orcid.org/0000-0002-1825-0097", "Public Health Wales", "March 2019", "Welsh",
                  "9780306406157", "A trust.", "None declared.", 'lang="cy"'):  # fmt: skip
        assert shown in text, shown


def test_an_editors_choice_comes_before_what_is_found_by_itself(client):
    topic = factories.make_topic()
    page = factories.make_resource(title="Milk", topics=[topic])
    chosen = factories.make_resource(title="Chosen by hand")
    factories.make_resource(title="Found by topic", topics=[topic])
    page.relations = [Relation(other=chosen, note="The longer story.")]
    page.save()
    text = text_of(client, page)
    assert text.index("Chosen by hand") < text.index("Found by topic") and "The longer story." in text


def test_links_between_resources_are_only_those_that_the_reader_may_see(client, as_member):
    page, other = factories.make_resource(title="Milk"), closed(factories.make_resource(title="Behind the door"))
    draft = factories.make_resource(title="Not yet", live=False)
    page.relations = [Relation(other=other), Relation(other=draft)]
    page.save()
    Citation.objects.create(page=draft, cited=page)
    assert "Behind the door" in text_of(as_member, page)
    assert "Not yet" not in text_of(as_member, page)
    assert "Behind the door" not in text_of(client, page)


def test_a_newer_one_is_named_on_both_sides(client):
    old, new = factories.make_resource(title="First edition"), factories.make_resource(title="Second edition")
    assert "older: this one replaces it" not in text_of(client, new)
    old.replaced_by = new
    old = published(old)
    notice = text_of(client, old).split("There is a newer one")[1].split("</div>")[0]
    assert f'<a href="{new.url}">Second edition</a>' in notice
    assert "older: this one replaces it" in text_of(client, new)


def test_what_a_text_cites_is_found_when_it_is_published(client):
    by_doi = factories.make_resource(title="By DOI", doi="10.1000/milk.1")
    by_pubmed = factories.make_resource(title="By PubMed", pmid="1234567")
    linked = factories.make_resource(title="By link")
    text = (
        f'<p>See https://doi.org/10.1000/MILK.1, PMID: 1234567 and <a linktype="page" id="{linked.pk}">this</a>. '
        "DOI 10.1000/unknown.</p>"
    )
    page = factories.make_resource(title="Milk", body=[("text", text)])
    assert "Cited by" not in text_of(client, by_doi)
    page = published(page)
    assert {row.cited for row in page.citations.all()} == {by_doi, by_pubmed, linked}
    shown = text_of(client, page)
    assert "What this cites" in shown and "By PubMed" in shown
    assert "Cited by" in text_of(client, by_doi)
    page.body = [("text", "<p>Nothing.</p>")]
    published(page)
    assert not Citation.objects.exists() and "Cited by" not in text_of(client, by_doi)


@pytest.mark.postgres
def test_what_others_cite_together_with_it_is_shown_the_most_often_first(client):
    page, often, once, secret = (factories.make_resource(title=title) for title in ("Milk", "Often", "Once", "Secret"))
    for cited in ([page, often], [page, often, once], [often, once], [page, page]):
        citing = factories.make_resource(title="Review")
        Citation.objects.bulk_create([Citation(page=citing, cited=each) for each in dict.fromkeys(cited)])
    private = factories.make_resource(title="Private review")
    closed(private)
    Citation.objects.bulk_create([Citation(page=private, cited=each) for each in (page, secret)])
    text = text_of(client, page).partition("Cited together with this")[2]
    assert text.index("Often") < text.index("Once") and "Secret" not in text
    often.unpublish()
    assert "Often" not in text_of(client, page).partition("Cited together with this")[2]
    assert "Cited together" not in text_of(client, secret)


def test_related_pages_in_a_text_are_those_open_to_everybody_now(client, as_member):
    first, second = factories.make_resource(title="Open one"), factories.make_resource(title="Soon closed")
    page = factories.make_resource(body=[("related", {"heading": "See also", "pages": [first, second]})])
    assert "Soon closed" in text_of(client, page)
    closed(second)
    text = text_of(client, page)
    assert "Open one" in text and "Soon closed" not in text and "Soon closed" not in text_of(as_member, page)


def test_a_resource_of_many_parts_costs_no_more_queries_than_one_of_few(
    client, member, as_member, django_assert_max_num_queries
):
    member.sector = factories.make_sector()
    member.save()

    def cost(number):
        topics = [factories.make_topic() for _ in range(number)]
        page = factories.make_resource(kind="programme", topics=topics, minutes=5)
        page.evidence = [Evidence(scheme="eif", value="3") for _ in range(number)]
        page.people = [Author(family="Lee") for _ in range(number)]
        page.practice_notes = [PracticeNote(sector=factories.make_sector(), text="Ask.") for _ in range(number)]
        page.relations = [Relation(other=factories.make_resource()) for _ in range(number)]
        for place in range(number):
            upload = SimpleUploadedFile(f"plan{place}.pdf", pdf("Hello"))
            document = store_document(uploader=None, upload=upload, title="Plan")
            ResourceDocument.objects.create(page=page, document=document)
            LivedExperience.objects.create(page=page, aim="a", method="b", result="c", approved_at=timezone.now())
            Citation.objects.create(page=factories.make_resource(), cited=page)
        page.save()
        counts = []
        for reader, most in ((client, 10), (as_member, 14)):
            reader.get(page.url)
            with django_assert_max_num_queries(most) as warm:
                assert reader.get(page.url).status_code == 200
            cache.delete(ResourcePage.objects.get(pk=page.pk).cache_key)
            with django_assert_max_num_queries(most + 20) as cold:
                reader.get(page.url)
            counts += [len(warm), len(cold)]
        return counts

    assert cost(1) == cost(4)
