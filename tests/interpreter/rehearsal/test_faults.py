"""The fault bench before anything runs: which faults are tried, and what is spoken."""

from collections.abc import Iterator

import numpy as np
import pytest

from interpreter.commands.faults import choose_faults, sentences_of
from interpreter.errors import InputError, RequirementMissing
from interpreter.rehearsal.faults import all_faults
from interpreter.rehearsal.looped_talk import LoopedTalk
from interpreter.rehearsal.sound_file import SAMPLE_RATE_HZ, Samples
from interpreter.rehearsal.speaker import FRAME_SAMPLES

TALK = np.arange(3 * FRAME_SAMPLES, dtype=np.int16)


def first(blocks: Iterator[Samples]) -> list[int]:
    return [int(sample) for sample in next(blocks)[:2]]


def test_all_faults_are_tried_when_none_is_named() -> None:
    known = all_faults(60.0)
    assert choose_faults(known, []) == list(known.values())


def test_a_fault_that_does_not_exist_is_answered_with_those_that_do() -> None:
    with pytest.raises(InputError, match=r"no fault 'fire'.*pair killed"):
        choose_faults(all_faults(60.0), ["fire"])


def test_the_talk_goes_on_while_the_database_is_away() -> None:
    assert all_faults(60.0)["database away"].after_s > 60.0


def test_a_talk_is_silent_before_it_begins_and_after_it_ends() -> None:
    talk = LoopedTalk(TALK)
    blocks = talk.blocks()
    before = next(blocks)
    talk.begin()
    spoken = next(blocks)
    talk.end()
    assert not before.any()
    assert spoken.any()
    assert not next(blocks).any()


def test_a_talk_begins_again_at_its_end() -> None:
    talk = LoopedTalk(TALK[: FRAME_SAMPLES + 10])
    talk.begin()
    blocks = talk.blocks()
    next(blocks)
    block = next(blocks)
    assert block[:12].tolist() == [*range(FRAME_SAMPLES, FRAME_SAMPLES + 10), 0, 1]


def test_whoever_joins_again_speaks_where_the_talk_is_by_then() -> None:
    talk = LoopedTalk(TALK, iter([1000.0, 1000.0 + FRAME_SAMPLES / SAMPLE_RATE_HZ]).__next__)
    talk.begin()
    assert first(talk.blocks()) == [FRAME_SAMPLES, FRAME_SAMPLES + 1]


def test_every_error_of_a_run_is_said_once() -> None:
    inner = ExceptionGroup("", [RequirementMissing("No server."), RequirementMissing("No voice.")])
    assert sentences_of(ExceptionGroup("", [inner, RequirementMissing("No server.")])) == [
        "No server.",
        "No voice.",
    ]
