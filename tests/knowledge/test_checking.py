"""Wagtail's workflow on the moderator's desk: comment, ask for changes, publish; a second person where it counts."""

import pytest
from django.core import mail
from django.test import Client
from wagtail.models import Comment, Workflow
from wagtail.test.utils.form_data import rich_text

from knowledge.actions import checking
from knowledge.models import ResourcePage
from knowledge.models.workflow import is_second_person
from notifications.models import Notification
from outbox.actions import drain
from tests import factories
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


def drafted(writer, **fields) -> ResourcePage:
    page = factories.make_resource(live=False, **fields)
    page.save_revision(user=writer, clean=False)
    return ResourcePage.objects.get(pk=page.pk)


def is_live(page) -> bool:
    return ResourcePage.objects.get(pk=page.pk).live


def told(kind: str) -> set[int]:
    drain()
    rows = Notification.objects.filter(channel="inbox", event__kind=kind, read_at=None)
    return set(rows.values_list("person", flat=True))


def test_the_workflow_of_the_library_is_there():
    workflow = factories.library_page().get_workflow()
    assert workflow == Workflow.objects.get()
    assert [type(task.specific).__name__ for task in workflow.tasks] == ["ReadingTask", "SecondPersonTask"]


def test_one_person_is_enough_for_most_kinds(moderator, as_moderator):
    page = drafted(moderator)
    answer = as_moderator.post(f"/r/{page.pk}/check/publish/")
    assert answer.url == f"/r/{page.pk}/" and is_live(page)
    state = page.workflow_states.get()
    assert state.status == "approved"
    assert [row.status for row in state.task_states.order_by("pk")] == ["approved", "skipped"]


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["guidance", "legal"])
def test_a_guideline_waits_for_a_second_person(moderator, as_moderator, editor, as_editor, kind):
    page = drafted(moderator, kind=kind)
    mail.outbox.clear()
    assert "somebody else reads it" in as_moderator.get(f"/r/{page.pk}/check/").content.decode()
    as_moderator.post(f"/r/{page.pk}/check/publish/")
    as_moderator.post(f"/r/{page.pk}/check/publish/")
    assert not is_live(page) and told("second_person") == {editor.pk}
    waiting = as_moderator.get(f"/r/{page.pk}/check/").content.decode()
    assert "they have been told" in waiting and "check/publish/" not in waiting and "check/comment/" in waiting
    assert "check/publish/" in as_editor.get(f"/r/{page.pk}/check/").content.decode()
    assert page.title not in "".join(str(message.message()) for message in mail.outbox)
    assert page.title in as_moderator.get("/desk/").content.decode()
    as_editor.post(f"/r/{page.pk}/check/publish/")
    assert is_live(page) and told("second_person") == set()
    assert page.title not in as_moderator.get("/desk/").content.decode()


def test_whoever_reads_what_another_wrote_is_the_second_person(moderator, editor, as_editor):
    page = drafted(moderator, kind="guidance")
    as_editor.post(f"/r/{page.pk}/check/publish/")
    assert is_live(page)
    fresh = ResourcePage.objects.get(pk=page.pk)
    fresh.save_revision(user=editor)
    assert not is_second_person(fresh, editor), "what is changed later is read again"
    assert is_second_person(fresh, moderator)


def test_who_is_alone_is_not_held_up(moderator):
    page = drafted(moderator, kind="guidance")
    assert is_second_person(page, moderator)
    factories.make_user("editor", is_active=False)
    assert is_second_person(page, moderator)
    factories.make_user("editor")
    assert not is_second_person(page, moderator)


@pytest.mark.postgres
def test_approval_counts_for_what_was_read(moderator, editor):
    page = drafted(moderator, kind="guidance")
    checking.submit(page=page, actor=moderator)
    page.current_workflow_task_state.approve(user=editor)
    page = ResourcePage.objects.get(pk=page.pk)
    assert is_second_person(page, moderator)
    page.save_revision(user=moderator)
    assert not is_second_person(ResourcePage.objects.get(pk=page.pk), moderator), "nobody else has read the new words"


@pytest.mark.postgres
def test_a_copy_is_read_by_somebody_else_though_its_original_was_anothers(moderator, editor):
    page = drafted(editor, kind="guidance")
    page.save_revision(user=editor)
    copy = page.copy(update_attrs={"slug": "copy", "title": "Copy"}, user=moderator)
    copy.save_revision(user=moderator)
    assert not is_second_person(copy, moderator)
    assert is_second_person(copy, editor)


def test_what_is_missing_is_named_before_it_is_published(moderator, as_moderator):
    page = drafted(moderator, summary="")
    assert "summary in plain English" in as_moderator.get(f"/r/{page.pk}/check/").content.decode()
    as_moderator.post(f"/r/{page.pk}/check/publish/")
    assert not is_live(page)


def test_changes_are_asked_for_and_come_back(moderator, as_moderator, editor, as_editor):
    page = drafted(editor)
    checking.submit(page=page, actor=editor)
    url = f"/r/{page.pk}/check/changes/"
    empty = as_moderator.post(url, {"text": ""}).content.decode()
    assert empty.index("Say what should be changed") < empty.index("<h1"), "what went wrong stands first"
    mail.outbox.clear()
    as_moderator.post(url, {"text": "Say which ages."})
    assert told("resource_changes") == {editor.pk}
    assert "Say which ages." not in "".join(str(message.message()) for message in mail.outbox)
    assert "Say which ages." in as_editor.get(f"/r/{page.pk}/check/").content.decode()
    as_moderator.post(url, {"text": "Again."})
    assert page.workflow_states.get().status == "needs_changes"
    as_editor.post(f"/r/{page.pk}/check/publish/")
    assert is_live(page)


def test_what_is_approved_in_the_cms_is_not_published_and_its_writer_hears(editor, as_editor, moderator, as_moderator):
    page = drafted(editor, kind="legal")
    checking.submit(page=page, actor=editor)
    page.current_workflow_task_state.approve(user=moderator)
    form = as_moderator.get(f"/cms/pages/{page.pk}/edit/").content.decode()
    assert "Approve with a comment" in form and "and Publish" not in form
    ResourcePage.objects.get(pk=page.pk).current_workflow_task_state.approve(user=moderator)
    assert not is_live(page) and told("resource_approved") == {editor.pk}
    assert "yours to publish" in as_editor.get("/inbox/").content.decode()
    as_editor.post(f"/r/{page.pk}/check/publish/")
    assert is_live(page) and "yours to publish" not in as_editor.get("/inbox/").content.decode()


def test_what_is_published_from_the_desk_is_nobodys_to_publish(editor, as_moderator):
    page = drafted(editor, kind="legal")
    checking.submit(page=page, actor=editor)
    as_moderator.post(f"/r/{page.pk}/check/publish/")
    assert is_live(page) and told("resource_approved") == set()


def test_a_comment_stands_in_wagtails_editor(moderator, as_moderator, editor):
    page = drafted(editor)
    as_moderator.post(f"/r/{page.pk}/check/comment/", {"text": "A lovely title."})
    assert Comment.objects.get(page=page).text == "A lovely title."
    assert "A lovely title." in as_moderator.get(f"/r/{page.pk}/check/").content.decode()


def test_nothing_waits_on_what_is_published(as_moderator):
    page = factories.make_resource()
    page.save_revision().publish()
    text = as_moderator.get(f"/r/{page.pk}/check/").content.decode()
    assert "nothing waits" in text and "check/publish" not in text
    as_moderator.post(f"/r/{page.pk}/check/publish/")
    with pytest.raises(checking.AlreadyDoneError):
        checking.publish(page=page, actor=factories.make_user("moderator"))
    with pytest.raises(checking.AlreadyDoneError):
        checking.ask_for_changes(page=page, actor=factories.make_user("moderator"), text="No.")


@pytest.mark.parametrize("verb", ["publish", "changes", "comment"])
def test_only_those_who_look_after_the_library_decide(moderator, as_member, as_moderator, forged, verb):
    page = drafted(moderator)
    checking.submit(page=page, actor=moderator)
    url, data = f"/r/{page.pk}/check/{verb}/", {"text": "Because."}
    assert as_member.post(url, data).status_code == 404, "a draft does not exist for members"
    assert Client().post(url, data).url.startswith("/account/login/")
    assert forged(moderator).post(url, data).status_code == 403
    assert as_moderator.get(url).status_code == 405
    assert as_moderator.post(f"/r/999999/check/{verb}/", data).status_code == 404
    assert as_moderator.post(f"/r/{page.pk}/check/eat/", data).status_code == 404
    moderator.groups.remove(*moderator.groups.filter(name="moderator"))
    assert signed_in(moderator).post(url, data).status_code == 404
    assert not is_live(page)


def test_the_page_of_a_draft_is_seen_by_those_who_look_after_the_library(moderator, as_member, as_editor, client):
    url = f"/r/{drafted(moderator).pk}/check/"
    assert (client.get(url).status_code, as_member.get(url).status_code, as_editor.get(url).status_code) == (
        404,
        403,
        200,
    )
    assert as_editor.post(url).status_code == 405 and as_editor.get("/r/999999/check/").status_code == 404


# In Wagtail's own admin ----------------------------------------------------------------------------------------------


def form_of(client, page) -> dict:
    return form_at(client, f"/cms/pages/{page.pk}/edit/")


def form_at(client, url) -> dict:
    form = client.get(url).context["form"]
    data = {}
    for each in [form, *(formset.management_form for formset in form.formsets.values())]:
        for bound in each:
            value = bound.value()
            data[bound.html_name] = "" if value is None else value
    return data | {"body-count": "0", "families": rich_text("")}


def test_the_cms_asks_for_a_second_person_too(moderator, as_moderator, editor):
    page = drafted(moderator, kind="guidance")
    url = f"/cms/pages/{page.pk}/edit/"
    answer = as_moderator.post(url, form_of(as_moderator, page) | {"action-publish": "1"}, follow=True)
    assert not is_live(page) and "read by somebody else" in answer.content.decode()
    assert page.workflow_in_progress and told("second_person") == {editor.pk}
    assert f"/r/{page.pk}/check/" in as_moderator.get(url).content.decode()


@pytest.mark.parametrize(("kind", "is_published"), [("guidance", False), ("leadership", True)])
def test_what_is_made_and_published_at_once_is_held_too(as_moderator, editor, kind, is_published):
    library = factories.library_page()
    url = f"/cms/pages/add/knowledge/resourcepage/{library.pk}/?kind={kind}"
    data = form_at(as_moderator, url) | {"title": "Zebra", "slug": "zebra", "kind": kind, "summary": "Stripes."}
    as_moderator.post(url, data | {"action-publish": "1"})
    page = ResourcePage.objects.get(slug="zebra")
    assert page.live == is_published
    assert Client().get(page.url).status_code == (200 if is_published else 404)


def test_many_at_once_are_held_up_for_one_that_needs_a_second_person(moderator, as_moderator, editor):
    page = drafted(moderator, kind="legal")
    url = f"/cms/bulk/wagtailcore/page/publish/?id={page.pk}&next=/cms/"
    as_moderator.post(url, {"id": page.pk})
    assert not is_live(page) and page.workflow_in_progress
    easy = drafted(moderator)
    as_moderator.post(url.replace(f"id={page.pk}", f"id={easy.pk}"), {"id": easy.pk})
    assert is_live(easy)


def test_what_was_in_the_library_is_withdrawn_and_not_deleted(as_editor, as_administrator):
    page = factories.make_resource()
    page.save_revision().publish()
    assert as_editor.post(f"/cms/pages/{page.pk}/delete/").url == f"/r/{page.pk}/withdraw/"
    assert ResourcePage.objects.filter(pk=page.pk).exists()
    as_administrator.post(f"/cms/pages/{page.pk}/delete/")
    assert not ResourcePage.objects.filter(pk=page.pk).exists()


@pytest.mark.parametrize("action", ["publish", "unpublish", "delete", "create_alias", "copy"])
def test_wagtails_own_ways_for_programs_to_act_are_shut(moderator, as_moderator, editor, action):
    page = drafted(moderator, kind="guidance")
    answer = as_moderator.post(f"/cms/api/main/pages/{page.pk}/action/{action}/", {"destination_page_id": page.pk})
    assert answer.status_code == 404 and not is_live(page)
    assert as_moderator.get(f"/cms/api/main/pages/{page.pk}/").status_code == 200, "the CMS's menus read it"


def test_many_at_once_or_what_is_above_them_are_not_deleted_either(as_editor):
    guide = factories.make_resource(live=False)
    part = factories.make_resource(guide)
    part.save_revision().publish()
    for each in (part, guide, factories.library_page()):
        as_editor.post(f"/cms/bulk/wagtailcore/page/delete/?id={each.pk}&next=/cms/", {"id": each.pk})
        as_editor.post(f"/cms/pages/{each.pk}/delete/", {"wagtail_site_name": "Common Ground"})
    assert ResourcePage.objects.filter(pk__in=[guide.pk, part.pk]).count() == 2
    draft = factories.make_resource(live=False)
    as_editor.post(f"/cms/bulk/wagtailcore/page/delete/?id={draft.pk}&next=/cms/", {"id": draft.pk})
    assert not ResourcePage.objects.filter(pk=draft.pk).exists()


def test_nobody_makes_an_alias(as_editor):
    """It would take over the privacy of its original, which lists look for in vain."""
    page = factories.make_resource()
    data = {"new_title": "Twin", "new_slug": "twin", "new_parent_page": factories.library_page().pk}
    url = f"/cms/pages/{page.pk}/copy/"
    assert "stands in one place" in as_editor.post(url, data | {"alias": "on"}, follow=True).content.decode()
    assert not ResourcePage.objects.filter(slug="twin").exists()
    as_editor.post(url, data)
    assert ResourcePage.objects.get(slug="twin").alias_of is None


def test_the_page_costs_the_same_however_often_it_was_read(moderator, as_moderator, django_assert_max_num_queries):
    page = drafted(moderator)

    def cost(number):
        for _ in range(number):
            reader = factories.make_user("moderator")
            page.get_workflow().start(page, reader).cancel(user=reader)
            Comment.objects.create(page=page, user=reader, text="Is it so?", contentpath="title")
        as_moderator.get(f"/r/{page.pk}/check/")
        with django_assert_max_num_queries(40) as counted:
            assert "Is it so?" in as_moderator.get(f"/r/{page.pk}/check/").content.decode()
        return len(counted)

    assert cost(1) == cost(4)
