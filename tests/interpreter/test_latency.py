"""Figures of a talk, computed by hand beside what the code says."""

import wave
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

import languages
from interpreter.errors import BadSoundFile, InterpretationError
from interpreter.events import Word
from interpreter.heard import (
    Interval,
    common_delay,
    heard_starts,
    read_sound_intervals,
    sound_intervals,
)
from interpreter.latency import (
    WordLag,
    drift_s_a_minute,
    longest_gap,
    longest_silence,
    score,
    speech_lags,
    turn_delays,
)
from interpreter.quality import chrf, cut_at, final_words, heard_sentences, spoken_text
from interpreter.stage_times import Percentiles
from interpreter.steadiness import append_only_violations, flicker
from interpreter.unit_events import Event, read_units

FLOOR = [Interval(1.0, 4.0), Interval(4.5, 6.0)]
"""Two sentences with half a second between them."""


def event(name: str, at_s: float, **fields: object) -> Event:
    return {"event": name, "at_s": at_s, **fields}


# One unit of four source words that end at 1.5, 2, 3 and 4 s; two target words, spoken 0.8 s apart.
FIRST = [
    event("hypothesis", 1.9, speaker="s", heard_s=1.8, words=["good"], final=False),
    event("commit", 2.0, line="en", seq=0, text="good", start_s=1.0, end_s=1.5, heard_s=1.8),
    event("commit", 2.4, line="en", seq=1, text="day", start_s=1.6, end_s=2.0, heard_s=2.2),
    event("commit", 3.3, line="en", seq=2, text="to", start_s=2.6, end_s=3.0, heard_s=3.1),
    event("commit", 4.5, line="en", seq=3, text="all", start_s=3.5, end_s=4.0, heard_s=4.3),
    event(
        "unit",
        4.6,
        source="en",
        target="es",
        unit=0,
        first_seq=0,
        last_seq=3,
        text="good day to all",
        words=[["good", 1.0, 1.5], ["day", 1.6, 2.0], ["to", 2.6, 3.0], ["all", 3.5, 4.0]],
    ),
    event("translation_request", 4.6, target="es", unit=0),
    event("translation_first_token", 5.0, target="es", unit=0),
    event("translation", 5.1, target="es", unit=0, text="hola todos"),
    event("speech_request", 5.1, target="es", unit=0, text="hola todos", rate=1.0),
    event("speech_first_byte", 5.25, target="es", unit=0),
    event(
        "playout",
        5.3,
        target="es",
        unit=0,
        text="hola todos",
        start_s=5.3,
        duration_s=1.0,
        rate=1.0,
        words=[["hola", 0.0], ["todos", 0.8]],
    ),
]
# A second unit of two words that end at 5 and 6 s; one target word without a time.
SECOND = [
    event(
        "unit",
        6.2,
        source="en",
        target="es",
        unit=1,
        first_seq=4,
        last_seq=5,
        text="thank you",
        words=[["thank", 4.5, 5.0], ["you", 5.2, 6.0]],
    ),
    event("translation_first_token", 6.5, target="es", unit=1),
    event("translation", 6.6, target="es", unit=1, text="gracias"),
    event("speech_first_byte", 6.9, target="es", unit=1),
    event("playout", 7.0, target="es", unit=1, text="gracias", start_s=7.0, duration_s=0.7),
    event("final", 4.4, line="en", segment="1", words=[["good", 1.0, 1.5], ["day", 1.6, 2.0]]),
    event("final", 6.1, line="en", segment="2", words=[["thank", 4.5, 5.0], ["you", 5.2, 6.0]]),
    event("recogniser_usage", 6.5, speaker="s", audio_s=5.5),
    event("skipped", 6.5, target="es", seconds=1.5),
    event("underrun", 5.6, target="es", unit=0, seconds=0.1),
    event("underrun", 5.6, target="ca", unit=0, seconds=0.1),
    event("caption", 5.0, language="es", segment="a", final=False, text="hola a"),
    event("caption", 5.1, language="es", segment="a", final=True, text="hola todos"),
    event("caption", 1.9, language="en", segment="1", final=False, text="Good they"),
    event("caption", 2.4, language="en", segment="1", final=True, text="Good day."),
    event("caption", 5.1, language="ca", segment="b", final=True, text="hola"),
]
TALK = [*FIRST, *SECOND]
HEARD = [Interval(5.5, 6.4), Interval(7.2, 7.8)]
"""Everything is heard 0.2 s after its playout."""


def test_the_figures_of_a_talk() -> None:
    scores = score(TALK, "es", FLOOR, HEARD, natural_pace_cps=17.0)

    # hola 5.5 − "day" 2.0; todos 6.3 − "all" 4.0; gracias 7.2 − "you" 6.0
    assert (scores.lag_max_s, scores.lag_median_s) == pytest.approx((3.5, 2.3))
    assert scores.lag_p90_s == pytest.approx(2.3 + 0.8 * 1.2)
    assert scores.start_offset_s == pytest.approx(4.5)
    assert scores.end_offset_s == pytest.approx(1.8)
    assert scores.longest_gap_s == pytest.approx(4.1)
    assert scores.longest_silence_s == pytest.approx(0.8)
    assert scores.mean_pace == pytest.approx((17 / 17.0) / 1.7)
    assert (scores.flicker, scores.floor_flicker) == (1 / 2, 1 / 2)
    assert scores.underruns == 1
    assert scores.recogniser_ratio == pytest.approx(5.5 / 5.0)
    assert scores.skipped_s == 1.5
    assert scores.condensed_s == 0
    assert scores.spoken_words == 3
    assert scores.duration_ratio == pytest.approx(1.5 / 4.5)
    assert scores.silence_ratio == pytest.approx(1 - 1.5 / 2.3)
    assert scores.requests_a_minute == pytest.approx(60 / 5)
    assert scores.drift_s_a_minute == pytest.approx(-34.5)
    assert scores.turns == Percentiles(-0.5, -0.5, -0.5, 1)


@pytest.mark.parametrize(
    ("stage", "p50_s", "count"),
    [
        ("hypothesis", 0.1, 1),
        ("commit", 0.45, 4),
        ("request", 0.1, 1),
        ("first_token", 0.4, 1),
        ("speech_request", 0.0, 1),
        ("first_byte", 0.15, 1),
        ("playout", 0.075, 2),
    ],
)
def test_the_time_of_each_stage(stage: str, p50_s: float, count: int) -> None:
    took = score(TALK, "es", FLOOR, HEARD, natural_pace_cps=17.0).stages[stage]

    assert took.p50_s == pytest.approx(p50_s)
    assert took.count == count


@pytest.mark.parametrize(("events", "heard"), [(TALK, []), (FIRST[:-1], HEARD), ([], HEARD)])
def test_a_talk_that_nobody_heard_has_no_figures(
    events: list[Event], heard: list[Interval]
) -> None:
    with pytest.raises(InterpretationError, match="Nothing was heard in es"):
        score(events, "es", FLOOR, heard, natural_pace_cps=17.0)


def test_without_a_recorded_onset_the_common_delay_counts() -> None:
    lags = speech_lags(read_units(TALK, "es"), [Interval(5.5, 7.8)])

    assert lags == pytest.approx([3.5, 2.3, 1.2])


def test_units_of_a_replaced_pair_are_counted_apart() -> None:
    again: list[Event] = [{**one, "at_s": 9.0, "text": "adiós"} for one in FIRST]

    texts = [unit.text for unit in read_units([*FIRST, *again], "es")]

    assert texts == ["hola todos", "adiós"]


def test_a_unit_may_be_spoken_in_parts_before_it_closes() -> None:
    early = [
        event("playout", 3.0, target="es", unit=7, text="hola a", start_s=3.0, duration_s=1.0),
        {**SECOND[0], "unit": 7},
        event("playout", 8.0, target="es", unit=7, text="todos", start_s=8.0, duration_s=1.0),
    ]

    (unit,) = read_units(early, "es")

    assert (unit.text, unit.start_s, unit.duration_s) == ("hola a todos", 3.0, 2.0)
    # hola 3.0 and a 3.83 render "thank" and "you": the middle of three lies behind the first half
    assert speech_lags([unit], []) == pytest.approx([-2.0, 3.0 + 5 / 6 - 6.0, 2.0])


def test_a_lag_that_grows_drifts() -> None:
    lags = [WordLag(60.0 * minute, 60.0 * minute + 2.0 + 0.25 * minute) for minute in range(4)]

    assert drift_s_a_minute(lags) == pytest.approx(0.25)
    assert drift_s_a_minute(lags[:1]) == 0.0


def test_a_turn_is_rendered_from_its_first_sound_on() -> None:
    lags = [WordLag(1.5, 4.0), WordLag(2.5, 5.0), WordLag(7.0, 9.5)]

    assert turn_delays(lags, [Interval(1.0, 3.0), Interval(6.0, 8.0)]) == [1.0, 1.5]
    assert turn_delays([], [Interval(1.0, 3.0)]) == []


def asked(text: str) -> Event:
    return event("speech_request", 1.0, target="es", unit=0, text=text)


def played(text: str) -> Event:
    return event("playout", 2.0, target="es", unit=0, text=text, start_s=2.0, duration_s=1.0)


def final_caption(text: str) -> Event:
    return event("caption", 3.0, language="es", segment="a", final=True, text=text)


@pytest.mark.parametrize(
    ("events", "violations"),
    [
        ([asked("a"), asked("b"), played("a"), played("b")], 0),
        ([asked("a"), asked("b"), played("b")], 0),
        ([asked("a"), asked("b"), played("b"), played("a")], 1),
        ([asked("a"), played("a"), played("a")], 1),
        ([played("a")], 1),
        ([final_caption("a"), final_caption("a")], 0),
        ([final_caption("a"), final_caption("b")], 1),
    ],
)
def test_what_was_said_or_final_stays(events: list[Event], violations: int) -> None:
    assert append_only_violations(events, "es") == violations


@pytest.mark.parametrize(
    ("moments", "gap_s"),
    [
        ([], 5.0),
        ([3.0], 3.0),
        ([2.0, 4.25, 5.0], 2.25),
        ([0.5, 7.0], 5.0),
    ],
)
def test_a_gap_counts_while_the_floor_speaks(moments: list[float], gap_s: float) -> None:
    assert longest_gap(moments, FLOOR) == pytest.approx(gap_s)


def test_a_long_pause_of_the_floor_is_no_gap() -> None:
    assert longest_gap([2.0, 8.0], [Interval(1.0, 3.0), Interval(7.0, 9.0)]) == 1.0


def test_the_longest_silence_lies_between_sounds() -> None:
    assert longest_silence([Interval(1, 2), Interval(2.5, 3), Interval(5, 6)]) == 2.0
    assert longest_silence([Interval(1, 2)]) == 0.0


@pytest.mark.parametrize(
    ("texts", "erasure"),
    [
        (["we open"], 0.0),
        (["we", "we open", "we open it."], 0.0),
        (["we open", "we open."], 0.0),
        (["we over", "we open"], 1 / 2),
        (["in the", "on the table"], 2 / 3),
        (["a b c d", "a"], 3.0),
        (["a b", "", "a b"], 1.0),
        ([""], 0.0),
    ],
)
def test_flicker_counts_words_that_vanished(texts: list[str], erasure: float) -> None:
    assert flicker({"segment": texts}) == pytest.approx(erasure)


def test_flicker_is_per_word_of_all_segments() -> None:
    assert flicker({"1": ["a", "b"], "2": ["c d e"]}) == 0.25


RATE_HZ = 16_000


def sound(*parts: tuple[float, float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Parts of (seconds, amplitude) as a 400 Hz tone."""
    pieces = [
        amplitude * np.sin(2 * np.pi * 400 * np.arange(round(seconds * RATE_HZ)) / RATE_HZ)
        for seconds, amplitude in parts
    ]
    return np.concatenate(pieces)


@pytest.mark.parametrize(
    ("parts", "intervals"),
    [
        ([(1.0, 0.0)], []),
        ([(0.5, 0.0), (1.0, 0.3), (0.5, 0.0)], [(0.5, 1.5)]),
        ([(0.3, 0.3), (0.06, 0.0), (0.3, 0.3)], [(0.0, 0.66)]),
        ([(0.3, 0.3), (0.2, 0.0), (0.3, 0.3)], [(0.0, 0.3), (0.5, 0.8)]),
        ([(0.5, 0.001), (0.5, 0.1)], [(0.5, 1.0)]),
        ([(0.5, 0.0), (0.02, 0.5), (0.5, 0.0)], []),
    ],
)
def test_sound_is_heard_where_it_is_loud(
    parts: list[tuple[float, float]], intervals: list[tuple[float, float]]
) -> None:
    found = [(one.start_s, one.end_s) for one in sound_intervals(sound(*parts), RATE_HZ)]

    assert [end for pair in found for end in pair] == pytest.approx(
        [end for pair in intervals for end in pair], abs=0.011
    )


def test_a_recording_is_read_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "es.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        mono = np.round(sound((0.5, 0.0), (0.5, 0.5)) * 32767).astype("<i2")
        file.writeframes(np.column_stack([mono, mono]).tobytes())

    assert read_sound_intervals(path)[0].start_s == pytest.approx(0.5, abs=0.011)


def test_a_file_without_sound_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "es.wav"
    path.write_text("no sound")

    with pytest.raises(BadSoundFile, match="es.wav is no WAV file"):
        read_sound_intervals(path)


def test_the_delay_to_the_ear_is_found_among_other_onsets() -> None:
    played = [2.0, 5.0, 9.0]
    heard = [Interval(at_s, at_s + 0.2) for at_s in (2.31, 2.9, 5.3, 6.1, 9.29, 10.4)]

    assert common_delay(played, heard) == pytest.approx(0.3)
    assert heard_starts(played, heard) == pytest.approx([2.31, 5.3, 9.29])


SENTENCES = [Interval(1.0, 2.0), Interval(2.2, 3.0)]


@pytest.mark.parametrize(
    ("times", "parts"),
    [
        ([(1.0, 1.5), (1.5, 2.0), (2.2, 2.5)], [2, 1]),
        ([(1.9, 2.2), (2.2, 2.9)], [1, 1]),
        ([(0.2, 0.5), (3.5, 4.0)], [1, 1]),
        ([(2.0, 2.4)], [0, 1]),
    ],
)
def test_words_belong_to_the_sentence_of_their_middle(
    times: Sequence[tuple[float, float]], parts: list[int]
) -> None:
    words = [Word("word", start_s, end_s) for start_s, end_s in times]

    assert [len(part) for part in cut_at(words, SENTENCES)] == parts


def test_final_words_come_in_order_of_time() -> None:
    assert [word.text for word in final_words(TALK[::-1], "en")] == ["good", "day", "thank", "you"]
    assert final_words(TALK, "fr") == []


def test_the_reference_is_each_true_sentence_as_it_was_heard() -> None:
    assert heard_sentences(TALK, languages.load("en"), FLOOR) == ["Good day.", "Thank you."]


@pytest.mark.parametrize(
    ("translations", "lowest", "highest"),
    [
        (["hola todos", "gracias"], 100.0, 100.0),
        (["hola a todos", "muchas gracias"], 50.0, 90.0),
        (["zzz", "zzz"], 0.0, 5.0),
    ],
)
def test_quality_compares_with_whole_sentences(
    translations: list[str], lowest: float, highest: float
) -> None:
    assert lowest <= chrf(spoken_text(TALK, "es"), " ".join(translations)) <= highest
