"""Text made to be slow costs little: counted in calls, and held by the system's own limit on processor time."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from markup.markdown import MAX_SOURCE, to_html
from markup.render import render

UNITS = [
    *'[]()*>_~`<&!@\\"-+#:/|=\n\t ',
    *("[a](", "![a](", "[](", "](", "[a](<", '[a](b "', "[a](b)", "[[a](b)", "[a]:b\n"),
    *("*a ", "**a ", "*a_ ", "*a **b ", "*_", "_*~", "~~a ", "a*b"),
    *("<a@", "<http:", "<a>", "<!--", '<b x="', "&amp;", "&#", "\ud800", "\u202e"),
    *("http://", "://", "http://@", "http://[", "http://a.b/(", "http://a.b/'", "www.", "www.a.b/?", "www.|"),
    *("a.com ", "a@b.com ", "x@y.", "@ab ", "@a-", "mailto:", "xn--a.", "http://xn--a.", "a.b.c.d"),
    *("`a", "` `` ", "> a\n", "- a\n", "- - - x\n", "1. a\n", "~~~\n", "> ```\n", "a\n", "a  \n", "- a\n\n"),
]


def calls(source: str) -> int:
    """How many Python and C functions rendering calls; the same on every machine and every day."""
    count = 0

    def notice(frame, event, argument):
        nonlocal count
        count += event in ("call", "c_call")

    previous = sys.getprofile()
    sys.setprofile(notice)
    try:
        render(source)
    finally:
        sys.setprofile(previous)
    return count


@pytest.mark.parametrize("unit", UNITS, ids=repr)
def test_twice_the_text_is_about_twice_the_work(unit):
    render(unit)
    short, long = (calls((unit * length)[:length]) for length in (1500, 3000))
    assert long <= 2.6 * short + 3000, f"{short} calls, then {long}"


def test_the_longest_texts_end_in_time():
    """The work inside regular expressions cannot be counted, so the system ends the process that takes too long.

    All of it takes a few seconds; a pattern that backtracks without end, as one of linkify-it's did over
    "xn--a.xn--a.", would need days.
    """
    script = """
        import resource
        resource.setrlimit(resource.RLIMIT_CPU, (240, 240))
        import django
        django.setup()
        from tests.markup.test_work import exhaust
        print("ended", exhaust())
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        cwd=Path(__file__).resolve().parents[2],
        env={"DJANGO_SETTINGS_MODULE": "tests.settings", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == f"ended {len(UNITS) + len(LONG)}\n", done.stderr[-2000:]


LONG = [
    "*a " * 3000 + "a* " * 3000,
    "**a " * 2500 + "a** " * 2500,
    "[" * 10000 + "]" * 10000,
    "[" * 5000 + "](/x)" * 3000,
    "*" * 9999 + "a" + "*" * 9999,
    "http://" + "a." * 9990,
    "http://" + "xn--a." * 3000 + "_",
    "http://a.b/" + "(" * 19900,
    "a" * 19990 + "@b.com",
    " ".join("`" * length for length in range(1, 195)),
    "".join("  " * depth + "- a\n" for depth in range(139)),
    "".join("> " * (depth % 100) + "a\n" for depth in range(190)),
    ">" * 12 + "a\n" + "b\n" * 9000,
]


def exhaust() -> int:
    """Render every hostile text at full length, and say how many there were."""
    texts = [(unit * MAX_SOURCE)[:MAX_SOURCE] for unit in UNITS] + [text[:MAX_SOURCE] for text in LONG]
    for text in texts:
        render(text)
    return len(texts)


def test_deep_emphasis_survives_both_sanitisers():
    source = "*a " * 900 + "a* " * 900
    html = render(source)
    assert html.count("<em>") == html.count("</em>") == to_html(source).count("<em>") == 900


@pytest.mark.parametrize("text", [(unit * MAX_SOURCE)[:MAX_SOURCE] for unit in UNITS] + LONG, ids=lambda text: text[:9])
def test_the_longest_texts_cost_a_bounded_number_of_calls(text):
    """Four million take about a fifth of a second."""
    assert calls(text[:MAX_SOURCE]) < 4_000_000


def test_a_text_of_thousands_of_parts_is_shown_as_typed():
    html = render("- <b>\n" * 2500)
    assert html.startswith("<pre>- &lt;b&gt;\n- ") and html.endswith("</pre>") and "<li>" not in html
