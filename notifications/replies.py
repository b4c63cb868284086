"""What somebody wrote into an e-mail, without what their mail program quotes and without their signature."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from re import Pattern

MOST_LINE = 300
MOST_LINES = 2000
# English first; the library adds it to each of the others.
LANGUAGES = ["en", "de", "fr", "nl", "es", "it", "pl", "sv", "da", "ro"]
_SHORT_CLOSING = (
    r"(?:many thanks|thanks|thank you|cheers|best|kind regards|best regards|warm regards|regards|best wishes|"
    r"all the best|yours sincerely|sincerely|yours)"
)
# The library's own rule takes "Thanks, that helped", and all that follows, for a signature.
_SIGNATURE = re.compile(
    r"(?:"
    r"^--\s*$.*"  # the mark of e-mail since 1987
    r"|^[_*=-]{10,}\s*$.*"
    r"|^(?:sent (?:from (?:my|outlook|mail for|yahoo|samsung|aol)|with \[?proton|via (?:bt|outlook))|get outlook for|"
    r"von meinem .{1,20} gesendet|envoyé de mon)\b[^\n]{0,80}$.*"
    # What an office adds beneath everybody's words.
    r"|(?<=\n\n)^(?:this (?:e-?mail|message)|the (?:information|contents?)|e-?mails?)\b[^\n]{0,200}\b"
    r"(?:confidential|privileged|intended)\b(?=.{0,800}(?:intended|in error|addressee|disclose)).*"
    rf"|(?<=\n)^{_SHORT_CLOSING}[,.! ]*$(?:\n[^\n]{{0,80}}){{0,10}}\Z"
    r")",
    flags=re.MULTILINE | re.IGNORECASE | re.DOTALL,
)
# What an office's mail server writes above what comes from elsewhere.
_WARNING = re.compile(
    r"\A\W*(?:caution|warning|external|this (?:e-?mail|message))\b[^\n]{0,200}\b(?:outside|external|originated)\b"
    r"[^\n]{0,300}(?:\n[^\n]{1,300}){0,4}\n\s*\n",
    flags=re.IGNORECASE,
)
_WROTE = (
    r"(?:wrote|writes|schrieb|écrit|schreef|geschreven|escribió|scritto|skrev|skrifaði|napisał\w*|escreveu|kirjoitti|"
    r"пише|написал\w*)"
)
_BEGINS = r"(?:On|Le|Am|Op|El|Il|Em|Den|W dniu|Dnia|At|På|\d{1,4}[-./]\d{1,2}[-./]\d{1,4})"
# What mail programs write above a quotation, on one line or on up to four.
_INTRODUCTION = re.compile(
    rf"[-* ]*{_BEGINS}\b[^>]{{0,250}}>?[^>]{{0,60}}\b{_WROTE}\b[^\n]{{0,20}}(?::|-{{2,}})", re.IGNORECASE
)
_NAMED = re.compile(rf"[^<\n]{{0,80}}<[^>\n]{{0,100}}@[^>\n]{{0,100}}> {_WROTE}:", re.IGNORECASE)
_DATED = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}\b.{0,120}(?:GMT[+-]\d|<[^>\n]{0,100}@[^>\n]{0,100}>).{0,120}:?\s*")
_FIELD = re.compile(
    r"[>*\s]*(?:From|Sent|To|Cc|Subject|Date|Reply-To|Von|Gesendet|An|Betreff|Datum|De|Envoyé|À|Objet|Van|Verzonden|Aan|"
    r"Onderwerp|Da|Risposta|Inviato|A|Oggetto|Data|Para|Fecha|Asunto|Enviado|Assunto|Fra|Til|Emne|Från|Till|Ämne|Od|Do|"
    r"Temat|От|Кому|Тема|Дата|Від)[*\s]*:",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    r"[\s*_>-]*(?:-{2,}|_{5,}|Begin )\s*(?:Original Message|Originalnachricht|Ursprüngliche Nachricht|"
    r"Message d.origine|Message original|Forwarded message|Oorspronkelijk bericht|Messaggio originale|"
    r"Mensaje original|Oprindelig meddelelse)"
    r"[\s*_:-]*",
    re.IGNORECASE,
)
MOST_INTRODUCED = 4
_PLACEHOLDER = "longline{}longline"


def cut(text: str) -> str:
    """The reply alone; empty where the e-mail holds nothing else."""
    from mailparser_reply.parser import EmailMessage

    class Reply(EmailMessage):
        @property
        def SIGNATURE_REGEX(self) -> Pattern[str]:  # noqa: N802  (the library's name)
            return _SIGNATURE

        @property
        def DISCLAIMERS_REGEX(self) -> Pattern[str]:  # noqa: N802
            return re.compile(r"(?!)")

    lines, long_lines = _without_long_lines(text)
    lines = _WARNING.sub("", "\n".join(lines).lstrip()).split("\n")
    replies = Reply(text="\n".join(_without_quotations(lines)), languages=list(LANGUAGES)).read().replies
    body = replies[0].content if replies else ""
    body = _unquoted(_SIGNATURE.sub("", body))
    for number, line in enumerate(long_lines):
        body = body.replace(_PLACEHOLDER.format(number), line)
    return body.strip()


def _without_long_lines(text: str) -> tuple[list[str], list[str]]:
    """Long lines, which no header and no signature has, stand aside: the library's expressions take seconds for one."""
    kept, aside = [], []
    for line in re.sub(r"\n\s*\n\s*", "\n\n", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")[:MOST_LINES]:
        line = re.sub(r"[ \t\xa0]+", " ", line).strip()
        if len(line) > MOST_LINE:
            aside.append(line)
            line = _PLACEHOLDER.format(len(aside) - 1)
        kept.append(line)
    return kept, aside


def _without_quotations(lines: list[str]) -> list[str]:
    """Takes out what is introduced as another e-mail: as far as it is marked with ">", else all that follows."""
    kept: list[str] = []
    place = 0
    while place < len(lines):
        length = _introduction(lines, place)
        if not length:
            kept.append(lines[place])
            place += 1
            continue
        place += length
        while place < len(lines) and not lines[place]:
            place += 1
        if place < len(lines) and lines[place].startswith(">"):
            while place < len(lines) and (not lines[place] or lines[place].startswith(">")):
                place += 1
        elif any(kept):
            break
    return kept


def _introduction(lines: list[str], place: int) -> int:
    """How many lines from here introduce a quotation; 0 for none."""
    if not lines[place] or lines[place].startswith(">"):
        return 0
    if _SEPARATOR.fullmatch(lines[place]):
        return 1
    if _FIELD.match(lines[place]) and sum(bool(_FIELD.match(line)) for line in lines[place : place + 4]) > 1:
        return 1
    for length in range(1, MOST_INTRODUCED + 1):
        words = " ".join(line for line in lines[place : place + length] if line)
        if _INTRODUCTION.fullmatch(words) or _DATED.fullmatch(words) or (length == 1 and _NAMED.fullmatch(words)):
            return length
    return 0


def _unquoted(text: str) -> str:
    """Without quoted lines at the end; those that somebody answered one by one stay as quotations."""
    lines = text.rstrip().split("\n")
    while lines and (not lines[-1].strip() or lines[-1].startswith(">")):
        lines.pop()
    first = next((number for number, line in enumerate(lines) if line.strip() and not line.startswith(">")), len(lines))
    return "\n".join(lines[first:])
