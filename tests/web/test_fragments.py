"""Parts of pages that are kept never mix up what they were given."""

import pytest
from django.utils import translation
from django.utils.safestring import mark_safe

from web import fragments
from web.fragments import fragment


@pytest.fixture
def shown(monkeypatch):
    """Text in a fragment, and how often a template was asked for."""
    asked = []
    loaded = fragments.get_template
    monkeypatch.setattr(fragments, "get_template", lambda name: asked.append(name) or loaded(name))
    fragments._rendered.cache_clear()

    def show(text, **values):
        return fragment("components/notice.html", text=text, **values)

    yield show, asked
    fragments._rendered.cache_clear()


def test_the_same_values_are_rendered_once(shown):
    show, asked = shown
    assert show("One") == show("One")
    assert len(asked) == 1
    assert "Two" in show("Two") and "One" not in show("Two")


def test_safe_text_never_stands_in_for_the_same_text_unsafe(shown):
    show, _ = shown
    assert "<b>x</b>" in show(mark_safe("<b>x</b>"))
    assert "<b>x</b>" not in show("<b>x</b>")


def test_names_and_languages_are_told_apart(shown):
    show, asked = shown
    assert "warning" in show("One", kind="warning")
    assert "warning" not in show("One", title="warning").partition("notice-body")[0]
    with translation.override("cy"):
        show("One")
    assert len(asked) == 3


def test_while_developing_a_changed_template_shows_at_once(shown, settings):
    show, asked = shown
    settings.DEBUG = True
    show("One"), show("One")
    assert len(asked) == 2
