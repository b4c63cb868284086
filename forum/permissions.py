"""Who may do what in the forum. Seeing is `visible_to`; these ask about doing, of rows that the person already sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

from forum.circles import is_begun
from forum.models import Nameless, Poll, Post, Rearrangement, Space, SpaceMembership, Thread
from forum.nameless import began, wrote

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from accounts.models import User
    from forum.models.space import SpaceQuerySet

    Person = User | AnonymousUser


def takes_part(user: Person) -> TypeGuard[User]:
    """Has confirmed an address and is not suspended."""
    return user.is_authenticated and user.is_active and user.is_member


def can_read(user: Person, space: Space) -> bool:
    """Whether the threads of a space may be seen."""
    return space.is_readable_by(user)


def can_write(user: Person, space: Space) -> bool:
    if not takes_part(user) or space.is_archived or not can_read(user, space):
        return False
    # A moderator who came in because of a report came to read.
    return not space.is_reflective or space.standing_of(user).has_joined


def can_start_thread(user: Person, space: Space) -> bool:
    return can_write(user, space) and _is_among(user, space, space.who_starts)


def can_reply(user: Person, thread: Thread) -> bool:
    is_open = thread.hidden_at is None and not thread.is_locked
    return is_open and can_write(user, thread.space) and _is_among(user, thread.space, thread.space.who_replies)


def _is_among(user: Person, space: Space, who: str) -> bool:
    """Of those who can write in a space at all; nearly everywhere that is everybody, without a query."""
    if who == Space.Who.MEMBERS or is_keeper(user, space):
        return True
    if who == Space.Who.KEEPERS:
        return False
    named = SpaceMembership.objects.filter(space=space, is_named=True, state=SpaceMembership.State.JOINED)
    return user.is_authenticated and named.filter(person=user).exists()


def can_edit(user: Person, post: Post) -> bool:
    """Nobody changes another person's words; with the first post go title, kind, topics and sectors of its thread.

    A locked thread stays open to corrections of one's own: somebody may have to take out what identifies a family.
    """
    thread = post.thread
    is_hidden = post.hidden_at is not None or thread.hidden_at is not None
    return not is_hidden and can_write(user, thread.space) and wrote(user, post)


def can_delete(user: Person, post: Post) -> bool:
    """One's own, also where nobody may write any more; what a moderator took down waits for the moderators."""
    is_hidden = post.hidden_at is not None or post.thread.hidden_at is not None
    return takes_part(user) and not is_hidden and wrote(user, post)


def can_close_revision(user: Person, post: Post) -> bool:
    """Keep earlier words of a post from its readers: its author, or a moderator."""
    return takes_part(user) and (user.is_moderator or wrote(user, post))


def can_remove_revision(user: Person, post: Post) -> bool:
    """Nobody clears away what they wrote themselves: it may have been reported."""
    return takes_part(user) and user.is_moderator and not wrote(user, post)


def can_react(user: Person, post: Post) -> bool:
    """Whoever may write there, but not to what is hidden, and not to one's own words.

    A moderator who came into a circle would leave their name beneath what they read.
    """
    return post.hidden_at is None and can_write(user, post.thread.space) and not wrote(user, post)


def can_save(user: Person, post: Post) -> bool:
    """Keep it to find it again."""
    return takes_part(user) and post.hidden_at is None and post.thread.hidden_at is None


def can_follow(user: Person, thread: Thread) -> bool:
    return takes_part(user) and can_read(user, thread.space)


def is_keeper(user: Person, space: Space) -> bool:
    """A moderator, or somebody whom the space has as its keeper."""
    if not takes_part(user):
        return False
    # A circle is kept by its own people alone.
    return (user.is_moderator and not space.is_reflective) or space.standing_of(user).is_keeper


def can_open_circle(user: Person, space: Space) -> bool:
    """Invite the first people into a circle: moderators, as long as nobody is in it and nothing is written there."""
    return takes_part(user) and user.is_moderator and space.is_reflective and not is_begun(space)


def can_enter_circle(user: Person, space: Space) -> bool:
    """Come in because something there was reported: moderators who cannot read it."""
    return takes_part(user) and user.is_moderator and space.is_reflective and not can_read(user, space)


def can_hold_circle(user: Person, space: Space) -> bool:
    """Stop that posts expire, and let it go on."""
    return takes_part(user) and space.is_reflective and (user.is_moderator or is_keeper(user, space))


def can_be_nameless(user: Person, space: Space) -> bool:
    """Reply without their name there."""
    return space.nameless_replies and can_write(user, space)


def can_allow_nameless(user: Person, space: Space) -> bool:
    """Say whether people may post there without their name."""
    return not space.is_archived and is_keeper(user, space)


def can_look_at_writer(user: Person, post: Post) -> bool:
    """Find out who wrote what carries no name: moderators, and those who keep the space where it was written.

    Who keeps a space to which it was moved later was not among those of whom its author was told.
    """
    if not takes_part(user) or not post.is_nameless:
        return False
    return user.is_moderator or Nameless.objects.filter(post=post, space__in=_kept(user).values("space")).exists()


def can_vote(user: Person, poll: Poll) -> bool:
    """Whoever may reply has a voice."""
    return poll.post.hidden_at is None and can_reply(user, poll.post.thread)


def can_have_poll(user: Person, post: Post) -> bool:
    """Ask something beneath the first post of one's own thread."""
    return post.number == 1 and can_edit(user, post)


def can_close_poll(user: Person, poll: Poll) -> bool:
    """Whoever asked, or keeps the space."""
    return poll.post.hidden_at is None and (can_edit(user, poll.post) or can_lock(user, poll.post.thread))


def can_announce(user: Person, space: Space) -> bool:
    """Start an announcement, or make one of a thread."""
    return can_write(user, space) and is_keeper(user, space)


def can_lock(user: Person, thread: Thread) -> bool:
    return not thread.space.is_archived and is_keeper(user, thread.space)


def can_pin(user: Person, thread: Thread) -> bool:
    return can_lock(user, thread)


def can_rearrange(user: Person, thread: Thread) -> bool:
    """Move, merge or split it."""
    return thread.hidden_at is None and not thread.space.is_reflective and can_lock(user, thread)


def keeps_people(user: User) -> bool:
    """Whether it is this person who is asked when somebody would like to join a space."""
    return user.is_moderator or _kept(user).exists()


def _kept(user: User) -> QuerySet[SpaceMembership]:
    return SpaceMembership.objects.filter(person=user, is_keeper=True, state=SpaceMembership.State.JOINED)


def spaces_kept_by(user: User) -> SpaceQuerySet:
    """Spaces that this person keeps and that are in use: who brings a thread there answers for it there too."""
    # What was written in a circle goes nowhere else, and nothing comes into one.
    found = Space.objects.writable_by(user).filter(is_reflective=False)
    if user.is_moderator:
        return found
    return found.filter(pk__in=_kept(user).values("space"))


def can_undo(user: Person, made: Rearrangement) -> bool:
    """Whoever may do the same again: keeps all the spaces that it touches."""
    spaces = [made.thread.space, made.other.space if made.other else None, made.from_space]
    return all(is_keeper(user, space) for space in spaces if space is not None)


def can_mark_answer(user: Person, thread: Thread) -> bool:
    """The person who asked, a keeper or a moderator says what helped."""
    if not thread.is_asking or thread.hidden_at is not None or not can_write(user, thread.space):
        return False
    return is_keeper(user, thread.space) or began(user, thread)


def can_join(user: Person, space: Space) -> bool:
    """Join without asking: an open space, or one to which the person has been invited."""
    state = space.standing_of(user).state
    if not takes_part(user) or state == SpaceMembership.State.JOINED:
        return False
    return space.is_open or state == SpaceMembership.State.INVITED


def can_ask_to_join(user: Person, space: Space) -> bool:
    if not takes_part(user) or space.is_archived or space.visibility != Space.Visibility.ASK:
        return False
    return space.standing_of(user).state is None


def can_leave(user: Person, space: Space) -> bool:
    """Leave, withdraw a request, or say no to an invitation."""
    return user.is_authenticated and space.standing_of(user).state is not None


def can_see_people(user: Person, space: Space) -> bool:
    """Who is in a closed space is known to those who are in it: they write for each other.

    Who has joined an open one only those know who keep it.
    """
    if space.is_open:
        return is_keeper(user, space)
    return can_read(user, space) or can_open_circle(user, space)


def can_let_in(user: Person, space: Space) -> bool:
    return not space.is_open and not space.is_archived and (is_keeper(user, space) or can_open_circle(user, space))


def can_invite(user: Person, space: Space) -> bool:
    return can_let_in(user, space)


def can_name_writers(user: Person, space: Space) -> bool:
    """Say who else may write where not everybody may."""
    return space.has_named and not space.is_archived and is_keeper(user, space)


def can_name_keepers(user: Person, space: Space) -> bool:
    return is_keeper(user, space) if space.is_reflective else takes_part(user) and user.is_moderator
