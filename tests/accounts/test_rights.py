"""Who may do what: groups, both admins, suspension."""

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.http import Http404, HttpResponse
from django.test import Client
from django.urls import reverse
from wagtail.models import GroupPagePermission, Task, Workflow

from accounts import actions, rights
from accounts.decorators import member_required, moderator_required
from accounts.models import ADMINISTRATOR, EDITOR, GROUPS, MEMBER, MODERATOR, User
from audit.models import Entry
from tests import factories
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
VISITOR = "visitor"


def client_for(who):
    if who == VISITOR:
        return Client()
    return signed_in(factories.make_user(*([] if who == MEMBER else [who])))


# Groups ----------------------------------------------------------------------------------------------


def test_our_groups_and_workflow_and_none_of_wagtails():
    assert set(Group.objects.values_list("name", flat=True)) == GROUPS
    assert [workflow.name for workflow in Workflow.objects.all()] == ["Into the library"]
    assert "Moderators approval" not in Task.objects.values_list("name", flat=True)


def test_every_permission_of_the_table_exists():
    named = {name for row in rights.TABLE.values() for name in (*row.permissions, *row.files)}
    known = {f"{p.content_type.app_label}.{p.codename}" for p in Permission.objects.select_related("content_type")}
    assert named <= known


def test_granting_again_changes_nothing_and_new_pages_are_caught_up_with(capsys):
    library = factories.library_page()
    call_command("grant_rights")
    held = list(GroupPagePermission.objects.order_by("pk").values_list("pk", "group__name", "page"))
    moderators = {page for _pk, name, page in held if name == MODERATOR}
    assert library.pk in moderators
    call_command("grant_rights")
    assert held == list(GroupPagePermission.objects.order_by("pk").values_list("pk", "group__name", "page"))


def test_what_was_granted_by_hand_is_taken_back():
    group = Group.objects.get(name=MODERATOR)
    group.permissions.add(Permission.objects.get(codename="change_user", content_type__app_label="accounts"))
    GroupPagePermission.objects.create(
        group=group, page=factories.home_page().get_root(), permission=Permission.objects.get(codename="add_page")
    )
    rights.grant()
    assert set(group.permissions.values_list("codename", flat=True)) == {"access_admin"}
    assert not group.page_permissions.filter(page__depth=1).exists()


def test_moderators_publish_in_the_library_and_nowhere_else(moderator):
    resource, home = factories.make_resource(), factories.home_page()
    rights.grant()
    person = User.objects.get(pk=moderator.pk)
    assert resource.permissions_for_user(person).can_publish()
    assert not home.permissions_for_user(person).can_edit()
    assert not resource.permissions_for_user(person).can_lock()


def test_editors_keep_every_page(editor):
    resource, home = factories.make_resource(), factories.home_page()
    for page in (resource, home):
        assert page.permissions_for_user(editor).can_publish() and page.permissions_for_user(editor).can_lock()


# What each sees in both admins ------------------------------------------------------------------------

EVERYBODY = (VISITOR, MEMBER, MODERATOR, EDITOR, ADMINISTRATOR)
LOGIN, NO, OK, AWAY = "to login", 403, 200, "to the CMS's front page"
MATRIX = {
    "/cms/": (LOGIN, NO, OK, OK, OK),
    "/cms/pages/": (LOGIN, NO, OK, OK, OK),
    "/cms/images/": (LOGIN, NO, OK, OK, OK),
    "/cms/documents/": (LOGIN, NO, OK, OK, OK),
    "/cms/redirects/": (LOGIN, NO, AWAY, OK, OK),
    "/cms/collections/": (LOGIN, NO, AWAY, AWAY, AWAY),
    "/cms/sites/": (LOGIN, NO, AWAY, AWAY, AWAY),
    "/cms/workflows/list/": (LOGIN, NO, AWAY, AWAY, AWAY),
    "/cms/users/": (404, 404, 404, 404, 404),
    "/cms/users/1/": (404, 404, 404, 404, 404),
    "/cms/groups/": (404, 404, 404, 404, 404),
    "/admin/": (LOGIN, NO, NO, NO, OK),
    "/admin/accounts/user/": (LOGIN, NO, NO, NO, OK),
    "/admin/accounts/organisation/": (LOGIN, NO, NO, NO, OK),
    "/admin/auth/group/": (LOGIN, NO, NO, NO, 403),
    "/admin/account/emailaddress/": (LOGIN, NO, NO, NO, 403),
}


@pytest.mark.parametrize(
    ("path", "who", "expected"),
    [(path, who, seen) for path, row in MATRIX.items() for who, seen in zip(EVERYBODY, row, strict=True)],
)
def test_the_matrix_of_both_admins(path, who, expected):
    factories.library_page()
    rights.grant()
    page = client_for(who).get(path, follow=True)
    ends_at = page.redirect_chain[-1][0] if page.redirect_chain else path
    if expected == LOGIN:
        assert ends_at.startswith(reverse("account_login")) and page.status_code == 200
    elif expected == AWAY:
        assert ends_at == "/cms/"
    else:
        assert page.status_code == expected


def menu(client) -> str:
    return client.get("/cms/").content.decode()


@pytest.mark.parametrize(
    ("who", "words", "absent"),
    [
        (MODERATOR, ["/cms/images/", "/cms/documents/"], ["/cms/redirects/", "/cms/users/", "/cms/reports/"]),
        (EDITOR, ["/cms/images/", "/cms/redirects/", "/cms/reports/"], ["/cms/users/", "/cms/sites/"]),
        (ADMINISTRATOR, ["/cms/images/", "/cms/redirects/"], ["/cms/users/", "/cms/groups/", "/cms/sites/"]),
    ],
)
def test_the_menu_of_the_cms(who, words, absent):
    shown = menu(client_for(who))
    assert [word for word in words if word not in shown] == []
    assert [word for word in absent if word in shown] == []


@pytest.mark.parametrize(
    ("who", "shown"),
    [
        (MEMBER, []),
        (MODERATOR, ["/desk/", "/cms/"]),
        (EDITOR, ["/cms/"]),
        (ADMINISTRATOR, ["/desk/", "/cms/", "/admin/"]),
    ],
)
def test_the_account_menu_leads_to_where_somebody_works(who, shown):
    page = client_for(who).get("/inbox/").content.decode()
    assert [path for path in ("/desk/", "/cms/", "/admin/") if f'href="{path}"' in page] == shown


@pytest.mark.parametrize("who", [MODERATOR, EDITOR, ADMINISTRATOR])
def test_the_first_page_of_the_cms_says_what_to_do(who):
    factories.library_page()
    factories.webinar_index()
    rights.grant()
    page = menu(client_for(who))
    assert "/cms/pages/add/knowledge/resourcepage/" in page
    assert "/cms/pages/add/events/webinarpage/" in page


def test_the_cms_sends_people_to_their_own_account_page(as_moderator):
    assert as_moderator.get("/cms/account/").url == reverse("accounts:me")


# Guards --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("guard", "statuses"),
    [
        (member_required, (302, 200, 200, 200, 200)),
        (moderator_required, (404, 403, 200, 403, 200)),
    ],
)
def test_guards(guard, statuses, rf):
    found = []
    for who in EVERYBODY:
        request = rf.get("/x/")
        request.user = AnonymousUser() if who == VISITOR else factories.make_user(*([] if who == MEMBER else [who]))
        try:
            found.append(guard(lambda request: HttpResponse())(request).status_code)
        except Http404:
            found.append(404)
        except PermissionDenied:
            found.append(403)
    assert tuple(found) == statuses


def test_what_was_typed_leads_back_to_the_page_of_the_form(rf):
    def back(referer):
        request = rf.post("/reply/", {"text": "x"}, headers={"referer": referer} if referer else {})
        request.user, request.session = AnonymousUser(), {}
        return member_required(lambda request: HttpResponse())(request).url

    login = reverse("account_login")
    assert back("http://testserver/thread/1/?page=2") == f"{login}?next=/thread/1/%3Fpage%3D2"
    assert back("https://evil.example/thread/") == f"{login}?next=/reply/"
    assert back("") == f"{login}?next=/reply/"


# Managing people ---------------------------------------------------------------------------------------------


def change(client, person, **data):
    return client.post(reverse("admin:accounts_user_change", args=[person.pk]), data)


def test_an_administrator_gives_rights(as_administrator, administrator, member):
    page = change(as_administrator, member, rights=[MEMBER, ADMINISTRATOR], is_active="on")
    assert page.status_code == 302
    person = User.objects.get(pk=member.pk)
    assert person.rights == {MEMBER, ADMINISTRATOR} and person.is_staff
    entry = Entry.objects.get(verb="accounts.rights_set")
    assert (entry.actor_id, entry.detail) == (administrator.pk, {"added": [ADMINISTRATOR], "removed": []})
    change(as_administrator, member, rights=[MEMBER], is_active="on")
    person = User.objects.get(pk=member.pk)
    assert person.rights == {MEMBER} and not person.is_staff


def test_a_suspended_person_is_out_at_once_and_stays_out_of_old_sessions(as_administrator, member, as_member):
    assert as_member.get(reverse("accounts:me")).status_code == 200
    change(as_administrator, member, rights=[MEMBER])
    assert as_member.get(reverse("accounts:me")).status_code == 302
    change(as_administrator, member, rights=[MEMBER], is_active="on")
    assert User.objects.get(pk=member.pk).is_active
    assert as_member.get(reverse("accounts:me")).status_code == 302
    verbs = list(Entry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["accounts.suspended", "accounts.reinstated"]


def test_administrators_touch_neither_themselves_nor_the_machines_owner(as_administrator, administrator):
    owner = User.objects.create_superuser("owner@example.org", display_name="Owner")
    for person in (administrator, owner):
        assert change(as_administrator, person, rights=[]).status_code == 403
    assert User.objects.get(pk=administrator.pk).is_administrator
    assert User.objects.get(pk=owner.pk).is_active


@pytest.mark.parametrize("who", [VISITOR, MEMBER, MODERATOR, EDITOR])
def test_nobody_else_manages_people(who, member):
    page = change(client_for(who), member, rights=[ADMINISTRATOR], is_active="on")
    assert page.status_code == 302 and "login" in page.url
    assert User.objects.get(pk=member.pk).rights == {MEMBER}


def test_actions_ask_for_themselves(member, moderator):
    with pytest.raises(PermissionDenied):
        actions.set_rights(actor=moderator, person=member, rights=[ADMINISTRATOR])
    with pytest.raises(PermissionDenied):
        actions.suspend(actor=moderator, person=factories.make_user("editor"))
    with pytest.raises(ValueError, match="No such rights"):
        actions.set_rights(actor=None, person=member, rights=["king"])
    assert User.objects.get(pk=member.pk).rights == {MEMBER}


def test_people_are_neither_added_nor_deleted_nor_forged_in_the_admin(as_administrator, administrator, forged, member):
    assert as_administrator.get(reverse("admin:accounts_user_add")).status_code == 403
    assert as_administrator.post(reverse("admin:accounts_user_delete", args=[member.pk])).status_code == 403
    assert change(forged(administrator), member, rights=[]).status_code == 403
    assert change(as_administrator, User(pk=0), rights=[]).status_code == 302


def test_the_list_of_people_costs_the_same_however_long(as_administrator, django_assert_max_num_queries):
    def cost():
        with django_assert_max_num_queries(20) as queries:
            assert as_administrator.get(reverse("admin:accounts_user_changelist")).status_code == 200
        return len(queries)

    few = cost()
    for _ in range(6):
        factories.make_user("editor")
    assert cost() == few


def test_the_admin_changes_passwords_where_everybody_does(as_administrator):
    assert as_administrator.get("/admin/password_change/").url == reverse("account_change_password")
