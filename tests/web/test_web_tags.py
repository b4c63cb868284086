import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from web.templatetags import web_tags

LONDON = ZoneInfo("Europe/London")
NOW = dt.datetime(2026, 7, 15, 14, 30, tzinfo=LONDON)  # a Wednesday


@pytest.fixture(autouse=True)
def at_half_past_two(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW.astimezone(dt.UTC))
    with timezone.override(LONDON), translation.override("en-gb"):
        yield


def spoken(value) -> str:
    return web_tags.when(value).partition(">")[2].removesuffix("</time>")


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (NOW - dt.timedelta(seconds=20), "just now"),
        (NOW - dt.timedelta(seconds=60), "1 minute ago"),
        (NOW - dt.timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (NOW - dt.timedelta(hours=1), "today, 1:30pm"),
        (NOW.replace(hour=12, minute=0), "today, midday"),
        (NOW.replace(hour=0, minute=0), "today, midnight"),
        (NOW.replace(day=14, hour=23, minute=5), "yesterday, 11:05pm"),
        (NOW.replace(day=13, hour=9, minute=0), "Monday 13 July, 9am"),
        (NOW.replace(year=2025, month=3, day=4, hour=13, minute=0), "4 March 2025, 1pm"),
        (NOW + dt.timedelta(minutes=10), "today, 2:40pm"),
        (NOW.replace(day=16, hour=13, minute=0), "tomorrow, 1pm"),
        (NOW.replace(month=9, day=1, hour=13, minute=0), "Tuesday 1 September, 1pm"),
        (NOW.replace(year=2027, month=1, day=5, hour=13, minute=0), "Tuesday 5 January 2027, 1pm"),
    ],
)
def test_when_says_moments_as_people_do(moment, words):
    assert spoken(moment) == words


def test_when_says_a_day_without_an_hour():
    assert web_tags.when(dt.date(2026, 7, 14)) == (
        '<time datetime="2026-07-14" title="Tuesday 14 July 2026">yesterday</time>'
    )


def test_when_speaks_in_the_readers_time_zone():
    moment = dt.datetime(2026, 7, 14, 23, 30, tzinfo=dt.UTC)
    assert spoken(moment) == "today, 12:30am"
    with timezone.override(ZoneInfo("America/New_York")):
        assert spoken(moment) == "yesterday, 7:30pm"


def test_when_gives_the_exact_time_to_hover_and_to_machines():
    assert web_tags.when(dt.datetime(2026, 3, 3, 13, 0, tzinfo=dt.UTC)) == (
        '<time datetime="2026-03-03T13:00:00+00:00" title="Tuesday 3 March 2026, 13:00 GMT">Tuesday 3 March, 1pm</time>'
    )


def test_when_has_nothing_to_say_about_nothing():
    assert web_tags.when(None) == ""
    assert web_tags.hour(None) == ""


def test_hour_takes_a_time_of_day_too():
    assert web_tags.hour(dt.time(16, 45)) == "4:45pm"
    assert web_tags.hour(dt.time(0, 0)) == "midnight"


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Asha Patel", "AP"),
        ("Mel", "M"),
        ("Anne Marie van der Berg", "AB"),
        ("  ", "?"),
        ("(Jo) élan", "É"),
        ("李 明", "李明"),
    ],
)
def test_initials_are_at_most_two(name, letters):
    assert web_tags.initials(name) == letters


def test_tone_stays_the_same_and_within_the_palette():
    tones = {web_tags.tone(f"Person {number}") for number in range(100)}
    assert tones == set(range(1, web_tags.AVATAR_TONES + 1))
    assert web_tags.tone("Asha Patel") == web_tags.tone("Asha Patel")


def test_icon_points_into_the_sprite_and_escapes_its_name():
    drawn = Template("{% load web_tags %}{% icon name %}").render(Context({"name": '"><script>'}))
    assert 'sprite.svg#&quot;&gt;&lt;script&gt;"' in drawn.replace("sprite.svg?", "sprite.svg")
    assert 'aria-hidden="true"' in drawn and "<script>" not in drawn
