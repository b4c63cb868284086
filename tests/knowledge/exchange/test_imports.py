"""Files become pages: drafts, once, and taken back whole; whatever happens in between."""

import datetime as dt
import json
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from wagtail.models import Page

from audit.models import Entry
from knowledge.actions import imports, reviews
from knowledge.exchange.record import Unreadable
from knowledge.models import Import, ListItem, ReadingList, ResourcePage
from tests import factories

pytestmark = pytest.mark.django_db
DATA = Path(__file__).with_name("data")
State = Import.State


def ris(*titles, extra=""):
    return "".join(f"TY  - RPRT\nTI  - {title}\n{extra}ER  - \n" for title in titles).encode()


def bring(content=None, name="file.ris", actor=None, **options):
    """An import with its file read."""
    content = (DATA / "mixed.ris").read_bytes() if content is None else content
    job = imports.start(actor=actor, name=name, content=content, kind="research", **options)
    if job.state == State.MAPPING:
        imports.set_mapping(job=job, mapping=job.mapping)
    assert imports.advance(job)
    return job


def make(job):
    job.state = State.RUNNING
    job.save()
    assert imports.advance(job)
    return list(ResourcePage.objects.filter(pk__in=job.lines.values("page")).order_by("pk"))


@pytest.mark.postgres
def test_what_a_second_person_reads_stays_a_draft(editor):
    item = {"type": "report", "title": "A guideline", "custom": {"kind": "guidance"}}
    content = json.dumps([item, {"type": "report", "title": "Naps"}]).encode()
    job = bring(content, name="two.json", actor=editor, publish=True)
    make(job)
    assert dict(ResourcePage.objects.values_list("title", "live")) == {"A guideline": False, "Naps": True}
    job.state = State.UNDOING
    assert imports.advance(job) and not ResourcePage.objects.exists()


def test_records_become_drafts_with_all_that_they_say(editor):
    factories.make_topic(name="Sleep", slug="sleep")
    text = (
        "title,authors,year,doi,topics,kind,abstract,journal\n"
        '"Sleep, well","Smith, Ann; NHS England",2019-03,10.1000/AB,Sleep,toolkit,One. Two.,J'
    )
    job = bring(text.encode(), "table.csv")
    (page,) = make(job)
    assert (page.live, page.title, page.kind, page.issued, page.year) == (
        False,
        "Sleep, well",
        "toolkit",
        "2019-03",
        2019,
    )
    assert (page.doi, page.summary, page.authors) == ("10.1000/ab", "One. Two.", "Ann Smith; NHS England")
    assert [str(person) for person in page.people.all()] == ["Ann Smith", "NHS England"]
    assert [topic.slug for topic in page.topics.all()] == ["sleep"] and page.csl["container-title"] == "J"
    assert page.latest_revision.as_object().doi == "10.1000/ab"
    assert job.state == State.DONE and (job.total, job.made) == (1, 1)
    assert Page.find_problems() == ([], [], [], [], [])
    assert Entry.objects.filter(verb="import.start").exists()


def test_each_line_says_what_is_wrong_with_it_and_the_rest_is_taken():
    job = bring()
    lines = {line.number: (line.state, line.line, line.error) for line in job.lines.all()}
    assert [lines[number][:2] for number in (1, 2, 3, 4)] == [("ready", 2), ("ready", 16), ("wrong", 21), ("wrong", 24)]
    assert "title" in lines[3][2] and "ER" in lines[4][2]
    assert len(make(job)) == 2


def test_a_record_that_is_taken_says_what_of_it_is_not():
    content = (
        ris("Sleep in the first year", extra="UR  - javascript:alert(1)\n")
        + ris("Teeth for two", extra="DO  - unknown\n")
        + ris("Sleep in the first year", extra="UR  - javascript:alert(2)\n")
    )
    job = bring(content)
    first, second, third = make(job) and job.lines.order_by("number")
    assert (first.state, first.error) == (
        "made",
        "“javascript:alert(1)” cannot be used as a web address: it is left out.",
    )
    assert first.page.source_url == "" and "javascript" not in json.dumps(first.page.csl)
    assert second.error == "“unknown” is no DOI: it stands in the note." and "unknown" in second.page.csl["note"]
    assert third.state == "duplicate" and "Record 1" in third.error and "javascript:alert(2)" in third.error


@pytest.mark.parametrize("url", ["http://example_url.com", f"https://example.org/{'x' * 3000}"])
def test_an_address_that_no_page_can_have_does_not_cost_the_record(url):
    job = bring(ris("Sleep in one", extra=f"UR  - {url}\n"), publish=True)
    (page,) = make(job)
    assert page.live and page.source_url == "" and "is left out" in job.lines.get().error


def test_what_no_column_can_hold_is_wrong_and_not_half_taken():
    job = bring(ris("A", extra=f"PB  - {'x' * 400}\n"))
    assert job.lines.get().state == "ready"
    assert len(make(job)[0].publisher) == 150


def test_duplicates_are_shown_and_left_out_unless_wanted():
    old = factories.make_resource(
        title="Sleep in the first year", doi="10.1000/AA", source_url="https://www.example.org/a/"
    )
    content = (
        ris("Another title", extra="DO  - 10.1000/aa\n")
        + ris("A third title", extra="UR  - http://example.org/a?utm_source=x\n")
        + ris("Sleep in the first years")
        + ris("Something new, never seen", "Something new: never seen")
    )
    job = bring(content)
    found = [(line.state, line.twin_id) for line in job.lines.all()]
    assert found == [("duplicate", old.pk)] * 3 + [("ready", None), ("duplicate", None)]
    assert "Record 4" in job.lines.get(number=5).error
    assert len(make(job)) == 1
    assert len(make(bring(content, with_duplicates=True))) == 5


def test_two_works_with_the_same_short_title_and_dois_of_their_own_are_told_apart():
    factories.make_resource(title="Editorial", doi="10.1000/one")
    assert bring(ris("Editorial", extra="DO  - 10.1000/two\n")).lines.get().state == "duplicate"
    assert bring(ris("Editorials here", extra="DO  - 10.1000/two\n")).lines.get().state == "ready"


def test_an_import_that_is_killed_goes_on_where_it_was(monkeypatch):
    monkeypatch.setattr(imports, "BATCH", 2)
    job = imports.start(
        actor=None, name="a.ris", content=ris(*(f"Title number {n} {n * n}" for n in range(5))), kind="policy"
    )
    assert not imports.advance(job, lambda: True) and job.lines.count() == 2
    again = Import.objects.get(pk=job.pk)
    assert imports.advance(again) and again.lines.count() == again.total == 5
    again.state = State.RUNNING
    again.save()
    assert not imports.advance(again, lambda: True)
    assert ResourcePage.objects.count() == 2
    again = Import.objects.get(pk=job.pk)
    assert imports.advance(again) and (again.state, again.made) == (State.DONE, 5)
    assert ResourcePage.objects.filter(kind="policy").count() == 5
    assert imports.advance(again) and ResourcePage.objects.count() == 5


def test_a_batch_that_fails_leaves_no_page_of_itself(monkeypatch):
    job = bring(ris("One of them", "Two of them", "Three of it"))
    real, calls = imports.make_page, []

    def break_down(*args, **options):
        calls.append(1)
        if len(calls) == 3:
            raise RuntimeError
        return real(*args, **options)

    monkeypatch.setattr(imports, "make_page", break_down)
    job.state = State.RUNNING
    job.save()
    with pytest.raises(RuntimeError):
        imports.advance(job)
    assert not ResourcePage.objects.exists() and not job.lines.filter(state="made").exists()


@pytest.mark.postgres
def test_a_whole_import_is_taken_back_but_for_what_was_changed_since(editor):
    job = bring(ris("First of all", "Second to none", "Third time lucky"))
    first, second, third = make(job)
    second.title, second.summary = "Better", "Better."
    second.save_revision(user=editor)
    third.delete()
    job.state = State.UNDOING
    job.save()
    assert imports.advance(job)
    assert list(ResourcePage.objects.values_list("pk", flat=True)) == [second.pk]
    assert [line.state for line in job.lines.all()] == ["undone", "changed", "undone"]
    assert job.state == State.UNDONE and Page.find_problems() == ([], [], [], [], [])


@pytest.mark.postgres
def test_what_people_use_by_now_is_not_taken_back(editor):
    job = bring(ris("Saved by somebody", "Discussed in the forum", "Nobody has seen it"), publish=True)
    saved, discussed, _unseen = make(job)
    shelf = ReadingList.objects.create(owner=editor, title="To read")
    ListItem.objects.create(list=shelf, page=saved, position=1)
    factories.make_thread(page=discussed)
    job.state = State.UNDOING
    job.save()
    assert imports.advance(job)
    assert list(ResourcePage.objects.order_by("pk")) == [saved, discussed]
    assert [(line.state, bool(line.error)) for line in job.lines.all()] == [
        ("changed", True),
        ("changed", True),
        ("undone", False),
    ]


def test_what_is_brought_in_is_reviewed_by_its_owner_a_few_a_week(editor, monkeypatch):
    monkeypatch.setattr(imports, "BATCH", 4)
    make(bring(ris(*(f"Number {number}" for number in range(12))), actor=editor))
    dates = list(ResourcePage.objects.filter(owner=editor).order_by("review_by").values_list("review_by", flat=True))
    weeks = Counter(day.isocalendar()[:2] for day in dates)
    assert len(dates) == 12 and max(weeks.values()) <= 5
    assert min(filter(None, dates)) >= timezone.localdate() + dt.timedelta(days=365)


def test_nobody_is_given_more_reviews_than_they_could_do(editor, monkeypatch):
    monkeypatch.setattr(reviews, "MOST_WEEKS", 0)
    make(bring(ris("One", "Two"), actor=editor))
    assert set(ResourcePage.objects.filter(owner=editor).values_list("review_by", flat=True)) == {None}


def test_published_when_somebody_says_so():
    (page,) = make(bring(ris("Straight to the readers"), publish=True))
    assert page.live and page.summary == "Straight to the readers" and page.first_published_at


def test_titles_that_are_alike_get_addresses_of_their_own():
    pages = make(bring(ris("Same", "Same", "!!!", "???"), with_duplicates=True))
    assert len({page.slug for page in pages}) == 4


def test_the_mapping_of_a_table_is_remembered():
    text = b"Was,Wer\nSchlaf und Ruhe,Smith\n"
    job = imports.start(actor=None, name="t.csv", content=text, kind="research")
    assert job.mapping == {} and job.state == State.MAPPING
    imports.set_mapping(job=job, mapping={"Was": "title", "Wer": "author"})
    assert imports.advance(job) and job.lines.get().title == "Schlaf und Ruhe"
    assert imports.start(actor=None, name="t.csv", content=text, kind="research").mapping == {
        "Was": "title",
        "Wer": "author",
    }


def test_what_cannot_be_read_says_so():
    with pytest.raises(Unreadable):
        imports.start(actor=None, name="a.doc", content=b"words", kind="research")
    job = imports.start(actor=None, name="a.json", content=b"[1", kind="research")
    assert imports.advance(job) and job.state == State.FAILED and "JSON" in job.error
    empty = imports.start(actor=None, name="a.json", content=b"[]", kind="research")
    assert imports.advance(empty) and empty.state == State.FAILED


def test_the_worker_does_it_a_piece_at_a_time(monkeypatch):
    from outbox.actions import drain

    monkeypatch.setattr(imports, "BATCH", 1)
    monkeypatch.setattr(imports, "SECONDS", -1.0)
    job = imports.start(actor=None, name="a.ris", content=ris("One of them", "Another thing"), kind="research")
    imports.work_later(job=job)
    drain([imports.JOB])
    job.refresh_from_db()
    assert job.state == State.READY and job.total == 2
    imports.work_later(job=job, state=State.RUNNING)
    drain([imports.JOB])
    job.refresh_from_db()
    assert job.state == State.DONE and job.made == 2


def command(*arguments, **options):
    out = StringIO()
    call_command("import_resources", *map(str, arguments), stdout=out, stderr=out, **options)
    return out.getvalue()


def test_the_command_with_a_dry_run_and_a_report(tmp_path):
    said = command(DATA / "mixed.ris", DATA / "oai.xml", "--dry-run", "--report", tmp_path / "report.json")
    assert "line 21: It has no title." in said and "mixed.ris: 2 ready, 2 wrong" in said
    report = json.loads((tmp_path / "report.json").read_text())
    assert report[0]["counts"] == {"ready": 2, "wrong": 2} and report[1]["records"][1]["error"]
    assert not Import.objects.exists() and not ResourcePage.objects.exists()
    assert not [path for path in (tmp_path / "files").rglob("*") if path.is_file()]


def test_the_command_imports_and_takes_back(tmp_path):
    said = command(DATA / "mixed.bib", "--kind", "policy")
    assert "mixed.bib: 3 made, 2 wrong" in said
    assert ResourcePage.objects.filter(kind="policy", live=False).count() == 3
    assert "3 undone" in command("--undo", Import.objects.get().pk)
    assert not ResourcePage.objects.exists()


def test_the_command_says_what_it_cannot_do(tmp_path):
    (tmp_path / "odd.bin").write_bytes(b"\0\1\2")
    with pytest.raises(CommandError, match="could be read"):
        command(tmp_path / "odd.bin")
    for arguments in ([], ["--undo", 99], [tmp_path / "missing.ris"], [DATA / "mixed.ris", "--map", "oops"]):
        with pytest.raises(CommandError):
            command(*arguments)


def exported(form, **options):
    out = StringIO()
    call_command("export_resources", "--format", form, stdout=out, **options)
    return out.getvalue()


@pytest.mark.parametrize("form", ["bibtex", "ris", "csl", "csv"])
def test_what_was_imported_and_exported_again_means_the_same(form):
    from knowledge.exchange import formats

    make(bring((DATA / "mixed.bib").read_bytes(), "mixed.bib", publish=True))
    before = [
        result.item for result in formats.read((DATA / "mixed.bib").read_bytes(), "bibtex") if hasattr(result, "item")
    ]
    after = [result.item for result in formats.read(exported(form).encode(), form)]
    for one, two in zip(before, after, strict=True):
        for name in (
            "title",
            "author",
            "editor",
            "issued",
            "DOI",
            "container-title",
            "volume",
            "issue",
            "page",
            "publisher",
        ):
            assert one.get(name) == two.get(name), name


def test_what_not_everybody_may_see_is_exported_only_on_purpose():
    factories.make_resource(title="A draft", live=False)
    factories.make_resource(title="Open to all")
    assert "Open to all" in exported("ris") and "A draft" not in exported("ris")
    assert "A draft" in exported("ris", drafts=True)
    assert "Open to all" in exported("apa", kind="research") and exported("apa", kind="policy") == ""


def test_the_command_names_who_looks_after_what_comes_in(editor, member):
    command(DATA / "mixed.ris", "--owner", editor.email.upper())
    pages = ResourcePage.objects.all()
    assert {page.owner for page in pages} == {editor} and all(page.review_by for page in pages)
    for email in (member.email, "nobody@example.org"):
        with pytest.raises(CommandError, match="moderator or an editor"):
            command(DATA / "mixed.ris", "--owner", email)
