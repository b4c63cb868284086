"""The lasting address, and what stays of a resource that was taken out of the library."""

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import PageViewRestriction

from knowledge.actions import withdrawal
from knowledge.models import ResourcePage
from outbox.actions import drain
from tests import factories
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
REASON = {"reason": "The law has changed.", "replaced_by": ""}


def published(**fields) -> ResourcePage:
    page = factories.make_resource(**fields)
    page.save_revision().publish()
    return ResourcePage.objects.get(pk=page.pk)


def withdrawn(actor, **fields) -> ResourcePage:
    page = published(**fields)
    withdrawal.withdraw(page=page, actor=actor, reason="The law has changed.")
    return ResourcePage.objects.get(pk=page.pk)


def test_the_lasting_address_survives_a_move_and_a_new_name(client):
    page, other = published(title="Naps"), published(title="Sleep")
    old = page.url
    assert client.get(f"/r/{page.pk}/").url == client.get(f"/r/{page.pk}").url == old
    page.move(other, pos="last-child")
    page = ResourcePage.objects.get(pk=page.pk)
    page.slug = "short-sleep"
    page.save_revision().publish()
    new = ResourcePage.objects.get(pk=page.pk).url
    assert new == f"{other.url}short-sleep/" and client.get(f"/r/{page.pk}/").url == new
    # Wagtail's own redirects lead on from where it stood before.
    assert client.get(old, follow=True).redirect_chain[-1][0] == new
    assert f"/r/{page.pk}/" in client.get(new).content.decode()


@pytest.mark.parametrize("kind", [PageViewRestriction.LOGIN, PageViewRestriction.GROUPS])
def test_an_old_address_tells_the_new_name_to_nobody_who_may_not_read_it(client, as_member, kind):
    page, old = published(slug="secret-name"), "/library/naps/"
    Redirect.objects.create(old_path="/library/naps", redirect_page=page)
    PageViewRestriction.objects.create(page=page, restriction_type=kind)
    asked = client.get(f"{old}?from=mail")
    assert asked.status_code == 302 and asked.url.startswith("/account/login/") and "secret-name" not in asked.url
    for_member = as_member.get(old)
    if kind == PageViewRestriction.LOGIN:
        assert for_member.url == page.url
    else:
        assert for_member.status_code == 404 and "secret-name" not in for_member.content.decode()


def test_an_old_address_does_not_lead_to_a_draft(client, as_member):
    page = factories.make_resource(live=False)
    Redirect.objects.create(old_path="/library/before", redirect_page=page)
    Redirect.objects.create(old_path="/library/elsewhere", redirect_link="https://example.org/")
    assert as_member.get("/library/before/").status_code == 404
    assert client.get("/library/elsewhere/").url == "https://example.org/"


@pytest.mark.parametrize("path", ["", "history/", "for-families/", "for-families/code.svg"])
def test_what_a_reader_does_not_see_has_no_lasting_address(client, as_member, path):
    draft = factories.make_resource(live=False, families="<p>Sing.</p>")
    private = published(title="Only for us", families="<p>Sing.</p>")
    factories.for_members_only(private)
    assert client.get(f"/r/{draft.pk}/{path}").status_code == 404
    assert as_member.get(f"/r/{draft.pk}/{path}").status_code == 404
    assert client.get(f"/r/{private.pk}/{path}").status_code == 404
    assert as_member.get(f"/r/{private.pk}/{path}").status_code in (200, 302)
    assert client.get(f"/r/999999/{path}").status_code == 404
    assert client.post(f"/r/{private.pk}/{path}").status_code == 405


@pytest.mark.postgres
def test_what_is_withdrawn_says_why_and_leads_to_what_replaces_it(client, as_moderator):
    page, newer = published(title="Old rules"), published(title="New rules")
    answer = as_moderator.post(f"/r/{page.pk}/withdraw/", {**REASON, "replaced_by": f"https://example.org{newer.url}"})
    assert answer.url == f"/r/{page.pk}/"
    for address in (page.url, f"/r/{page.pk}/"):
        stone = client.get(address)
        text = stone.content.decode()
        assert stone.status_code == 410
        assert "Old rules" in text and "The law has changed." in text and f'href="{newer.url}"' in text
        assert "Bring it back" not in text
    assert "Bring it back" in as_moderator.get(page.url).content.decode()
    newer.unpublish()
    assert "New rules" not in client.get(page.url).content.decode()


def test_what_is_withdrawn_leaves_every_list(client, moderator):
    page = withdrawn(moderator, title="Xylophone rules", families="<p>Sing.</p>")
    drain()
    for address in ("/", "/library/", "/search/?q=xylophone", "/library/?q=xylophone"):
        assert "Xylophone rules" not in client.get(address).content.decode()
    for path in ("for-families/", "for-families/code.svg"):
        assert client.get(f"/r/{page.pk}/{path}").status_code == 404


def test_whoever_reads_why_it_is_gone_reads_how_it_changed(client, as_member, moderator):
    page = withdrawn(moderator, title="Xylophone rules", change_note="A new study came out.")
    assert f'href="/r/{page.pk}/history/"' in client.get(page.url).content.decode()
    text = client.get(f"/r/{page.pk}/history/").content.decode()
    assert "A new study came out." in text and "Withdrawn from the library" in text
    factories.for_members_only(page)
    assert client.get(f"/r/{page.pk}/history/").status_code == 404
    assert as_member.get(f"/r/{page.pk}/history/").status_code == 200


def test_the_stone_of_a_private_resource_is_seen_by_nobody_else(client, as_member, moderator):
    page = published(title="Only for us")
    factories.for_members_only(page)
    withdrawal.withdraw(page=page, actor=moderator, reason="The law has changed.")
    assert client.get(page.url).status_code == client.get(f"/r/{page.pk}/").status_code == 404
    assert as_member.get(page.url).status_code == 410


def test_a_draft_that_was_never_published_leaves_no_stone(client, as_moderator):
    draft = factories.make_resource(live=False)
    as_moderator.post(f"/r/{draft.pk}/withdraw/", REASON)
    assert ResourcePage.objects.get(pk=draft.pk).withdrawn_at is None
    with pytest.raises(withdrawal.NotPossibleError):
        withdrawal.withdraw(page=draft, actor=factories.make_user("moderator"), reason="No.")


@pytest.mark.postgres
def test_it_can_be_brought_back_as_it_was(client, as_moderator, moderator):
    page = withdrawn(moderator, title="Back again", summary="As it was.")
    page.summary = "A draft that nobody has read."
    page.save_revision()
    assert as_moderator.get(f"/r/{page.pk}/bring-back/").status_code == 200
    as_moderator.post(f"/r/{page.pk}/bring-back/")
    text = client.get(page.url).content.decode()
    assert "As it was." in text and "nobody has read" not in text
    fresh = ResourcePage.objects.get(pk=page.pk)
    assert (fresh.withdrawn_at, fresh.withdrawn_reason, fresh.replaced_by, fresh.live) == (None, "", None, True)
    with pytest.raises(withdrawal.NotPossibleError):
        withdrawal.bring_back(page=page, actor=moderator)


def test_publishing_it_in_the_cms_brings_it_back_too(client, moderator):
    page = withdrawn(moderator)
    page.save_revision().publish()
    assert client.get(page.url).status_code == 200
    assert ResourcePage.objects.get(pk=page.pk).withdrawn_at is None


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"reason": ""}, "Give a reason"), ({"replaced_by": "/library/nothing/"}, "no such resource"),
        ({"replaced_by": "/r/{own}/"}, "cannot replace itself"), ({"replaced_by": "what"}, "no such resource"),
        ({"replaced_by": "http://["}, "no such resource"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said(as_moderator, data, says):
    page = published()
    data = {name: value.replace("{own}", str(page.pk)) for name, value in data.items()}
    assert says in as_moderator.post(f"/r/{page.pk}/withdraw/", {**REASON, **data}).content.decode()
    assert ResourcePage.objects.get(pk=page.pk).live


@pytest.mark.parametrize("path", ["withdraw", "bring-back", "reviewed", "look-after", "feedback-read"])
def test_only_those_who_look_after_the_library_may(as_member, as_editor, moderator, forged, path):
    page = withdrawn(moderator) if path == "bring-back" else published()
    url = f"/r/{page.pk}/{path}/"
    expected = 404 if path == "bring-back" else 403
    assert as_member.post(url, REASON).status_code == expected
    assert Client().post(url, REASON).url.startswith("/account/login/")
    assert forged(moderator).post(url, REASON).status_code == 403
    assert as_editor.post("/r/999999/" + path + "/", REASON).status_code == 404
    assert as_editor.put(url).status_code == 405
    draft = factories.make_resource(live=False)
    assert as_member.post(f"/r/{draft.pk}/{path}/", REASON).status_code == 404
    assert as_editor.post(url, REASON).status_code == 302


def test_a_moderator_withdraws_only_what_is_in_the_library_they_keep(moderator):
    page = published()
    moderator.groups.clear()
    assert signed_in(moderator).post(f"/r/{page.pk}/withdraw/", REASON).status_code == 403


def test_wagtails_own_unpublishing_asks_for_the_reason(as_editor):
    page = published()
    answer = as_editor.post(f"/cms/pages/{page.pk}/unpublish/", follow=True)
    assert answer.redirect_chain == [(f"/r/{page.pk}/withdraw/", 302)]
    assert "It is still in the library" in answer.content.decode()
    assert ResourcePage.objects.get(pk=page.pk).live


@pytest.mark.postgres
def test_what_goes_many_at_once_or_by_the_clock_leaves_a_stone_too(client, as_editor):
    page, timed = published(title="Old rules"), published(title="For a month")
    as_editor.post(f"/cms/bulk/wagtailcore/page/unpublish/?id={page.pk}&next=/cms/", {"id": page.pk})
    ResourcePage.objects.filter(pk=timed.pk).update(expire_at=timezone.now())
    call_command("publish_scheduled")
    for each in (page, timed):
        answer = client.get(f"/r/{each.pk}/")
        assert answer.status_code == 410 == client.get(each.url).status_code
        assert each.title in answer.content.decode() and "gave no reason" in answer.content.decode()
    as_editor.post(f"/r/{page.pk}/bring-back/")
    assert client.get(page.url).status_code == 200


def test_a_copy_of_what_was_withdrawn_is_no_stone(moderator, client):
    page = withdrawn(moderator)
    copy = page.copy(update_attrs={"slug": "copy", "title": "Copy"}, user=moderator)
    assert copy.withdrawn_at is None and client.get(f"/r/{copy.pk}/").status_code == 404
