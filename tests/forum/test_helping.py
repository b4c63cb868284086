"""What helps somebody who writes: who will read it, whom @ calls, and that nothing typed is lost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def pat():
    return factories.make_user(display_name="Pat Lowndes", handle="pat-lowndes", is_listed=True)


@pytest.fixture
def thread():
    return factories.make_thread(factories.make_space(visibility="public"))


def reply(client, thread, text, wish="preview"):
    return client.post(reverse("forum:reply", args=[thread.pk]), {"text": text, "wish": wish}, follow=True)


class TestAudience:
    def test_the_form_says_before_any_choice_who_reads_what(self, as_member):
        factories.make_space(name="Open room", visibility="public")
        factories.make_space(name="Our room", visibility="members")
        factories.make_space(name="Closed room", visibility="invited")
        html = as_member.get(reverse("forum:start")).content.decode()
        assert "<strong>Public: anyone on the internet can read</strong>: Open room" in html
        assert '<optgroup label="Members: everyone who has joined this site can read">' in html
        assert "Closed room" not in html

    def test_a_choice_is_answered_with_who_reads_it(self, as_member):
        space = factories.make_space(visibility="public")
        closed = factories.make_space(visibility="invited", name="Closed room")
        url = reverse("forum:audience")
        assert "anyone on the internet" in as_member.get(url, {"space": space.slug}).content.decode()
        for slug in (closed.slug, "no-such", "%00"):
            html = as_member.get(url, {"space": slug}).content.decode()
            assert "Closed room" not in html and "invited" not in html

    def test_it_is_for_members_and_only_reads(self, client, as_member):
        assert client.get(reverse("forum:audience")).status_code == 302
        assert as_member.post(reverse("forum:audience")).status_code == 405


class TestCalling:
    def test_a_preview_links_those_who_are_called(self, as_member, thread, pat):
        html = reply(as_member, thread, "Ask @pat-lowndes.").content.decode()
        assert 'class="mention" href="/people/pat-lowndes/">@Pat Lowndes</a>' in html
        assert "Nobody here" not in html

    def test_a_preview_says_who_is_not_found_and_how_to_write_them(self, as_member, thread, pat):
        html = reply(as_member, thread, "Ask @Pat Lowndes or @nobody1.").content.decode()
        assert "Nobody here is called @pat." in html and "Did you mean @pat-lowndes?" in html
        assert "Nobody here is called @nobody1." in html and "like @asha-patel" in html

    def test_so_does_the_page_after_posting(self, as_member, thread, pat):
        html = reply(as_member, thread, "Ask @Pat Lowndes.", wish="post").content.decode()
        assert "Nobody here is called @pat, so nobody was told. Did you mean @pat-lowndes?" in html

    def test_who_did_not_choose_to_be_found_is_only_named_where_they_wrote(self, as_member, thread):
        hidden = factories.make_user(display_name="Zelda Quiet", handle="zelda-quiet")
        assert "zelda-quiet" not in reply(as_member, thread, "@zelda").content.decode()
        factories.make_post(thread, author=hidden)
        assert "@zelda-quiet" in reply(as_member, thread, "@zelda").content.decode()


class TestNames:
    url = "/community/names/"

    def names(self, client, **query):
        return [each["handle"] for each in client.get(self.url, query).json()["people"]]

    def test_finds_by_any_part_of_the_name(self, as_member, pat):
        for text in ("pat", "Lown", "pat low", "pat-l"):
            assert self.names(as_member, q=text) == ["pat-lowndes"]
        for text in ("", "p", "owndes", "\x00", "%"):
            assert self.names(as_member, q=text) == []

    def test_only_who_may_be_found(self, as_member, thread):
        quiet = factories.make_user(display_name="Zelda Quiet", handle="zelda-quiet")
        factories.make_user(display_name="Zelda Gone", is_listed=True, is_active=False)
        factories.make_post(thread, author=quiet)
        assert self.names(as_member, q="zelda") == []
        assert self.names(as_member, q="zelda", thread=thread.pk) == ["zelda-quiet"]
        closed = factories.make_thread(factories.make_space(visibility="invited"))
        factories.make_post(closed, author=quiet)
        for wrong in (closed.pk, 10**15, "x", "9" * 30):
            assert self.names(as_member, q="zelda", thread=wrong) == []

    def test_it_is_for_members_and_only_reads(self, client, as_member):
        assert client.get(self.url).status_code == 302
        assert as_member.post(self.url).status_code == 405

    def test_it_costs_the_same_whatever_it_shows(self, as_member, pat):
        def asked():
            with CaptureQueriesContext(connection) as found:
                self.names(as_member, q="pat")
            return len(found)

        few = asked()
        for number in range(4):
            factories.make_user(display_name=f"Pat {number}", is_listed=True)
        assert asked() == few


class TestASessionThatEnds:
    def type_and_lose(self, client, thread):
        page = client.get(thread.get_absolute_url()).content.decode()
        marker = page.split('name="typed_by" value="')[1].split('"')[0]
        client.logout()
        data = {"text": "Typed for an hour", "typed_by": marker}
        return client.post(reverse("forum:reply", args=[thread.pk]), data)

    def test_says_that_the_text_is_kept_and_leads_back_to_it(self, thread):
        client = signed_in(thread.author)
        answer = self.type_and_lose(client, thread)
        assert answer.url.endswith(f"?next={thread.get_absolute_url()}")
        assert "What you wrote is kept for an hour." in client.get(answer.url).content.decode()
        client.force_login(thread.author, backend="django.contrib.auth.backends.ModelBackend")
        html = client.get(thread.get_absolute_url()).content.decode()
        assert "What you wrote is back in the form." in html and "Typed for an hour" in html
        assert "back in the form" not in client.get(thread.get_absolute_url()).content.decode()

    def test_who_typed_nothing_is_told_nothing(self, client):
        assert "is kept" not in client.get(reverse("account_login")).content.decode()


def test_a_visitor_who_follows_a_link_is_offered_to_sign_in(client, as_member):
    closed = factories.make_thread(factories.make_space(visibility="members")).posts.get()
    for pk in (closed.pk, 10**15):
        answer = client.get(reverse("forum:post", args=[pk]))
        html = answer.content.decode()
        assert answer.status_code == 404 and "<h1>Sign in to see more</h1>" in html
        assert f"/account/login/?next=%2Fcommunity%2Fpost%2F{pk}%2F" in html
    assert "We cannot find that page</h1>" in as_member.get("/community/post/99999/").content.decode()
