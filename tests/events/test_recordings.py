"""A link into the middle of a recording."""

import pytest

from events.recordings import LONGEST, moment, starting_at
from tests import factories
from tests.events.conftest import session_in

SPOKEN = """WEBVTT

00:00:04.000 --> 00:00:16.000
<v Hannah>Good afternoon.

00:10:20.000 --> 00:10:30.000
<v Rukhsana>Then come words.

00:20:00.000 --> 00:20:30.000
<v Hannah>Goodbye.
"""
PASSAGE = '<p class="notice" id="start-{}" tabindex="-1">'


def page_at(client, recorded, **query):
    return client.get(recorded.page.url, query).content.decode()


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://www.youtube.com/watch?v=abc&t=3s", "https://www.youtube.com/watch?v=abc&t=90s"),
        ("https://youtu.be/abc", "https://youtu.be/abc?t=90s"),
        ("https://vimeo.com/123?h=x", "https://vimeo.com/123?h=x#t=90s"),
        ("https://player.vimeo.com/video/123", "https://player.vimeo.com/video/123#t=90s"),
        ("https://files.example.org/talk.MP4", "https://files.example.org/talk.MP4#t=90"),
        ("https://video.example.org/1", ""),
        ("https://notyoutube.com/watch?v=abc", ""),
        ("", ""),
    ],
)
def test_players_are_told_where_to_begin(address, expected):
    assert starting_at(address, 90) == expected


@pytest.mark.parametrize(
    ("text", "seconds"), [("0", 0), ("630", 630), ("", None), ("-1", None), ("1e3", None), ("٣", None), ("9" * 7, None)]
)
def test_a_moment_is_a_plain_number_of_seconds(text, seconds):
    assert moment(text) == seconds


def test_no_recording_is_longer_than_a_day():
    assert moment("999999") == LONGEST


def test_an_address_with_a_second_opens_there(client, db):
    session = session_in(hours=-24, recording_url="https://youtu.be/abc", transcript=SPOKEN)
    page = page_at(client, session, t="625")
    assert page.count('id="start-') == 1
    passage = page.partition(PASSAGE.format(session.pk))[2].partition("</p>")[0]
    assert "Then come words." in passage
    assert '<a href="https://youtu.be/abc?t=625s" rel="noreferrer">Watch the recording from 10:25</a>' in passage
    assert '<meta name="robots" content="noindex">' in page


def test_a_player_that_cannot_be_told_is_opened_by_hand(client, db):
    session = session_in(hours=-24, recording_url="https://video.example.org/1", transcript=SPOKEN)
    page = page_at(client, session, t="1200")
    assert '<a href="https://video.example.org/1" rel="noreferrer">Open the recording, and go to 20:00</a>' in page
    without = session_in(hours=-24, transcript=SPOKEN)
    page = page_at(client, without, t="1200")
    assert PASSAGE.format(without.pk) in page
    assert "Open the recording" not in page


def test_of_several_recordings_the_one_that_is_named_or_the_first(client, db):
    webinar = factories.make_webinar()
    first, second = (session_in(webinar, hours=hours, transcript=SPOKEN) for hours in (-48, -24))
    assert PASSAGE.format(first.pk) in page_at(client, first, t="4")
    page = page_at(client, first, t="4", session=str(second.pk))
    assert PASSAGE.format(second.pk) in page
    assert PASSAGE.format(first.pk) not in page
    assert 'id="start-' not in page_at(client, first, t="4", session="999999")


@pytest.mark.parametrize("query", [{}, {"t": "x"}, {"t": "4", "find": "words"}])
def test_without_a_second_or_with_words_to_find_nothing_is_pointed_at(client, db, query):
    session = session_in(hours=-24, transcript=SPOKEN)
    assert 'id="start-' not in page_at(client, session, **query)
