"""Sound files in; samples, or a sentence that says what to do, out."""

import wave
from pathlib import Path

import numpy as np
import pytest

from interpreter.errors import BadSoundFile
from interpreter.rehearsal.sound_file import SAMPLE_RATE_HZ, check_sound, sound_blocks


def write(path: Path, samples: "np.ndarray[tuple[int], np.dtype[np.int16]]", rate_hz: int) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(samples.astype(np.int16).tobytes())
    return path


def tone(
    seconds: float, rate_hz: int, level: float
) -> "np.ndarray[tuple[int], np.dtype[np.int16]]":
    time_s = np.arange(int(seconds * rate_hz)) / rate_hz
    wave_form = np.clip(level * np.sin(2 * np.pi * 440 * time_s), -1, 1)
    return (wave_form * 32_767).astype(np.int16)


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 22_050, 44_100, 48_000])
def test_any_sample_rate_is_read(tmp_path: Path, rate_hz: int) -> None:
    sound = check_sound(write(tmp_path / "talk.wav", tone(1.0, rate_hz, 0.5), rate_hz))
    assert sound.duration_s == pytest.approx(1.0, abs=0.01)
    assert sound.peak == pytest.approx(0.5, abs=0.05)


def test_stereo_is_mixed_to_mono(tmp_path: Path) -> None:
    path = tmp_path / "stereo.wav"
    left = tone(0.5, 16_000, 0.5)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(np.stack([left, np.zeros_like(left)], axis=1).tobytes())
    samples = np.concatenate(list(sound_blocks(path)))
    assert samples.size == pytest.approx(0.5 * SAMPLE_RATE_HZ, rel=0.02)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadSoundFile, match="There is no file"):
        check_sound(tmp_path / "none.wav")


def test_another_file_type_is_said(tmp_path: Path) -> None:
    path = tmp_path / "talk.wav"
    path.write_text("This is a text, and no sound.")
    with pytest.raises(BadSoundFile, match="Give a WAV"):
        check_sound(path)


def test_an_empty_file_is_said(tmp_path: Path) -> None:
    path = write(tmp_path / "talk.wav", np.zeros(0, np.int16), 16_000)
    with pytest.raises(BadSoundFile, match="no sound"):
        check_sound(path)


def test_silence_is_said(tmp_path: Path) -> None:
    path = write(tmp_path / "talk.wav", np.zeros(16_000, np.int16), 16_000)
    with pytest.raises(BadSoundFile, match="is silent"):
        check_sound(path)


def test_clipping_is_noticed(tmp_path: Path) -> None:
    sound = check_sound(write(tmp_path / "talk.wav", tone(1.0, 16_000, 3.0), 16_000))
    assert sound.is_clipped


def test_a_clean_talk_is_not_called_clipped(tmp_path: Path) -> None:
    sound = check_sound(write(tmp_path / "talk.wav", tone(1.0, 16_000, 0.8), 16_000))
    assert not sound.is_clipped


def test_a_long_file_is_read_in_blocks(tmp_path: Path) -> None:
    path = write(tmp_path / "talk.wav", tone(60.0, 16_000, 0.5), 16_000)
    assert max(block.size for block in sound_blocks(path)) < SAMPLE_RATE_HZ
