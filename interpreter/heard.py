"""Recorded sound → when something was heard; and when each spoken unit was, on the recording.

Pure but for reading the file. Knows nothing of languages.
"""

import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from interpreter.errors import BadSoundFile

FRAME_S = 0.01
QUIET = 0.003
"""−50 dBFS: below this root mean square nothing is heard."""
JOINED_GAP_S = 0.1
"""Shorter silences are part of speech: closed lips, not the end of a word."""
SHORTEST_S = 0.03
LARGEST_DELAY_S = 2.0
"""From handing a sample to the track until it is in a listener's ear."""
JITTER_S = 0.15
"""How far a unit may be heard off the common delay: what the receiver's buffer gives and takes."""


@dataclass(frozen=True, slots=True)
class Interval:
    """From `start_s` to `end_s`."""

    start_s: float
    end_s: float


def read_sound_intervals(wav: Path) -> list[Interval]:
    """Where a 16-bit WAV file is not silent."""
    try:
        with wave.open(str(wav), "rb") as file:
            if file.getsampwidth() != 2:
                raise BadSoundFile(f"{wav} has no 16-bit samples; recordings are 16-bit WAV files.")
            samples = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768.0
            mono = samples.reshape(-1, file.getnchannels()).mean(axis=1)
            return sound_intervals(mono, file.getframerate())
    except (wave.Error, EOFError) as error:
        raise BadSoundFile(f"{wav} is no WAV file ({error}).") from error


def sound_intervals(samples: NDArray[np.float64], rate_hz: int) -> list[Interval]:
    """Where mono samples (full scale ±1) are loud enough to be heard."""
    size = round(FRAME_S * rate_hz)
    frames = samples[: len(samples) // size * size].reshape(-1, size)
    is_loud = np.sqrt(np.mean(np.square(frames), axis=1)) > QUIET
    edges = np.flatnonzero(np.diff(np.concatenate(([0], is_loud.astype(np.int8), [0]))))
    found: list[Interval] = []
    for start_s, end_s in (edges.reshape(-1, 2) * FRAME_S).tolist():
        if found and start_s - found[-1].end_s < JOINED_GAP_S:
            found[-1] = Interval(found[-1].start_s, end_s)
        else:
            found.append(Interval(start_s, end_s))
    return [one for one in found if one.end_s - one.start_s >= SHORTEST_S]


def heard_starts(played: Sequence[float], heard: Sequence[Interval]) -> list[float]:
    """When each unit was heard: at the onset near its playout plus the common delay, if any.

    A unit that follows the one before without a silence has no onset of its own.
    """
    delay_s = common_delay(played, heard)
    onsets = np.array([interval.start_s for interval in heard])
    return [_nearest(onsets, start_s + delay_s) for start_s in played]


def common_delay(played: Sequence[float], heard: Sequence[Interval]) -> float:
    """The delay from playout to ear that explains most onsets; 0 when nothing was heard."""
    onsets = np.array([interval.start_s for interval in heard])
    delays = np.subtract.outer(onsets, np.array(played)).ravel()
    delays = np.sort(delays[(delays > -JITTER_S) & (delays < LARGEST_DELAY_S)])
    if delays.size == 0:
        return 0.0
    width_s = JITTER_S / 2
    counts = np.searchsorted(delays, delays + width_s, "right") - np.arange(delays.size)
    first = int(np.argmax(counts))
    return float(np.median(delays[first : first + counts[first]]))


def _nearest(onsets: NDArray[np.float64], expected_s: float) -> float:
    if onsets.size == 0:
        return expected_s
    nearest = float(onsets[np.argmin(np.abs(onsets - expected_s))])
    return nearest if abs(nearest - expected_s) <= JITTER_S else expected_s
