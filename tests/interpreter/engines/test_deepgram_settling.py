"""Deepgram's results over several connections: each word once, whatever is lost or late."""

from collections.abc import Sequence

import pytest

from interpreter.engines.deepgram_settling import Result, Settling
from interpreter.events import Hypothesis, Word
from interpreter.floor.stability import Stability


def words(text: str, start_s: float) -> tuple[Word, ...]:
    """Half a second each."""
    return tuple(
        Word(word, start_s + n / 2, start_s + n / 2 + 0.4) for n, word in enumerate(text.split())
    )


def interim(text: str, start_s: float, end_s: float) -> Result:
    return Result(start_s, end_s, words(text, start_s))


def final(text: str, start_s: float, end_s: float, *, is_flush: bool = False) -> Result:
    return Result(start_s, end_s, words(text, start_s), is_final=True, is_flush=is_flush)


def told(results: list[Result]) -> list[str]:
    return [" ".join(word.text for word in result.words) for result in results]


def test_a_connection_after_the_first_goes_on_on_the_same_clock() -> None:
    settling = Settling()
    settling.push(final("no water", 0, 1))
    settling.connect(0.9)
    (heard,) = settling.push(final("today", 0.125, 0.625))
    assert (heard.words[0].start_s, heard.end_s) == (1.025, 1.525)


def test_what_is_settled_is_not_needed_again_but_for_the_quiet_before_the_next_word() -> None:
    settling = Settling()
    settling.push(final("no water", 0, 3))
    assert settling.keep_from_s == 2.5
    settling.push(final("today", 3, 3.6))
    assert settling.keep_from_s == 3.4


def test_a_final_word_that_another_connection_hears_again_is_not_told_again() -> None:
    settling = Settling()
    settling.push(final("no water", 0, 1))
    settling.connect(0.5)
    assert told(settling.push(interim("water today", 0, 1))) == ["today"]
    assert told(settling.push(final("water today", 0, 1))) == ["today"]


def test_results_of_what_is_closed_are_late() -> None:
    settling = Settling()
    settling.push(final("no water", 0, 1))
    assert settling.push(interim("no", 0, 0.5)) == []
    assert settling.push(final("no water", 0, 1)) == []


def test_a_final_waits_for_the_one_before_it() -> None:
    settling = Settling()
    settling.push(interim("no water", 0, 1))
    assert settling.push(final("today", 1, 1.5)) == []
    assert settling.is_holding
    assert told(settling.push(final("no water", 0, 1))) == ["no water", "today"]


def test_words_after_a_late_final_wait_for_it() -> None:
    settling = Settling()
    settling.push(interim("no water", 0, 1))
    (held,) = settling.push(interim("today", 1, 1.5))
    assert ([word.text for word in held.words], held.end_s) == (["no", "water"], 1)
    assert settling.is_holding
    assert told(settling.push(final("no water", 0, 1))) == ["no water"]
    assert told(settling.push(interim("today", 1, 1.5))) == ["today"]
    assert not settling.is_holding


def test_words_after_a_final_that_never_comes_are_told_on_the_next_connection() -> None:
    settling = Settling()
    settling.push(interim("no water", 0, 1))
    settling.push(interim("today", 1, 1.5))
    settling.connect(settling.keep_from_s)
    settling.push(interim("no water", 0, 1))
    assert told(settling.push(interim("today", 1, 1.5))) == ["no water today"]


def test_a_final_that_is_lost_is_heard_again() -> None:
    settling = Settling()
    settling.push(interim("no water", 0, 1))
    settling.push(final("today", 1, 1.5))
    settling.connect(settling.keep_from_s)
    assert told(settling.push(final("no water", 0, 1))) == ["no water"]
    assert told(settling.push(final("today", 1, 1.5))) == ["today"]


def test_a_final_that_is_lost_twice_is_as_it_was_believed() -> None:
    settling = Settling()
    settling.push(interim("no water", 0, 1))
    settling.push(final("today", 1, 1.5))
    settling.connect(settling.keep_from_s)
    settling.push(interim("no water", 0, 1))
    assert told(settling.push(final("today", 1, 1.5))) == ["no water", "today"]


def test_a_short_word_whose_final_is_overtaken_is_told_late() -> None:
    settling = Settling()
    assert settling.push(final("", 1, 2, is_flush=True)) == []
    assert told(settling.push(final("no", 0, 1))) == ["no", ""]
    assert settling.push(final("no", 0, 1)) == []


def test_a_short_word_that_comes_after_a_flush_was_given_up_is_told_late() -> None:
    settling = Settling()
    settling.push(final("no water", 0, 1))
    settling.flush(2.0)
    assert told(settling.push(final("no", 1, 1.9))) == ["no"]
    assert settling.push(final("no", 1, 1.9)) == []


def test_what_two_results_agreed_on_is_final_when_the_connection_is_lost() -> None:
    settling = Settling()
    settling.push(interim("twenty five", 0, 1))
    settling.push(interim("twenty five million people", 0, 2))
    agreed = settling.lost()
    assert agreed is not None
    assert told([agreed]) == ["twenty five"]
    assert settling.keep_from_s == agreed.words[-1].end_s
    assert settling.lost() is None


def test_the_answer_to_a_flush_is_told_though_it_has_no_words() -> None:
    settling = Settling()
    settling.push(final("no water", 0, 1))
    (answer,) = settling.push(final("", 1, 1, is_flush=True))
    assert answer.is_flush


def test_open_words_that_nobody_closes_can_be_closed() -> None:
    settling = Settling()
    settling.push(interim("no water", 0, 1))
    assert told([settling.closed(1.2)]) == ["no water"]
    assert settling.open == ()


def committed(settling: Settling, results: Sequence[Result]) -> str:
    """What of them the floor commits."""
    stability = Stability(lambda _texts, _at: False)
    heard = [one for result in results for one in settling.push(result)]
    hypotheses = [Hypothesis(one.words, one.end_s, one.is_final) for one in heard]
    return " ".join(word.text for one in hypotheses for word in stability.push(one))


def test_a_late_final_has_a_word_that_no_interim_result_had() -> None:
    """Else "million" would be before what is committed, and lost."""
    results = [
        interim("five", 0.0, 0.5),
        interim("for the", 1.0, 2.0),
        interim("for the city", 1.0, 2.5),
        final("five million", 0.0, 1.0),
        final("for the city", 1.0, 2.5),
    ]
    assert committed(Settling(), results) == "five million for the city"


@pytest.mark.parametrize("believed_s", [-0.3, -0.1, 0.0, 0.3])
@pytest.mark.parametrize("text", ["all of us", "we all know", "no no no"])
def test_a_word_at_the_seam_of_two_connections_is_told_wherever_it_is_believed_to_be(
    text: str, believed_s: float
) -> None:
    settling = Settling()
    before = committed(settling, [final("yes we", 0, 1.2)])
    settling.connect(settling.keep_from_s)
    seam_s = 1.2 - settling.keep_from_s
    spoken = Result(0, 3, words(text, max(0.0, seam_s + believed_s)), is_final=True)
    assert f"{before} {committed(settling, [spoken])}" == f"yes we {text}"


def test_a_word_that_is_believed_to_be_of_the_stretch_before_is_told() -> None:
    settling = Settling()
    settling.push(final("yes we", 0, 1.2))
    late = Result(1.2, 2.2, (Word("all", 1.05, 1.25), Word("know", 1.3, 1.6)), is_final=True)
    (heard,) = settling.push(late)
    assert [(word.text, word.start_s) for word in heard.words] == [("all", 1.2), ("know", 1.3)]
