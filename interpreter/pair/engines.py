"""What a pair works with: a translator and a voice."""

import asyncio
import logging
from collections.abc import Awaitable
from dataclasses import dataclass

from interpreter.engines.failures import loggable
from interpreter.engines.translator import TranslationRequest, Translator
from interpreter.engines.voice import Voice
from interpreter.events import EngineKind

logger = logging.getLogger(__name__)

WARM_UP = "OK"
"""Translated and spoken once for nobody."""


@dataclass(frozen=True, slots=True)
class PairEngines:
    """One pair's own."""

    translator: Translator
    voice: Voice

    async def warm_up(self, limit_s: float) -> None:
        """Let both load what they need before the first unit waits for it; who cannot says so when
        it is asked with words."""
        async with asyncio.TaskGroup() as tasks:
            for kind, warm in (
                (EngineKind.TRANSLATOR, self._translate_once()),
                (EngineKind.VOICE, self.voice.warm_up(WARM_UP)),
            ):
                tasks.create_task(_in_time(warm, limit_s), name=f"warm-up:{kind}")

    async def aclose(self) -> None:
        await self.translator.aclose()
        await self.voice.aclose()

    async def _translate_once(self) -> None:
        async for _ in self.translator.translate(TranslationRequest(WARM_UP, is_warm_up=True)):
            pass


async def _in_time(warm: Awaitable[None], limit_s: float) -> None:
    try:
        async with asyncio.timeout(limit_s):
            await warm
    except Exception as error:
        logger.warning("an engine is cold", exc_info=loggable(error, "The engine"))
