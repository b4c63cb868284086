"""The page that explains the read API: drawn from its own description, without scripts of others."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from knowledge.api import LIMIT, api


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    schema = api.get_openapi_schema()
    parts = schema["components"]["schemas"]
    operations = [
        {
            "path": path,
            "summary": each["summary"],
            "description": each.get("description", ""),
            "parameters": [_parameter(one, parts) for one in each.get("parameters", [])],
            "answer": _answer(each, parts),
        }
        for path, methods in schema["paths"].items()
        for method, each in methods.items()
    ]
    context = {"operations": operations, "base_url": settings.BASE_URL, "times": LIMIT[0], "minutes": LIMIT[1] // 60}
    return render(request, "knowledge/api.html", context)


def _parameter(one: dict[str, Any], parts: dict[str, Any]) -> dict[str, Any]:
    about = one["schema"]
    references = [part.get("$ref", "") for part in (about, *about.get("anyOf", []), *about.get("allOf", []))]
    values = [parts.get(each.rpartition("/")[2], {}).get("enum", []) for each in references if each]
    return {
        "name": one["name"],
        "text": one.get("description") or about.get("description", ""),
        "values": values[0] if values else [],
    }


def _answer(operation: dict[str, Any], parts: dict[str, Any]) -> list[tuple[str, str]]:
    """The fields of what is answered, with what they hold."""
    content = operation["responses"].get("200", operation["responses"].get(200, {})).get("content", {})
    reference = content.get("application/json", {}).get("schema", {}).get("$ref", "")
    found = parts.get(reference.rpartition("/")[2], {})
    return [(name, about.get("description", "")) for name, about in found.get("properties", {}).items()]
