"""What engines used, as their providers count it: one request or stretch of sound each, and sums of
them. Pure.

A recogniser is used once per speaker, whatever the number of channels: its language is the spoken
one. A translator's and a voice's is the channel's.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields


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
    """Requests of a translator whose tokens the server did not tell."""
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


def total(amounts: Iterable[Amounts]) -> Amounts:
    """All of it together."""
    return sum(amounts, Amounts())
