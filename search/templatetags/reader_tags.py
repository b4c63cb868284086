"""What a reader is offered beside the results themselves: what editors chose, saving the search, more of the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django import template
from django.urls import reverse

from search import parsing, promoted, saved, similar
from search.cards import Card
from search.promoted import Chosen
from search.query import Query
from search.results import Results
from search.views.noted import token_for

if TYPE_CHECKING:
    from django.template import Context

register = template.Library()
NAMES = {"thread": "thread", "resourcepage": "resource", "webinarpage": "webinar"}


@register.simple_tag(takes_context=True)
def chosen_by_editors(context: Context, results: Results) -> list[Chosen]:
    """`{% chosen_by_editors results as chosen %}`: on the first page of an unfiltered search, for what was meant."""
    query = results.query
    if not query.has_words or query.position.seen or query.chosen or query.wanted.filters:
        return []
    return promoted.chosen_for(parsing.bare(results.corrected or query.text), context["request"].user)


@register.simple_tag
def save_search_url(query: Query, corrected: str = "") -> str:
    """`{% save_search_url query results.corrected %}`: where the search is saved, as it was put right.

    With its slip it would find nothing new: nobody is there to put it right when there is something to tell.
    """
    asked = replace(query, text=corrected) if corrected else query
    return f"{reverse('search_save')}?{saved.address_of(asked)}"


@register.simple_tag(takes_context=True)
def more_like(context: Context, row: Any, limit: int = 4) -> tuple[Card, ...]:
    """`{% more_like page as alike %}`: threads and pages about the same as a thread, a resource or a webinar."""
    name = NAMES.get(row._meta.model_name)
    return tuple(similar.more_like(f"{name}:{row.pk}", context["request"].user, limit)) if name else ()


@register.simple_tag(takes_context=True)
def similar_to(context: Context, text: str | None) -> list[Card]:
    """`{% similar_to form.title.value as similar %}`: what there is already about what somebody writes."""
    return similar.similar_to(text or "", context["request"].user)


@register.inclusion_tag("search/noted.html", takes_context=True)
def noted(context: Context, results: Results, chosen: Sequence[Chosen] = ()) -> dict[str, Any]:
    """`{% noted results chosen %}`: lets the page tell what was shown and opened, see static/js/results.js."""
    query = results.query
    if not query.has_words or query.position.seen:
        return {}
    token = token_for(
        context["request"].user.pk,
        text=query.text,
        found=results.total,
        shown=len(results.hits),
        promoted=bool(chosen),
    )
    return {"token": token}
