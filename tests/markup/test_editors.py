"""A moderator who publishes resources is trusted with the library, not with other people's browsers."""

import json
import re

import pytest
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.rich_text import RichText

from markup.editors import clean_rich_text
from tests import factories
from tests.markup.payloads import OURS
from web.blocks import FEATURES

EVIL = [
    '<p><a href="javascript:alert(1)">x</a></p>', '<p><a href="JaVaScRiPt:alert(1)">x</a></p>',
    '<p><a href=" java\tscript:alert(1)">x</a></p>', '<p><a href="&#106;avascript:alert(1)">x</a></p>',
    '<p><a href="data:text/html;base64,PHNjcmlwdD4=">x</a></p>', '<p><a href="vbscript:x">x</a></p>',
    "<p><img src=x onerror=alert(1)></p>", "<p><script>alert(1)</script></p>", '<p onclick="alert(1)">x</p>',
    '<iframe src="https://evil.example"></iframe>', '<p style="position:fixed">x</p>', "<svg onload=alert(1)>",
    '<embed embedtype="media" url="https://evil.example/x"/>', '<embed embedtype="image" id="1" format="left"/>',
    '<form action="https://evil.example"><input name="password"></form>', "<math><mtext><style><img src=x onerror=a>",
    '<a href="https://a.example" target="_blank" onmouseover="alert(1)">x</a>', "<base href='https://evil.example'>",
]  # fmt: skip
ALIVE = re.compile(
    r"<(script|img|iframe|svg|embed|form|input|style|base|math)|\son\w+\s*=|style\s*=|(java|vb)script:|data:",
    re.IGNORECASE,
)


@pytest.mark.django_db
@pytest.mark.parametrize("source", [*EVIL, *OURS], ids=range(len(EVIL) + len(OURS)))
def test_nothing_in_rich_text_lives(source):
    for value in (source, RichText(source)):
        html = re.sub(r">[^<]*<", "><", f">{clean_rich_text(value)}<")
        assert not ALIVE.search(html), html


@pytest.mark.django_db
def test_what_editors_need_stays():
    page = factories.make_resource(title="Naps")
    source = (
        f'<h3>One</h3><p><b>bold</b> <i>it</i> <a linktype="page" id="{page.pk}">in</a> '
        '<a href="https://www.gov.uk/a?b=1&amp;c=2">out</a> <a href="mailto:a@example.org">mail</a></p>'
        "<ul><li>x</li></ul>"
    )
    assert clean_rich_text(source) == source.replace(f'linktype="page" id="{page.pk}"', f'href="{page.url}"')
    assert clean_rich_text(None) == clean_rich_text("") == ""


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["text", "call_out", "steps"])
def test_every_block_with_rich_text_goes_through_it(kind, client):
    evil = '<p><a href="javascript:alert(1)" onclick="alert(2)">x</a></p>'
    value = {
        "text": evil,
        "call_out": {"heading": "", "text": evil},
        "steps": {"steps": [{"title": "A", "text": evil}]},
    }
    page = factories.make_resource(body=[(kind, value[kind] if kind == "text" else value[kind])])
    html = client.get(page.url).content.decode()
    assert "<a>x</a>" in html and "javascript:" not in html and "onclick" not in html


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", " jAvascript:x", "vbscript:x"])
def test_a_forged_form_of_the_editor_stores_no_such_link(address):
    content = {
        "blocks": [{
            "key": "a", "text": "x", "type": "unstyled", "depth": 0, "inlineStyleRanges": [],
            "entityRanges": [{"offset": 0, "length": 1, "key": 0}],
        }],
        "entityMap": {"0": {"type": "LINK", "mutability": "MUTABLE", "data": {"url": address}}},
    }  # fmt: skip
    stored = ContentstateConverter(FEATURES).to_database_format(json.dumps(content))
    assert "script:" not in stored.lower() and "data:" not in stored
