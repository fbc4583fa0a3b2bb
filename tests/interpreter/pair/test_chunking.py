"""Items of a line in, units out."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest

from interpreter.events import ItemKind, LineItem, Word
from interpreter.pair.chunking import Chunker, CloseReason, Grammar, Unit
from interpreter.pair.policy import BASELINE, POLICIES, ChunkPolicy

GRAMMAR = Grammar(
    clause_words=frozenset({"because", "and", "which"}),
    never_cut_after=frozenset({"not", "the", "a", "of"}),
    negations=frozenset({"not"}),
    splits_number=lambda words, index: (
        words[index - 1] == "two" and words[index:][:1] == ["hundred"]
    ),
)


def spoken(text: str) -> Iterator[LineItem]:
    """Words of 0.3 s; `_` is a gap of 0.15 s, `|` a short pause item, `‖` a long one."""
    at_s, seq = 0.0, count()
    for token in text.split():
        if token == "_":
            at_s += 0.15
        elif token in "|‖":
            silence_s = 0.3 if token == "|" else 0.7
            yield LineItem(next(seq), ItemKind.PAUSE, "", at_s, at_s + silence_s, "ana", "")
            at_s += silence_s
        else:
            yield LineItem(next(seq), ItemKind.WORD, token, at_s, at_s + 0.3, "ana", "en.1.1")
            at_s += 0.3


SMALL = ChunkPolicy(
    max_words=10, max_s=9.0, gap_s=0.12, gap_min_words=3, clause_min_words=5, pause_s=0.0
)


def units_of(text: str, policy: ChunkPolicy = SMALL) -> list[Unit]:
    numbers = count()
    chunker = Chunker(policy, GRAMMAR, lambda: next(numbers))
    closed = [unit for item in spoken(text) for unit in chunker.push(item)]
    return closed + chunker.finish()


@pytest.mark.parametrize(
    ("words", "unit"),
    [
        pytest.param(["น้ำ", "สะอาด", "สำคัญ", "มาก"], "น้ำสะอาดสำคัญ", id="words"),
        pytest.param([*"市議会は新しい橋について", "説明"], "市議会は新しい橋", id="letters"),
        pytest.param(["市議会は", "新しい橋に", "ついて"], "市議会は新しい橋に", id="phrases"),
    ],
)
def test_where_nobody_writes_spaces_letters_are_counted(words: list[str], unit: str) -> None:
    policy = replace(SMALL, max_words=4)
    chunker = Chunker(policy, replace(GRAMMAR, letters_a_word=2.6), lambda: 0)

    closed = [unit for item in spoken(" ".join(words)) for unit in chunker.push(item)]

    assert [one.text for one in closed[:1]] == [unit]


@pytest.mark.parametrize(
    ("text", "units"),
    [
        pytest.param("we met today |", ["we met today"], id="a pause closes"),
        pytest.param(
            "we met today _ in town |", ["we met today", "in town"], id="a gap after three closes"
        ),
        pytest.param("we met _ today |", ["we met today"], id="a gap after two does not"),
        pytest.param(
            "we saw the _ mayor today |",
            ["we saw the mayor today"],
            id="a gap after an article does not",
        ),
        pytest.param(
            "we will not _ pay |", ["we will not pay"], id="a negation stays with its verb"
        ),
        pytest.param(
            "we paid two _ _ hundred euros |",
            ["we paid two hundred euros"],
            id="a number stays whole",
        ),
        pytest.param(
            "they all stayed home today because it rained |",
            ["they all stayed home today", "because it rained"],
            id="a clause word closes",
        ),
        pytest.param(
            "x x x x x x x x x x x |",
            ["x x x x x x x x x x", "x"],
            id="at most ten",
        ),
        pytest.param(
            "x x x x x x x x the not pay more |",
            ["x x x x x x x x", "the not pay more"],
            id="a forced cut never parts a negation, nor follows an article",
        ),
    ],
)
def test_units_close(text: str, units: list[str]) -> None:
    assert [unit.text for unit in units_of(text)] == units


@pytest.mark.parametrize(
    ("after", "text", "units"),
    [
        (("değil",), "bu köprü güzel _ değil efendim |", ["bu köprü güzel değil efendim"]),
        (("않",), "우리는 그곳에 가지 _ 않았습니다 |", ["우리는 그곳에 가지 않았습니다"]),
    ],
)
def test_a_negation_that_comes_after_stays_with_the_word_before(
    after: tuple[str, ...], text: str, units: list[str]
) -> None:
    numbers = count()
    chunker = Chunker(SMALL, replace(GRAMMAR, negations_after=after), lambda: next(numbers))
    closed = [unit.text for item in spoken(text) for unit in chunker.push(item)]

    assert closed == units


@pytest.mark.parametrize(
    ("words", "index", "is_parted"),
    [
        (["明日は", "行き", "ません"], 2, True),
        (["明日は", "行きませ", "ん"], 2, True),
        (["明日は", "行きません", "が"], 1, False),
        (["明日は", "行きません", "が"], 2, False),
        ([*"行かない"], 2, True),
        ([*"行かないが"], 4, False),
    ],
)
def test_no_cut_falls_into_a_negation_where_nobody_writes_spaces(
    words: list[str], index: int, *, is_parted: bool
) -> None:
    grammar = replace(GRAMMAR, letters_a_word=2.6, negations_after=("ない", "ません"))
    assert grammar.parts_negation(words, index) is is_parted


def test_a_term_of_a_glossary_stays_in_one_unit_unless_there_is_a_pause() -> None:
    parted = replace(GRAMMAR, splits_term=lambda words, index: words[index - 1] == "city")
    numbers = count()
    chunker = Chunker(SMALL, parted, lambda: next(numbers))
    text = "we met the city _ council _ today in the city | council |"
    closed = [unit.text for item in spoken(text) for unit in chunker.push(item)]

    assert closed == ["we met the city council", "today in the city", "council"]


def test_units_are_numbered_in_the_order_they_begin() -> None:
    assert [unit.number for unit in units_of("x " * 25 + "|")] == [0, 1, 2]


def test_every_word_is_in_one_unit() -> None:
    text = "we met today _ because w w w w w w w not w w w the w w | and _ so ‖ on"
    words = [w.text for unit in units_of(text) for w in unit.words]
    assert words == [token for token in text.split() if token not in "_|‖"]


def test_an_open_unit_keeps_its_number_when_it_closes() -> None:
    numbers = count()
    chunker = Chunker(SMALL, GRAMMAR, lambda: next(numbers))
    *words, pause = spoken("we met today |")
    for item in words:
        assert chunker.push(item) == []
    opened = chunker.open_unit
    assert opened is not None
    assert (opened.text, opened.is_open) == ("we met today", True)
    (closed,) = chunker.push(pause)
    assert (closed.number, closed.is_open, chunker.open_unit) == (opened.number, False, None)


def test_a_short_pause_may_leave_the_unit_open() -> None:
    patient = replace(SMALL, pause_s=0.5, gap_s=9.0)
    assert [unit.text for unit in units_of("we met | today ‖ then", patient)] == [
        "we met today",
        "then",
    ]


def final(first: int, last: int, *words: str, at_s: float = 0.0) -> LineItem:
    said = tuple(Word(word, at_s + 0.3 * n, at_s + 0.3 * n + 0.3) for n, word in enumerate(words))
    return LineItem(
        99, ItemKind.FINAL, "", at_s, said[-1].end_s, "ana", "en.1.1", (first, last), said
    )


@pytest.mark.parametrize(
    ("words", "text", "covers"),
    [
        (("we", "met", "today"), "we met today", [(0, 0), (1, 1), (2, 2)]),
        (("we", "meet", "to", "day"), "we meet to day", [(0, -1), (0, 0), (1, 1), (2, 2)]),
        (("we", "wept"), "we wept", [(0, 0), (1, 2)]),
        (("west",), "west", [(0, 2)]),
    ],
)
def test_the_recognisers_last_word_replaces_what_is_open(
    words: tuple[str, ...], text: str, covers: list[tuple[int, int]]
) -> None:
    numbers = count()
    chunker = Chunker(SMALL, GRAMMAR, lambda: next(numbers))
    for item in spoken("we med toady"):
        chunker.push(item)
    chunker.push(final(0, 2, *words))
    opened = chunker.open_unit
    assert opened is not None
    assert opened.text == text
    assert [word.covers for word in opened.words] == covers
    assert (opened.first_seq, opened.last_seq) == (0, 2)


def test_what_is_closed_stays_as_it_was() -> None:
    numbers = count()
    chunker = Chunker(SMALL, GRAMMAR, lambda: next(numbers))
    closed = [unit for item in spoken("we med toady _ in tone") for unit in chunker.push(item)]
    chunker.push(final(0, 4, "we", "met", "today", "in", "town"))
    opened = chunker.open_unit
    assert opened is not None
    assert [unit.text for unit in closed] == ["we med toady"]
    assert opened.text == "in town"


@pytest.mark.parametrize("shift_s", [-0.3, -0.16, 0.16, 0.3])
@pytest.mark.parametrize(
    ("words", "text"),
    [
        pytest.param("we met today not all agreed", "not all agreed", id="same"),
        pytest.param("we met to day not all agreed", "day not all agreed", id="rather-twice"),
        pytest.param("we wept not all agreed", "not all agreed", id="fewer-before"),
        pytest.param("we met toady but not all agreed", "but not all agreed", id="news"),
    ],
)
def test_a_word_that_has_another_time_in_the_end_is_neither_lost_nor_doubled(
    words: str, text: str, shift_s: float
) -> None:
    numbers = count()
    chunker = Chunker(SMALL, GRAMMAR, lambda: next(numbers))
    for item in spoken("we met toady _ not all aggrieved"):
        chunker.push(item)
    texts = words.split()
    chunker.push(final(0, 5, *texts, at_s=shift_s + 1.05 - 0.3 * texts.index("not")))
    assert chunker.open_unit is not None
    assert chunker.open_unit.text == text


def test_a_word_that_comes_before_the_first_one_in_the_end_is_not_lost() -> None:
    numbers = count()
    chunker = Chunker(SMALL, GRAMMAR, lambda: next(numbers))
    for item in spoken("we met today _ all agreed"):
        chunker.push(item)
    chunker.push(final(3, 4, "not", "all", "agreed", at_s=1.0))
    assert chunker.open_unit is not None
    assert chunker.open_unit.text == "not all agreed"


def test_what_is_said_twice_in_a_sentence_stays_where_it_was_said() -> None:
    """ "In front of the school" had been misheard; its last words came again behind the cut."""
    numbers = count()
    chunker = Chunker(SMALL, GRAMMAR, lambda: next(numbers))
    for item in spoken("park front office the schedule rather before _ the school be the fire"):
        chunker.push(item)
    told = "park front of the school rather behind the school because the fire"
    chunker.push(final(0, 11, *told.split()))
    assert chunker.open_unit is not None
    assert chunker.open_unit.text == "the school because the fire"


def test_a_word_after_a_long_pause_starts_a_sentence() -> None:
    first, second, third = units_of("we met | and talked ‖ then left |")
    assert (first.starts_sentence, second.starts_sentence) == (True, False)
    assert third.starts_sentence


def test_sentence_final_waits_for_the_pause() -> None:
    text = "w w w w w w w w w w w w w w w w w _ because w w w w |"
    assert [unit.reason for unit in units_of(text, POLICIES[BASELINE].chunk)] == [CloseReason.PAUSE]


def test_a_unit_names_its_words() -> None:
    unit, _ = units_of("we met today _ in town |")
    assert (unit.words[0].seq, unit.words[-1].seq) == (0, 2)
    assert unit.source_segments == ("en.1.1",)
