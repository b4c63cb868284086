"""Try to run scripts through member text: `python -m bench.xss FILE` (what `make xss PAYLOADS=FILE` calls).

FILE holds one payload a line, or a JSON list. Every payload is tried in every dressing. The exit code is 1 when
anything ran, and every payload that did is named.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from html import escape
from pathlib import Path

import django

from bench.chromium import CHROMIUM, Chromium, Finding, ProbedPage
from bench.payloads import batches, dressed, read_payloads

BATCH = 400
Builder = Callable[[list[str]], ProbedPage]


def page_of(fragments: list[str], name: str) -> ProbedPage:
    """One page that holds every fragment of HTML as a template would show it."""
    body = "\n".join(f'<div class="prose">{fragment}</div>' for fragment in fragments)
    html = f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(name)}</title><body>{body}</body></html>"
    return ProbedPage(name, html, holders=len(fragments))


def rendered_post(payloads: list[str]) -> ProbedPage:
    """Each payload as a post, in every dressing, with a mention drawn into it."""
    from markup.render import render
    from markup.templatetags.markup import member_html

    people = {"probe": ("<img src=x onerror=alert(1)>", "/people/probe/")}
    posts = [render(f"@probe {source}") for payload in payloads for source in dressed(payload)]
    return page_of([member_html(post, people) for post in posts], "post")


def rendered_about(payloads: list[str]) -> ProbedPage:
    """Each payload as what somebody says of themselves."""
    from markup.render import render

    return page_of([render(payload, profile="about") for payload in payloads], "profile")


def previews(payloads: list[str]) -> ProbedPage:
    """Each payload as a search result shows it, and quoted in a reply."""
    from django.template import Context, Template

    from markup.render import render
    from markup.text import plain_text, quote

    template = Template('{{ text }}<input value="{{ text }}">')
    shown = [template.render(Context({"text": plain_text(payload, 300)})) for payload in payloads]
    quoted = [render(quote(payload, payload, 1000)) for payload in payloads]
    return page_of(shown + quoted, "search")


BUILDERS: list[Builder] = [rendered_post, rendered_about, previews]


def search_for_culprits(
    payloads: list[str], browser: Chromium, builders: Iterable[Builder]
) -> Iterator[tuple[str, Finding]]:
    """(payload, what it did) for every payload that does anything on a page of any builder."""
    for build in builders:
        for batch in batches(payloads, BATCH):
            if browser.probe([build(batch)]):
                for payload in batch:
                    yield from ((payload, found) for found in browser.probe([build([payload])]))


def main() -> int:
    parser = argparse.ArgumentParser(description="Try payloads in member text in a real Chromium.")
    parser.add_argument("file", type=Path, help="one payload a line, or a JSON list")
    payloads = read_payloads(parser.parse_args().file)
    if not CHROMIUM.exists():
        print(f"There is no Chromium at {CHROMIUM}. Try: apt-get install chromium, or set CHROMIUM.", file=sys.stderr)
        return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    culprits = list(search_for_culprits(payloads))
    for payload, finding in culprits:
        print(f"RAN  {payload!r}\n     {finding}")
    print(f"{len(payloads)} payloads tried, {len({payload for payload, _ in culprits})} did something.")
    return 1 if culprits else 0


if __name__ == "__main__":
    sys.exit(main())
