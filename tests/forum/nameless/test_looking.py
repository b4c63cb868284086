"""Who wrote a post is found by one button that leaves a trace, and by nothing else of a moderator's."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Trust, User
from audit.models import Entry
from forum import actions, permissions
from forum.actions import erase_attachments_of
from forum.models import Post, Thread
from moderation import actions as moderation
from moderation.models import Decision, Report
from notifications.models import Notification
from outbox.actions import drain
from tests import factories
from tests.conftest import signed_in, text_of
from tests.forum.nameless.scene import NAME

pytestmark = pytest.mark.django_db


def test_looking_is_one_button_that_leaves_a_trace(scene):
    url = f"/community/post/{scene.reply.pk}/who/"
    assert signed_in(scene.member).get(url).status_code == signed_in(scene.member).post(url).status_code == 403
    assert Client().get(url).status_code == 302
    assert signed_in(scene.keeper).get(url).status_code == 200
    assert not Entry.objects.filter(verb="post.writer_looked_at").exists()
    for reader in (scene.keeper, scene.moderator):
        shown = signed_in(reader).post(url)
        assert NAME in shown.content.decode()
        assert "no-store" in shown["Cache-Control"]
    assert list(Entry.objects.filter(verb="post.writer_looked_at").values_list("actor_id", "subject_id")) == [
        (reader.pk, str(scene.reply.pk)) for reader in (scene.moderator, scene.keeper)
    ]
    mail.outbox.clear()
    drain()
    told = [message for message in mail.outbox if scene.author.email in message.to]
    assert told
    assert scene.thread.title not in "".join(str(message.message()) for message in told)
    other = factories.make_post(factories.make_thread(scene.space))
    assert signed_in(scene.keeper).get(f"/community/post/{other.pk}/who/").status_code == 404
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(scene.keeper)
    assert strict.post(url).status_code == 403


def test_keepers_of_the_space_to_which_it_moves_do_not_learn_it(scene):
    other, keeper = factories.make_space(visibility="public"), factories.make_user()
    factories.join(other, keeper, is_keeper=True)
    actions.move_thread(thread=scene.thread, space=other, actor=scene.moderator)
    post = Post.objects.get(pk=scene.reply.pk)
    assert post.is_nameless
    assert not permissions.can_look_at_writer(keeper, post)
    assert permissions.can_look_at_writer(scene.keeper, post)
    page = text_of(Client(), Thread.objects.get(pk=scene.thread.pk).get_absolute_url())
    assert "A member" in page
    assert NAME not in page


@pytest.mark.parametrize("is_nameless", [True, False])
def test_a_rule_about_its_writer_is_not_named_beside_what_waits(scene, is_nameless):
    """Often a single person's posts are looked at first."""
    User.objects.filter(pk=scene.author.pk).update(trust=Trust.WATCHED, trust_is_set=True)
    form = {"text": "Something harmless.", "form_token": str(uuid4()), **({"nameless": "on"} if is_nameless else {})}
    signed_in(scene.author).post(f"/community/reply/{scene.thread.pk}/", form)
    made = Report.objects.get(reason=Report.Reason.RULED)
    page = text_of(signed_in(scene.moderator), made.thing_url)
    assert "Something harmless." in page
    assert ("looked at first" in made.details) == ("looked at first" in page) == (not is_nameless)


def test_a_report_never_reaches_whom_it_concerns(scene):
    User.objects.get(pk=scene.author.pk).groups.add(*scene.moderator.groups.all())
    moderation.report(subject=scene.reply, reporter=scene.keeper, reason=Report.Reason.OTHER, details="Rude marmot")
    drain()
    assert not Notification.objects.filter(person=scene.author, event__kind__contains="report").exists()
    assert Notification.objects.filter(person=scene.moderator, event__kind__contains="report").exists()
    assert "Rude marmot" not in text_of(signed_in(scene.author), f"/desk/post/{scene.reply.pk}/")
    decision = moderation.hide(
        subject=scene.reply, actor=scene.moderator, reason="Unkind.",
        seen=moderation.Seen(report=Report.objects.latest("pk").pk),
    )  # fmt: skip
    drain()
    assert decision.is_nameless
    assert Notification.objects.filter(person=scene.author, event__object_id=decision.pk).exists()
    moderation.appeal(decision=Decision.objects.get(pk=decision.pk), author=scene.author, text="Why?")
    assert not Entry.objects.filter(actor_id=scene.author.pk).exists()


def test_administrators_read_no_name_either(scene):
    moderation.report(subject=scene.reply, reporter=scene.member, reason=Report.Reason.IDENTIFIES)
    decision = Decision.objects.latest("pk")
    client = signed_in(factories.make_user("administrator", is_superuser=True, is_staff=True))
    page = text_of(client, f"/admin/moderation/decision/{decision.pk}/change/")
    assert "Hidden until a moderator looks" in page
    assert NAME.lower() not in page.lower()


def a_file_of(person: User):
    upload = SimpleUploadedFile("plan.txt", b"A plan.", "text/plain")
    return actions.add_upload(person=person, token=uuid4(), upload=upload)


def test_the_audit_log_names_nobody_for_what_they_do_with_it(scene):
    file = a_file_of(scene.author)
    actions.post_reply(
        thread=scene.thread, author=scene.author, source="See.", is_nameless=True, attachments=[file]
    )  # fmt: skip
    poll = actions.save_poll(post=scene.opening, question="Tea?", options=["Yes", "No"])
    actions.close_poll(poll=poll, actor=scene.author)
    erase_attachments_of(scene.author)
    assert Entry.objects.get(verb="poll.closed").actor_id is None
    assert not Entry.objects.filter(verb="attachments.erased").exists()
    other = actions.save_poll(post=scene.reply, question="Tea?", options=["Yes", "No"])
    actions.close_poll(poll=other, actor=scene.keeper)
    assert Entry.objects.filter(verb="poll.closed", actor_id=scene.keeper.pk).exists()
