"""The thesaurus as files: what goes out comes in again, and what is wrong is said line by line and changes nothing."""

import socket
import tracemalloc
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from rdflib import Graph
from rdflib.namespace import RDF, SKOS

from tests.factories import make_sector, make_topic
from tests.vocabulary.thesaurus import add_label, make_concept
from vocabulary import actions, plain, skos, table
from vocabulary.actions import Refused, bring_in, load_concepts, load_sectors, load_topics
from vocabulary.models import Concept, Label, Match

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

NOTATIONS = pytest.mark.parametrize("notation", [table, skos], ids=["csv", "skos"])


def digests(concepts):
    return {concept.slug: concept.digest() for concept in concepts}


@pytest.fixture
def small():
    """Three concepts that use everything that a concept can have."""
    sector = make_sector(slug="health-visiting")
    topic = make_topic(slug="sleep")
    wide = make_concept("Sleep", "kip")
    concept = make_concept(
        "Safer sleep",
        'back to "sleep"',
        definition="On the back, in a clear space,\nwithout smoke.",
        scope_note="=SUM(1)",
        source="The field",
        topic=topic,
        broader=[wide],
    )
    add_label(concept, "SUDI", kind=Label.Kind.ABBREVIATION, sectors=[sector], is_ambiguous=True)
    add_label(concept, "cwsg mwy diogel", language="cy", expands=False)
    add_label(concept, "saver sleep", kind=Label.Kind.HIDDEN)
    Match.objects.create(concept=concept, scheme="MeSH", label="Sleep, REM", relation="broad")
    address = "https://example.org/safe-sleep"
    Match.objects.create(concept=concept, scheme="Elsewhere", label="Safe sleep", relation="exact", uri=address)
    make_concept("Cot death", related=[concept], is_in_use=False)
    return concept


@NOTATIONS
def test_what_goes_out_comes_in_again(small, notation):
    before = plain.stored()
    text = notation.write(before)
    Concept.objects.all().delete()
    concepts, problems = notation.read(text)
    assert problems == []
    assert bring_in(concepts) == (3, 0, 0)
    assert digests(plain.stored()) == digests(before)
    assert bring_in(concepts) == (0, 0, 3)


@NOTATIONS
def test_the_fields_own_thesaurus_goes_out_and_in(notation):
    load_sectors(), load_topics(), load_concepts()
    before = plain.stored()
    assert len(before) >= 500
    assert Label.objects.count() >= 1200
    concepts, problems = notation.read(notation.write(before))
    assert problems == []
    assert bring_in(concepts, dry_run=True) == (0, 0, len(before))


def test_the_fields_own_thesaurus_is_sound():
    load_sectors(), load_topics(), load_concepts()
    kept, problems = table.read((actions.DATA / "concepts.csv").read_text())
    assert problems == actions.checking.problems(kept) == []
    assert [concept.slug for concept in kept if not concept.definition or not concept.source] == []
    assert sum(bool(concept.broader) for concept in kept) > 300
    # SKOS: what is broader is not related as well.
    assert [concept.slug for concept in kept if {*concept.broader} & {*concept.related}] == []


def test_loading_again_changes_nothing_that_an_editor_changed():
    load_sectors(), load_topics()
    assert load_concepts() >= 500
    concept = Concept.objects.get(slug="health-visitor")
    concept.definition = "Ours."
    concept.save()
    concept.labels.get(text="HV").delete()
    before = digests(plain.stored())
    assert load_concepts() == 0
    assert digests(plain.stored()) == before


def test_loading_renews_what_nobody_changed(monkeypatch, tmp_path):
    load_sectors(), load_topics(), load_concepts()
    kept, _ = table.read((actions.DATA / "concepts.csv").read_text())
    newer = [
        replace(concept, definition="Newer.") if concept.slug in ("dummy", "father") else concept for concept in kept
    ]
    monkeypatch.setattr(actions, "DATA", tmp_path)
    (tmp_path / "concepts.csv").write_text(table.write(newer))
    Concept.objects.filter(slug="father").update(definition="An editor's.")
    assert load_concepts() == 1
    assert Concept.objects.get(slug="dummy").definition == "Newer."
    assert Concept.objects.get(slug="father").definition == "An editor's."


def test_bringing_in_replaces_a_concept_and_leaves_the_others(small):
    (changed,) = [concept for concept in plain.stored() if concept.slug == "safer-sleep"]
    changed = replace(changed, labels=changed.labels[:1], definition="Shorter.")
    pk = small.pk
    assert bring_in([changed]) == (0, 1, 0)
    small.refresh_from_db()
    assert small.pk == pk
    assert small.definition == "Shorter."
    assert [label.text for label in small.labels.all()] == ["Safer sleep"]
    # The link was the other concept's as much as this one's.
    assert [other.slug for other in small.related.all()] == ["cot-death"]
    assert Concept.objects.count() == 3


def test_a_concept_may_take_the_name_that_another_gives_up():
    for name in ("Nursery", "Creche"):
        make_concept(name)
    one, two = plain.stored()
    renamed = [
        replace(one, labels=(replace(one.labels[0], text="Nursery"),)),
        replace(two, labels=(replace(two.labels[0], text="Early years setting"),)),
    ]
    assert bring_in(renamed) == (0, 2, 0)
    assert dict(Concept.objects.values_list("slug", "name")) == {"creche": "Nursery", "nursery": "Early years setting"}


def test_skos_says_what_other_programs_read(small, settings):
    graph = Graph().parse(data=skos.write(plain.stored()), format="turtle")
    ours = {str(node) for node in graph.subjects(RDF.type, SKOS.Concept)}
    assert ours == {f"{settings.BASE_URL}/words/{slug}/" for slug in ("sleep", "safer-sleep", "cot-death")}
    assert {str(text) for text in graph.objects(None, SKOS.prefLabel)} >= {"Sleep", "Safer sleep", "Cot death"}
    assert "SUDI" in {str(text) for text in graph.objects(None, SKOS.altLabel)}
    assert {str(text) for text in graph.objects(None, SKOS.hiddenLabel)} == {"saver sleep"}
    assert len(list(graph.triples((None, SKOS.related, None)))) == 2
    assert len(list(graph.triples((None, SKOS.narrower, None)))) == 1


def test_skos_of_others_is_read():
    text = """
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        @prefix other: <https://example.org/vocabulary/> .
        other:1 a skos:Concept ; skos:prefLabel "Sleep"@en, "Cwsg"@cy ; skos:narrower other:2 .
        other:2 a skos:Concept ; skos:notation "naps" ; skos:prefLabel "Naps" ; skos:altLabel "Kip" ;
            skos:definition "Sommeil"@fr, "Sleep by day"@en ; skos:closeMatch <https://example.net/naps> .
    """
    concepts, problems = skos.read(text)
    assert problems == []
    bring_in(concepts)
    naps = Concept.objects.get(slug="naps")
    assert naps.definition == "Sleep by day"
    assert [up.name for up in naps.broader.all()] == ["Sleep"]
    assert {(label.text, label.kind, label.language) for label in Label.objects.filter(concept__slug="sleep")} == {
        ("Sleep", "preferred", "en"),
        ("Cwsg", "alternative", "cy"),
    }
    assert naps.matches.get().scheme == "example.net"


@pytest.mark.parametrize(
    "text",
    [
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rdf:RDF>&b;</rdf:RDF>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x/>',
        '{"@context": "http://127.0.0.1:9/context.json", "@id": "x"}',
        "<rdf:RDF/>",
    ],
)
def test_other_notations_are_refused_and_nothing_is_fetched(text, monkeypatch):
    def refuse(*args, **options):
        raise AssertionError("fetched something")

    monkeypatch.setattr(socket, "create_connection", refuse)
    concepts, problems = skos.read(text)
    assert concepts == []
    assert "Turtle" in problems[0]


TURTLE = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix owl: <http://www.w3.org/2002/07/owl#> ."
NUMBER = '"1e200000000"^^<http://www.w3.org/2001/XMLSchema#decimal>'


def test_a_short_number_does_not_become_a_long_one():
    """Two hundred million zeros, written in eleven characters."""
    tracemalloc.start()
    try:
        [concept], problems = skos.read(f'{TURTLE} <urn:a> a skos:Concept; skos:prefLabel "Owl", {NUMBER} .')
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert problems == []
    assert concept.name in ("Owl", "1e200000000")
    assert most < 20_000_000


@pytest.mark.parametrize("character", [r"\u0000", r"\ud800"])
def test_a_character_that_no_database_keeps_is_named_and_nothing_is_changed(character):
    text = f'{TURTLE} <urn:a> a skos:Concept; skos:prefLabel "Owl"; skos:definition "A{character}bird" .'
    concepts, problems = skos.read(text)
    assert problems == []
    with pytest.raises(Refused) as refused:
        bring_in(concepts)
    assert refused.value.problems == ["urn:a: It has a character that cannot be kept, such as NUL."]


@pytest.mark.parametrize("text", ["", "nonsense", "@prefix x <y> .", "a b c .", '<a> <b> "c" .', "\x00", "(" * 3000])
def test_what_is_no_skos_is_refused(text):
    concepts, problems = skos.read(text)
    assert concepts == []
    assert len(problems) == 1


HEAD = "concept,kind,label,said by,everyday word,searched,broader,related,topic,matches\n"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("a,preferred,A thing,nobody,,,,,,", "Line 2: There is no sector “nobody”."),
        ("a,preferred,A thing,,maybe,,,,,", "Line 2: “maybe” under “everyday word” is neither yes nor no."),
        ("a,favourite,A thing,,,,,,,", "“favourite” is no kind of label"),
        ("a,alternative,A thing,,,,,,,", "It has 0 preferred labels; it needs one."),
        ("a,preferred,A thing,,,,,,,\na,preferred,Another,,,,,,,", "It has 2 preferred labels; it needs one."),
        ("a,preferred,A thing,,,,,,,\na,alternative,a THING,,,,,,,", "is given twice"),
        ("a,preferred,…,,,,,,,", "“…” is no label"),
        ("A B,preferred,A thing,,,,,,,", "“A B” is no address"),
        ("a,preferred,A thing,,,,b,,,", "There is no concept “b”."),
        ("a,preferred,A thing,,,,a,,,", "It would be broader than or related to itself."),
        ("a,preferred,A thing,,,,b,,,\nb,preferred,B thing,,,,a,,,", "It would be broader than or related to itself."),
        ("a,preferred,A thing,,,,,,nowhere,", "There is no topic “nowhere”."),
        ("a,preferred,A thing,,,,,,,Sleep", "“Sleep” is no match"),
        ("a,preferred,A thing,,,,,,,exact X: Y <javascript:1>", "“javascript:1” is no address of the web."),
        ("a,preferred,Known,,,,,,,", "Another concept is called “Known” too."),
        ("a,preferred,A thing,,,,,,,,,,,", "Line 2: more cells than the first line has."),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_changed(lines, said, tmp_path, capsys):
    make_concept("Known")
    file = tmp_path / "words.csv"
    file.write_text(HEAD + lines)
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("import_vocabulary", str(file))
    assert said in capsys.readouterr().err
    assert Concept.objects.get().name == "Known"


def test_every_wrong_line_is_named_at_once():
    concepts, problems = table.read(HEAD + "a,preferred,A,x,perhaps,,,,,\nb,preferred,B,,,perhaps,,,,\n")
    assert [problem.split(":")[0] for problem in problems] == ["Line 2", "Line 3"]
    with pytest.raises(Refused) as refused:
        bring_in([replace(concept, topic="nowhere") for concept in concepts])
    assert len(refused.value.problems) == 3


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("words.csv", b"kind,label\n", "Nothing was changed"),
        ("words.csv", b"\xff\xfe", "cannot be read"),
        ("words.xml", b"<x/>", "must end in"),
        ("missing.csv", None, "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(name, content, said, tmp_path):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(CommandError, match=said):
        call_command("import_vocabulary", str(tmp_path / name))


def test_a_dry_run_only_says_what_would_change(tmp_path, capsys):
    make_concept("Known")
    file = tmp_path / "words.csv"
    file.write_text(HEAD + "new,preferred,New thing,,,,,,,\nknown,preferred,Known,,,,new,,,\n")
    call_command("import_vocabulary", str(file), "--dry-run")
    assert "Would add 1, change 1, leave 0." in capsys.readouterr().out
    assert Concept.objects.count() == 1
    call_command("import_vocabulary", str(file))
    assert "Added 1, changed 1, left 0." in capsys.readouterr().out
    assert [up.slug for up in Concept.objects.get(slug="known").broader.all()] == ["new"]


def test_the_commands_write_what_they_read(small, tmp_path, capsys):
    before = digests(plain.stored())
    for name, notation in (("words.ttl", "skos"), ("words.csv", "csv")):
        file = tmp_path / name
        call_command("export_vocabulary", format=notation, output=file)
        Concept.objects.all().delete()
        call_command("import_vocabulary", str(file))
        assert digests(plain.stored()) == before
    capsys.readouterr()
    call_command("export_vocabulary", format="csv")
    assert capsys.readouterr().out == (tmp_path / "words.csv").read_text()


def test_a_cell_is_never_a_formula_to_a_spreadsheet(small):
    lines = table.write(plain.stored()).splitlines()
    assert any("'=SUM(1)" in line for line in lines)
    assert not any(cell.startswith(("=", "+", "@")) for line in lines for cell in line.split(","))
