"""People who write at the same time: each is a thread of its own with a database connection of its own.

Run as a program (`python -m tests.forum.writers JOBS`) it is one of several processes on one database.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any


def write(job: dict[str, Any]) -> None:
    """One person's work: votes, replies in turn in several threads, and in between what keepers and moderators do."""
    from accounts.models import User
    from forum import actions
    from forum.models import Poll, Post, Thread

    person = User.objects.get(pk=job["person"])
    for what, given in job.get("deeds", []):
        _do(person, what, given)
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


def _do(person: Any, what: str, given: list[Any]) -> None:
    """One thing as its page does it: looked at, and done if it may be by then. Whoever is too late is told so."""
    from forum import actions
    from forum.models import Poll, Post, Rearrangement, Space, Thread

    deeds: dict[str, Callable[..., Any]] = {
        "reply": lambda thread, source: actions.post_reply(
            thread=Thread.objects.get(pk=thread), author=person, source=source
        ),
        "merge": lambda thread, into: actions.merge_threads(
            thread=Thread.objects.get(pk=thread), into=Thread.objects.get(pk=into), actor=person
        ),
        "split": lambda thread, post: actions.split_thread(
            thread=Thread.objects.get(pk=thread), posts=[Post.objects.get(pk=post)], title="Anew", actor=person
        ),
        "undo": lambda: actions.undo(made=Rearrangement.objects.filter(actor=person).latest("pk"), actor=person),
        "thank": lambda post: actions.set_reaction(
            post=Post.objects.get(pk=post), person=person, kind="thanks", wanted=True
        ),
        "vote": lambda poll, option: actions.vote(poll=Poll.objects.get(pk=poll), person=person, options=[option]),
        "hide": lambda post: actions.hide_post(post=Post.objects.get(pk=post), actor=person),
        "edit": lambda post: actions.edit_post(post=Post.objects.get(pk=post), editor=person, source="Edited"),
        "mark": lambda thread, post: actions.choose_answer(
            thread=Thread.objects.get(pk=thread), post=Post.objects.get(pk=post), actor=person
        ),
        "delete": lambda post: actions.delete_post(post=Post.objects.get(pk=post), actor=person),
        "leave": lambda space: actions.leave_space(space=Space.objects.get(pk=space), person=person),
    }
    with suppress(actions.NotPossibleError, Thread.DoesNotExist, Rearrangement.DoesNotExist, ValueError):
        deeds[what](*given)


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
