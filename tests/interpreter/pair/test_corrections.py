"""What the voice has come to is corrected aloud."""

from interpreter.events import ItemKind, LineItem
from interpreter.pair.chunking import CloseReason, Unit
from interpreter.pair.corrections import Corrections
from interpreter.pair.source_line import readable_unit
from languages import load


def unit(text: str, *, is_open: bool = True) -> Unit:
    words = tuple(
        LineItem(seq, ItemKind.WORD, word, 0.3 * seq, 0.3 * seq + 0.3, "ana", "en.1.1")
        for seq, word in enumerate(text.split())
    )
    return Unit(0, words, CloseReason.OPEN if is_open else CloseReason.PAUSE, True)


SAID = "we meet on monday i mean tuesday"


def test_what_the_voice_has_not_come_to_is_taken_back() -> None:
    corrections = Corrections(lambda _unit: 3)
    assert readable_unit(unit(SAID), load("en"), corrections.of(unit(SAID))) == "We meet on Tuesday"


def test_what_the_voice_has_come_to_is_corrected_aloud() -> None:
    corrections = Corrections(lambda _unit: 4)
    text = readable_unit(unit(SAID), load("en"), corrections.of(unit(SAID)))
    assert text == "We meet on Monday I mean Tuesday"


def test_what_was_taken_back_does_not_return_when_the_voice_goes_on() -> None:
    spoken = [0, 9, 9]
    corrections = Corrections(lambda _unit: spoken.pop(0))
    longer = unit(f"{SAID} at nine")
    closed = unit(f"{SAID} at nine", is_open=False)
    readable_unit(unit(SAID), load("en"), corrections.of(unit(SAID)))
    assert readable_unit(longer, load("en"), corrections.of(longer)).startswith("We meet on Tues")
    assert readable_unit(closed, load("en"), corrections.of(closed)).startswith("We meet on Tues")
