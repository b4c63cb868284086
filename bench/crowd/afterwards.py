"""What a crowd left behind: each accepted reply once, and counters equal to their rows.

Reads the marks of replies on standard input and prints JSON; a process of its own, as bench.targets.
"""

from __future__ import annotations

import io
import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from forum.models import Post  # noqa: E402
from outbox.models import Job  # noqa: E402


def main() -> None:
    marks = set(sys.stdin.read().split())
    texts = Post.objects.order_by("-pk").values_list("source", flat=True)[: 2 * len(marks) + 1000]
    words = [word for text in texts for word in text.split() if word in marks]
    recounted = io.StringIO()
    call_command("recount_forum", stdout=recounted)
    found = {
        "accepted": len(marks),
        "lost": len(marks - set(words)),
        "double": len(words) - len(set(words)),
        "counters": recounted.getvalue().strip(),
        "waiting": Job.objects.filter(state__in=Job.UNFINISHED, due_at__lte=timezone.now()).count(),
        "set_aside": Job.objects.filter(state=Job.State.ASIDE).count(),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
