"""Characters that member text may not hold."""

import re

# U+202E and its kin turn the direction of reading: they make "gpj.exe" look like "exe.jpg". The marks that
# Arabic, Hebrew and Persian need (U+200C to U+200F, U+061C) stay.
_REMOVED = "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufff9-\ufffb\ufffe\uffff"
_NEWLINES = "\x0b\x0c\x85\u2028\u2029"
_SURROGATES = "\ud800-\udfff"
_UNWANTED = re.compile(f"\r\n?|[{_REMOVED}{_NEWLINES}{_SURROGATES}]")


def _replacement(match: re.Match[str]) -> str:
    found = match[0]
    if found[0] == "\r" or found in _NEWLINES:
        return "\n"
    return "\ufffd" if "\ud800" <= found <= "\udfff" else ""


def clean_characters(text: str) -> str:
    """`text` with one kind of line end, without controls and overrides of direction, and fit for UTF-8.

    A lone surrogate, which no database takes, becomes U+FFFD.
    """
    return _UNWANTED.sub(_replacement, text)
