"""What the store keeps, once each, and which of two renderings of the same words is in force."""

from dataclasses import replace
from itertools import permutations

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from interpreter.events import Origin, Segment
from interpreter.store import (
    Room,
    UnknownRoom,
    add_segments,
    segments_of,
)
from tests.interpreter.conftest import ROOM


def segment(epoch: int, first: int, last: int, language: str = "es", line: str = "en") -> Segment:
    return Segment(
        id=f"{line}-{language}.{epoch}.{first}-{last}",
        language=language,
        origin=Origin.MACHINE,
        speaker="Ana",
        text=f"words {first} to {last}",
        start_s=float(first),
        end_s=float(last + 1),
        engine="apertium",
        epoch=epoch,
        source_line=line,
        first_seq=first,
        last_seq=last,
        source_segments=("en.1.1",),
    )


def ranges(segments: list[Segment]) -> list[str]:
    return [f"{item.epoch}:{item.first_seq}-{item.last_seq}" for item in segments]


def in_force(store: Engine, language: str = "es") -> list[str]:
    with Session(store) as session:
        return ranges(segments_of(session, ROOM, language))


def test_a_segment_comes_back_as_it_was_given(store: Engine) -> None:
    given = replace(segment(1, 0, 4), text="<b> --> & ‏שלום 🎉", condensed=True)
    given = replace(given, interpreter="interpreter-maria", relay=2)
    with Session(store) as session:
        add_segments(session, ROOM, [given])
    with Session(store) as session:
        assert segments_of(session, ROOM) == [given]


def test_a_segment_given_twice_is_kept_once(store: Engine) -> None:
    with Session(store) as session:
        assert add_segments(session, ROOM, [segment(1, 0, 4), segment(1, 0, 4)]) == []
        assert add_segments(session, ROOM, [segment(1, 0, 4)]) == []
    assert in_force(store) == ["1:0-4"]


def test_that_the_voice_said_less_is_known_after_the_segment(store: Engine) -> None:
    given = segment(1, 0, 4)
    with Session(store) as session:
        add_segments(session, ROOM, [given])
        add_segments(session, ROOM, [replace(given, text="something else", condensed=True)])
    with Session(store) as session:
        assert segments_of(session, ROOM) == [replace(given, condensed=True)]


def test_a_segment_of_an_unknown_room_is_an_error(store: Engine) -> None:
    with Session(store) as session, pytest.raises(UnknownRoom, match="add_room"):
        add_segments(session, "elsewhere", [segment(1, 0, 4)])


def test_segments_come_in_order_of_time_and_by_language(store: Engine) -> None:
    with Session(store) as session:
        add_segments(session, ROOM, [segment(1, 5, 9), segment(1, 0, 4), segment(1, 0, 4, "ca")])
    assert in_force(store, "es") == ["1:0-4", "1:5-9"]
    assert in_force(store, "ca") == ["1:0-4"]


@pytest.mark.parametrize(
    ("stored", "given", "refused", "left"),
    [
        pytest.param([(1, 0, 4)], (1, 5, 9), [], ["1:0-4", "1:5-9"], id="next-words"),
        pytest.param([(1, 0, 4)], (1, 4, 9), ["1:4-9"], ["1:0-4"], id="same-epoch-first-wins"),
        pytest.param([(2, 0, 4)], (1, 3, 9), ["1:3-9"], ["2:0-4"], id="lower-epoch-comes-late"),
        pytest.param([(1, 0, 4)], (2, 0, 6), ["1:0-4"], ["2:0-6"], id="higher-epoch-comes-late"),
        pytest.param(
            [(1, 0, 4), (1, 5, 9)], (2, 5, 7), ["1:5-9"], ["1:0-4", "2:5-7"], id="resumed-at-a-unit"
        ),
        pytest.param(
            [(1, 0, 9), (2, 5, 14)],
            (3, 10, 19),
            ["2:5-14"],
            ["1:0-9", "3:10-19"],
            id="a-loser-of-a-loser-is-in-force-again",
        ),
    ],
)
def test_no_word_has_two_renderings_in_force(
    store: Engine,
    stored: list[tuple[int, int, int]],
    given: tuple[int, int, int],
    refused: list[str],
    left: list[str],
) -> None:
    with Session(store) as session:
        add_segments(session, ROOM, [segment(*item) for item in stored])
        assert ranges(add_segments(session, ROOM, [segment(*given)])) == refused
    assert in_force(store) == left


@pytest.mark.parametrize(
    "order", list(permutations([segment(1, 0, 9), segment(2, 5, 14), segment(3, 10, 19)]))
)
def test_epochs_may_arrive_in_any_order(store: Engine, order: tuple[Segment, ...]) -> None:
    with Session(store) as session:
        add_segments(session, ROOM, order[:1])
        add_segments(session, ROOM, order[1:])
    assert in_force(store) == ["1:0-9", "3:10-19"]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(segment(1, 0, 4, language="ca"), id="another-target"),
        pytest.param(segment(1, 0, 4, line="fr"), id="another-line"),
        pytest.param(replace(segment(1, 0, 4), id="es.1.1", origin=Origin.SPEECH), id="speech"),
        pytest.param(replace(segment(1, 0, 4), id="es.1.2", origin=Origin.HUMAN), id="human"),
    ],
)
def test_only_the_same_pair_competes_for_words(store: Engine, other: Segment) -> None:
    with Session(store) as session:
        assert add_segments(session, ROOM, [segment(1, 0, 4), other]) == []
        assert len(segments_of(session, ROOM)) == 2


def test_times_of_the_store_are_aware(store: Engine) -> None:
    with Session(store) as session:
        room = session.get_one(Room, ROOM)
        assert room.started_at.utcoffset() is not None


def test_a_writer_takes_its_turn_before_it_reads(store: Engine) -> None:
    with Session(store) as first, Session(store) as second:
        add_segments(first, ROOM, [segment(1, 0, 4)])
        add_segments(second, ROOM, [segment(2, 0, 4)])
    assert in_force(store) == ["2:0-4"]


def test_words_that_a_dead_pair_could_not_translate_are_not_kept_beside_their_translation(
    store: Engine,
) -> None:
    untold = replace(segment(1, 0, 5), origin=Origin.SPEECH, engine="", text_language="en")
    skipped = replace(segment(2, 0, 3), id="en-es.2.0.skipped", origin=Origin.SPEECH, engine="")
    again = [segment(2, 0, 3), skipped, segment(2, 4, 8)]
    with Session(store) as session:
        add_segments(session, ROOM, [untold])
        add_segments(session, ROOM, again)
        kept = segments_of(session, ROOM, "es")
    assert [one.id for one in kept] == [one.id for one in again]
