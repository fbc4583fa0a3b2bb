"""What a plugin's recogniser says here, however it hears: words with times of the sound that was
pushed, and the end of each utterance."""

from collections.abc import Sequence

from livekit.agents import LanguageCode, stt
from livekit.agents.types import TimedString

from interpreter.engines.timed_words import ends_s
from languages.spacing import joined

HEARD_S = "heard_s"
"""Where hearing.py finds up to which second of its stream the engine has heard
(`SpeechData.metadata`)."""
SETTLED, ROUGH = "settled", "rough"
"""Where an engine says that words were made final although it had not ended them: what was said
after them may come yet; and that it does not know when a word was said, so that their times are
spread over the sound."""
AGAIN = "again"
"""Says that an engine is connected again; only who listens to it in a chain heeds that, and who
counts what was used does not."""
OWN = "own"
"""Stands where an engine of ours finds by itself where a turn begins and ends
(`SpeechEvent.request_id`): its server has said nothing by that."""
RATE_HZ = 16_000

Believed = tuple[stt.SpeechData, list[TimedString]]
"""What an engine says, and the words of it that are new, by our time."""


class Utterances(stt.RecognizeStream):
    """One speaker's stream."""

    _pushed_s = 0.0
    _since_s = 0.0
    """No word of the utterance that is still open is before this."""
    _told_s = 0.0
    """Where the last word ends that was told of, final or not."""

    def _say(
        self,
        data: stt.SpeechData,
        words: list[TimedString],
        *,
        is_final: bool,
        heard_s: float | None = None,
        is_settled: bool = False,
        is_rough: bool = True,
    ) -> None:
        kinds = stt.SpeechEventType
        said = stt.SpeechData(
            language=data.language,
            text=joined(words),
            confidence=data.confidence,
            words=words,
            metadata={
                HEARD_S: self._pushed_s if heard_s is None else heard_s,
                SETTLED: is_settled,
                ROUGH: is_rough,
            },
        )
        kind = kinds.FINAL_TRANSCRIPT if is_final else kinds.INTERIM_TRANSCRIPT
        self._event_ch.send_nowait(stt.SpeechEvent(kind, alternatives=[said]))
        self._told_s = max(self._told_s, float(words[-1].end_time or 0.0))
        if is_final:
            self._since_s = max(self._since_s, self._told_s)

    def _end(self, *, is_done: bool = True) -> None:
        """`is_done`: no word of before this will come any more."""
        if is_done:
            self._since_s = max(self._since_s, self._pushed_s)
        self._event_ch.send_nowait(stt.SpeechEvent(stt.SpeechEventType.END_OF_SPEECH))


def connected_again() -> stt.SpeechEvent:
    """What an engine tells as it connects again: to everybody else, a use that costs nothing."""
    data = stt.SpeechData(LanguageCode(""), "", metadata={AGAIN: True})
    kind, usage = stt.SpeechEventType.RECOGNITION_USAGE, stt.RecognitionUsage(audio_duration=0.0)
    return stt.SpeechEvent(kind, AGAIN, alternatives=[data], recognition_usage=usage)


def is_connected_again(event: stt.SpeechEvent) -> bool:
    return any((data.metadata or {}).get(AGAIN) for data in event.alternatives)


def spread(words: Sequence[str], start_s: float, end_s: float) -> list[TimedString]:
    """Words over a stretch of sound, each as long as it has letters."""
    letters = sum(map(len, words))
    found, at_s = list[TimedString](), start_s
    for word in words:
        long_s = (end_s - start_s) * len(word) / letters
        found.append(TimedString(word, start_time=at_s, end_time=at_s + long_s))
        at_s += long_s
    return found


def has_times(data: stt.SpeechData) -> bool:
    """Whether its engine knows when a word was said."""
    return any(ends_s(word) > 0.0 for word in data.words or ())


def is_rough(data: stt.SpeechData) -> bool:
    """Whether its words' times are guessed."""
    return not has_times(data) or bool((data.metadata or {}).get(ROUGH))
