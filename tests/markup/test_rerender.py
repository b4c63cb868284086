"""`manage.py rerender` brings stored HTML up to date."""

from io import StringIO

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.core.management import CommandError, call_command

from forum.models import Post
from markup import registry
from markup.management.commands import rerender
from markup.markdown import MAX_SOURCE
from markup.render import RENDERER_VERSION, render
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def only_posts(monkeypatch):
    monkeypatch.setattr(registry, "_registered", {})
    registry.register(Post)


def posts(count: int, version: int = 0) -> list[Post]:
    thread = factories.make_thread(posts=0)
    made = [factories.make_post(thread, source=f"**{number}**") for number in range(count)]
    Post.objects.update(html="old", renderer_version=version)
    return made


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("rerender", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def stored() -> list[tuple[str, int]]:
    return list(Post.objects.order_by("pk").values_list("html", "renderer_version"))


def fresh(count: int) -> list[tuple[str, int]]:
    return [(f"<p><strong>{number}</strong></p>", RENDERER_VERSION) for number in range(count)]


@pytest.mark.parametrize("batch", ["1", "2", "5", "6"])
def test_older_rows_are_rendered_again_in_batches(batch):
    posts(5)
    assert "5 rendered" in run("--batch", batch)
    assert stored() == fresh(5)


def test_rows_that_are_up_to_date_stay_unless_all_are_asked_for():
    posts(2, RENDERER_VERSION)
    assert "0 rendered" in run()
    assert stored() == [("old", RENDERER_VERSION)] * 2
    assert "2 rendered" in run("--all")
    assert stored() == fresh(2)


def test_a_run_that_broke_off_goes_on_where_it_was(monkeypatch):
    posts(3)
    left = iter(range(2))

    def breaks(source, *, profile):
        if next(left, None) is None:
            raise KeyboardInterrupt
        return render(source, profile=profile)

    monkeypatch.setattr(rerender, "render", breaks)
    with pytest.raises(KeyboardInterrupt):
        run("--batch", "1")
    assert [version for _, version in stored()] == [RENDERER_VERSION, RENDERER_VERSION, 0]
    monkeypatch.undo()
    monkeypatch.setattr(registry, "_registered", {})
    registry.register(Post)
    assert "1 rendered" in run()
    assert stored() == fresh(3)


def test_a_post_that_is_edited_meanwhile_keeps_its_newer_html(monkeypatch):
    post = posts(1)[0]

    def somebody_edits(source, *, profile):
        Post.objects.filter(pk=post.pk).update(source="newer", html="<p>newer</p>")
        return render(source, profile=profile)

    monkeypatch.setattr(rerender, "render", somebody_edits)
    run()
    assert stored() == [("<p>newer</p>", 0)]


def test_a_text_that_is_too_long_is_named_and_the_rest_is_done():
    long, _ = posts(2)
    Post.objects.filter(pk=long.pk).update(source="a" * (MAX_SOURCE + 1))
    with pytest.raises(CommandError, match=f"forum.Post.html {long.pk}$"):
        run()
    assert stored() == [("old", 0), fresh(2)[1]]


def test_an_empty_table_is_no_trouble():
    assert "0 rendered" in run()


def test_a_column_that_does_not_exist_is_refused_at_once():
    with pytest.raises(FieldDoesNotExist):
        registry.register(Post, html="body")


def test_a_model_may_register_two_columns_and_a_second_time(monkeypatch):
    registry.register(Post)
    registry.register(Post, html="source", profile="about")
    assert [(entry.html, entry.profile) for entry in registry.registered()] == [
        ("html", "post"),
        ("source", "about"),
    ]


def test_no_query_depends_on_how_many_rows_are_up_to_date(django_assert_num_queries):
    posts(3, RENDERER_VERSION)
    with django_assert_num_queries(2):
        run()
