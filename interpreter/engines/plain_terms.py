"""A plain MT engine that takes no glossary, made to heed one.

First it translates as ever: often the rendering is there already. Where it is not, the text is
translated again with a noun in the term's place (`terms/standing_in.py`); else the engine's own
word for the term gives way to the rendering, if it is there once and has the rendering's gender.
What can be done neither way stays as the engine has it, and whoever checks translations counts it.
"""

from collections.abc import AsyncIterator, Sequence

from interpreter.engines.translator import TranslationRequest, Translator, WrappedTranslator
from interpreter.events import TermRow
from interpreter.terms.standing_in import replaced, stood_in
from interpreter.terms.verifying import has_rendering
from languages import Language

_KNOWN_ALONE = 2000
"""Translations of terms by themselves that are remembered."""


class PlainTermsTranslator(WrappedTranslator):
    """Another translator's translations, with the renderings that a request asks for."""

    def __init__(self, translator: Translator, source: Language, target: Language) -> None:
        super().__init__(translator)
        self._source = source
        self._target = target
        self._alone: dict[str, str] = {}

    @property
    def can_repair(self) -> bool:
        return False

    async def translate(self, request: TranslationRequest) -> AsyncIterator[str]:
        """Yield the translation in one piece."""
        text = await self._plain(request.text)
        rows = [row for row in request.terms if row.source in request.text]
        rows = [row for row in rows if not has_rendering(text, row, self._target, in_full=True)]
        if rows:
            text = await self._with_terms(request, text, rows)
        if text:
            yield text

    async def _with_terms(
        self, request: TranslationRequest, text: str, rows: Sequence[TermRow]
    ) -> str:
        """The translation with as many of these renderings as can be."""
        asked = [row for row in request.terms if row.source in request.text]
        for chosen in (asked, rows):
            if (restored := await self._stood_in(request.text, chosen)) is not None:
                return restored
        can: list[TermRow] = []
        for row in rows if len(rows) > 1 else ():
            restored = await self._stood_in(request.text, [*can, row])
            if restored is not None:
                text = restored
                can.append(row)
        for row in rows:
            if not row.is_plural and not has_rendering(text, row, self._target):
                alone = await self._translated_alone(row.source)
                text = replaced(text, alone, row, self._target) or text
        return text

    async def _stood_in(self, text: str, rows: Sequence[TermRow]) -> str | None:
        stand_in = stood_in(text, rows, self._source, self._target)
        return stand_in.restored(await self._plain(stand_in.text)) if stand_in else None

    async def _translated_alone(self, term: str) -> str:
        if term not in self._alone:
            if len(self._alone) >= _KNOWN_ALONE:
                self._alone.clear()
            self._alone[term] = (await self._plain(term)).strip(" .")
        return self._alone[term]

    async def _plain(self, text: str) -> str:
        pieces = [p async for p in self.translator.translate(TranslationRequest(text))]
        return "".join(pieces)
