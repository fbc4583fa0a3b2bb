"""A line on which two people talk at once: units, and whose sentence ends."""

from collections import Counter
from dataclasses import replace

import pytest

from interpreter.events import ItemKind, LineItem, Word
from interpreter.line import LineMessage
from interpreter.pair.chunking import Unit
from interpreter.pair.job import PairJob, decode_job, encode_job
from interpreter.pair.policy import POLICIES, ChunkPolicy
from interpreter.pair.source_line import SourceLine, capped

JOB = decode_job(encode_job("en", "es", 1, 1, 0))
AT_ONCE = (
    "ana:the jon:we ana:teachers jon:will ana:asked jon:not ana:for ana:more jon:close ana:time"
)
WORD_S = 0.3
SMALL = ChunkPolicy(gap_s=0.12, max_words=8, max_s=9.0)


def read(*told: str) -> tuple[list[Unit], list[tuple[str, int]]]:
    """Units and ended sentences of what people said: `speaker:word`, words without gaps.

    `speaker:` alone is a long pause; each argument begins two seconds after the one before.
    """
    ended: list[tuple[str, int]] = []
    line = SourceLine(JOB, SMALL, lambda speaker, unit: ended.append((speaker, unit)))
    items: list[LineItem] = []
    for number, story in enumerate(told):
        said: Counter[str] = Counter()
        for speaker, _, word in (one.partition(":") for one in story.split()):
            kind = ItemKind.WORD if word else ItemKind.PAUSE
            starts_s = 2.0 * number + WORD_S * said[speaker]
            ends_s = starts_s + (WORD_S if word else 1.0)
            items.append(LineItem(len(items), kind, word, starts_s, ends_s, speaker, "en.1.1"))
            said[speaker] += 1
    return line.push(LineMessage("en", 1, tuple(items), {})), ended


def said(units: list[Unit], speaker: str) -> list[str]:
    return [unit.text for unit in units if unit.speaker == speaker]


def test_people_who_talk_at_once_do_not_cut_each_other() -> None:
    units, _ = read(f"{AT_ONCE} ana: jon:")
    assert said(units, "ana") == ["the teachers asked for more time"]
    assert said(units, "jon") == ["we will not close"]


def test_a_pause_ends_the_sentence_of_the_one_who_pauses() -> None:
    units, ended = read(f"{AT_ONCE} ana: jon:")
    last = {one.speaker: one.number for one in units}
    assert ended[-2:] == [("ana", last["ana"]), ("jon", last["jon"])]


def test_who_fell_silent_is_not_waited_for_when_another_speaks() -> None:
    units, _ = read("ana:many ana:people", "jon:yes jon:we jon:do jon:not jon:agree")
    assert said(units, "ana") == ["many people"]


def test_whose_recogniser_is_behind_is_not_cut_by_another() -> None:
    line = SourceLine(JOB, SMALL, lambda _speaker, _unit: None)
    items: list[LineItem] = []
    for place, word in enumerate("we do not agree with that".split()):
        for speaker, behind_s in (("ana", 4.0), ("jon", 0.0)):
            start_s = 10.0 + WORD_S * place - behind_s
            items.append(
                LineItem(
                    len(items), ItemKind.WORD, word, start_s, start_s + WORD_S, speaker, "en.1.1"
                )
            )
    assert line.push(LineMessage("en", 1, tuple(items), {})) == []
    assert [len(unit.words) for unit in line.open_units()] == [6, 6]


def item(seq: int, kind: ItemKind, text: str = "", words: tuple[Word, ...] = ()) -> LineItem:
    covers = (0, seq - 1) if kind is ItemKind.FINAL else (-1, -1)
    return LineItem(seq, kind, text, float(seq), seq + 0.9, "ana", "en.1.1", covers, words)


def test_who_waits_for_final_words_reads_nothing_else() -> None:
    line = SourceLine(JOB, SMALL, lambda _speaker, _unit: None, waits_for_final=True)
    committed = [item(0, ItemKind.WORD, "know"), item(1, ItemKind.WORD, "treason")]
    line.push(LineMessage("en", 1, tuple(committed), {}))
    assert line.open_units() == []
    said = (Word("no", 0.0, 0.9), Word("trees", 1.0, 1.9))
    line.push(LineMessage("en", 1, (item(2, ItemKind.FINAL, words=said),), {}))
    assert [unit.text for unit in line.open_units()] == ["no trees"]


def test_words_that_are_never_final_are_read_before_those_that_are() -> None:
    line = SourceLine(JOB, SMALL, lambda _speaker, _unit: None, waits_for_final=True)
    committed = [item(place, ItemKind.WORD, word) for place, word in enumerate(("do", "not", "go"))]
    said = (Word("stay", 2.0, 2.9),)
    final = replace(item(3, ItemKind.FINAL, words=said), covers=(2, 2))
    line.push(LineMessage("en", 1, (*committed, final), {}))
    assert [unit.text for unit in line.open_units()] == ["do not stay"]


def test_words_that_are_never_final_are_read_at_the_pause() -> None:
    line = SourceLine(JOB, SMALL, lambda _speaker, _unit: None, waits_for_final=True)
    items = (item(0, ItemKind.WORD, "no"), item(1, ItemKind.PAUSE))
    assert [unit.text for unit in line.push(LineMessage("en", 1, items, {}))] == ["no"]


def test_a_sentence_ends_with_the_unit_that_the_final_words_have_closed() -> None:
    ended: list[tuple[str, int]] = []
    two = replace(SMALL, max_words=2)
    line = SourceLine(JOB, two, lambda *told: ended.append(told), waits_for_final=True)
    said = [
        item(place, ItemKind.WORD, word) for place, word in enumerate(("we", "all", "go", "now"))
    ]
    units = line.push(LineMessage("en", 1, (*said, item(4, ItemKind.FINAL)), {}))
    assert [unit.number for unit in units] == [0, 1]
    assert ended == []
    line.push(LineMessage("en", 1, (item(5, ItemKind.PAUSE), item(6, ItemKind.WORD, "so")), {}))
    assert ended == [("ana", 1)]


def test_a_mode_that_does_not_wait_reads_what_waited() -> None:
    line = SourceLine(JOB, SMALL, lambda _speaker, _unit: None, waits_for_final=True)
    line.push(LineMessage("en", 1, (item(0, ItemKind.WORD, "no"),), {}))
    assert line.use(SMALL, waits_for_final=False) == []
    assert [unit.text for unit in line.open_units()] == ["no"]


def test_what_waits_when_the_floor_agent_dies_is_read_as_its_words() -> None:
    """A new epoch's numbers are others: under them they would take the place of words to come."""
    line = SourceLine(JOB, SMALL, lambda _speaker, _unit: None, waits_for_final=True)
    said = [item(n, ItemKind.WORD, word) for n, word in enumerate("it is not approved".split())]
    line.push(LineMessage("en", 1, tuple(said), {}))
    closed = line.push(LineMessage("en", 2, (item(0, ItemKind.LOST),), {}))
    assert [(one.text, one.line_epoch, one.last_place) for one in closed] == [
        ("it is not approved", 1, (1, 3)),
        ("", 2, (2, 0)),
    ]


@pytest.mark.parametrize("off_s", [-0.5, 0.5])
def test_a_mode_that_begins_to_wait_neither_loses_nor_doubles_a_word(off_s: float) -> None:
    """The recogniser may place words elsewhere in the end."""
    line = SourceLine(JOB, SMALL, lambda _speaker, _unit: None)
    said = [item(n, ItemKind.WORD, word) for n, word in enumerate("it is not approved".split())]
    line.push(LineMessage("en", 1, tuple(said[:2]), {}))
    line.use(SMALL, waits_for_final=True)
    words = [Word(one.text, one.start_s + off_s, one.end_s + off_s) for one in said]
    words[3] = replace(words[3], text="improved")
    final = item(4, ItemKind.FINAL, words=tuple(words))
    line.push(LineMessage("en", 1, (*said[2:], final), {}))
    assert [unit.text for unit in line.open_units()] == ["it is not improved"]


def test_it_is_somebodys_turn_until_they_make_a_long_pause() -> None:
    line = SourceLine(JOB, SMALL, lambda _speaker, _unit: None)
    line.push(LineMessage("en", 1, (item(0, ItemKind.WORD, "no"),), {}))
    assert line.is_somebodys_turn
    line.push(LineMessage("en", 1, (item(1, ItemKind.PAUSE),), {}))
    assert not line.is_somebodys_turn


def test_it_is_nobodys_turn_whose_pause_a_dead_floor_agent_has_not_told() -> None:
    """They may have left meanwhile, and an interpreter who waits for them would wait for ever."""
    line = SourceLine(JOB, SMALL, lambda _speaker, _unit: None)
    line.push(LineMessage("en", 1, (item(0, ItemKind.WORD, "yes"),), {}))
    assert line.is_somebodys_turn
    lost = replace(item(0, ItemKind.LOST), speaker="jon")
    line.push(LineMessage("en", 2, (lost,), {}))
    assert not line.is_somebodys_turn


def into(words: int) -> PairJob:
    return replace(JOB, source=replace(JOB.source, unit_max_words_into={"es": words}))


@pytest.mark.parametrize(("words", "seconds"), [(4, 4.5), (8, 9.0), (16, 18.0)])
def test_a_unit_grows_as_long_as_the_pair_wants_it(words: int, seconds: float) -> None:
    assert capped(SMALL, into(words)) == replace(SMALL, max_words=words, max_s=seconds)


def test_a_cap_is_for_its_target_alone() -> None:
    other = replace(JOB, source=replace(JOB.source, unit_max_words_into={"ca": 4}))
    assert capped(SMALL, other) is SMALL


def test_a_mode_that_cuts_nowhere_cuts_nowhere() -> None:
    baseline = POLICIES["sentence-final"].chunk
    assert capped(baseline, into(4)) is baseline


def test_a_cap_counts_in_every_mode() -> None:
    line = SourceLine(into(4), SMALL, lambda _speaker, _unit: None)
    items = [item(seq, ItemKind.WORD, "trees") for seq in range(4)]
    units = line.push(LineMessage("en", 1, tuple(items), {}))
    assert [unit.text for unit in units] == ["trees trees trees trees"]
    line.use(replace(SMALL, max_words=99, max_s=99.0), waits_for_final=False)
    items = [item(seq, ItemKind.WORD, "trees") for seq in range(4, 8)]
    units = line.push(LineMessage("en", 1, tuple(items), {}))
    assert [len(unit.words) for unit in units] == [4]
