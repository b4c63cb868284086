"""The least that a search page could do, on either database: the same engine requests, the same rows, marked texts.

Beside bench/plain.py, which is about PostgreSQL alone. It asks who may see what, as the page does; it has no names for
facets, no header, no translations, no forms.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from bench.plain import page, rows
from search import engines, finding
from search.documents import PUBLIC
from search.highlights import Marker
from search.query import Query

SPACES = "SELECT id FROM forum_space WHERE visibility = 'public'"
POSTS = """
    SELECT p.id, p.number, p.created_at, t.title, t.slug, t.kind, t.reply_count, t.last_post_at, s.name
      FROM forum_post p JOIN forum_thread t ON t.id = p.thread_id JOIN forum_space s ON s.id = t.space_id
     WHERE (p.id IN ({posts}) OR (p.thread_id IN ({threads}) AND p.number = 1))
       AND p.hidden_at IS NULL AND t.hidden_at IS NULL AND s.visibility = 'public'
"""


def search(request: HttpRequest) -> HttpResponse:
    """For a visitor."""
    containers = frozenset({PUBLIC, *(f"space:{row['id']}" for row in rows(SPACES))})
    answer = finding.ask(Query.read(request.GET), containers)
    ids: dict[str, list[int]] = {"post": [0], "thread": [0]}
    for match in answer.found.matches:
        kind, _colon, number = match.key.partition(":")
        ids.setdefault(kind, []).append(int(number))
    # Numbers out of the index, no text of anybody's.
    wanted = POSTS.format(**{f"{kind}s": ", ".join(map(str, ids[kind])) for kind in ("post", "thread")})
    stored = engines.embedded().stored(match.key for match in answer.found.matches)
    marker = Marker(answer.query)
    context = {
        "title": {"title": "Search"},
        "posts": rows(wanted),
        "stored": [{"body": marker.passage(each.texts["body"])} for each in stored.values()],
        "total": answer.found.total,
        "counts": {facet: list(values.items()) for facet, values in answer.found.counts.items()},
    }
    return page(request, "found", context)
