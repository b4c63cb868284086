import pytest
from django.template import Context, Template

from audit.actions import record
from audit.models import Entry
from audit.reading import readable_by
from forum.models import Post
from moderation import actions
from moderation.actions import Seen
from moderation.models import Decision, Report
from tests import factories
from tests.conftest import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def draw(source: str, **context) -> str:
    return Template("{% load moderation_tags %}" + source).render(Context(context))


def test_the_link_costs_no_query(post, django_assert_num_queries):
    with django_assert_num_queries(0):
        drawn = draw('{% report_link_to "post" pk "post 2" %}', pk=post.pk)
    assert f'href="/report/post/{post.pk}/"' in drawn and "post 2" in drawn


def test_the_link_escapes_what_it_is_given():
    assert "<b>" not in draw('{% report_link_to "post" 1 what %}', what="<b>")


def test_a_model_that_no_room_registered_cannot_be_reported(post, member):
    with pytest.raises(LookupError):
        actions.report(subject=post.thread.space, reporter=member, reason="spam")


def test_reasons_of_many_things_are_one_query(moderator, django_assert_num_queries):
    thread = factories.make_thread()
    posts = [factories.make_post(thread) for _ in range(5)]
    for number, post in enumerate(posts):
        actions.hide(subject=post, actor=moderator, reason=f"Reason {number}.", seen=Seen())
    newest = Decision.objects.order_by("pk").first()
    actions.restore(subject=posts[0], actor=moderator, reason="Back.", seen=Seen(newest.pk, 0))
    newest = Decision.objects.order_by("-pk").first()
    actions.hide(subject=posts[0], actor=moderator, reason="Again.", seen=Seen(newest.pk, 0))
    pks = [post.pk for post in posts]
    with django_assert_num_queries(1):
        found = Decision.objects.reasons_for(Post, pks)
    assert found == {pks[0]: "Again.", **{pk: f"Reason {number}." for number, pk in enumerate(pks) if number}}


@pytest.mark.parametrize("model", ["report", "decision"])
class TestAdmin:
    @pytest.fixture
    def row(self, model, member, moderator, post):
        report = actions.report(subject=post, reporter=member, reason="spam")
        decided = actions.dismiss(subject=post, actor=moderator, reason="Fine.", seen=Seen(0, report.pk))
        return {"report": report, "decision": decided}[model]

    def test_administrators_read_and_change_nothing(self, row, model):
        admin = signed_in(factories.make_user("administrator", is_staff=True))
        address = f"/admin/moderation/{model}/"
        assert admin.get(address).status_code == 200
        assert admin.get(f"{address}{row.pk}/change/").status_code == 200
        assert admin.post(f"{address}{row.pk}/change/", {"state": "open"}).status_code == 403
        assert admin.get(f"{address}add/").status_code == 403
        assert admin.post(f"{address}{row.pk}/delete/", {"post": "yes"}).status_code == 403
        assert type(row).objects.filter(pk=row.pk).exists()

    def test_moderators_do_not_come_in(self, row, model, as_moderator, as_member):
        for client in (as_moderator, as_member):
            assert client.get(f"/admin/moderation/{model}/").status_code in (302, 403)


def test_the_audit_log_tells_no_administrator_what_was_reported_of_them(post, member):
    """Neither that somebody reported their words, nor who decided about them; the other administrators read both."""
    administrator, other = factories.make_user("administrator"), factories.make_user("administrator")
    post.author = administrator
    post.save()
    made = actions.report(subject=post, reporter=member, reason=Report.Reason.ABUSE)
    alleged = actions.report(subject=post, reporter=member, reason=Report.Reason.STAFF)
    seen = Seen(report=alleged.pk)
    decided = actions.hide(subject=post, actor=other, reason="It is unkind.", seen=seen)
    record(actor=other, verb="moderation.allegation.read", subject=alleged.escalations.get())
    about = {made.reference, alleged.reference}
    lines = Entry.objects.filter(verb__startswith="moderation.")
    assert lines.count() >= 4
    assert set(lines.values_list("detail__report", flat=True)) >= about
    for reader, is_told in ((administrator, False), (other, True)):
        page = signed_in(reader).get("/admin/audit/entry/", {"q": str(member.pk)}).content.decode()
        assert ("moderation.report" in page) == is_told
        found = {entry.pk for entry in readable_by(reader)} & {line.pk for line in lines}
        assert found == ({line.pk for line in lines} if is_told else set())
    assert Entry.objects.filter(detail__decision=decided.pk).exists()
