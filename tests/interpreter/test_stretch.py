"""Faster speech keeps its pitch and loses nothing."""

import numpy as np
import pytest
from livekit import rtc

from interpreter.stretch import TimeStretch

RATE_HZ = 22_050
TONE_HZ = 220.0


def frames(seconds: float) -> list[rtc.AudioFrame]:
    count = int(seconds * RATE_HZ)
    tone = 8000 * np.sin(2 * np.pi * TONE_HZ * np.arange(count) / RATE_HZ)
    parts = np.array_split(tone.astype(np.int16), 20)
    return [rtc.AudioFrame(part.tobytes(), RATE_HZ, 1, len(part)) for part in parts]


@pytest.mark.parametrize("rate", [0.9, 1.0, 1.15, 1.25])
def test_a_rate_changes_the_duration_and_not_the_pitch(rate: float) -> None:
    stretch = TimeStretch(rate, RATE_HZ)
    out = [one for frame in frames(2.0) for one in stretch.push(frame)]
    out += stretch.flush()
    sound = np.concatenate([np.frombuffer(frame.data, np.int16) for frame in out])
    assert len(sound) / RATE_HZ == pytest.approx(2.0 / rate, abs=0.05)
    spectrum = np.abs(np.fft.rfft(sound[:RATE_HZ].astype(float)))
    assert spectrum.argmax() == pytest.approx(TONE_HZ, abs=3)
    assert np.abs(sound).max() > 7000
