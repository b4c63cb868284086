"""OAI-PMH 2.0 both ways: our answers by the protocol's rules, and a harvest of ourselves and of others."""

import datetime as dt
import re
import xml.etree.ElementTree as ElementTree
from functools import cache
from io import StringIO
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from lxml import etree

from config.demo import resources as demo
from knowledge import announcing
from knowledge.actions import harvesting
from knowledge.actions.harvesting import harvest
from knowledge.exchange.dublincore import DC, OAI, OAI_DC
from knowledge.exchange.record import Unreadable
from knowledge.models import Announced, Harvested, ResourcePage, Source
from knowledge.views import oai as provider
from outbox.fetching import FetchFailed
from tests import factories

pytestmark = pytest.mark.django_db
DATA = Path(__file__).with_name("data")
NS, D = f"{{{OAI}}}", f"{{{DC}}}"
SECOND = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")


def ask(query, client=None, **options):
    """The root of an answer that keeps to the protocol's schema."""
    answer = (client or Client()).get(f"/oai?{query}", **options)
    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/xml")
    check(answer.content)
    return ElementTree.fromstring(answer.content)


@cache
def schema():
    return etree.XMLSchema(etree.parse(DATA / "OAI-PMH.xsd"))


def check(content):
    """The schemas of the protocol and of Dublin Core; then what a schema cannot say."""
    root = etree.fromstring(content)
    schema().assertValid(root)
    assert root.find(f"{NS}request").text == "http://localhost:8000/oai"
    for header in root.iter(f"{NS}header"):
        assert header.find(f"{NS}identifier").text.startswith("oai:localhost:resource/")
        assert SECOND.match(header.find(f"{NS}datestamp").text)
    for record in root.iter(f"{NS}record"):
        deleted = record.find(f"{NS}header").get("status") == "deleted"
        assert (record.find(f"{NS}metadata") is None) == deleted
    for container in root.iter(f"{{{OAI_DC}}}dc"):
        assert container.get("{http://www.w3.org/2001/XMLSchema-instance}schemaLocation")


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (b"<responseDate>", b"<x/><responseDate>"),
        (b"<setSpec>", b"<setSpec>two words "),
        (b"<dc:title", b"<dc:headline/><dc:title"),
        (b"</identifier><datestamp>", b"</identifier><identifier>oai:x:1</identifier><datestamp>"),
    ],
)
def test_the_schema_refuses_what_the_protocol_does(right, wrong):
    resources(1)
    content = Client().get("/oai?verb=ListRecords&metadataPrefix=oai_dc").content
    assert right in content
    with pytest.raises(etree.DocumentInvalid):
        check(content.replace(right, wrong, 1))


def error(query):
    return [each.get("code") for each in ask(query).iter(f"{NS}error")]


def found(root):
    return [each.text.rpartition("/")[2] for each in root.iter(f"{NS}identifier")]


def resources(count, **fields):
    pages = [factories.make_resource(title=f"Resource {n}", **fields) for n in range(count)]
    announcing.refresh()
    return pages


def test_identify_and_formats_and_sets(settings):
    settings.CONTACT_EMAIL = settings.DEFAULT_FROM_EMAIL = "hello@example.org"
    resources(1)
    root = ask("verb=Identify")
    (identify,) = root.iter(f"{NS}Identify")
    assert [child.tag[len(NS) :] for child in identify] == [
        "repositoryName", "baseURL", "protocolVersion", "adminEmail", "earliestDatestamp", "deletedRecord",
        "granularity",
    ]  # fmt: skip
    assert identify.find(f"{NS}protocolVersion").text == "2.0" and "@" in identify.find(f"{NS}adminEmail").text
    assert next(ask("verb=ListMetadataFormats").iter(f"{NS}metadataPrefix")).text == "oai_dc"
    factories.make_topic(name="Sleep & rest", slug="sleep")
    specs = {each.text for each in ask("verb=ListSets").iter(f"{NS}setSpec")}
    assert {"kind", "kind:research", "topic", "topic:sleep"} <= specs


def test_get_record():
    page = factories.make_resource(
        title="Sleep \x0b & <rest>", doi="10.1000/1", topics=[factories.make_topic(slug="sleep")]
    )
    announcing.refresh()
    root = ask(f"verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:localhost:resource/{page.pk}")
    assert next(root.iter(f"{D}title")).text == "Sleep & <rest>"
    assert {each.text for each in root.iter(f"{NS}setSpec")} == {"kind:research", "topic:sleep"}
    assert root.find(f"{NS}request").get("verb") == "GetRecord"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "badVerb"),
        ("verb=Nonsense", "badVerb"),
        ("verb=Identify&verb=Identify", "badVerb"),
        ("verb=Identify&x=1", "badArgument"),
        ("verb=ListRecords", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListRecords&metadataPrefix=marc21", "cannotDisseminateFormat"),
        ("verb=GetRecord&metadataPrefix=oai_dc", "badArgument"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:localhost:resource/999", "idDoesNotExist"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:localhost:resource/%C2%B2", "idDoesNotExist"),
        (
            "verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:localhost:resource/99999999999999999999",
            "idDoesNotExist",
        ),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=%00", "badArgument"),
        ("verb=ListMetadataFormats&identifier=x", "idDoesNotExist"),
        ("verb=ListRecords&resumptionToken=x", "badResumptionToken"),
        ("verb=ListSets&resumptionToken=x", "badResumptionToken"),
        ("verb=ListRecords&metadataPrefix=oai_dc&resumptionToken=x", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2020", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2020-02-30", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&until=", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=", "badArgument"),
        ("verb=ListIdentifiers&metadataPrefix=oai_dc&set=no%20such%20set%25", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2020-01-01&until=2020-01-01T00:00:00Z", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2021-01-01&until=2020-01-01", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&until=1990-01-01", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=topic:none", "noRecordsMatch"),
    ],
)
def test_errors_are_those_of_the_protocol(query, code):
    assert error(query) == [code]


@pytest.mark.postgres
@pytest.mark.parametrize("argument", ["set=%00", "set=%0B", "resumptionToken=%00"])
def test_what_no_answer_can_show_is_a_bad_argument(argument):
    root = ask(f"verb=ListRecords&metadataPrefix=oai_dc&{argument}")
    assert root.find(f"{NS}error").get("code") == "badArgument"


def test_lists_go_on_with_tokens_that_need_no_memory_of_ours(monkeypatch):
    monkeypatch.setattr(provider, "PAGE_SIZE", 2)
    pages = resources(5)
    seen, query = [], "verb=ListIdentifiers&metadataPrefix=oai_dc"
    for number in range(3):
        root = ask(query)
        seen += found(root)
        (token,) = root.iter(f"{NS}resumptionToken")
        assert token.get("cursor") == str(2 * number)
        query = f"verb=ListIdentifiers&resumptionToken={token.text}"
    assert token.text is None and seen == [str(page.pk) for page in pages]
    assert not list(
        ask("verb=ListIdentifiers&metadataPrefix=oai_dc&set=kind:research&from=2020-01-01").iter(f"{NS}error")
    )


def test_a_token_is_for_its_own_verb_and_cannot_be_forged(monkeypatch):
    monkeypatch.setattr(provider, "PAGE_SIZE", 1)
    resources(2)
    token = next(ask("verb=ListRecords&metadataPrefix=oai_dc").iter(f"{NS}resumptionToken")).text
    assert error(f"verb=ListIdentifiers&resumptionToken={token}") == ["badResumptionToken"]
    assert error(f"verb=ListRecords&resumptionToken={token[:-1]}") == ["badResumptionToken"]


def test_sets_and_dates_choose():
    toolkit, research = resources(1, kind="toolkit") + resources(1)
    Announced.objects.filter(page_number=toolkit.pk).update(stamp=dt.datetime(2020, 5, 1, 12, tzinfo=dt.UTC))
    base = "verb=ListRecords&metadataPrefix=oai_dc"
    assert found(ask(f"{base}&set=kind:toolkit")) == [str(toolkit.pk)] and len(found(ask(f"{base}&set=kind"))) == 2
    assert found(ask(f"{base}&until=2020-05-01")) == [str(toolkit.pk)]
    assert found(ask(f"{base}&from=2020-05-02")) == [str(research.pk)]
    assert found(ask(f"{base}&from=2020-05-01T12:00:00Z&until=2020-05-01T12:00:00Z")) == [str(toolkit.pk)]


def test_what_is_gone_is_told_to_be_deleted_with_a_new_date():
    gone, erased = resources(2)
    Announced.objects.update(stamp=timezone.now() - dt.timedelta(days=2))
    erased_number = erased.pk
    gone.unpublish()
    erased.delete()
    announcing.refresh()
    root = ask(
        f"verb=ListRecords&metadataPrefix=oai_dc&from={timezone.now() - dt.timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    )
    assert [each.get("status") for each in root.iter(f"{NS}header")] == ["deleted", "deleted"]
    gone.save_revision().publish()
    headers = list(ask("verb=ListRecords&metadataPrefix=oai_dc").iter(f"{NS}header"))
    assert {each.find(f"{NS}identifier").text.rpartition("/")[2]: each.get("status") for each in headers} == {
        str(gone.pk): None,
        str(erased_number): "deleted",
    }
    assert announcing.refresh() == 0


def test_the_demo_leaves_no_word_of_what_was_never_harvested():
    ours, shown = resources(1) + resources(1, is_demo=True)
    assert len(found(ask("verb=ListIdentifiers&metadataPrefix=oai_dc"))) == 2
    demo.remove()
    announcing.refresh()
    assert found(ask("verb=ListIdentifiers&metadataPrefix=oai_dc")) == [str(ours.pk)]
    assert not Announced.objects.filter(page_number=shown.pk).exists()


def test_it_answers_posts_and_counts_requests(client, monkeypatch):
    answer = client.post("/oai", {"verb": "Identify"})
    assert answer.status_code == 200 and b"<Identify>" in answer.content
    monkeypatch.setattr(provider, "TIMES", 0)
    assert client.get("/oai?verb=Identify").status_code == 503


@pytest.mark.postgres
def test_the_number_of_queries_does_not_depend_on_the_records(client, django_assert_max_num_queries):
    resources(1)
    client.get("/oai?verb=ListRecords&metadataPrefix=oai_dc")
    with django_assert_max_num_queries(12) as one:
        client.get("/oai?verb=ListRecords&metadataPrefix=oai_dc")
    resources(6, topics=[factories.make_topic()])
    with django_assert_max_num_queries(len(one)):
        client.get("/oai?verb=ListRecords&metadataPrefix=oai_dc")


# Harvesting ----------------------------------------------------------------------------------------------------------


class Elsewhere:
    """Our own provider, standing in for another's: `asked` is what it was asked."""

    def __init__(self):
        self.asked = []

    def __call__(self, url):
        self.asked.append({name: values[0] for name, values in parse_qs(urlsplit(url).query).items()})
        return Client().get(f"/oai?{urlsplit(url).query}").content


def answer(*records, token="", date="2026-01-02T03:04:05Z", errors=""):
    rows = "".join(
        ('<record><header status="deleted">' if title is None else "<record><header>")
        + f"<identifier>{name}</identifier><datestamp>2026-01-01</datestamp></header>"
        + ("" if title is None else metadata(title))
        + "</record>"
        for name, title in records
    )
    body = errors or f"<ListRecords>{rows}<resumptionToken>{token}</resumptionToken></ListRecords>"
    return f'<OAI-PMH xmlns="{OAI}"><responseDate>{date}</responseDate><request/>{body}</OAI-PMH>'.encode()


def metadata(title):
    return (
        f'<metadata><d:dc xmlns:d="{OAI_DC}" xmlns:dc="{DC}"><dc:title>{title}</dc:title>'
        "<dc:creator>Smith, Ann</dc:creator></d:dc></metadata>"
    )


def take(source, *answers):
    """Harvest from these answers; returns what was asked and what was taken."""
    waiting, asked = list(answers), []

    def ask_them(url):
        asked.append(parse_qs(urlsplit(url).query))
        return waiting.pop(0)

    taken = list(harvest(source, ask=ask_them, pause=0))
    source.refresh_from_db()
    return asked, taken


@pytest.fixture
def source():
    factories.library_page()
    return Source.objects.create(url="https://example.org/oai", subset="health", kind="policy")


@pytest.mark.postgres
def test_new_records_become_drafts_over_several_answers(source):
    asked, taken = take(
        source,
        answer(("a", "Sleep in one"), ("b", "Teeth for two"), token="next"),
        answer(("c", "Speech of three"), ("d", None)),
    )
    assert asked[0] == {"verb": ["ListRecords"], "metadataPrefix": ["oai_dc"], "set": ["health"]}
    assert asked[1] == {"verb": ["ListRecords"], "resumptionToken": ["next"]} and taken == [(2, 0), (1, 0)]
    assert set(ResourcePage.objects.values_list("title", "kind", "live")) == {
        ("Sleep in one", "policy", False), ("Teeth for two", "policy", False), ("Speech of three", "policy", False),
    }  # fmt: skip
    assert (source.harvested_to, source.token) == ("2026-01-02", "")
    asked, _taken = take(source, answer(errors='<error code="noRecordsMatch"/>'))
    assert asked[0]["from"] == ["2026-01-02"]


def test_a_harvest_that_breaks_off_goes_on_from_there(source):
    with pytest.raises(Unreadable):
        take(source, answer(("a", "Sleep in one"), token="next"), b"no xml")
    source.refresh_from_db()
    assert source.token == "next" and source.error
    asked, _taken = take(source, answer(("b", "Teeth for two")))
    assert asked[0]["resumptionToken"] == ["next"] and ResourcePage.objects.count() == 2 and not source.error
    source.token = "old"
    asked, _taken = take(source, answer(errors='<error code="badResumptionToken"/>'), answer(("c", "Speech of three")))
    assert "resumptionToken" not in asked[1] and ResourcePage.objects.count() == 3


def test_who_refuses_the_tokens_of_a_list_just_begun_is_not_asked_for_ever(source):
    refused = answer(errors='<error code="badResumptionToken">Not mine</error>')
    begun = answer(("a", "Sleep in one"), token="next")
    with pytest.raises(Unreadable):
        take(source, begun, refused, begun, refused, begun)
    source.refresh_from_db()
    assert "Not mine" in source.error and ResourcePage.objects.count() == 1


def test_untouched_drafts_follow_their_source_and_others_are_left(source, editor):
    take(source, answer(("a", "Sleep in one"), ("b", "Teeth for two"), ("c", "Speech of three")))
    second, third = ResourcePage.objects.get(title="Teeth for two"), ResourcePage.objects.get(title="Speech of three")
    second.summary = "Better."
    second.save_revision(user=editor)
    take(source, answer(("a", "Sleep in one, again"), ("b", "Other teeth"), ("c", None)))
    assert ResourcePage.objects.filter(title="Sleep in one, again").exists()
    second.refresh_from_db()
    assert second.title == "Teeth for two" and not ResourcePage.objects.filter(pk=third.pk).exists()
    assert "left as it is" in Harvested.objects.get(identifier="b").error
    take(source, answer(("b", None)))
    assert ResourcePage.objects.filter(pk=second.pk).exists() and Harvested.objects.get(identifier="b").is_deleted


def test_what_the_library_has_is_passed_over(source):
    factories.make_resource(title="Sleep in one")
    _asked, taken = take(source, answer(("a", "Sleep in one"), ("b", "")))
    assert taken == [(0, 2)] and ResourcePage.objects.count() == 1 and Harvested.objects.get().error


def test_our_own_answers_can_be_harvested(source, monkeypatch):
    monkeypatch.setattr(provider, "PAGE_SIZE", 2)
    resources(5)
    elsewhere = Elsewhere()
    list(harvest(Source.objects.create(url="https://example.org/oai"), ask=elsewhere, pause=0))
    # All are here already, by their address: what matters is that every one of them was understood.
    assert len(elsewhere.asked) == 3 and Harvested.objects.count() == 5


def command(*arguments):
    out = StringIO()
    call_command("harvest", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def test_private_addresses_are_refused(source):
    source.delete()
    with pytest.raises(CommandError, match="1 of 1"):
        command("http://127.0.0.1/oai")
    assert "private" in Source.objects.get().error
    with pytest.raises(FetchFailed):
        harvesting.ask("http://[::1]/oai")


def test_the_command(source, monkeypatch):
    monkeypatch.setattr("knowledge.management.commands.harvest.harvest", lambda one: iter([(2, 1), (3, 0)]))
    assert "5 taken, 1 passed over" in command("https://example.org/oai", "--set", "health")
    assert "5 taken" in command("--afresh")
    Source.objects.all().delete()
    with pytest.raises(CommandError, match="No repository"):
        command()
