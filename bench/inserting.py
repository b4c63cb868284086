"""A plain reply: the rows that a reply on the site writes, in one transaction, by SQL written by hand."""

from __future__ import annotations

import json
import time
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from forum.models import Post
from markup.render import RENDERER_VERSION, render

ALLOWANCE = """
    INSERT INTO web_allowance (key, "window", used, expires_at) VALUES (%s, %s, 1, now() + interval '10 minutes')
    ON CONFLICT (key, "window") DO UPDATE SET used = web_allowance.used + 1
"""
LOCK = "SELECT space_id, last_number FROM forum_thread WHERE id = %s FOR NO KEY UPDATE"
POST = """
    INSERT INTO forum_post (thread_id, number, author_id, source, html, renderer_version, created_at)
    VALUES (%s, %s, %s, %s, %s, %s, now()) RETURNING id
"""
THREAD = """
    UPDATE forum_thread SET last_number = %s, reply_count = reply_count + 1, last_post_at = now(),
           last_post_by_id = %s WHERE id = %s
"""
FOLLOW = """
    INSERT INTO forum_follow (thread_id, person_id, created_at) VALUES (%s, %s, now()) ON CONFLICT DO NOTHING
"""
READ = """
    INSERT INTO forum_threadread (thread_id, person_id, last_number, read_at) VALUES (%s, %s, %s, now())
    ON CONFLICT (person_id, thread_id) DO UPDATE SET last_number = EXCLUDED.last_number, read_at = now()
"""
DRAFT = "DELETE FROM forum_draft WHERE key = %s AND person_id = %s"
EVENT = """
    INSERT INTO notifications_event (kind, actor_id, content_type_id, object_id, data, created_at)
    VALUES ('reply', %s, %s, %s, '{}', now()) RETURNING id
"""
JOB = """
    INSERT INTO outbox_job (kind, subject, payload, state, attempts, due_at, last_error, created_at)
    VALUES ('notify', %s, %s, 'waiting', 0, now(), '', now())
"""
ENTRY = """
    INSERT INTO search_entry (key, kind, group_key, container, tags, date, helpful, fingerprint)
    VALUES (%s, 'discussion', %s, %s, %s, now(), 0, '') RETURNING id
"""
WORDS = """
    INSERT INTO search_words (rowid, title, keywords, summary, body, context, vector)
    VALUES (%s, %s, '', '', %s, '', setweight(to_tsvector('english', %s), 'A')
                                 || setweight(to_tsvector('english', %s), 'C'))
"""
SPACE = "UPDATE forum_space SET post_count = post_count + 1, last_post_at = now() WHERE id = %s"


def insert_reply(request: HttpRequest, thread: dict[str, Any]) -> HttpResponse:
    pk, me, source = thread["id"], int(request.user.pk or 0), request.POST["text"]
    window = int(time.time() // 600)
    with connection.cursor() as cursor:
        # Beside the transaction, as on the site: a limit must count what is rolled back too.
        for key in (f"plain:{me}", f"plain:{request.META['REMOTE_ADDR']}"):
            cursor.execute(ALLOWANCE, [key, window])
        with transaction.atomic():
            post = _insert(cursor, thread, me, source)
    return HttpResponseRedirect(f"/community/thread/{pk}/#post-{post}")


def _insert(cursor: Any, thread: dict[str, Any], me: int, source: str) -> int:
    pk = thread["id"]
    cursor.execute(LOCK, [pk])
    space, last = cursor.fetchone()
    cursor.execute(POST, [pk, last + 1, me, source, render(source), RENDERER_VERSION])
    (post,) = cursor.fetchone()
    cursor.execute(THREAD, [last + 1, me, pk])
    cursor.execute(FOLLOW, [pk, me])
    cursor.execute(READ, [pk, me, last + 1])
    cursor.execute(DRAFT, [f"reply:{pk}", me])
    cursor.execute(EVENT, [me, ContentType.objects.get_for_model(Post).pk, post])
    (event,) = cursor.fetchone()
    cursor.execute(JOB, [f"event:{event}", json.dumps({"event": event})])
    tags = json.dumps(["kind:discussion", "type:question"])
    cursor.execute(ENTRY, [f"post:{post}", f"thread:{pk}", f"space:{space}", tags])
    (entry,) = cursor.fetchone()
    cursor.execute(WORDS, [entry, thread["title"], source, thread["title"], source])
    cursor.execute(SPACE, [space])
    return last + 1
