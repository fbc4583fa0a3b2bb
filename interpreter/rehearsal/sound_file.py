"""Any sound file → mono 16-bit samples in blocks; what is wrong with it is said in a sentence."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from interpreter.errors import BadSoundFile

SAMPLE_RATE_HZ = 48_000
SILENCE_PEAK = 0.003
"""−50 dBFS: nothing louder than this is speech."""
CLIPPED_SHARE = 0.005

Samples = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class SoundFile:
    """A file that was decoded once from beginning to end."""

    path: Path
    duration_s: float
    peak: float
    """0..1."""
    clipped_share: float
    """Share of samples at full scale."""

    @property
    def is_clipped(self) -> bool:
        return self.clipped_share > CLIPPED_SHARE


def check_sound(path: Path) -> SoundFile:
    """Decode the whole file once; raises BadSoundFile for no sound, silence, or another file
    type."""
    samples, peak, clipped = 0, 0, 0
    for block in sound_blocks(path):
        samples += block.size
        loud = np.abs(block.astype(np.int32))
        peak = max(peak, int(loud.max(initial=0)))
        clipped += int((loud >= 32_700).sum())
    if samples == 0:
        raise BadSoundFile(f"{path} holds no sound. Give a file with speech in it.")
    if peak / 32_768 < SILENCE_PEAK:
        raise BadSoundFile(
            f"{path} is silent (its loudest moment is {peak / 32_768:.4f} of full scale). "
            "Check the recording, or raise its level."
        )
    return SoundFile(path, samples / SAMPLE_RATE_HZ, peak / 32_768, clipped / samples)


def equal_blocks(blocks: Iterable[Samples], size: int) -> Iterator[Samples]:
    """The same sound in blocks of so many samples; the last one is filled up with silence."""
    rest = np.zeros(0, np.int16)
    for block in blocks:
        rest = np.concatenate([rest, block])
        whole = rest.size // size * size
        yield from rest[:whole].reshape(-1, size)
        rest = rest[whole:]
    if rest.size:
        yield np.concatenate([rest, np.zeros(size - rest.size, np.int16)])


def sound_blocks(path: Path) -> Iterator[Samples]:
    """The file's sound, mixed to mono at 48 kHz, block by block."""
    if not path.is_file():
        raise BadSoundFile(f"There is no file {path}.")
    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise BadSoundFile(f"{path} has no sound track. Give a sound file, such as WAV.")
            resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE_HZ)
            for frame in container.decode(audio=0):
                for part in resampler.resample(frame):
                    yield np.asarray(part.to_ndarray(), np.int16).reshape(-1)
            for part in resampler.resample(None):
                yield np.asarray(part.to_ndarray(), np.int16).reshape(-1)
    except av.FFmpegError as error:
        raise BadSoundFile(
            f"{path} cannot be read as sound ({error.strerror}). "
            "Give a WAV, FLAC, MP3, OGG or M4A file."
        ) from error
