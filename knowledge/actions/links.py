"""Whether what resources lead to is still there. The timer asks; the outbox does it, one address after the other."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from html import unescape
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from knowledge.models import Link, LinkReading, LinkUse, ResourcePage
from outbox.actions import enqueue
from outbox.fetching import AddressRefused, Answer, FetchFailed, fetch

if TYPE_CHECKING:
    from outbox.models import Job

CHECK = "check-link"
PAGES_AT_ONCE = 300
LINKS_AT_ONCE = 60
MOST_OF_A_PAGE = 60
LONGEST = 500
A_LITTLE = 2_000
MONTH, WEEK, DAY = dt.timedelta(days=30), dt.timedelta(days=7), dt.timedelta(days=1)
DAYS_TO_BREAK = 2
NOT_FOUND = {404, 410}
# What sites answer to checkers, whatever they answer to people.
CLOSED_DOORS = {401, 403, 405, 406, 418, 429, 451, 999}
_HREF = re.compile(r"""\bhref=["'](https?://[^"'\s<>]+)["']""")
Outcome = Link.Outcome
Fetch = Callable[..., Answer]


def look_round() -> None:
    """The timer's: gather the addresses of what was published since, and put those that are due into the outbox."""
    for page in _unread()[:PAGES_AT_ONCE]:
        gather(page)
    now = timezone.now()
    due = list(Link.objects.due()[:LINKS_AT_ONCE])
    for link in due:
        enqueue(CHECK, payload={"link": link.pk}, key=f"{CHECK}:{link.pk}:{now:%Y-%m-%d}")
    # Whatever becomes of the job, the address is not asked for again today.
    Link.objects.filter(pk__in=[link.pk for link in due]).update(next_check_at=now + DAY)


def check_now(link: Link) -> None:
    """Have the worker ask for it at once; a minute later again."""
    enqueue(CHECK, payload={"link": link.pk}, key=f"{CHECK}:{link.pk}:{timezone.now():%Y-%m-%dT%H:%M}")


def _unread() -> Any:
    """Live pages whose addresses were not gathered since they were published; the demo asks nobody outside."""
    read = LinkReading.objects.filter(page=OuterRef("pk"))
    newer = read.filter(read_at__lt=OuterRef("last_published_at"))
    return ResourcePage.objects.live().filter(~Exists(read) | Exists(newer), is_demo=False).order_by("pk")


@transaction.atomic
def gather(page: ResourcePage) -> None:
    """Write down where a page leads. Addresses that no page leads to any more are forgotten."""
    wanted = addresses_of(page)
    Link.objects.bulk_create([Link(address=address) for address in wanted], ignore_conflicts=True)
    links = list(Link.objects.filter(address__in=wanted))
    gone = LinkUse.objects.filter(page=page).exclude(link__in=links)
    dropped = list(gone.values_list("link", flat=True))
    gone.delete()
    LinkUse.objects.bulk_create([LinkUse(page=page, link=link) for link in links], ignore_conflicts=True)
    Link.objects.filter(pk__in=dropped, uses=None).delete()
    LinkReading.objects.update_or_create(page=page, defaults={"read_at": timezone.now()})


def addresses_of(page: ResourcePage) -> list[str]:
    """Where a page leads, each once: its original, its DOI, assessments, its film, and links in its texts."""
    own = [page.source_url, page.video_url, f"https://doi.org/{page.doi}" if page.doi else ""]
    assessments = page.evidence.values_list("url", flat=True)
    texts = [str(page.body.get_prep_value()), page.families, page.make_it_yours]
    linked = (unescape(address) for text in texts for address in _HREF.findall(str(text).replace('\\"', '"')))
    found = dict.fromkeys(address.partition("#")[0] for address in [*own, *assessments, *linked])
    return [address for address in found if 0 < len(address) <= LONGEST][:MOST_OF_A_PAGE]


def check(jobs: list[Job], *, fetch: Fetch = fetch) -> None:
    """The outbox's handler: asks for one address and keeps what came of it."""
    for job in jobs:
        link = Link.objects.filter(pk=job.payload["link"]).first()
        if link is not None:
            outcome, status = ask(link.address, fetch=fetch)
            note(link, outcome, status)


def ask(address: str, *, fetch: Fetch = fetch) -> tuple[Outcome, int | None]:
    """What is there now, asked for politely: the head first, a little of the text where that is refused."""
    try:
        answer = fetch(address, method="HEAD")
        if answer.status >= 400:
            answer = fetch(address, most_bytes=A_LITTLE)
    except AddressRefused:
        return Outcome.REFUSED, None
    except FetchFailed:
        return Outcome.SILENT, None
    if answer.status in NOT_FOUND:
        return Outcome.GONE, answer.status
    if answer.status in CLOSED_DOORS:
        return Outcome.CLOSED, answer.status
    return (Outcome.ERROR if answer.status >= 400 else Outcome.FINE), answer.status


def note(link: Link, outcome: Outcome, status: int | None) -> None:
    """One failure may be a bad day: only failures on two days make it broken. Later ones are looked at less often."""
    now, today = timezone.now(), timezone.localdate()
    link.outcome, link.status, link.checked_at = outcome, status, now
    if outcome not in Link.FAILURES:
        link.failed_on = link.broken_since = None
        link.failures = 0
        link.next_check_at = now + MONTH
    else:
        if link.failed_on != today:
            link.failed_on, link.failures = today, link.failures + 1
        if link.failures >= DAYS_TO_BREAK and link.broken_since is None:
            link.broken_since = today
        link.next_check_at = now + (DAY if link.broken_since is None else min(WEEK * (link.failures - 1), MONTH))
    link.save()
