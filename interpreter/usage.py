"""What engines used, as their providers count it: one request or stretch of sound each, and sums of
them. Pure.

A recogniser is used once per speaker, whatever the number of channels: its language is the spoken
one. A translator's and a voice's is the channel's.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields


@dataclass(frozen=True, slots=True)
class UsedEngine:
    """Whose usage it is."""

    kind: str
    """`stt`, `translator` or `tts`."""
    engine: str
    """`module:Class`, or the name of an offline engine."""
    provider: str
    """As the plugin says: `api.openai.com`."""
    model: str
    language: str


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much was used."""

    requests: int = 0
    uncounted: int = 0
    """Requests of a translator or a voice whose tokens the server did not tell: of a voice that is
    paid by its characters, all."""
    audio_s: float = 0.0
    characters: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    """Of the input tokens: those that the provider had in its cache."""
    output_tokens: int = 0

    def __add__(self, other: "Amounts") -> "Amounts":
        names = [one.name for one in fields(Amounts)]
        return Amounts(**{name: getattr(self, name) + getattr(other, name) for name in names})


OnUsage = Callable[[UsedEngine, Amounts], None]
"""Called in the event loop, for each use; returns at once."""


def unnoticed(used: UsedEngine, amounts: Amounts) -> None:
    """For whoever does not ask what engines use."""


Spans = tuple[float, float]
"""From when to when, by the room's clock."""


@dataclass(slots=True)
class Sums:
    """What one job used since it began, by engine and language."""

    rows: dict[UsedEngine, tuple[Amounts, Spans]] = field(default_factory=dict)

    def add(self, used: UsedEngine, amounts: Amounts, at_s: float) -> None:
        """One more use, which ended at `at_s`."""
        before, (first_s, _) = self.rows.get(used, (Amounts(), (at_s, at_s)))
        self.rows[used] = (before + amounts, (first_s, at_s))
