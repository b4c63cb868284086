"""LaTeX's escapes in bibliographies: to plain text, and from plain text."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from knowledge.exchange.record import line, raised

if TYPE_CHECKING:
    from pylatexenc.latex2text import LatexNodes2Text

_SIGNS = re.compile(r"[\\{}$~^]|---?|``|''")
_ESCAPES = str.maketrans(
    {
        # BibTeX counts braces even behind a backslash, so one alone would end or swallow the entry.
        "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}",
        "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
        "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "–": "--", "—": "---",
    }
)  # fmt: skip
_LIGATURE = re.compile(r"(?<=-)(?=-)|(?<=')(?=')|(?<=`)(?=`)|(?<=[?!])(?=`)|(?<=<)(?=<)|(?<=>)(?=>)|(?<=,)(?=,)")
_BARE = str.maketrans({"\\": "%5C", "{": "%7B", "}": "%7D", " ": "%20"})
_LINK = re.compile(r"\\(?:url|href)\s*\{([^{}]*)\}(?:\s*\{([^{}]*)\})?")
_NAMED = {
    "textbraceleft": "{", "textbraceright": "}", "textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^",
    "textbar": "|", "textless": "<", "textgreater": ">", "textunderscore": "_", "pounds": "£", "euro": "€",
    "copyright": "©", "S": "§", "P": "¶", "ddag": "‡", "degree": "°", "permil": "‰", "slash": "/", "glqq": "„",
    "grqq": "“", "glq": "‚", "grq": "‘", "flqq": "«", "frqq": "»", "og": "«", "fg": "»", "quotesingle": "'",
    "LaTeX": "LaTeX", "TeX": "TeX", "BibTeX": "BibTeX", "space": " ", "nobreakspace": " ", "par": " ", "newline": " ",
}  # fmt: skip
_HIGH = re.compile(r"\$\s*(?:\{\})?\s*\^\s*(?:\{([^{}$\\]*)\}|([\w+-]))\s*\$|\\textsuperscript\s*\{([^{}\\]*)\}")
_LOW = re.compile(r"\$\s*(?:\{\})?\s*_\s*(?:\{([^{}$\\]*)\}|(\w))\s*\$")
_BOX = re.compile(r"\\[mf]box\s*(?=\{)")
# Biber and BibTeX sort by what stands in it; nobody reads it.
_UNSEEN = re.compile(r"\\noop(?:sort)?\s*\{[^{}]*\}")
DEEPEST = 40


@lru_cache(1)
def _reader() -> LatexNodes2Text:
    from pylatexenc import latex2text

    context = latex2text.get_default_latex_context_db()
    macros = [latex2text.MacroTextSpec(name, sign) for name, sign in _NAMED.items()]
    context.add_context_category("bibliography", macros=macros, prepend=True)
    return latex2text.LatexNodes2Text(latex_context=context, keep_comments=True, math_mode="text")


def to_text(value: str) -> str:
    """What a field says, as one line of plain text; what cannot be understood is left as it stands."""
    if not _SIGNS.search(value):
        return line(value)
    # The parser calls itself for each brace; a title has three deep, an attack has thousands.
    if _depth(value) > DEEPEST:
        return unbraced(value)
    value = _LINK.sub(lambda found: found[2] or found[1], value)
    value = _BOX.sub("", _UNSEEN.sub("", value))
    value = _HIGH.sub(lambda found: raised(found[1] or found[2] or found[3] or ""), value)
    value = _LOW.sub(lambda found: found[1] or found[2] or "", value)
    # A bare per cent begins a comment in LaTeX, but whoever exports a title means the sign.
    value = re.sub(r"(?<!\\)%", r"\\%", value)
    try:
        text = _reader().latex_to_text(value, tolerant_parsing=True)
    except (ValueError, IndexError, KeyError, TypeError, AttributeError, RecursionError):
        return unbraced(value)
    return unicodedata.normalize("NFC", line(text))


def unbraced(value: str) -> str:
    """An address or a number without the braces and the escapes of its signs."""
    found = _LINK.search(value)
    value = found[1] if found else value
    return line(re.sub(r"\\([_%&#$~])", r"\1", value).replace("{", "").replace("}", ""))


def escape(text: str) -> str:
    """The text as a field's value. Two signs that LaTeX would draw as one are kept apart."""
    pieces = _LIGATURE.split(line(text))
    return "{}".join(piece.translate(_ESCAPES) for piece in pieces)


def bare(text: str) -> str:
    """For addresses and numbers, which BibTeX styles print as they stand."""
    return line(text).translate(_BARE)


def _depth(value: str) -> int:
    depth = deepest = 0
    for sign in value:
        depth += {"{": 1, "}": -1}.get(sign, 0)
        deepest = max(deepest, depth)
    return deepest + value.count("\\begin") + value.count("$") // 2
