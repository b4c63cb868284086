import pytest
from django.core.exceptions import ValidationError

from config.demo.source import read
from events import transcripts
from events.transcripts import passages


def cue(text, start="00:00:01.000"):
    return f"{start} --> 00:59:59.000\n{text}\n"


def vtt(*cues):
    return "WEBVTT\n\n" + "\n".join(cues)


def test_cues_of_one_speaker_become_a_paragraph():
    found = passages(vtt(cue("<v Ann>One."), cue("<v Ann>Two.", "00:00:09.000"), cue("<v Bob>Three.", "01:02:03.500")))
    assert [(one.speaker, one.text) for one in found] == [("Ann", "One. Two."), ("Bob", "Three.")]
    assert [one.clock for one in found] == ["0:01", "1:02:03"]


def test_long_turns_are_broken():
    found = passages(vtt(*[cue("<v Ann>" + "word " * 30) for _ in range(10)]))
    assert len(found) > 1 and {one.speaker for one in found} == {"Ann"}


def test_several_voices_in_one_cue():
    found = passages(vtt(cue("<v Ann>Is it?</v>\n<v.loud Bob Ray>It is.</v>")))
    assert [(one.speaker, one.text) for one in found] == [("Ann", "Is it?"), ("Bob Ray", "It is.")]


def test_settings_identifiers_notes_and_short_times():
    timing = "intro\n00:07.000 --> 00:09.000 align:start position:0%"
    source = f"WEBVTT - Title\n\nNOTE nothing\n\n{timing}\n<c.yellow>Hello</c> &amp; welcome\n"
    assert [(one.seconds, one.speaker, one.text) for one in passages(source)] == [(7, "", "Hello & welcome")]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends_and_byte_order_marks(line_end):
    source = "\ufeff" + vtt(cue("<v Ann>One."), cue("<v Bob>Two.")).replace("\n", line_end)
    assert len(passages(source)) == 2


@pytest.mark.parametrize(
    "source", ["", "WEBVTT", "-->", "\0\0", "00:00 --> 00:00", "99:99:99.999 --> x\nhi", "<v" * 5000]
)
def test_what_is_no_transcript_gives_nothing(source):
    assert passages(source) == []


def test_what_is_no_transcript_is_refused():
    for source in ("Just words.", "x" * (transcripts.LONGEST + 1)):
        with pytest.raises(ValidationError):
            transcripts.validate(source)
    transcripts.validate("")
    transcripts.validate(vtt(cue("Words.")))


def test_a_very_long_line_is_read_in_reasonable_steps():
    source = vtt(cue("<v Ann>" + "<" * 50_000 + "&lt" * 20_000))
    assert len(passages(source)) == 1


def test_pieces_mark_every_find():
    (found,) = passages(vtt(cue("a.b A.B axb")))
    assert found.pieces("a.b") == [("a.b", True), (" ", False), ("A.B", True), (" axb", False)]
    assert "".join(piece for piece, _ in found.pieces("B")) == found.text


def test_the_transcripts_of_the_demo():
    sources = [row["recording"]["transcript"] for row in read("webinars") if row["recording"]]
    assert len(sources) == 3
    for source in sources:
        transcripts.validate(source)
        speakers = {one.speaker for one in passages(source)}
        assert len(speakers) >= 2 and "" not in speakers
