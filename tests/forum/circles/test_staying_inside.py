"""What is said in a reflective space leaves it nowhere, and expires for good."""

from __future__ import annotations

import json

import pytest

from accounts.privacy import everything_about
from audit.models import Entry
from forum import actions, permissions
from forum.models import CircleHold, Nameless, Post, Space, Thread
from moderation.models import Report
from search.documents import PUBLIC
from search.permissions import readable_containers
from tests import factories
from tests.conftest import signed_in, text_of
from tests.forum.circles.circle import WORD

pytestmark = pytest.mark.django_db


def test_job_titles_are_not_shown(circle):
    for url in (circle.url, "/community/quiet/people/"):
        page = text_of(signed_in(circle.keeper), url)
        assert "Mo Member" in page
        assert "Falconer" not in page


def test_nothing_leads_out_of_it_or_into_it(circle):
    other = factories.make_space(visibility="members")
    factories.join(other, circle.keeper, is_keeper=True)
    assert not permissions.can_rearrange(circle.keeper, Thread.objects.get_visible(circle.thread.pk, circle.keeper))
    assert list(permissions.spaces_kept_by(circle.keeper)) == [other]
    assert readable_containers(circle.member) == {PUBLIC, "people", other.container}
    assert "Quiet" not in text_of(signed_in(circle.member), "/search/complete/?q=Quiet")


def test_browsers_keep_nothing_of_what_it_talks_about(circle):
    reader = signed_in(circle.member)
    assert circle.url == f"/community/thread/{circle.thread.pk}/conversation/"
    page = text_of(reader, circle.url)
    assert "Xylophone" in page and "Xylophone" not in page[: page.index("</title>")]
    Thread.objects.update(slug="xylophone")
    assert actions.expire_posts() == 0
    assert reader.get(circle.url.replace("conversation", "xylophone")).url == circle.url
    actions.edit_opening(
        post=circle.opening, editor=circle.member, kind="question", title="Xylophones", source=f"All {WORD}."
    )
    assert Thread.objects.get().slug == "conversation"


def test_posts_expire_for_good_and_leave_a_trace(circle):
    reply = actions.post_reply(thread=circle.thread, author=circle.keeper, source=f"First {WORD}.")
    actions.edit_post(post=reply, editor=circle.keeper, source=f"Then {WORD}.")
    late = actions.post_reply(thread=circle.thread, author=circle.keeper, source="Still fresh.")
    actions.set_reaction(post=reply, person=circle.member, kind="thanks", wanted=True)
    circle.grow_old(circle.opening, reply)
    assert actions.expire_posts() == 2
    assert actions.expire_posts() == 0
    for post in (circle.opening, reply):
        post.refresh_from_db()
        assert (post.source, post.html, post.revisions.count(), post.reactions.count()) == ("", "", 0, 0)
    thread = Thread.objects.get(pk=circle.thread.pk)
    assert "Xylophone" not in thread.title + thread.slug
    assert (thread.reply_count, Post.objects.get(pk=late.pk).source) == (1, "Still fresh.")
    page = text_of(signed_in(circle.member), thread.get_absolute_url())
    assert page.count("A post that has expired.") == 2
    assert WORD not in page


def test_only_in_reflective_spaces_and_not_who_wrote_without_a_name(circle):
    Space.objects.update(allows_nameless=True)
    circle.space.refresh_from_db()
    nameless = actions.post_reply(thread=circle.thread, author=circle.member, source="Quiet.", is_nameless=True)
    plain = factories.make_thread().posts.get()
    circle.grow_old(plain, nameless)
    assert actions.expire_posts() == 1
    plain.refresh_from_db()
    assert plain.source
    assert not Nameless.objects.exists()


def test_a_report_keeps_what_it_is_about(circle):
    reply = actions.post_reply(thread=circle.thread, author=circle.keeper, source="Other.")
    report = circle.report()
    circle.grow_old(circle.opening, reply)
    assert actions.expire_posts() == 1
    circle.opening.refresh_from_db()
    assert circle.opening.source
    Report.objects.filter(pk=report.pk).update(state=Report.State.DISMISSED)
    assert actions.expire_posts() == 1


def test_a_legal_request_keeps_everything_and_says_so(circle):
    client, url = signed_in(circle.moderator), "/community/quiet/hold/"
    assert "Give the circle a reason." in client.post(url, {"reason": ""}).content.decode()
    client.post(url, {"reason": "A court has asked for it."})
    circle.grow_old(circle.opening)
    assert actions.expire_posts() == 0
    assert "A court has asked for it." in text_of(signed_in(circle.member), "/community/quiet/")
    actions.hold_circle(space=circle.space, actor=circle.moderator, reason="Twice.")
    assert CircleHold.objects.count() == 1
    client.post(url, {"wish": "release"})
    assert actions.expire_posts() == 1
    assert list(Entry.objects.filter(verb__in=["space.held", "space.released"]).values_list("verb", flat=True)) == [
        "space.released",
        "space.held",
    ]


def test_ones_own_copy_holds_ones_own_words_and_no_others(circle):
    """Nor what a thread is called by now, in a space that one has left."""
    actions.post_reply(thread=circle.thread, author=circle.keeper, source="My own.")
    poll = actions.save_poll(post=circle.opening, question="Whose quiche?", options=["Yes", "No"])
    actions.vote(poll=poll, person=circle.keeper, options=[poll.options.first().pk])
    left, other = factories.make_space(visibility="ask"), factories.make_user()
    for person in (circle.keeper, other):
        factories.join(left, person)
    thread = actions.start_thread(space=left, author=other, kind="question", title="Yurt", source="So.")
    actions.post_reply(thread=thread, author=circle.keeper, source="Mine too.")
    assert "Yurt" in json.dumps(everything_about(circle.keeper), default=str)
    actions.leave_space(space=left, person=circle.keeper)
    held = json.dumps(everything_about(circle.keeper), default=str)
    assert "My own." in held
    assert "Mine too." in held
    assert not [word for word in ("Xylophone", "Whose quiche", "Yurt", WORD) if word in held]


def test_job_titles_are_not_shown_beside_thanks_and_votes(circle):
    reply = actions.post_reply(thread=circle.thread, author=circle.keeper, source="Yes.")
    actions.set_reaction(post=reply, person=circle.member, kind="thanks", wanted=True)
    poll = actions.save_poll(post=circle.opening, question="Tea?", options=["Yes", "No"])
    actions.vote(poll=poll, person=circle.member, options=[poll.options.first().pk])
    for reader in (circle.member, circle.keeper):
        for url in (f"/community/post/{reply.pk}/reactions/", f"/community/poll/{poll.pk}/voters/"):
            page = text_of(signed_in(reader), url)
            assert "Mo Member" in page
            assert "Falconer" not in page
        actions.close_poll(poll=poll, actor=circle.member)
