import pytest
from django.utils import timezone

from web import tokens
from web.models import UsedToken

pytestmark = pytest.mark.django_db


def test_a_token_says_what_was_put_into_it():
    token = tokens.make("invite", {"space": 3})
    assert tokens.read(token, "invite", max_age=60) == {"space": 3}


def test_a_token_is_bad_for_another_purpose_or_when_changed():
    token = tokens.make("invite", {"space": 3})
    forged = ("A" if token[0] != "A" else "B") + token[1:]
    bad = [forged, "", "a:b:c", "é" * 50, token * 200]
    for text, purpose in [(token, "unsubscribe"), *((text, "invite") for text in bad)]:
        with pytest.raises(tokens.BadToken) as caught:
            tokens.read(text, purpose, max_age=60)
        assert not caught.value.expired


def test_an_old_token_is_expired_and_one_without_an_end_is_not(monkeypatch):
    token = tokens.make("invite", {})
    later = timezone.now().timestamp() + 1000
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    with pytest.raises(tokens.BadToken) as caught:
        tokens.read(token, "invite", max_age=999)
    assert caught.value.expired
    assert tokens.read(token, "invite", max_age=None) == {}


def test_a_token_works_once_and_two_that_say_the_same_are_two():
    first, second = tokens.make("invite", {"space": 3}), tokens.make("invite", {"space": 3})
    assert tokens.use_once(first, max_age=60)
    assert not tokens.use_once(first, max_age=60)
    assert tokens.use_once(second, max_age=60)
    assert not UsedToken.objects.filter(digest__contains=first[:20]).exists()
