"""Try to run scripts through member text: `python -m bench.xss FILE` (what `make xss PAYLOADS=FILE` calls).

FILE holds one payload a line, or a JSON list. Every payload is tried in every dressing. The exit code is 1 when
anything ran, and every payload that did is named.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape
from pathlib import Path

import django
from django.utils.html import conditional_escape
from tqdm import tqdm

from bench.chromium import CHROMIUM, Chromium, Finding, ProbedPage
from bench.payloads import batches, dressed, read_payloads
from markup.render import render
from markup.templatetags.markup import member_html
from markup.text import plain_text, quote

BATCH = 400
Builder = Callable[[list[str]], ProbedPage]


def page_of(fragments: Sequence[str], name: str) -> ProbedPage:
    """One page that holds every fragment of HTML as a template would show it."""
    body = "\n".join(f'<div class="prose" data-part>{fragment}</div>' for fragment in fragments)
    html = f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(name)}</title><body>{body}</body></html>"
    return ProbedPage(name, html, parts=len(fragments))


def rendered_post(payloads: list[str]) -> ProbedPage:
    """Each payload as a post, in every dressing, with a mention drawn into it."""
    people = {"probe": ("<img src=x onerror=alert(1)>", "/people/probe/")}
    posts = [render(f"@probe {source}") for payload in payloads for source in dressed(payload)]
    return page_of([member_html(post, people) for post in posts], "post")


def rendered_about(payloads: list[str]) -> ProbedPage:
    """Each payload as what somebody says of themselves."""
    return page_of([render(payload, profile="about") for payload in payloads], "profile")


def previews(payloads: list[str]) -> ProbedPage:
    """Each payload as a preview in plain text, and quoted in a reply."""
    shown = [conditional_escape(plain_text(payload, 300)) for payload in payloads]
    quoted = [render(quote(payload, payload, 1000)) for payload in payloads]
    return page_of(shown + quoted, "preview")


RENDERED: list[Builder] = [rendered_post, rendered_about, previews]


def culprits(
    payloads: list[str], browser: Chromium, builders: Iterable[Builder], size: int = BATCH
) -> Iterator[tuple[str, Finding]]:
    """(payload, what it did) for every payload that does anything on a page of any builder.

    A page holds `size` payloads; those of a page that did something are tried again one by one.
    """
    for build in builders:
        for batch in tqdm(list(batches(payloads, size)), desc=build.__name__, disable=None):
            if browser.probe([build(batch)]):
                for payload in batch:
                    yield from ((payload, found) for found in browser.probe([build([payload])]))


def try_all(payloads: list[str]) -> list[tuple[str, Finding]]:
    """Every culprit among `payloads`: rendered, and on the site's own thread, profile and search page."""
    from bench import xss_site

    with xss_site.empty_site(), Chromium() as browser:
        site = xss_site.SiteUnderTest()
        surfaces = [site.thread, site.profiles, site.searches]
        return [
            *culprits(payloads, browser, RENDERED),
            *culprits(payloads, browser, surfaces, xss_site.BATCH),
        ]


def main() -> int:
    parser = argparse.ArgumentParser(description="Try payloads in member text in a real Chromium.")
    parser.add_argument("file", type=Path, help="one payload a line, or a JSON list")
    try:
        payloads = read_payloads(parser.parse_args().file)
    except (OSError, ValueError) as error:
        print(f"The payloads cannot be read: {error}", file=sys.stderr)
        return 2
    if not CHROMIUM.exists():
        print(
            f"There is no Chromium at {CHROMIUM}. Try: apt-get install chromium, or set CHROMIUM.",
            file=sys.stderr,
        )
        return 2
    # Development mode, in which plain http is not sent on to https; the database is a new one all the same.
    os.environ["DEBUG"] = "true"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    found = try_all(payloads)
    for payload, finding in found:
        print(f"RAN  {payload!r}\n     {finding}")
    print(f"{len(payloads)} payloads tried, {len({payload for payload, _ in found})} did something.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
