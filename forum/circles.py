"""Reflective spaces: what people agree to, how many fit, and on what ground a moderator comes in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from forum.models import Attachment, Post, Space, SpaceMembership, Thread
from moderation.models import Appeal, Report

if TYPE_CHECKING:
    from accounts.models import User

MOST_PEOPLE = 12
BOUNDARIES = _(
    "What is said here stays here. Do not tell others who is in this circle or what anybody wrote.\n\n"
    "Write about yourself and your work. Never say who a child or a family is.\n\n"
    "There are limits. What has to be passed on is passed on: when a child or an adult may be at risk of harm, when "
    "somebody may be in danger now, when the law or a court asks for it. Whoever reads such a thing here has the same "
    "duty as at work. Wherever you can, the circle tells you first.\n\n"
    "The site’s moderators do not read here. If somebody reports a post, a moderator may come in for seven days; you "
    "see that they did, and why. If a report may concern a child, the safeguarding lead reads what was reported.\n\n"
    "Posts expire and are then gone for good, unless a report or a legal request needs them for longer."
)


def boundaries_of(space: Space) -> str:
    """Where confidentiality ends, as plain text."""
    return space.boundaries.strip() or str(BOUNDARIES)


def people_in(space: Space) -> QuerySet[SpaceMembership]:
    """Those who have joined or are invited: each takes a place."""
    taken = (SpaceMembership.State.JOINED, SpaceMembership.State.INVITED)
    return SpaceMembership.objects.filter(space=space, state__in=taken)


def is_without_keeper(space: Space) -> bool:
    joined = SpaceMembership.objects.filter(space=space, state=SpaceMembership.State.JOINED)
    return not joined.filter(is_keeper=True).exists()


def is_only_keeper(membership: SpaceMembership) -> bool:
    """Whether a circle would be without a keeper but for them."""
    kept = SpaceMembership.objects.filter(space=membership.space, state=SpaceMembership.State.JOINED, is_keeper=True)
    return membership.space.is_reflective and membership.is_keeper and not kept.exclude(pk=membership.pk).exists()


def following(membership: SpaceMembership) -> SpaceMembership | None:
    """Who keeps a circle after its only keeper: whoever else has been in it the longest."""
    joined = SpaceMembership.objects.filter(space=membership.space, state=SpaceMembership.State.JOINED)
    others = joined.filter(person__is_active=True).exclude(pk=membership.pk)
    return others.select_related("person").order_by("pk").first()


def is_begun(space: Space) -> bool:
    """Whether anybody is in it, or anything of what somebody wrote there is left."""
    joined = SpaceMembership.objects.filter(space=space, state=SpaceMembership.State.JOINED)
    return joined.exists() or Post.objects.filter(thread__space=space).exclude(source="").exists()


def reports_in(space: Space, moderator: User) -> QuerySet[Report]:
    """Reports that wait about something in the space, as far as they are this moderator's to decide about.

    So do decided ones while somebody asks for a second look, which another moderator gives.
    """
    types = ContentType.objects.get_for_models(Post, Thread, Attachment)
    posts = Q(content_type=types[Post], object_id__in=Post.objects.filter(thread__space=space).values("pk"))
    threads = Q(content_type=types[Thread], object_id__in=Thread.objects.filter(space=space).values("pk"))
    hung = Attachment.objects.filter(post__thread__space=space).values("pk")
    files = Q(content_type=types[Attachment], object_id__in=hung)
    appealed = Appeal.objects.visible_to(moderator).waiting().values("decision__reports")
    found = Report.objects.ordinary().not_about(moderator).filter(posts | threads | files)
    return found.filter(Q(state=Report.State.OPEN) | Q(pk__in=appealed)).order_by("pk")
