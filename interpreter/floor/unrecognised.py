"""Speakers whose language has no recogniser here: that they speak is known, what they say is not.

The transcript says where it has no words, a line a turn.
"""

import asyncio
from dataclasses import dataclass
from functools import partial

from livekit import rtc
from livekit.agents import vad

from interpreter.floor.hearing import FRAME_MS, SAMPLE_RATE_HZ, end_with
from interpreter.floor.speaker import Speaker
from interpreter.floor.voice_activity import follow_voice

TURN_ENDS_S = 2.0
"""Shorter silences part no turn."""
LONGEST_GAP_S = 30.0
"""Readers of a longer turn are told meanwhile that it goes on."""


@dataclass
class UnrecognisedSpeaker(Speaker):
    """The ears of one speaker without a recogniser: speech without words."""

    _turn_since_s: float | None = None
    """When the turn began that the transcript does not have yet."""
    _voice_until_s: float = 0.0

    def speech_started(self, at_s: float) -> None:
        super().speech_started(at_s)
        if self._turn_since_s is None:
            self._turn_since_s = at_s

    def speech_ended(self, at_s: float) -> None:
        self._voice_until_s = at_s
        super().speech_ended(at_s)

    def has_words(self, now_s: float) -> bool:
        """A voice stands for words where nobody recognises any."""
        return self.is_speaking

    def unheard_s(self, now_s: float) -> float:
        return 0.0

    def untold_s(self, now_s: float) -> float:
        return 0.0

    def tick(self, now_s: float) -> None:
        """Let time pass: a turn that is over, or long, is marked."""
        since_s = self._turn_since_s
        if since_s is None:
            return
        if self.is_speaking and now_s - since_s >= LONGEST_GAP_S:
            self._mark_turn(now_s)
            self._turn_since_s = now_s
        elif not self.is_speaking and now_s - self._voice_until_s >= TURN_ENDS_S:
            self._mark_turn(self._voice_until_s)

    def finish(self, now_s: float) -> None:
        """The speaker has left, or goes on in another language: mark what is open."""
        self._mark_turn(now_s if self.is_speaking else self._voice_until_s)
        super().finish(now_s)

    def _mark_turn(self, until_s: float) -> None:
        since_s, self._turn_since_s = self._turn_since_s, None
        if since_s is not None and not self.spoken.typed.overlaps(since_s, until_s):
            phrase = self.spoken.language.not_recognised
            self._mark_gap("not_recognised", phrase, since_s, until_s)


async def watch(
    speaker: UnrecognisedSpeaker, track: rtc.Track, detector: vad.VAD, gone: asyncio.Event
) -> None:
    """Tell the speaker when their voice sounds, until the track is `gone`."""
    frames = rtc.AudioStream(
        track, sample_rate=SAMPLE_RATE_HZ, num_channels=1, frame_size_ms=FRAME_MS
    )
    try:
        async with asyncio.TaskGroup() as tasks:
            ending = tasks.create_task(end_with(frames, gone), name="unrecognised:end")
            await follow_voice(frames, detector, partial(_note, speaker))
            ending.cancel()
    finally:
        await frames.aclose()


def _note(speaker: UnrecognisedSpeaker, is_voiced: bool) -> None:
    now_s = speaker.spoken.now_s()
    if is_voiced:
        speaker.speech_started(now_s)
    else:
        speaker.speech_ended(now_s)
