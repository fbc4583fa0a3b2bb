"""One pocketsphinx decoder as a process of its own: its binding never releases the GIL.

The only importer of pocketsphinx. Speaks framed messages on its standard input and output, and
ends when its input ends. In: `expect` (words: each with its phones), `start` (from_s, means),
`audio` (16 kHz mono PCM), `flush`, `reset`. Out: `ready`, `hypothesis` (words, heard_s), `final`
(words, closed_s, used_s, means), `flushed`, `idle`. Means are the cepstral means by which the
decoder allows for the microphone.
All times are seconds of audio since the stream's first frame.
"""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from interpreter.engines.framing import Message, own_pipes, pack, read_message_blocking

RATE_HZ = 16_000
_BYTES_PER_S = RATE_HZ * 2
_FRAMES_PER_S = 100

_WEIGHT, _RARE_WEIGHT = 100.0, 10.0
"""Of a word that it is told and does not know, in its language model, beside one word among all
others; and of one that it knows, and deems rare. Measured on the sample glossaries
(docs/decisions.md, "The offline recogniser is told a glossary's words")."""
_RARE = 1.7e-5
"""Its own probability of a rare word, at most."""
_TOLD = "_"
"""Ends a word that it was told: the language model may have the same one, and gives it its own
weight then."""
_BLOCK_S = 0.1
"""Decoded at once; the hypothesis is looked at after each block."""
_SHORTEST_GAP_S = 0.06
_CLOSE_AT_GAP_S = ((3.0, 0.2), (4.0, 0.1), (4.6, _SHORTEST_GAP_S))
"""An utterance this long is closed at the next gap of this length between words, both in seconds:
its words are final then, and whoever waits for final ones is not 15 s late; a short one only at a
gap that a person would hear …"""
_CLOSE_S = 7.0
"""… and at this length anywhere between two words: closing costs 2 ms a second of it."""
_KEPT_S = 0.6
"""The newest words may still change: what is closed ends at least this long before now …"""
_LOOK_BACK_S = 2.0
"""… and at most this long, as the rest is decoded again."""
_LEAD_S = 0.05
"""Audio before a word that the next utterance starts with."""

# Measured on 32 sentences by four flite voices: without the second (flat) pass an utterance ends in
# 12–60 ms instead of 130–260 ms; its finals have 6.9 % word errors instead of 5.1 %.
# A lower language weight (5.5) has better finals and worse hypotheses, and costs half as much again
# on noisy sound; wider beams change nothing.
TUNING: dict[str, bool | float | str] = {
    "fwdflat": False,
    "bestpath": True,
    # the means that CMU Sphinx publishes with this model: 8 % word errors in a first
    # utterance instead of 12 % with the library's default
    "cmninit": "41,-5.29,-0.12,5.09,2.48,-4.07,-1.37,-1.78,-5.08,-2.05,-6.45,-1.42,1.17",
}


class Segment(Protocol):
    """A word, a noise or silence as pocketsphinx gives it; times are frames of its utterance."""

    word: str
    start_frame: int
    end_frame: int
    prob: float


class Decoder(Protocol):
    """The part of pocketsphinx.Decoder that hears."""

    def start_utt(self) -> None: ...
    def process_raw(self, data: bytes, no_search: bool = False, full_utt: bool = False) -> int: ...
    def end_utt(self) -> None: ...
    def hyp(self) -> object | None: ...
    def seg(self) -> Iterable[Segment] | None: ...
    def set_cmn(self, means: str) -> None: ...
    def get_cmn(self, update: bool) -> str: ...


class LanguageModel(Protocol):
    """The part of pocketsphinx.NGramModel that is used here."""

    def add_word(self, word: str, weight: float) -> int: ...
    def prob(self, words: list[str]) -> int: ...


class LogMath(Protocol):
    """The part of pocketsphinx.LogMath that is used here."""

    def exp(self, p: int) -> float: ...


class Learner(Protocol):
    """The part of pocketsphinx.Decoder that learns words."""

    def get_lm(self) -> LanguageModel: ...
    def get_logmath(self) -> LogMath: ...
    def lookup_word(self, word: str) -> str | None: ...
    def add_word(self, word: str, phones: str, update: bool = True) -> int: ...


class LearningDecoder(Decoder, Learner, Protocol):
    """Both."""


def learn(decoder: Learner, words: Iterable[tuple[str, str]]) -> None:
    """Let it hear these, each said by its phones where it knows none, and deem them less rare; for
    good: it forgets no word."""
    model = decoder.get_lm()
    told = [row for word, phones in dict(words).items() if (row := _told(decoder, word, phones))]
    for number, (word, phones, weight) in enumerate(told, start=1):
        model.add_word(word, weight)
        # the search is made anew once, with the last of them
        decoder.add_word(word, phones, update=number == len(told))


def _told(decoder: Learner, word: str, phones: str) -> tuple[str, str, float] | None:
    """A word, its phones and its weight; None where there is nothing to be told."""
    plain = word.lower()
    known = decoder.lookup_word(plain)
    if known is None:
        return (word + _TOLD, phones, _WEIGHT) if phones else None
    if decoder.get_logmath().exp(decoder.get_lm().prob([plain])) > _RARE:
        return None
    return plain + _TOLD, known, _RARE_WEIGHT


@dataclass(frozen=True, slots=True)
class HeardWord:
    """One clean word in stream time."""

    text: str
    start_s: float
    end_s: float
    confidence: float

    def row(self) -> list[str | float]:
        return [
            self.text,
            round(self.start_s, 3),
            round(self.end_s, 3),
            round(min(1.0, max(0.0, self.confidence)), 3),
        ]


class Recognition:
    """One stream's utterances: audio in, messages out. No I/O, no clock."""

    def __init__(self, decoder: Decoder) -> None:
        self._decoder = decoder
        self._initial_means = decoder.get_cmn(False)
        self._pending = bytearray()
        self._utterance = bytearray()
        self._open = False
        self._start_s = 0.0
        self._used_s = 0.0
        self._shown: list[list[str | float]] = []

    def hear(self, pcm: bytes) -> Iterator[bytes]:
        """Decode audio that follows what was heard so far."""
        self._pending += pcm
        block = int(_BLOCK_S * RATE_HZ) * 2
        while len(self._pending) >= block:
            data = bytes(self._pending[:block])
            del self._pending[:block]
            self._decode(data)
            yield from self._hypothesis()
            yield from self._close_when_long()

    def flush(self) -> Iterator[bytes]:
        """Close the open utterance; its final comes only when it has words."""
        if self._pending:
            self._decode(bytes(self._pending))
            self._pending.clear()
        if self._open:
            words = self._end()
            closed_s = self._start_s + len(self._utterance) / _BYTES_PER_S
            yield self._final(words, closed_s)
            self._start_s = closed_s
            self._utterance.clear()
        yield pack("flushed", closed_s=self._start_s)

    def reset(self, from_s: float = 0.0, means: str = "") -> None:
        """Begin another stream; `means` is what was learned of its microphone before."""
        if self._open:
            self._decoder.end_utt()
        self._decoder.set_cmn(means or self._initial_means)
        self._pending.clear()
        self._utterance.clear()
        self._open = False
        self._start_s = from_s
        self._used_s = 0.0
        self._shown = []

    def _decode(self, data: bytes) -> None:
        if not self._open:
            self._decoder.start_utt()
            self._open = True
            self._shown = []
        self._utterance += data
        self._used_s += len(data) / _BYTES_PER_S
        self._decoder.process_raw(data, False, False)

    def _hypothesis(self) -> Iterator[bytes]:
        rows = [word.row() for word in self._words()]
        if rows or self._shown:
            self._shown = rows
            heard_s = self._start_s + len(self._utterance) / _BYTES_PER_S
            yield pack("hypothesis", words=rows, heard_s=round(heard_s, 3))

    def _end(self) -> list[HeardWord]:
        self._decoder.end_utt()
        self._open = False
        self._decoder.hyp()  # computes the words' confidence
        return self._words()

    def _final(self, words: list[HeardWord], closed_s: float) -> bytes:
        used_s, self._used_s = self._used_s, 0.0
        return pack(
            "final",
            words=[word.row() for word in words],
            closed_s=round(closed_s, 3),
            used_s=round(used_s, 3),
            means=self._decoder.get_cmn(False),
        )

    def _words(self) -> list[HeardWord]:
        if self._decoder.hyp() is None:
            return []
        return list(clean_words(self._decoder.seg() or (), self._start_s))

    def _close_when_long(self) -> Iterator[bytes]:
        length_s = len(self._utterance) / _BYTES_PER_S
        gap_s = gap_that_closes(length_s)
        heard_s = self._start_s + length_s
        if gap_s is None:
            return
        if gap_s and cut_between(self._words(), heard_s, gap_s) is None:
            return
        words = self._end()
        # the closing pass may have moved the words: the cut is looked for again, a gap preferred
        cuts = (cut_between(words, heard_s, least_s) for least_s in (gap_s, _SHORTEST_GAP_S, 0.0))
        cut_s = next((cut_s for cut_s in cuts if cut_s is not None), None)
        if cut_s is None:
            cut_s = heard_s
        yield self._final([word for word in words if word.end_s <= cut_s + 0.001], cut_s)
        rest = bytes(self._utterance[_offset(cut_s - _LEAD_S - self._start_s) :])
        self._start_s = heard_s - len(rest) / _BYTES_PER_S
        self._utterance.clear()
        if rest:
            self._decode(rest)
            self._used_s = 0.0  # heard before; the speaker is billed once
            yield from self._hypothesis()


def clean_words(segments: Iterable[Segment], offset_s: float) -> Iterator[HeardWord]:
    """Words without silence, noises, pronunciation numbers and marks: `than(2)` → `than`."""
    for segment in segments:
        text = segment.word.split("(", 1)[0].removesuffix(_TOLD)
        if text and text[0] not in "<[+":
            yield HeardWord(
                text,
                offset_s + segment.start_frame / _FRAMES_PER_S,
                offset_s + (segment.end_frame + 1) / _FRAMES_PER_S,
                segment.prob,
            )


def gap_that_closes(length_s: float) -> float | None:
    """The shortest gap between two words at which speech without an end is closed, when it is so
    long; None while it is too short."""
    if length_s >= _CLOSE_S:
        return 0.0
    gaps = [gap_s for from_s, gap_s in _CLOSE_AT_GAP_S if length_s >= from_s]
    return gaps[-1] if gaps else None


def cut_between(words: list[HeardWord], heard_s: float, least_gap_s: float) -> float | None:
    """Where to close speech that has no end: the latest gap of that length between two words that
    is old enough to be trusted and young enough to be cheap."""
    for word, following in zip(reversed(words[:-1]), reversed(words[1:]), strict=True):
        if heard_s - following.start_s > _LOOK_BACK_S:
            return None
        gap_s = following.start_s - word.end_s
        if heard_s - following.start_s >= _KEPT_S and gap_s >= least_gap_s - 1e-6:
            return following.start_s - min(gap_s / 2, _LEAD_S)
    return None


def _offset(time_s: float) -> int:
    return max(0, int(time_s * RATE_HZ)) * 2


def _answer(recognition: Recognition, learner: Learner, message: Message) -> Iterator[bytes]:
    if message.kind == "audio":
        yield from recognition.hear(message.payload)
    elif message.kind == "flush":
        yield from recognition.flush()
    elif message.kind == "expect":
        learn(learner, ((str(word), str(phones)) for word, phones in message.rows("words")))
    elif message.kind == "start":
        recognition.reset(message.number("from_s"), message.text("means"))
    elif message.kind == "reset":
        recognition.reset()
        yield pack("idle")


def _load(model: str) -> LearningDecoder:
    from pocketsphinx import Config, get_model_path
    from pocketsphinx import Decoder as Pocketsphinx

    folder = Path(get_model_path(model))
    config = Config(
        hmm=str(folder / model),
        lm=str(folder / f"{model}.lm.bin"),
        dict=str(folder / f"cmudict-{model}.dict"),
        loglevel="FATAL",
        **TUNING,
    )
    decoder: LearningDecoder = Pocketsphinx(config)
    return decoder


def main() -> None:
    incoming, outgoing = own_pipes()
    try:
        decoder = _load(sys.argv[1])
        recognition = Recognition(decoder)
    except (ImportError, RuntimeError, ValueError, OSError) as error:
        sentence = (
            f"The recogniser cannot load its model {sys.argv[1]} ({type(error).__name__}). "
            "Install it with `uv sync`, which brings the package pocketsphinx and its US English."
        )
        outgoing.write(pack("failed", code="requirement_missing", sentence=sentence))
        return
    outgoing.write(pack("ready"))
    try:
        while True:
            for reply in _answer(recognition, decoder, read_message_blocking(incoming)):
                outgoing.write(reply)
    except (EOFError, BrokenPipeError):
        return


if __name__ == "__main__":
    main()
