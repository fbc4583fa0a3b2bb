"""The event log of a talk → what was taken back: caption words, and speech that must stay; pure."""

import re
from collections.abc import Iterable, Mapping, Sequence

from interpreter.unit_events import Event, events_of, int_of, text_of


def flicker(captions: Mapping[str, Sequence[str]]) -> float:
    """Normalised erasure: words that vanished, in whole or in part, per word of the final texts.

    `captions` are the texts of each segment in the order they were shown.
    """
    erased = sum(
        _erased_words(before, after)
        for texts in captions.values()
        for before, after in zip(texts, texts[1:], strict=False)
    )
    final = sum(len(texts[-1].split()) for texts in captions.values())
    return erased / final if final else 0.0


def _erased_words(before: str, after: str) -> int:
    kept = 0
    while kept < min(len(before), len(after)) and before[kept] == after[kept]:
        kept += 1
    return sum(word.end() > kept for word in re.finditer(r"\S+", before))


def append_only_violations(events: Sequence[Event], target: str) -> int:
    """How often something was taken back: speech that was played out of the order in which it was
    asked for, or not asked for at all, and final captions that changed."""
    asked = [
        (int_of(event, "unit"), text_of(event, "text"))
        for event in events_of(events, target)
        if event["event"] == "speech_request"
    ]
    played = [
        (int_of(event, "unit"), text_of(event, "text"))
        for event in events_of(events, target)
        if event["event"] == "playout"
    ]
    place, count = 0, 0
    for one in played:
        if one in asked[place:]:
            place = asked.index(one, place) + 1
        else:
            count += 1
    return count + _changed_finals(events, target)


def _changed_finals(events: Sequence[Event], language: str) -> int:
    finals: dict[str, str] = {}
    count = 0
    for event in events:
        if event["event"] != "caption" or event.get("language") != language:
            continue
        segment, text = text_of(event, "segment"), text_of(event, "text")
        if segment in finals and finals[segment] != text:
            count += 1
        elif event.get("final"):
            finals[segment] = text
    return count


def captions_of(events: Iterable[Event], language: str) -> dict[str, list[str]]:
    """The texts of each segment of a language, in the order they were shown."""
    texts: dict[str, list[str]] = {}
    for event in events:
        if event["event"] == "caption" and event.get("language") == language:
            texts.setdefault(text_of(event, "segment"), []).append(text_of(event, "text"))
    return texts
