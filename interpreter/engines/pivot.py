"""A translator over a third language: each hop is a translator of its own, one after the other.

Here is what gets lost between hops: which words of the text are names, and what it began like.
"""

from collections.abc import AsyncIterator, Sequence

from interpreter.engines.translator import TranslationRequest, Translator
from interpreter.engines.writing import polished, without_opening_capitals


class PivotTranslator:
    """Translates by several translators, whose errors are its own."""

    def __init__(self, hops: Sequence[Translator]) -> None:
        self._hops = tuple(hops)

    @property
    def label(self) -> str:
        return " + ".join(hop.label for hop in self._hops)

    @property
    def can_condense(self) -> bool:
        return False

    @property
    def can_repair(self) -> bool:
        return False

    @property
    def step_words(self) -> int:
        return 1

    async def translate(self, request: TranslationRequest) -> AsyncIterator[str]:
        """Yield the translation in one piece.

        The context stays behind: it is in the first and the last language, which no hop joins.
        """
        text = request.text
        for hop in self._hops:
            # A rule-based translator reads a strange capital as a name, and leaves the word:
            # Catalan "Mai he estat" (I have never been) would lose its negation in French.
            known = text if text is request.text else without_opening_capitals(text, request.text)
            text = "".join([piece async for piece in hop.translate(TranslationRequest(known))])
        if text:
            yield polished(text, request.text)

    async def aclose(self) -> None:
        for hop in self._hops:
            await hop.aclose()
