"""What the forum tells people: one function a message says who hears, one what they read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from forum import notices
from forum.answering import answer, read_by
from forum.following import hear_of_reply, hear_of_thread
from forum.models import (
    Follow,
    Poll,
    PollVote,
    Post,
    Reaction,
    Rearrangement,
    SavedPost,
    Space,
    SpaceMembership,
)
from forum.models.thread import thread_url
from forum.nameless import writer_id
from forum.permissions import keeps_people
from markup.text import plain_text
from notifications import following
from notifications.kinds import Description, Kind, register

if TYPE_CHECKING:
    from notifications.models import Event

EXCERPT = 240


def mentioned(event: Event) -> Iterable[int]:
    post = cast(Post, event.subject)
    called = User.objects.filter(handle__in=event.data.get("handles", [])).values_list("pk", flat=True)
    return set(called) - following.muters(("person", post.author_id)) - {writer_id(post)}


def author(event: Event) -> Iterable[int]:
    writer = writer_id(cast(Post, event.subject))
    return [writer] if writer else []


def member(event: Event) -> Iterable[int]:
    """The person whose membership it is."""
    return [cast(SpaceMembership, event.subject).person_id]


def keepers(event: Event) -> Iterable[int]:
    """Those who keep the space; where nobody does, the moderators."""
    membership = cast(SpaceMembership, event.subject)
    kept_by = SpaceMembership.objects.filter(
        space=membership.space_id, is_keeper=True, state=SpaceMembership.State.JOINED
    )
    found = list(kept_by.values_list("person", flat=True))
    return found or User.objects.moderators().values_list("pk", flat=True).distinct()


def _with_thread(posts: Any) -> Any:
    return posts.select_related("thread__space", "author")


def _with_post(rows: Any) -> Any:
    return rows.select_related("post__thread__space", "person")


def _with_asked(polls: Any) -> Any:
    return polls.select_related("post__thread__space")


def _with_threads(rearrangements: Any) -> Any:
    return rearrangements.select_related("thread__space", "other__space")


def _with_space(memberships: Any) -> Any:
    return memberships.select_related("space", "person")


def _name(person: User | None) -> str:
    return person.display_name if person else _("Somebody")


def _about_post(event: Event, title: str, name: str = "") -> Description | None:
    """None for what is hidden, also to moderators: a message should not bring it before them again."""
    post = cast(Post, event.subject)
    thread = post.thread
    if post.hidden_at is not None or thread.hidden_at is not None:
        return None
    words = {"name": name or (_("A member") if post.is_nameless else _name(event.actor)), "title": thread.title}
    return Description(
        title=title % words,
        url=reverse("forum:post", args=[post.pk]),
        text=plain_text(post.source, EXCERPT),
        is_public=thread.space.is_public,
    )


def replied(event: Event, person: User) -> Description | None:
    return _about_post(event, _("%(name)s replied in “%(title)s”"))


def started(event: Event, person: User) -> Description | None:
    return _about_post(event, _("%(name)s began “%(title)s”"))


def called(event: Event, person: User) -> Description | None:
    return _about_post(event, _("%(name)s mentioned you in “%(title)s”"))


def helped(event: Event, person: User) -> Description | None:
    is_secret = event.actor is None and cast(Post, event.subject).thread.is_nameless
    name = _("A member") if is_secret else _name(event.actor)
    return _about_post(event, _("%(name)s says that your reply in “%(title)s” helped"), name)


def followers_of_rearranged(event: Event) -> Iterable[int]:
    """Those who followed the posts where they were."""
    made = cast(Rearrangement, event.subject)
    was_in = made.other_id if made.kind == Rearrangement.Kind.SPLIT else made.thread_id
    return Follow.objects.filter(thread=was_in).values_list("person", flat=True)


def rearranged(event: Event, person: User) -> Description | None:
    made = cast(Rearrangement, event.subject)
    if made.undone_at is not None:
        return None
    is_merged = made.kind == Rearrangement.Kind.MERGED
    thread = made.other if is_merged and made.other else made.thread
    titles = {
        Rearrangement.Kind.MOVED: _("“%(title)s” has moved to %(space)s"),
        Rearrangement.Kind.MERGED: _("A thread that you follow is now part of “%(title)s”"),
        Rearrangement.Kind.SPLIT: _("Some posts that you follow have a thread of their own: “%(title)s”"),
    }
    words = {"title": thread.title, "space": thread.space.name}
    title = titles[Rearrangement.Kind(made.kind)] % words
    # The address of a thread says its title.
    url = thread.get_absolute_url() if thread.space.is_public else thread_url(thread.pk, "conversation")
    return Description(title=title, url=url, is_public=thread.space.is_public)


def author_of_thanked(event: Event) -> Iterable[int]:
    reaction = cast(Reaction, event.subject)
    writer = writer_id(reaction.post)
    told = {writer} if writer else set()
    return told - following.muters(("person", reaction.person_id))


def thanked(event: Event, person: User) -> Description | None:
    post = cast(Reaction, event.subject).post
    if post.hidden_at is not None:
        return None
    words = {"name": _name(event.actor), "title": post.thread.title}
    return Description(
        title=_("%(name)s thanks you for what you wrote in “%(title)s”") % words,
        url=reverse("forum:reactions", args=[post.pk]),
    )


def saver(event: Event) -> Iterable[int]:
    return [cast(SavedPost, event.subject).person_id]


def reminded(event: Event, person: User) -> Description | None:
    post = cast(SavedPost, event.subject).post
    return Description(
        title=_("You wanted to be reminded of a post in “%(title)s”") % {"title": post.thread.title},
        url=reverse("forum:post", args=[post.pk]),
        text=plain_text(post.source, EXCERPT),
        is_public=post.thread.space.is_public,
    )


def voters(event: Event) -> Iterable[int]:
    """Whoever asked, and those who voted and follow; of an anonymous poll nobody knows who voted."""
    poll = cast(Poll, event.subject)
    follows = Follow.objects.filter(thread=poll.post.thread_id)
    voted = PollVote.objects.filter(poll=poll, person__isnull=False).values("person")
    return {*follows.filter(person__in=voted).values_list("person", flat=True), *author_of_poll(poll)}


def author_of_poll(poll: Poll) -> list[int]:
    asked = writer_id(poll.post)
    return [asked] if asked else []


def poll_closed(event: Event, person: User) -> Description | None:
    poll = cast(Poll, event.subject)
    if poll.post.hidden_at is not None or poll.post.thread.hidden_at is not None:
        return None
    return Description(
        title=_("The poll “%(question)s” is closed") % {"question": poll.question},
        url=poll.get_absolute_url() if poll.post.thread.space.is_public else reverse("forum:post", args=[poll.post_id]),
        is_public=poll.post.thread.space.is_public,
    )


def asked(event: Event, person: User) -> Description | None:
    membership = cast(SpaceMembership, event.subject)
    if membership.state != SpaceMembership.State.ASKED:
        return None
    return Description(
        title=_("%(name)s would like to join %(space)s")
        % {"name": _name(membership.person), "space": membership.space.name},
        url=f"{membership.space.unnamed_url}?show=people",
        text=membership.message,
    )


def was_let_in(event: Event, person: User) -> Description | None:
    membership = cast(SpaceMembership, event.subject)
    if membership.state != SpaceMembership.State.JOINED:
        return None
    title = _("You are in: %(space)s") % {"space": membership.space.name}
    return Description(title=title, url=membership.space.unnamed_url, text=membership.space.purpose)


def turned_down(event: Event, person: User) -> Description | None:
    """Kindly, and without a name: nobody shall have to answer for it."""
    space = cast(Space, event.subject)
    if event.data.get("person") != person.pk:
        return None
    text = _(
        "The people who keep it could not say yes this time. It need not be about you: some spaces are only for those "
        "who work together. You can still read and write in all the other spaces, and you may ask again."
    )
    title = _("About your request to join %(space)s") % {"space": space.name}
    return Description(title=title, url=space.unnamed_url, text=text)


def was_invited(event: Event, person: User) -> Description | None:
    membership = cast(SpaceMembership, event.subject)
    if membership.state != SpaceMembership.State.INVITED:
        return None
    words = {"name": _name(event.actor), "space": membership.space.name}
    return Description(
        title=_("%(name)s invites you to %(space)s") % words,
        url=membership.space.unnamed_url,
        text=membership.space.purpose,
    )


def register_kinds() -> None:
    register(*KINDS, *notices.KINDS)


KINDS = (
    Kind(
        key="mention",
        label=gettext_lazy("Somebody mentions you"),
        description=gettext_lazy("A post calls you by @ and your name."),
        news=gettext_lazy("Somebody has mentioned you"),
        audience=mentioned,
        asks=True,
        describe=called,
        answer=answer,
        read_by=read_by,
        prepare=_with_thread,
    ),
    Kind(
        key="reply",
        label=gettext_lazy("Replies in threads that you follow, and by people whom you follow"),
        description=gettext_lazy("You follow what you start and what you reply to, until you say otherwise."),
        news=gettext_lazy("There is a new reply in a thread that you follow"),
        audience=hear_of_reply,
        bundle="thread",
        describe=replied,
        answer=answer,
        read_by=read_by,
        prepare=_with_thread,
    ),
    Kind(
        key="thread",
        label=gettext_lazy("New threads where you follow"),
        description=gettext_lazy("In a space, about a topic, or by a person that you follow."),
        news=gettext_lazy("There is a new thread where you follow"),
        audience=hear_of_thread,
        describe=started,
        answer=answer,
        read_by=read_by,
        prepare=_with_thread,
        # A space has many; by e-mail they come together, in the summary of the day or the week.
        email=False,
    ),
    Kind(
        key="answer_chosen",
        label=gettext_lazy("Your reply helped"),
        description=gettext_lazy("Somebody marked a reply of yours as what helped."),
        news=gettext_lazy("A reply of yours was marked as what helped"),
        audience=author,
        describe=helped,
        prepare=_with_thread,
    ),
    Kind(
        key="thanked",
        label=gettext_lazy("Somebody thanks you"),
        description=gettext_lazy("Somebody said thank you for a post of yours."),
        news=gettext_lazy("Somebody has thanked you"),
        audience=author_of_thanked,
        describe=thanked,
        prepare=_with_post,
        email=False,
    ),
    Kind(
        key="reminder",
        label=gettext_lazy("Reminders that you asked for"),
        description=gettext_lazy("You saved a post and named a day."),
        news=gettext_lazy("You wanted to be reminded of something"),
        audience=saver,
        describe=reminded,
        prepare=_with_post,
    ),
    Kind(
        key="poll_closed",
        label=gettext_lazy("Polls are closed"),
        description=gettext_lazy("A poll of yours, or one in which you voted in a thread that you follow."),
        news=gettext_lazy("A poll is closed, and its numbers can be read"),
        audience=voters,
        describe=poll_closed,
        prepare=_with_asked,
        email=False,
    ),
    Kind(
        key="rearranged",
        label=gettext_lazy("Threads that you follow are moved"),
        description=gettext_lazy("Somebody who keeps a space moved, merged or split a thread that you follow."),
        news=gettext_lazy("A thread that you follow has a new place"),
        audience=followers_of_rearranged,
        describe=rearranged,
        prepare=_with_threads,
    ),
    Kind(
        key="join_request",
        label=gettext_lazy("People who ask to join"),
        description=gettext_lazy("Somebody would like to join a space that you keep."),
        news=gettext_lazy("Somebody asks to join a space that you keep"),
        audience=keepers,
        asks=True,
        describe=asked,
        prepare=_with_space,
        applies_to=keeps_people,
    ),
    Kind(
        key="let_in",
        label=gettext_lazy("You are let in to a space"),
        description=gettext_lazy("You asked to join, and its keepers said yes."),
        news=gettext_lazy("You have been let in to a space"),
        audience=member,
        describe=was_let_in,
        prepare=_with_space,
    ),
    Kind(
        key="turned_down",
        label=gettext_lazy("Answers to your requests"),
        description=gettext_lazy("You asked to join a space, and those who keep it could not say yes."),
        news=gettext_lazy("There is an answer to your request to join a space"),
        audience=lambda event: [event.data["person"]],
        describe=turned_down,
    ),
    Kind(
        key="invited",
        label=gettext_lazy("Invitations to a space"),
        description=gettext_lazy("Somebody who keeps a space invites you to it."),
        news=gettext_lazy("You are invited to a space"),
        audience=member,
        describe=was_invited,
        prepare=_with_space,
        asks=True,
    ),
)
