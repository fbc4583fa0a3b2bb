"""What a translator is, whoever makes it: an LLM, or a plain MT engine."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from interpreter.events import TermRow


@dataclass(frozen=True, slots=True)
class TranslationRequest:
    """One unit to translate, closed or still being spoken, with what helps."""

    text: str
    """The source unit so far."""
    context: tuple[tuple[str, str], ...] = ()
    """Earlier (source, target) pairs, oldest first."""
    committed: str = ""
    """Target text that was already spoken for this unit; it stays."""
    has_more: bool = False
    """A translation of its beginning went on after that already: one that does not is cut off."""
    is_open: bool = False
    """The speaker goes on: the unit is not complete."""
    is_concise: bool = False
    """Say it in about 80 % of the words; numbers, names and negations stay."""
    terms: tuple[TermRow, ...] = ()
    """The glossary rows that occur, at most 15."""
    repair: tuple[str, ...] = ()
    """What was wrong with the translation before, in English sentences."""
    is_second: bool = False
    """There is a translation: whoever does not heed `repair` need not be asked."""
    is_warm_up: bool = False
    """Asked for nobody, so that the engine loads what it needs, however long that takes."""


class Translator(Protocol):
    """Translates units of one pair; text arrives in pieces, a plain MT engine yields one."""

    @property
    def label(self) -> str:
        """The engine's name as the transcript shows it."""
        ...

    @property
    def can_condense(self) -> bool:
        """Whether it heeds `is_concise`."""
        ...

    @property
    def can_repair(self) -> bool:
        """Whether it heeds `repair`: asked again as before, it would say the same as before."""
        ...

    @property
    def step_words(self) -> int:
        """So many more words of an open unit are to be waited for before it is asked again: more
        than one where its server has said that it is asked too often."""
        ...

    def translate(self, request: TranslationRequest) -> AsyncIterator[str]:
        """Yield the whole unit's translation; raises EngineUnavailable or EngineRefused.

        A translator that can continue a prefix yields `committed` first and then what follows it.
        Plain MT translates the unit as if nothing had been said: whoever asks compares.
        """
        ...

    async def aclose(self) -> None: ...


class WrappedTranslator:
    """A translator that is another one in all but how it translates."""

    def __init__(self, translator: Translator) -> None:
        self.translator = translator

    @property
    def label(self) -> str:
        return self.translator.label

    @property
    def can_condense(self) -> bool:
        return self.translator.can_condense

    @property
    def can_repair(self) -> bool:
        return self.translator.can_repair

    @property
    def step_words(self) -> int:
        return self.translator.step_words

    async def aclose(self) -> None:
        await self.translator.aclose()
