"""Exported captions: readable cues on the floor's times that no text can break."""

import random
from dataclasses import replace
from itertools import pairwise

import pycaption  # type: ignore[import-untyped]
import pytest
import regex
import webvtt

from interpreter.cues import MAX_CUE_S, MIN_CUE_S, Cue, cues_of, provenance, write_vtt
from interpreter.events import Origin, Segment
from languages import load

LONG = (
    "La alcaldesa dijo que la ciudad necesita agua limpia, y que no se puede esperar más tiempo. "
    "El presupuesto de 90 000 euros será aprobado por el consejo municipal antes del verano, "
    "cuando termine la obra de la planta depuradora que empezó hace tres años."
)


def segment(
    text: str,
    start_s: float = 0.0,
    end_s: float = 3.0,
    speaker: str = "Ana",
    origin: Origin = Origin.MACHINE,
) -> Segment:
    return Segment(
        id=f"en-es.1.{start_s}",
        language="es",
        origin=origin,
        speaker=speaker,
        text=text,
        start_s=start_s,
        end_s=end_s,
        engine="apertium",
        epoch=1,
        source_line="en/ana",
    )


def talk(seed: int) -> list[Segment]:
    """Two speakers, sometimes at once, with words of any length and times of any kind."""
    chance = random.Random(seed)
    segments, at_s = [], 0.0
    for _ in range(60):
        words = [
            "".join(chance.choices("aeiosnrtl", k=chance.choice([1, 3, 7, 12, 60])))
            + chance.choice(["", "", "", ",", "."])
            for _ in range(chance.randint(1, 30))
        ]
        end_s = at_s + chance.choice([0.1, 0.7, 3.0, 9.0, 20.0])
        segments.append(segment(" ".join(words), at_s, end_s, chance.choice(["Ana", "Ben"])))
        at_s = max(0.0, end_s + chance.uniform(-2.0, 2.0))
    return segments


def test_words_that_nobody_translated_are_marked_as_their_language() -> None:
    spoken = replace(segment("[English] the city & we", 0.0), text_language="en")

    file = write_vtt([spoken, segment("Agua.", 4.0, 6.0)], "es")

    assert "<v Ana><lang en>[English] the city &amp; we</lang>\n" in file
    assert "<v Ana>Agua.\n" in file
    assert [cue.text for cue in webvtt.from_string(file).captions] == [
        "[English] the city &amp; we",
        "Agua.",
    ]


def test_words_that_nobody_translated_break_where_their_own_language_breaks() -> None:
    words = "we need 4 million dollars for the new bridge over the river before the summer comes"
    spoken = replace(segment(words, end_s=6.0), text_language="en")

    cues = cues_of([spoken], load("ja"))

    assert " ".join(cue.text for cue in cues) == words


def letters(text: str) -> int:
    return len(regex.findall(r"\X", text))


def is_readable(cue: Cue, length: int = 42) -> bool:
    return (
        1 <= len(cue.lines) <= 2
        and all(1 <= letters(line) <= length for line in cue.lines)
        and MIN_CUE_S <= cue.end_s - cue.start_s + 1e-6
        and cue.end_s - cue.start_s <= MAX_CUE_S + 1e-6
    )


@pytest.mark.parametrize("seed", range(20))
def test_every_cue_is_readable_and_alone_on_the_screen(seed: int) -> None:
    cues = cues_of(talk(seed), load("es"))
    assert all(is_readable(cue) for cue in cues)
    assert all(before.end_s <= after.start_s for before, after in pairwise(cues))


@pytest.mark.parametrize("seed", range(5))
def test_no_letter_is_lost(seed: int) -> None:
    said = sorted("".join(item.text for item in talk(seed)).replace(" ", ""))
    shown = sorted("".join(cue.text for cue in cues_of(talk(seed), load("es"))).replace(" ", ""))
    assert shown == said


def test_two_speakers_at_once_for_half_an_hour_stay_on_time() -> None:
    text = "cuarenta y cinco letras en tres segundos, así"
    ana = [segment(text, at_s, at_s + 3.0, "Ana") for at_s in range(0, 1800, 3)]
    ben = [segment(text, at_s + 0.4, at_s + 3.4, "Ben") for at_s in range(0, 1800, 3)]
    cues = cues_of([*ana, *ben], load("es"))
    starts = sorted(item.start_s for item in [*ana, *ben])
    assert max(cue.start_s - at_s for cue, at_s in zip(cues, starts, strict=True)) <= MIN_CUE_S


def test_a_long_segment_is_cut_where_a_reader_would_pause() -> None:
    cues = cues_of([segment(LONG, 10.0, 26.0)], load("es"))
    assert [cue.lines for cue in cues] == [
        ("La alcaldesa dijo", "que la ciudad necesita agua limpia,"),
        ("y que no se puede esperar más tiempo.",),
        ("El presupuesto de 90 000", "euros será aprobado"),
        ("por el consejo municipal antes del verano,",),
        ("cuando termine la obra de la planta", "depuradora que empezó hace tres años."),
    ]


def test_the_parts_of_a_segment_share_its_time_by_letters() -> None:
    cues = cues_of([segment("uno dos tres. cuatro cinco seis siete", 10.0, 19.0)], load("es"))
    assert [cue.text for cue in cues] == ["uno dos tres.", "cuatro cinco seis siete"]
    assert cues[0].start_s == 10.0
    assert cues[0].end_s == cues[1].start_s == pytest.approx(10 + 9 * 14 / 37)
    assert cues[1].end_s == pytest.approx(19.0)


def test_the_offset_moves_all_times() -> None:
    (cue,) = cues_of([segment("hola", 12.5, 14.0)], load("es"), offset_s=-2.5)
    assert (cue.start_s, cue.end_s) == (10.0, 11.5)


def test_what_began_before_the_file_is_shown_at_its_start() -> None:
    (cue,) = cues_of([segment("hola", 1.0, 3.5)], load("es"), offset_s=-2.0)
    assert (cue.start_s, cue.end_s) == (0.0, 1.5)


def test_short_segments_of_one_speaker_share_a_cue() -> None:
    cues = cues_of([segment("Sí.", 0, 0.3), segment("Claro que sí.", 0.5, 1.4)], load("es"))
    assert [cue.text for cue in cues] == ["Sí. Claro que sí."]


def test_speakers_never_share_a_cue() -> None:
    cues = cues_of([segment("¿Sí?", 0, 0.3, "Ana"), segment("No.", 0.4, 0.7, "Ben")], load("es"))
    assert [(cue.speaker, cue.text) for cue in cues] == [("Ana", "¿Sí?"), ("Ben", "No.")]


def test_a_script_without_spaces_breaks_between_phrases() -> None:
    text = "市長は市にはきれいな水が必要だと言いました。予算は夏までに議会で承認される予定です。"
    cues = cues_of([segment(text, 0, 12)], load("ja"))
    assert "".join("".join(cue.lines) for cue in cues) == text
    assert all(is_readable(cue, 13) for cue in cues)
    assert not any(line.startswith(("。", "、")) for cue in cues for line in cue.lines)


def test_letters_with_marks_and_emoji_stay_whole() -> None:
    family = "👩‍👩‍👧‍👦"
    cues = cues_of([segment(family * 100, 0, 5)], load("es"))
    assert all(set(regex.findall(r"\X", line)) == {family} for cue in cues for line in cue.lines)


def test_a_number_is_not_cut() -> None:
    text = "cuesta exactamente unos cuantos millones 1 000 000 euros"
    (cue,) = cues_of([segment(text, 0, 5)], load("es"))
    assert any("1 000 000" in line for line in cue.lines)


@pytest.mark.parametrize("text", ["", "  ", "\n", "\x00"])
def test_a_segment_without_text_makes_no_cue(text: str) -> None:
    assert cues_of([segment(text)], load("es")) == []


NASTY = [
    "a < b & c > d",
    "--> 00:00:01.000 --> 00:00:02.000",
    "<script>alert(1)</script>",
    "&amp; &lt;",
    "line\nbreak\r\n\r\n00:00.000 --> 00:09.000\nmore",
    "a\u2028b\u2029c\x85d\x0be",
    "\u200fשלום\u202e עולם\u2069",
    "🎉👩‍👩‍👧‍👦🇪🇸",
    "NOTE not a comment",
    "STYLE",
    "WEBVTT",
    "\ufeffmark",
]


@pytest.mark.parametrize("text", NASTY)
@pytest.mark.parametrize("speaker", ["Ana", "<v>--> & \n 🎉", "", "\u200fדנה"])
def test_no_text_and_no_name_can_break_the_file(text: str, speaker: str) -> None:
    file = write_vtt([segment(text, 0, 3, speaker), segment("fin", 5, 7)], "es")
    ours = webvtt.WebVTT.from_string(file, strict=True)
    assert len(ours) == len(
        cues_of([segment(text, 0, 3, speaker), segment("fin", 5, 7)], load("es"))
    )
    assert ours[-1].text == "fin"
    theirs = pycaption.WebVTTReader().read(file).get_captions("en-US")
    assert len(theirs) == len(ours)
    assert theirs[-1].get_text().removeprefix("Ana: ").endswith("fin")


@pytest.mark.parametrize("text", ["a < b & c > d", "1 --> 2", "🎉 <i>&amp;</i>"])
def test_a_second_parser_reads_the_text_as_it_was(text: str) -> None:
    file = write_vtt([segment(text, 1.25, 3.5, speaker="")], "es")
    (caption,) = pycaption.WebVTTReader().read(file).get_captions("en-US")
    assert caption.get_text() == text
    assert (caption.start, caption.end) == (1_250_000, 3_500_000)


def test_the_file_names_language_speakers_and_who_made_it() -> None:
    spoken = segment("hola", 0, 2, "Ana Gil", Origin.SPEECH)
    file = write_vtt([spoken, segment("adiós", 3, 5, "Ben")], "es")
    assert file.startswith("WEBVTT\nKind: captions\nLanguage: es\n\nNOTE\n")
    assert "Machine interpretation, en → es, by apertium" in file
    assert "Machine transcription, es, by apertium" in file
    assert [cue.voice for cue in webvtt.WebVTT.from_string(file).captions] == ["Ana Gil", "Ben"]


def test_the_file_says_what_was_not_checked() -> None:
    spanish, japanese = segment("hola", 0, 2), segment("こんにちは", 0, 2)
    over_galician = replace(spanish, source_line="en>gl/ana")
    unknown = replace(spanish, source_line="tlh/ana")

    assert "not checked" not in provenance([spanish], "es")
    assert provenance([japanese], "ja") == (
        "Machine interpretation, en → ja, by apertium; not checked: numbers, negations, names"
    )
    assert "en → gl → es, by apertium; not checked: numbers" in provenance([over_galician], "es")
    assert "tlh → es, by apertium" in provenance([unknown], "es")


def test_a_file_of_nothing_is_still_a_file() -> None:
    file = write_vtt([], "es")
    assert "NOTE Nothing was said." in file
    assert len(webvtt.WebVTT.from_string(file, strict=True)) == 0


def test_times_beyond_an_hour_are_written_in_full() -> None:
    file = write_vtt([segment("hola", 3 * 3600 + 59.9996, 3 * 3600 + 62)], "es")
    assert "03:01:00.000 --> 03:01:02.000" in file


def test_a_mark_of_a_long_gap_is_read_whole() -> None:
    mark = replace(segment("[no se han oído 40 s]", 5.0, 45.0, "", Origin.SPEECH), engine="")
    (cue,) = cues_of([mark], load("es"))
    assert cue.text == mark.text
    assert (cue.start_s, cue.end_s) == (5.0, 5.0 + MAX_CUE_S)
