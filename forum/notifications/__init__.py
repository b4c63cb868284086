"""What the forum tells people: one function a message says who hears, one what they read."""

from forum.notifications import looking, membership, polls, posts, rearranging
from notifications.kinds import register

KINDS = (*posts.KINDS, *polls.KINDS, *rearranging.KINDS, *membership.KINDS, *looking.KINDS)


def register_kinds() -> None:
    register(*KINDS)
