from forum.models.attachment import Attachment
from forum.models.circle import CircleHold, CircleVisit
from forum.models.draft import Draft
from forum.models.feed import FeedKey
from forum.models.invitation import SpaceInvitation
from forum.models.link import PostLink
from forum.models.membership import SpaceMembership, Standing
from forum.models.nameless import Nameless
from forum.models.poll import Poll, PollOption, PollVote
from forum.models.post import Post, PostRevision
from forum.models.reaction import Reaction
from forum.models.rearrangement import Rearrangement
from forum.models.saved import SavedPost
from forum.models.space import Space
from forum.models.thread import POSTS_A_PAGE, Follow, Thread, ThreadRead

__all__ = [
    "POSTS_A_PAGE",
    "Attachment",
    "CircleHold",
    "CircleVisit",
    "Draft",
    "FeedKey",
    "Follow",
    "Poll",
    "PollOption",
    "PollVote",
    "Nameless",
    "Post",
    "PostLink",
    "PostRevision",
    "Reaction",
    "Rearrangement",
    "SavedPost",
    "Space",
    "SpaceInvitation",
    "SpaceMembership",
    "Standing",
    "Thread",
    "ThreadRead",
]
