"""What a decoder process makes of a stream, with a decoder that hears a word each half second."""

import asyncio
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby

import pytest

from interpreter.engines.framing import Message, read_message
from interpreter.engines.pocketsphinx_decoder import (
    RATE_HZ,
    HeardWord,
    Recognition,
    clean_words,
    cut_between,
    gap_that_closes,
    learn,
)

WORD = 50
"""Frames of 10 ms that a word takes."""


@dataclass(slots=True)
class Piece:
    word: str
    start_frame: int
    end_frame: int
    prob: float = 1.0


@dataclass(slots=True)
class ScriptedDecoder:
    """Hears a word wherever one byte goes on for a quarter of a second, and names it after it."""

    gap_frames: int = 0
    means: str = "initial"
    sound: bytearray = field(default_factory=bytearray)

    def start_utt(self) -> None:
        self.sound.clear()

    def process_raw(self, data: bytes, no_search: bool = False, full_utt: bool = False) -> int:
        self.sound += data
        return 0

    def end_utt(self) -> None:
        self.means = "learned"

    def hyp(self) -> object | None:
        return self.sound[0:1] if any(self.sound) else None

    def seg(self) -> Iterable[Piece]:
        start = 0
        for name, run in groupby(self.sound[::320]):
            frames = len(list(run))
            if frames >= WORD // 2:
                yield Piece(f"w{name}", start, start + frames - 1 - self.gap_frames, 0.5)
            start += frames

    def set_cmn(self, means: str) -> None:
        self.means = means

    def get_cmn(self, update: bool) -> str:
        return self.means


@dataclass(slots=True)
class ScriptedLearner:
    """Knows three words, one of them rare, and keeps what it is told."""

    told: dict[str, tuple[str, float, bool]] = field(default_factory=dict)
    weights: dict[str, float] = field(default_factory=dict)

    def get_lm(self) -> "ScriptedModel":
        return ScriptedModel(self.weights)

    def get_logmath(self) -> "ScriptedModel":
        return ScriptedModel(self.weights)

    def lookup_word(self, word: str) -> str | None:
        return {"the": "DH AH", "board": "B AO R D", "stoma": "S T OW M AH"}.get(word)

    def add_word(self, word: str, phones: str, update: bool = True) -> int:
        self.told[word] = (phones, self.weights[word], update)
        return len(self.told)


@dataclass(frozen=True, slots=True)
class ScriptedModel:
    weights: dict[str, float]

    def add_word(self, word: str, weight: float) -> int:
        self.weights[word] = weight
        return len(self.weights)

    def prob(self, words: list[str]) -> int:
        return {"the": -3, "board": -9, "stoma": -13}[words[0]]

    def exp(self, p: int) -> float:
        return math.exp(p)


def sound(first: int, seconds: float) -> bytes:
    """Each half second of it has its own byte."""
    halves = range(first, first + int(seconds * 2))
    return b"".join(bytes([half]) * RATE_HZ for half in halves)


def messages(replies: Iterable[bytes]) -> list[Message]:
    async def read() -> list[Message]:
        reader = asyncio.StreamReader()
        packed = list(replies)
        reader.feed_data(b"".join(packed))
        return [await read_message(reader) for _ in packed]

    return asyncio.run(read())


def words(message: Message) -> list[object]:
    return [row[0] for row in message.rows("words")]


def test_a_hypothesis_comes_at_least_every_200_ms_once_there_are_words() -> None:
    recognition = Recognition(ScriptedDecoder())

    heard = [m.number("heard_s") for m in messages(recognition.hear(sound(1, 3)))]

    steps = [later - earlier for earlier, later in zip(heard, heard[1:], strict=False)]
    assert heard[0] <= 0.7
    assert max(steps) <= 0.2
    assert heard[-1] == 3


def test_a_flush_closes_the_utterance_with_its_words_and_says_so() -> None:
    recognition = Recognition(ScriptedDecoder())
    messages(recognition.hear(sound(1, 1)))

    final, flushed = messages(recognition.flush())

    assert final.rows("words") == [["w1", 0.0, 0.5, 0.5], ["w2", 0.5, 1.0, 0.5]]
    assert final.number("closed_s") == 1.0
    assert final.number("used_s") == 1.0
    assert flushed.kind == "flushed"


def test_a_flush_of_nothing_is_answered_too() -> None:
    recognition = Recognition(ScriptedDecoder())

    assert [m.kind for m in messages(recognition.flush())] == ["flushed"]


def test_times_go_on_over_utterances() -> None:
    recognition = Recognition(ScriptedDecoder())
    messages([*recognition.hear(sound(1, 1)), *recognition.flush()])
    messages(recognition.hear(sound(3, 0.5)))

    final, _ = messages(recognition.flush())

    assert final.rows("words") == [["w3", 1.0, 1.5, 0.5]]


def test_less_than_a_block_of_sound_is_not_lost_at_a_pause() -> None:
    recognition = Recognition(ScriptedDecoder())
    messages(recognition.hear(sound(1, 1)[:-800]))

    final, _ = messages(recognition.flush())

    assert final.number("used_s") == pytest.approx(0.975)


@pytest.mark.parametrize("gap_frames", [0, 10], ids=["no gap at all", "gaps between words"])
def test_speech_without_end_is_closed_between_words_and_loses_none(gap_frames: int) -> None:
    recognition = Recognition(ScriptedDecoder(gap_frames=gap_frames))

    replies = messages([*recognition.hear(sound(1, 60)), *recognition.flush()])

    finals = [m for m in replies if m.kind == "final"]
    spoken = [word for final in finals for word in words(final)]
    lengths = [
        later.number("closed_s") - earlier.number("closed_s")
        for earlier, later in zip(finals, finals[1:], strict=False)
    ]
    assert spoken == [f"w{n}" for n in range(1, 121)]
    assert max(lengths) <= 7.0
    assert sum(final.number("used_s") for final in finals) == pytest.approx(60, abs=0.2)


@pytest.mark.parametrize(
    ("length_s", "gap_s"),
    [(2.9, None), (3.0, 0.2), (4.2, 0.1), (5.0, 0.06), (7.0, 0.0), (60.0, 0.0)],
)
def test_the_longer_speech_goes_on_the_shorter_the_gap_that_closes_it(
    length_s: float, gap_s: float | None
) -> None:
    assert gap_that_closes(length_s) == gap_s


def test_times_of_speech_without_end_stay_true() -> None:
    recognition = Recognition(ScriptedDecoder())

    replies = messages([*recognition.hear(sound(1, 40)), *recognition.flush()])

    finals = [m for m in replies if m.kind == "final"]
    starts = [row[1] for final in finals for row in final.rows("words")]
    assert starts == pytest.approx([n / 2 for n in range(80)], abs=0.12)


def test_sound_without_a_word_is_closed_too() -> None:
    recognition = Recognition(ScriptedDecoder())

    replies = messages(recognition.hear(bytes(13 * 2 * RATE_HZ)))

    assert [m.kind for m in replies] == ["final"]
    assert [m.rows("words") for m in replies] == [[]]


def test_the_next_stream_starts_at_its_own_time_and_with_its_own_microphone() -> None:
    decoder = ScriptedDecoder()
    recognition = Recognition(decoder)
    messages([*recognition.hear(sound(1, 1)), *recognition.flush()])

    recognition.reset()
    means_of_a_new_microphone = decoder.means
    recognition.reset(from_s=7.0, means="theirs")
    means_of_a_known_one = decoder.means
    messages(recognition.hear(sound(1, 0.5)))
    final, _ = messages(recognition.flush())

    assert means_of_a_new_microphone == "initial"
    assert means_of_a_known_one == "theirs"
    assert final.rows("words") == [["w1", 7.0, 7.5, 0.5]]


def test_words_come_without_silence_noise_and_pronunciation_numbers() -> None:
    pieces = [
        Piece("<s>", 0, 9),
        Piece("than(2)", 10, 29, 0.9),
        Piece("<sil>", 30, 39),
        Piece("[NOISE]", 40, 49),
        Piece("++UM++", 50, 59),
        Piece("it's", 60, 79, 0.8),
        Piece("</s>", 80, 89),
    ]

    assert list(clean_words(pieces, 100.0)) == [
        HeardWord("than", 100.1, 100.3, 0.9),
        HeardWord("it's", 100.6, 100.8, 0.8),
    ]


def word(start_s: float, end_s: float) -> HeardWord:
    return HeardWord("x", start_s, end_s, 1.0)


@pytest.mark.parametrize(
    ("heard", "heard_s", "least_gap_s", "cut_s"),
    [
        ([], 15.0, 0.0, None),
        ([word(0, 15)], 15.0, 0.0, None),
        ([word(12, 13), word(13, 14), word(14.5, 15)], 15.0, 0.0, 13.0),
        ([word(12, 13), word(13, 13.9), word(14, 15)], 15.0, 0.1, 13.95),
        ([word(12, 13), word(13, 13.9), word(14, 15)], 15.0, 0.2, None),
        ([word(12, 13), word(13, 14), word(14, 15)], 15.0, 0.06, None),
        ([word(9, 10), word(10.5, 14.6), word(14.6, 15)], 15.0, 0.06, None),
    ],
    ids=[
        "no word",
        "one word",
        "the newest words are too young",
        "in the gap",
        "a gap that is too short",
        "no gap",
        "too far back",
    ],
)
def test_where_endless_speech_is_cut(
    heard: list[HeardWord], heard_s: float, least_gap_s: float, cut_s: float | None
) -> None:
    assert cut_between(heard, heard_s, least_gap_s) == (cut_s and pytest.approx(cut_s))


def test_it_learns_unknown_words_by_their_sounds_and_deems_rare_ones_less_rare() -> None:
    decoder = ScriptedLearner()

    learn(decoder, [("The", ""), ("board", ""), ("Stoma", ""), ("Zorvex", "Z AO R"), ("4xy", "")])

    assert decoder.told == {
        "stoma_": ("S T OW M AH", 10.0, False),
        "Zorvex_": ("Z AO R", 100.0, True),
    }


def test_nobody_reads_the_mark_of_a_word_that_it_was_told() -> None:
    segments = [Piece("stoma_", 0, 50), Piece("Zorvex_(2)", 60, 90)]

    assert [word.text for word in clean_words(segments, 0.0)] == ["stoma", "Zorvex"]
