"""What a captioner types, and what comes of it on the line, in captions and in the transcript."""

import pytest

from interpreter.events import ItemKind
from interpreter.floor.typed import Pace, covered, words_of
from interpreter.typed import SEGMENT_LETTERS
from languages import load
from tests.interpreter.floor.typed_floor import TypedFloor, play


def test_words_are_on_the_line_when_the_captioner_is_two_words_further() -> None:
    async def story(floor: TypedFloor) -> None:
        await floor.say(1, 1, "The city")
        assert floor.line == ""
        await floor.say(1, 2, "The city needs")
        assert floor.line == "The"
        await floor.say(1, 3, "The city needs clean water.", end=True)
        assert floor.line == "The city needs clean water. ‖"

    floor = play(story)
    assert floor.kept == [("typed", "Tim", "The city needs clean water.")]


def test_complete_words_are_read_at_once() -> None:
    async def story(floor: TypedFloor) -> None:
        await floor.say(1, 1, "The city")
        await floor.wait(0.1)
        assert floor.read == ["The city"]

    play(story)


def test_who_types_slowly_makes_no_pauses() -> None:
    async def story(floor: TypedFloor) -> None:
        for revision, text in enumerate(["a", "a b", "a b c", "a b c d", "a b c d e"], 1):
            await floor.say(1, revision, text)
            await floor.wait(1.5)
        words = [item for item in floor.items if item.kind is ItemKind.WORD]
        assert [word.text for word in words] == ["a", "b", "c"]
        assert [word.end_s for word in words[:-1]] == [word.start_s for word in words[1:]]

    play(story)


def test_what_is_said_again_comes_once() -> None:
    async def story(floor: TypedFloor) -> None:
        for _ in range(3):
            await floor.say(1, 1, "One two three", end=True)
        await floor.wait(1.0)
        await floor.say(1, 1, "One two three", end=True)
        assert floor.answers[-1]["done"] == 1

    floor = play(story)
    assert floor.line == "One two three ‖"
    assert floor.read == ["One two three"]


def test_segments_come_in_order() -> None:
    async def story(floor: TypedFloor) -> None:
        await floor.say(1, 1, "One.", end=True)
        await floor.say(3, 1, "Three.", end=True)
        assert floor.answers[-1]["done"] == 1
        await floor.wait(1)
        await floor.say(2, 1, "Two.", end=True)
        await floor.wait(1)
        await floor.say(3, 1, "Three.", end=True)

    assert play(story).read == ["One.", "Two.", "Three."]


def test_readers_are_told_how_a_segment_was_sent() -> None:
    """Words that were on the line and changed before it was sent: pairs correct what is open."""

    async def story(floor: TypedFloor) -> None:
        await floor.say(1, 1, "the kitty needs two hundred")
        await floor.say(1, 2, "the big city needs two hundred schools", end=True)

    floor = play(story)
    assert floor.line == "the kitty needs two hundred schools ‖"
    (final,) = [item for item in floor.items if item.kind is ItemKind.FINAL]
    assert final.covers == (0, 5)
    assert " ".join(word.text for word in final.words) == "the big city needs two hundred schools"
    assert floor.read == ["the big city needs two hundred schools"]


def test_the_last_segment_is_corrected_until_the_next_one_is_sent() -> None:
    async def story(floor: TypedFloor) -> None:
        await floor.say(1, 1, "We will pay.", end=True)
        assert floor.answers[-1]["fixable"] == 1
        await floor.wait(2)
        await floor.say(2, 1, "It is a")
        await floor.say(1, 2, "We will not pay.", end=True, fix=True)
        assert (floor.answers[-1]["segment"], floor.answers[-1]["revision"]) == (1, 2)
        await floor.say(2, 2, "It is a loan.", end=True)
        assert floor.answers[-1]["fixable"] == 2
        await floor.say(1, 3, "Too late.", end=True, fix=True)

    floor = play(story)
    assert floor.read == ["We will not pay.", "It is a loan."]
    assert [text for _, _, text in floor.kept] == ["We will not pay.", "It is a loan."]
    correction = [item for item in floor.items if item.kind is ItemKind.FINAL][1]
    assert correction.covers == (0, 2)
    assert [word.text for word in correction.words] == ["We", "will", "not", "pay."]


def test_what_was_sent_is_final_after_a_while() -> None:
    async def story(floor: TypedFloor) -> None:
        await floor.say(1, 1, "Good.", end=True)
        assert floor.kept == []
        await floor.wait_with_page(31)
        assert floor.kept == [("typed", "Tim", "Good.")]
        assert floor.answers[-1]["fixable"] == 0

    play(story)


def test_a_pasted_page_goes_out_as_fast_as_speech_and_nothing_is_lost() -> None:
    page = [f"Sentence {number} has exactly six words." for number in range(1, 21)]

    async def story(floor: TypedFloor) -> None:
        number, seconds = 1, 0.0
        while number <= len(page):  # the page says the next one when the one before is done
            await floor.say(number, 1, page[number - 1], end=True)
            await floor.wait(0.1)
            seconds += 0.1
            number = floor.answers[-1]["done"] + 1
        assert 30 < seconds < 45

    floor = play(story)
    assert [text for _, _, text in floor.kept] == page
    assert floor.line == " ‖ ".join(page) + " ‖"


def test_a_page_that_is_loaded_again_goes_on_where_it_was() -> None:
    """It is another participant then, and says again what nobody has answered."""

    async def story(floor: TypedFloor) -> None:
        await floor.say(7, 1, "One two three four five")
        floor.come("tim2")
        await floor.say(7, 2, "One two three four five six.", end=True, who="tim2")

    floor = play(story)
    assert floor.line == "One two three four five six. ‖"
    assert floor.read == ["One two three four five six."]


def test_who_goes_away_in_mid_sentence_leaves_all_that_was_typed_and_may_come_back() -> None:
    async def story(floor: TypedFloor) -> None:
        await floor.say(1, 1, "One two three four")
        await floor.wait(20)
        assert floor.kept == [("typed", "Tim", "One two three four")]
        await floor.say(1, 2, "One two three four five six.", end=True)

    floor = play(story)
    assert [text for _, _, text in floor.kept] == ["One two three four", "five six."]
    words = [item.text for item in floor.items if item.kind is ItemKind.WORD]
    assert words == ["One", "two", "three", "four", "five", "six."]


def test_nobody_but_a_captioner_types_and_in_no_language_but_their_own() -> None:
    async def story(floor: TypedFloor) -> None:
        floor.come("eve", role="speaker")
        floor.come("mallory", language="es")
        await floor.say(1, 1, "Lies one two.", end=True, who="eve", stream="s2")
        await floor.say(1, 1, "Lies one two.", end=True, who="mallory", stream="s3")
        await floor.say(1, 1, "Lies one two.", end=True, who="stranger", stream="s4")
        await floor.say(1, 1, "x" * (SEGMENT_LETTERS + 1), end=True)
        await floor.say(-1, 1, "Lies.", end=True)

    floor = play(story)
    assert (floor.line, floor.read, floor.answers) == ("", [], [])


@pytest.mark.parametrize(
    ("taken", "words", "count"),
    [
        ("", "a b c", 0),
        ("a b", "a b c", 2),
        ("a x", "a b c", 2),
        ("a b x", "a b", 2),
        ("the kitty needs", "the big city needs water", 4),
        ("x y", "", 0),
        ("x y", "a b c", 2),
    ],
)
def test_words_that_were_changed_stand_for_those_that_were_taken(
    taken: str, words: str, count: int
) -> None:
    assert covered(taken.split(), words.split()) == count


def test_a_haste_passes_and_no_more() -> None:
    pace = Pace()
    assert pace.take(100, 1000.0) == 24
    assert pace.take(100, 1000.0) == 0
    assert pace.take(100, 1001.0) == 3
    assert pace.take(1, 1002.0) == 1
    assert pace.take(100, 1100.0) == 24


def test_a_language_without_spaces_goes_by_clauses() -> None:
    assert words_of("two  words", load("en")) == ["two", "words"]
