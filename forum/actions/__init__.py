"""Every change of the forum. All keyword-only and atomic; whether the actor may do it has been asked before.

But whether they may act at all is asked again (`by_active`), in the same transaction.

What is named here is for the rest of the forum and the rooms above it; all else in these modules is for one another.

Rows are locked in one order: post, thread, space. The space is the hottest and comes last, just before the commit.
"""

from forum.actions.attaching import (
    ATTACHMENT_JOB,
    Changes,
    add_upload,
    attachments_changed,
    discard_upload,
    erase_attachments,
    erase_attachments_of,
    erase_unused,
    hide_attachment,
    remove_attachment,
    restore_attachment,
)
from forum.actions.circles import enter_circle, expire_posts, hold_circle, release_circle
from forum.actions.deleting import (
    UNDO_SECONDS,
    delete_post,
    erase_deleted,
    remove_post,
    remove_thread,
    undelete_post,
)
from forum.actions.editing import NOTHING_CHANGES, edit_opening, edit_post, put_words_back
from forum.actions.following import set_feed, set_thread_wish
from forum.actions.hiding import hide_post, hide_thread, hold_opening, restore_post, restore_thread
from forum.actions.history import close_revision, remove_revision
from forum.actions.inviting import (
    accept_invitation,
    find_invitation,
    forget_invitations,
    invite_address,
    is_for,
    take_back_invitation,
)
from forum.actions.linking import link_again, renew_links
from forum.actions.membership import (
    CircleFullError,
    NotInvitedError,
    ask_to_join,
    hand_on_circles,
    invite,
    join_space,
    leave_space,
    let_in,
    set_keeper,
    set_named,
    turn_down,
    withdraw_invitations,
)
from forum.actions.nameless import allow_nameless, look_at_writer
from forum.actions.people import follow_trust, take_name_off
from forum.actions.polls import PollStandsError, close_due, close_poll, remove_poll, save_poll, vote
from forum.actions.reactions import set_reaction
from forum.actions.reading import (
    MOST_DRAFTS,
    TooManyDrafts,
    discard_draft,
    discard_draft_of,
    empty_draft,
    mark_read,
    save_draft,
    set_follow,
)
from forum.actions.rearranging import (
    NotPossibleError,
    merge_threads,
    move_thread,
    split_thread,
    stands,
    undo,
)
from forum.actions.saving import forget_post, save_post, send_reminders
from forum.actions.spaces import save_space, set_archived
from forum.actions.threads import choose_answer, set_locked, set_pinned
from forum.actions.writing import post_reply, start_thread

__all__ = [
    "ATTACHMENT_JOB",
    "MOST_DRAFTS",
    "NOTHING_CHANGES",
    "UNDO_SECONDS",
    "Changes",
    "CircleFullError",
    "NotInvitedError",
    "NotPossibleError",
    "PollStandsError",
    "TooManyDrafts",
    "accept_invitation",
    "add_upload",
    "allow_nameless",
    "ask_to_join",
    "attachments_changed",
    "choose_answer",
    "close_due",
    "close_poll",
    "close_revision",
    "delete_post",
    "discard_draft",
    "discard_draft_of",
    "empty_draft",
    "discard_upload",
    "edit_opening",
    "edit_post",
    "enter_circle",
    "erase_attachments",
    "erase_attachments_of",
    "erase_deleted",
    "erase_unused",
    "expire_posts",
    "find_invitation",
    "follow_trust",
    "forget_invitations",
    "forget_post",
    "hand_on_circles",
    "hide_attachment",
    "hide_post",
    "hide_thread",
    "hold_circle",
    "hold_opening",
    "invite",
    "invite_address",
    "is_for",
    "join_space",
    "leave_space",
    "let_in",
    "link_again",
    "look_at_writer",
    "mark_read",
    "merge_threads",
    "move_thread",
    "post_reply",
    "release_circle",
    "put_words_back",
    "remove_attachment",
    "remove_poll",
    "remove_post",
    "remove_revision",
    "remove_thread",
    "renew_links",
    "restore_attachment",
    "restore_post",
    "restore_thread",
    "save_draft",
    "save_poll",
    "save_post",
    "save_space",
    "send_reminders",
    "set_archived",
    "set_feed",
    "set_follow",
    "set_keeper",
    "set_locked",
    "set_named",
    "set_pinned",
    "set_reaction",
    "set_thread_wish",
    "split_thread",
    "stands",
    "start_thread",
    "take_back_invitation",
    "take_name_off",
    "turn_down",
    "undelete_post",
    "undo",
    "vote",
    "withdraw_invitations",
]
