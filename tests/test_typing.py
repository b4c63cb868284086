"""A session that ends keeps what was being typed: at every address that takes a form, in every form of the site."""

import re
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.test.signals import template_rendered
from django.urls import URLPattern, get_resolver
from django.urls.resolvers import RoutePattern

from forum import actions as forum
from knowledge.actions import experience, lists, suggestions
from knowledge.models import LivedExperience
from moderation import actions as moderation
from moderation.actions import Seen
from moderation.models import Duty, Escalation
from search import saved
from search.query import Query
from tests import factories
from tests.conftest import signed_in, typed_by
from tests.test_architecture import ROOT, tracked
from web import kept

pytestmark = pytest.mark.django_db

WORDS = "Half an hour of typing, about sleep."
# The CMS saves drafts by itself; programs send no forms.
APART = ("cms/", "admin/", "api/")
VALUES = {"id": "1", "int": "1", "uuid": "00000000-0000-4000-8000-000000000000"}
# These answer whoever is signed out, or take no form ("listing" is a page of the CMS); by the name of the address.
FOR_VISITORS = {
    "account_login", "account_logout", "account_signup", "account_request_login_code", "account_confirm_login_code",
    "account_reset_password", "account_complete_password_reset", "wagtailcore_login", "feed", "oai", "listing",
}  # fmt: skip
# At the door passwords, codes and addresses are asked for; imports are in the CMS; why something did not help is
# taken from anybody, signed in or not.
NOT_WALKED = ("account/", "knowledge/imports/", "knowledge/life/why_not.html")


def addresses(patterns, before=""):
    """Name and address of everything on the site, with something in place of what differs."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if not isinstance(pattern.pattern, RoutePattern) or route.startswith(APART):
            continue
        if isinstance(pattern, URLPattern):
            found = re.sub(r"<(?:(\w+):)?\w+>", lambda part: VALUES.get(part[1], "x"), route)
            yield pattern.name or route, f"/{found}"
        else:
            yield from addresses(pattern.url_patterns, route)


def test_every_address_that_takes_a_form_keeps_what_was_typed_in_it():
    typed = {**typed_by(factories.make_user(), "/write/"), "text": WORDS}
    keeps, loses = set(), set()
    for name, address in addresses(get_resolver().url_patterns):
        client = Client()
        answer = client.post(address, typed)
        if answer.status_code != 405:
            is_kept = WORDS in str(client.session.get(kept.SESSION_KEY)) and answer.url.endswith("?next=/write/")
            (keeps if is_kept else loses).add(name)
    assert loses == FOR_VISITORS
    assert len(keeps) > 80, "few addresses were found"


class World:
    """One of everything that has a form."""

    def __init__(self):
        self.member, self.moderator = factories.make_user(), factories.make_user("moderator")
        self.editor, self.lead = factories.make_user("editor"), factories.make_user()
        place = factories.make_place()
        Duty.objects.create(person=self.lead, level="lead", place=place)
        self.space, self.asked = factories.make_space(place=place), factories.make_space(visibility="ask")
        self.thread = self.start(self.space, self.member)
        self.post = forum.post_reply(thread=self.thread, author=factories.make_user(), source="I help at the group.")
        self.resource = factories.make_resource()

    def start(self, space, author):
        return forum.start_thread(space=space, author=author, kind="question", title="Sleep", source="How?")

    def pages(self):
        """Who opens which page."""
        yield from ((self.member, page) for page in [*self.of_talking(), *self.of_a_member()])
        yield from ((self.moderator, page) for page in [*self.of_keeping(), *self.of_the_desk()])
        yield self.editor, f"/resources/{self.resource.pk}/experience/new/"
        moderation.report(subject=self.post, reporter=self.member, reason="staff", details="He was alone with them.")
        yield self.lead, f"/concern/{Escalation.objects.get().pk}/"

    def of_talking(self):
        post = self.thread.posts.get(number=1)
        yield from ("/community/start/", self.thread.get_absolute_url(), self.asked.get_absolute_url())
        yield from (f"/community/post/{post.pk}/{page}/" for page in ("edit", "poll", "save"))
        yield f"/community/reply/{self.thread.pk}/"
        yield f"/report/post/{self.post.pk}/"
        own = forum.post_reply(thread=self.thread, author=self.member, source="Unkind.")
        yield moderation.hide(subject=own, actor=self.editor, reason="It is unkind.", seen=Seen()).get_absolute_url()

    def of_a_member(self):
        yield from ("/me/profile/", "/me/notifications/", "/suggest/?by=hand", "/lists/new/")
        yield from ("/me/searches/save/?q=sleep", f"/lists/save/?page={self.resource.pk}")
        yield f"/suggestions/{self.suggestion().pk}/change/"
        found = saved.save(person=self.member, query=Query(text="sleep"), name="Sleep", frequency="weekly")
        yield f"/me/searches/{found.pk}/"
        kept_list = lists.make_list(keeper=self.member, title="Sleep")
        yield f"/lists/{kept_list.pk}/change/"
        item, _is_new = lists.save_to(reading_list=kept_list, page=self.resource, actor=self.member)
        yield f"/lists/item/{item.pk}/note/"
        words = {"aim": "The letter was cold.", "method": "Two afternoons.", "result": "It says “you” now."}
        row = LivedExperience(page=self.resource, contributor=self.member, **words)
        address = experience.save(experience=row, editor=self.editor).get_absolute_url()
        yield from (address, f"{address}other-words/")

    def of_keeping(self):
        other = self.start(self.space, factories.make_user())
        forum.post_reply(thread=other, author=self.member, source="So.")
        yield from (f"/community/{page}/{other.pk}/" for page in ("move", "merge", "split"))
        yield f"{self.asked.get_absolute_url()}people/"
        circle = factories.make_space(visibility="invited", is_reflective=True)
        keeper = factories.make_user()
        factories.join(circle, keeper, is_keeper=True)
        opening = self.start(circle, keeper).posts.get()
        moderation.report(subject=opening, reporter=keeper, reason="abuse")
        yield from (f"{circle.get_absolute_url()}{page}/" for page in ("enter", "hold"))

    def of_the_desk(self):
        yield from ("/desk/rules/", "/desk/wording/hide/", "/desk/assessments/illegal/")
        yield from (f"/desk/post/{self.post.pk}/", f"/desk/person/{self.member.pk}/")
        yield self.suggestion().get_absolute_url()
        draft = factories.make_resource(live=False)
        draft.save_revision(user=self.editor, clean=False)
        yield from (f"/r/{draft.pk}/check/", f"/r/{self.resource.pk}/withdraw/")
        theirs = forum.post_reply(thread=self.thread, author=self.member, source="Unkind too.")
        decided = moderation.hide(subject=theirs, actor=self.editor, reason="It is unkind.", seen=Seen())
        yield moderation.appeal(decision=decided, author=self.member, text="It was not.").get_absolute_url()

    def suggestion(self):
        fields = dict.fromkeys(suggestions.FIELDS, "") | {"title": "Talking", "reason": "It helps.", "year": None}
        return suggestions.suggest(person=self.member, fields=fields)


def test_every_form_has_what_was_typed_in_it_again():
    drawn, faults = set(), []
    note = lambda sender, template, **more: drawn.add(template.name)  # noqa: E731
    template_rendered.connect(note)
    try:
        for person, page in World().pages():
            faults += [f"{page}: {fault}" for fault in lost_on(person, page)]
    finally:
        template_rendered.disconnect(note)
    assert faults == []
    assert with_forms() - drawn == set(), "a page of `World` has to show this form"


def with_forms():
    """Templates of forms in which something is typed or chosen."""
    typed = re.compile(r"<textarea|type=\"text\"|form_fields\.html|components/field\.html|\{\{ ?(?:form|field)\b")
    found = {str(path.relative_to(ROOT / "templates")): path.read_text() for path in tracked("templates/*.html")}
    return {
        name
        for name, text in found.items()
        if 'method="post"' in text and typed.search(text) and not name.startswith(NOT_WALKED)
    }


def lost_on(person, page):
    """What is not there again, of what `person` types into each form of `page` and sends when they are signed out."""
    before = forms(signed_in(person).get(page).content)
    if not before:
        yield "it has no form to type in"
    for place, form in enumerate(before):
        typed = changed(form)
        client = Client()
        answer = client.post(urljoin(page, form.get("action") or page), {**typed, "wish": "post"})
        if answer.status_code != 302 or parse_qs(urlsplit(answer.url).query).get("next") != [page]:
            yield f"form {place} does not lead to signing in and back"
            continue
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        again = sent_by(forms(client.get(page).content)[place])
        yield from (
            f"{name} of form {place}"
            for name, values in typed.items()
            if name not in ("csrfmiddlewaretoken", kept.FIELD) and again.get(name) != values
        )


def forms(html):
    """The forms of a page that have something to fill in."""
    found = BeautifulSoup(html, "html.parser").find_all("form", method="post")
    return [form for form in found if any(kind(control) not in {"hidden", "submit"} for control in controls(form))]


def controls(form):
    return [control for control in form.find_all(["input", "textarea", "select"]) if control.get("name")]


def kind(control):
    return control.get("type", "text") if control.name == "input" else control.name


def changed(form):
    """What the form sends after somebody has typed into all of it, and chosen the last of everything."""
    for control in controls(form):
        match kind(control):
            case "textarea":
                control.string = f"{WORDS}\n<b>“{control['name']}”</b> & more"
            case "select":
                for option in control.find_all("option"):
                    del option["selected"]
                control.find_all("option")[-1]["selected"] = ""
            case "checkbox" if control.has_attr("checked"):
                del control["checked"]
            case "checkbox" | "radio":
                for other in form.find_all("input", attrs={"name": control["name"], "type": "radio"}):
                    del other["checked"]
                control["checked"] = ""
            case "hidden" | "file":
                pass
            case _:
                control["value"] = f'{WORDS} "{control["name"]}"'
    return sent_by(form)


def sent_by(form):
    """Names and values as a browser would send them."""
    sent = {}
    for control in controls(form):
        match kind(control):
            case "textarea":
                values = [control.get_text().removeprefix("\n")]
            case "select":
                values = [option["value"] for option in control.find_all("option") if option.has_attr("selected")]
            case "checkbox" | "radio":
                values = [control.get("value", "on")] if control.has_attr("checked") else []
            case "file":
                values = []
            case _:
                values = [control.get("value", "")]
        if values:
            sent.setdefault(control["name"], []).extend(values)
    return sent
