"""Pages that outside search engines may have name no conversation of a space that is closed to those."""

import re
from urllib.parse import urljoin, urlsplit

import pytest
from django.contrib.auth.models import AnonymousUser

from forum.models import Post, PostLink, Rearrangement, Thread
from tests import factories
from web.signals import content_changed

pytestmark = pytest.mark.django_db
WORD = "zanzibar"
MOST = 150


@pytest.fixture
def town():
    """A thread of a space that is open to search engines, and one of a public space that is not, tied in every way."""
    opened = factories.make_space(name="Open", slug="open", visibility="public", open_to_search_engines=True)
    closed = factories.make_space(name="Closed", slug="closed", visibility="public", parent=opened)
    topic = factories.make_topic(name="Sleep", slug="sleep")
    page, webinar = factories.make_resource(title="Bedtime", topics=[topic]), factories.make_webinar(title="Naps")
    factories.make_session(webinar)
    known = factories.make_thread(
        opened, title="Bedtime that helps", text="Bedtime words.", page=page, is_rearranged=True
    )
    other = factories.make_thread(closed, title=f"Bedtime in {WORD}", text="Bedtime words.", page=page)
    third = factories.make_thread(closed, title=f"Naps in {WORD}", page=webinar)
    for thread in (known, other, third):
        thread.topics.set([topic])
    first, away = known.posts.get(), other.posts.get()
    PostLink.objects.create(post=first, target=away, thread=other)
    PostLink.objects.create(post=away, target=first, thread=known)
    PostLink.objects.create(post=away, page=webinar)
    Post.objects.filter(pk__in=[first.pk, away.pk]).update(link_count=1)
    Rearrangement.objects.create(kind="split", thread=known, other=other, from_space=closed, actor=known.author)
    content_changed.send(sender=Thread, ids=[known.pk, other.pk, third.pk])
    content_changed.send(sender=type(page), ids=[page.pk])
    return {"known": known, "other": other, "page": page, "webinar": webinar}


def is_for_engines(answer, text):
    return "noindex" not in answer.get("X-Robots-Tag", "") and not re.search(
        r'name="robots" content="[^"]*noindex', text
    )


def crawled(client, *starts):
    """Every page that a visitor comes to by links of this site: (address, may search engines have it, its text)."""
    waiting, seen = list(starts), set()
    while waiting and len(seen) < MOST:
        address = waiting.pop(0)
        if address in seen:
            continue
        seen.add(address)
        answer = client.get(address)
        if answer.status_code != 200 or not answer["Content-Type"].startswith(("text/html", "application/")):
            continue
        text = answer.getvalue().decode(errors="replace")
        yield address, is_for_engines(answer, text), text
        for link in re.findall(r'href="([^"#]+)', text) if "html" in answer["Content-Type"] else ():
            parts = urlsplit(urljoin(f"http://testserver{address}", link.replace("&amp;", "&")))
            if parts.netloc in ("testserver", "localhost:8000") and not parts.path.startswith(
                ("/static/", "/account/")
            ):
                waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))


def test_no_page_for_search_engines_names_what_is_closed_to_them(client, town):
    addresses = [town[name].get_absolute_url() for name in ("known", "other")] + [town["page"].url, town["webinar"].url]
    pages = {address: (is_open, text) for address, is_open, text in crawled(client, "/", *addresses, "/topics/sleep/")}
    opened = {address for address, (is_open, _text) in pages.items() if is_open}
    assert {"/", addresses[0], *addresses[2:], "/topics/sleep/"} <= opened
    assert addresses[1] in pages and addresses[1] not in opened
    assert [address for address in opened if WORD in pages[address][1].lower()] == []
    # What is open to them stands there.
    assert all("Bedtime that helps" in pages[address][1] for address in ("/", addresses[2], "/topics/sleep/"))


def test_members_see_it_on_those_pages(as_member, town):
    for address in ("/topics/sleep/", town["page"].url, town["webinar"].url, town["known"].get_absolute_url()):
        assert WORD in as_member.get(address).content.decode().lower(), address


def test_visitors_find_it_in_its_space_and_by_searching(client, town):
    for address in ("/community/closed/", f"/search/?q={WORD}", "/community/"):
        answer = client.get(address)
        assert WORD in answer.content.decode().lower(), address
        assert not is_for_engines(answer, answer.content.decode()), address


@pytest.mark.postgres
def test_what_other_pages_may_name(town, member):
    visitor = AnonymousUser()
    assert list(Thread.objects.shown_elsewhere_to(visitor)) == [town["known"]]
    assert Thread.objects.shown_elsewhere_to(member).count() == 3
    assert PostLink.objects.shown_elsewhere_to(visitor).count() == 1
    Thread.objects.filter(pk=town["known"].pk).update(hidden_at=town["known"].created_at)
    assert not Thread.objects.shown_elsewhere_to(visitor).exists()
    assert not PostLink.objects.shown_elsewhere_to(visitor).exists()
