"""The reply box begins with a post, who wrote it, and the way to it. What a script adds: tests/browser."""

import pytest
from django.urls import reverse

from forum.models import Nameless
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def post():
    author = factories.make_user(display_name="Asha Patel")
    text = "We tried *three* things.\n\n- First, less noise\n- Then 5 * 4 minutes"
    return factories.make_thread(author=author, text=text).posts.get()


def box(client, post):
    return client.get(post.thread.get_absolute_url(), {"quote": post.number}).context["draft"]


def test_the_whole_post_with_its_address(post, as_member):
    address = reverse("forum:post", args=[post.pk])
    assert box(as_member, post).startswith(f"> [**Asha Patel** wrote]({address}):\n>\n> We tried *three* things.\n")


def test_a_post_without_a_name_is_quoted_without_one(post, as_member):
    Nameless.objects.create(post=post, person=post.author, space=post.thread.space)
    type(post).objects.filter(pk=post.pk).update(author=None, is_nameless=True)
    assert "Asha" not in box(as_member, post) and "**A member" in box(as_member, post)


def test_the_link_stays_when_it_is_posted(post, as_member):
    as_member.post(reverse("forum:reply", args=[post.thread_id]), {"text": box(as_member, post) + "I agree."})
    reply = post.thread.posts.get(number=2)
    link = f'<a href="/community/post/{post.pk}/"><strong>Asha Patel</strong> wrote</a>:'
    assert link in reply.html and reply.link_count == 0
