import datetime as dt

import pytest
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from forum.models import Post, Space
from moderation import actions, registry
from moderation.actions import Seen
from moderation.models import Decision, Report
from moderation.registry import DeskItem, Urgency
from tests import factories
from tests.conftest import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def report_posts(number: int, reason: str = "spam", reports: int = 1) -> list[Post]:
    thread = factories.make_thread()
    posts = [factories.make_post(thread, source=f"Text {index}.") for index in range(number)]
    for post in posts:
        for _ in range(reports):
            actions.report(subject=post, reporter=factories.make_user(), reason=reason)
    return posts


def test_an_empty_desk_says_so(as_moderator):
    assert "Nothing waits for you" in as_moderator.get("/desk/").content.decode()


@pytest.mark.parametrize("page", ["/desk/", "/desk/log/", "thing"])
class TestWhoSeesTheDesk:
    @pytest.fixture
    def address(self, page, post, member):
        actions.report(subject=post, reporter=member, reason="harm")
        return f"/desk/post/{post.pk}/" if page == "thing" else page

    def test_moderators_and_administrators(self, as_moderator, as_administrator, address):
        for client in (as_moderator, as_administrator):
            assert client.get(address).status_code == 200

    def test_a_visitor_is_shown_the_way_to_sign_in(self, client, address):
        answer = client.get(address)
        assert answer.status_code == 404
        assert f"/account/login/?next={address.replace('/', '%2F')}" in answer.content.decode()

    def test_nobody_else(self, as_member, as_editor, post, address):
        for client in (as_member, as_editor, signed_in(post.author)):
            assert client.get(address).status_code == 403

    def test_the_wrong_verb(self, as_moderator, address):
        assert as_moderator.post(address).status_code == 405


def test_a_thing_stands_once_with_all_its_reports(as_moderator, post):
    for reason in ("spam", "wrong", "spam"):
        actions.report(subject=post, reporter=factories.make_user(), reason=reason, details=f"It is {reason}!")
    page = as_moderator.get("/desk/").content.decode()
    assert page.count("Reported by 3 people") == 1
    assert page.count("It is spam!") == 2 and page.count("It is wrong!") == 1
    assert post.author.display_name in page and post.source in page


def test_the_gravest_reason_says_where_it_stands(as_moderator):
    (wait,) = report_posts(1, "spam")
    (week,) = report_posts(1, "abuse")
    (urgent,) = report_posts(1, "harm")
    actions.report(subject=wait, reporter=factories.make_user(), reason="identifies")
    groups = as_moderator.get("/desk/").context["groups"]
    found = {group.urgency: [entry.thing.pk for entry in group.entries] for group in groups}
    assert found == {Urgency.URGENT: [wait.pk, urgent.pk], Urgency.THIS_WEEK: [week.pk]}


def test_other_queues_stand_on_the_same_list(as_moderator, moderator, monkeypatch):
    asked = []

    def items(user):
        asked.append(user)
        long_ago = timezone.now() - dt.timedelta(days=9)
        return [DeskItem("Lena wants to join", "I run a playgroup.", "/there/", "Lena", long_ago, Urgency.THIS_WEEK)]

    registry.register_queue("requests", "Asks to join", items=items)
    (post,) = report_posts(1, "abuse")
    (group,) = as_moderator.get("/desk/").context["groups"]
    assert [bool(entry.other) for entry in group.entries] == [True, False]
    page = as_moderator.get("/desk/").content.decode()
    assert 'href="/there/"' in page and "I run a playgroup." in page and "Asks to join" in page
    assert set(asked) == {moderator}


def test_the_desk_is_paged_and_shows_everything_once(as_moderator):
    posts = report_posts(27, "spam") + report_posts(18, "harm")
    seen, address, pages = [], "/desk/", 0
    while address:
        answer = as_moderator.get(address)
        for group in answer.context["groups"]:
            seen += [entry.thing.pk for entry in group.entries]
        older = answer.context["pages"].get("older_url")
        address, pages = f"/desk/{older}" if older else "", pages + 1
    assert seen == [post.pk for post in posts[27:] + posts[:27]] and pages == 3
    assert as_moderator.get("/desk/?cursor=nonsense").status_code == 200


@pytest.mark.parametrize(("things", "reports"), [(1, 1), (15, 3)])
def test_queries_of_the_desk_do_not_depend_on_how_much_waits(
    as_moderator, things, reports, django_assert_max_num_queries
):
    posts = report_posts(things, "abuse", reports)
    for post in posts:
        actions.hide(subject=post, actor=factories.make_user("moderator"), reason="So.", seen=Seen(0, 10**9))
    for post in posts:
        Post.objects.filter(pk=post.pk).update(hidden_at=None)
        actions.report(subject=post, reporter=factories.make_user(), reason="harm")
    as_moderator.get("/desk/")
    with django_assert_max_num_queries(9):
        page = as_moderator.get("/desk/")
    assert len(page.context["groups"][0].entries) == things
    with django_assert_max_num_queries(9):
        as_moderator.get(f"/desk/post/{posts[0].pk}/")
    with django_assert_max_num_queries(10):
        as_moderator.get("/desk/log/")


def test_the_page_about_a_thing_tells_its_history(as_moderator, post):
    asha = factories.make_user("moderator", display_name="Asha Patel")
    actions.hide(subject=post, actor=asha, reason="Too close to a family.", seen=Seen())
    page = as_moderator.get(f"/desk/post/{post.pk}/").content.decode()
    assert "Too close to a family." in page and "Asha Patel" in page
    assert f'action="/desk/post/{post.pk}/restore/"' in page and "/dismiss/" not in page


def test_the_page_about_nothing_is_404(as_moderator):
    for address in (f"/desk/post/{10**9}/", "/desk/nonsense/1/"):
        assert as_moderator.get(address).status_code == 404


class TestLog:
    @pytest.fixture
    def decided(self, moderator):
        posts = report_posts(3)
        reports = list(Report.objects.order_by("pk"))
        asha = factories.make_user("moderator", display_name="Asha Patel")
        actions.hide(subject=posts[0], actor=asha, reason="First.", seen=Seen(0, reports[0].pk))
        actions.dismiss(subject=posts[1], actor=moderator, reason="Second.", seen=Seen(0, reports[1].pk))
        return reports

    def reasons(self, client, query=""):
        return [row.reason for row, _ in client.get(f"/desk/log/{query}").context["rows"]]

    def test_lists_decisions_the_newest_first(self, as_moderator, decided):
        assert self.reasons(as_moderator) == ["Second.", "First."]

    def test_finds_a_reference_however_it_is_typed(self, as_moderator, decided):
        reference = decided[0].reference
        for typed in (reference, reference.lower(), reference[2:], f"r {reference[2:]}"):
            assert self.reasons(as_moderator, f"?reference={typed}") == ["First."]

    def test_says_that_a_report_still_waits(self, as_moderator, decided):
        page = as_moderator.get(f"/desk/log/?reference={decided[2].reference}").content.decode()
        assert "still waits" in page and f"/desk/post/{decided[2].object_id}/" in page

    def test_filters(self, as_moderator, moderator, decided):
        assert self.reasons(as_moderator, "?verb=hide") == ["First."]
        assert self.reasons(as_moderator, f"?by={moderator.pk}") == ["Second."]
        assert self.reasons(as_moderator, f"?by={moderator.pk}&verb=hide") == []
        assert self.reasons(as_moderator, "?verb=nonsense&by=nonsense") == ["Second.", "First."]

    def test_says_when_there_is_nothing(self, as_moderator):
        assert "Nothing has been decided yet" in as_moderator.get("/desk/log/").content.decode()
        assert "Nothing was decided that fits" in as_moderator.get("/desk/log/?reference=R-22222").content.decode()

    def test_is_paged(self, as_moderator, moderator, post):
        content_type = ContentType.objects.get_for_model(post)
        for number in range(35):
            Decision.objects.create(
                content_type=content_type, object_id=post.pk, verb="hide", reason=str(number), decided_by=moderator
            )
        first = as_moderator.get("/desk/log/")
        second = as_moderator.get(f"/desk/log/{first.context['pages']['older_url']}")
        shown = [row.reason for page in (first, second) for row, _ in page.context["rows"]]
        assert shown == [str(number) for number in reversed(range(35))]


def test_a_moderator_without_sight_of_a_thing_is_not_shown_it(as_moderator, post, member, monkeypatch):
    """The desk, too, goes through `visible_to`."""
    actions.report(subject=post, reporter=member, reason="spam")
    Space.objects.filter(pk=post.thread.space_id).update(visibility=Space.Visibility.INVITED)
    monkeypatch.setattr(Post.objects._queryset_class, "visible_to", lambda self, user: self.none(), raising=True)
    for address in ("/desk/", f"/desk/post/{post.pk}/"):
        page = as_moderator.get(address).content.decode()
        assert "no longer there" in page and post.source not in page and post.thread.title not in page
