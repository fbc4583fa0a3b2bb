"""What of an answer on its way may be spoken already."""

import re

import pytest

import languages
from interpreter.engines.answer import Answer
from interpreter.engines.continuing import joined, rest_after
from interpreter.engines.faults import AnswerFault, Checks, Unusable
from interpreter.engines.prompting import Ask, Prompt
from interpreter.errors import EngineRefused

ENGLISH = "The new bridge will cost five million dollars, and the school stays open."
SPANISH = "El puente nuevo costará cinco millones de dólares, y la escuela sigue abierta."
SAID = "El puente nuevo"


def answer(ask: Ask = Ask.WHOLE, said: str = "", passed: str = "") -> Answer:
    checks = Checks(ENGLISH, languages.load("en"), languages.load("es"))
    return Answer(checks, Prompt(ask, said), ENGLISH, passed=passed)


def tokens(text: str) -> list[str]:
    """As LLMs send them: a space belongs to what follows, long words come in parts."""
    return re.findall(r"\s*\w{1,4}|\s*\W", text)


def spoken(one: Answer, text: str) -> list[str]:
    pieces = [one.push(token) for token in tokens(text)]
    return [piece for piece in [*pieces, one.finish(is_complete=True)] if piece]


def test_the_first_words_come_together_the_others_one_by_one() -> None:
    pieces = spoken(answer(), SPANISH)

    assert pieces[0] == "El puente nuevo costará cinco"
    assert pieces[1:3] == [" millones", " de"]
    assert "".join(pieces) == SPANISH


JAPANESE = "新しい橋は五百万ドルかかりますが、学校は開いたままです。"


@pytest.mark.parametrize(
    ("ask", "said", "answered"),
    [
        (Ask.WHOLE, "", JAPANESE),
        (Ask.WHOLE, "新しい橋は", JAPANESE),
        (Ask.REST, "新しい橋は", JAPANESE.removeprefix("新しい橋は")),
        (Ask.REST, "新しい橋は", JAPANESE),
    ],
)
def test_a_language_without_spaces_is_spoken_as_it_comes(
    ask: Ask, said: str, answered: str
) -> None:
    checks = Checks(ENGLISH, languages.load("en"), languages.load("ja"))
    one = Answer(checks, Prompt(ask, said), ENGLISH)

    pieces = [one.push(letter) for letter in answered]
    assert len([piece for piece in pieces if piece]) > 3
    assert "".join(pieces) + one.finish(is_complete=True) == JAPANESE


@pytest.mark.parametrize(
    "wrapped",
    [
        f'"{SPANISH}"',
        f"«{SPANISH}»",
        f"“{SPANISH}”\n",
        f"<speech>{SPANISH}</speech>",
        f"\n\n{SPANISH}\n",
        f"{SPANISH}\n\n(Note: literal.)",
        SPANISH.replace(", y", ",\ny"),
        SPANISH.replace(" ", "  "),
    ],
)
def test_what_wraps_a_translation_is_not_spoken(wrapped: str) -> None:
    assert "".join(spoken(answer(), wrapped)) == SPANISH


def test_quotes_inside_stay() -> None:
    text = 'El puente "nuevo" costará cinco millones de dólares, y l\'escuela sigue abierta.'
    assert "".join(spoken(answer(), text)) == text


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("I'm sorry, but I can't assist with that request at all today.", AnswerFault.REFUSED),
        (f"Sure, here is the translation:\n\n{SPANISH}", AnswerFault.CHATTER),
        ("Hello! I am happy to say hello. What can I do for you?", AnswerFault.WRONG_LANGUAGE),
        (ENGLISH, AnswerFault.SOURCE_REPEATED),
        ("", AnswerFault.EMPTY),
    ],
)
def test_nothing_is_spoken_of_what_is_no_translation(text: str, fault: AnswerFault) -> None:
    one = answer()
    with pytest.raises(Unusable, match=fault.value):
        spoken(one, text)
    assert one.passed == ""


def test_an_answer_that_leaves_its_language_is_left() -> None:
    one = answer()
    with pytest.raises(Unusable, match="wrong language"):
        spoken(one, f"{SAID} costará mucho. Is there anything else that I can help you with today?")
    assert one.passed.startswith("El puente nuevo costará mucho")


# --- after what was said


@pytest.mark.parametrize(
    ("ask", "text"),
    [
        pytest.param(Ask.WHOLE, SPANISH, id="said again"),
        pytest.param(Ask.WHOLE, SPANISH.replace("El puente nuevo", "el Puente, nuevo"), id="signs"),
        pytest.param(Ask.PREFILLED, SPANISH.removeprefix(SAID), id="continued"),
        pytest.param(Ask.PREFILLED, SPANISH.removeprefix(f"{SAID} "), id="continued, no space"),
        pytest.param(Ask.PREFILLED, SPANISH, id="said again where it should continue"),
        pytest.param(Ask.REST, SPANISH.removeprefix(SAID), id="the rest"),
        pytest.param(Ask.REST, SPANISH, id="the whole for the rest"),
    ],
)
def test_the_whole_unit_comes_out_and_begins_with_what_was_said(ask: Ask, text: str) -> None:
    assert "".join(spoken(answer(ask, SAID), text)) == SPANISH


@pytest.mark.parametrize(
    ("ask", "text"),
    [
        (Ask.WHOLE, "El nuevo puente costará cinco millones de dólares, y sigue abierta."),
        (Ask.WHOLE, "El puente"),
        (Ask.REST, "El puente bonito costará cinco millones de dólares, y sigue abierta."),
        (Ask.PREFILLED, "El puente bonito costará cinco millones, y sigue abierta."),
    ],
)
def test_what_begins_otherwise_is_not_spoken(ask: Ask, text: str) -> None:
    one = answer(ask, SAID)
    with pytest.raises(Unusable, match="parted"):
        spoken(one, text)
    assert one.passed == ""


def test_a_whole_answer_that_parts_is_left_at_once() -> None:
    one = answer(Ask.WHOLE, SAID)
    with pytest.raises(Unusable, match="parted"):
        one.push("El nuevo puente costará ")


def test_nothing_may_be_missing() -> None:
    said = SPANISH.removesuffix(".")
    assert spoken(answer(Ask.REST, said), ".") == [SPANISH]
    assert spoken(answer(Ask.REST, SPANISH), "") == [SPANISH]


def test_after_an_answer_that_broke_off_only_the_rest_comes_out() -> None:
    one = answer(Ask.REST, SAID, passed=SAID)
    assert "".join(spoken(one, SPANISH.removeprefix(SAID))) == SPANISH.removeprefix(SAID)


@pytest.mark.parametrize("ask", [Ask.PREFILLED, Ask.REST])
@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Sure, here is the translation: costará cinco millones de dólares.", AnswerFault.CHATTER),
        ("I'm sorry, but I can't assist with that request at all.", AnswerFault.REFUSED),
    ],
)
def test_what_talks_about_the_translation_is_no_continuation(
    ask: Ask, text: str, fault: AnswerFault
) -> None:
    one = answer(ask, said=SAID)
    with pytest.raises(Unusable) as refused:
        spoken(one, text)
    assert refused.value.fault is fault


@pytest.mark.parametrize(
    ("said", "rest", "whole"),
    [
        ("مرحبا،", "مرحبا، كيف الحال", "مرحبا، كيف الحال"),
        ("هل هذا صحيح؟", "هل هذا صحيح؟ نعم", "هل هذا صحيح؟ نعم"),
        ("यह सच है।", "यह सच है। हम जाएँगे", "यह सच है। हम जाएँगे"),
        ("مرحبا", "مرحبا، كيف الحال", "مرحبا، كيف الحال"),
    ],
)
def test_signs_of_other_scripts_stand_once_and_close_to_their_word(
    said: str, rest: str, whole: str
) -> None:
    assert joined(said, rest_after(rest, said) or "") == whole


@pytest.mark.parametrize("thought", ["</think>\n\n", "Hm, easy: cost, open.\n</think>\n\n"])
@pytest.mark.parametrize("passed", ["", SAID])
def test_a_thought_whose_beginning_is_the_servers_own_is_never_spoken(
    thought: str, passed: str
) -> None:
    one = answer(passed=passed)
    assert "".join(spoken(one, thought + SPANISH)) == SPANISH.removeprefix(passed)


def test_a_thought_that_was_taken_for_a_translation_is_told_of() -> None:
    one = answer()
    with pytest.raises(EngineRefused, match="thinks aloud"):
        spoken(one, f"{SPANISH} </think> {SPANISH}")


@pytest.mark.parametrize(
    "aside",
    [
        " (Translation note: formal register.)",
        " (Nota: registro formal)",
        " [Translator's note: formal",
        " (Literally: shall not be closed)",
    ],
)
def test_what_an_answer_says_of_itself_in_brackets_is_not_spoken(aside: str) -> None:
    assert "".join(spoken(answer(), SPANISH + aside)) == SPANISH


def test_brackets_that_are_no_note_are_spoken() -> None:
    said = SPANISH.replace(",", " (y no seis),")
    assert "".join(spoken(answer(), said)) == said


FRENCH_SAID, CATALAN_REST = (
    "depuis le bureau",
    " des de l'oficina de finança presentarà en uns quants minuts.",
)


def in_french(ask: Ask, said: str) -> Answer:
    text = "from the finance office will present in a few minutes."
    checks = Checks(text, languages.load("en"), languages.load("fr"))
    return Answer(checks, Prompt(ask, said), text, committed=FRENCH_SAID)


@pytest.mark.parametrize("ask", [Ask.WHOLE, Ask.REST])
def test_nothing_that_goes_on_in_another_language_is_spoken(ask: Ask) -> None:
    """The words that were said are in the right one, and would make up for it."""
    answered = CATALAN_REST if ask is Ask.REST else FRENCH_SAID + CATALAN_REST
    one = in_french(ask, FRENCH_SAID)
    with pytest.raises(Unusable) as refused:
        spoken(one, answered)
    assert refused.value.fault is AnswerFault.WRONG_LANGUAGE
    assert one.passed == ""


def test_nor_what_an_answer_that_broke_off_had_begun_in_it() -> None:
    begun, rest = CATALAN_REST[:-22], CATALAN_REST[-22:]
    with pytest.raises(Unusable) as refused:
        spoken(in_french(Ask.REST, FRENCH_SAID + begun), rest)
    assert refused.value.fault is AnswerFault.WRONG_LANGUAGE
