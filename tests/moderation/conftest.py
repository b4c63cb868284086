import pytest
from django.utils import timezone

from forum.models import Post
from moderation import registry
from moderation.registry import Summary
from tests import factories


def summary_of_post(post: Post) -> Summary:
    return Summary(
        title=post.thread.title,
        text=post.source,
        url=f"/community/thread/{post.thread_id}/#post-{post.number}",
        author=post.author,
        audience=post.thread.space.audience,
        changed_at=post.edited_at or post.created_at,
        place=post.thread.space.place,
    )


def set_hidden(post: Post, is_hidden: bool) -> None:
    """The factories keep no counts, so the forum's own actions would find none to change."""
    Post.objects.filter(pk=post.pk).update(hidden_at=timezone.now() if is_hidden else None)


@pytest.fixture(autouse=True)
def only_posts(monkeypatch):
    """The room by itself: posts are what can be reported, whatever else the site registers."""
    for name in ("_by_kind", "_by_model", "_queues"):
        monkeypatch.setattr(registry, name, {})
    registry.register(
        Post,
        kind="post",
        label="Post",
        visible_to=lambda user: Post.objects.visible_to(user).select_related("thread__space", "author"),
        hide=lambda post, actor: set_hidden(post, True),
        restore=lambda post, actor: set_hidden(post, False),
        summary=summary_of_post,
    )


@pytest.fixture
def post(db):
    """The second post of a members' thread."""
    thread = factories.make_thread(title="How do you begin?")
    return factories.make_post(thread, source="The boy in the red house on Mill Lane.")
