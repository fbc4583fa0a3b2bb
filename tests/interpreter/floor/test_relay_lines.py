"""What pairs have interpreted in, lines for those who read their channels out."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from interpreter.events import ItemKind, LineItem
from interpreter.floor.relay_lines import ASK_EVERY_S, RelayLines
from interpreter.floor.supervision import Pair
from interpreter.line import FROM_NOW, LineMessage, LineWriter, ReaderMessage
from interpreter.pair.relayed_text import RelayedText
from tests.interpreter.pair.test_relayed_text import unit

ES_EN, LINE = Pair("es", "en"), "es>en"


@dataclass
class Floor:
    """A floor agent's relays, and the pair that writes one of them."""

    now_s: float = 10.0
    sent: list[LineItem] = field(default_factory=list)
    text: RelayedText = field(default_factory=lambda: RelayedText(LineWriter(LINE, 1)))
    relays: RelayLines = field(init=False)

    def __post_init__(self) -> None:
        self.relays = RelayLines(7, lambda: self.now_s, self._send)

    def _send(self, line: LineWriter, items: Sequence[LineItem]) -> None:
        assert (line.line, line.epoch) == (LINE, 7)
        self.sent += items

    def interpret(self, number: int, words: str, start_s: float = 8.0) -> LineMessage:
        one = unit(number, start_s=start_s)
        return self.text.translated(one, f"s{number}", words, "Ana", 0, self.now_s)

    def replaced(self, epoch: int) -> None:
        self.text = RelayedText(LineWriter(LINE, epoch))

    def asked(self) -> list[tuple[Pair, ReaderMessage]]:
        return list(self.relays.due())

    @property
    def words(self) -> list[str]:
        return [item.text for item in self.sent if item.kind is ItemKind.WORD]


def reading() -> Floor:
    floor = Floor()
    floor.relays.use({LINE})
    return floor


def test_words_of_a_pair_are_a_line_of_the_floor_agent_s_own() -> None:
    floor = reading()
    floor.relays.read(ES_EN, floor.interpret(0, "the water"))
    kinds = [item.kind for item in floor.sent]
    assert kinds == [ItemKind.WORD, ItemKind.WORD, ItemKind.FINAL, ItemKind.PAUSE]
    assert [item.seq for item in floor.sent] == [0, 1, 2, 3]
    assert floor.sent[2].covers == (0, 1)
    told = floor.relays.lines[LINE].message(floor.sent)
    assert (told.names, told.relays) == ({"ana": "Ana"}, {"ana": 1})


def test_what_is_lost_on_the_way_is_asked_for_and_in_order() -> None:
    floor = reading()
    ((pair, wants),) = floor.asked()
    assert (pair, wants.line, wants.next_seq) == (ES_EN, LINE, FROM_NOW)
    floor.relays.read(ES_EN, floor.interpret(9, "now", 5.0))
    lost, second = floor.interpret(0, "the water"), floor.interpret(1, "is cold", 10.5)
    floor.relays.read(ES_EN, second)
    assert floor.words == ["now"]
    floor.now_s += ASK_EVERY_S
    ((_, wants),) = floor.asked()
    assert (wants.epoch, wants.next_seq) == (1, 2)
    floor.now_s += ASK_EVERY_S
    for missing in floor.text.line.wanted(wants, floor.now_s):
        floor.relays.read(ES_EN, missing)
    floor.relays.read(ES_EN, lost)
    assert floor.words == ["now", "the", "water", "is", "cold"]
    ((_, wants),) = floor.asked()
    assert (wants.epoch, wants.next_seq) == (1, 8)


def test_nobody_else_writes_and_nothing_that_is_not_read() -> None:
    floor = reading()
    message = floor.interpret(0, "the water")
    floor.relays.read(Pair("ca", "en"), message)
    floor.relays.read(Pair("es>fr", "en"), message)
    floor.relays.use(())
    floor.relays.read(ES_EN, message)
    assert floor.words == []
    floor.now_s += ASK_EVERY_S
    assert floor.asked() == []


def test_a_replacement_that_says_a_unit_again_is_not_doubled() -> None:
    floor = reading()
    floor.relays.read(ES_EN, floor.interpret(0, "the water"))
    floor.replaced(2)
    floor.relays.read(ES_EN, floor.interpret(0, "the water"))
    floor.relays.read(ES_EN, floor.interpret(1, "is cold", 10.5))
    assert floor.words == ["the", "water", "is", "cold"]


def test_a_line_begins_and_begins_again_where_the_pair_says() -> None:
    floor = reading()
    floor.interpret(0, "long ago")
    floor.relays.read(ES_EN, floor.interpret(1, "just now"))
    floor.relays.use(())
    floor.relays.use({LINE})
    floor.now_s += ASK_EVERY_S
    ((_, wants),) = floor.asked()
    assert wants.next_seq == FROM_NOW
    floor.interpret(2, "meanwhile", 11.0)
    floor.relays.read(ES_EN, floor.interpret(3, "again", 14.0))
    assert floor.words == ["just", "now", "again"]


def test_a_gap_is_a_gap_for_who_reads_on() -> None:
    floor = reading()
    floor.relays.read(ES_EN, floor.text.lost(unit(0, start_s=8.0), "Ana", 0, 10.0))
    assert [(item.kind, item.start_s, item.end_s) for item in floor.sent] == [
        (ItemKind.LOST, 8.0, 10.0)
    ]
