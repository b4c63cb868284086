"""Addresses and numbers that an organisation gives out: people must be able to tell each other how to reach it."""

from __future__ import annotations

import re

from moderation.screening.reading import Readable

# How far from an address the organisation may be named, in letters.
REACH = 90

_ORGANISATION = re.compile(
    r"\b(?:cent(?:re|er)s?|hubs?|librar(?:y|ies)|hall|church|mosque|temple|(?<!after )(?<!before )school|"
    r"academy|nursery|playgroup|college|"
    r"university|hospital|clinic|surgery|(?:medical|health|general) practice|council|children's services|services?|"
    r"departments?|offices?|teams?|headquarters|trust|charity|foundation|institute|association|society|federation|"
    r"agency|commission|nspcc|ofsted|lado|mash|police|fire station|(?:county|crown|family|magistrates) court|"
    r"museum|theatre|leisure|pharmacy|"
    r"food ?bank|advice|switchboard|helpline|hotline|triage|(?:duty|advice|phone|quit|information|crisis|care) ?line|"
    r"reception|(?:front|duty|help) desk|enquir(?:y|ies)|bookings?|freepost|p\.?o\.? box|venue|where|"
    r"sat ?nav|car park|parking|"
    r"conference|workshop|training|sessions?|stay and play|drop-?in|groups?|families rock|home-?start|royal|"
    r"house, [A-Z][\w']+ (?:street|road|lane|square|avenue)|"
    # Names of charities and of colleges say what they are for, with a capital.
    r"(?-i:Children|Childcare|Famil(?:y|ies)|Parents?|Visiting|Midwives|Nursing|Literacy|Health|Wellbeing|Support|Action|"
    r"Barnardo's|Coram|NCB|NCT|Bliss|Tommy's|Sands|Mencap|Mind|Scope|Shelter|Relate|Crisis|Cruse|Samaritans|Gingerbread|"
    r"Contact|Unicef|UNICEF|RC[A-Z]{1,4}|Ltd|CIC|PLC))\b"
    # "12 School Lane" is no school.
    r"(?! (?:lane|road|street|avenue|close|drive|grove|terrace|way|place|crescent|hill|view|row|walk|gardens|mews)\b)",
    re.IGNORECASE,
)
# Somebody's own: what stands beside these is theirs, whatever organisation is named too.
_PRIVATE = re.compile(
    r"\b(?:mum|mam|mummy|mother|dad|daddy|father|nan|nana|gran|granny|grandad|grandparents?|aunt(?:ie|y)?|uncle|sister|"
    r"brother|sibling|neighbour|partner|carer|parent|child|boy|girl|baby|toddler|twins?|son|daughter|client|patient|"
    r"tenant|(?:a|the|this|one|another|our|their) famil(?:y|ies)(?! (?:hub|cent|court|support|service|info))|"
    r"family (?:at|in|of|from|is|was|are|has|have|moved|lives?)|"
    r"he|him|his|she|her|hers|my|mine|me|they|they're|them|lives?|living|lived|stays?|staying|resident|resides?|"
    r"mov(?:ed|ing|es)|(?<!health )visit(?:ed|ing)?|"
    r"flat|at home|(?:home|house) (?:number|phone|tel|line)|home address|"
    r"home (?:is|visit)|temporary accommodation|refuge|"
    r"collect(?:ed)? from|placed|foster)\b",
    re.IGNORECASE,
)
_SHARED_INBOX = re.compile(
    r"(?:^|[._+-]|\b)(?:info|ask|comm(?:s|unicat)|enquir|inquir|admin|hello|hi$|contact|office|team|help|support|bookings?|events?|press|media|"
    r"training|courses|learning|safeguarding|referrals?|reception|duty|library|news|membership|volunteer|research|"
    r"editor|earl(?:y|ier)|famil(?:y|ies)(?!\.)|children|cyp|fis|hub|send|mash|lado|housing|customer|service|mail$|"
    r"post$|postmaster|webmaster|no-?reply|feedback|complaints|consult|policy|data|dpo|foi|recruit|jobs|hr$|finance|"
    r"accounts|partnership|community|network|forum|conference|webinar|breastfeeding|infant|midwi|health)",
    re.IGNORECASE,
)
_ANYBODYS_MAIL = re.compile(
    r"\b(?:gmail|googlemail|hotmail|outlook|live|msn|yahoo|ymail|icloud|me|mac|aol|btinternet|sky|virginmedia|talktalk|"
    r"ntlworld|blueyonder|tiscali|proton|protonmail|pm|gmx|mail|zoho|fastmail)\s*\.",
    re.IGNORECASE,
)


def is_given_out(text: Readable, start: int, end: int) -> bool:
    """Whether the words around an address or a telephone name an organisation, and nobody of a family."""
    line_start = text.text.rfind("\n", max(0, start - REACH), start) + 1
    line_end = text.text.find("\n", end, end + REACH)
    around = (
        text.text[max(line_start, start - REACH) : start]
        + " "
        + text.text[end : line_end if line_end >= 0 else end + REACH]
    )
    return bool(_ORGANISATION.search(around)) and not _PRIVATE.search(around)


def is_shared_inbox(address: str) -> bool:
    """info@…, training@…: an office's name before the @, and no provider behind it at which anybody gets an address."""
    name, _at, host = address.partition("@")
    return bool(host) and bool(_SHARED_INBOX.search(name)) and not _ANYBODYS_MAIL.search(host)
