"""What a translator is, whoever makes it: an LLM, or a plain MT engine."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class TranslationRequest:
    """One unit to translate, with what helps: earlier (source, target) pairs, oldest first."""

    text: str
    context: tuple[tuple[str, str], ...] = ()


class Translator(Protocol):
    """Translates units of one pair; text arrives in pieces, a plain MT engine yields one."""

    @property
    def label(self) -> str:
        """The engine's name as the transcript shows it."""
        ...

    def translate(self, request: TranslationRequest) -> AsyncIterator[str]:
        """Yield the translation; raises EngineUnavailable or EngineRefused."""
        ...

    async def aclose(self) -> None: ...
