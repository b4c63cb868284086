"""Videos of other sites: asked first, and nothing but the player's own host is let in."""

import pytest
from django.test import Client
from wagtail.embeds.exceptions import EmbedNotFoundException
from wagtail.embeds.models import Embed

from web import videos

pytestmark = [pytest.mark.django_db]
YOUTUBE = "https://www.youtube.com/watch?v=abc"


@pytest.fixture
def answers(monkeypatch):
    """What the video's site answers to oEmbed, instead of asking it."""

    def set_answer(html):
        def get_embed(url, **options):
            if html is None:
                raise EmbedNotFoundException
            return Embed(url=url, html=html)

        monkeypatch.setattr("wagtail.embeds.embeds.get_embed", get_embed)

    return set_answer


def frame(src):
    return f'<iframe width="200" src="{src}" onload="alert(1)" allowfullscreen></iframe>'


def test_nothing_is_loaded_before_the_reader_agrees(client, answers):
    answers(frame("https://www.youtube.com/embed/abc?feature=oembed"))
    page = client.get(videos.watch_url(YOUTUBE, "A film", "/library/film/"))
    text = page.content.decode()
    assert page.status_code == 200 and "<iframe" not in text and "YouTube learns the address" in text
    assert 'href="/library/film/"' in text and f'href="{YOUTUBE}"' in text
    assert "frame-src" not in page["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("src", "shown", "host"),
    [
        ("https://www.youtube.com/embed/abc?feature=oembed", "https://www.youtube-nocookie.com/embed/abc?feature=oembed",
         "https://www.youtube-nocookie.com"),
        ("https://player.vimeo.com/video/1?app_id=2&amp;h=x", "https://player.vimeo.com/video/1?app_id=2&amp;h=x&amp;dnt=1",
         "https://player.vimeo.com"),
    ],
)  # fmt: skip
def test_the_player_comes_once_they_agree_from_the_host_that_remembers_less(client, answers, src, shown, host):
    answers(frame(src))
    page = client.post(videos.watch_url(YOUTUBE, "A film", "/library/film/"))
    text = page.content.decode()
    assert f'src="{shown}"' in text and 'title="A film"' in text and "alert(1)" not in text
    assert f"frame-src {host};" in page["Content-Security-Policy"] + ";"


@pytest.mark.parametrize(
    "html", [None, "", frame("https://evil.test/x"), frame("javascript:alert(1)"), "<video src='https://x.test/'>"]
)
def test_what_is_no_player_that_we_know_stays_a_link(client, answers, html):
    answers(html)
    text = client.post(videos.watch_url(YOUTUBE, "A film", "/")).content.decode()
    assert "<iframe" not in text and "We cannot play this video here" in text and f'href="{YOUTUBE}"' in text


@pytest.mark.parametrize("token", ["x", "a" * 5000, "WyJ4Il0:1tz:bad"])
def test_a_forged_address_shows_nothing(client, token):
    assert client.get(f"/watch/{token}/").status_code == 404


def test_agreeing_needs_our_own_form(answers):
    answers(frame("https://www.youtube.com/embed/abc"))
    strict = Client(enforce_csrf_checks=True)
    address = videos.watch_url(YOUTUBE, "A film", "/")
    assert strict.post(address).status_code == 403
    assert strict.put(address).status_code in (403, 405)
