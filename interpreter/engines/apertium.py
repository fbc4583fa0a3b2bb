"""Apertium as a translator; its programs run in the machine's engine host (`apertium_pipeline.py`).

Here the text is made as the engine knows words; `writing.py` makes what comes back fit to read.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator

from interpreter.engines.host_client import connected
from interpreter.engines.kinds import OFFLINE_ENGINES, Kind
from interpreter.engines.metrics import answered
from interpreter.engines.routes import Hop
from interpreter.engines.translator import TranslationRequest
from interpreter.engines.writing import polished, with_number_signs, with_opening_signs
from interpreter.errors import EngineRefused, EngineUnavailable
from interpreter.events import EngineKind
from interpreter.settings import Settings

_FIRST_PERSON = re.compile(r"(?<![\w'])i(?=$|[\s,.;:!?]|'(?:m|ve|ll|d)\b)")
_OPENING = re.compile(r"[¿¡]")
_SPACES = re.compile(r"\s+")


class ApertiumTranslator:
    """Translates by one of Apertium's pairs."""

    def __init__(self, hop: Hop, settings: Settings) -> None:
        self._pair = hop.pair
        self._source = hop.source
        self._target = hop.target
        self._settings = settings

    @property
    def label(self) -> str:
        return f"apertium-{self._pair}"

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
        """Yield the translation in one piece; a plain engine has no use for the context."""
        source = _SPACES.sub(" ", request.text).strip()
        if not source:
            return
        answer = await self._ask(prepared(source, self._source.tag))
        for repair in self._target.apertium_repairs:
            answer = repair.wrong.sub(repair.right, answer)
        text = with_number_signs(polished(answer, source), self._source, self._target)
        yield with_opening_signs(text) if self._target.tag == "es" else text

    async def aclose(self) -> None:
        """Nothing to free: each text has its own connection."""

    async def _ask(self, text: str) -> str:
        path, timeout_s = self._settings.engine_socket_path, self._settings.engine_timeout_s
        asked_s = time.perf_counter()
        try:
            async with asyncio.timeout(timeout_s), connected(path, timeout_s) as connection:
                await connection.send("translate", pair=self._pair, text=text)
                answer = (await connection.receive()).text("text")
        except TimeoutError as error:
            raise EngineUnavailable("The translator did not answer in time; try again.") from error
        except ValueError as error:
            raise EngineRefused("The translator's answer makes no sense.") from error
        name = OFFLINE_ENGINES[Kind.TRANSLATOR]
        answered(EngineKind.TRANSLATOR, name, time.perf_counter() - asked_s)
        return answer


def prepared(text: str, language: str) -> str:
    """The text as the engine knows words: a recogniser writes English "I" small, and the signs
    that open a Spanish question would stay in any other language."""
    if language == "en":
        return _FIRST_PERSON.sub("I", text)
    return _OPENING.sub("", text) if language == "es" else text
