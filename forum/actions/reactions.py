"""Saying thank you, or that one is in the same boat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F
from django.db.models.functions import Greatest

from accounts.standing import by_active
from forum.models import Post, Reaction, Thread
from notifications.actions import announce
from web.signals import content_changed

if TYPE_CHECKING:
    from accounts.models import User


@by_active("person")
def set_reaction(*, post: Post, person: User, kind: str, wanted: bool) -> None:
    """Says it or takes it back. Saying it twice is saying it once; a post's author hears of thanks.

    Errors: PermissionDenied as `by_active` says.
    """
    # As it is by now: it may have been hidden meanwhile, or have gone to another thread.
    post = Post.objects.select_for_update(no_key=True).get(pk=post.pk)
    if wanted:
        reaction, is_new = Reaction.objects.get_or_create(post=post, person=person, kind=kind)
        change = int(is_new)
    else:
        reaction = None
        change = -Reaction.objects.filter(post=post, person=person, kind=kind).delete()[0]
    if not change:
        return
    Post.objects.filter(pk=post.pk).update(**{kind: F(kind) + change})
    if kind == Reaction.Kind.THANKS:
        if post.hidden_at is None:
            Thread.objects.filter(pk=post.thread_id).update(helpful=Greatest(F("helpful") + change, 0))  # not indexed
        content_changed.send(sender=Post, ids=[post.pk])
    if reaction and kind == Reaction.Kind.THANKS and (post.author_id or post.is_nameless):
        announce(kind="thanked", actor=person, subject=reaction)
