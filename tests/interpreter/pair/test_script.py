"""What the voice may say next."""

from interpreter.events import ItemKind, LineItem
from interpreter.pair.chunking import CloseReason, Unit
from interpreter.pair.commit import Weights
from interpreter.pair.policy import CommitPolicy
from interpreter.pair.script import Script

POLICY = CommitPolicy(held_words=1, agreements=2, first_held_words=1, first_agreements=2)


def unit(number: int, words: int = 4, *, is_open: bool = False) -> Unit:
    items = [
        LineItem(n, ItemKind.WORD, "w", float(n), n + 0.5, "ana", "en.1.1") for n in range(words)
    ]
    reason = CloseReason.OPEN if is_open else CloseReason.PAUSE
    return Unit(number, tuple(items), reason, False)


def said(script: Script) -> list[str]:
    texts = []
    while (utterance := script.take()) is not None:
        texts.append(utterance.text)
    return texts


def test_units_are_said_in_order_whatever_order_they_are_translated_in() -> None:
    script = Script(POLICY, Weights())
    script.translated(unit(1), "dos")
    script.translated(unit(0), "uno")
    assert said(script) == ["uno", "dos"]


def test_a_unit_that_has_its_translation_after_a_later_one_was_said_is_said_too() -> None:
    script = Script(POLICY, Weights())
    script.translated(unit(1), "sí")
    assert said(script) == ["sí"]
    script.translated(unit(0, is_open=True), "el resultado")
    script.translated(unit(0), "el resultado no es bueno")
    script.translated(unit(1), "sí")
    assert said(script) == ["el resultado no es bueno"]


def test_a_unit_that_has_its_translation_after_a_later_one_was_dropped_is_said_too() -> None:
    script = Script(POLICY, Weights())
    script.dropped(unit(1))
    script.translated(unit(0), "el resultado no es bueno")
    assert said(script) == ["el resultado no es bueno"]


def test_a_doubtful_unit_is_put_right_after_it_was_said() -> None:
    script = Script(POLICY, Weights(negations=frozenset({"no"})))
    script.translated(unit(0), "Ana vino ayer", is_doubtful=True)
    assert said(script) == ["Ana vino ayer"]
    script.corrected(unit(0), "Ana no vino ayer")
    assert said(script) == ["no vino ayer"]
    script.corrected(unit(0), "Ana no vino hoy")
    assert said(script) == []


def test_one_is_put_right_whole_after_a_unit_that_was_begun_before() -> None:
    script = Script(POLICY, Weights(negations=frozenset({"no"})))
    script.translated(unit(0), "Ana vino ayer", is_doubtful=True)
    for _ in range(2):
        script.translated(unit(1, is_open=True), "con su hija")
    assert said(script) == ["Ana vino ayer", "con su"]
    script.corrected(unit(0), "Ana no vino ayer")
    script.translated(unit(1), "con su hija")
    script.translated(unit(2), "y se fue")
    assert said(script) == ["hija", "Ana no vino ayer", "y se fue"]


def test_nobody_is_put_right_whom_somebody_else_has_taken_over_from() -> None:
    script = Script(POLICY, Weights())
    script.translated(unit(0), "Ana vino", is_doubtful=True)
    assert said(script) == ["Ana vino"]
    script.clear()
    script.corrected(unit(0), "Ana no vino")
    assert said(script) == []


def test_only_a_doubtful_unit_is_said_again() -> None:
    script = Script(POLICY, Weights())
    script.translated(unit(0), "El pleno vino")
    assert said(script) == ["El pleno vino"]
    script.corrected(unit(0), "El concejo vino")
    assert said(script) == []


def test_nothing_is_said_past_a_unit_that_is_open() -> None:
    script = Script(POLICY, Weights())
    script.translated(unit(0, is_open=True), "uno")
    script.translated(unit(1), "dos")
    assert said(script) == []
    script.translated(unit(0), "uno")
    assert said(script) == ["uno", "dos"]


def test_a_unit_ends_even_where_nothing_is_left_to_say() -> None:
    script = Script(POLICY, Weights())
    for _ in range(2):
        script.translated(unit(0, is_open=True), "uno dos tres")
    assert said(script) == ["uno dos"]
    script.translated(unit(0), "uno dos")
    last = script.take()
    assert last is not None
    assert (last.text, last.is_last) == ("", True)


def test_an_utterance_knows_the_source_word_at_its_place() -> None:
    script = Script(POLICY, Weights())
    for _ in range(2):
        script.translated(unit(0, is_open=True), "uno dos tres")
    script.take()
    script.translated(unit(0), "uno dos tres cuatro")
    second = script.take()
    assert second is not None
    assert (second.text, second.source_end_s) == ("tres cuatro", 2.5)


def test_what_was_dropped_is_not_said_and_does_not_come_back() -> None:
    script = Script(POLICY, Weights())
    script.translated(unit(0), "uno")
    script.dropped(unit(0))
    script.translated(unit(0), "uno")
    script.translated(unit(1), "dos")
    assert said(script) == ["dos"]


def test_what_ended_long_ago_expires_in_order_and_does_not_come_back() -> None:
    script = Script(POLICY, Weights())
    script.translated(unit(0), "uno")
    script.translated(unit(1, words=8), "dos")
    script.translated(unit(2, is_open=True), "tres")
    assert [one.number for one in script.expire(5.0)] == [0]
    script.translated(unit(0), "uno")
    assert script.expire(5.0) == []
    assert said(script) == ["dos"]


def test_what_waits_behind_an_open_unit_does_not_expire() -> None:
    script = Script(POLICY, Weights())
    script.translated(unit(0, is_open=True), "uno")
    script.translated(unit(1), "dos")
    assert script.expire(100.0) == []


def test_nothing_is_said_while_it_is_somebodys_turn() -> None:
    script = Script(POLICY, Weights())
    script.translated(unit(0), "uno")
    script.is_silent = True
    assert said(script) == []
    script.is_silent = False
    assert said(script) == ["uno"]


def test_a_mode_changed_in_mid_sentence_takes_nothing_back() -> None:
    script = Script(POLICY, Weights())
    for _ in range(2):
        script.translated(unit(0, is_open=True), "uno dos tres")
    assert said(script) == ["uno dos"]
    script.use(CommitPolicy(held_words=4, agreements=3))
    script.translated(unit(0), "uno dos tres cuatro")
    assert said(script) == ["tres cuatro"]
