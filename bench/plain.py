"""Beside each measured page a plain Django view: the least work that the same page could do.

The same rows by SQL written by hand, a small template, the same number of bytes, through the same middleware. It asks
who may see what, as the page does; it has no header, no translations, no forms.
"""

from __future__ import annotations

import json
from typing import Any

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from bench.inserting import insert_reply
from search import engines, similar
from search.query import Query

POSTS, THREADS = 20, 25
Row = dict[str, Any]


def rows(sql: str, *parameters: Any) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def one(sql: str, *parameters: Any) -> Row:
    """The only row; 404 where there is none."""
    found = rows(sql, *parameters)
    if not found:
        raise Http404
    return found[0]


ME = """
    SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM notifications_notification
              WHERE person_id = %s AND channel = 'inbox' AND read_at IS NULL LIMIT 100) AS counted) AS unread,
           EXISTS (SELECT 1 FROM accounts_user_groups g JOIN auth_group ON auth_group.id = g.group_id
              WHERE g.user_id = %s AND name = 'member') AS is_member
"""


def reader(request: HttpRequest) -> tuple[int, list[str], Row]:
    """Who reads: their id (0 for a visitor), which spaces are open to them, and what the page's head says of them."""
    if not request.user.is_authenticated:
        return 0, ["public"], {}
    me = request.user.pk
    found = one(ME, me, me)
    return me, ["public", "members"] if found["is_member"] else ["public"], found


def page(request: HttpRequest, template: str, context: Row) -> HttpResponse:
    """The page, filled up with blanks to the `?bytes=` of the page beside which it is measured."""
    response = render(request, f"plain/{template}.html", context)
    missing = int(request.GET.get("bytes", 0)) - len(response.content)
    response.content += b" " * missing
    return response


THREAD = """
    SELECT t.id, t.title, t.last_number, s.name, s.slug, s.purpose,
           r.last_number AS seen, f.id AS follows, d.id AS draft
      FROM forum_thread t JOIN forum_space s ON s.id = t.space_id
      LEFT JOIN forum_threadread r ON r.thread_id = t.id AND r.person_id = %s
      LEFT JOIN forum_follow f ON f.thread_id = t.id AND f.person_id = %s
      LEFT JOIN forum_draft d ON d.key = 'reply:' || t.id AND d.person_id = %s
     WHERE t.id = %s AND t.hidden_at IS NULL AND (s.visibility = ANY(%s) OR EXISTS
           (SELECT 1 FROM forum_spacemembership m
             WHERE m.space_id = s.id AND m.person_id = %s AND m.state = 'joined'))
"""
POST_ROWS = """
    SELECT p.id, p.number, p.html, p.created_at, p.edited_at, p.thanks, p.same, u.display_name, u.handle,
           u.job_title, u.role, u.photo_id, c.name AS sector, c.shape, l.name AS place
      FROM forum_post p LEFT JOIN accounts_user u ON u.id = p.author_id
      LEFT JOIN vocabulary_sector c ON c.id = u.sector_id LEFT JOIN vocabulary_place l ON l.id = u.place_id
     WHERE p.thread_id = %s AND p.number > %s AND p.number <= %s AND p.hidden_at IS NULL ORDER BY p.number
"""
TAGS = """
    SELECT slug, name FROM vocabulary_topic t JOIN {table}_topics x ON x.topic_id = t.id WHERE x.{column} = %s
    UNION ALL
    SELECT slug, name FROM vocabulary_sector s JOIN {table}_sectors x ON x.sector_id = s.id WHERE x.{column} = %s
"""
SAID = "SELECT post_id, kind FROM forum_reaction WHERE person_id = %s AND post_id = ANY(%s)"
ALIKE = """
    SELECT t.id, t.slug, t.title FROM forum_thread t JOIN forum_space s ON s.id = t.space_id
     WHERE t.id = ANY(%s) AND t.hidden_at IS NULL AND (s.visibility = ANY(%s) OR EXISTS
           (SELECT 1 FROM forum_spacemembership m
             WHERE m.space_id = s.id AND m.person_id = %s AND m.state = 'joined'))
"""
MOST_ALIKE = 4
THREAD_TAGS = TAGS.format(table="forum_thread", column="thread_id")
RESOURCE_TAGS = TAGS.format(table="knowledge_resourcepage", column="resourcepage_id")


def thread(request: HttpRequest, pk: int) -> HttpResponse:
    me, visible, head = reader(request)
    found = one(THREAD, me, me, me, pk, visible, me)
    first = (int(request.GET.get("page", 1)) - 1) * POSTS
    posts = rows(POST_ROWS, pk, first, first + POSTS)
    if me and any(post["thanks"] or post["same"] for post in posts):
        said = {(row["post_id"], row["kind"]) for row in rows(SAID, me, [post["id"] for post in posts])}
        for post in posts:
            post["has_thanked"], post["has_same"] = ((post["id"], kind) in said for kind in ("thanks", "same"))
    context = {
        "thread": found,
        "posts": posts,
        "tags": rows(THREAD_TAGS, pk, pk),
        "alike": threads_alike(f"thread:{pk}", me, visible),
        "head": head,
    }
    return page(request, "thread", context)


def threads_alike(key: str, me: int, visible: list[str]) -> list[Row]:
    """The page's kept list of what is alike; what of it this reader may see is asked by hand."""
    groups = dict.fromkeys(match.group.partition(":") for match in similar.alike(key))
    numbers = [int(number) for kind, _colon, number in groups if kind == "thread"]
    found = {row["id"]: row for row in rows(ALIKE, numbers, visible, me)} if numbers else {}
    return [found[number] for number in numbers if number in found][:MOST_ALIKE]


SPACE = """
    SELECT s.id, s.name, s.slug, s.purpose, s.welcome_html, m.state FROM forum_space s
      LEFT JOIN forum_spacemembership m ON m.space_id = s.id AND m.person_id = %s
     WHERE s.slug = %s AND (s.visibility = ANY(%s) OR m.state = 'joined')
"""
THREAD_ROWS = """
    SELECT t.id, t.slug, t.title, t.kind, t.reply_count, t.last_number, t.last_post_at, t.answer_id, t.is_pinned,
           t.is_locked, a.display_name AS author, b.display_name AS last
      FROM forum_thread t LEFT JOIN accounts_user a ON a.id = t.author_id
      LEFT JOIN accounts_user b ON b.id = t.last_post_by_id
     WHERE t.space_id = %s AND t.hidden_at IS NULL AND {condition} ORDER BY {order} LIMIT %s
"""
PINNED = THREAD_ROWS.format(condition="t.is_pinned", order="t.id DESC")
NEWEST = THREAD_ROWS.format(condition="NOT t.is_pinned", order="t.last_post_at DESC, t.id DESC")
READ = "SELECT thread_id, last_number FROM forum_threadread WHERE person_id = %s AND thread_id = ANY(%s)"


def space(request: HttpRequest, slug: str) -> HttpResponse:
    me, visible, head = reader(request)
    found = one(SPACE, me, slug, visible)
    threads = rows(PINNED, found["id"], 5) + rows(NEWEST, found["id"], THREADS + 1)[:THREADS]
    if me:
        seen = {row["thread_id"]: row["last_number"] for row in rows(READ, me, [row["id"] for row in threads])}
        for row in threads:
            row["new"] = row["last_number"] - seen.get(row["id"], 0)
    return page(request, "space", {"space": found, "threads": threads, "head": head})


RESOURCE = """
    SELECT p.id, p.path, p.title, p.first_published_at, r.* FROM wagtailcore_page p
      JOIN knowledge_resourcepage r ON r.page_ptr_id = p.id
     WHERE p.url_path = %s AND p.live AND (%s OR NOT EXISTS
           (SELECT 1 FROM wagtailcore_pageviewrestriction v JOIN wagtailcore_page a ON a.id = v.page_id
             WHERE p.path LIKE a.path || '%%'))
"""
DISCUSSIONS = """
    SELECT t.id, t.slug, t.title, t.reply_count, t.last_post_at, s.name FROM forum_thread t
      JOIN forum_space s ON s.id = t.space_id
     WHERE t.page_id = %s AND t.hidden_at IS NULL AND s.visibility = ANY(%s)
     ORDER BY t.last_post_at DESC, t.id DESC LIMIT 10
"""
WEBINARS = """
    SELECT p.title, p.url_path, e.starts_at FROM events_session e JOIN wagtailcore_page p ON p.id = e.page_id
     WHERE p.live AND NOT e.is_cancelled AND e.ends_at > now() AND e.page_id IN
           (SELECT webinarpage_id FROM events_webinarpage_topics WHERE topic_id IN
             (SELECT topic_id FROM knowledge_resourcepage_topics WHERE resourcepage_id = %s))
     ORDER BY e.starts_at LIMIT 3
"""
RELATED = """
    SELECT p.title, p.url_path, COUNT(*) AS shared FROM knowledge_resourcepage_topics x
      JOIN wagtailcore_page p ON p.id = x.resourcepage_id
     WHERE p.live AND p.id <> %s AND x.topic_id IN
           (SELECT topic_id FROM knowledge_resourcepage_topics WHERE resourcepage_id = %s)
     GROUP BY p.id ORDER BY shared DESC, p.first_published_at DESC, p.id DESC LIMIT 4
"""


def resource(request: HttpRequest, slug: str) -> HttpResponse:
    """Text, tags, threads about it, webinars, and “More like this”; where that is empty, what shares its topics."""
    me, visible, head = reader(request)
    found = one(RESOURCE, f"/home/library/{slug}/", bool(me))
    pk = found["id"]
    alike = threads_alike(f"resource:{pk}", me, visible)
    context = {
        "page": found,
        "blocks": json.loads(found["body"]),
        "tags": rows(RESOURCE_TAGS, pk, pk),
        "threads": rows(DISCUSSIONS, pk, visible),
        "webinars": rows(WEBINARS, pk),
        "alike": alike,
        "related": [] if alike else rows(RELATED, pk, pk),
        "head": head,
    }
    return page(request, "resource", context)


LIBRARY = """
    SELECT p.title, l.introduction FROM knowledge_librarypage l JOIN wagtailcore_page p ON p.id = l.page_ptr_id
     WHERE p.live
"""
SPACES = """
    SELECT id FROM forum_space WHERE visibility = ANY(%s)
    UNION SELECT space_id FROM forum_spacemembership WHERE person_id = %s AND state = 'joined'
"""
STORED = """
    SELECT e.key, e.date, e.tags, w.title, w.summary, w.body FROM search_entry e JOIN search_words w ON w.rowid = e.id
     WHERE e.key = ANY(%s)
"""
FOUND_POSTS = """
    SELECT p.id, p.number, p.created_at, t.title, t.slug, t.kind, t.reply_count, t.last_post_at, s.name
      FROM forum_post p JOIN forum_thread t ON t.id = p.thread_id JOIN forum_space s ON s.id = t.space_id
     WHERE (p.id = ANY(%s) OR (p.thread_id = ANY(%s) AND p.number = 1)) AND p.hidden_at IS NULL AND t.hidden_at IS NULL
       AND s.id = ANY(%s)
"""
FOUND_PAGES = """
    SELECT p.id, p.title, p.url_path, r.kind, r.publisher, r.year FROM wagtailcore_page p
      JOIN knowledge_resourcepage r ON r.page_ptr_id = p.id WHERE p.id = ANY(%s) AND p.live
"""
NAMES = """
    SELECT 'topic' AS facet, slug, name FROM vocabulary_topic
    UNION ALL SELECT 'sector', slug, name FROM vocabulary_sector
"""


def library(request: HttpRequest) -> HttpResponse:
    query = Query.read(request.GET, chosen={"kind": ("resource",)}, counted=("type", "topic", "sector", "place"))
    return _found(request, query, one(LIBRARY))


def search(request: HttpRequest) -> HttpResponse:
    return _found(request, Query.read(request.GET), {"title": "Search"})


def _found(request: HttpRequest, query: Query, title: Row) -> HttpResponse:
    """The engine is asked what the page asks it; everything around it is done by hand."""
    me, visible, head = reader(request)
    spaces = [row["id"] for row in rows(SPACES, visible, me)]
    open_to_all = {"public", "people"} if me else {"public"}
    found = engines.embedded().search(query, frozenset(open_to_all | {f"space:{pk}" for pk in spaces}))
    ids: dict[str, list[int]] = {"post": [], "thread": [], "resource": []}
    for match in found.matches:
        kind, _colon, number = match.key.partition(":")
        ids.setdefault(kind, []).append(int(number))
    context = {
        "title": title,
        "posts": rows(FOUND_POSTS, ids["post"], ids["thread"], spaces) if ids["post"] or ids["thread"] else [],
        "pages": rows(FOUND_PAGES, ids["resource"]) if ids["resource"] else [],
        "stored": rows(STORED, [match.key for match in found.matches]),
        "names": {f"{row['facet']}:{row['slug']}": row["name"] for row in rows(NAMES)},
        "total": found.total,
        "counts": {facet: list(values.items()) for facet, values in found.counts.items()},
        "head": head,
    }
    return page(request, "found", context)


def reply(request: HttpRequest, pk: int) -> HttpResponse:
    me, visible, _head = reader(request)
    found = one(THREAD, me, me, me, pk, visible, me)
    return insert_reply(request, found)
