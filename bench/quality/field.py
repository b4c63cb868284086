"""Questions of this field over the demo, with and without the thesaurus: python -m bench.quality.field prints JSON.

It runs in a process and with a database of its own, which `bench.quality` makes and fills with the demo.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.contrib.auth.models import Group  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import QueryDict  # noqa: E402
from django.test import override_settings  # noqa: E402

from accounts.models import MEMBER, User  # noqa: E402
from bench.quality import sets  # noqa: E402
from bench.quality.arrangements import FIELD  # noqa: E402
from bench.quality.scores import WIDE  # noqa: E402
from bench.quality.timed import Measured  # noqa: E402
from events.models import WebinarPage  # noqa: E402
from forum.models import Space, SpaceMembership, Thread  # noqa: E402
from knowledge.models import ResourcePage  # noqa: E402
from outbox.actions import drain  # noqa: E402
from search import engines, events, finding  # noqa: E402
from search.query import Query  # noqa: E402
from vocabulary.models import Concept  # noqa: E402


def names() -> dict[str, str]:
    """What the judgements call each result, by the group under which search shows it."""
    found = {f"resource:{pk}": f"resource/{slug}" for pk, slug in ResourcePage.objects.values_list("pk", "slug")}
    found |= {f"webinar:{pk}": f"webinar/{slug}" for pk, slug in WebinarPage.objects.values_list("pk", "slug")}
    threads = Thread.objects.values_list("pk", "space__slug", "slug")
    return found | {f"thread:{pk}": f"thread/{space}/{slug}" for pk, space, slug in threads}


def reader() -> User:
    """Somebody who may read every space but the moderators' own."""
    person = User.objects.create(email="reader@quality.invalid", handle="quality-reader", display_name="Reader")
    person.groups.add(Group.objects.get(name=MEMBER))
    for space in Space.objects.exclude(visibility=Space.Visibility.INVITED):
        SpaceMembership.objects.get_or_create(
            space=space, person=person, defaults={"state": SpaceMembership.State.JOINED}
        )
    return person


def ask(judged: sets.JudgedSet, person: User) -> Measured:
    found, called = Measured({}, []), names()
    for key, text in judged.queries.items():
        address = QueryDict(mutable=True)
        address["q"] = text
        started = time.perf_counter()
        matches = finding.put_to_engine(Query.read(address, size=WIDE), person).answer.found.matches
        found.seconds.append(time.perf_counter() - started)
        found.run[key] = [called[match.group] for match in matches if match.group in called]
    return found


def main() -> None:
    call_command("load_demo", verbosity=0)
    call_command("reindex", verbosity=0)
    # What waits to be told to the cluster is left out of its results.
    while drain([events.KIND]):
        pass
    # As the database does by itself, some minutes later.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    judged, person = sets.read(FIELD, has_corpus=False), reader()
    cluster, measured = engines.cluster(), {}
    try:
        for words in ("with", "without"):
            for engine in ("elasticsearch", "embedded") if cluster else ("embedded",):
                # Without a cluster the site asks the embedded engine.
                with override_settings(**({} if engine == "elasticsearch" else {"ELASTICSEARCH_HOSTS": []})):
                    measured[f"{engine} {words}"] = asdict(ask(judged, person))
            Concept.objects.all().delete()
    finally:
        if cluster:
            cluster.remove()
    print(json.dumps(measured))


if __name__ == "__main__":
    main()
