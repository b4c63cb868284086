"""What may name a child or a family is found before it is posted; talk about work with families is left alone."""

import json
from io import StringIO
from itertools import product
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from moderation.screening import Kind, screen
from moderation.screening.numbers import is_nhs_number

ROOT = Path(__file__).resolve().parents[2]
POSTCODES = ROOT.parent / "shared" / "data" / "uk" / "postcode_tests"
THREADS = ROOT / "config" / "demo" / "data" / "threads"
ENOUGH, MOST_STOPPED = 0.95, 0.02

# Numbers for drama and for testing only: Ofcom's ranges, NHS numbers from 999, names made up.
FOUND = {
    Kind.NHS_NUMBER: (
        ["{}", "Her NHS number is {}.", "NHS no: {}", "nhs no.{} (checked)", "Found under {}, what now?"],
        ["999 000 0018", "9990000018", "999-000-0026", "999.000.0034", "999\u00a0000\u00a00042", "9 9 9 0 0 0 0 0 5 0",
         "９９９ ０００ ００６９", "999\u200b0000077", "943 476 5919", "943 4765919"],
    ),
    Kind.DATE_OF_BIRTH: (
        ["DOB {}", "d.o.b: {}", "born on {} at home", "Date of birth - {}", "his birthday is {}",
         "{} is her date of birth"],
        ["12/03/2021", "12.3.21", "12-03-2021", "3rd April 2019", "3 Apr 2019", "April 3, 2019", "2019-04-03",
         "14th of May 2020", "01/12/19", "third of April 2019", "16May2023", "20190403"],
    ),
    Kind.POSTCODE: (
        ["{}", "They live at 12 Example Road, {}.", "in {} now", "({})"],
        ["SE23 2NF", "L27 8XY", "l278xy", "EC1A 1BB", "W1A0AX", "M1 1AE", "CR2 6XH", "DN55 1PT", "BD1 5QQ", "NG7  1AA",
         "NG7.5QR", "M 14 5RQ", "SK14 1 AB", "Fy38ab"],
    ),
    Kind.PHONE: (
        ["{}", "Ring mum on {}", "mob: {}, evenings", "({})"],
        ["07700 900123", "07700900456", "07700-900-123", "07700 900 123", "+44 7700 900123", "+44 (0)7700 900123",
         "0044 7700 900123", "O7700 900123", "07700/900123",
         "020 7946 0018", "(0115) 496 0123", "0113 496 0000", "01632 960001", "+353 20 912 3456"],
    ),
    Kind.EMAIL: (
        ["{}", "Write to {} please", "<{}>", "mum's is {}."],
        ["asha@example.com", "a.b-c+d@mail.example.org.uk", "ASHA_PATEL@EXAMPLE.COM", "asha [at] example [dot] com",
         "asha(at)example.com", "asha at example dot co dot uk", "asha at gmail.com", "asha@gmail dot com",
         "asha @ example . com", "asha_at_gmail_dot_com", "asha<at>example<dot>com", "asha -at- gmail -dot- com"],
    ),
    Kind.CHILD_NAME: (
        ["{}, 4, bites other children", "{} (3) will not eat", "My son {} is 5 and cannot sleep",
         "{}, aged 2, has no words",
         "A boy called {}, who is 6, hides", "{} attends Hillside Primary School", "{} is in Year 2 and struggles",
         "4-year-old {} was seen at home", "{} goes to Little Acorns Nursery", "{} (8 months) is not sitting",
         "{} turned 3 in May", "{} just started in Reception", "My client {} is 18 months old",
         "{} (3y 4m) has no words", "{} - 3 years - has no words", "It is {}'s 4th birthday",
         "Name: {} Age: 3", "little {} at Little Acorns nursery", "{} was 3 last week", "Year 2 pupil {} hides",
         "{}, Y2, Thornhill Primary", "Name: {}, School: Oakfield Infants", "{}. She is 4 and goes to St Mary's."],
        ["Jayden Smith", "Oscar Green", "Mohammed Khan", "Olivia Grace Brown", "Zainab Hussain", "Siân Rhys-Jones",
         "Niamh O'Connor", "Kacper Nowak", "Chidi Okonkwo", "Ayesha bint Yusuf", "Leo McDonald", "Lily-Mae Green"],
    ),
    Kind.CASE_NUMBER: (
        ["{}"],
        ["case number 12345", "Case no. 2023/00871", "case ref: LCS-102938", "our ref: AB/1234/22",
         "crime reference CRN/1234/20",
         "hospital number H1234567", "client id 88231", "URN 20871234", "UPN A123456789012", "tenancy ref 00412345",
         "court case ZC23C00123", "NI number QQ 12 34 56 C", "case #48213", "police incident number 0415-120324",
         "referral reference is 77120934", "social care number 123456", "child's ID 4412087",
         "Liquidlogic 8812345", "EHM number 20931", "MRN: 00123456",
         "MARAC ref 2023/114", "EHCP no. 4412", "homelessness case HL/24/0091", "incident 482 of 3 March",
         "District number D0234567", "CP case 88123"],
    ),
}  # fmt: skip
HARMLESS = [
    "Childline is 0800 1111, and the domestic abuse helpline is 0808 2000 247.",
    "Ring 999 in an emergency, 111 when it is not, 101 for the police.",
    "Our next webinar is on Tuesday 12/03/2026 at 1pm, the one after on 3 April 2026.",
    "The two-year review: ages 2 to 3, ideally at 27 months.",
    "Jane Smith, health visitor at Oakfield Primary, runs the group.",
    "Dr Amara Okafor (Reception lead) spoke about Year 1.",
    "Sure Start, aged 0 to 4, was evaluated by the Institute for Fiscal Studies (2019).",
    "ISBN 0306406152 is the book we use. See https://doi.org/10.1136/bmj.a2391 and PMID 19001024.",
    "943 476 5918 fails its check digit, and 1111111111 is nobody's.",
    "In ward B2 1st floor, and room C3 2nd door on the left.",
    "It went from 12 to 45 families, 3.5 hours a week, £1,234 in all.",
    "A family of five in a two-bedroom flat: ref the housing policy, section 2.3 of 2019.",
    "Has anybody tried Talk Boost with children aged 3 and 4?",
    "My daughter is 4 and will not sleep; her brother was the same at 3.",
    "Your report has the reference R-7K3Q9.",
    "The Solihull Approach, 10 weeks, and Hackney Green, 3 rooms.",
    "Family hub, 12 High Street, Blackpool FY1 4RF, 01253 496000, Monday to Friday.",
    "Write to info@hub.example.org, training@council.example or cyp.team@trust.example.",
    "Ofsted URN 104523. Funding reference ES/N012321/1. Job reference: 441-HV-24. Ethics ref 19/YH/0221.",
    "NHS number 943 476 5918 is made up for the training.",
    "The NHS was born on 5 July 1948; John Bowlby was born on 26 February 1907.",
    "Priya, 3 May 2024: thank you. The child protection plan of 12/03/2024 is the template.",
    "Case studies 2023: number of children seen 410, in 12 weeks.",
    "Greta Thunberg was 15 when she began; Princess Charlotte is 10; Victoria Climbié, 8, changed the law.",
    "The family hub is at 40 High Street, LS1 5AA, and the family centre on 0113 496 0000.",
]
ON_PHONES = [
    ("Poppy Sanderson 18 months not weight bearing", Kind.CHILD_NAME),
    ("Charlie Dunn year 2 came in upset", Kind.CHILD_NAME),
    ("sibs are Jack and Lily Farrow, 3 and 5", Kind.CHILD_NAME),
    ("saw Leo Fairbrother today hes 2", Kind.CHILD_NAME),
    ("Khadija Hussain 3y 2m for SALT", Kind.CHILD_NAME),
    ("Archie Bloom @ Fernhill infants", Kind.CHILD_NAME),
    ("My client Harry Potter is 5", Kind.CHILD_NAME),
    ("Amelia Foster 14 months crawling only", Kind.CHILD_NAME),
    ("twins Ben & Ella Harding are 4", Kind.CHILD_NAME),
    ("crime ref 21*345678", Kind.CASE_NUMBER),
    ("MARAC case 3391", Kind.CASE_NUMBER),
    ("Casefile 2024/0938", Kind.CASE_NUMBER),
    ("Ask Shanelle at home, 0115 496 0222, the hub knows", Kind.PHONE),
]


@pytest.mark.parametrize("kind", list(FOUND), ids=lambda kind: kind.value)
def test_the_named_formats_are_found(kind):
    sentences, values = FOUND[kind]
    cases = [sentence.format(value) for sentence, value in product(sentences, values)]
    missed = [case for case in cases if kind not in {finding.kind for finding in screen(case)}]
    assert 1 - len(missed) / len(cases) >= ENOUGH, missed


@pytest.mark.parametrize(("text", "kind"), ON_PHONES)
def test_what_is_typed_in_haste_is_found(text, kind):
    assert [finding.kind for finding in screen(text)] == [kind]


@pytest.mark.parametrize("text", HARMLESS)
def test_talk_about_work_is_left_alone(text):
    assert screen(text) == []


def test_hardly_a_post_of_the_demo_is_stopped():
    threads = [thread for path in sorted(THREADS.glob("*.json")) for thread in json.loads(path.read_text())]
    posts = [text for thread in threads for text in _texts(thread) if len(text) > 40]
    stopped = [text for text in posts if screen(text)]
    assert len(posts) > 300
    assert len(stopped) / len(posts) <= MOST_STOPPED, stopped


def _texts(value):
    if isinstance(value, str):
        return [value]
    values = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for each in values for text in _texts(each)]


@pytest.mark.skipif(not POSTCODES.exists(), reason="The shared postcodes are not here.")
def test_postcodes_of_a_public_list():
    cases = json.loads((POSTCODES / "validation.json").read_text())["tests"]
    cases += [{"base": case["base"], "expected": case["expected"] is not None}
              for case in json.loads((POSTCODES / "normalisation.json").read_text())["tests"]]  # fmt: skip
    wrong = [
        case["base"]
        for case in cases
        if any(finding.kind == Kind.POSTCODE for finding in screen(case["base"])) != case["expected"]
    ]
    assert len(cases) > 20
    assert wrong == []


def test_a_finding_says_where_it_stands_as_it_was_typed():
    text = "Ring mum on \u200b07700\u00a0900123 after 5."
    (finding,) = screen(text)
    assert (finding.kind, finding.text) == (Kind.PHONE, "07700\u00a0900123")
    assert text[finding.start : finding.end] == finding.text


def test_one_stretch_of_text_is_found_once():
    found = screen("NHS number 999 000 0018, mobile 07700 900123, Jayden Smith, 4, SE23 2NF")
    assert [finding.kind for finding in found] == [Kind.NHS_NUMBER, Kind.PHONE, Kind.CHILD_NAME, Kind.POSTCODE]


# The same on the page, and another text in the field: people stress what matters, and telephones add what nobody sees.
DRESSED = [
    ("Hers is 943 **476** 5919.", "nhs_number", "943 **476** 5919"),
    ("Hers is 943 476\n5919.", "nhs_number", "943 476\n5919"),
    ("Hers is 943&nbsp;476&nbsp;5919.", "nhs_number", "943&nbsp;476&nbsp;5919"),
    (r"Hers is 943\-476\-5919.", "nhs_number", r"943\-476\-5919"),
    ("Hers is &#57;43 476 5919.", "nhs_number", "&#57;43 476 5919"),
    ("Hers is 943\u3164476\u31645919.", "nhs_number", "943\u3164476\u31645919"),
    ("Hers is 9\ufe0f\u20e343 476 5919.", "nhs_number", "9\ufe0f\u20e343 476 5919"),
    ("Hers is ⑼⑷⑶ ⑷⑺⑹ ⑸⑼⑴⑼.", "nhs_number", "⑼⑷⑶ ⑷⑺⑹ ⑸⑼⑴⑼"),
    ("Nine four three, four seven six, five nine one nine.", "nhs_number", None),
    ("Ring oh seven seven double oh nine one one one two three.", "phone", None),
    ("Ring 0**7700** 900123.", "phone", "0**7700** 900123"),
    ("Ring 07700_900_123.", "phone", "07700_900_123"),
    ("They live at **LS8** **4AB**.", "postcode", "LS8** **4AB"),
    ("Date of birth:\n12/03/2021", "date_of_birth", "12/03/2021"),
    ("kjones&#64;gmail.com", "email", "kjones&#64;gmail.com"),
    ("**Ella Thompson** (4) does not sleep.", "child_name", "Ella Thompson"),
    ("Case number: **7781204**", "case_number", "7781204"),
]


@pytest.mark.parametrize(("text", "kind", "where"), DRESSED)
def test_what_markdown_or_a_telephone_dresses_up_is_found_where_it_stands(text, kind, where):
    (found,) = screen(text)
    assert found.kind == kind and text[found.start : found.end] == found.text
    assert where is None or found.text == where


HARMLESS = [
    "We saw:\n1. more sleep\n2. less crying\n3. 40 families in 2 groups",
    "Two of the three came, four stayed, five left and one of six said no.",
    "| Year | Families |\n| --- | --- |\n| 2023 | 140 |\n| 2024 | 155 |",
    "Use `birth_plan_2` and **not** the _old_ form &amp; ask.",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_marks_and_lists_alone_are_no_finding(text):
    assert not screen(text)


def test_an_nhs_number_in_other_groups_is_found_where_it_is_called_one():
    assert [finding.text for finding in screen("9990 000 018 is her NHS number")] == ["9990 000 018"]
    assert screen("The parcel is 9990 000 018") == []


@pytest.mark.parametrize(("number", "is_one"), [("9434765919", True), ("9434765918", False), ("0000000000", False)])
def test_the_check_digit_decides(number, is_one):
    assert is_nhs_number([int(digit) for digit in number]) is is_one


@given(st.text(max_size=300))
def test_no_text_is_an_error_and_places_are_within_it(text):
    for finding in screen(text):
        assert 0 <= finding.start < finding.end <= len(text)
        assert text[finding.start : finding.end] == finding.text


@pytest.mark.parametrize("piece", ["a@", "Aa ", "07 ", "born on ", "ref ", "1.", "A1 1", "St. ", "is 4 ", "case no "])
def test_long_repetitions_are_read_in_a_straight_line(piece, django_assert_num_queries):
    """A pattern that backtracks would not come back from this at all."""
    assert len(screen(piece * (20_000 // len(piece)))) < 20_000


def test_the_command_prints_a_json_line_for_each_line(tmp_path):
    path = tmp_path / "posts.txt"
    path.write_text("Nothing here.\nmum is on 07700 900123\n")
    out = StringIO()
    call_command("screen", str(path), stdout=out)
    first, second = map(json.loads, out.getvalue().splitlines())
    assert first == {"line": 1, "found": []}
    assert second["found"] == [{"kind": "phone", "start": 10, "end": 22, "text": "07700 900123"}]


@pytest.mark.parametrize(
    "text",
    [
        "The children's centre knows the family at 12 Elm Road, NG7 5QR.",
        "Her mum's landline is 0115 496 0123; the nursery has it too.",
        "The hub's mobile for dads is 07700 900123.",
        "familytrees@gmail.com wrote to the council.",
    ],
)
def test_an_organisation_in_the_sentence_does_not_hide_a_family(text):
    assert len(screen(text)) == 1


@pytest.mark.parametrize(
    "text",
    ["Child (15/08/2021) was not brought.", "K, 15/08/2021, was not brought.", "Ella (3 May 2022) has no words."],
)
def test_a_date_right_beside_a_child_is_a_birth(text):
    assert [finding.kind for finding in screen(text)] == [Kind.DATE_OF_BIRTH]


def test_the_command_reads_what_office_programs_save(tmp_path):
    path = tmp_path / "posts.txt"
    path.write_bytes("\ufeffJosé García, 3, bites\r\n\r\n".encode() + "José García, 3, bites\r\n".encode("cp1252"))
    out = StringIO()
    call_command("screen", str(path), stdout=out)
    found = [[finding["text"] for finding in json.loads(line)["found"]] for line in out.getvalue().splitlines()]
    assert found == [["José García"], [], ["José García"]]


def test_the_command_says_which_file_is_missing():
    with pytest.raises(CommandError, match=r"nowhere\.txt cannot be read"):
        call_command("screen", "nowhere.txt")
