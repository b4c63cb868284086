"""A resource as its readers see it: what is the same for all of them, written once, and what is each reader's own."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache as kept
from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Left, Length
from django.http import HttpRequest
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from wagtail.models import GroupPagePermission, Page

from accounts.prepared import PreparedForReader
from knowledge import metadata
from knowledge.models.evidence import Evidence
from knowledge.models.kinds import SUITS, has
from knowledge.models.parts import Citation
from knowledge.models.resource import GUIDE_DEPTH, ResourcePage
from knowledge.rated import assessments
from web.privacy import pages_visible_to

if TYPE_CHECKING:
    from accounts.models import User

    Reader = User | AnonymousUser

PARTS_SECONDS = 300
# Of what `_parts` gives: a cache that outlives an upgrade may still hold what it gave before.
VERSION = 3
LONGEST_DESCRIPTION = 160
ROW = ("title", "kind", "summary", "publisher", "year", "url_path", "first_published_at")
MOST_LINKS = 24
MOST_BESIDE = 4


class Tag(NamedTuple):
    """A topic as a page shows it."""

    pk: int
    slug: str
    name: str


class Note(NamedTuple):
    """What a resource means for one sector."""

    sector: int
    name: str
    shape: str
    text: str


class Link(NamedTuple):
    """Another resource that belongs to this one, as `role`: newer, older, chosen, cites, cited_by or beside."""

    role: str
    pk: int
    note: str = ""


class Related(NamedTuple):
    """A linked resource that this reader may see."""

    title: str
    url: str
    note: str


class Links(NamedTuple):
    """Those by role."""

    newer: tuple[Related, ...] = ()
    older: tuple[Related, ...] = ()
    chosen: tuple[Related, ...] = ()
    cites: tuple[Related, ...] = ()
    cited_by: tuple[Related, ...] = ()
    beside: tuple[Related, ...] = ()


class Guide(NamedTuple):
    """A guide's first page, whether it is this one, and the other parts: title, address, and whether it is this one."""

    title: str
    url: str
    is_top: bool
    parts: tuple[tuple[str, str, bool], ...]


def context(page: ResourcePage, request: HttpRequest) -> dict[str, Any]:
    """All that the template needs beside the page."""
    # Pages chosen in its text may be closed at any moment, so such a text is never kept.
    has_related = any(block.get("type") == "related" for block in page.body.raw_data)
    if getattr(request, "is_preview", False) or has_related:
        parts = _parts(page)
    else:
        parts = cast(dict[str, Any], kept.get_or_set(page.cache_key, lambda: _parts(page), PARTS_SECONDS, VERSION))
    own = getattr(request.user, "sector_id", None)
    return {
        **parts,
        "notes": sorted(parts["notes"], key=lambda note: note.sector != own),
        "own_sector": own,
        "links": _linked(parts["links"], request.user),
        "guide": _guide(page, request.user),
        "can_edit": _can_edit(page, request.user),
        "share": parts["share"][request.user.is_authenticated],
    }


def _parts(page: ResourcePage) -> dict[str, Any]:
    """What is the same for everybody: most of the page as HTML (`top`, `practice`, `rest`), and what the rest needs."""
    # Not "pk": of a draft the topics are a list in memory, which does not know that name.
    topics = [Tag(*values) for values in page.topics.values_list("id", "slug", "name")]
    notes = [
        Note(note.sector_id, note.sector.name, note.sector.shape, note.text)
        for note in page.practice_notes.select_related("sector")
    ]
    shown = _shown(page, topics)
    return {
        "top": get_template("knowledge/resource/_top.html").render(shown),
        "practice": "" if notes else get_template("knowledge/resource/_practice.html").render({"page": page}),
        "rest": get_template("knowledge/_article.html").render(shown),
        "notes": notes,
        "topics": topics,
        **_for_programs(page),
        "description": Truncator(page.search_description or page.summary).chars(LONGEST_DESCRIPTION),
        "tools": get_template("knowledge/resource/_tools.html").render({"page": page}),
        "headings": tuple(str(block.value) for block in page.body if block.block_type == "heading"),
        "links": _links(page),
    }


def _for_programs(page: ResourcePage) -> dict[str, Any]:
    """What stands at the `head` of the page, what is `asked`, and how to `share` it, for visitors and for members.

    Nothing of a page that was never saved.
    """
    if not page.pk:
        return {"head": "", "asked": "", "helpful_url": "", "share": ("", "")}
    about = metadata.head(page)
    shown = {"head": about, "pk": page.pk, "formats": metadata.FORMATS}
    return {
        "head": get_template("knowledge/resource/_metadata.html").render(shown),
        "asked": get_template("knowledge/life/_asked.html").render({}),
        "helpful_url": reverse("resource_helpful", args=[page.pk]),
        "share": tuple(_share(page, about.reference, is_member) for is_member in (False, True)),
    }


def _share(page: ResourcePage, reference: str, is_member: bool) -> str:
    shown = {"page": page, "reference": reference, "base_url": settings.BASE_URL, "is_member": is_member}
    return get_template("knowledge/life/_share.html").render(shown)


def _shown(page: ResourcePage, topics: list[Tag]) -> dict[str, Any]:
    """What the templates of the kept parts show; what the kind does not have is not asked for."""
    published = page.first_published_at
    evidence = list(page.evidence.all()) if has(page.kind, "evidence") else []
    return {
        "page": page,
        "topics": topics,
        "sectors": list(page.sectors.all()),
        "people": list(page.people.all()),
        "evidence": [
            (label, assessments(rows))
            for measure, label in Evidence.Measure.choices
            if (rows := [each for each in evidence if each.measure == measure])
        ],
        "steps": list(page.steps.all()) if has(page.kind, "steps") else [],
        "steps_title": SUITS[page.kind].steps if page.kind in SUITS else "",
        "parts": SUITS[page.kind].parts if page.kind in SUITS else frozenset(),
        "experience": list(page.lived_experience.shown()) if page.pk else [],
        "documents": list(page.documents.select_related("document__reading")),
        "body": _open_to_all(page),
        "ages": page.ages,
        "since": timezone.localdate(published, timezone.get_default_timezone()) if published else None,
        "library_url": reverse("library"),
    }


def _open_to_all(page: ResourcePage) -> Any:
    """The text; of the pages that it points at only those which every reader may see. One query, or none."""
    blocks = [block for block in page.body if block.block_type == "related"]
    if not blocks:
        return page.body
    chosen = {each.pk for block in blocks for each in block.value["pages"] if each}
    visible = pages_visible_to(Page.objects.filter(pk__in=chosen), AnonymousUser())
    seen = set(visible.values_list("pk", flat=True))
    for block in blocks:
        pages = block.value["pages"]
        for place in reversed(range(len(pages))):
            if pages[place] is None or pages[place].pk not in seen:
                del pages[place]
    return page.body


def _links(page: ResourcePage) -> tuple[Link, ...]:
    """Other resources that this one names or that name it; who may see which is asked for each reader."""
    found = [Link("newer", page.replaced_by_id)] if page.replaced_by_id else []
    found += [Link("chosen", relation.other_id, relation.note) for relation in page.relations.all()]
    if page.pk:
        found += [Link("older", pk) for pk in page.replaces.values_list("pk", flat=True)[:MOST_LINKS]]
        mentions = Citation.objects.of(page.pk).values_list("page_id", "cited_id")[:MOST_LINKS]
        found += [Link("cites", cited) if citing == page.pk else Link("cited_by", citing) for citing, cited in mentions]
        if any(link.role == "cited_by" for link in found):
            everybodys = ResourcePage.objects.visible_to(AnonymousUser())
            found += [Link("beside", pk) for pk in Citation.objects.beside(page.pk, citing=everybodys)[:MOST_BESIDE]]
    return tuple(found)


@cache
def _named(number: int) -> PreparedForReader[ResourcePage]:
    """For so many resources."""

    def build(reader: Reader, **ids: int) -> QuerySet[ResourcePage]:
        return ResourcePage.objects.visible_to(reader).filter(pk__in=list(ids.values())).only(*ROW)

    return PreparedForReader(build, *(f"id{place}" for place in range(number)))


def _linked(links: tuple[Link, ...], reader: Reader) -> Links | None:
    """The linked resources that this reader may see, by role, each once. One query, or none."""
    numbers = list(dict.fromkeys(link.pk for link in links))[:MOST_LINKS]
    if not numbers:
        return None
    rows = _named(len(numbers)).rows(reader, **{f"id{place}": pk for place, pk in enumerate(numbers)})
    pages = {row.pk: row for row in rows}
    found: dict[str, tuple[Related, ...]] = {}
    for link in links:
        if link.pk in pages:
            page = pages.pop(link.pk)
            found[link.role] = (*found.get(link.role, ()), Related(page.title, page.url or "", link.note))
    return Links(**found)


def _can_edit(page: ResourcePage, user: Reader) -> bool:
    if not user.is_authenticated or not (user.is_moderator or user.is_editor):
        return False
    return bool(CHANGING.rows(user, path=page.path)) or page.permissions_for_user(user).can_edit()


def _changing(reader: User, path: str) -> QuerySet[Any, Any]:
    """Whether this reader may change pages at or beneath a path: most editors may, and Wagtail would ask thrice."""
    granted = GroupPagePermission.objects.filter(group__in=reader.groups.values("pk"))
    root = Subquery(Page.objects.filter(pk=OuterRef("page")).order_by().values("path"))
    beneath = granted.alias(root=root).filter(root=Left(Cast(Value(path), CharField()), Length("root")))
    return beneath.filter(permission__codename="change_page").order_by().values_list("pk")[:1]


CHANGING = PreparedForReader(_changing, texts=("path",))


def _guide(page: ResourcePage, reader: Reader) -> Guide | None:
    """The guide that this page leads or is a part of, as far as the reader sees it. None for a page on its own."""
    is_part = page.depth > GUIDE_DEPTH
    if not (is_part or page.numchild):
        return None
    top_path = page.path[: GUIDE_DEPTH * page.steplen]
    pages = Page.objects.filter(path__startswith=top_path, depth__lte=GUIDE_DEPTH + 1).order_by("path")
    # A page's address is its path beneath the site's first page; asking each page for it would cost queries.
    above = len(page.url_path) - len(page.url)
    found = list(pages_visible_to(pages, reader).values_list("title", "url_path", "pk", "depth"))
    if not found or found[0][-1] != GUIDE_DEPTH:
        return None
    (title, url, _is_here), *parts = ((title, path[above:], pk == page.pk) for title, path, pk, _depth in found)
    return Guide(title, url, not is_part, tuple(parts))
