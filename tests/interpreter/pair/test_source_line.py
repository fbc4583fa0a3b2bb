"""A line on which two people talk at once: units, and whose sentence ends."""

from collections import Counter

from interpreter.events import ItemKind, LineItem
from interpreter.line import LineMessage
from interpreter.pair.chunking import POLICIES, Unit
from interpreter.pair.job import decode_job, encode_job
from interpreter.pair.source_line import SourceLine

JOB = decode_job(encode_job("en", "es", 1, 1, 0))
AT_ONCE = (
    "ana:the jon:we ana:teachers jon:will ana:asked jon:not ana:for ana:more jon:close ana:time"
)
WORD_S = 0.3


def read(*told: str) -> tuple[list[Unit], list[tuple[str, int]]]:
    """Units and ended sentences of what people said: `speaker:word`, words without gaps.

    `speaker:` alone is a long pause; each argument begins two seconds after the one before.
    """
    ended: list[tuple[str, int]] = []
    line = SourceLine(JOB, POLICIES["chunks"], lambda speaker, unit: ended.append((speaker, unit)))
    items: list[LineItem] = []
    for number, story in enumerate(told):
        said: Counter[str] = Counter()
        for speaker, _, word in (one.partition(":") for one in story.split()):
            kind = ItemKind.WORD if word else ItemKind.PAUSE
            starts_s = 2.0 * number + WORD_S * said[speaker]
            ends_s = starts_s + (WORD_S if word else 1.0)
            items.append(LineItem(len(items), kind, word, starts_s, ends_s, speaker, "en.1.1"))
            said[speaker] += 1
    return line.push(LineMessage("en", 1, tuple(items), {})), ended


def said(units: list[Unit], speaker: str) -> list[str]:
    return [unit.text for unit in units if unit.speaker == speaker]


def test_people_who_talk_at_once_do_not_cut_each_other() -> None:
    units, _ = read(f"{AT_ONCE} ana: jon:")
    assert said(units, "ana") == ["the teachers asked", "for more time"]
    assert said(units, "jon") == ["we will not close"]


def test_a_pause_ends_the_sentence_of_the_one_who_pauses() -> None:
    units, ended = read(f"{AT_ONCE} ana: jon:")
    last = {one.speaker: one.number for one in units}
    assert ended[-2:] == [("ana", last["ana"]), ("jon", last["jon"])]


def test_who_fell_silent_is_not_waited_for_when_another_speaks() -> None:
    units, _ = read("ana:many ana:people", "jon:yes")
    assert said(units, "ana") == ["many people"]
