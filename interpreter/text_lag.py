"""Text lag: LongYAAL of what was committed, against the same translator's whole sentences.

omnisteval's SoftSegmenter and scorer do the work. Words are aligned as they stand: its Moses
tokenizer would start a Perl process, and parts only signs from words.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from interpreter.errors import RequirementMissing
from interpreter.heard import Interval
from interpreter.unit_events import Event, events_of, int_of, number_of, text_of

LONGEST_S = 150.0
"""Longer talks are aligned piece by piece, as the work grows with the square of the words."""


@dataclass(frozen=True, slots=True)
class CommittedWord:
    """A target word, when it was committed, and how much of the floor had been heard by then."""

    text: str
    at_s: float
    heard_s: float
    """Up to here, when the translator was asked."""


@dataclass(frozen=True, slots=True)
class TextLag:
    """LongYAAL in seconds."""

    aware_s: float
    """With all computing and waiting: by the clock."""
    unaware_s: float
    """By how much of the floor had to be heard."""


def committed_words(events: Sequence[Event], target: str) -> list[CommittedWord]:
    """What was committed, from `target_commit` events; without any, what was spoken, committed
    when it was translated."""
    of_target = events_of(events, target)
    has_commits = any(event["event"] == "target_commit" for event in of_target)
    name = "target_commit" if has_commits else "speech_request"
    found: list[CommittedWord] = []
    heard_s = 0.0
    asked_at: dict[int, float] = {}
    translated_s: dict[int, float] = {}
    for event in events:
        if event["event"] == "hypothesis":
            heard_s = max(heard_s, number_of(event, "heard_s"))
        if event.get("target") != target or "unit" not in event:
            continue
        unit, at_s = int_of(event, "unit"), number_of(event, "at_s")
        if event["event"] == "translation_request":
            asked_at[unit] = heard_s
        elif event["event"] == "translation":
            translated_s[unit] = at_s
        elif event["event"] == name:
            moment_s = at_s if has_commits else translated_s.get(unit, at_s)
            heard = asked_at.get(unit, heard_s)
            found += [
                CommittedWord(word, moment_s, heard) for word in text_of(event, "text").split()
            ]
    return found


def text_lag(
    words: Sequence[CommittedWord], floor: Sequence[Interval], references: Sequence[str]
) -> TextLag:
    """LongYAAL over the floor's sentences; `references` has a translation, or nothing, for each."""
    try:
        from omnisteval.alignment import Word, align_sequences, process_alignment
        from omnisteval.data import Instance
        from omnisteval.scoring import YAALScorer
    except ImportError as error:
        raise RequirementMissing("omnisteval is missing; install it: `uv sync`.") from error
    instances: list[Instance] = []
    for part in _parts(words, floor, references):
        wanted = [
            Word(word.lower(), seq_id=place)
            for place, (_, reference) in enumerate(part.sentences)
            for word in reference.split()
        ]
        given = [
            Word(
                one.text.lower(),
                emission_cu=one.heard_s * 1000,
                emission_ca=one.at_s * 1000,
                original=one.text,
            )
            for one in part.words
        ]
        if not wanted or not given:
            continue
        aligned = process_alignment(*align_sequences(wanted, given, False), False)
        for place, (sentence, reference) in enumerate(part.sentences):
            own = [word for word in aligned if word.seq_id == place]
            offset_ms = sentence.start_s * 1000
            instances.append(
                Instance(
                    prediction=" ".join(word.original for word in own),
                    reference=reference,
                    source_length=(sentence.end_s - sentence.start_s) * 1000,
                    emission_cu=[word.emission_cu - offset_ms for word in own],
                    emission_ca=[word.emission_ca - offset_ms for word in own],
                    time_to_recording_end=(floor[-1].end_s - sentence.start_s) * 1000,
                    longform=True,
                )
            )
    scored = [
        float(YAALScorer(computation_aware=is_aware, is_longform=True)(instances)) / 1000
        for is_aware in (True, False)
    ]
    return TextLag(*scored)


@dataclass(frozen=True, slots=True)
class _Part:
    sentences: list[tuple[Interval, str]]
    words: list[CommittedWord]


def _parts(
    words: Sequence[CommittedWord], floor: Sequence[Interval], references: Sequence[str]
) -> list[_Part]:
    """Sentences of at most `LONGEST_S` together, with what was committed from them on."""
    parts: list[_Part] = []
    for sentence, reference in zip(floor, references, strict=True):
        if not parts or sentence.end_s - parts[-1].sentences[0][0].start_s > LONGEST_S:
            parts.append(_Part([], []))
        parts[-1].sentences.append((sentence, reference))
    begins = [part.sentences[0][0].start_s for part in parts]
    for word in words:
        parts[max(sum(start_s <= word.heard_s for start_s in begins) - 1, 0)].words.append(word)
    return parts
