"""What other pages show of lists: {% load list_tags %}."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.urls import reverse

from knowledge.listing import Row, counted
from knowledge.models import ReadingList, ResourcePage

if TYPE_CHECKING:
    from django.template import Context

register = template.Library()


@register.simple_tag
def save_to_list_url(page: ResourcePage) -> str:
    """`{% save_to_list_url page %}`: where a resource is saved to a list; a visitor signs in first."""
    return f"{reverse('save_to_list')}?page={page.pk}"


@register.simple_tag
def compare_url(page: ResourcePage) -> str:
    """`{% compare_url page %}`: where a programme is set beside others; empty for what is none."""
    return f"{reverse('compare')}?id={page.pk}" if page.kind == ResourcePage.Kind.PROGRAMME else ""


@register.simple_tag(takes_context=True)
def newest_collections(context: Context, limit: int = 3) -> list[Row]:
    """`{% newest_collections 3 as collections %}`: those of the editors that changed last. Two queries."""
    rows = ReadingList.objects.open_to_all().filter(is_collection=True).order_by("-changed_at", "-id")
    return counted(list(rows[:limit]), context["request"].user)
