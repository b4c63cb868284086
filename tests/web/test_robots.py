import pytest


def test_robots_are_told_what_is_not_for_them(client):
    answer = client.get("/robots.txt")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    text = answer.content.decode()
    assert "Disallow: /people/" in text
    assert "Disallow: /library/" not in text


@pytest.mark.django_db
def test_profiles_are_closed_to_search_engines_besides(as_member, member):
    assert "noindex" in as_member.get(member.get_absolute_url())["X-Robots-Tag"]


def test_the_icon_is_where_old_browsers_look_for_it(client):
    assert client.get("/favicon.ico").url.endswith("/static/img/favicon.svg")
