"""The read API: what it answers, in pages, to whoever asks politely; and that its own description is true."""

import pytest

from knowledge import api
from knowledge.models import Evidence, ReadingList
from tests import factories

pytestmark = pytest.mark.django_db


def test_resources_in_pages_without_a_gap(client):
    pages = [factories.make_resource(title=f"Resource {n}").pk for n in range(5)]
    url, seen = "/api/resources?size=2", []
    while url:
        answer = client.get(url).json()
        seen += [each["id"] for each in answer["items"]]
        url = answer["next"]
    assert seen == pages[::-1]


def test_one_resource_with_its_ratings_and_its_record(client):
    page = factories.make_resource(
        title="Sleep", doi="10.1000/1", topics=[factories.make_topic(name="Rest")], practice="Ask."
    )
    page.evidence.add(Evidence(scheme="eif", value="3+"))
    page.save()
    found = client.get(f"/api/resources/{page.pk}").json()
    assert found["title"] == "Sleep" and found["topics"] == ["Rest"] and found["practice"] == "Ask."
    assert found["csl"]["DOI"] == "10.1000/1" and found["csl"]["type"] == "article-journal"
    assert found["evidence"][0]["value"] == "3+" and found["permanent_url"] == f"http://localhost:8000/r/{page.pk}/"
    assert found["url"] == f"http://localhost:8000{page.url}"


def test_filters(client):
    topic, sector = factories.make_topic(slug="sleep"), factories.make_sector(slug="health")
    page = factories.make_resource(kind="toolkit", topics=[topic], sectors=[sector], doi="10.1000/AB", language="cy")
    factories.make_resource()
    for query in ("kind=toolkit", "topic=sleep", "sector=health", "doi=10.1000/ab", "language=cy"):
        assert [each["id"] for each in client.get(f"/api/resources?{query}").json()["items"]] == [page.pk], query
    assert client.get("/api/resources?topic=none").json() == {"items": [], "next": None}


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/api/resources?size=0", 422),
        ("/api/resources?size=101", 422),
        ("/api/resources?size=x", 422),
        ("/api/resources?kind=none", 422),
        ("/api/resources?topic=%00", 200),
        ("/api/resources?cursor=forged", 200),
        ("/api/resources/0", 422),
        ("/api/resources/99999999999999999999", 422),
        ("/api/resources/999999", 404),
        ("/api/collections/999999", 404),
        ("/api/nothing/", 404),
    ],
)
def test_what_is_wrong_is_said_and_nothing_breaks(client, url, status):
    assert client.get(url).status_code == status


def test_nothing_can_be_written(client):
    for method in ("post", "put", "patch", "delete"):
        assert getattr(client, method)("/api/resources").status_code == 405


def test_topics_and_collections(client):
    factories.make_topic(name="Sleep", slug="sleep")
    shelf = ReadingList.objects.create(title="Start here", is_collection=True, visibility="public", note="First.")
    shelf.items.create(page=factories.make_resource(title="A guide"), position=0)
    assert {
        "slug": "sleep",
        "name": "Sleep",
        "summary": "",
        "url": "http://localhost:8000/topics/sleep/",
    } in client.get("/api/topics").json()["items"]
    assert client.get("/api/collections").json()["items"][0]["title"] == "Start here"
    assert client.get(f"/api/collections/{shelf.pk}").json()["resources"][0]["title"] == "A guide"


def test_what_did_not_change_is_not_sent_again(client):
    page = factories.make_resource()
    first = client.get(f"/api/resources/{page.pk}")
    assert first["ETag"] and "max-age=60" in first["Cache-Control"] and first["Access-Control-Allow-Origin"] == "*"
    again = client.get(f"/api/resources/{page.pk}", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304 and not again.content
    page.title = "Other"
    page.save()
    assert client.get(f"/api/resources/{page.pk}", headers={"if-none-match": first["ETag"]}).status_code == 200


def test_too_many_requests_are_told_to_wait(client, monkeypatch):
    monkeypatch.setattr(api, "LIMIT", (1, 600))
    assert client.get("/api/topics").status_code == 200
    refused = client.get("/api/topics")
    assert refused.status_code == 429 and int(refused["Retry-After"]) <= 600 and refused.json()["detail"]


@pytest.mark.postgres
def test_the_number_of_queries_does_not_depend_on_the_resources(client, django_assert_max_num_queries):
    factories.make_resource()
    client.get("/api/resources")
    with django_assert_max_num_queries(12) as one:
        client.get("/api/resources")
    for _ in range(5):
        factories.make_resource(topics=[factories.make_topic()], sectors=[factories.make_sector()])
    with django_assert_max_num_queries(len(one)):
        client.get("/api/resources")


def test_its_description_is_openapi_3_1_and_its_page_explains_it(client):
    schema = client.get("/api/openapi.json").json()
    assert schema["openapi"].startswith("3.1")
    assert set(schema["paths"]) == {
        "/api/resources", "/api/resources/{number}", "/api/topics", "/api/collections", "/api/collections/{number}",
    }  # fmt: skip
    page = client.get("/api/").content.decode()
    for words in (
        "GET /api/resources",
        "/api/openapi.json",
        "case_study",
        "Only about the topic",
        "/oai?verb=Identify",
    ):
        assert words in page
    assert "<script" not in page.partition("<main")[2].partition("</main>")[0]
