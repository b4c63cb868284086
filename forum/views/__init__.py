from forum.views.circles import enter, hold
from forum.views.deleting import delete, deleted
from forum.views.drafts import discard, drafts, keep_draft
from forum.views.editing import edit
from forum.views.following import followed, own_feed
from forum.views.helping import audience, names
from forum.views.history import close_earlier, earlier, remove_earlier
from forum.views.invitations import invitation, take_back
from forum.views.membership import decide, invite, join, leave, people
from forum.views.nameless import allow_nameless, writer
from forum.views.news import news
from forum.views.polls import close_poll, poll, vote, voters
from forum.views.reactions import react, reactions
from forum.views.rearranging import merge, move, split, undo
from forum.views.replying import reply
from forum.views.saving import save, saved
from forum.views.spaces import newest, space, space_by_number
from forum.views.starting import start
from forum.views.thread import follow, helped, lock, pin, post, read, thread
from forum.views.tree import index

__all__ = [
    "enter",
    "hold",
    "allow_nameless",
    "audience",
    "close_earlier",
    "close_poll",
    "decide",
    "delete",
    "deleted",
    "discard",
    "drafts",
    "earlier",
    "edit",
    "follow",
    "followed",
    "helped",
    "index",
    "invitation",
    "invite",
    "join",
    "keep_draft",
    "leave",
    "lock",
    "merge",
    "move",
    "names",
    "newest",
    "news",
    "own_feed",
    "people",
    "pin",
    "poll",
    "post",
    "react",
    "reactions",
    "read",
    "remove_earlier",
    "reply",
    "save",
    "saved",
    "space",
    "space_by_number",
    "split",
    "start",
    "take_back",
    "thread",
    "undo",
    "writer",
    "vote",
    "voters",
]
