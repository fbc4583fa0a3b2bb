"""What was heard and kept around a fault becomes figures: when voice and captions are back, what is
lost, double, or unheard."""

from dataclasses import replace

import pytest

from interpreter.heard import Interval
from interpreter.recovery import (
    CommittedWord,
    Evidence,
    Recovery,
    Rendered,
    RoomRecord,
    Sign,
    recovery,
)

FAULT_S = 100.0
UNTIL_S = 130.0


def sounding(publisher: str, start_s: int, end_s: int) -> list[Sign]:
    """Somebody's voice, ten times a second."""
    return [Sign(at / 10, publisher) for at in range(start_s * 10, end_s * 10)]


def captioned(publisher: str, language: str, start_s: int, end_s: int) -> list[Sign]:
    return [Sign(float(at), publisher, language) for at in range(start_s, end_s)]


WORDS = tuple(CommittedWord(1, seq, 90.0 + seq, 91.0 + seq) for seq in range(40))
ROOM = RoomRecord(WORDS, (Rendered(1, 0, 19), Rendered(1, 20, 39)))
QUIET_RUN = Evidence(
    FAULT_S,
    UNTIL_S,
    tuple(sounding("pair-1", 90, 130)),
    tuple(captioned("pair-1", "es", 90, 130) + captioned("floor-1", "en", 90, 130)),
    "es",
    (ROOM,),
)
UNDISTURBED = recovery(QUIET_RUN)


def scored(**changes: object) -> Recovery:
    return recovery(replace(QUIET_RUN, **changes), UNDISTURBED)  # type: ignore[arg-type]


def test_what_nobody_noticed_has_nothing_to_show() -> None:
    assert UNDISTURBED.voice_back_s == UNDISTURBED.captions_back_s == 0.0
    assert (UNDISTURBED.lost_words, UNDISTURBED.double_words, UNDISTURBED.marked_s) == (0, 0, 0.0)
    assert UNDISTURBED.unmarked_s == 0.0


@pytest.mark.parametrize(
    ("voice", "back_s", "silence_s"),
    [
        (sounding("pair-1", 90, 100) + sounding("pair-2", 102, 130), 2.0, 2.1),
        (sounding("pair-1", 90, 104) + sounding("pair-2", 103, 130), 3.0, 0.1),
        (sounding("pair-1", 90, 101) + sounding("pair-1", 105, 130), 5.0, 4.1),
        (sounding("pair-1", 90, 100), None, 30.1),
    ],
    ids=["replaced", "handed over while it spoke", "silent for a while", "never back"],
)
def test_the_voice_is_back_when_the_next_one_sounds_or_an_odd_silence_ends(
    voice: list[Sign], back_s: float | None, silence_s: float
) -> None:
    found = scored(voice=tuple(voice))
    assert found.voice_back_s == (back_s if back_s is None else pytest.approx(back_s))
    assert found.longest_silence_s == pytest.approx(silence_s)


def test_captions_are_back_when_those_of_every_language_are() -> None:
    captions = [
        *captioned("pair-1", "es", 90, 101),
        *captioned("pair-2", "es", 107, 130),
        *captioned("floor-1", "en", 90, 101),
        *captioned("floor-2", "en", 103, 130),
    ]
    assert scored(captions=tuple(captions)).captions_back_s == 7.0


def test_a_new_floor_agent_brings_captions_back_though_the_pair_went_on() -> None:
    captions = [
        *captioned("pair-1", "es", 90, 130),
        *captioned("floor-1", "en", 90, 101),
        *captioned("floor-2", "en", 104, 130),
    ]
    assert scored(captions=tuple(captions)).captions_back_s == 4.0


@pytest.mark.parametrize(
    ("rendered", "lost", "double"),
    [
        ((Rendered(1, 0, 19), Rendered(1, 20, 37)), 2, 0),
        ((Rendered(1, 0, 21), Rendered(1, 20, 39)), 0, 2),
        ((Rendered(1, 0, 19), Rendered(2, 20, 39)), 20, 0),
    ],
    ids=["end missing", "overlap", "another line with the same numbers"],
)
def test_each_committed_word_belongs_into_one_segment(
    rendered: tuple[Rendered, ...], lost: int, double: int
) -> None:
    found = scored(rooms=(replace(ROOM, rendered=rendered),))
    assert (found.lost_words, found.double_words) == (lost, double)


@pytest.mark.parametrize(
    ("not_heard", "lost", "marked_s", "unmarked_s"),
    [
        ((), 0, 0.0, 10.0),
        ((Interval(100.0, 108.0),), 0, 8.0, 2.0),
        ((Interval(100.0, 110.0),), 0, 10.0, 0.0),
        ((Interval(98.0, 110.0),), 0, 12.0, 0.0),
    ],
    ids=["a hole", "most of it marked", "marked", "more than was unheard"],
)
def test_speech_that_nobody_heard_is_either_marked_or_a_hole(
    not_heard: tuple[Interval, ...], lost: int, marked_s: float, unmarked_s: float
) -> None:
    words = tuple(word for word in WORDS if not 100.0 <= word.start_s < 110.0)
    found = scored(rooms=(RoomRecord(words, ROOM.rendered, not_heard),))
    assert (found.lost_words, found.marked_s) == (lost, marked_s)
    assert found.unmarked_s == pytest.approx(unmarked_s)


def test_a_word_that_is_said_to_be_unheard_is_not_lost_in_silence() -> None:
    room = RoomRecord(WORDS, (Rendered(1, 0, 37),), (Interval(127.5, 131.0),))
    assert scored(rooms=(room,)).lost_words == 0


def test_a_room_may_mark_what_the_one_before_it_could_not_end() -> None:
    first = RoomRecord(WORDS[:20], (Rendered(1, 0, 17),))
    second = RoomRecord(WORDS[22:], (Rendered(1, 22, 39),), (Interval(108.0004, 112.0),))
    assert scored(rooms=(first, second)).lost_words == 0


def test_a_meeting_that_went_on_in_another_room_is_counted_as_one() -> None:
    first = RoomRecord(WORDS[:10], (Rendered(1, 0, 9),))
    second = RoomRecord(WORDS[16:], (Rendered(1, 16, 38),))
    found = scored(rooms=(first, second))
    assert (found.lost_words, found.double_words, found.unmarked_s) == (1, 0, 6.0)
