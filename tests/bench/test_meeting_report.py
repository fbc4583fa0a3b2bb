"""What of a measured meeting is worse than promised is said, a sentence each."""

from dataclasses import replace
from typing import Any

from tests.bench.held_meeting import Record
from tests.bench.meeting_figures import Happened, Row
from tests.bench.meeting_report import misses, untold

WELL: dict[str, Any] = {"lost": [], "doubled": [], "marked": 0}
SERVES = ["voice", "es", "espeak"]


def record(**more: Any) -> Record:
    plain: dict[str, Any] = {
        "length_s": 30.0,
        "voice": {"es": []},
        "lags": {"es": []},
        "line": WELL,
        "segments": {"es": WELL},
        "repeated": {"es": {"captions": [], "voice": []}},
        "odd": [],
        "underruns": 0,
        "skipped_s": 0.0,
        "switches": [[5.0, "voice", "es", "openai tts", "espeak", "stall"]],
        "attributes": [[5.2, [[*SERVES, "stall"]]]],
        "pages": [[6.0, "Voice, es espeak"]],
    }
    return Record(**{**plain, **more})


def test_nothing_is_missed_where_all_is_well() -> None:
    assert misses(record(), record(), []) == []


def test_a_word_in_no_segment_is_missed() -> None:
    lost = record(segments={"es": {**WELL, "lost": ["not 3.1"]}})
    assert misses(lost, record(), []) == ["es: lost not 3.1"]


def test_what_is_odd_without_faults_too_is_the_texts_own() -> None:
    odd = {"at_s": 4.0, "language": "es", "text": "no no", "over_s": 0.4}
    assert len(misses(record(odd=[odd]), record(), [])) == 1
    assert misses(record(odd=[odd]), record(odd=[odd]), []) == []


def test_a_silence_is_missed_where_its_fault_has_happened() -> None:
    happened = Happened(8.0, "stt-1", "deepgram nova-3", "drop", told=1)
    row = Row(happened, 2.4, "es", 0.0, (), None, ())
    assert misses(record(), record(), [row]) == [
        "drop of deepgram nova-3 at 8 s: 2.4 s of silence added in es"
    ]
    assert misses(record(), record(), [replace(row, fault=replace(happened, told=0))]) == []


def test_a_key_in_a_log_is_missed() -> None:
    assert misses(replace(record(), leaks=["log/worker"]), record(), []) == [
        "a key is written in log/worker"
    ]


def test_a_switch_must_be_in_an_attribute_and_on_the_page() -> None:
    assert untold(record(attributes=[[1.0, [["voice", "es", "openai tts", "first"]]]])) == [
        "no attribute says that espeak serves es (voice)"
    ]
    assert untold(record(pages=[[1.0, "Voice, es openai tts"]])) == [
        "no page says that espeak serves es (voice)"
    ]


def test_a_switch_that_the_next_one_follows_at_once_need_not_be_seen() -> None:
    switches = [
        [5.0, "voice", "es", "openai tts", "aura", "stall"],
        [6.0, "voice", "es", "aura", "espeak", "stall"],
    ]
    assert untold(record(switches=switches)) == []


def test_a_busy_machine_may_say_a_switch_later() -> None:
    late = record(attributes=[[9.0, [[*SERVES, "stall"]]]], pages=[[14.0, "Voice, es espeak"]])
    assert len(untold(late)) == 2
    assert untold(late, 10.0) == []
