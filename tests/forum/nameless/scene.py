"""A question and a reply without a name, and every page that might say whose they are."""

from __future__ import annotations

from forum import actions
from forum.models import Thread
from notifications import following
from tests import factories

NAME, WORD = "Quetzalcoatl", "marmalade"


class Scene:
    """A question and a reply without a name, both by one person who also wrote with theirs in another thread."""

    def __init__(self) -> None:
        self.sector = factories.make_sector(name="Falconry")
        self.author = factories.make_user(display_name=f"{NAME} Unnamed", handle="quetzalcoatl", sector=self.sector)
        self.space = factories.make_space(slug="aviary", visibility="public", allows_nameless=True)
        self.keeper, self.member = factories.make_user(), factories.make_user()
        self.moderator = factories.make_user("moderator")
        factories.join(self.space, self.keeper, is_keeper=True)
        for wish in (self.member, self.keeper):
            following.set_wish(person=wish, key="person", thing=self.author, wish="follow")
        self.thread = actions.start_thread(
            space=self.space, author=self.author, kind=Thread.Kind.QUESTION, title="Xylophone lessons",
            source=f"All about {WORD}.", is_nameless=True,
        )  # fmt: skip
        self.opening = self.thread.posts.get(number=1)
        reply = actions.post_reply(thread=self.thread, author=self.author, source=f"Mor {WORD}.", is_nameless=True)
        self.reply = actions.edit_post(post=reply, editor=self.author, source=f"More {WORD}.")
        self.thread.refresh_from_db()


def surfaces(scene: Scene) -> list[str]:
    thread, reply = scene.thread.get_absolute_url(), scene.reply.pk
    return [
        thread, f"{thread}?quote=2", "/community/aviary/", "/community/new/", "/community/", "/", "/inbox/",
        f"/community/post/{reply}/earlier/", f"/community/post/{reply}/reactions/", f"/community/post/{reply}/who/",
        f"/search/?q={WORD}", f"/search/results.csv?q={WORD}", "/search/complete/?q=Xylo",
        "/search/similar/?title=Xylophone+lessons", f"/community/names/?q=quet&thread={scene.thread.pk}",
        f"/report/post/{reply}/", f"/report/thread/{scene.thread.pk}/", "/community/aviary/feed/", "/community/feed/",
        f"/community/split/{scene.thread.pk}/", "/desk/", f"/desk/post/{reply}/", "/me/following/", "/me/saved/",
    ]  # fmt: skip
