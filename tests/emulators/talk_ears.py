"""Ears that know the talk: they find where in it a sound is from, and have its words from there.

A recogniser with these makes no mistake and costs next to nothing, but hears real speech, through
whatever codec it came: words of sound that never arrived are missing, and of sound that arrived
twice are there twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy
from numpy.typing import NDArray

from interpreter.talks import RATE_HZ, read_talk
from tests.emulators.tones import Said

HOP = RATE_HZ // 50
HOP_S = HOP / RATE_HZ
_FFT = 512
_BANDS = 20
_LOUD = 0.006
"""Level of a hop that has speech."""
_PAUSE_HOPS = 10
"""Where sound was left out, it was between two words that are so far apart."""
_PARTING_HOPS = 6
"""No word goes on beyond a pause of so many: the closure of a "t" is shorter."""
_CUT_HOPS = 20
"""No sound was left out of a shorter pause: what comes after it tells where it is from, too."""
_SHORTEST, _LONGEST = 15, 60
"""Hops of speech that a place is found by, at least and at most."""
_ALIKE, _SURE, _AHEAD = 0.55, 0.12, 0.1
"""How alike a place must be; how much more than any other; and than where it is expected."""
_NEAR = 15
"""Receivers stretch and shorten sound by so many hops at once, at most."""

_TOGETHER = 5
"""Hops that are looked at together."""

Bands = NDArray[numpy.float64]
_NOTHING = numpy.zeros(0)


@dataclass(frozen=True, slots=True)
class Talk:
    """What is said, when, and what it sounds like."""

    words: tuple[Said, ...]
    bands: Bands
    middle: Bands
    """Of all its loud hops: what is usual says nothing."""


def read_prepared(wav: Path) -> Talk:
    """A talk of `interpreter.talks`, or several in one file."""
    sound, sentences = read_talk(wav)
    bands, loud = _bands(sound)
    middle = numpy.asarray(bands[loud].mean(axis=0))
    words: list[Said] = []
    for one in sentences:
        hops = numpy.arange(round(one.start_s / HOP_S), min(round(one.end_s / HOP_S), len(loud)))
        words += _timed(one.text, hops, loud)
    return Talk(tuple(words), _alone(bands, loud, middle), middle)


class TalkEars:
    """Hears one talk, in any number of connections."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk

    def listen(self) -> "_Listening":
        return _Listening(self._talk)


class _Listening:
    """Places are hops of the talk, times are hops of the connection."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._rest = numpy.zeros(0)
        self._bands: list[Bands] = []
        self._loud: list[bool] = []
        self._offset: int | None = None
        """Place less time; None: not found yet."""
        self._run = 0
        """When the speech of now began, after a pause …"""
        self._is_placed = False
        """… and whether its own place is found."""
        self._quiet = 0
        self._covered = 0
        """Up to here times have their words."""
        self._reached = 0
        """The same as a place."""
        self._next = -1
        """The talk's first word that may come; -1: any."""
        self._open: list[tuple[int, Said]] = []
        self._finished = 0
        """No word begins before this time."""

    async def push(self, pcm: bytes) -> Sequence[Said]:
        self._add(pcm)
        return [word for ends, word in self._open if ends <= len(self._loud)]

    async def finish(self) -> Sequence[Said]:
        self._add_rest()
        self._look(at_last=True)
        words = [word for _, word in self._open]
        self._open, self._finished = [], len(self._loud)
        self._run, self._is_placed = len(self._loud), False  # some may leave out the pause here
        return words

    async def aclose(self) -> None:
        pass

    def _add(self, pcm: bytes) -> None:
        samples = numpy.frombuffer(pcm, numpy.int16) / 32768.0
        sound = numpy.concatenate([self._rest, samples])
        hops = (len(sound) - (_FFT - HOP)) // HOP
        if hops < _TOGETHER:
            self._rest = sound
            return
        self._rest = sound[hops * HOP :]
        self._hear(sound[: hops * HOP + _FFT - HOP])

    def _add_rest(self) -> None:
        """Nothing comes after it: a word may end there."""
        hops = len(self._rest) // HOP
        sound, self._rest = self._rest[: hops * HOP], self._rest[hops * HOP :]
        if hops:
            self._hear(numpy.concatenate([sound, numpy.zeros(_FFT - HOP)]))

    def _hear(self, sound: NDArray[numpy.float64]) -> None:
        bands, loud = _bands(sound, is_whole=False)
        new = _alone(bands, loud, self._talk.middle)
        for time in range(len(new)):
            self._bands.append(new[time])
            self._loud.append(bool(loud[time]))
            self._step(len(self._loud) - 1)
        if self._loud[-1]:
            self._look()

    def _step(self, time: int) -> None:
        if not self._loud[time]:
            self._quiet += 1
            return
        if self._quiet >= _PAUSE_HOPS:
            self._look(at_last=self._quiet >= _CUT_HOPS, until=time)
            if self._is_placed or self._quiet >= _CUT_HOPS:
                self._run, self._is_placed = time, False
        self._quiet = 0

    def _look(self, *, at_last: bool = False, until: int | None = None) -> None:
        """Find where the speech of now is from, and take its words."""
        now = len(self._loud) if until is None else until
        begin = max(self._run, now - _LONGEST)
        spoken = sum(self._loud[begin:now])
        if spoken >= _SHORTEST or (at_last and spoken >= 5 and not self._is_placed):
            self._place(begin, now, at_last=at_last)
        if self._offset is not None and (self._is_placed or at_last):
            self._take(now)

    def _place(self, begin: int, now: int, *, at_last: bool) -> None:
        expected = -1 if self._offset is None else begin + self._offset
        first = max(0, expected - _NEAR)
        near = self._alike(begin, now, first, expected + _NEAR + 1) if expected >= 0 else _NOTHING
        if self._is_placed and near.max(initial=-1.0) >= _ALIKE:
            self._found(first + int(near.argmax()) - begin)
            return
        alike = self._alike(begin, now, 0, len(self._talk.bands))
        best = int(alike.argmax())
        if near.max(initial=-1.0) >= max(_ALIKE, alike[best] - _AHEAD):
            self._found(first + int(near.argmax()) - begin)
            return
        others = alike.copy()
        others[max(0, best - 25) : best + 26] = -1
        is_sure = alike[best] - others.max() >= _SURE or (at_last and not self._is_placed)
        if alike[best] >= _ALIKE and is_sure:
            self._found(best - begin)

    def _found(self, offset: int) -> None:
        if not self._is_placed:
            self._covered = max(self._covered, self._run - _PAUSE_HOPS // 2)
        self._offset, self._is_placed = offset, True

    def _alike(self, begin: int, now: int, first: int, end: int) -> Bands:
        """Of each place from `first` on that this stretch may begin at."""
        times = numpy.flatnonzero(self._loud[begin:now])
        heard = numpy.stack([self._bands[begin + int(time)] for time in times])
        count = max(min(end, len(self._talk.bands)) - first, 0)
        known = self._talk.bands[first : first + count + int(times[-1])]
        like = heard @ known.T
        total = numpy.zeros(count)
        for row, after in zip(like, times, strict=True):
            part = row[after : after + count]
            total[: len(part)] += part
        return numpy.asarray(total / len(times))

    def _take(self, now: int) -> None:
        """The words of what is placed now."""
        assert self._offset is not None
        first, last = self._covered + self._offset, now + self._offset
        if abs(first - self._reached) <= _NEAR:
            first = min(first, self._reached)
        self._covered, self._reached = now, last
        for number, word in enumerate(self._talk.words):
            middle = round((word.start_s + word.end_s) / 2 / HOP_S)
            if number <= self._next or not first <= middle < last:
                continue
            self._next = number
            start, end = (round(at_s / HOP_S) - self._offset for at_s in (word.start_s, word.end_s))
            start = max(start, self._finished)
            end = max(end, start + 1)
            self._open.append((end, Said(word.text, start * HOP_S, end * HOP_S)))


def _timed(text: str, hops: NDArray[numpy.int64], loud: NDArray[numpy.bool_]) -> list[Said]:
    """The words of a sentence, each as long as it has letters, of the time that is not silent."""
    spoken = hops[loud[hops]]
    words = text.split()
    ends = numpy.cumsum([len(word) + 1 for word in words])
    places = [0, *(int(end) for end in len(spoken) * ends // ends[-1])]
    timed: list[Said] = []
    for word, (first, last) in zip(words, pairwise(places), strict=True):
        own = _longest(spoken[min(first, len(spoken) - 1) : max(last, first + 1)])
        timed.append(Said(word, float(own[0] * HOP_S), float((own[-1] + 1) * HOP_S)))
    return timed


def _longest(hops: NDArray[numpy.int64]) -> NDArray[numpy.int64]:
    """Without what of it is beyond a pause."""
    cuts = numpy.flatnonzero(numpy.diff(hops) > _PARTING_HOPS) + 1
    return max(numpy.split(hops, cuts), key=len)


def _bands(
    sound: NDArray[numpy.float64], *, is_whole: bool = True
) -> tuple[Bands, NDArray[numpy.bool_]]:
    """Log energies of each hop, and whether it is loud."""
    if is_whole:
        sound = numpy.concatenate([sound, numpy.zeros(_FFT - HOP)])
    count = (len(sound) - (_FFT - HOP)) // HOP
    frames = numpy.lib.stride_tricks.sliding_window_view(sound, _FFT)[::HOP][:count]
    power = numpy.abs(numpy.fft.rfft(frames * numpy.hanning(_FFT), axis=1)) ** 2
    edges = numpy.geomspace(4, 200, _BANDS + 1).astype(int)
    bands = numpy.stack(
        [power[:, a : max(b, a + 1)].mean(axis=1) for a, b in pairwise(edges)], axis=1
    )
    level = numpy.sqrt((frames[:, :HOP] ** 2).mean(axis=1))
    return numpy.log10(bands + 1e-5), level > _LOUD


def _alone(bands: Bands, loud: NDArray[numpy.bool_], middle: Bands) -> Bands:
    """Each loud hop as what is unusual about it, of length 1."""
    unusual = (bands - middle) * loud[:, None]
    length = numpy.linalg.norm(unusual, axis=1, keepdims=True)
    return numpy.asarray(unusual / numpy.maximum(length, 1e-9))
