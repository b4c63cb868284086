"""What bodies say of a resource: each body and each study is named once, and no rating is lost."""

import datetime as dt

import pytest

from knowledge.models.evidence import Evidence
from knowledge.rated import assessments
from tests import factories

STUDY = {"scheme": "wwc", "value": "Meets WWC standards with reservations", "about": "Quint (2015)."}


def test_outcomes_of_one_study_that_are_rated_alike_stand_together():
    rows = [Evidence(**STUDY, outcome=outcome) for outcome in ("Alphabetics", "Fluency", "Alphabetics")]
    ((source, ((rating, outcomes),)),) = assessments(rows)
    assert outcomes == ["Alphabetics", "Fluency"] and rating.about == "Quint (2015)." and source is rows[0]


@pytest.mark.parametrize("other", [{"value": "Meets WWC standards without reservations"}, {"about": "Tracey (2014)."}])
def test_another_value_or_study_is_a_finding_of_its_own(other):
    (assessment,) = assessments([Evidence(**STUDY, outcome="Talk"), Evidence(**STUDY | other, outcome="Talk")])
    assert [finding.outcomes for finding in assessment.findings] == [["Talk"], ["Talk"]]


@pytest.mark.parametrize(
    "other",
    [
        {"scheme": "eif"},
        {"assessed_by": "A council"},
        {"assessed_on": dt.date(2020, 5, 1)},
        {"url": "https://example.org/"},
        {"note": "One trial."},
    ],
)
def test_what_another_body_says_or_the_same_at_another_time_stands_apart(other):
    assert len(assessments([Evidence(**STUDY), Evidence(**STUDY | other)])) == 2


@pytest.mark.django_db
def test_the_page_names_each_study_once(client):
    page = factories.make_resource(kind="programme")
    for outcome in ("Alphabetics", "Fluency"):
        page.evidence.add(Evidence(**STUDY, outcome=outcome))
    page.save()
    text = client.get(page.url).content.decode()
    assert text.count("Quint (2015).") == text.count("not whether the programme worked") == 1
    assert "(Alphabetics; Fluency)" in text
