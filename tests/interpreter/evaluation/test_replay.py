"""A case goes through the real floor-side code and the real pair agent, in virtual time."""

from interpreter.evaluation.replay import SOUND_TRAVELS_S, joined, replay
from interpreter.evaluation.scripted import Said, Script, case_of
from interpreter.heard import Interval
from interpreter.pair.policy import POLICIES
from interpreter.scorer import row_of
from languages import load
from tests.scripted import ScriptedTranslator, ScriptedVoice

SAID = (
    Said("ana", "The city needs more water before the summer comes.", 1.5),
    Said("ana", "The council has found a place for the new well.", 1.0),
)
CASE = case_of(Script("water", {"ana": "en"}, SAID, 150.0, 3))
POLICY = next(iter(POLICIES))


def test_what_is_said_is_translated_and_heard() -> None:
    played = replay(CASE, "en", "es", POLICY, ScriptedTranslator(), ScriptedVoice())

    row = row_of(
        "water",
        POLICY,
        played.events,
        load("en"),
        load("es"),
        CASE.floor,
        played.sounds,
        [one.text for one in CASE.sentences],
        is_gated=True,
    )
    assert 0.5 < row.scores.start_offset_s < 6.0
    assert row.scores.append_only_violations == 0
    assert row.text_lag is not None
    assert 0.0 < row.text_lag.unaware_s < row.text_lag.aware_s


def test_times_are_the_talks() -> None:
    played = replay(CASE, "en", "es", POLICY, ScriptedTranslator(), ScriptedVoice())

    commits = [event for event in played.events if event["event"] == "commit"]
    assert commits[0]["text"] == "the"
    assert commits[0]["start_s"] == round(CASE.sentences[0].start_s + SOUND_TRAVELS_S, 3)


def test_frames_that_follow_each_other_are_one_sound() -> None:
    frames = [(3.0, 3.1), (3.1, 3.2), (3.5, 3.6)]

    sounds = [(round(one.start_s, 3), round(one.end_s, 3)) for one in joined(frames, 3.0)]

    assert sounds == [(0.0, 0.2), (0.5, 0.6)]
    assert joined([], 3.0) == list[Interval]()
