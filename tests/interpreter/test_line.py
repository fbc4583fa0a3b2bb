"""A line heals from whatever its messages suffer."""

from dataclasses import replace

import pytest

from interpreter.events import ItemKind, LineItem
from interpreter.line import (
    PAYLOAD_STEP,
    LineMessage,
    LineReader,
    LineWriter,
    ReaderMessage,
    decode_line,
    decode_reader,
    encode_line,
    encode_reader,
)


def writer_with(count: int, epoch: int = 1) -> LineWriter:
    writer = LineWriter("en", epoch)
    for index in range(count):
        writer.append(
            ItemKind.WORD,
            f"w{index}",
            float(index),
            index + 0.5,
            speaker="sp1",
            name="Ana",
            segment="en.1.1",
            now_s=float(index),
        )
    return writer


def test_readers_know_whose_words_are_an_interpretation() -> None:
    writer = writer_with(1)
    maria = writer.append(
        ItemKind.WORD, "w", 1.0, 1.5, speaker="mar", name="Maria", segment="", now_s=1.0, relay=1
    )
    message = decode_line(encode_line(writer.message([maria])))
    assert message is not None
    assert (message.names, message.relays) == ({"mar": "Maria"}, {"mar": 1})
    reader = LineReader("en")
    reader.push(message)
    assert reader.relays == {"mar": 1}
    assert writer.message(items_of(writer)[:1]).relays == {}


def reader_message(next_seq: int, epoch: int = 1) -> ReaderMessage:
    return ReaderMessage("en", epoch, next_seq, -1, 0.0, "live", "es", 1)


def items_of(writer: LineWriter) -> list[LineItem]:
    return [i for m in writer.wanted(reader_message(0), 1e3 - 500) for i in m.items]


def texts(items: list[LineItem]) -> list[str]:
    return [item.text for item in items]


def test_a_message_survives_the_wire() -> None:
    writer = writer_with(2)
    message = writer.message(items_of(writer))
    assert decode_line(encode_line(message)) == message
    assert decode_reader(encode_reader(reader_message(7))) == reader_message(7)


def test_payloads_have_few_lengths() -> None:
    lines = [
        encode_line(LineMessage("en", 1, tuple(items_of(writer_with(n))), {})) for n in range(60)
    ]
    readers = [
        encode_reader(replace(reader_message(0), context=(("a" * n, "b"),))) for n in range(60)
    ]
    assert {len(payload) % PAYLOAD_STEP for payload in lines + readers} == {0}
    assert len({len(payload) for payload in readers}) == 2


def test_a_newer_version_or_garbage_is_left_alone() -> None:
    assert decode_line(b'{"v":99}') is None
    assert decode_line(b"\xff{") is None
    assert decode_reader(b"[]") is None


def test_reordered_and_doubled_messages_come_out_in_order_once() -> None:
    one, two, three = (writer_with(3).message([i]) for i in items_of(writer_with(3)))
    reader = LineReader("en", 1)
    assert texts(reader.push(one)) == ["w0"]
    assert texts(reader.push(three)) == []
    assert texts(reader.push(one)) == []
    assert texts(reader.push(two)) == ["w1", "w2"]


def test_a_reader_tells_how_long_it_was_kept_waiting() -> None:
    told = replace(reader_message(0), kept_waiting_s=1.5)
    assert decode_reader(encode_reader(told)) == told


def test_a_lost_message_is_sent_again_when_the_reader_asks() -> None:
    writer = writer_with(3)
    again = writer.wanted(reader_message(1), now_s=10.0)
    assert [texts(list(m.items)) for m in again] == [["w1", "w2"]]


def test_what_was_just_sent_is_not_sent_again() -> None:
    writer = writer_with(3)
    assert writer.wanted(reader_message(2), now_s=2.1) == []


def test_nothing_is_sent_to_a_reader_that_has_everything() -> None:
    assert writer_with(3).wanted(reader_message(3), now_s=10.0) == []


def test_a_new_epoch_starts_over_and_an_old_one_is_ignored() -> None:
    reader = LineReader("en", 1)
    reader.push(writer_with(3).message(items_of(writer_with(3))))
    second = writer_with(1, epoch=2)
    assert texts(reader.push(second.message(items_of_epoch(second)))) == ["w0"]
    assert reader.push(writer_with(3).message(items_of(writer_with(3)))) == []


def items_of_epoch(writer: LineWriter) -> list[LineItem]:
    return [i for m in writer.wanted(reader_message(0, writer.epoch), 500.0) for i in m.items]


def test_long_gaps_travel_in_messages_of_bounded_size() -> None:
    sizes = [len(m.items) for m in writer_with(150).wanted(reader_message(0), 500.0)]
    assert sizes == [60, 60, 30]


def test_history_is_bounded() -> None:
    writer = writer_with(700)
    first = writer.wanted(reader_message(0), 900.0)[0]
    assert first.items[1].seq == 99


def test_who_is_behind_what_is_remembered_goes_on_there_and_knows_what_it_has_lost() -> None:
    """A translator that is slower than speech is minutes behind in the end."""
    writer, reader = writer_with(700), LineReader("en")
    reader.push(LineMessage("en", 1, (LineItem(0, ItemKind.WORD, "w0", 0.0, 0.5, "sp1", ""),), {}))
    read: list[LineItem] = []
    for message in writer.wanted(reader_message(reader.next_seq), now_s=700.0):
        received = decode_line(encode_line(message))
        assert received is not None
        read += reader.push(received)
    lost = read[0]
    assert (lost.kind, lost.start_s, lost.end_s) == (ItemKind.LOST, 0.5, read[1].start_s)
    assert texts(read[1:]) == [f"w{index}" for index in range(99, 700)]
    assert reader.next_seq == 700


def test_a_reader_of_another_line_gets_nothing() -> None:
    message = LineMessage("fr", 1, (), {})
    assert LineReader("en", 1).push(message) == []


def test_a_late_reader_begins_with_what_was_just_said() -> None:
    assert writer_with(10).start_from(lag_s=3.0, now_s=9.5) == 6


@pytest.mark.parametrize(
    ("spoken_seq", "captioned_seq", "next_seq"),
    [
        pytest.param(99, 99, 100, id="nothing-is-missing"),
        pytest.param(95, 99, 96, id="the-voice-was-a-little-late"),
        pytest.param(50, 99, 85, id="what-is-old-and-in-the-transcript-is-not-said-any-more"),
        pytest.param(50, 60, 61, id="what-is-in-no-transcript-is-read-however-old"),
        pytest.param(-1, -1, 0, id="the-one-before-had-nothing"),
    ],
)
def test_a_replacement_goes_on_where_the_one_before_it_was(
    spoken_seq: int, captioned_seq: int, next_seq: int
) -> None:
    before = replace(reader_message(100), spoken_seq=spoken_seq, captioned_seq=captioned_seq)
    assert writer_with(100).resume_from(before, 15.0, 100.0) == next_seq


def test_a_replacement_asks_for_nothing_that_is_forgotten() -> None:
    writer = writer_with(700)
    assert writer.resume_from(reader_message(0), 15.0, 700.0) == 99
