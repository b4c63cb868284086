import threading

import pytest
from django.db import connection

from audit.models import Entry
from forum.models import Post
from moderation import actions
from moderation.actions import Seen
from moderation.models import Decision, Report
from tests import factories
from tests.conftest import signed_in, typed_by

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def reported(member, post) -> Report:
    return actions.report(subject=post, reporter=member, reason="wrong")


def path(post: Post, verb: str) -> str:
    return f"/desk/post/{post.pk}/{verb}/"


def answer(report: Report | None = None, **fields) -> dict:
    seen = Decision.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return {
        "suggestion": "rules", "note": "", "seen_decision": seen, "seen_report": report.pk if report else 0, **fields
    }  # fmt: skip


def is_hidden(post: Post) -> bool:
    return Post.objects.get(pk=post.pk).hidden_at is not None


def test_a_moderator_hides_a_reported_post(as_moderator, moderator, post, reported):
    result = as_moderator.post(path(post, "hide"), answer(reported, suggestion="advice", note="See the leaflet."))
    assert result.status_code == 302 and result.url == "/desk/"
    assert is_hidden(post)
    decided = Decision.objects.get()
    assert (decided.verb, decided.decided_by, decided.author) == ("hide", moderator, post.author)
    assert decided.reason == "The advice may not be safe. See the leaflet."
    assert list(decided.reports.all()) == [reported]
    reported.refresh_from_db()
    assert reported.state == "upheld"


def test_a_moderator_leaves_a_reported_post(as_moderator, post, reported):
    as_moderator.post(path(post, "dismiss"), answer(reported))
    reported.refresh_from_db()
    assert (is_hidden(post), reported.state) == (False, "dismissed")


def test_a_moderator_shows_again_what_a_report_hid(as_moderator, member, post):
    report = actions.report(subject=post, reporter=member, reason="identifies")
    as_moderator.post(path(post, "restore"), answer(report, suggestion="nobody"))
    report.refresh_from_db()
    assert (is_hidden(post), report.state) == (False, "dismissed")


def test_a_moderator_keeps_hidden_what_a_report_hid(as_moderator, member, post):
    report = actions.report(subject=post, reporter=member, reason="identifies")
    as_moderator.post(path(post, "hide"), answer(report, suggestion="identifies"))
    report.refresh_from_db()
    assert (is_hidden(post), report.state) == (True, "upheld")
    assert list(Decision.objects.order_by("pk").values_list("verb", flat=True)) == ["hold", "hide"]


def test_a_moderator_hides_without_a_report_and_shows_again(as_moderator, post):
    as_moderator.post(path(post, "hide"), answer(suggestion="unkind"))
    assert is_hidden(post)
    as_moderator.post(path(post, "restore"), answer(suggestion="changed"))
    assert not is_hidden(post)


def test_what_was_deleted_can_only_be_closed(as_moderator, post, reported):
    pk = post.pk
    post.delete()
    assert "no longer there" in as_moderator.get(f"/desk/post/{pk}/").content.decode()
    as_moderator.post(f"/desk/post/{pk}/hide/", answer(reported, suggestion="unkind"))
    assert Report.objects.waiting().exists()
    as_moderator.post(f"/desk/post/{pk}/dismiss/", answer(reported))
    reported.refresh_from_db()
    assert reported.state == "dismissed"


def test_every_decision_is_written_to_the_audit_log_without_words(as_moderator, moderator, post, reported):
    as_moderator.post(path(post, "hide"), answer(reported, suggestion="other", note="Because of Mill Lane."))
    entry = Entry.objects.get(verb="moderation.hide")
    assert (entry.actor_id, entry.subject_id) == (moderator.pk, str(post.pk))
    assert entry.detail == {"decision": Decision.objects.get().pk, "reports": [reported.reference]}


@pytest.mark.parametrize(
    "fields",
    [{"suggestion": ""}, {"suggestion": "nonsense"}, {"suggestion": "other", "note": "  "}, {"seen_report": "x"}],
)
def test_a_reason_is_needed(as_moderator, post, reported, fields):
    page = as_moderator.post(path(post, "hide"), answer(reported, **fields))
    assert page.status_code == 200 and "error-summary" in page.content.decode()
    assert not is_hidden(post) and not Decision.objects.exists()


def test_the_second_moderator_is_told_and_nothing_is_done_twice(as_moderator, post, reported):
    before = answer(reported)
    first = factories.make_user("moderator", display_name="Asha Patel")
    signed_in(first).post(path(post, "hide"), answer(reported, suggestion="advice"))
    page = as_moderator.post(path(post, "dismiss"), before, follow=True).content.decode()
    assert "Asha Patel decided this before you: “Hidden”. Nothing was done twice." in page
    assert is_hidden(post) and Decision.objects.count() == 1
    page = as_moderator.post(path(post, "hide"), {**before, "suggestion": "advice"}, follow=True).content.decode()
    assert "Nothing was done twice" in page and Decision.objects.count() == 1


def test_pressing_the_button_twice_decides_once(as_moderator, post, reported):
    form = answer(reported, suggestion="advice")
    for _ in range(2):
        as_moderator.post(path(post, "hide"), form)
    assert Decision.objects.count() == 1
    assert Entry.objects.filter(verb="moderation.hide").count() == 1


def test_a_report_that_the_moderator_had_not_seen_keeps_waiting(as_moderator, post, reported):
    form = answer(reported, suggestion="advice")
    later = actions.report(subject=post, reporter=factories.make_user(), reason="harm")
    as_moderator.post(path(post, "hide"), form)
    assert is_hidden(post)
    assert list(Report.objects.waiting()) == [later]


@pytest.mark.django_db(transaction=True)
def test_two_moderators_at_the_same_moment_decide_once(post, member):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time: the tests above are all there is to try")
    report = actions.report(subject=post, reporter=member, reason="wrong")
    moderators = [factories.make_user("moderator") for _ in range(2)]
    start, results = threading.Barrier(2), []

    def decide(act, moderator):
        try:
            start.wait(timeout=10)
            act(subject=post, actor=moderator, reason="So it is.", seen=Seen(0, report.pk))
            results.append("done")
        except actions.AlreadyDecidedError:
            results.append("too late")
        finally:
            connection.close()

    acts = (actions.hide, actions.dismiss)
    threads = [threading.Thread(target=decide, args=pair) for pair in zip(acts, moderators, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(results) == ["done", "too late"]
    assert Decision.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_reporting_at_the_same_moment_hide_once(post):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time: the tests above are all there is to try")
    start, problems = threading.Barrier(2), []

    def report(person):
        try:
            start.wait(timeout=10)
            actions.report(subject=post, reporter=person, reason="identifies")
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=report, args=[factories.make_user()]) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert problems == []
    assert (Report.objects.count(), Decision.objects.filter(verb="hold").count()) == (2, 1)


def test_nobody_decides_about_their_own_words(as_moderator, moderator, member):
    own = factories.make_post(factories.make_thread(), author=moderator, source="My own.")
    report = actions.report(subject=own, reporter=member, reason="abuse", details="He means me.")
    assert as_moderator.post(path(own, "dismiss"), answer(report)).status_code == 403
    assert Report.objects.waiting().exists()
    for page in ("/desk/", "/desk/log/", f"/desk/log/?reference={report.reference}", f"/desk/post/{own.pk}/"):
        shown = as_moderator.get(page).content.decode()
        # Not even that there is a report: on the desk and in the log, it is as if there were none.
        assert ("another moderator decides" in shown) == page.startswith("/desk/post/")
        assert "still waits" not in shown
        for secret in (member.display_name, "He means me.", f"{report.reference}</span>", "It is unkind, threat"):
            assert secret not in shown
    other = signed_in(factories.make_user("moderator"))
    assert other.post(path(own, "dismiss"), answer(report)).status_code == 302
    assert not Report.objects.waiting().exists()


@pytest.mark.parametrize("verb", ["hide", "restore", "dismiss"])
class TestWhoMayDecide:
    def test_a_visitor_signs_in(self, client, post, reported, verb):
        result = client.post(path(post, verb), answer(reported))
        assert result.status_code == 302 and "/account/login/" in result.url
        assert not Decision.objects.exists()

    def test_members_and_editors_may_not(self, as_member, as_editor, post, reported, verb):
        for client in (as_member, as_editor, signed_in(post.author)):
            assert client.post(path(post, verb), answer(reported)).status_code == 403
        assert not Decision.objects.exists()

    def test_a_forged_form_is_refused(self, forged, moderator, post, reported, verb):
        assert forged(moderator).post(path(post, verb), answer(reported)).status_code == 403
        assert not Decision.objects.exists()

    def test_a_link_decides_nothing(self, as_moderator, post, reported, verb):
        for method in ("get", "head"):
            answer = getattr(as_moderator, method)(path(post, verb))
            assert answer.status_code == 302 and answer.url == f"/desk/post/{post.pk}/"
        for method in ("put", "delete"):
            assert getattr(as_moderator, method)(path(post, verb)).status_code == 405
        assert not Decision.objects.exists()

    def test_what_is_not_there_is_404(self, as_moderator, post, reported, verb):
        for address in (f"/desk/post/{10**9}/{verb}/", f"/desk/nonsense/{post.pk}/{verb}/"):
            assert as_moderator.post(address, answer(reported)).status_code == 404


def test_a_session_that_ended_gives_back_the_reason(client, moderator, post, reported):
    typed = answer(reported, suggestion="other", note="Because of the street.")
    client.post(path(post, "hide"), {**typed, **typed_by(moderator, f"/desk/post/{post.pk}/")})
    client.force_login(moderator, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/desk/post/{post.pk}/").content.decode()
    assert page.count("Because of the street.") == 1
    assert not Decision.objects.exists()


def test_there_are_no_other_decisions(as_moderator, post, reported):
    for verb in ("hold", "delete", "nonsense"):
        assert as_moderator.post(path(post, verb), answer(reported)).status_code == 404


def test_an_administrator_may_decide(as_administrator, post, reported):
    as_administrator.post(path(post, "dismiss"), answer(reported))
    assert not Report.objects.waiting().exists()


def test_what_cannot_be_is_refused(as_moderator, post):
    """Nothing to show again; a post is no space."""
    for verb in ("restore", "close", "reopen", "edit"):
        page = as_moderator.post(path(post, verb), answer(suggestion="", note="So.", text="New."), follow=True)
        assert "Nothing was done" in page.content.decode()
    assert not Decision.objects.exists()
