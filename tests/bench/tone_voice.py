"""A voice that is one pitch for as long as its text takes: a measurement tells it from humans."""

import numpy as np
from livekit.agents import APIConnectOptions, tts
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS
from livekit.agents.utils import shortuuid

RATE_HZ = 24_000
PEAK = 0.2
RAMP_S = 0.01
"""Begins and ends softly: a click has every pitch."""


class ToneVoice(tts.TTS[str]):
    """At 13 letters a second a talk in Spanish has hardly a pause."""

    def __init__(self, *, hz: float = 880.0, letters_a_second: float = 13.0) -> None:
        super().__init__(
            capabilities=tts.TTSCapabilities(streaming=False), sample_rate=RATE_HZ, num_channels=1
        )
        self.hz = hz
        self.letters_a_second = letters_a_second

    def synthesize(
        self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> tts.ChunkedStream:
        return _Tone(self, text, conn_options)


class _Tone(tts.ChunkedStream):
    def __init__(self, voice: ToneVoice, text: str, options: APIConnectOptions) -> None:
        super().__init__(tts=voice, input_text=text, conn_options=options)
        self._voice = voice

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        output_emitter.initialize(
            request_id=shortuuid("tone_"),
            sample_rate=RATE_HZ,
            num_channels=1,
            mime_type="audio/pcm",
        )
        samples = int(len(self._input_text) / self._voice.letters_a_second * RATE_HZ)
        at_s = np.arange(samples) / RATE_HZ
        ramp = np.clip(np.minimum(at_s, at_s[::-1]) / RAMP_S, 0, 1)
        sound = PEAK * ramp * np.sin(2 * np.pi * self._voice.hz * at_s)
        output_emitter.push((32_767 * sound).astype(np.int16).tobytes())
        output_emitter.flush()
