"""Rules that moderators make: words to watch, and links by new members; what they catch waits for a look."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from forum.models import Post
from moderation import watching
from moderation.models import Report, Rules
from moderation.watching import Caution, cautions
from tests import factories
from tests.conftest import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
LINKS = "See https://a.example/1 and www.b.example and http://[c.example/ and https://d℀.example"


@pytest.fixture(autouse=True)
def fresh():
    watching.forget()
    yield
    watching.forget()


def watch(words="", **fields):
    Rules.objects.update_or_create(pk=1, defaults={"words": words, **fields})
    watching.forget()


@pytest.mark.parametrize(
    ("words", "text", "is_caught"),
    [
        ("vape", "A VAPE in the pram", True),
        ("vape", "vapes", False),
        ("vape*", "vapes", True),
        ("cafe", "the café", True),
        ("baby  formula", "cheap baby\nformula here", True),
        ("c++ (new)", "learn C++ (new) today", True),
        ("*", "anything", False),
        ("", "anything", False),
        ("(", "an open (", True),
        ("cat", "concatenate", False),
    ],
)
def test_words_are_found_whole_whatever_their_capitals(words, text, is_caught):
    watch(f"\n{words}\n\n")
    assert (cautions(text) == (Caution.WORD,)) == is_caught


@pytest.mark.parametrize("text", ["va\u200bpe", "va**p**e", "v&#97;pe", "_vape_", "va\ufe0fpe"])
def test_words_are_found_as_readers_see_them(text):
    watch("vape")
    assert cautions(f"A {text} in a pram.") == (Caution.WORD,)


def test_what_stood_there_before_is_not_caught_again():
    watch("vape\npram")
    assert not cautions("A vape.", known="The vape!")
    assert cautions("A vape in a pram.", known="The vape!") == (Caution.WORD,)


def test_many_links_by_somebody_who_is_new(settings):
    settings.BASE_URL = "https://forum.example.org"
    new, old = factories.make_user(), factories.make_user(date_joined=timezone.now() - dt.timedelta(days=15))
    assert cautions(LINKS, writer=new) == (Caution.LINKS,)
    assert not cautions(LINKS, writer=old)
    assert not cautions(LINKS, writer=factories.make_user("moderator"))
    assert not cautions(LINKS)
    assert not cautions(LINKS, known=LINKS, writer=new)
    assert not cautions(LINKS.replace("a.example", "forum.example.org"), writer=new)
    watch(new_for_days=0)
    assert not cautions(LINKS, writer=new)


def test_a_reply_that_a_rule_catches_is_held_and_its_author_told(member, as_member, as_moderator):
    watch("marmalade")
    thread = factories.make_thread(factories.make_space(visibility="public"))
    answer = as_member.post(reverse("forum:reply", args=[thread.pk]), {"text": "Buy MARMALADE now."}, follow=True)
    html = answer.content.decode()
    assert "by rules and not by people" in html and "a word that" not in html
    post = Post.objects.get(author=member)
    assert post.hidden_at is not None
    assert Report.objects.get().reason == "ruled"
    desk = as_moderator.get("/desk/").content.decode()
    assert "a word that the moderators watch" in desk and "The site, by itself" in desk
    assert "MARMALADE" not in Client().get(thread.get_absolute_url()).content.decode()


def test_screening_and_rules_together_are_one_hold(as_member):
    watch("marmalade")
    thread = factories.make_thread(factories.make_space(visibility="public"))
    typed = {"text": "Marmalade for jo@example.com.", "why": "It is our own address."}
    as_member.post(reverse("forum:reply", args=[thread.pk]), typed)
    made = Report.objects.get()
    assert made.reason == "screened"
    assert "an e-mail address" in made.details and "a word that" in made.details


def test_moderators_change_the_rules(as_moderator, moderator, django_capture_on_commit_callbacks):
    assert as_moderator.get("/desk/rules/").status_code == 200
    cautions("Marmalade.")
    typed = {"words": "marmalade", "most_links": "2", "most_same": "2", "most_an_hour": "9", "new_for_days": "5"}
    with django_capture_on_commit_callbacks(execute=True):
        assert as_moderator.post("/desk/rules/", typed).status_code == 302
    assert cautions("Marmalade.") == (Caution.WORD,)
    entry = Entry.objects.get(verb="moderation.rules_changed")
    assert entry.actor_id == moderator.pk and "marmalade" not in str(entry.detail)
    wrong = as_moderator.post("/desk/rules/", {**typed, "most_links": "-1", "words": "kept"})
    assert "kept" in wrong.content.decode() and Rules.objects.get().most_links == 2


def test_nobody_else_changes_the_rules(member, moderator):
    assert Client().get("/desk/rules/").status_code == 404
    assert signed_in(member).get("/desk/rules/").status_code == 403
    assert signed_in(member).post("/desk/rules/", {"words": "x"}).status_code == 403
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(moderator, backend="django.contrib.auth.backends.ModelBackend")
    assert forged.post("/desk/rules/", {"words": "x"}).status_code == 403
    assert signed_in(moderator).put("/desk/rules/").status_code == 405
    assert not Rules.objects.exists()


def test_the_rules_are_read_once_for_many_replies(django_assert_num_queries):
    cautions("First.")
    with django_assert_num_queries(0):
        cautions("Second.")


class TestNewPeopleInAHurry:
    """The same text again and again, or very many posts: what comes after waits for a moderator."""

    TEXT = "Come to our wonderful new soft play, it is open from nine every day!"

    @pytest.fixture(autouse=True)
    def recent(self):
        """The forum says what people posted."""
        assert len(watching.recent_posts) == 1

    def reply(self, client, text):
        return client.post(reverse("forum:reply", args=[factories.make_thread().pk]), {"text": text, "wish": "post"})

    def test_the_third_of_one_text_waits(self, as_member):
        for _ in range(2):
            self.reply(as_member, self.TEXT)
        self.reply(as_member, f"Hello! {self.TEXT.upper()}")
        posts = Post.objects.filter(number=2).order_by("pk")
        assert [bool(post.hidden_at) for post in posts] == [False, False, True]
        assert "the same text again" in Report.objects.get().details

    def test_without_a_name_they_are_counted_too_and_apart(self, as_member, member):
        """That a signed post waits because of those without a name would say whose those are."""
        thread = factories.make_thread(factories.make_space(allows_nameless=True))
        page = reverse("forum:reply", args=[thread.pk])
        for number in range(3):
            as_member.post(page, {"text": self.TEXT, "wish": "post", "nameless": "on"})
            assert thread.posts.filter(is_nameless=True).count() == number + 1
        held = thread.posts.get(number=4)
        assert held.hidden_at and held.author is None
        assert watching.hurries(self.TEXT, member) == ()
        self.reply(as_member, self.TEXT)
        assert Report.objects.count() == 1
        seen = signed_in(factories.make_user("moderator")).get(f"/desk/post/{held.pk}/").content.decode()
        assert "the same text again" in seen and member.display_name not in seen

    def test_thanks_may_be_said_to_everybody(self, as_member):
        for _ in range(4):
            self.reply(as_member, "Thank you so much for this!")
        assert not Report.objects.exists()

    @pytest.mark.parametrize(("most", "is_held"), [(2, True), (0, False)])
    def test_many_in_an_hour_wait(self, as_member, most, is_held):
        watch(most_an_hour=most)
        for number in range(3):
            self.reply(as_member, f"Another thought, number {number}.")
        assert Report.objects.exists() is is_held

    def test_not_of_people_who_have_settled_in_and_not_when_they_edit(self, as_member, member):
        factories.make_post(factories.make_thread(), author=member, source=self.TEXT)
        own = factories.make_post(factories.make_thread(), author=member, source=self.TEXT)
        assert watching.hurries(self.TEXT, member) == (Caution.SAME,)
        as_member.post(reverse("forum:edit", args=[own.pk]), {"text": self.TEXT + " Bye.", "wish": "post"})
        assert not Report.objects.exists()
        member.trust, member.trust_is_set = 2, True
        assert watching.hurries(self.TEXT, member) == ()

    def test_a_form_sent_twice_makes_one_post_and_no_error(self, as_member):
        watch(most_same=1)
        thread = factories.make_thread()
        typed = {"text": self.TEXT, "wish": "post", "form_token": "6f7b2c1e-1111-4e7a-9d3b-0123456789ab"}
        first, second = (as_member.post(reverse("forum:reply", args=[thread.pk]), typed) for _ in range(2))
        assert first.url == second.url and thread.posts.count() == 2 and not Report.objects.exists()
