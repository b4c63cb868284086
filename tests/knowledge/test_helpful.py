"""“Was this helpful?”, the page for families, the public history: for whoever reads, with nobody remembered."""

import re

import pytest
import zxingcpp
from django.test import Client
from PIL import Image, ImageDraw

from knowledge.minutes import minutes_to_read
from knowledge.models import Feedback, ResourcePage
from tests import factories
from tests.conftest import signed_in
from web.models import Allowance

pytestmark = pytest.mark.django_db


def published(**fields) -> ResourcePage:
    page = factories.make_resource(**fields)
    page.save_revision().publish()
    return ResourcePage.objects.get(pk=page.pk)


# Helpful ---------------------------------------------------------------------------------------------------------


def test_a_visitor_says_yes_in_one_click(client, forged):
    page = published()
    text = client.get(page.url).content.decode()
    assert "Was this helpful?" in text and f'action="/r/{page.pk}/helpful/"' in text
    assert client.post(f"/r/{page.pk}/helpful/", {"answer": "yes"}).url == page.url
    assert Feedback.objects.get().is_helpful
    assert forged().post(f"/r/{page.pk}/helpful/", {"answer": "yes"}).status_code == 403
    assert client.get(f"/r/{page.pk}/helpful/").status_code == 405


def test_no_leads_to_why(client):
    page = published()
    answer = client.post(f"/r/{page.pk}/helpful/", {"answer": "no"})
    assert answer.url.startswith(f"/r/{page.pk}/helpful/why/?about=")
    assert "What was the matter?" in client.get(answer.url).content.decode()
    assert "Choose what fits best" in client.post(answer.url, {"reason": ""}).content.decode()
    client.post(answer.url, {"reason": "unclear", "text": "What is a cohort?"})
    said = Feedback.objects.get()
    assert (said.reason, said.text) == ("unclear", "What is a cohort?")
    client.post(answer.url, {"reason": "wrong", "text": "Overwritten"})
    said.refresh_from_db()
    assert said.text == "What is a cohort?"


def test_the_way_to_why_belongs_to_one_answer(client, forged):
    page, other = published(), published()
    url = client.post(f"/r/{page.pk}/helpful/", {"answer": "no"}).url
    token = url.partition("?")[2]
    assert client.get(f"/r/{other.pk}/helpful/why/?{token}").status_code == 404
    assert client.get(f"/r/{page.pk}/helpful/why/?about=forged").status_code == 404
    assert client.get(f"/r/{page.pk}/helpful/why/").status_code == 404
    assert forged().post(url, {"reason": "unclear"}).status_code == 403
    assert client.put(url).status_code == 405


def test_a_reason_is_looked_through(client):
    page = published()
    url = client.post(f"/r/{page.pk}/helpful/", {"answer": "no"}).url
    words = {"reason": "other", "text": "My NHS number is 943 476 5919."}
    assert "943 476 5919" in client.post(url, words).content.decode()
    assert Feedback.objects.get().text == ""


def test_a_member_answers_once_and_nobody_is_remembered(as_member, member):
    page = published()
    for _ in range(2):
        as_member.post(f"/r/{page.pk}/helpful/", {"answer": "yes"})
    assert Feedback.objects.count() == 1
    signed_in(factories.make_user()).post(f"/r/{page.pk}/helpful/", {"answer": "yes"})
    assert Feedback.objects.count() == 2
    columns = {field.name for field in Feedback._meta.get_fields()}
    assert columns == {"id", "page", "is_helpful", "reason", "text", "day", "settled_at"}
    keys = Allowance.objects.filter(key__startswith=f"helpful-{page.pk}").values_list("key", flat=True)
    # A keyed digest, and nobody's number.
    assert len(keys) == 2 and all(re.fullmatch(r"helpful-\d+:[0-9a-f]{64}", key) for key in keys)


def test_visitors_behind_one_address_are_not_shut_out_and_not_endless(client, monkeypatch):
    from knowledge.views import helpful

    monkeypatch.setattr(helpful, "MOST_OF_AN_ADDRESS", 2)
    page = published()
    for _ in range(3):
        client.post(f"/r/{page.pk}/helpful/", {"answer": "yes"})
    assert Feedback.objects.count() == 2


def test_what_is_no_answer_counts_for_nothing(client):
    page = published()
    draft = factories.make_resource(live=False)
    assert client.post(f"/r/{page.pk}/helpful/", {"answer": "perhaps"}).status_code == 302
    assert client.post(f"/r/{draft.pk}/helpful/", {"answer": "yes"}).status_code == 404
    assert client.post("/r/999999/helpful/", {"answer": "yes"}).status_code == 404
    assert not Feedback.objects.exists()


# For families ------------------------------------------------------------------------------------------------------


def test_the_page_for_families_needs_nobody_to_sign_in(client, settings):
    settings.BASE_URL = "https://forum.example.org"
    page = published(title="Singing", families="<p>Sing in the bath.</p>")
    address = f"/r/{page.pk}/for-families/"
    assert f'href="{address}"' in client.get(page.url).content.decode()
    text = client.get(address).content.decode()
    assert "Sing in the bath." in text and f"https://forum.example.org{address}" in text
    code = client.get(f"{address}code.svg")
    assert code["Content-Type"] == "image/svg+xml" and b"<script" not in code.content
    assert read_by_camera(code.content.decode()) == f"https://forum.example.org{address}"


def read_by_camera(svg):
    """What a phone reads in the picture of a code."""
    side = int(re.search(r'width="(\d+)"', svg)[1])
    picture = Image.new("L", (side, side), 255)
    draw = ImageDraw.Draw(picture)
    for square in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)h-\d+Z", svg):
        x, y, width, height = map(int, square)
        draw.rectangle([x, y, x + width - 1, y + height - 1], fill=0)
    return zxingcpp.read_barcode(picture).text


def test_without_words_for_families_there_is_no_page_for_them(client):
    page = published()
    assert "for-families" not in client.get(page.url).content.decode()
    assert client.get(f"/r/{page.pk}/for-families/").status_code == 404


# Minutes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("words", "minutes"), [(1, 1), (190, 1), (450, 3)])
def test_minutes_to_read(client, words, minutes):
    page = published(summary="Short.", body=[("text", f"<p>{'word ' * words}</p>")])
    assert minutes_to_read(page) == minutes
    assert f"{minutes} minute" in client.get(page.url).content.decode()


# History -----------------------------------------------------------------------------------------------------------


def history(client, page) -> str:
    return client.get(f"/r/{page.pk}/history/").content.decode()


def test_the_history_says_what_changed_and_why_and_never_what_a_draft_says(client):
    page = published(title="Naps")
    page.summary, page.change_note = "Other words.", "A new study came out."
    page.save_revision().publish()
    page.change_note, page.practice = "A secret draft.", "Unfinished."
    page.save_revision()
    text = history(client, page)
    assert "Version 2" in text and "Version 1" in text and "Version 3" not in text
    assert "A new study came out." in text and "summary in plain English" in text
    assert "secret draft" not in text and "what this means" not in text
    assert f'href="/r/{page.pk}/history/"' in client.get(page.url).content.decode()


def test_a_note_is_for_one_version(as_editor, client):
    page = published(title="Naps")
    page.change_note = "A new study came out."
    page.save_revision().publish()
    form = as_editor.get(f"/cms/pages/{page.pk}/edit/")
    assert "A new study came out." not in form.content.decode()
    assert history(client, page).count("A new study came out.") == 1


def test_a_resource_without_versions_has_a_history_too(client):
    page = factories.make_resource()
    assert Client().get(f"/r/{page.pk}/history/").status_code == 200
    assert "not changed" in history(client, page)


def test_a_history_costs_the_same_however_long_it_is(client, django_assert_max_num_queries):
    def cost(times):
        page = published()
        for place in range(times):
            page.summary = f"Words {place}."
            page.save_revision().publish()
        client.get(f"/r/{page.pk}/history/")
        with django_assert_max_num_queries(12) as counted:
            history(client, page)
        return len(counted)

    assert cost(1) == cost(4)


@pytest.mark.parametrize(("paragraphs", "is_said"), [(10, False), (30, True)])
def test_an_editor_hears_that_what_is_for_families_does_not_fit_on_one_page(as_editor, paragraphs, is_said):
    page = factories.make_resource(title="Naps", families=f"<p>{'Sing together. ' * 10}</p>" * paragraphs)
    page.change_note = "More songs."
    page.save_revision()
    text = as_editor.get(f"/r/{page.pk}/check/").content.decode()
    assert ("longer than one printed A4 page" in text) == is_said
