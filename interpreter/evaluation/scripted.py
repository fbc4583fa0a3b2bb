"""A written talk → a case: word times by arithmetic, and a recogniser whose mistakes are drawn from
a seed.

How often it is wrong is measured on the six recorded talks, where pocketsphinx hears ten times a
second: of the words that it believes, the last one is not what stays in 53 % of its hypotheses, the
one before in 17 %, the third in 9 %; the final differs from the last hypothesis in 10 %. The
scripted recogniser is as restless, and its final words are better: it stands for a paid one.
"""

import random
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from interpreter.errors import InputError
from interpreter.evaluation.case import Case, Heard, SpeechEdge, TrueSentence
from interpreter.events import Hypothesis, Word

STEP_S = 0.15
"""Between two hypotheses."""
DELAY_S = 0.12
"""From a moment of sound to the hypothesis of it."""
ENDPOINT_S = 0.3
"""Silence after which the speech detector says that speech has ended."""
STARTED_S = 0.14
LEAD_S = 0.3
FINAL_S = 0.05
LONG_S = 12.0
"""An utterance so long is closed at the next word …"""
KEPT_S = 0.6
"""… that ended so long ago."""
PAUSE = re.compile(r"^/([\d.]+)$")
RECOGNISER = "scripted"
_SIGNS = re.compile(r"[^\w'’·-]")


@dataclass(frozen=True, slots=True)
class Errors:
    """Shares of words."""

    substituted: float = 0.03
    dropped: float = 0.01
    inserted: float = 0.005
    half_heard: float = 0.6
    """Guesses at a word that is still being said."""
    revised: tuple[tuple[float, float, float], ...] = (
        (0.12, 0.1, 0.4),
        (0.06, 0.3, 0.9),
        (0.04, 0.8, 2.5),
        (0.03, 99.0, 99.0),
    )
    """Share, and how long after its end, in seconds, a word is wrong before it is corrected; the
    last only in the final."""
    late: float = 0.04
    """Words that are believed half a second late."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of a script; `/0.8` in it is a pause of so many seconds."""

    speaker: str
    text: str
    pause_s: float


@dataclass(frozen=True, slots=True)
class Script:
    """A written talk and how it is spoken."""

    name: str
    languages: dict[str, str]
    said: tuple[Said, ...]
    words_per_minute: float
    """While speaking: pauses come on top."""
    seed: int
    is_clean: bool = True
    note: str = ""
    errors: Errors = Errors()


def read_script(path: Path) -> Script:
    """Read a script's TOML file; raises InputError for anything else."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        chance = random.Random(int(data["seed"]))
        shortest_s, longest_s = data["pauses_s"]
        default = next(iter(data["languages"]))
        said = tuple(
            Said(
                str(row.get("by", default)),
                str(row["text"]),
                float(row.get("pause_s", chance.uniform(shortest_s, longest_s))),
            )
            for row in data["said"]
        )
        return Script(
            path.stem,
            dict(data["languages"]),
            said,
            float(data["words_per_minute"]),
            int(data["seed"]),
            bool(data.get("clean", True)),
            str(data["note"]),
        )
    except OSError as error:
        raise InputError(f"There is no script {path}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} is no script of a talk ({error!r}).") from error


def case_of(script: Script) -> Case:
    """The case of a script; the same for the same script."""
    chance = random.Random(script.seed)
    sentences, words = _spoken(script)
    heard: list[Heard] = []
    for speaker, language in script.languages.items():
        own = [word for who, word in words if who == speaker]
        known = sorted({word.text for word in own})
        recogniser = _Recogniser(speaker, known, script.errors, chance)
        for utterance in _utterances(own):
            heard += recogniser.hear(utterance)
        sentences = [
            replace(one, language=language) if one.speaker == speaker else one for one in sentences
        ]
    return Case(
        name=script.name,
        recogniser=RECOGNISER,
        sentences=tuple(sentences),
        heard=tuple(sorted(heard, key=lambda one: one.at_s)),
        languages=script.languages,
        is_clean=script.is_clean,
        note=script.note,
    )


def _spoken(script: Script) -> tuple[list[TrueSentence], list[tuple[str, Word]]]:
    """Sentences and words with their times: a word is as long as its letters make it."""
    texts = [word for one in script.said for word in one.text.split() if not PAUSE.match(word)]
    natural_s = sum(_natural_s(word) for word in texts)
    stretch = len(texts) / script.words_per_minute * 60 / natural_s
    at_s = 0.5
    sentences: list[TrueSentence] = []
    words: list[tuple[str, Word]] = []
    for one in script.said:
        start_s = end_s = at_s
        for token in one.text.split():
            if pause := PAUSE.match(token):
                at_s += float(pause.group(1))
                continue
            end_s = at_s + _natural_s(token) * stretch
            words.append((one.speaker, Word(_SIGNS.sub("", token).lower(), at_s, end_s)))
            at_s = end_s
        text = " ".join(token for token in one.text.split() if not PAUSE.match(token))
        sentences.append(TrueSentence(text, start_s, end_s, one.speaker, ""))
        at_s += one.pause_s
    return sentences, words


def _natural_s(word: str) -> float:
    return 0.1 + 0.055 * len(word)


def _utterances(words: Sequence[Word]) -> Iterator[list[Word]]:
    """What is said without a pause that the speech detector hears."""
    part: list[Word] = []
    for word in words:
        if part and word.start_s - part[-1].end_s > ENDPOINT_S:
            yield part
            part = []
        part.append(word)
    if part:
        yield part


@dataclass(frozen=True, slots=True)
class _Belief:
    """One word of an utterance as it will stand in the final, and what is believed until then."""

    final: tuple[Word, ...]
    """None where it is dropped, two where one is inserted."""
    wrong: tuple[Word, ...]
    guess: str
    """While it is still being said."""
    corrected_s: float
    shown_s: float
    start_s: float
    end_s: float

    def at(self, heard_s: float) -> tuple[Word, ...]:
        """What is believed when so much has been heard."""
        if heard_s < self.shown_s:
            return ()
        if heard_s < self.end_s:
            return (Word(self.guess, self.start_s, heard_s, 0.4),)
        return self.wrong if heard_s < self.corrected_s else self.final


@dataclass(slots=True)
class _Recogniser:
    speaker: str
    known: Sequence[str]
    errors: Errors
    chance: random.Random
    _heard: list[Heard] = field(default_factory=list)

    def hear(self, utterance: Sequence[Word]) -> list[Heard]:
        """What the ears are told of an utterance."""
        self._heard = []
        begins_s, ends_s = utterance[0].start_s, utterance[-1].end_s
        self._tell(begins_s + STARTED_S, SpeechEdge(max(begins_s - LEAD_S, 0.0), True))
        beliefs = [self._belief(word) for word in utterance]
        closed_s = begins_s
        heard_s = begins_s + STEP_S
        while heard_s < ends_s + ENDPOINT_S:
            words = tuple(word for one in beliefs for word in one.at(heard_s))
            self._tell(heard_s + DELAY_S, Hypothesis(words, heard_s))
            if heard_s - closed_s > LONG_S:
                done = [one for one in beliefs if one.end_s <= heard_s - KEPT_S]
                beliefs = beliefs[len(done) :]
                closed_s = done[-1].end_s
                finals = tuple(word for one in done for word in one.final)
                self._tell(heard_s + DELAY_S, Hypothesis(finals, closed_s, True))
            heard_s += STEP_S
        finals = tuple(word for one in beliefs for word in one.final)
        ended_s = ends_s + ENDPOINT_S
        if finals:
            self._tell(ended_s + FINAL_S, Hypothesis(finals, ended_s, True))
        self._tell(ended_s + FINAL_S, SpeechEdge(ended_s, False))
        return self._heard

    def _tell(self, at_s: float, what: Hypothesis | SpeechEdge) -> None:
        before_s = self._heard[-1].at_s if self._heard else 0.0
        self._heard.append(Heard(max(at_s, before_s), self.speaker, what))

    def _belief(self, word: Word) -> _Belief:
        errors, draw = self.errors, self.chance.random()
        final: tuple[Word, ...] = (replace(word, confidence=self.chance.uniform(0.8, 1.0)),)
        if draw < errors.substituted:
            final = (self._like(word),)
        elif draw < errors.substituted + errors.dropped:
            final = ()
        elif draw < errors.substituted + errors.dropped + errors.inserted:
            final = self._with_inserted(word)
        is_late = self.chance.random() < errors.late
        shown_s = word.start_s + (0.5 if is_late else self.chance.uniform(0.08, 0.2))
        is_half = self.chance.random() < errors.half_heard
        guess = self._like(word).text if is_half else word.text
        return _Belief(
            final,
            self._wrong(word),
            guess,
            word.end_s + self._wrong_for_s(),
            shown_s,
            word.start_s,
            word.end_s,
        )

    def _wrong_for_s(self) -> float:
        draw = self.chance.random()
        for share, shortest_s, longest_s in self.errors.revised:
            if draw < share:
                return self.chance.uniform(shortest_s, longest_s)
            draw -= share
        return 0.0

    def _wrong(self, word: Word) -> tuple[Word, ...]:
        draw = self.chance.random()
        if draw < 0.15:
            return ()
        return self._with_inserted(word) if draw < 0.3 else (self._like(word),)

    def _with_inserted(self, word: Word) -> tuple[Word, ...]:
        middle_s = (word.start_s + word.end_s) / 2
        extra = min(self.known, key=lambda text: (len(text), self.chance.random()))
        return (
            Word(extra, word.start_s, middle_s, self.chance.uniform(0.2, 0.6)),
            replace(word, start_s=middle_s, confidence=self.chance.uniform(0.5, 0.9)),
        )

    def _like(self, word: Word) -> Word:
        """Another word of the talk that begins alike, or is about as long."""
        others = [text for text in self.known if text != word.text]
        alike = [text for text in others if text[:2] == word.text[:2]]
        as_long = [text for text in others if abs(len(text) - len(word.text)) <= 1]
        text = self.chance.choice(alike or as_long or others or [word.text])
        return replace(word, text=text, confidence=self.chance.uniform(0.3, 0.75))
