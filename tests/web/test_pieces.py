"""Shared pieces of pages are written once, and pages can be read without the stylesheet."""

import re
from pathlib import Path

import pytest
from django.template import Context, Template

TEMPLATES = Path(__file__).parents[2] / "templates"
# Who else writes a piece out, as docs/decisions/pieces-once.md has it.
WRITTEN_OUT = {
    "row": {"search/_hit.html", "forum/_thread_row.html", "forum/_space_row.html"},
    "avatar": {"search/_hit.html", "forum/_post.html"},
    "tag": {"forum/_post.html"},
    "field": {"forum/_add_files.html", "events/webinar_index_page.html"},
    "notice": {"events/transcript.html"},
    "card": set(),
    "empty": set(),
    "pagination": set(),
    "error-summary": set(),
    "breadcrumbs": set(),
}


def pages():
    for path in sorted(TEMPLATES.rglob("*.html")):
        name = path.relative_to(TEMPLATES).as_posix()
        if "/email/" not in name and not name.startswith("components/"):
            yield name, path.read_text()


@pytest.mark.parametrize("piece", WRITTEN_OUT)
def test_a_piece_is_written_once(piece):
    assert (TEMPLATES / "components").is_dir()
    pattern = re.compile(rf'class="{piece}[ "{{]')
    assert {name for name, text in pages() if pattern.search(text)} == WRITTEN_OUT[piece]


def test_every_piece_is_used_on_a_page():
    shown = "".join(text for name, text in pages() if name != "web/styleguide.html")
    shown += "".join(path.read_text() for path in (TEMPLATES / "components").glob("*.html"))
    shown += "".join(path.read_text() for path in TEMPLATES.parent.glob("*/templatetags/*.py"))
    pieces = {path.name for path in (TEMPLATES / "components").glob("*.html")}
    assert {piece for piece in pieces if f"components/{piece}" not in shown} == set()


def test_words_beside_each_other_stay_apart_without_the_stylesheet():
    beside = re.compile(r'</(?:a|button|span)>((?:\{%[^%]*%\})*)<(?:a|button|span)\b(?! class="visually-hidden)')
    glued = {
        f"{name}: {text[found.start() - 60 : found.end() + 40]}"
        for name, text in pages()
        for found in beside.finditer(text)
        # Of two alternatives only one is shown.
        if not re.search(r"\{% (?:else|elif)", found[1])
    }
    assert glued == set()


@pytest.mark.parametrize("piece", ["row", "card", "notice", "empty_state"])
def test_what_a_piece_holds_is_escaped_where_it_was_written(piece):
    source = "{% piece title=said %}<p>{{ said }}</p>{% endpiece %}".replace("piece", piece)
    html = Template(source).render(Context({"said": "<i>said</i>"}))
    assert "<p>&lt;i&gt;said&lt;/i&gt;</p>" in html
    assert html.count("&lt;i&gt;said&lt;/i&gt;") == 2 and "<i>" not in html


def test_a_row_holds_more_within_or_beside():
    def drawn(more):
        source = (
            '{% row label="Guidance" label_too=2020 title="Sleep" heading="h2" ' + more + " %}<b>more</b>{% endrow %}"
        )
        return re.sub(r"\s+", " ", Template(source).render(Context()))

    assert '<p class="row-label">Guidance · 2020</p> <h2 class="row-title">Sleep</h2>' in drawn("")
    assert "<b>more</b> </div> </li>" in drawn("")
    assert "</div> <b>more</b> </li>" in drawn("is_beside=True")
