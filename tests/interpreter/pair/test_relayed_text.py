"""Units that are translated in, words for those who read the channel out."""

from interpreter.events import ItemKind, LineItem
from interpreter.line import LineMessage, LineWriter
from interpreter.pair.chunking import CloseReason, Unit
from interpreter.pair.relayed_text import RelayedText, spread

Row = tuple[ItemKind, str, float, float]


def unit(number: int, reason: CloseReason = CloseReason.GAP, start_s: float = 1.0) -> Unit:
    word = LineItem(number, ItemKind.WORD, "agua", start_s, start_s + 2.0, "ana", "es.1.1")
    return Unit(number, (word,), reason, starts_sentence=True)


def text() -> RelayedText:
    return RelayedText(LineWriter("es>en", 3))


def rows(message: LineMessage | None) -> list[Row]:
    assert message is not None
    return [(i.kind, i.text, round(i.start_s, 2), round(i.end_s, 2)) for i in message.items]


def test_words_share_the_time_of_what_they_render_by_their_letters() -> None:
    words = [(w.text, round(w.start_s, 2), round(w.end_s, 2)) for w in spread("I saw it", 1.0, 4.0)]
    assert words == [("I", 1.0, 1.5), ("saw", 1.5, 3.0), ("it", 3.0, 4.0)]
    assert [w.text for w in spread("水が 要る", 0.0, 1.0, has_spaces=False)] == ["水が 要る"]
    assert spread(" ", 0.0, 1.0) == []


def test_a_unit_is_words_and_a_pause_and_names_the_speaker_and_the_depth() -> None:
    message = text().translated(unit(0), "es-en.1.0", "water now", "Ana", 0, 5.0)
    assert rows(message) == [
        (ItemKind.WORD, "water", 1.0, 2.25),
        (ItemKind.WORD, "now", 2.25, 3.0),
        (ItemKind.PAUSE, "", 3.0, 3.1),
    ]
    assert (message.line, message.epoch) == ("es>en", 3)
    assert (message.names, message.relays) == ({"ana": "Ana"}, {"ana": 1})
    assert [item.segment for item in message.items] == ["es-en.1.0", "es-en.1.0", ""]


def test_after_a_cap_the_sentence_goes_on() -> None:
    message = text().translated(unit(0, CloseReason.CAP), "s", "water", "Ana", 1, 5.0)
    assert [row[0] for row in rows(message)] == [ItemKind.WORD]
    assert message.relays == {"ana": 2}


def test_a_sentence_ends_whenever_that_is_known() -> None:
    before, after = text(), text()
    assert before.sentence_ended("ana", 0, 0, 4.9) is None
    told = rows(before.translated(unit(0), "s", "water", "Ana", 0, 5.0))
    after.translated(unit(0), "s", "water", "Ana", 0, 5.0)
    later = rows(after.sentence_ended("ana", 0, 0, 5.1))
    assert told[-1:] == later == [(ItemKind.PAUSE, "", 3.0, 3.7)]


def test_what_has_no_words_is_a_gap() -> None:
    assert rows(text().lost(unit(0), "Ana", 0, 5.0)) == [(ItemKind.LOST, "", 1.0, 3.0)]
