"""A piece of a live meeting's event log → a case.

The log tells what the recogniser believed and when; of its words it gives times only in the final.
A hypothesis takes the times of the final's words where they agree, and shares out the time between
them. Nobody has written down what was really said: the sentences are the recogniser's last word on
each utterance, to be corrected in the case's file.
"""

import json
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path

from interpreter.errors import InputError
from interpreter.evaluation.case import Case, Heard, SpeechEdge, TrueSentence
from interpreter.event_log import read_events
from interpreter.events import Hypothesis, Word
from interpreter.rehearsal.talk_events import shifted
from interpreter.unit_events import Event, number_of, text_of, words_of

LEAD_S = 1.0
NOTE = "A piece of a live meeting; its sentences are what the recogniser heard in the end."


def case_of_events(path: Path, name: str, start_s: float, end_s: float) -> Case:
    """The case of what was heard from `start_s` to `end_s` of a log: a session's folder, or one
    file."""
    events = _read(path)
    zero_s = max(start_s - LEAD_S, 0.0) if start_s > 0 else _first_s(events) - LEAD_S
    inside = [
        shifted(event, zero_s)
        for event in events
        if event["event"] in ("speech", "hypothesis", "final")
        and start_s <= number_of(event, "at_s") <= end_s
    ]
    finals = [event for event in inside if event["event"] == "final"]
    hypotheses = [event for event in inside if event["event"] == "hypothesis"]
    if not finals or not hypotheses:
        raise InputError(f"{path} tells of no recognised speech in this time.")
    languages = _languages(hypotheses, finals)
    heard = [_heard(event, finals) for event in inside if event["event"] != "final"]
    return Case(
        name=name,
        recogniser="live",
        sentences=tuple(_sentence(event, hypotheses, languages) for event in finals),
        heard=tuple(one for one in heard if one.speaker in languages),
        languages=languages,
        is_clean=False,
        note=NOTE,
    )


def _read(path: Path) -> list[dict[str, object]]:
    if path.is_dir():
        return read_events(path)
    if not path.is_file():
        raise InputError(f"There is no event log {path}.")
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _first_s(events: Sequence[Event]) -> float:
    return min(
        (number_of(event, "at_s") for event in events if event["event"] == "hypothesis"),
        default=0.0,
    )


def _languages(hypotheses: Sequence[Event], finals: Sequence[Event]) -> dict[str, str]:
    """Speaker → language: that of the final that comes with their final hypothesis."""
    found: dict[str, str] = {}
    for event in hypotheses:
        if event.get("final"):
            nearest = min(
                finals, key=lambda one: abs(number_of(one, "at_s") - number_of(event, "at_s"))
            )
            found.setdefault(text_of(event, "speaker"), text_of(nearest, "line"))
    return found


def _sentence(
    final: Event, hypotheses: Sequence[Event], languages: Mapping[str, str]
) -> TrueSentence:
    words = words_of(final)
    closing = min(
        (event for event in hypotheses if event.get("final")),
        key=lambda one: abs(number_of(one, "at_s") - number_of(final, "at_s")),
    )
    speaker = text_of(closing, "speaker")
    return TrueSentence(
        " ".join(text for text, _ in words),
        words[0][1][0],
        words[-1][1][1],
        speaker,
        languages[speaker],
    )


def _heard(event: Event, finals: Sequence[Event]) -> Heard:
    at_s, speaker = number_of(event, "at_s"), text_of(event, "speaker")
    if event["event"] == "speech":
        return Heard(at_s, speaker, SpeechEdge(at_s, event.get("state") == "start"))
    heard_s = number_of(event, "heard_s")
    words = event.get("words")
    texts = [str(word) for word in words] if isinstance(words, list) else []
    later = [one for one in finals if number_of(one, "at_s") >= at_s - 0.01]
    timed = words_of(later[0]) if later else words_of(finals[-1])
    return Heard(
        at_s, speaker, Hypothesis(_timed(texts, timed, heard_s), heard_s, bool(event.get("final")))
    )


def _timed(
    texts: Sequence[str], final: Sequence[tuple[str, list[float]]], heard_s: float
) -> tuple[Word, ...]:
    """Times of the final for the words that it has too; the others share the time between."""
    if not texts:
        return ()
    starts: dict[int, tuple[float, float]] = {}
    matcher = SequenceMatcher(None, list(texts), [text for text, _ in final], autojunk=False)
    for block in matcher.get_matching_blocks():
        for offset in range(block.size):
            start_s, end_s = final[block.b + offset][1]
            if start_s < heard_s:
                starts[block.a + offset] = (start_s, min(end_s, heard_s))
    known = sorted(starts)
    first_s = min(final[0][1][0], heard_s)
    edges = [(-1, first_s, first_s), *((place, *starts[place]) for place in known)]
    edges.append((len(texts), heard_s, heard_s))
    for (left, _, left_end_s), (right, right_start_s, _) in pairwise(edges):
        count = right - left - 1
        step_s = max(right_start_s - left_end_s, 0.0) / max(count, 1)
        for number in range(count):
            begin_s = left_end_s + number * step_s
            starts[left + 1 + number] = (begin_s, begin_s + step_s)
    return tuple(Word(text, *starts[place]) for place, text in enumerate(texts))
