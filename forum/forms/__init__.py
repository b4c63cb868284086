"""What people type into the forum."""

from forum.forms.attaching import Attaching, AttachingForm, waiting_with
from forum.forms.circles import EnterForm, HoldForm
from forum.forms.keeping import AskToJoinForm, InviteForm, MergeForm, MoveForm, SplitForm
from forum.forms.polls import PollForm
from forum.forms.saving import SaveForm
from forum.forms.writing import OpeningEditForm, OpeningForm, PostForm, ReplyForm, ThreadForm

__all__ = [
    "EnterForm",
    "HoldForm",
    "AskToJoinForm",
    "Attaching",
    "AttachingForm",
    "InviteForm",
    "MergeForm",
    "MoveForm",
    "OpeningEditForm",
    "OpeningForm",
    "PollForm",
    "PostForm",
    "ReplyForm",
    "SaveForm",
    "SplitForm",
    "ThreadForm",
    "waiting_with",
]
