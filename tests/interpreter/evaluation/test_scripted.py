"""A written talk becomes a case whose recogniser makes the mistakes that were drawn."""

from collections import Counter

from interpreter.evaluation.case import Case, SpeechEdge
from interpreter.evaluation.scripted import Errors, Said, Script, case_of
from interpreter.events import Hypothesis

TEXT = "the city needs more water and the council has not found a better place for the new well"
FLAWLESS = Errors(0.0, 0.0, 0.0, 0.0, (), 0.0)


def talk(errors: Errors, seed: int = 1, times: int = 1) -> Case:
    said = (Said("ana", f"The city. {TEXT}", 1.0), Said("ana", f"Again, /0.8 {TEXT}.", 1.0)) * times
    return case_of(Script("talk", {"ana": "en"}, said, 150.0, seed, errors=errors))


def hypotheses(case: Case) -> list[Hypothesis]:
    return [one.what for one in case.heard if isinstance(one.what, Hypothesis)]


def final_words(case: Case) -> list[str]:
    return [word.text for one in hypotheses(case) if one.is_final for word in one.words]


def test_without_mistakes_the_finals_are_what_was_said() -> None:
    assert " ".join(final_words(talk(FLAWLESS))) == f"the city {TEXT} again {TEXT}"


def test_the_same_seed_makes_the_same_mistakes() -> None:
    assert talk(Errors()) == talk(Errors())
    assert talk(Errors()) != talk(Errors(), seed=2)


def test_a_pause_in_a_phrase_ends_speech() -> None:
    edges = [one.what for one in talk(FLAWLESS).heard if isinstance(one.what, SpeechEdge)]

    assert [edge.is_start for edge in edges] == [True, False] * 3


def test_nothing_is_heard_before_it_was_said() -> None:
    early = [
        word
        for one in hypotheses(talk(Errors(), times=5))
        for word in one.words
        if word.start_s > one.heard_s
    ]

    assert early == []


def test_the_last_words_are_as_restless_as_measured() -> None:
    case = talk(Errors(), times=20)
    said = Counter(final_words(case))
    wrong, seen = Counter[int](), Counter[int]()
    for one in hypotheses(case):
        for place, word in enumerate(reversed(one.words[-3:])):
            seen[place] += 1
            wrong[place] += word.text not in said or word.confidence < 0.8

    assert 0.3 < wrong[0] / seen[0] < 0.8
    assert wrong[2] / seen[2] < wrong[1] / seen[1] < wrong[0] / seen[0]
