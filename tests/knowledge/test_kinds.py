"""Eleven kinds of one page: what the CMS asks for, and what it leaves alone."""

import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from knowledge.forms.resource import FIELDS, ROWS
from knowledge.models import Author, Evidence, ResourcePage, Step
from knowledge.models.kinds import PARTS, SUITS, Kind, has
from tests import factories

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def as_editor(client, editor):
    client.force_login(editor)
    return client


def add_url():
    return reverse("wagtailadmin_pages:add", args=["knowledge", "resourcepage", factories.library_page().pk])


def posted(**fields):
    empty = {name: inline_formset([]) for name in ("practice_notes", "documents", "people", "relations", "comments")}
    base = {
        "title": "Reading aloud", "slug": "reading-aloud", "kind": "toolkit", "summary": "How to.", "bottom_line": "",
        "practice": "", "body": streamfield([]), "families": rich_text(""), "language": "en", "authors": "",
        "publisher": "", "issued": "", "year": "", "citation": "", "doi": "", "isbn": "", "pmid": "", "source_url": "",
        "country": "", "funding": "", "conflicts": "", "subject_headings": "", "licence": "", "credit": "",
        "owner": "", "review_by": "", "replaced_by": "", "place": "", "age_from_months": "", "age_to_months": "",
    }  # fmt: skip
    return nested_form_data({**base, **empty, **fields})


def test_there_are_eleven_kinds_each_with_a_purpose_and_parts_that_the_form_knows():
    assert len(Kind) == 11 and set(SUITS) == set(Kind.values)
    assert all(str(suits.purpose) for suits in SUITS.values())
    assert {*FIELDS, *ROWS} == PARTS
    assert all(str(suits.steps) for suits in SUITS.values() if "steps" in suits.parts)


def test_a_new_resource_begins_with_its_kind(as_editor):
    page = as_editor.get(add_url()).content.decode()
    assert all(f'href="?kind={kind.value}"' in page and str(kind.label) in page for kind in Kind)
    assert 'name="title"' not in page


def test_the_form_names_those_who_look_after_the_library_and_nobody_else(as_editor, editor, moderator):
    member, closed = factories.make_user(), factories.make_user("editor", is_active=False)
    former = factories.make_user()
    page = factories.make_resource(owner=former)
    text = as_editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    named = {each for each in (editor, moderator, member, closed, former) if f">{each.display_name}</option>" in text}
    assert named == {editor, moderator, former}


@pytest.mark.parametrize("kind", Kind.values)
def test_the_form_asks_for_what_suits_the_kind(as_editor, kind):
    text = as_editor.get(add_url(), {"kind": kind}).content.decode()
    assert f'<option value="{kind}" selected' in text
    for part, names in FIELDS.items():
        for name in names:
            assert (f'name="{name}"' in text) == has(kind, part), name
    for relation in ROWS:
        assert (f'name="{relation}-TOTAL_FORMS"' in text) == has(kind, relation), relation


def test_what_was_asked_is_kept(as_editor):
    steps = inline_formset([{"title": "Choose a book", "text": "", "due": "", "strength": ""}])
    fields = posted(make_it_yours="Change the books.", minutes="30", steps=steps, isbn="978-0-306-40615-7",
                    doi="https://doi.org/10.1000/ABC")  # fmt: skip
    answer = as_editor.post(add_url(), fields)
    page = ResourcePage.objects.get(slug="reading-aloud")
    assert answer.status_code == 302
    page = page.get_latest_revision_as_object()
    assert (page.make_it_yours, page.minutes, page.isbn, page.doi) == (
        "Change the books.", 30, "9780306406157", "10.1000/abc",
    )  # fmt: skip
    assert [step.title for step in page.steps.all()] == ["Choose a book"]


def test_what_the_form_did_not_ask_for_is_left_as_it_is(as_editor):
    page = factories.make_resource(kind="toolkit", jurisdiction="Wales", make_it_yours="As it was.")
    page.evidence.add(Evidence(scheme="eif", value="3"))
    page.steps.add(Step(title="Old step"))
    page.save()
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert 'name="evidence-TOTAL_FORMS"' not in as_editor.get(address).content.decode()
    steps = inline_formset([{"id": page.steps.get().pk, "title": "New step", "text": "", "due": "", "strength": ""}],
                           initial=1)  # fmt: skip
    answer = as_editor.post(address, posted(title=page.title, slug=page.slug, steps=steps, make_it_yours=""))
    assert answer.status_code == 302
    draft = ResourcePage.objects.get(pk=page.pk).get_latest_revision_as_object()
    assert (draft.jurisdiction, draft.make_it_yours) == ("Wales", "")
    assert [rating.value for rating in draft.evidence.all()] == ["3"]
    assert [step.title for step in draft.steps.all()] == ["New step"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"isbn": "9780306406158"}, "This is no ISBN"),
        ({"doi": "11.5/x"}, "A DOI begins with 10."),
        ({"issued": "2019-13"}, "Write a year, a month or a day"),
        ({"language": "english"}, "Write the language as a code"),
        ({"video_url": "https://vimeo.com/1", "transcript": ""}, "Write down what is said"),
        ({"people": inline_formset([{"role": "author", "given": "Jo", "family": "", "literal": "", "orcid": ""}])},
         "Give a family name or the name of an organisation"),
        ({"people": inline_formset([
            {"role": "author", "given": "", "family": "Lee", "literal": "", "orcid": "0000-0002-1825-0098"}])},
         "This is no ORCID"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_said(as_editor, fields, words):
    page = factories.make_resource(kind="recording")
    # A draft may be unfinished; what is published may not be wrong.
    data = posted(title=page.title, slug=page.slug, kind="recording", **fields)
    answer = as_editor.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), {**data, "action-publish": "1"})
    assert answer.status_code == 200
    assert words in answer.content.decode()


def test_people_make_the_line_of_authors_and_the_date_makes_the_year():
    page = factories.make_resource(issued="2019-03-21")
    page.people = [
        Author(given="Jo", family="Lee"),
        Author(literal="Public Health Wales"),
        Author(role="editor", given="Ed", family="Itor"),
    ]
    page.save()
    page.refresh_from_db()
    assert (page.authors, page.year) == ("Jo Lee; Public Health Wales", 2019)
