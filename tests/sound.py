"""What is in a sound: whether a recording says the same as a reference, wherever it says it."""

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import correlate, oaconvolve, resample_poly, stft

RATE_HZ = 16_000
HOP_S = 0.01
BANDS = 32
PART_S = 0.7
DRIFT_S = 0.15
"""A receiver's jitter buffer stretches and shortens what it plays: between one part of a reference
and the next, a recording may gain or lose so much."""

Sound = NDArray[np.float64]


def read_wav(path: Path) -> Sound:
    """A mono 16-bit WAV file at 16 kHz, −1..1."""
    with wave.open(str(path)) as file:
        assert file.getnchannels() == 1
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16) / 32_768
        return resampled(samples, file.getframerate())


def resampled(samples: Sound, rate_hz: int) -> Sound:
    divisor = int(np.gcd(rate_hz, RATE_HZ))
    return np.asarray(resample_poly(samples, RATE_HZ // divisor, rate_hz // divisor), np.float64)


def level_dbfs(sound: Sound) -> float:
    """RMS of the parts that are not silent."""
    frames = sound[: len(sound) // 160 * 160].reshape(-1, 160)
    powers = (frames**2).mean(axis=1)
    loud = powers[powers > 1e-6]
    return float(10 * np.log10(loud.mean())) if loud.size else -120.0


def pitch_db(sound: Sound, hz: float, step_s: float, width_s: float = 0.05) -> Sound:
    """How loud a pitch is around each step, dB of full scale; the wider it listens, the better it
    tells pitches apart, and the less sharply moments."""
    width = round(RATE_HZ * width_s)
    window = np.hanning(width) / np.hanning(width).sum()
    tone = sound * np.exp(-2j * np.pi * hz * np.arange(len(sound)) / RATE_HZ)
    amplitude = 2 * np.abs(oaconvolve(tone, window, "same"))[:: round(step_s * RATE_HZ)]
    return np.asarray(20 * np.log10(np.maximum(amplitude, 1e-6)), np.float64)


def likeness(recording: Sound, reference: Sound) -> float:
    """How well the best-fitting stretch of the recording matches the reference's spectrogram:
    −1..1.

    The same voice saying the same words gives about 0.95 through Opus and a jitter buffer, other
    words 0.3 to 0.5.
    """
    return find(recording, reference)[0]


def find(recording: Sound, reference: Sound) -> tuple[float, float]:
    """The likeness of the best-fitting stretch, and the second at which it begins."""
    heard, wanted = _bands(recording), _bands(reference)
    length = wanted.shape[1]
    if heard.shape[1] < length:
        return -1.0, 0.0
    parts = np.array_split(wanted, max(1, round(length * HOP_S / PART_S)), axis=1)
    drift = round(DRIFT_S / HOP_S)
    total, begins = np.zeros(0), np.zeros(0, np.int64)
    """Of the best path that ends with this part at each place: its sum of fits, and where it
    began."""
    for index, part in enumerate(parts):
        fits = _fits(heard, part)
        if index == 0:
            total, begins = fits, np.arange(len(fits))
            continue
        step = parts[index - 1].shape[1]
        expected = np.arange(len(fits)) - step
        places = expected[:, None] + np.arange(-drift, drift + 1)
        sums = np.where(
            (places >= 0) & (places < len(total)),
            total[np.clip(places, 0, len(total) - 1)],
            -np.inf,
        )
        best = sums.argmax(axis=1)
        chosen = np.clip(places[np.arange(len(fits)), best], 0, len(total) - 1)
        total, begins = fits + sums.max(axis=1), begins[chosen]
    end = int(total.argmax())
    return float(total[end] / len(parts)), float(begins[end] * HOP_S)


def _fits(heard: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.float64]:
    """The correlation of `wanted` with every stretch of its length."""
    wanted = wanted - wanted.mean(axis=1, keepdims=True)
    length = wanted.shape[1]
    dots = sum(
        correlate(heard[band], wanted[band], mode="valid", method="fft") for band in range(BANDS)
    )
    ones = np.ones(length)
    sums = np.stack([correlate(heard[b], ones, mode="valid", method="fft") for b in range(BANDS)])
    squares = sum(correlate(heard[b] ** 2, ones, mode="valid", method="fft") for b in range(BANDS))
    energy = squares - (sums**2).sum(axis=0) / length
    norms = np.sqrt(np.maximum(energy, 1e-9) * (wanted**2).sum())
    return np.asarray(dots / norms, np.float64)


def _bands(sound: Sound) -> NDArray[np.float64]:
    """Log energy in 32 bands up to 6 kHz, every 10 ms, with silence as the floor."""
    hop = int(RATE_HZ * HOP_S)
    _, _, spectrum = stft(sound, RATE_HZ, nperseg=512, noverlap=512 - hop)
    power = np.abs(spectrum[: 6 * BANDS]) ** 2
    bands = power.reshape(BANDS, 6, -1).sum(axis=1)
    return np.asarray(np.log10(bands + 1e-6), np.float64)
