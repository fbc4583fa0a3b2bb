"""What the translator is asked next."""

from interpreter.events import ItemKind, LineItem
from interpreter.pair.chunking import CloseReason, Unit
from interpreter.pair.requests import Requests


def unit(number: int, text: str, *, is_open: bool = True) -> Unit:
    words = [
        LineItem(seq, ItemKind.WORD, word, float(seq), seq + 0.3, "ana", "en.1.1")
        for seq, word in enumerate(text.split())
    ]
    reason = CloseReason.OPEN if is_open else CloseReason.PAUSE
    return Unit(number, tuple(words), reason, False)


def test_the_newest_state_of_an_open_unit_replaces_older_ones() -> None:
    requests = Requests(step_words=1)
    assert requests.put(unit(0, "we"))
    assert requests.put(unit(0, "we will"))
    assert requests.take() == unit(0, "we will")
    assert requests.take() is None


def test_an_open_unit_that_has_hardly_grown_is_not_asked_for_again() -> None:
    requests = Requests(step_words=2)
    assert requests.put(unit(0, "we will"))
    assert not requests.put(unit(0, "we will not"))
    assert requests.put(unit(0, "we will not pay"))


def test_one_whose_words_were_corrected_is() -> None:
    requests = Requests(step_words=5)
    assert requests.put(unit(0, "we will know"))
    assert requests.put(unit(0, "we will no"))


def test_a_closed_unit_is_always_asked_for_and_in_order() -> None:
    requests = Requests(step_words=5)
    requests.put(unit(0, "we will"))
    requests.put(unit(0, "we will", is_open=False))
    requests.put(unit(1, "not"))
    assert requests.closed == 1
    assert requests.take() == unit(0, "we will", is_open=False)
    assert requests.take() == unit(1, "not")
