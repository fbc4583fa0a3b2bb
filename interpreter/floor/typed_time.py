"""When a language's line is typed: what its recogniser hears of that time is not committed. Pure.

By the time of the words: those that were spoken before somebody began to type, and after they
stopped, are the recogniser's, however late it says them. So nothing is captioned twice at a change,
and nothing is left out.
"""

import math
from dataclasses import dataclass, field, replace

from interpreter.events import Hypothesis

REMEMBERED_S = 120.0
"""No recogniser says so late what it heard."""


@dataclass(slots=True)
class TypedTime:
    """The times in which one language was typed."""

    _spans: list[tuple[float, float]] = field(default_factory=list)

    @property
    def is_now(self) -> bool:
        return bool(self._spans) and self._spans[-1][1] == math.inf

    @property
    def since_s(self) -> float:
        """When the typing began that goes on now."""
        return self._spans[-1][0] if self.is_now else math.inf

    def begin(self, at_s: float) -> None:
        """From here on the line is typed."""
        if self.is_now:
            return
        self._spans = [span for span in self._spans if span[1] > at_s - REMEMBERED_S]
        self._spans.append((at_s, math.inf))

    def end(self, at_s: float) -> None:
        """What is spoken from here on is the recogniser's again."""
        if self.is_now:
            begin_s = self._spans[-1][0]
            self._spans[-1] = (begin_s, max(begin_s, at_s))

    def overlaps(self, start_s: float, end_s: float) -> bool:
        """Whether any of this time was typed."""
        return any(begin < end_s and start_s < end for begin, end in self._spans)

    def unmasked(self, hypothesis: Hypothesis) -> Hypothesis:
        """A hypothesis without the words that were spoken while the line was typed."""
        if not self._spans:
            return hypothesis
        words = tuple(
            word for word in hypothesis.words if not self._covers((word.start_s + word.end_s) / 2)
        )
        return hypothesis if words == hypothesis.words else replace(hypothesis, words=words)

    def _covers(self, at_s: float) -> bool:
        return any(begin <= at_s < end for begin, end in self._spans)
