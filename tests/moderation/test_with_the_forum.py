"""The desk with what the site really registers: posts and threads, hidden by the forum's own actions."""

import pytest

from forum import actions as forum_actions
from forum.models import Post, Thread
from moderation import actions, registry
from moderation.actions import Seen
from tests import factories
from tests.conftest import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture(autouse=True)
def only_posts():
    """Takes the place of the room's own: the registry stays as the site fills it."""


@pytest.fixture
def thread(db):
    author = factories.make_user()
    started = forum_actions.start_thread(
        space=factories.make_space(), author=author, kind="question", title="How do you begin?", source="On Mill Lane."
    )
    forum_actions.post_reply(thread=started, author=factories.make_user(), source="Gently.")
    return started


@pytest.mark.parametrize("kind", ["post", "thread"])
def test_reporting_holding_and_showing_again(as_member, member, as_moderator, thread, kind):
    subject = thread if kind == "thread" else thread.posts.get(number=2)
    model, address = type(subject), f"/desk/{kind}/{subject.pk}/"
    as_member.post(f"/report/{kind}/{subject.pk}/", {"reason": "identifies"})
    assert not model.objects.visible_to(member).filter(pk=subject.pk).exists()
    item = as_moderator.get(address).context["item"]
    assert item.is_hidden and item.summary.author == subject.author and len(item.reports) == 1
    form = {"suggestion": "nobody", "seen_decision": item.seen.decision, "seen_report": item.seen.report}
    assert as_moderator.post(f"{address}restore/", form).status_code == 302
    assert model.objects.visible_to(member).filter(pk=subject.pk).exists()


def test_both_kinds_stand_on_the_desk_in_a_bounded_number_of_queries(
    as_moderator, thread, django_assert_max_num_queries
):
    def report(subject):
        actions.report(subject=subject, reporter=factories.make_user(), reason="abuse")

    report(thread)
    report(thread.posts.get(number=2))
    as_moderator.get("/desk/")
    with django_assert_max_num_queries(19):
        as_moderator.get("/desk/")
    for _ in range(6):
        other = factories.make_thread(posts=3)
        report(other)
        for post in other.posts.filter(number__gt=1):
            report(post)
    with django_assert_max_num_queries(19):
        page = as_moderator.get("/desk/")
    assert sum(bool(entry.thing) for group in page.context["groups"] for entry in group.entries) == 20


def test_the_author_reads_in_the_thread_why_a_post_is_hidden(moderator, thread):
    post = thread.posts.get(number=2)
    actions.hide(subject=post, actor=moderator, reason="Too close to a family.", seen=Seen())
    address = thread.get_absolute_url()
    assert "Too close to a family." in signed_in(post.author).get(address).content.decode()
    other = signed_in(factories.make_user()).get(address).content.decode()
    assert "Too close to a family." not in other and "Gently." not in other


def test_posts_carry_the_way_to_report_them(as_member, thread):
    page = as_member.get(thread.get_absolute_url()).content.decode()
    assert f"/report/post/{thread.posts.get(number=2).pk}/" in page
    assert f"/report/thread/{thread.pk}/" in page


def test_the_site_registers_posts_threads_and_join_requests():
    assert registry.is_known(Post) and registry.is_known(Thread)
    assert registry.queues()
