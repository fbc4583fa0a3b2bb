"""Holes in a voice that never pauses inside a unit, as a listener's ears have it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from interpreter.heard import Interval

HOLE_S = 0.04
MARGIN_S = 0.4
"""A unit is heard later than it is played; so near its ends silence may be before or after it."""


@dataclass(slots=True)
class HeardVoice:
    """When a voice sounded, frame by frame, on the track's own time."""

    silences: list[Interval] = field(default_factory=list)
    """Longer than a hole, between two sounds."""
    sounded_s: float = 0.0
    _loud_until_s: float | None = None

    def frame(self, ends_s: float, duration_s: float, is_loud: bool) -> None:
        """The next frame, which ends at this time of the room."""
        if not is_loud:
            return
        starts_s = ends_s - duration_s
        if self._loud_until_s is not None and starts_s - self._loud_until_s > HOLE_S:
            self.silences.append(Interval(self._loud_until_s, starts_s))
        self._loud_until_s = ends_s
        self.sounded_s += duration_s


def holes(silences: Iterable[Interval], spoken: Sequence[Interval]) -> list[Interval]:
    """Those silences that lie inside what was spoken in one breath."""
    return [
        silence
        for silence in silences
        if any(
            said.start_s + MARGIN_S < silence.start_s and silence.end_s < said.end_s - MARGIN_S
            for said in spoken
        )
    ]
