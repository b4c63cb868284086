"""Results and filters, each rendered once for the same values."""

from __future__ import annotations

from django import template
from django.template.defaultfilters import date
from django.utils import timezone
from django.utils.safestring import SafeString

from search.results import Facet, Hit
from web.fragments import fragment
from web.templatetags.web_tags import initials, tone, when

register = template.Library()


@register.simple_tag
def hit_row(hit: Hit) -> SafeString:
    """`{% hit_row hit %}`: one row of results."""
    tile = hit.date if hit.kind == "webinar" else None
    if tile and timezone.is_aware(tile):
        tile = timezone.localtime(tile)
    return fragment(
        "search/_hit.html",
        **{**hit._asdict(), "date": when(hit.date)},
        month=date(tile, "M") if tile else "",
        day=date(tile, "j") if tile else "",
        initials=initials(hit.name),
        tone=tone(hit.name),
        more_ratings=max(hit.ratings - 1, 0),
    )


@register.simple_tag
def search_filters(facets: list[Facet]) -> SafeString:
    """`{% search_filters results.facets %}`: checkboxes with counts, in the form of the search box."""
    return fragment("search/filters.html", facets=tuple(facets))
