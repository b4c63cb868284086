"""Who reads a space and who writes in it, and how its pages say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class Visibility(models.TextChoices):
    PUBLIC = "public", _("Public: anyone on the internet can read")
    MEMBERS = "members", _("Members: everyone who has joined this site can read")
    ASK = "ask", _("Ask to join: only people who were let in can read")
    INVITED = "invited", _("Invited: only people who were invited can read, others do not see it")


class Who(models.TextChoices):
    """Of those who can read a space, the ones who may write there."""

    MEMBERS = "members", _("Every member who can read it")
    NAMED = "named", _("Those who keep it, and people whom they have named")
    KEEPERS = "keepers", _("Only those who keep it, and the site’s moderators")


OPEN = (Visibility.PUBLIC, Visibility.MEMBERS)
STARTS: dict[str, StrPromise] = {
    Who.NAMED: _("Only people whom its keepers have named start threads here."),
    Who.KEEPERS: _("Only moderators and those who keep this space start threads here."),
}
REPLIES: dict[str, StrPromise] = {
    Who.NAMED: _("Only people whom its keepers have named reply here."),
    Who.KEEPERS: _("Only moderators and those who keep this space reply here."),
}
CIRCLE_AUDIENCE = _("the people in this circle; a moderator only after a report")
AUDIENCES: dict[str, StrPromise] = {
    Visibility.PUBLIC: _("anyone on the internet"),
    Visibility.MEMBERS: _("everyone who has joined this site"),
    Visibility.ASK: _("people who were let in to this space, and the moderators"),
    Visibility.INVITED: _("people who were invited to this space, and the moderators"),
}
