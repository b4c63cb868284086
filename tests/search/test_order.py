"""The order of what a reader finds tells no text that they may not see: a phrase is as rare as its words are."""

import pytest

from tests.search.test_engines import document, keys

# What a reader wrote, to see which of the two stands first.
OWN = {"resource:1": "reffa reffb", "resource:2": "kestrel moved"}
HIDDEN = 5


def hide(engine, *texts):
    """Each in so many documents of a space that the reader may not open."""
    engine.write(
        document(f"thread:{place}{number}", body=text, container="space:9")
        for place, text in enumerate(texts, start=1)
        for number in range(HIDDEN)
    )


@pytest.mark.parametrize("said", ["kestrel moved", "reffa reffb"])
@pytest.mark.parametrize(
    "asked", ['"reffa reffb" OR "kestrel moved"', "reffa reffb kestrel moved", "reffa-reffb OR kestrel-moved"]
)
def test_a_phrase_that_a_reader_may_not_see_changes_no_order(engine, asked, said):
    engine.write(document(f"resource:{number}", body=f"Words of sleep {number}") for number in range(10, 40))
    engine.write(document(key, body=text) for key, text in OWN.items())
    first, second = said.split()
    others = next(text for text in OWN.values() if text != said)
    # The same words in as many documents, and as many in each.
    hide(engine, f"{second} and {first}", f"{others.split()[1]} and {others.split()[0]}")
    before = keys(engine, asked, needs_all=False)
    assert set(before) == OWN.keys()
    hide(engine, f"{first} {second} and", f"{others.split()[1]} and {others.split()[0]}")
    assert keys(engine, asked, needs_all=False) == before
