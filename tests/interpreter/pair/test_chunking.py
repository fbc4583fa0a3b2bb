"""Items of a line in, units out."""

from collections.abc import Iterator
from itertools import count

import pytest

from interpreter.events import ItemKind, LineItem
from interpreter.pair.chunking import POLICIES, Chunker, CloseReason, Grammar, Unit

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


def units_of(text: str, policy: str = "chunks", *, is_opening: bool = False) -> list[Unit]:
    numbers = count()
    chunker = Chunker(POLICIES[policy], GRAMMAR, lambda: next(numbers))
    if not is_opening:
        before = LineItem(-1, ItemKind.WORD, "before", -1.0, -0.5, "ana", "en.1.0")
        chunker.push(before)
        chunker.push(LineItem(-1, ItemKind.PAUSE, "", -0.5, 0.2, "ana", ""))
    closed = [unit for item in spoken(text) for unit in chunker.push(item)]
    return closed + chunker.finish()


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
            "one word more one word more one word more |",
            ["one word more one word more one word", "more"],
            id="the first unit has at most eight words",
        ),
        pytest.param(
            "w w w w w w w w x x x x x x x x x x x |",
            ["w w w w w w w w", "x x x x x x x x x x", "x"],
            id="later units have at most ten",
        ),
        pytest.param(
            "w w w w and w w w w |",
            ["w w w w", "and w w w w"],
            id="a forced cut falls before a clause word",
        ),
        pytest.param(
            "w w w w w w w the w w |",
            ["w w w w w w w", "the w w"],
            id="a forced cut never follows an article",
        ),
    ],
)
def test_units_close(text: str, units: list[str]) -> None:
    assert [unit.text for unit in units_of(text)] == units


def test_every_word_is_in_one_unit() -> None:
    text = "we met today _ because w w w w w w w not w w w the w w | and _ so ‖ on"
    words = [w.text for unit in units_of(text) for w in unit.words]
    assert words == [token for token in text.split() if token not in "_|‖"]


def test_a_word_after_a_long_pause_starts_a_sentence() -> None:
    first, second, third = units_of("we met | and talked ‖ then left |")
    assert (first.starts_sentence, second.starts_sentence) == (True, False)
    assert third.starts_sentence


def test_a_short_first_unit_never_parts_a_negation_from_its_verb() -> None:
    units = units_of("the a not the w w w |", is_opening=True)
    assert [unit.text for unit in units] == ["the a", "not the w w w"]


def test_sentence_final_waits_for_the_pause() -> None:
    text = "w w w w w w w w w w w w w w w w w _ because w w w w |"
    assert [unit.reason for unit in units_of(text, "sentence-final")] == [CloseReason.PAUSE]


def test_a_unit_names_its_words() -> None:
    unit, _ = units_of("we met today _ in town |")
    assert (unit.words[0].seq, unit.words[-1].seq) == (0, 2)
    assert unit.source_segments == ("en.1.1",)


def test_the_first_unit_after_a_long_silence_is_short() -> None:
    units = units_of("w w w w w w w w |", is_opening=True)
    assert [unit.text for unit in units] == ["w w w w", "w w w w"]
