"""The site itself under payloads: posted, said of oneself and searched for, through its own views."""

from collections.abc import Iterator
from contextlib import contextmanager

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.test import Client
from django.test.runner import DiscoverRunner
from django.test.utils import setup_test_environment, teardown_test_environment

from accounts.forms import ProfileForm
from accounts.models import MEMBER, User
from bench.chromium import ProbedPage
from bench.payloads import dressed
from forum.actions import start_thread
from forum.models import POSTS_A_PAGE, Space
from markup.markdown import MAX_SOURCE
from web.models import Allowance

# A thread's first post is ours, so that the payloads fill one page.
BATCH = POSTS_A_PAGE - 1
PART = '<section data-part lang="en">{}</section>'


@contextmanager
def empty_site() -> Iterator[None]:
    """The site on a database of its own, taken away afterwards."""
    runner = DiscoverRunner(verbosity=0, interactive=False)
    setup_test_environment()
    databases = runner.setup_databases()
    try:
        yield
    finally:
        runner.teardown_databases(databases)
        teardown_test_environment()


class SiteUnderTest:
    """A member who writes payloads, and one who reads them."""

    def __init__(self) -> None:
        self.writer, self.reader = (_member(name) for name in ("writer", "reader"))
        self.space = Space.objects.create(name="Probe", slug="probe", visibility=Space.Visibility.MEMBERS)

    def thread(self, payloads: list[str]) -> ProbedPage:
        """Each payload as a reply, in every dressing, and the first of them as a title."""
        thread = start_thread(
            space=self.space,
            author=self.writer,
            kind="discussion",
            title=f"Probe {payloads[0]}"[:160],
            source="Probe",
        )
        writing, posted = signed_in(self.writer), 1
        for payload in payloads:
            text = "\n\n".join(["probe", *dressed(payload)])[:MAX_SOURCE]
            posted += _sent(writing, f"/community/reply/{thread.pk}/", {"text": text, "wish": "post"})
        html = page(signed_in(self.reader), thread.get_absolute_url())
        if html.count('id="post-') < posted:
            raise RuntimeError(f"The thread's page shows fewer than the {posted} posts in it.")
        return joined("thread", [html])

    def profiles(self, payloads: list[str]) -> ProbedPage:
        """Each payload as a person's text, name and task."""
        writing, reading, pages = signed_in(self.writer), signed_in(self.reader), []
        for payload in payloads:
            answers = {name: value for name, value in ProfileForm.answers_of(self.writer).items() if value}
            answers |= {"about_source": payload[:2000], "is_listed": "on"}
            named = {"display_name": payload[:60], "job_title": payload[:80]}
            if not _sent(writing, "/me/profile/", answers | named) and not _sent(writing, "/me/profile/", answers):
                continue
            pages.append(page(reading, f"/people/{self.writer.handle}/"))
        return joined("profile", pages)

    def searches(self, payloads: list[str]) -> ProbedPage:
        """Each payload as the words looked for, where posts and a profile hold it."""
        reading = signed_in(self.reader)
        return joined("search", [page(reading, "/search/", q=payload) for payload in payloads])


def _member(name: str) -> User:
    person = User.objects.create_user(email=f"{name}@example.org", display_name=name, password=None)
    person.groups.add(Group.objects.get_or_create(name=MEMBER)[0])
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _as_sent(text: object) -> str:
    """As a browser sends it: half a character pair cannot be written in UTF-8."""
    return str(text).encode(errors="replace").decode()


def _sent(client: Client, address: str, fields: dict[str, str]) -> bool:
    """Whether the site took what was written; a form may refuse it, anything else is an error of the probe."""
    Allowance.objects.all().delete()
    response = client.post(address, {name: _as_sent(value) for name, value in fields.items()})
    if response.status_code not in (200, 302):
        raise RuntimeError(f"{address} answered {response.status_code}.")
    return response.status_code == 302


def page(client: Client, address: str, **query: str) -> str:
    Allowance.objects.all().delete()
    response = client.get(address, {name: _as_sent(value) for name, value in query.items()})
    if response.status_code != 200:
        raise RuntimeError(f"{address} answered {response.status_code}.")
    return response.content.decode()


def joined(name: str, documents: list[str]) -> ProbedPage:
    """Whole documents in one page: a parser drops the inner `<html>` and `<body>` and keeps all that could run."""
    return ProbedPage(name, "<!doctype html>" + "\n".join(map(PART.format, documents)), parts=len(documents))
