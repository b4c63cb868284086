"""What waits for a moderator, gathered in a number of queries that does not depend on how much waits."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from itertools import groupby
from operator import or_
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from moderation import registry
from moderation.actions import Seen, possible_verbs
from moderation.forms import DecisionForm, decision_form
from moderation.models import Appeal, Decision, Duty, Level, Report, is_about
from moderation.permissions import is_own
from moderation.registry import Adapter, DeskItem, Summary, Urgency
from web.paging import KeysetPage, keyset

if TYPE_CHECKING:
    from accounts.models import User
    from moderation.registry import Text

PAGE_SIZE = 20
MOST_APPEALS = 50
Verb = Decision.Verb
SHOWN_IN_LIST = (Verb.HIDE, Verb.RESTORE, Verb.DISMISS, Verb.CLOSE, Verb.REOPEN)

Key = tuple[int, int]


@dataclass
class Item:
    """One thing on the desk, with all its waiting reports and what was decided about it before.

    `summary` is None where the thing is gone. `is_own`: the moderator wrote it, so that somebody else decides, and
    they are not told who reported it or why.
    """

    adapter: Adapter
    pk: int
    subject: Any
    summary: Summary | None
    is_own: bool
    urgency: Urgency = Urgency.CAN_WAIT
    reports: list[Report] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)

    @property
    def key(self) -> str:
        return f"{self.adapter.kind}-{self.pk}"

    @property
    def url(self) -> str:
        return reverse("moderation:thing", args=[self.adapter.kind, self.pk])

    @property
    def is_hidden(self) -> bool:
        return self.subject is not None and self.adapter.is_hidden(self.subject)

    @property
    def is_gone(self) -> bool:
        return self.subject is None or self.adapter.is_gone(self.subject)

    @property
    def closed_url(self) -> str:
        """Where to ask to see it, for what stands in a place that is closed to moderators."""
        return self.adapter.closed_url(self.pk) if self.subject is None else ""

    @property
    def since(self) -> dt.datetime | None:
        return self.reports[0].created_at if self.reports else None

    @property
    def is_held_only(self) -> bool:
        """Whether it waits because the site held it, and for no person's report."""
        return bool(self.reports) and all(report.is_by_itself for report in self.reports)

    @property
    def looked_at(self) -> Report | None:
        """Of its waiting reports one that a moderator is looking at, if any."""
        return next((report for report in self.reports if report.is_looked_at), None)

    @property
    def seen(self) -> Seen:
        return Seen(
            decision=self.decisions[0].pk if self.decisions else 0,
            report=self.reports[-1].pk if self.reports else 0,
        )

    @property
    def verbs(self) -> tuple[Verb, ...]:
        """Every decision that is possible; none about one's own words."""
        if self.is_own or self.closed_url:
            return ()
        return possible_verbs(
            self.adapter,
            is_gone=self.is_gone,
            is_hidden=self.is_hidden,
            is_waiting=bool(self.reports),
            has_author=self.summary is not None and self.summary.author is not None,
            is_removed=bool(self.decisions) and self.decisions[0].verb == Verb.REMOVE,
        )

    @property
    def forms(self) -> list[DecisionForm]:
        """One for each of them."""
        return [self.form(verb) for verb in self.verbs]

    @property
    def first_forms(self) -> list[DecisionForm]:
        """What the list offers; the others stand on the thing's own page."""
        return [self.form(verb) for verb in self.verbs if verb in SHOWN_IN_LIST]

    def form(self, verb: Verb, data: Any = None) -> DecisionForm:
        text = self.summary.text if verb == Verb.EDIT and self.summary else ""
        form = decision_form(verb, self.key, data, seen=None if data else self.seen, text=text)
        if verb == Verb.DISMISS and not self.reports:
            # Nobody complained, as of most first posts: one press says that it was looked at.
            form.initial["suggestion"] = form.reasons[0][0]
        return form


class Entry(NamedTuple):
    """One line of the desk: a reported thing, or an item of another room's queue under its label."""

    urgency: Urgency
    when: dt.datetime
    thing: Item | None = None
    other: DeskItem | None = None
    label: Text = ""


class Group(NamedTuple):
    urgency: Urgency
    entries: list[Entry]


def waiting(user: User, cursor: str | None) -> tuple[list[Group], KeysetPage]:
    """One page of the desk, the gravest first and within that the oldest; other queues stand on the first page."""
    page = keyset(Report.objects.heads().not_about(user), order=("urgency", "id"), cursor=cursor, size=PAGE_SIZE)
    keys = [(head.content_type_id, head.object_id) for head in page.items]
    things = gather(user, keys)
    entries = []
    for head in page.items:
        thing = things.get((head.content_type_id, head.object_id))
        if thing is not None and not thing.is_own:
            thing.urgency = Urgency(head.urgency)
            entries.append(Entry(thing.urgency, head.created_at, thing=thing))
    if page.newer is None:
        entries += _of_other_queues(user)
    entries.sort(key=lambda entry: (entry.urgency, entry.when))
    groups = [Group(level, list(found)) for level, found in groupby(entries, key=lambda entry: entry.urgency)]
    return groups, page


def is_without_lead() -> bool:
    """Whether nobody at all would hear of what may concern a child and waits."""
    return not Duty.objects.filter(level=Level.LEAD, person__is_active=True).exists()


def _of_other_queues(user: User) -> Iterable[Entry]:
    for queue in registry.queues():
        for item in queue.items(user):
            yield Entry(Urgency(item.urgency), item.when, other=item, label=queue.label)


def appeals(user: User) -> list[DeskItem]:
    """Those that this moderator may hear, the oldest first."""
    found = Appeal.objects.visible_to(user).waiting().exclude(decision__author=user)
    rows = found.select_related("decision__author").order_by("pk")[:MOST_APPEALS]
    return [
        DeskItem(
            title=_("A second look: %(what)s") % {"what": appeal.decision.get_verb_display()},
            text=appeal.text,
            url=appeal.get_absolute_url(),
            who=_author_of(appeal.decision),
            when=appeal.created_at,
            urgency=Urgency.THIS_WEEK,
        )
        for appeal in rows
    ]


def _author_of(decision: Decision) -> str:
    if decision.is_nameless:
        return _("A member")
    return decision.author.display_name if decision.author else _("Somebody who has left")


def gather(user: User, keys: Iterable[Key]) -> dict[Key, Item]:
    """Everything the desk says about these things, by content type and id."""
    items = load_things(user, keys)
    about = _about(items)
    waiting = Report.objects.ordinary().not_about(user).waiting().filter(about)
    for report in waiting.select_related("reporter", "looked_at_by").order_by("pk"):
        item = items[report.content_type_id, report.object_id]
        if not item.is_own:
            item.reports.append(report)
    for decision in Decision.objects.filter(about).select_related("decided_by").order_by("-pk"):
        item = items[decision.content_type_id, decision.object_id]
        is_own = item.is_own or decision.author_id == user.pk
        if not (is_own and decision.verb == Verb.DISMISS):
            item.decisions.append(decision)
    return items


def item_about(report: Report, user: User) -> Item:
    """What one report is about, for somebody who need not be a moderator; its decisions are for moderators."""
    same = is_about(report.content_type, report.object_id)
    subject = report.subject
    summary = registry.summary_of(subject)
    return Item(
        registry.of_model(cast(type[Model], report.content_type.model_class())),
        report.object_id,
        subject,
        summary,
        is_own(user, summary),
        reports=list(Report.objects.ordinary().waiting().filter(same).select_related("looked_at_by").order_by("pk")),
        decisions=list(Decision.objects.filter(same).order_by("-pk")),
    )


def load_things(user: User, keys: Iterable[Key]) -> dict[Key, Item]:
    """The things themselves, as far as this moderator may see them. Kinds that no room registers are left out."""
    items = {}
    for content_type_id, pks in _by_type(keys).items():
        model = ContentType.objects.get_for_id(content_type_id).model_class()
        adapter = registry.of_model(model) if model and registry.is_known(model) else None
        if adapter is None:
            continue
        found = {subject.pk: subject for subject in adapter.visible_to(user).filter(pk__in=pks)}
        for pk in pks:
            subject = found.get(pk)
            summary = adapter.summary(subject) if subject is not None else None
            items[content_type_id, pk] = Item(adapter, pk, subject, summary, is_own(user, summary))
    return items


def one(user: User, adapter: Adapter, pk: int) -> Item | None:
    """The desk's page about one thing; None where there is neither the thing nor anything that happened to it."""
    key = (ContentType.objects.get_for_model(adapter.model).pk, pk)
    item = gather(user, [key])[key]
    return item if item.subject is not None or item.reports or item.decisions else None


def _about(keys: Iterable[Key]) -> Q:
    """Rows of Report or Decision about any of these things."""
    # Q() alone would mean "every row".
    nothing = Q(pk__in=[])
    found = (Q(content_type=content_type, object_id__in=pks) for content_type, pks in _by_type(keys).items())
    return reduce(or_, found, nothing)


def _by_type(keys: Iterable[Key]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for content_type_id, pk in keys:
        found[content_type_id].append(pk)
    return found
