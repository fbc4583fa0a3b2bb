"""Frames in at their time, a recording on the talk's clock out."""

import wave
from pathlib import Path

import numpy as np
import pytest
from livekit import rtc

from interpreter.rehearsal.listener import SAMPLE_RATE_HZ, TimedRecording, create_recording

FRAME = SAMPLE_RATE_HZ // 50


def frame(level: int) -> rtc.AudioFrame:
    return rtc.AudioFrame(np.full(FRAME, level, np.int16).tobytes(), SAMPLE_RATE_HZ, 1, FRAME)


def loud_from_s(path: Path) -> float:
    with wave.open(str(path)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    return float(np.flatnonzero(samples)[0] / SAMPLE_RATE_HZ)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "es.wav"


def recording(path: Path, zero_s: float | None) -> TimedRecording:
    return create_recording(path, lambda: zero_s)


def test_sound_stands_at_its_second_of_the_talk(path: Path) -> None:
    taken = recording(path, 10.0)
    taken.write(frame(1000), now_s=12.52)
    taken.file.close()
    assert loud_from_s(path) == pytest.approx(2.5, abs=0.001)


def test_frames_that_come_late_are_not_torn_apart(path: Path) -> None:
    taken = recording(path, 10.0)
    for index, jitter_s in enumerate((0.0, 0.03, 0.01, 0.05)):
        taken.write(frame(1000), now_s=10.02 + 0.02 * index + jitter_s)
    taken.file.close()
    with wave.open(str(path)) as file:
        assert file.getnframes() == 4 * FRAME


def test_a_gap_is_silence(path: Path) -> None:
    taken = recording(path, 10.0)
    taken.write(frame(0), now_s=10.02)
    taken.write(frame(1000), now_s=15.02)
    taken.file.close()
    assert loud_from_s(path) == pytest.approx(5.0, abs=0.001)


def test_what_comes_before_the_talk_is_left_out(path: Path) -> None:
    taken = recording(path, None)
    taken.write(frame(1000), now_s=9.0)
    taken.file.close()
    with wave.open(str(path)) as file:
        assert file.getnframes() == 0
