"""Fill a database with spaces, people, threads and posts: python -m bench.seed --threads 100000 --posts 1000000

Sizes of threads follow those of two real forums (median 3 posts, one in ten has 10, one in a hundred 26). Rows are
written in bulk; run it on a migrated database that holds nothing else. The last thread is long: it serves to compare
its page 50 with its page 1.
"""

from __future__ import annotations

import argparse
import os
import random
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.contrib.auth.models import Group  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import Model  # noqa: E402
from django.utils import timezone  # noqa: E402
from tqdm import tqdm  # noqa: E402

from accounts.models import MEMBER, Trust, User  # noqa: E402
from bench.belonging import belong  # noqa: E402
from forum.models import Post, Space, Thread  # noqa: E402
from knowledge.models import LibraryPage, ResourcePage  # noqa: E402
from markup.render import RENDERER_VERSION, render  # noqa: E402
from vocabulary.models import Place, Sector, Topic  # noqa: E402

BATCH = 2000
SPACES, PEOPLE = 12, 500
LONG_THREAD = 1000
WORDS = """
    family visit review nursery sleep feeding housing damp referral waiting list parent baby toddler speech language
    support group volunteer health visitor midwife school meeting question answer help advice training evidence
""".split()  # noqa: SIM905  (a list of thirty strings is harder to read)


def sizes(threads: int, posts: int) -> list[int]:
    """How many posts each thread has: `threads` numbers that add up to `posts`, shaped as real forums are."""
    chance = random.Random(1)  # noqa: S311
    drawn = [min(173, max(1, round(chance.lognormvariate(1.1, 0.95)))) for _ in range(threads)]
    scale = posts / sum(drawn)
    found = [max(1, round(size * scale)) for size in drawn]
    found[-1] += max(0, posts - sum(found))
    return found


def text(chance: random.Random) -> str:
    sentences = [" ".join(chance.choices(WORDS, k=chance.randint(6, 18))).capitalize() for _ in range(5)]
    return ". ".join(sentences) + "."


def insert(model: type[Model], rows: Iterable[Model], total: int, what: str) -> None:
    """Rows in batches, each committed, with a bar."""
    iterator = iter(rows)
    with tqdm(total=total, desc=what, ncols=80) as bar:
        while batch := list(islice(iterator, BATCH)):
            with transaction.atomic():
                model._default_manager.bulk_create(batch)
            bar.update(len(batch))


def people(number: int) -> list[User]:
    sectors, places = list(Sector.objects.all()), list(Place.objects.filter(kind=Place.Kind.COUNCIL)[:20])
    rows = (
        User(
            email=f"bench{n}@example.org",
            handle=f"bench-{n}",
            display_name=f"Bench Person {n}",
            sector=sectors[n % len(sectors)],
            place=places[n % len(places)],
            role=User.Role.PRACTITIONER,
            trust=Trust.MEMBER,
        )
        for n in range(number)
    )
    insert(User, rows, number, "people  ")
    found = list(User.objects.filter(handle__startswith="bench-").order_by("pk"))
    member = Group.objects.get(name=MEMBER)
    User.groups.through.objects.bulk_create(User.groups.through(user=user, group=member) for user in found)
    return found


def spaces(number: int) -> list[Space]:
    """The first twelve as every member reads them; those beyond are for whoever was let in."""
    rows = (
        Space(
            name=f"Bench space {n}",
            slug=f"bench-{n}",
            purpose="To measure.",
            visibility="public" if n < 6 else "members" if n < SPACES else "ask",
        )
        for n in range(number)
    )
    Space.objects.bulk_create(rows)
    return list(Space.objects.filter(slug__startswith="bench-").order_by("pk"))


def threads(found: list[int], authors: list[User], rooms: list[Space]) -> Iterator[Thread]:
    now = timezone.now()
    for n, size in enumerate(found):
        author, started = authors[n % len(authors)], now - timedelta(minutes=2 * (len(found) - n))
        yield Thread(
            space=rooms[0] if n == len(found) - 1 else rooms[n % len(rooms)],
            title=f"Bench thread {n}: {' '.join(WORDS[n % 20 : n % 20 + 5])}",
            slug=f"bench-thread-{n}",
            author=author,
            kind=Thread.Kind.QUESTION,
            reply_count=size - 1,
            last_number=size,
            last_post_at=started + timedelta(minutes=size),
            last_post_by=author,
            created_at=started,
        )


def posts(found: list[int], authors: list[User], first_id: int) -> Iterator[Post]:
    chance = random.Random(2)  # noqa: S311
    written = [text(chance) for _ in range(200)]
    html = [render(source) for source in written]
    now = timezone.now()
    for n, size in enumerate(found):
        for number in range(1, size + 1):
            pick = (n * 7 + number) % len(written)
            yield Post(
                thread_id=first_id + n,
                number=number,
                author=authors[(n + number) % len(authors)],
                source=written[pick],
                html=html[pick],
                renderer_version=RENDERER_VERSION,
                created_at=now - timedelta(minutes=2 * (len(found) - n) - number),
            )


def resources(number: int) -> None:
    library, topics = LibraryPage.objects.get(), list(Topic.objects.all())
    chance = random.Random(3)  # noqa: S311
    for n in tqdm(range(number), desc="resources", ncols=80):
        page = ResourcePage(
            title=f"Bench resource {n}",
            slug=f"bench-resource-{n}",
            kind=ResourcePage.Kind.RESEARCH,
            summary=text(chance),
            body=[("heading", "What was found"), ("text", f"<p>{text(chance)}</p>" * 4)],
            first_published_at=timezone.now(),
        )
        page.topics = topics[n % 30 : n % 30 + 3]
        library.add_child(instance=page)


def main() -> None:
    parser = argparse.ArgumentParser(description="Fill a migrated, empty database for measuring.")
    parser.add_argument("--threads", type=int, default=10_000)
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--spaces", type=int, default=SPACES)
    parser.add_argument("--resources", type=int, default=200)
    parser.add_argument("--long", type=int, default=LONG_THREAD, help="posts of the longest thread")
    parser.add_argument("--no-index", action="store_true", help="leave the search index alone")
    options = parser.parse_args()
    if options.threads < 2 or options.posts < options.threads + options.long:
        parser.error(f"give at least 2 threads, and {options.long} posts more than threads")
    call_command("load_vocabulary", verbosity=0)
    found = sizes(options.threads - 1, options.posts - options.long) + [options.long]
    authors, rooms = people(options.people), spaces(options.spaces)
    insert(Thread, threads(found, authors, rooms), len(found), "threads ")
    first_id = Thread.objects.order_by("pk").values_list("pk", flat=True)[0]
    insert(Post, posts(found, authors, first_id), sum(found), "posts   ")
    belong(insert, authors, rooms, first_id, len(found))
    resources(options.resources)
    call_command("recount_forum")
    if not options.no_index:
        call_command("reindex")
    # A planner without statistics measures its own guesses.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    main()
