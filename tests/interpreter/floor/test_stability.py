"""Hypotheses in, committed words out."""

from collections.abc import Sequence
from itertools import pairwise

import pytest

from interpreter.events import Hypothesis, Word
from interpreter.floor.stability import AGREE_S, LONGEST_AGREE_S, Stability

NUMBERS = {"two", "hundred", "forty", "six"}


def splits_number(words: Sequence[str], index: int) -> bool:
    follows = index == len(words) or words[index] in NUMBERS
    return words[index - 1] in NUMBERS and follows


def heard(text: str, heard_s: float, *, is_final: bool = False) -> Hypothesis:
    """Words of half a second each, from second 0 on."""
    words = tuple(Word(word, 0.5 * i, 0.5 * i + 0.5) for i, word in enumerate(text.split()))
    return Hypothesis(words, heard_s, is_final)


@pytest.mark.parametrize(
    ("hypotheses", "committed"),
    [
        pytest.param([heard("the", 0.6)], [""], id="one hypothesis proves nothing"),
        pytest.param(
            [heard("the city", 1.1), heard("the city needs", 1.6)],
            ["", "the city"],
            id="two agree",
        ),
        pytest.param(
            [heard("the city", 1.0), heard("the city", 1.34)],
            ["", ""],
            id="agreement needs time",
        ),
        pytest.param(
            [heard("the cit", 0.95), heard("the city", 1.05), heard("the city", 1.3)],
            ["", "", "the"],
            id="the last word waits",
        ),
        pytest.param(
            [heard("the kitty", 1.1), heard("the city needs", 1.6)],
            ["", "the"],
            id="a revised word waits for the next hypothesis",
        ),
        pytest.param(
            [heard("the city", 1.1), heard("the city", 1.35)],
            ["", "the city"],
            id="silence ends the wait for a next word",
        ),
        pytest.param(
            [heard("we saw two", 1.6), heard("we saw two hundred", 2.1)],
            ["", "we saw"],
            id="a number waits while it may go on",
        ),
        pytest.param(
            [
                heard("we saw two", 1.6),
                heard("we saw two hundred people", 2.6),
                heard("we saw two hundred people there", 3.1),
            ],
            ["", "we saw", "two hundred people"],
            id="a number goes out when it is over",
        ),
        pytest.param(
            [heard("at two", 1.05), heard("at two", 1.4), heard("at two", 1.75)],
            ["", "at", "two"],
            id="a number at a pause waits longer",
        ),
        pytest.param(
            [heard("the city", 1.1), heard("the city needs water", 2.1, is_final=True)],
            ["", "the city needs water"],
            id="a final commits everything",
        ),
        pytest.param(
            [
                heard("the city needs", 1.4),
                heard("the city needs", 1.75),
                heard("a city needs water", 2.1, is_final=True),
            ],
            ["", "the city", "needs water"],
            id="a revision of a committed word is not committed twice",
        ),
    ],
)
def test_words_are_committed(hypotheses: list[Hypothesis], committed: list[str]) -> None:
    stability = Stability(splits_number)
    found = [" ".join(w.text for w in stability.push(h)) for h in hypotheses]
    assert found == committed


def test_a_new_utterance_starts_fresh() -> None:
    stability = Stability(splits_number)
    stability.push(heard("the city", 1.1, is_final=True))
    later = Hypothesis((Word("the", 2.0, 2.2), Word("mayor", 2.2, 2.6)), 2.7)
    more = Hypothesis((*later.words, Word("said", 2.6, 2.95)), 3.05)
    assert stability.push(later) == []
    assert [w.text for w in stability.push(more)] == ["the", "mayor"]


def test_a_word_whose_end_moves_is_not_committed_twice() -> None:
    stability = Stability(splits_number)
    believed = (Word("the", 0.0, 0.2), Word("mayor", 0.2, 0.6), Word("says", 0.6, 0.9))
    stability.push(Hypothesis(believed[:2], 0.6))
    stability.push(Hypothesis(believed, 0.95))
    final = Hypothesis(
        (Word("a", 0.0, 0.1), Word("mayor", 0.25, 0.9), Word("said", 0.9, 1.2)), 1.3, True
    )
    assert [w.text for w in stability.push(final)] == ["said"]


def test_speech_that_the_recogniser_cuts_is_not_committed_twice() -> None:
    stability = Stability(splits_number)
    believed = tuple(Word(t, 0.4 * i, 0.4 * i + 0.4) for i, t in enumerate("a b c d e".split()))
    stability.push(Hypothesis(believed, 2.05))
    stability.push(Hypothesis(believed, 2.4))
    stability.push(Hypothesis(believed[:3], 1.2, True))
    again = Hypothesis((*believed[3:], Word("f", 2.0, 2.4)), 2.45)
    stability.push(again)
    final = Hypothesis(again.words, 2.5, True)
    assert [w.text for w in stability.push(final)] == ["f"]


def utterance(believed: str, final: str) -> list[Hypothesis]:
    """Two hypotheses that agree for long, and the recogniser's last word."""
    end_s = 0.5 * len(believed.split())
    return [heard(believed, end_s), heard(believed, end_s + 1), heard(final, end_s, is_final=True)]


def after(utterances: Sequence[tuple[str, str]]) -> Stability:
    stability = Stability(splits_number)
    offset_s = 0.0
    for believed, final in utterances:
        for one in utterance(believed, final):
            words = tuple(Word(w.text, w.start_s + offset_s, w.end_s + offset_s) for w in one.words)
            stability.push(Hypothesis(words, one.heard_s + offset_s, one.is_final))
        offset_s += 20.0
    return stability


GOOD = ("the city needs new houses for everyone", "the city needs new houses for everyone")
BAD = ("the city needs new houses for everyone", "this kitty feeds new horses for anyone")


def test_a_recogniser_that_contradicts_itself_is_waited_for_longer() -> None:
    assert after([GOOD] * 10).agree_s == AGREE_S
    assert after([BAD] * 20).agree_s == LONGEST_AGREE_S


def test_one_bad_sentence_makes_nobody_wait() -> None:
    assert after([*[GOOD] * 9, BAD]).agree_s == AGREE_S


def test_who_is_understood_again_is_not_waited_for_any_longer() -> None:
    assert after([*[BAD] * 20, *[GOOD] * 20]).agree_s == AGREE_S


def at(*words: tuple[str, float, float]) -> tuple[Word, ...]:
    return tuple(Word(text, start_s, end_s) for text, start_s, end_s in words)


WE = ("we", 1.0, 1.4)


@pytest.mark.parametrize(
    ("again", "committed"),
    [
        pytest.param([WE, ("all", 1.4, 1.7)], "all", id="as before"),
        pytest.param([("we", 0.8, 1.1), ("all", 1.1, 1.35)], "all", id="0.3 s earlier"),
        pytest.param([("all", 1.3, 1.55)], "all", id="a word that straddles the seam"),
        pytest.param([("we", 1.2, 1.6), ("all", 1.6, 1.8)], "all", id="0.2 s later"),
        pytest.param([WE, ("we", 1.42, 1.7)], "we", id="the same word twice"),
        pytest.param([("we", 0.8, 1.1), ("we", 1.1, 1.35)], "we", id="twice, and earlier"),
        pytest.param([("we", 1.42, 1.7)], "we", id="the second of two alone"),
        pytest.param([("he", 1.0, 1.38)], "", id="the committed word, revised"),
    ],
)
def test_what_is_heard_again_at_a_seam_is_committed_once(
    again: Sequence[tuple[str, float, float]], committed: str
) -> None:
    stability = Stability(splits_number)
    stability.push(Hypothesis(at(WE), 1.4, True))
    words = stability.push(Hypothesis(at(*again), 2.0, True))
    assert " ".join(word.text for word in words) == committed
    assert all(word.start_s + word.end_s > 2 * WE[2] for word in words)


def test_a_word_committed_beyond_a_final_is_not_committed_again_when_it_comes_later() -> None:
    stability = Stability(splits_number)
    stability.push(Hypothesis(at(("yes", 0.5, 0.9), WE), 1.8))
    stability.push(Hypothesis(at(("yes", 0.5, 0.9)), 0.9, True))
    later = stability.push(Hypothesis(at(("we", 1.5, 1.8), ("all", 1.8, 2.0)), 2.0, True))
    assert [word.text for word in later] == ["all"]


def test_a_recogniser_whose_words_come_late_commits_none_twice() -> None:
    """It takes words back, guesses their times anew, and says them once more as final ones."""
    stability = Stability(splits_number)
    early = at(("a", 0.0, 0.5), ("b", 0.5, 1.0), ("c", 1.0, 1.5))
    committed = stability.push(Hypothesis(early, 2.0))
    taken_back = at(("a", 0.0, 1.5), ("b", 1.5, 3.0))
    committed += stability.push(Hypothesis(taken_back, 3.5))
    committed += stability.push(Hypothesis(taken_back, 3.5, is_final=True, is_settled=True))
    committed += stability.push(
        Hypothesis(at(("c", 3.0, 3.5), ("d", 3.5, 4.0)), 4.0, is_final=True)
    )
    assert [word.text for word in committed] == ["a", "b", "c", "d"]


def test_a_word_that_a_last_word_drops_is_heard_when_it_begins_the_next_utterance() -> None:
    stability = Stability(splits_number)
    committed = stability.push(
        Hypothesis(at(("you", 0.0, 0.3), ("may", 0.3, 0.6), ("not", 0.6, 0.9)), 1.4)
    )
    stability.push(Hypothesis(at(("you", 0.0, 0.3), ("may", 0.3, 0.6)), 1.5, is_final=True))
    committed += stability.push(
        Hypothesis(at(("not", 3.0, 3.3), ("now", 3.3, 3.6)), 4.2, is_final=True)
    )
    assert [word.text for word in committed] == ["you", "may", "not", "not", "now"]


def test_a_word_of_the_utterance_before_holds_up_none_where_times_are_guessed() -> None:
    """It was final at the end of one connection, and is the first thing that the next one says;
    the words of each hypothesis are spread over the sound anew."""
    words = (
        "from the finance office will present in a few minutes. Before she speaks, I want to say "
        "that the council has not raised the property tax in six years"
    ).split()
    heard = [0.5, 0.8, 1.3, 1.8, 2.3, 2.8, 3.1, 3.3, 3.6, 4.4, 4.9, 5.2, 5.7, 6.2, 6.5, 6.7, 6.9]
    heard += [7.2, 7.7, 8.2, 8.5, 9.0, 9.5, 9.8, 10.3, 10.6, 10.8, 11.3, 11.8]
    stability = Stability(splits_number)
    [first] = stability.push(Hypothesis(at(("from", 0.0, 0.3)), 0.3, is_final=True))
    committed = [first.text]
    for count, heard_s in enumerate(heard, 1):
        for until_s in (heard_s, heard_s + 0.25):
            said = guessed(words[:count], until_s)
            committed += [word.text for word in stability.push(Hypothesis(said, until_s))]
        assert committed == words[: len(committed)]
        assert count - len(committed) <= 3


def guessed(words: Sequence[str], until_s: float) -> tuple[Word, ...]:
    each_s, at_s = until_s / sum(map(len, words)), 0.0
    found = []
    for word in words:
        found.append(Word(word, at_s, at_s + each_s * len(word)))
        at_s += each_s * len(word)
    return tuple(found)


def test_words_that_come_at_once_leave_time_for_the_next_one() -> None:
    stability = Stability(splits_number)
    stability.push(Hypothesis(at(("a", 0.0, 1.0)), 1.0, is_final=True))
    late = at(*((text, 1.0, 1.05) for text in "bcdefghij"))
    stability.push(Hypothesis(late, 1.0, is_final=True))
    [word] = stability.push(Hypothesis(at(("k", 1.1, 1.4)), 1.5, is_final=True))
    assert word.text == "k"


def test_a_last_word_reaches_as_far_as_the_committed_words_that_it_has() -> None:
    """They came late, and were committed after others at guessed times; it has their own."""
    stability = Stability(splits_number)
    stability.push(Hypothesis(at(("a", 0.0, 3.0)), 3.0, is_final=True))
    late = at(*((text, 2.98, 3.1) for text in "bcd"))
    committed = stability.push(Hypothesis(late, 3.5))
    assert committed[-1].end_s > 3.1
    committed += stability.push(Hypothesis((*late, Word("e", 2.98, 3.1)), 3.5, is_final=True))
    assert "".join(word.text for word in committed) == "bcde"
    assert stability.final_until_s == committed[-1].end_s


def test_a_last_word_reaches_no_further_than_it_has_heard() -> None:
    stability = Stability(splits_number)
    stability.push(Hypothesis(at(("yes", 0.5, 0.9), WE), 1.8))
    stability.push(Hypothesis(at(("yes", 0.5, 0.9)), 0.9, is_final=True))
    assert stability.final_until_s == 0.9
    stability.push(Hypothesis(at(WE), 1.8))
    stability.push(Hypothesis(at(("he", 1.0, 1.3)), 1.8, is_final=True))
    assert stability.final_until_s == 1.3


def test_a_word_is_heard_after_one_whose_guessed_end_was_too_late() -> None:
    """The next recogniser says it, where the first one had only guessed times."""
    stability = Stability(splits_number)
    committed = list(stability.push(Hypothesis(at(("in", 80.9, 81.2), ("it", 81.2, 81.797)), 82.2)))
    ended = at(("in", 80.7, 81.0), ("it", 81.0, 81.431))
    committed += stability.push(Hypothesis(ended, 81.5, is_final=True, is_settled=True))
    committed += stability.push(Hypothesis(at(("the", 81.4, 81.6), ("end", 81.6, 82.0)), 82.6))
    assert [word.text for word in committed] == ["in", "it", "the", "end"]
    assert all(one.end_s <= next_.start_s for one, next_ in pairwise(committed))


def test_a_word_is_heard_after_a_final_whose_words_are_guessed_beyond_what_it_heard() -> None:
    stability = Stability(splits_number)
    final = Hypothesis(at(("makes", 201.7, 202.135), ("much", 202.135, 202.498)), 202.128, True)
    committed = list(stability.push(final))
    later = at(("less", 202.128, 202.45), ("noise", 202.45, 203.0))
    committed += stability.push(Hypothesis(later, 203.76, is_final=True))
    assert [word.text for word in committed] == ["makes", "much", "less", "noise"]


def test_the_word_whose_end_was_corrected_is_not_committed_again() -> None:
    stability = Stability(splits_number)
    committed = list(stability.push(Hypothesis(at(("in", 80.9, 81.2), ("it", 81.2, 81.797)), 82.2)))
    ended = at(("in", 80.7, 81.0), ("it", 81.0, 81.431))
    committed += stability.push(Hypothesis(ended, 81.5, is_final=True, is_settled=True))
    again = at(("it", 81.35, 81.6), ("the", 81.6, 82.0))
    committed += stability.push(Hypothesis(again, 82.6))
    assert [word.text for word in committed] == ["in", "it", "the"]


def test_no_committed_word_begins_before_the_one_before() -> None:
    """Engines that only guess times may place a word that long says around one that is short."""
    stability = Stability(splits_number)
    stability.push(Hypothesis((Word("no", 2.70, 2.80),), 2.9, is_final=True))
    final = Hypothesis((Word("yes", 2.65, 3.10), Word("more", 3.1, 3.5)), 4.0, is_final=True)
    assert [(word.text, word.start_s) for word in stability.push(final)] == [
        ("yes", 2.70),
        ("more", 3.1),
    ]
