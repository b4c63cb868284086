"""People who write at the same time: each is a thread of its own with a database connection of its own.

Run as a program (`python -m tests.forum.writers JOBS`) it is one of several processes on one database.
"""

from __future__ import annotations

import json
import sys
import threading
from typing import Any


def write(job: dict[str, Any]) -> None:
    """One person's work: votes, replies in turn in several threads, and in between what keepers and moderators do."""
    from accounts.models import User
    from forum import actions
    from forum.models import Poll, Post, Thread

    person = User.objects.get(pk=job["person"])
    for option in job.get("votes", []):
        actions.vote(poll=Poll.objects.get(), person=person, options=[option])
    for number, pk in enumerate(job.get("threads", [])):
        thread = Thread.objects.select_related("space", "author").get(pk=pk)
        post = actions.post_reply(thread=thread, author=person, source=f"Reply {number} of {person.pk}")
        if job.get("is_busy"):
            actions.edit_post(post=post, editor=person, source="Edited")
            actions.choose_answer(thread=thread, post=Post.objects.get(pk=post.pk), actor=person)
            actions.hide_post(post=post, actor=person)
            actions.restore_post(post=post, actor=person)


def write_together(jobs: list[dict[str, Any]]) -> list[str]:
    """Runs all jobs at once and gives the errors."""
    from django.db import connection

    errors: list[str] = []
    together = threading.Barrier(len(jobs))

    def run(job: dict[str, Any]) -> None:
        try:
            together.wait(timeout=60)
            write(job)
        except Exception as error:
            errors.append(repr(error))
        finally:
            connection.close()

    writers = [threading.Thread(target=run, args=[job]) for job in jobs]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    return errors


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(write_together(json.loads(sys.argv[1]))))
