import re

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from accounts.actions import delete_account
from accounts.privacy import everything_about
from knowledge.actions import lists as actions
from knowledge.models import ListFollow, ListItem, ReadingList
from moderation.actions import Seen
from moderation.actions import hide as decide_to_hide
from moderation.models import Report
from notifications.models import Notification
from outbox.actions import drain
from tests import factories
from tests.conftest import signed_in, text_of

pytestmark = [pytest.mark.django_db]

SECRET = "born 04/03/2021, NHS number 943 476 5919"


def make_list(keeper, *pages, **fields):
    notes = fields.pop("notes", {})
    made = actions.make_list(keeper=keeper, **{"title": "For my team", "visibility": "public", **fields})
    for page in pages:
        actions.save_to(reading_list=made, page=page, actor=keeper, note=notes.get(page.pk, ""))
    return made


def titles(text):
    return re.findall(r'row-title serif"><a href="[^"]+">([^<]+)</a>', text)


@pytest.fixture
def page(db):
    return factories.make_resource(title="Brushing twice")


# Saving


@pytest.mark.postgres
def test_a_resource_is_saved_to_a_list_made_on_the_spot(as_member, member, page):
    address = f"/lists/save/?page={page.pk}"
    assert "Name of the new list" in text_of(as_member, address)
    answer = as_member.post(address, {"title": "For Monday", "note": "Read page two."})
    assert answer.url == page.url
    made = ReadingList.objects.get()
    assert (made.title, made.owner, made.visibility) == ("For Monday", member, "private")
    assert made.items.get().note == "Read page two."


def test_a_resource_is_saved_to_a_list_that_is_there(as_member, member, page):
    first, second = make_list(member, title="First"), make_list(member, title="Second")
    assert "A new list" in text_of(as_member, f"/lists/save/?page={page.pk}")
    as_member.post(f"/lists/save/?page={page.pk}", {"list": first.pk})
    assert first.items.filter(page=page).exists()
    assert not second.items.exists()
    answer = as_member.post(f"/lists/save/?page={page.pk}", {"list": first.pk, "note": "Again."}, follow=True)
    assert "It is in “First” already." in answer.content.decode()
    assert first.items.get().note == "Again."


def test_a_new_list_needs_a_name(as_member, member, page):
    make_list(member)
    answer = as_member.post(f"/lists/save/?page={page.pk}", {"list": "new"})
    assert "Give the new list a name" in answer.content.decode()


@pytest.mark.parametrize("number", ["", "0", "x", "٣", "9" * 30])
def test_what_is_no_resource_cannot_be_saved(as_member, number):
    assert as_member.get("/lists/save/", {"page": number}).status_code == 404


def test_nobody_saves_what_they_may_not_see(as_member, page):
    page.unpublish()
    assert as_member.get(f"/lists/save/?page={page.pk}").status_code == 404
    assert as_member.post(f"/lists/save/?page={page.pk}", {"title": "Mine"}).status_code == 404


def test_nobody_saves_to_the_list_of_another(as_member, page):
    other = make_list(factories.make_user())
    answer = as_member.post(f"/lists/save/?page={page.pk}", {"list": other.pk, "title": "x"})
    assert not other.items.exists()
    # A member without lists of their own gets a new one, whatever else the form said.
    assert answer.status_code == 302


def test_visitors_sign_in_to_save(client, page):
    assert client.get(f"/lists/save/?page={page.pk}").url.startswith("/account/login/")


def test_a_list_holds_so_many_and_a_person_keeps_so_many(as_member, member, page, monkeypatch):
    monkeypatch.setattr(actions, "MOST_ITEMS", 1)
    monkeypatch.setattr(actions, "MOST_LISTS", 1)
    full = make_list(member, factories.make_resource())
    answer = as_member.post(f"/lists/save/?page={page.pk}", {"list": full.pk})
    assert "This list is full" in answer.content.decode()
    answer = as_member.post(f"/lists/save/?page={page.pk}", {"list": "new", "title": "One more"})
    assert "You have 50 lists already" in answer.content.decode()
    answer = as_member.post("/lists/new/", {"title": "One more", "visibility": "private"})
    assert "Delete one first" in answer.content.decode()


# Seeing


@pytest.mark.postgres
@pytest.mark.parametrize("visibility", ["private", "link", "public"])
def test_who_sees_a_list(client, member, as_member, moderator, editor, visibility):
    made = make_list(member, visibility=visibility, title="For my team")
    seen = 200 if visibility == "public" else 404
    address = made.get_absolute_url()
    assert as_member.get(address).status_code == 200
    for reader in (client, signed_in(factories.make_user()), signed_in(moderator), signed_in(editor)):
        assert reader.get(address).status_code == seen
        assert ("For my team" in text_of(reader, "/collections/?by=members")) == (seen == 200)
        assert reader.get(made.shared_url).status_code == (200 if visibility == "link" else 404)


def test_a_collection_is_for_editors_until_it_is_public(client, editor, as_editor, moderator):
    made = make_list(editor, title="Begin here", visibility="private", is_collection=True)
    assert made.owner is None
    other = signed_in(factories.make_user("editor"))
    assert other.get(made.get_absolute_url()).status_code == 200
    assert "Begin here" in text_of(other, "/collections/")
    for reader in (client, signed_in(moderator)):
        assert reader.get(made.get_absolute_url()).status_code == 404
        assert "Begin here" not in text_of(reader, "/collections/")
    data = {"title": "Begin here", "visibility": "public"}
    assert other.post(f"/lists/{made.pk}/change/", data).status_code == 302
    assert "Begin here" in text_of(client, "/collections/")


def test_what_a_reader_may_not_see_is_left_out_of_a_list_and_of_its_number(client, member, as_member):
    hidden = factories.make_resource(title="Only for us")
    made = make_list(member, factories.make_resource(title="For all"), hidden, notes={hidden.pk: "Quite private."})
    factories.for_members_only(hidden)
    text = text_of(client, made.get_absolute_url())
    assert titles(text) == ["For all"]
    assert "Only for us" not in text and "Quite private." not in text
    assert "1 resource<" in text and "1 resource<" in text_of(client, "/collections/?by=members")
    assert titles(text_of(as_member, made.get_absolute_url())) == ["For all", "Only for us"]
    for form in ("ris", "csv"):
        assert "Only for us" not in client.get(f"/lists/{made.pk}/export/{form}/").getvalue().decode()


def test_what_left_the_library_can_be_taken_out_by_whoever_keeps_the_list(client, member, as_member, page):
    made = make_list(member, page)
    page.unpublish()
    assert "Brushing twice" not in text_of(client, made.get_absolute_url())
    text = text_of(as_member, made.get_absolute_url())
    assert "not in the library any more" in text and "Brushing twice" not in text
    as_member.post(f"/lists/item/{made.items.get().pk}/take-out/")
    assert not made.items.exists()


def test_an_empty_list_says_what_to_do(client, member, as_member):
    made = make_list(member)
    assert "Nothing in it yet." in text_of(as_member, made.get_absolute_url())
    assert "nothing in this list that you can read" in text_of(client, made.get_absolute_url())
    assert "No lists yet" in text_of(signed_in(factories.make_user()), "/me/lists/")
    assert "have not put a collection together" in text_of(client, "/collections/")


def test_a_list_that_is_not_public_is_kept_from_search_engines(client, member):
    answer = client.get(make_list(member, visibility="link").shared_url)
    assert answer["X-Robots-Tag"] == "noindex"
    assert "noindex" not in client.get(make_list(member).get_absolute_url()).headers.get("X-Robots-Tag", "")


# Keeping


@pytest.mark.postgres
def test_resources_move_up_and_down_without_script(as_member, member):
    pages = [factories.make_resource(title=title) for title in "ABC"]
    made = make_list(member, *pages)
    item = made.items.get(page=pages[2])

    def move(way):
        answer = as_member.post(f"/lists/item/{item.pk}/move/", {"way": way})
        assert answer.url == f"/lists/{made.pk}/#item-{item.pk}"
        return titles(text_of(as_member, made.get_absolute_url()))

    assert move("up") == ["A", "C", "B"]
    assert move("up") == ["C", "A", "B"]
    assert move("up") == ["C", "A", "B"]
    assert move("down") == ["A", "C", "B"]
    assert as_member.post(f"/lists/item/{item.pk}/move/", {"way": "left"}).status_code == 404


def test_a_note_is_changed(as_member, member, page):
    made = make_list(member, page, notes={page.pk: "Old."})
    address = f"/lists/item/{made.items.get().pk}/note/"
    assert "Old." in text_of(as_member, address)
    as_member.post(address, {"note": "New words."})
    assert "New words." in text_of(as_member, made.get_absolute_url())


def test_a_link_is_renewed(client, as_member, member):
    made = make_list(member, visibility="link")
    follower = factories.make_user()
    signed_in(follower).post("/lists/follow/", {"token": made.token, "wanted": "yes"})
    assert signed_in(follower).get(made.get_absolute_url()).status_code == 200
    assert made.shared_url in text_of(as_member, made.get_absolute_url())
    assert "stops working" in text_of(as_member, f"/lists/{made.pk}/new-link/")
    as_member.post(f"/lists/{made.pk}/new-link/")
    assert client.get(made.shared_url).status_code == 404
    assert signed_in(follower).get(made.get_absolute_url()).status_code == 404
    made.refresh_from_db()
    assert client.get(made.shared_url).status_code == 200


def test_a_list_made_private_and_shared_again_has_another_link(as_member, member, client):
    made = make_list(member, visibility="link")
    for visibility in ("private", "link"):
        as_member.post(f"/lists/{made.pk}/change/", {"title": "x", "visibility": visibility})
    assert client.get(made.shared_url).status_code == 404


def test_a_list_is_deleted_after_a_question(as_member, member):
    made = make_list(member)
    assert "Delete this list?" in text_of(as_member, f"/lists/{made.pk}/delete/")
    assert ReadingList.objects.exists()
    as_member.post(f"/lists/{made.pk}/delete/")
    assert not ReadingList.objects.exists()


def test_only_editors_make_collections(as_member, as_editor):
    data = {"title": "Begin here", "visibility": "public"}
    assert as_member.get("/lists/new/?collection=1").status_code == 403
    assert as_member.post("/lists/new/?collection=1", data).status_code == 403
    as_editor.post("/lists/new/?collection=1", data)
    made = ReadingList.objects.get()
    assert made.is_collection and made.owner is None
    answer = as_editor.post("/lists/new/?collection=1", {"title": "x", "visibility": "link"})
    assert answer.status_code == 200


def test_every_way_to_change_a_list_is_closed_to_others(client, member, page, forged, as_moderator):
    public, private = make_list(member, page), make_list(member, page, visibility="private")
    stranger = signed_in(factories.make_user())
    for made, refused in ((public, 403), (private, 404)):
        item = made.items.get().pk
        ways = [
            (f"/lists/{made.pk}/change/", {"title": "Mine", "visibility": "private"}),
            (f"/lists/{made.pk}/delete/", {}),
            (f"/lists/{made.pk}/new-link/", {}),
            (f"/lists/item/{item}/move/", {"way": "up"}),
            (f"/lists/item/{item}/note/", {"note": "Mine"}),
            (f"/lists/item/{item}/take-out/", {}),
        ]
        for url, data in ways:
            assert stranger.post(url, data).status_code == refused, url
            assert as_moderator.post(url, data).status_code == refused, url
            assert client.post(url, data).url.startswith("/account/login/"), url
            assert forged(member).post(url, data).status_code == 403, url
        made.refresh_from_db()
        assert made.title == "For my team" and made.items.get().note == ""


@pytest.mark.parametrize(
    "url", ["/lists/9999/change/", "/lists/9999/delete/", "/lists/9999/new-link/", "/lists/item/9999/note/"]
)
def test_what_is_not_there_cannot_be_changed(as_member, url):
    assert as_member.post(url).status_code == 404
    assert as_member.put(url).status_code == 405


@pytest.mark.parametrize("url", ["/lists/item/1/move/", "/lists/item/1/take-out/", "/lists/follow/"])
def test_no_get_changes_anything(as_member, url):
    assert as_member.get(url).status_code == 405


# Others hear of it


@pytest.mark.postgres
def test_followers_are_told_what_is_new_and_only_what_they_may_see(member, moderator, page):
    made = make_list(member, title="For my team")
    follower, left = factories.make_user(), factories.make_user()
    for person in (follower, left):
        signed_in(person).post("/lists/follow/", {"list": made.pk, "wanted": "yes"})
    signed_in(left).post("/lists/follow/", {"list": made.pk, "wanted": "no"})
    secret = factories.make_resource(title="Not for them")
    actions.save_to(reading_list=made, page=page, actor=member)
    actions.save_to(reading_list=made, page=secret, actor=member)
    secret.unpublish()
    drain()
    told = text_of(signed_in(follower), "/inbox/")
    assert "New in the list “For my team”: Brushing twice" in told
    assert "Not for them" not in told
    assert "For my team" not in text_of(signed_in(left), "/inbox/")
    assert [message.to for message in mail.outbox] == [[follower.email]]
    assert "Brushing" not in str(mail.outbox[0].message())
    signed_in(follower).get(made.get_absolute_url())
    assert not Notification.objects.filter(person=follower, channel="inbox", read_at=None).exists()


def test_nobody_is_told_of_a_list_that_is_private_again(as_member, member, page):
    made = make_list(member)
    follower = factories.make_user()
    actions.follow(reading_list=made, person=follower, wanted=True)
    as_member.post(f"/lists/{made.pk}/change/", {"title": "x", "visibility": "private"})
    assert not ListFollow.objects.exists()
    actions.save_to(reading_list=made, page=page, actor=member)
    drain()
    assert not Notification.objects.filter(person=follower).exists()


def test_a_list_is_followed_only_by_whoever_may_see_it(as_member, member, client, forged):
    private, public = make_list(factories.make_user(), visibility="private"), make_list(factories.make_user())
    assert as_member.post("/lists/follow/", {"list": private.pk, "wanted": "yes"}).status_code == 404
    assert as_member.post("/lists/follow/", {"token": private.token, "wanted": "yes"}).status_code == 404
    for wrong in ({}, {"list": "x"}, {"list": "9" * 30}, {"token": "\0"}):
        assert as_member.post("/lists/follow/", wrong).status_code == 404
    assert client.post("/lists/follow/", {"list": public.pk, "wanted": "yes"}).url.startswith("/account/login/")
    assert forged(member).post("/lists/follow/", {"list": public.pk, "wanted": "yes"}).status_code == 403
    assert not ListFollow.objects.exists()
    own = make_list(member, visibility="private")
    assert as_member.post("/lists/follow/", {"list": own.pk, "wanted": "yes"}).status_code == 403


# Looked through


def test_words_that_others_read_are_looked_through(as_member, member, client, moderator):
    data = {"title": "For my team", "note": SECRET, "visibility": "public"}
    answer = as_member.post("/lists/new/", data)
    assert "It may tell who a child or a family is" in answer.content.decode()
    assert not ReadingList.objects.exists()
    as_member.post("/lists/new/", {**data, "why": "It is invented."})
    made = ReadingList.objects.get()
    assert made.hidden_at is not None
    assert client.get(made.get_absolute_url()).status_code == 404
    assert "a moderator looks at it first" in text_of(as_member, made.get_absolute_url())
    assert signed_in(moderator).get(made.get_absolute_url()).status_code == 200
    assert "For my team" in text_of(signed_in(moderator), "/desk/")


def test_what_one_writes_for_oneself_is_looked_through_when_it_is_shared(as_member, member, page):
    data = {"title": "For me", "note": SECRET, "visibility": "private"}
    assert as_member.post("/lists/new/", data).status_code == 302
    made = ReadingList.objects.get()
    as_member.post(f"/lists/save/?page={page.pk}", {"list": made.pk, "note": SECRET})
    assert made.items.get().note == SECRET
    answer = as_member.post(f"/lists/{made.pk}/change/", {"title": "For me", "note": "", "visibility": "link"})
    assert "It may tell who a child or a family is" in answer.content.decode()
    made.refresh_from_db()
    assert made.visibility == "private"


def test_notes_in_a_public_list_are_looked_through(as_member, member, page):
    made = make_list(member, page)
    for url in (f"/lists/save/?page={page.pk}", f"/lists/item/{made.items.get().pk}/note/"):
        answer = as_member.post(url, {"list": made.pk, "note": SECRET})
        assert "It may tell who a child or a family is" in answer.content.decode()
        as_member.post(url, {"list": made.pk, "note": SECRET, "why": "It is invented."})
        made.refresh_from_db()
        assert made.hidden_at is not None
        actions.restore(reading_list=made)
        made.items.update(note="")


@pytest.mark.postgres
def test_a_public_list_is_reported_and_hidden(as_member, member, moderator, client):
    keeper = factories.make_user()
    made = make_list(keeper, title="Not kind")
    assert f"/report/list/{made.pk}/" in text_of(as_member, made.get_absolute_url())
    as_member.post(f"/report/list/{made.pk}/", {"reason": "abuse", "details": "Look."})
    report = Report.objects.get()
    decide_to_hide(subject=made, actor=moderator, reason="Unkind.", seen=Seen(report=report.pk))
    for reader in (client, as_member):
        assert reader.get(made.get_absolute_url()).status_code == 404
        assert "Not kind" not in text_of(reader, "/collections/?by=members")
    assert "a moderator looks at it first" in text_of(signed_in(keeper), made.get_absolute_url())


def test_a_private_list_cannot_be_reported(as_member, member):
    for visibility in ("private", "link"):
        made = make_list(factories.make_user(), visibility=visibility)
        assert as_member.get(f"/report/list/{made.pk}/").status_code == 404


# Taking along, leaving, growing


def test_a_list_is_taken_along(client, member, page):
    made = make_list(member, page, visibility="link", notes={page.pk: "Read page two."})
    for form, words in (("ris", "TI  - Brushing twice"), ("bibtex", "Brushing twice"), ("csv", "Brushing twice")):
        answer = client.get(f"/lists/shared/{made.token}/export/{form}/")
        text = answer.getvalue().decode()
        assert words in text and "Read page two." in text
        assert "attachment" in answer["Content-Disposition"]
        assert client.get(f"/lists/{made.pk}/export/{form}/").status_code == 404
    assert client.get(f"/lists/shared/{made.token}/export/exe/").status_code == 404


def test_lists_are_handed_out_and_go_with_the_account(member, page):
    made = make_list(member, page, notes={page.pk: "Mine."})
    other = make_list(factories.make_user())
    actions.follow(reading_list=other, person=member, wanted=True)
    held = everything_about(member)
    assert held["reading_lists"][0]["title"] == "For my team"
    assert held["reading_list_items"][0]["note"] == "Mine."
    assert len(held["reading_lists_followed"]) == 1
    delete_account(person=member)
    assert not ReadingList.objects.filter(pk=made.pk).exists()
    assert not ListItem.objects.exists() and not ListFollow.objects.exists()


def test_what_is_followed_stands_among_all_that_one_follows(as_member, member, editor):
    shared = make_list(factories.make_user(), title="For Monday", visibility="link")
    begin = make_list(editor, title="Begin here", is_collection=True)
    for each in (shared, begin):
        actions.follow(reading_list=each, person=member, wanted=True)
    text = text_of(as_member, "/me/following/")
    assert "Collections and reading lists" in text and begin.get_absolute_url() in text and "For Monday" in text
    as_member.post(f"/me/following/list/{begin.pk}/", {"wish": ""})
    assert "Begin here" not in text_of(as_member, "/me/following/")
    as_member.post(f"/me/following/list/{begin.pk}/", {"wish": "follow"})
    assert ListFollow.objects.filter(person=member).count() == 2
    own = make_list(member, visibility="private")
    assert as_member.post(f"/me/following/list/{own.pk}/", {"wish": "follow"}).status_code == 404
    actions.renew_link(reading_list=shared)
    assert "For Monday" not in text_of(as_member, "/me/following/")


def test_a_list_has_one_keeper(member):
    for fields in ({"is_collection": True, "owner": member}, {"is_collection": False}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ReadingList.objects.create(title="x", **fields)


def test_lists_cost_the_same_whatever_they_hold(client, member, as_member, editor, django_assert_max_num_queries):
    def cost(number):
        pages = [factories.make_resource(kind="programme") for _ in range(number)]
        made = [make_list(member, *pages) for _ in range(number)]
        for _ in range(number):
            make_list(editor, *pages, is_collection=True)
            actions.follow(reading_list=make_list(factories.make_user(), *pages), person=member, wanted=True)
        urls = [made[0].get_absolute_url(), "/collections/", "/collections/?by=members"]
        counts = []
        for reader, url in [*((client, url) for url in urls), *((as_member, url) for url in [*urls, "/me/lists/"])]:
            text_of(reader, url)
            with django_assert_max_num_queries(16) as counted:
                text_of(reader, url)
            counts.append(len(counted))
        with django_assert_max_num_queries(16) as counted:
            b"".join(client.get(f"/lists/{made[0].pk}/export/ris/").streaming_content)
        return [*counts, len(counted)]

    assert cost(1) == cost(4)


def test_collections_are_read_page_by_page(client, editor):
    for number in range(25):
        make_list(editor, is_collection=True, title=f"Collection {number}")
    first = text_of(client, "/collections/")
    assert "Collection 24" in first and "Collection 3<" not in first
    older = re.search(r'href="(\?cursor=[^"]+)" rel="next"', first)[1]
    assert "Collection 3<" in text_of(client, f"/collections/{older}")
