"""What people take back is not interpreted, and what they mean twice is."""

import pytest

from interpreter.events import Word
from interpreter.repairs import without_repairs
from languages import load


def said(text: str) -> list[Word]:
    """Words of 0.3 s; `/` is a pause of a second."""
    words: list[Word] = []
    at_s = 0.0
    for token in text.split():
        if token != "/":
            words.append(Word(token, at_s, at_s + 0.3))
        at_s += 0.3 if token != "/" else 1.0
    return words


def meant(text: str, tag: str = "en", *, is_open: bool = False) -> str:
    words = without_repairs(said(text), load(tag), is_open=is_open)
    return " ".join(word.text for word in words)


@pytest.mark.parametrize(
    ("tag", "spoken", "text"),
    [
        ("en", "we we will see", "we will see"),
        ("en", "the the the city", "the city"),
        ("en", "we uh we will see", "we will see"),
        ("en", "we live in the in the house", "we live in the house"),
        ("en", "we will we will build it", "we will build it"),
        ("en", "and and then", "and then"),
        ("en", "I I think so", "I think so"),
        ("en", "We, we will see", "we will see"),
        ("es", "el el alcalde habla", "el alcalde habla"),
        ("es", "en la en la casa", "en la casa"),
        ("es", "que que vengan", "que vengan"),
        ("ca", "el el batlle parla", "el batlle parla"),
        ("ca", "a la a la casa", "a la casa"),
    ],
)
def test_a_beginning_that_is_made_twice_is_interpreted_once(
    tag: str, spoken: str, text: str
) -> None:
    assert meant(spoken, tag) == text


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("en", "no no we do not"),
        ("en", "it is not not good"),
        ("en", "a very very long way"),
        ("en", "he had had enough"),
        ("en", "all that that means"),
        ("en", "what it is is wrong"),
        ("en", "i told you you would"),
        ("en", "she gave her her book"),
        ("en", "we moved on on monday"),
        ("en", "the number is two two four"),
        ("en", "twenty twenty vision"),
        ("en", "it took a long long time"),
        ("en", "over and over and then he left"),
        ("en", "step by step by step"),
        ("en", "more and more and more people"),
        ("en", "yes we can we can"),
        ("en", "so do we. we will see"),
        ("en", "we have a dream we have a dream today"),
        ("es", "no no es verdad"),
        ("es", "muy muy bien"),
        ("es", "lo que es es bueno"),
        ("es", "casi casi lo tenemos"),
        ("ca", "no no és veritat"),
        ("ca", "és molt molt bo"),
        ("fr", "nous nous voyons"),
    ],
)
def test_what_is_meant_twice_stays(tag: str, text: str) -> None:
    assert meant(text, tag) == text


@pytest.mark.parametrize(
    ("tag", "spoken", "text"),
    [
        ("en", "we meet on monday i mean tuesday at nine", "we meet on tuesday at nine"),
        ("en", "on monday no sorry on tuesday", "on tuesday"),
        ("en", "twelve sorry thirteen people came", "thirteen people came"),
        ("en", "on the fifteenth sorry / the sixteenth of may", "on the sixteenth of may"),
        ("en", "it costs eighteen euros no wait twelve euros each", "it costs twelve euros each"),
        ("en", "in june uh i mean july", "in july"),
        ("en", "twenty five i mean twenty six people", "twenty six people"),
        ("en", "on the twenty fifth sorry twenty sixth of june", "on the twenty sixth of june"),
        ("en", "on monday i mean tuesday sorry wednesday then", "on wednesday then"),
        ("en", "On Monday, I mean Tuesday.", "On Tuesday."),
        ("es", "el lunes perdón el martes", "el martes"),
        ("es", "son doce digo trece personas", "son trece personas"),
        ("es", "en mayo mejor dicho en junio", "en junio"),
        ("ca", "el dilluns perdó el dimarts", "el dimarts"),
        ("ca", "són dotze vull dir tretze persones", "són tretze persones"),
    ],
)
def test_an_explicit_correction_is_interpreted_as_the_corrected(
    tag: str, spoken: str, text: str
) -> None:
    assert meant(spoken, tag) == text


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("en", "we meet monday no tuesday meeting"),
        ("en", "not monday but tuesday"),
        ("en", "on monday sorry i was late"),
        ("en", "on monday i mean it"),
        ("en", "on monday i mean in june"),
        ("en", "on monday sorry by tuesday"),
        ("en", "i am sorry twelve people came"),
        ("en", "two hundred and ten sorry eleven"),
        ("en", "twenty five sorry twenty people"),
        ("en", "the twenty fifth sorry sixth row"),
        ("en", "page five five three sorry two"),
        ("en", "in april sorry may we ask"),
        ("en", "twelve euros i mean thirteen people"),
        ("en", "i mean tuesday"),
        ("es", "el lunes no el martes"),
        ("es", "el lunes o sea mañana"),
        ("es", "el lunes digo que no"),
        ("ca", "dilluns no dimarts"),
    ],
)
def test_what_may_mean_something_else_is_no_correction(tag: str, text: str) -> None:
    assert meant(text, tag) == text


@pytest.mark.parametrize(
    ("spoken", "text"),
    [
        ("we meet on monday i mean", "we meet"),
        ("we meet on monday no sorry on", "we meet"),
        ("it costs eighteen euros no wait twelve", "it costs"),
        ("we meet on monday i mean tuesday", "we meet on tuesday"),
        ("we meet on monday i", "we meet on monday i"),
        ("we meet on monday i mean what i say", "we meet on monday i mean what i say"),
        ("in the in the", "in the in the"),
    ],
)
def test_what_is_being_corrected_waits_while_more_is_to_come(spoken: str, text: str) -> None:
    assert meant(spoken, is_open=True) == text


def test_an_unfinished_correction_is_interpreted_as_it_was_said_when_nothing_more_comes() -> None:
    assert meant("we meet on monday i mean") == "we meet on monday i mean"


def test_what_was_spoken_already_is_corrected_aloud() -> None:
    words = said("on monday i mean tuesday")
    assert without_repairs(words, load("en"), may_correct=lambda index: index > 1) == words


def test_a_correction_makes_no_pause() -> None:
    words = without_repairs(said("we meet on / monday i mean / tuesday at nine"), load("en"))
    gaps = [after.start_s - before.end_s for before, after in zip(words, words[1:], strict=False)]
    assert max(gaps) == pytest.approx(1.0)
    assert words[-1].end_s - words[0].start_s == pytest.approx(6 * 0.3 + 1.0)
