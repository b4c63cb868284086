"""Who is called in a text, and who sees a link."""

import re
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils.safestring import SafeString

from markup.markdown import MAX_SOURCE, SourceTooLong
from markup.mentions import link_mentions, mentions
from markup.registry import registered
from markup.render import render

PEOPLE = {"jo": ("Jo Ash", "/people/jo/"), "jo-ash-2": ("Jo", "/people/jo-ash-2/")}
JO = '<a class="mention" href="/people/jo/">@Jo Ash</a>'


@pytest.mark.parametrize(
    ("source", "handles"),
    [
        ("Thanks @jo", ["jo"]),
        ("@jo, @Sam and @jo again", ["jo", "sam"]),
        ("Ask @jo.", ["jo"]),
        ("Ask @jo.We did", ["jo"]),
        ("Ask @jo-ash-2!", ["jo-ash-2"]),
        ("(@jo) **@sam**", ["jo", "sam"]),
        ("- @jo\n- @sam", ["jo", "sam"]),
        ("one@jo", []),
        ("mail jo@example.org", []),
        ("@jo@example.org", []),
        ("https://a.example/@jo", []),
        ("[@jo](https://a.example)", []),
        ("`@jo` and\n\n```\n@sam\n```", []),
        ("> @jo said\n\n@sam", ["sam"]),
        ("- > @jo said\n- @sam", ["sam"]),
        ("@ @- @j @é", []),
        ("@" + "a" * 61, ["a" * 61]),
        ("@" + "a" * 62, []),
        ("@@jo", []),
        ("nobody", []),
    ],
)
def test_handles_are_found_in_ones_own_words(source, handles):
    assert mentions(source) == handles


def test_mentions_of_a_text_that_is_too_long_are_refused():
    with pytest.raises(SourceTooLong):
        mentions("@" * (MAX_SOURCE + 1))


def test_known_handles_become_links_and_unknown_ones_stay_text():
    html = link_mentions(render("@JO and @nobody and @jo-ash-2."), PEOPLE)
    assert html == (f'<p>{JO} and @nobody and <a class="mention" href="/people/jo-ash-2/">@Jo</a>.</p>')


@pytest.mark.parametrize(
    "source",
    [
        "`@jo`",
        "```\n@jo\n```",
        "[see @jo](https://a.example/)",
        "[see **@jo**](https://a.example/)",
        "https://a.example/@jo",
        "mail@jo.example.org",
        "@jo@example.org",
    ],
)
def test_handles_in_links_code_and_addresses_stay(source):
    html = render(source)
    assert link_mentions(html, PEOPLE) == html


def test_after_a_link_and_after_code_handles_count_again():
    html = link_mentions(render("`a` @jo [b](https://a.example/) @jo\n\n```\nc\n```\n\n@jo"), PEOPLE)
    assert html.count(JO) == 3


def test_a_quoted_handle_is_a_link_too():
    assert JO in link_mentions(render("> @jo"), PEOPLE)


def test_names_and_addresses_are_escaped():
    people = {"jo": ("<script>alert(1)</script>\u202e", '/people/"onclick="x/')}
    html = link_mentions(render("@jo"), people)
    assert html == (
        '<p><a class="mention" href="/people/&quot;onclick=&quot;x/">@&lt;script&gt;alert(1)&lt;/script&gt;</a></p>'
    )


def test_every_handle_called_outside_quotations_can_be_drawn():
    """Whoever is told of a mention finds it on the page: both readings of a text agree."""
    for source in (
        "@jo",
        "*@jo*",
        "a &amp; @jo",
        "&lt;@jo&gt;",
        "\\@jo",
        "@jo\n@jo",
        "(@jo)",
        "a@jo",
        "@jo_",
        "_@jo_",
    ):
        drawn = JO in link_mentions(render(source), PEOPLE)
        assert drawn == (mentions(source) == ["jo"]), source


def shown(template: str, **context) -> str:
    return Template("{% load markup %}" + template).render(Context(context))


def test_the_filter_shows_stored_html_and_links_people():
    html = str(render("**a** @jo"))
    assert shown("{{ html|member_html }}", html=html) == "<p><strong>a</strong> @jo</p>"
    assert shown("{{ html|member_html:people }}", html=html, people={}) == "<p><strong>a</strong> @jo</p>"
    assert shown("{{ html|member_html:people }}", html=html, people=PEOPLE) == f"<p><strong>a</strong> {JO}</p>"


def test_the_filter_returns_safe_text():
    from markup.templatetags.markup import member_html

    assert isinstance(member_html(str(render("@jo")), PEOPLE), SafeString)


def test_templates_give_the_filter_nothing_but_stored_html():
    """It marks what it gets as safe, so it must never get a text that render() did not make."""
    columns = {stored.html for stored in registered()}
    root = Path(__file__).resolve().parents[2]
    used = [
        (template, variable)
        for template in (root / "templates").rglob("*.html")
        for variable in re.findall(r"([\w.|]+)\s*\|\s*member_html", template.read_text())
    ]
    assert used, "no template shows member text"
    wrong = [(str(template), variable) for template, variable in used if variable.split(".")[-1] not in columns]
    assert wrong == []
