"""Links that are looked at, and a DOI that is looked up. No network: the answers are made here."""

import datetime as dt
import json

import pytest
from django.utils import timezone

from knowledge.actions import links
from knowledge.actions.suggestions import suggest
from knowledge.looking_up import look_up
from knowledge.models import Evidence, Link, LinkUse, ResourcePage, Suggestion
from outbox.fetching import AddressRefused, Answer, FetchFailed
from outbox.handlers import SetAside
from outbox.models import Job
from tests import factories

pytestmark = pytest.mark.django_db
Outcome = Link.Outcome


def answering(*statuses):
    """A server that gives these answers, one after the other; an exception is raised."""
    left = list(statuses)
    asked = []

    def fetch(address, **options):
        asked.append((address, options.get("method", "GET")))
        status = left.pop(0)
        if isinstance(status, Exception):
            raise status
        return Answer(status, address, "text/html", b"")

    fetch.asked = asked
    return fetch


def published(**fields) -> ResourcePage:
    page = factories.make_resource(**fields)
    page.save_revision().publish()
    return ResourcePage.objects.get(pk=page.pk)


@pytest.mark.postgres
def test_addresses_are_gathered_from_the_whole_page():
    page = published(
        source_url="https://example.org/report#part", doi="10.1000/182",
        body=[("text", '<p><a href="https://example.org/a?b=1&amp;c=2">A</a> <a href="/library/">In here</a></p>')],
        families='<p><a href="http://families.example/">For you</a> <a href="mailto:a@b.example">Mail</a></p>',
    )  # fmt: skip
    page.evidence.add(Evidence(scheme="wwc", value="Meets standards", url="https://example.org/report"))
    page.save()
    assert set(links.addresses_of(page)) == {
        "https://example.org/report", "https://doi.org/10.1000/182", "https://example.org/a?b=1&c=2",
        "http://families.example/",
    }  # fmt: skip


@pytest.mark.postgres
def test_the_timer_gathers_what_was_published_and_asks_each_address_once_a_day():
    page = published(source_url="https://example.org/one")
    factories.make_resource(source_url="https://example.org/draft", live=False)
    links.look_round()
    links.look_round()
    assert list(Link.objects.values_list("address", flat=True)) == ["https://example.org/one"]
    assert Job.objects.filter(kind=links.CHECK).count() == 1
    page.source_url = "https://example.org/two"
    page.save_revision().publish()
    links.look_round()
    assert list(Link.objects.values_list("address", flat=True)) == ["https://example.org/two"]


def test_an_address_of_two_resources_stays_while_one_of_them_leads_there():
    first = published(source_url="https://example.org/one")
    published(source_url="https://example.org/one")
    links.look_round()
    first.source_url = ""
    first.save_revision().publish()
    links.look_round()
    assert LinkUse.objects.count() == Link.objects.count() == 1


@pytest.mark.parametrize(
    ("answers", "outcome", "methods"),
    [
        ([200], Outcome.FINE, ["HEAD"]), ([405, 200], Outcome.FINE, ["HEAD", "GET"]),
        ([404, 404], Outcome.GONE, ["HEAD", "GET"]), ([410, 410], Outcome.GONE, ["HEAD", "GET"]),
        ([403, 403], Outcome.CLOSED, ["HEAD", "GET"]), ([500, 503], Outcome.ERROR, ["HEAD", "GET"]),
        ([FetchFailed("No answer")], Outcome.SILENT, ["HEAD"]),
        ([AddressRefused("private")], Outcome.REFUSED, ["HEAD"]),
    ],
)  # fmt: skip
def test_what_an_answer_means(answers, outcome, methods):
    fetch = answering(*answers)
    assert links.ask("https://example.org/", fetch=fetch)[0] == outcome
    assert [method for _address, method in fetch.asked] == methods


@pytest.mark.postgres
def test_only_failures_on_two_days_make_a_link_broken(monkeypatch):
    link = Link.objects.create(address="https://example.org/")
    days = iter(
        [dt.date(2026, 11, 1), dt.date(2026, 11, 1), dt.date(2026, 11, 2), dt.date(2026, 11, 9), dt.date(2026, 12, 1)]
    )
    monkeypatch.setattr(timezone, "localdate", lambda: next(days))
    links.note(link, Outcome.GONE, 404)
    links.note(link, Outcome.GONE, 404)
    assert (link.failures, link.broken_since) == (1, None)
    links.note(link, Outcome.SILENT, None)
    assert link.broken_since == dt.date(2026, 11, 2)
    links.note(link, Outcome.GONE, 404)
    assert link.broken_since == dt.date(2026, 11, 2) and link.next_check_at > timezone.now() + dt.timedelta(days=10)
    links.note(link, Outcome.FINE, 200)
    assert (link.failures, link.broken_since, link.failed_on) == (0, None, None)


def test_the_worker_keeps_what_came_of_it():
    link = Link.objects.create(address="https://example.org/")
    links.check([Job(payload={"link": link.pk}), Job(payload={"link": 999_999})], fetch=answering(404, 404))
    link.refresh_from_db()
    assert (link.outcome, link.status, link.failures) == ("gone", 404, 1)


# A DOI ------------------------------------------------------------------------------------------------------------

FIELDS = {
    "title": "Something", "reason": "Good.", "doi": "10.1000/182", "address": "", "kind": "", "authors": "",
    "publisher": "", "year": None, "summary": "",
}  # fmt: skip
ITEM = {
    "type": "article-journal", "container-title": ["A journal"], "publisher": "A press", "DOI": "10.1000/182",
    "abstract": "x", "author": [{"given": "Ada", "family": "Lee"}, {"literal": "A society"}, "odd"],
    "issued": {"date-parts": [[2019, 3]]},
}  # fmt: skip


def saying(body, status=200, is_whole=True):
    return lambda address, **options: Answer(status, address, "application/json", body, is_whole)


@pytest.mark.parametrize("item", [ITEM, {"message": ITEM}])
def test_what_a_doi_stands_for_fills_what_was_left_empty(member, settings, item):
    settings.METADATA_LOOKUP_URL = "https://api.example.org/{doi}"
    made = suggest(person=member, fields=FIELDS | {"publisher": "As typed"})
    look_up([Job(payload={"suggestion": made.pk})], fetch=saying(json.dumps(item).encode()))
    made.refresh_from_db()
    assert (made.title, made.authors, made.publisher, made.year) == (
        "Something",
        "Ada Lee; A society",
        "As typed",
        2019,
    )
    assert made.found == {"type": "article-journal", "container-title": "A journal"}


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b'{"message": 1}', b"\xff", b"{" * 5000, b'{"issued": {"date-parts": [[null]]}}']
)
def test_an_odd_answer_changes_nothing(member, settings, body):
    settings.METADATA_LOOKUP_URL = "https://api.example.org/{doi}"
    made = suggest(person=member, fields=FIELDS)
    look_up([Job(payload={"suggestion": made.pk})], fetch=saying(body))
    made.refresh_from_db()
    assert (made.title, made.authors, made.year) == ("Something", "", None)


def test_nothing_is_asked_unless_the_operator_says_where(member):
    def never(*args, **options):
        raise AssertionError("asked")

    made = suggest(person=member, fields=FIELDS)
    assert Job.objects.filter(kind="look-up-doi").count() == 1
    look_up([Job(payload={"suggestion": made.pk})], fetch=never)
    assert Suggestion.objects.get().found == {}


def test_an_operators_private_address_is_set_aside(member, settings):
    settings.METADATA_LOOKUP_URL = "https://127.0.0.1/{doi}"
    made = suggest(person=member, fields=FIELDS)
    with pytest.raises(SetAside):
        look_up([Job(payload={"suggestion": made.pk})])


def broken_link() -> Link:
    link = Link.objects.create(
        address="https://example.org/gone", broken_since=timezone.localdate(), outcome=Outcome.GONE
    )
    LinkUse.objects.create(page=published(), link=link)
    return link


@pytest.mark.postgres
def test_a_broken_link_can_be_checked_at_once(as_moderator):
    link = broken_link()
    assert "Check it now" in as_moderator.get("/desk/resources/?show=links").content.decode()
    for _click in range(2):
        assert as_moderator.post(f"/desk/links/{link.pk}/check/").url == "/desk/resources/?show=links"
    links.check(list(Job.objects.filter(kind=links.CHECK)), fetch=answering(200))
    assert "Every link leads somewhere" in as_moderator.get("/desk/resources/?show=links").content.decode()
    assert as_moderator.post(f"/desk/links/{link.pk}/check/").status_code == 404


def test_only_those_who_look_after_the_library_have_it_checked(client, as_member, as_moderator, moderator, forged):
    url = f"/desk/links/{broken_link().pk}/check/"
    assert as_member.post(url).status_code == 403 == forged(moderator).post(url).status_code
    assert client.post(url).url.startswith("/account/login/")
    assert as_moderator.get(url).status_code == 405
    assert as_moderator.post("/desk/links/999999/check/").status_code == 404
    assert not Job.objects.filter(kind=links.CHECK).exists()
