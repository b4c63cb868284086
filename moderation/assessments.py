"""Templates of the records that the Online Safety Act asks a small forum for, in plain words.

The order and the seventeen kinds follow Ofcom's guidance on risk assessments (illegal content, December 2024; children,
April 2025). Answers are kept by the names of the questions, so that a question may be worded better later.
"""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from moderation.models import Assessment

Text = str | Promise
Kind = Assessment.Kind


class Question(NamedTuple):
    """`choices` empty: an answer in words."""

    name: str
    label: Text
    hint: Text = ""
    choices: tuple[tuple[str, Text], ...] = ()


class Part(NamedTuple):
    title: Text
    hint: Text
    questions: tuple[Question, ...]


LEVELS = (
    ("negligible", _("Negligible")),
    ("low", _("Low")),
    ("medium", _("Medium")),
    ("high", _("High")),
)
YES_NO = (("yes", _("Yes")), ("no", _("No")))

# The kinds of priority illegal content that each service has to assess one by one.
ILLEGAL = (
    ("terrorism", _("Terrorism")),
    ("grooming", _("Child sexual exploitation and abuse: grooming")),
    ("csam", _("Child sexual exploitation and abuse: images, addresses of images")),
    ("hate", _("Hate")),
    ("harassment", _("Harassment, stalking, threats and abuse")),
    ("control", _("Controlling or coercive behaviour")),
    ("intimate", _("Intimate image abuse")),
    ("extreme", _("Extreme pornography")),
    ("exploitation", _("Sexual exploitation of adults")),
    ("trafficking", _("Human trafficking")),
    ("immigration", _("Unlawful immigration")),
    ("fraud", _("Fraud and financial offences")),
    ("proceeds", _("Proceeds of crime")),
    ("drugs", _("Drugs and psychoactive substances")),
    ("weapons", _("Firearms, knives and other weapons")),
    ("suicide", _("Encouraging or assisting suicide")),
    ("foreign", _("Foreign interference")),
    ("cruelty", _("Animal cruelty")),
)
# "Child sexual exploitation and abuse" is one of the seventeen kinds, in two parts that are assessed apart.
HARMFUL_TO_CHILDREN = (
    ("pornography", _("Pornographic content")),
    ("self_harm", _("Suicide and self-harm content")),
    ("eating", _("Eating disorder content")),
    ("abuse", _("Abuse and hate content")),
    ("bullying", _("Bullying content")),
    ("violence", _("Violent content")),
    ("substances", _("Harmful substances content")),
    ("challenges", _("Dangerous stunts and challenges content")),
    ("stigma", _("Depression and body stigma content")),
)

SERVICE = Part(
    _("The service"),
    _("What it is and who uses it. Take the numbers from the day on which you write."),
    (
        Question("purpose", _("What is the service, and whom is it for?")),
        Question("users", _("How many people use it?"), _("Members, people who wrote in the last month, visitors.")),
        Question("who", _("Who are they?"), _("Ages, work, whether some of them may be easier to harm than others.")),
        Question(
            "functions", _("What can people do on it?"),
            _("Post, reply, send pictures and files, link, search, follow, post without a name, closed spaces, e-mail. "
              "Say too what they cannot do: there are no private messages between members, and nothing is live."),
        ),
        Question("money", _("How is it paid for, and does that add a risk?"), _("No advertising, no selling?")),
        Question("evidence", _("What did you look at?"), _("Reports, appeals, the year in numbers, what members said, "
                                                           "Ofcom’s register of risks.")),
    ),
)  # fmt: skip
MEASURES = Part(
    _("What is done about it"),
    _("Say for each what is there, and what is still to do, by whom and by when."),
    (
        Question("screening", _("Before something appears"), _("Screening, rules for holding, trust, limits.")),
        Question("reports", _("Reports and complaints"), _("Who reads them, how soon, appeals, people outside.")),
        Question("people", _("People"), _("Moderators, safeguarding leads, stand-ins: who is named, and trained how?")),
        Question("terms", _("Terms and house rules"), _("Where they stand, and when they were last read anew.")),
        Question("todo", _("What is still to do"), _("What, who, by when.")),
        Question("overall", _("The risk that is left, all in all"), "", LEVELS),
    ),
)  # fmt: skip


def _kinds(kinds: tuple[tuple[str, Text], ...]) -> tuple[Part, ...]:
    """For each kind of content: how likely, how bad, why, and what lowers the risk."""
    return tuple(
        Part(
            label,
            "",
            (
                Question(f"{name}_likelihood", _("How likely is it here?"), "", LEVELS),
                Question(f"{name}_impact", _("How much harm could it do?"), "", LEVELS),
                Question(f"{name}_why", _("Why do you think so?"), _("What you have seen; what people can do here.")),
                Question(f"{name}_measures", _("What lowers the risk?")),
            ),
        )
        for name, label in kinds
    )


ACCESS = (
    Part(
        _("Can children come here?"),
        _("The Act asks every service this, at least once a year. Only age checks that really keep children out count "
          "as a “no”: a box to tick does not."),
        (
            Question("can", _("Is it possible for children to reach the service, or a part of it?"), "", YES_NO),
            Question("can_why", _("Why?"), _("What stands between a child and the pages: sign-up, age, privacy.")),
        ),
    ),
    Part(
        _("Do children come here, or are they likely to?"),
        _("Either is enough. “Child” means anybody under 18."),
        (
            Question("many", _("Does a significant number of children use it?"), "", YES_NO),
            Question("many_why", _("How do you know?"), _("Sign-up, what members say of themselves, surveys.")),
            Question("attract", _("Is it of a kind that is likely to attract many children?"), "", YES_NO),
            Question("attract_why", _("Why?"), _("Subjects, language, design, whom it is made for.")),
        ),
    ),
    Part(
        _("What follows"),
        _("If children can come and one of the other answers is “yes”, a children’s risk assessment is due within "
          "three months."),
        (Question("result", _("Is the service likely to be accessed by children?"), "", YES_NO),
         Question("next", _("What do you do now?"))),
    ),
)  # fmt: skip
TEMPLATES: dict[str, tuple[Part, ...]] = {
    Kind.ILLEGAL: (SERVICE, *_kinds(ILLEGAL), MEASURES),
    Kind.ACCESS: ACCESS,
    Kind.CHILDREN: (SERVICE, *_kinds(HARMFUL_TO_CHILDREN), MEASURES),
}


def questions(kind: str) -> list[Question]:
    return [question for part in TEMPLATES[kind] for question in part.questions]


def answered(assessment: Assessment) -> list[tuple[Part, list[tuple[Question, str]]]]:
    """The parts with their answers as people read them; what was not answered is empty."""
    return [
        (part, [(question, _said(question, assessment.answers.get(question.name, ""))) for question in part.questions])
        for part in TEMPLATES[assessment.kind]
    ]


def _said(question: Question, answer: str) -> str:
    return str(dict(question.choices).get(answer, answer)) if question.choices else answer
