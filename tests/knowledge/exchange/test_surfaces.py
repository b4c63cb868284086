"""What programs read: heads of pages, references, feeds, the sitemap, OAI-PMH and the API, and what they never see."""

import json
import re
import xml.etree.ElementTree as ElementTree

import pytest

from knowledge import announcing
from knowledge.models import Author, ReadingList, ResourcePage
from search.indexing import rows_changed
from tests import factories
from tests.conftest import text_of
from vocabulary.models import Topic

pytestmark = pytest.mark.django_db
SECRET = "Xylophone"
FEEDS = ["/feeds/resources.atom", "/feeds/resources.rss", "/feeds/kinds/research.atom", "/feeds/topics/sleep.rss"]


def resource(**fields):
    fields.setdefault("topics", [factories.make_topic(name="Sleep", slug="sleep")])
    page = factories.make_resource(
        title=f"{SECRET} & <b>sleep</b>", slug="xylophone", summary="What was found.", **fields
    )
    announcing.refresh()
    return page


def full():
    page = resource(
        doi="10.1000/ab", issued="2019-03", publisher="Sample & Sons", subject_headings="Sleep; Infant",
        csl={"type": "article-journal", "container-title": "Journal of Early Years", "page": "10-19", "volume": "4"},
    )  # fmt: skip
    page.people.add(Author(given="Ann", family="Smith", orcid="0000-0002-1825-0097"), Author(literal="NHS England"))
    page.save()
    return page


def test_what_has_no_address_elsewhere_is_cited_by_the_one_that_stays(client):
    page = resource(source_url="")
    for form in ("harvard", "ris", "bibtex"):
        cited = text_of(client, f"/r/{page.pk}/reference/{form}/")
        assert f"http://localhost:8000/r/{page.pk}/" in cited and page.url not in cited, form


def test_the_head_of_a_page_says_what_zotero_scholar_and_others_read(client):
    page = full()
    html = text_of(client, page.url)
    for tag in (
        '<meta name="citation_title" content="Xylophone &amp; &lt;b&gt;sleep&lt;/b&gt;">',
        '<meta name="citation_author" content="Smith, Ann">', '<meta name="citation_author" content="NHS England">',
        '<meta name="citation_publication_date" content="2019/03">', '<meta name="citation_doi" content="10.1000/ab">',
        '<meta name="citation_journal_title" content="Journal of Early Years">',
        '<meta name="citation_firstpage" content="10">', '<meta name="citation_lastpage" content="19">',
        '<meta name="DC.title" content="Xylophone', '<meta name="DC.date" content="2019-03">',
        '<meta property="og:type" content="article">', f'<link rel="canonical" href="http://localhost:8000{page.url}">',
        f'<link rel="alternate" type="application/x-bibtex" href="/r/{page.pk}/reference/bibtex/">',
        'type="application/atom+xml"',
    ):  # fmt: skip
        assert tag in html, tag
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    assert "<" not in block
    data = json.loads(block)
    assert data["@type"] == "ScholarlyArticle" and data["name"] == page.title
    assert data["author"][0] == {
        "@type": "Person",
        "name": "Ann Smith",
        "sameAs": "https://orcid.org/0000-0002-1825-0097",
    }
    assert data["isPartOf"]["name"] == "Journal of Early Years" and "Sleep" in data["keywords"]
    assert "Smith, A. and NHS England (2019)" in html


@pytest.mark.parametrize(
    ("kind", "name"),
    [("recording", "VideoObject"), ("guidance", "Guide"), ("training", "LearningResource"), ("policy", "Report")],
)
def test_the_type_of_each_kind(client, kind, name):
    html = text_of(client, resource(kind=kind).url)
    assert f'"@type": "{name}"' in html


def test_text_cannot_end_the_block_of_data(client):
    page = factories.make_resource(title="</script><script>alert(1)</script>", summary="]]><!-- </script>")
    html = text_of(client, page.url)
    assert "<script>alert" not in html and html.count("ld+json") == 1


def test_citing_a_resource(client):
    page = full()
    html = text_of(client, f"/r/{page.pk}/reference/")
    for words in ("APA", "Harvard", "Vancouver", "Smith, A., &amp; NHS England. (2019", "Copy as APA"):
        assert words in html
    assert f"/r/{page.pk}/reference/" in text_of(client, page.url)
    answer = client.get(f"/r/{page.pk}/reference/ris/")
    assert (
        answer["Content-Disposition"] == 'attachment; filename="xylophone.ris"'
        and b"DO  - 10.1000/ab" in answer.content
    )
    assert "Smith, A." in text_of(client, f"/r/{page.pk}/reference/apa/")
    assert client.get(f"/r/{page.pk}/reference/docx/").status_code == 404
    assert client.post(f"/r/{page.pk}/reference/").status_code == 405


def test_feeds_show_the_newest_and_are_well_formed(client):
    page = resource(authors="Ann Smith")
    for url in FEEDS:
        root = ElementTree.fromstring(text_of(client, url))
        titles = [element.text for element in root.iter() if element.tag.endswith("title")]
        assert any(SECRET in title for title in titles), url
        assert f"http://localhost:8000{page.url}" in text_of(client, url)
    for url in ("/feeds/resources.json", "/feeds/topics/none.atom", "/feeds/kinds/none.atom", "/search/feed.atom"):
        assert client.get(url).status_code == 404


def test_feeds_cost_the_same_however_much_is_new(client, django_assert_max_num_queries):
    def cost(number):
        for _ in range(number):
            factories.make_resource(authors="Ann Smith", topics=list(Topic.objects.filter(slug="sleep")))
        counts = []
        for url in FEEDS:
            text_of(client, url)
            with django_assert_max_num_queries(4) as counted:
                text_of(client, url)
            counts.append(len(counted))
        return counts

    resource()
    assert cost(1) == cost(4)


def test_a_control_that_came_along_from_slides_takes_no_feed_away(client):
    topic = factories.make_topic(name="Sleep\x0b", slug="sleep")
    factories.make_resource(title="Naps\x0b at \x07noon\ufffe", summary="For\x0ball.", authors="A\x0cB", topics=[topic])
    space = factories.make_space(purpose="To\x0btalk.", visibility="public", open_to_search_engines=True)
    for url in ("/feeds/resources.atom", "/feeds/topics/sleep.rss", f"/community/{space.slug}/feed/"):
        answer = client.get(url)
        assert answer.status_code == 200, url
        ElementTree.fromstring(answer.content)
    assert "at noon" in text_of(client, "/feeds/resources.rss")


def test_a_search_has_a_feed(client):
    page, other = resource(), factories.make_resource(title="Teeth", summary="About teeth.")
    rows_changed(ResourcePage, [page.pk, other.pk])
    feed = text_of(client, "/search/feed.atom?q=sleep")
    assert SECRET in feed and "Teeth" not in feed
    assert "/search/feed.atom?q=sleep" in text_of(client, "/library/?q=sleep")


def test_the_sitemap_names_every_public_page(client):
    page = resource()
    index = text_of(client, "/sitemap.xml")
    assert "<loc>http://localhost:8000/sitemap-pages-0.xml</loc>" in index
    block = text_of(client, "/sitemap-pages-0.xml")
    assert f"<loc>http://localhost:8000{page.url}</loc>" in block and "/about/</loc>" in block
    ElementTree.fromstring(block)
    assert (
        client.get("/sitemap-pages-99999999.xml").status_code == 404 == client.get("/sitemap-people-0.xml").status_code
    )
    assert "Sitemap: http://localhost:8000/sitemap.xml" in text_of(client, "/robots.txt")


def hide_private(page):
    factories.for_members_only(page)


def test_a_closed_collection_is_in_no_answer_and_closed_resources_in_no_collection(client):
    shown = ReadingList.objects.create(title="Open shelf", is_collection=True, visibility="public")
    ReadingList.objects.create(title="Shut shelf", is_collection=True, visibility="private")
    ReadingList.objects.create(title="Own shelf", owner=factories.make_user(), visibility="public")
    page, closed = resource(), factories.make_resource(title="Closed")
    for position, each in enumerate([closed, page]):
        shown.items.create(page=each, position=position)
    hide_private(closed)
    listed = text_of(client, "/api/collections")
    assert "Open shelf" in listed and "Shut shelf" not in listed and "Own shelf" not in listed
    one = client.get(f"/api/collections/{shown.pk}").json()
    assert [each["id"] for each in one["resources"]] == [page.pk]
    assert client.get(f"/api/collections/{shown.pk + 1}").status_code == 404
